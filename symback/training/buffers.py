"""Buffers: what a training keeps from step to step beside its parameters, such as running means."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from sympy import Symbol

from symback.compiler.runtime import aligned
from symback.network.distributions import number_of
from symback.network.names import GENERATED_PREFIX
from symback.network.network import Network
from symback.network.values import size_value


def with_updates(network: Network) -> tuple[Network, dict[str, str]]:
    """Return the network with the updates as equations, and the tensor of each buffer's next value.

    They read the values of a step, so its program computes them beside the gradients.
    """
    if not network.updates:
        return network, {}
    made, names = network.copy(), {}
    for name, equation in network.updates.items():
        names[name] = f"{GENERATED_PREFIX}next_{name}"
        made.adjoint(names[name], equation.letters, equation.written)
    return made, names


def initial_buffers(network: Network, sizes: Mapping[Symbol, int]) -> dict[str, np.ndarray]:
    """Return every buffer as it is before the first step."""
    constants = {c.name: c.value for c in network.constants}
    return {
        buffer.name: np.full(
            tuple(size_value(size, sizes) for size in buffer.shape),
            float(number_of(buffer.initial, constants)),
        )
        for buffer in network.buffers
    }


class Buffers:
    """The buffers of a training: ``arrays`` by name, which programs read in place.

    ``next`` is what the program of a step writes: the next value of each buffer with an update.
    """

    def __init__(self, network: Network, values: Mapping[str, np.ndarray], dtype: str) -> None:
        self.arrays = {name: _own(value, dtype) for name, value in values.items()}
        self.next = {name: _own(self.arrays[name], dtype) for name in network.updates}

    @property
    def are_finite(self) -> bool:
        """Are the next values numbers?"""
        return all(np.isfinite(value).all() for value in self.next.values())

    def advance(self) -> None:
        """Put the next values in place."""
        for name, value in self.next.items():
            np.copyto(self.arrays[name], value)

    def copies(self) -> dict[str, np.ndarray]:
        """Return the buffers as arrays of their own."""
        return {name: array.copy() for name, array in self.arrays.items()}


def _own(value: np.ndarray, dtype: str) -> np.ndarray:
    array = aligned(value.shape, dtype)
    array[...] = value
    return array
