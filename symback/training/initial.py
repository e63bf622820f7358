"""Where training starts: a first value for every parameter, drawn from one seed.

Glorot (Glorot & Bengio 2010, eq. 16): uniform in ±√(6 / (in + out)). He (He et al. 2015, eq. 10):
normal with variance 2 / in. ``in`` is how many entries of the parameter one output reads, ``out``
how many outputs one of its inputs reaches: both are read off the first equation that uses it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import prod

import numpy as np
from sympy import Symbol

from symback.algebra.letters import Index
from symback.algebra.positions import Entry
from symback.algebra.traversal import entries, free_letters
from symback.network.network import Network
from symback.network.tensors import Tensor
from symback.network.values import size_value

Shape = tuple[int, ...]
Fans = tuple[int, int]


def _glorot(generator: np.random.Generator, shape: Shape, fans: Fans) -> np.ndarray:
    limit = np.sqrt(6 / sum(fans))
    return generator.uniform(-limit, limit, shape)


def _he(generator: np.random.Generator, shape: Shape, fans: Fans) -> np.ndarray:
    return generator.normal(0, np.sqrt(2 / fans[0]), shape)


INITIALISERS: dict[str, Callable[[np.random.Generator, Shape, Fans], np.ndarray]] = {
    "glorot": _glorot,
    "he": _he,
    "zeros": lambda generator, shape, fans: np.zeros(shape),
    "ones": lambda generator, shape, fans: np.ones(shape),
}


def initial_parameters(
    network: Network, sizes: Mapping[Symbol, int], given: Mapping[str, object], seed: int
) -> dict[str, object]:
    """Return a first value for every parameter: the given one, its ``init``, or the default.

    The default is Glorot for rank ≥ 2, zeros below. Raises ValuesError for an unknown size.
    """
    values: dict[str, object] = {}
    for place, tensor in enumerate(network.parameters):
        init = "glorot" if tensor.init is None and tensor.rank >= 2 else tensor.init
        if tensor.name in given:
            values[tensor.name] = given[tensor.name]
        elif init is None or isinstance(init, str):
            # Why a stream for each? A parameter that is given must not change how the others start.
            stream = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(0, place)))
            shape = tuple(size_value(size, sizes) for size in tensor.shape)
            draw = INITIALISERS[init or "zeros"]
            values[tensor.name] = draw(stream, shape, fans(network, tensor, sizes))
        else:
            values[tensor.name] = init
    return values


def fans(network: Network, tensor: Tensor, sizes: Mapping[Symbol, int]) -> Fans:
    """Return (in, out) of a parameter: the axes that its reader sums over, and the others."""
    for equation in network.equations:
        for entry in entries(equation.written):
            if entry.tensor == tensor.name:
                kept = {k for k in equation.letters if k in free_letters(entry)}
                return _fans(tensor, entry, kept, sizes)
    return _fans(tensor, tensor.entry, set(), sizes)


def _fans(tensor: Tensor, entry: Entry, kept: set[Index], sizes: Mapping[Symbol, int]) -> Fans:
    summed, left = [], []
    for position, size in zip(entry.positions, tensor.shape, strict=True):
        (left if kept & free_letters(position) else summed).append(size_value(size, sizes))
    return prod(summed), prod(left)
