"""Where training starts: a first value for every parameter, drawn from one seed.

``in`` is how many entries of a parameter one output reads, ``out`` how many outputs one of its
inputs reaches: both are read off the first equation that uses it.

    glorot         uniform in ±√(6 / (in + out))    Glorot & Bengio 2010, equation 16
    glorot_normal  normal, variance 2 / (in + out)  Glorot & Bengio 2010, the same variance
    he             normal, variance 2 / in          He et al. 2015, equation 10
    he_uniform     uniform in ±√(6 / in)            He et al. 2015, the same variance
    lecun          normal, variance 1 / in          LeCun et al. 1998, Efficient BackProp
    orthogonal     orthonormal columns, or rows     Saxe, McClelland & Ganguli 2014
    uniform(a)     uniform in ±a
    normal(s)      normal, standard deviation s

Glorot's rules are also called Xavier's. Orthogonal matrices are those of a QR decomposition of
normal numbers, its signs chosen such that all are equally likely (Mezzadri 2007).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from math import prod

import numpy as np
from sympy import Expr, Symbol

from symback.algebra.letters import Index
from symback.algebra.nodes import IndexMean, IndexSum
from symback.algebra.operators import Negative, Plus, Quotient, Times
from symback.algebra.positions import Entry
from symback.algebra.traversal import free_letters
from symback.network.initialisers import initialiser_parts
from symback.network.network import Network
from symback.network.tensors import Tensor
from symback.network.values import size_value

Fans = tuple[int, int]
SUMS = (IndexSum, IndexMean)
# What may stand between a weight and the sum of its output.
LINEAR = (Plus, Negative, Times, Quotient)


@dataclass(frozen=True, slots=True)
class Place:
    """The shape of a parameter, and the axes over which its reader sums."""

    shape: tuple[int, ...]
    summed: tuple[int, ...]

    @property
    def kept(self) -> tuple[int, ...]:
        """The other axes."""
        return tuple(axis for axis in range(len(self.shape)) if axis not in self.summed)

    @property
    def fans(self) -> Fans:
        """(in, out)."""
        fan_in, fan_out = (prod(self.shape[a] for a in axes) for axes in (self.summed, self.kept))
        return fan_in, fan_out


Draw = Callable[[np.random.Generator, Place, float | None], np.ndarray]


def _uniform(variance: Callable[[int, int], float]) -> Draw:
    def draw(generator: np.random.Generator, place: Place, width: float | None) -> np.ndarray:
        limit = np.sqrt(3 * variance(*place.fans))
        return generator.uniform(-limit, limit, place.shape)

    return draw


def _normal(variance: Callable[[int, int], float]) -> Draw:
    def draw(generator: np.random.Generator, place: Place, width: float | None) -> np.ndarray:
        return generator.normal(0, np.sqrt(variance(*place.fans)), place.shape)

    return draw


def _glorot(generator: np.random.Generator, place: Place, width: float | None) -> np.ndarray:
    limit = np.sqrt(6 / sum(place.fans))
    return generator.uniform(-limit, limit, place.shape)


def _orthogonal(generator: np.random.Generator, place: Place, width: float | None) -> np.ndarray:
    fan_in, fan_out = place.fans
    tall = generator.normal(size=(max(fan_in, fan_out), min(fan_in, fan_out)))
    q, r = np.linalg.qr(tall)
    q = q * np.where(np.diagonal(r) < 0, -1.0, 1.0)
    axes = (*place.summed, *place.kept)
    made = (q if fan_in >= fan_out else q.T).reshape([place.shape[axis] for axis in axes])
    return np.ascontiguousarray(made.transpose(np.argsort(axes)))


DRAWS: dict[str, Draw] = {
    "glorot": _glorot,
    "glorot_normal": _normal(lambda fan_in, fan_out: 2 / (fan_in + fan_out)),
    "he": _normal(lambda fan_in, fan_out: 2 / fan_in),
    "he_uniform": _uniform(lambda fan_in, fan_out: 2 / fan_in),
    "lecun": _normal(lambda fan_in, fan_out: 1 / fan_in),
    "orthogonal": _orthogonal,
    "zeros": lambda generator, place, width: np.zeros(place.shape),
    "ones": lambda generator, place, width: np.ones(place.shape),
    "uniform": lambda generator, place, width: generator.uniform(-width, width, place.shape),
    "normal": lambda generator, place, width: generator.normal(0, width, place.shape),
}


def initial_parameters(
    network: Network, sizes: Mapping[Symbol, int], given: Mapping[str, object], seed: int
) -> dict[str, object]:
    """Return a first value for every parameter: the given one, its ``init``, or the default.

    The default is Glorot for rank ≥ 2, zeros below. Raises ValuesError for an unknown size.
    """
    values: dict[str, object] = {}
    for number, tensor in enumerate(network.parameters):
        init = "glorot" if tensor.init is None and tensor.rank >= 2 else tensor.init
        if tensor.name in given:
            values[tensor.name] = given[tensor.name]
        elif init is None or isinstance(init, str):
            # Why a stream for each? A parameter that is given must not change how the others start.
            stream = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(0, number)))
            name, width = initialiser_parts(init or "zeros")
            values[tensor.name] = DRAWS[name](stream, place_of(network, tensor, sizes), width)
        else:
            values[tensor.name] = init
    return values


def fans(network: Network, tensor: Tensor, sizes: Mapping[Symbol, int]) -> Fans:
    """Return (in, out) of a parameter: the axes that its reader sums over, and the others."""
    return place_of(network, tensor, sizes).fans


def place_of(network: Network, tensor: Tensor, sizes: Mapping[Symbol, int]) -> Place:
    """Return the shape of a parameter, and which axes the first equation that reads it sums over.

    Of one that nothing reads, all axes count as summed.
    """
    for equation in network.equations:
        for entry, summed in _read(equation.written, tensor.name):
            return _place(tensor, entry, free_letters(entry) - summed, sizes)
    return _place(tensor, tensor.entry, frozenset(), sizes)


def _read(
    expression: Expr, name: str, summed: frozenset[Index] = frozenset()
) -> Iterator[tuple[Entry, frozenset[Index]]]:
    """Yield the entries of a tensor, each with the letters over which its reader sums.

    Why not all sums around it? In Σ_n (Σ_i X[n,i]·W[i] − Y[n])² one output reads W along i; the
    squares of the outputs are added up along n.
    """
    if isinstance(expression, Entry) and expression.tensor == name:
        yield expression, summed
    elif isinstance(expression, SUMS):
        yield from _read(expression.body, name, summed | set(expression.letters))
    else:
        inner = summed if isinstance(expression, LINEAR) else frozenset()
        for part in expression.args:
            yield from _read(part, name, inner)


def _place(
    tensor: Tensor, entry: Entry, kept: frozenset[Index], sizes: Mapping[Symbol, int]
) -> Place:
    shape = tuple(size_value(size, sizes) for size in tensor.shape)
    positions = enumerate(entry.positions)
    return Place(shape, tuple(i for i, p in positions if not kept & free_letters(p)))
