"""Random tensors while training: drawn anew for each step, from the seed and the step's number."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
from sympy import Symbol

from symback.network.network import Network
from symback.network.values import bound_sizes, size_value

STREAM = 3  # the streams before it are those of starts, of orders and of what is held back


class Draws:
    """Draws the random tensors of a step: ``fill(arrays, step)``.

    The generator counts (Philox, Salmon et al. 2011): the numbers of a tensor at a step are a
    function of seed, tensor and step, so a training that goes on draws what it would have drawn.
    """

    def __init__(self, network: Network, names: Iterable[str], seed: int, dtype: str) -> None:
        wanted = set(names)
        self.tensors = tuple(t for t in network.randoms if t.name in wanted)
        self._constants = {c.name: c.value for c in network.constants}
        self._dtype = dtype
        key = np.random.SeedSequence(seed, spawn_key=(STREAM,)).generate_state(2, np.uint64)
        self._bits = np.random.Philox(key=key)
        self._generator = np.random.Generator(self._bits)
        self._start = self._bits.state

    def arrays(self, sizes: Mapping[Symbol, int]) -> dict[str, np.ndarray]:
        """Return room for the random tensors of a batch with these sizes."""
        return {
            t.name: np.zeros(tuple(size_value(size, sizes) for size in t.shape), self._dtype)
            for t in self.tensors
        }

    def fill(self, arrays: Mapping[str, np.ndarray], step: int) -> None:
        """Draw the random tensors of a step into their arrays."""
        for number, tensor in enumerate(self.tensors):
            place = self._start["state"] | {"counter": np.array([0, 0, number, step], np.uint64)}
            self._bits.state = self._start | {"state": place}
            array = arrays[tensor.name]
            array[...] = tensor.distribution.drawn(array.shape, self._generator, self._constants)


def drawn_once(
    network: Network, values: Mapping[str, np.ndarray], seed: int, dtype: str = "float64"
) -> dict[str, np.ndarray]:
    """Return all random tensors as the first step of a training would draw them."""
    draws = Draws(network, (t.name for t in network.randoms), seed, dtype)
    sizes = bound_sizes(network, {name: array.shape for name, array in values.items()})
    arrays = draws.arrays(sizes)
    draws.fill(arrays, 0)
    return arrays
