"""Ways: from a parameter to the goal along the strongest gradient, and each factor on the way.

Between the first and the last tensor on the way that reads a parameter the chain rule multiplies
local derivatives: the Jacobian product. What each of them does to the gradient is measured: its
gain is the strength of what comes through it over that before it. Where other ways join, their part
is a factor of its own, so that all of them multiply to the whole.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

from sympy import Expr, Integer

from symback.algebra.nodes import IndexSum, Iverson, Partial
from symback.algebra.operators import Negative, Pointwise, Quotient, Times, product_of
from symback.algebra.positions import Entry
from symback.algebra.traversal import entries, free_letters, subexpressions
from symback.derivation.derive import Derivation
from symback.diagnosis.measures import Measures
from symback.diagnosis.slopes import shape_of
from symback.network.graph import ancestors
from symback.network.network import reads
from symback.network.recurrences import needed_for
from symback.network.tensors import INPUT

FUNCTION, WEIGHTS, OTHER = "function", "weights", "other"


@dataclass(frozen=True, slots=True)
class Factor:
    """∂reader/∂variable: a function's slope, weights, or something else.

    ``core`` is what multiplies the upstream adjoint, and ``summed`` whether it is summed over; None
    where the derivative is no single product. ``name`` is the function's, or the weights'. ``gain``
    is measured; ``expected`` is what random weights of this size would give, or the mean slope of
    the function; ``limit`` is the function's largest slope. ``joined`` is how much stronger the
    gradient is with what comes on other ways; 1 where there are none.
    """

    reader: str
    variable: str
    symbol: Expr
    kind: str
    name: str
    core: Expr | None
    summed: bool
    gain: float
    expected: float
    limit: float | None
    joined: float


@dataclass(frozen=True, slots=True)
class Way:
    """From a parameter's own reader ``low`` to the last reader of a parameter, ``high``.

    ``factors`` lead from the output inwards, ``layers`` counts the readers of parameters on it.
    """

    parameter: str
    path: tuple[str, ...]
    low: str
    high: str
    layers: int
    factors: tuple[Factor, ...]
    ratio: float

    @property
    def joined(self) -> float:
        """The product of what other ways multiply the gradient by."""
        return math.prod(f.joined for f in self.factors)

    def share(self, kind: str) -> float:
        """Return the product of the gains of one kind of factor."""
        return math.prod(f.gain for f in self.factors if f.kind == kind)


def ways(measures: Measures) -> dict[str, Way]:
    """Return the way of each parameter that reaches the goal."""
    found: dict[str, Way] = {}
    # Ways share their upper parts: each factor is measured once.
    known: dict[tuple[str, str], Factor] = {}
    for name in measures.derivation.wrt:
        path = strongest_path(measures, name)
        if path:
            found[name] = _way(measures, path, known)
    return found


def strongest_path(measures: Measures, name: str) -> tuple[str, ...]:
    """Return the chain of readers to the goal through which most of the gradient comes."""
    d, path = measures.derivation, [name]
    while path[-1] != d.of:
        readers = _readers_ahead(d, path)
        if not readers:
            return ()
        path.append(_strongest(measures, path[-1], readers))
    return tuple(path)


def _readers_ahead(d: Derivation, path: list[str]) -> tuple[str, ...]:
    """Return the readers of the last tensor from which the goal is reached; no way turns back.

    In a recurrence a tensor is read at other steps too, and leads back to where a way came from.
    """
    readers, passed = readers_of(d, path[-1]), set(path)
    if not d.recurs(path[-1]):
        return readers
    ahead = {n: [r for r in readers_of(d, n) if r not in passed] for n in d.adjoints if n != d.of}
    return tuple(r for r in readers if r not in passed and d.of in needed_for(ahead, [r]))


def readers_of(d: Derivation, name: str) -> tuple[str, ...]:
    """Return the tensors that read this one on a way to the goal, each once."""
    return tuple(dict.fromkeys(c.entry.tensor for c in d[name].problem.consumers))


def _strongest(measures: Measures, name: str, readers: tuple[str, ...]) -> str:
    """Return the reader that sends the largest part.

    Why those of data first? A penalty reads every weight, and says nothing of the layers.
    """
    if len(readers) == 1:
        return readers[0]
    d = measures.derivation
    leading = [r for r in readers if r != d.of and _sees_data(d, r)] or list(readers)
    return max(leading, key=lambda reader: measures.flows[name, reader].norm)


def _sees_data(d: Derivation, name: str) -> bool:
    return any(d.forward[n].kind == INPUT for n in ancestors(d.forward, [name]))


def _way(measures: Measures, path: tuple[str, ...], known: dict[tuple[str, str], Factor]) -> Way:
    d = measures.derivation
    learned = {t.name for t in d.forward.parameters} | set(d.wrt)
    layers = [n for n in path[1:-1] if learned & set(reads(d.forward.equation(n)))]
    low, high = (layers[0], layers[-1]) if layers else (path[1], path[1])
    start, end = path.index(low), path.index(high)
    inner = path[start : end + 1]
    edges = list(pairwise(inner))[::-1]
    for variable, reader in edges:
        if (variable, reader) not in known:
            known[variable, reader] = factor_of(measures, variable, reader)
    factors = tuple(known[edge] for edge in edges)
    ratio = _ratio(measures, low, high) if layers else 1.0
    return Way(path[0], path, low, high, len(layers), factors, ratio)


def _ratio(measures: Measures, low: str, high: str) -> float:
    if low == high:
        return 1.0
    above = measures.strength(high)
    return measures.strength(low) / above if above else math.nan


def _gain(measures: Measures, variable: str, reader: str) -> tuple[float, float]:
    """Return the gain of one factor, and what other ways multiply the gradient by."""
    whole = _ratio(measures, variable, reader)
    part = measures.flows.get((variable, reader))
    if part is None or not part.norm:
        return whole, 1.0
    joined = measures.adjoints[variable].norm / part.norm
    return whole / joined, joined


def factor_of(measures: Measures, variable: str, reader: str) -> Factor:
    """Return the local derivative of a reader by what it reads, with its measured gain."""
    d = measures.derivation
    equation = d.forward.equation(reader)
    symbol = Partial(Entry(reader), Entry(variable))
    core, summed = core_of(d, variable, reader)
    gain, joined = _gain(measures, variable, reader)
    kind, name, expected, limit = OTHER, "", math.nan, None
    if isinstance(equation.written, Pointwise):
        kind, name = FUNCTION, equation.written.name
        limit = shape_of(name).steepest
        for one in measures.steepness:
            if one.use.target == reader and one.use.whole:
                expected = one.moments.rms
    elif weights := _weights(d, core):
        kind, name = WEIGHTS, weights
        expected = _expected(measures, core, variable)
    return Factor(
        reader, variable, symbol, kind, name, core, summed, gain, expected, limit, joined
    )  # fmt: skip


def core_of(d: Derivation, variable: str, reader: str) -> tuple[Expr | None, bool]:
    """Return (what multiplies the reader's adjoint, is it summed): the derivation's last line
    without the upstream adjoint; (None, False) where that is no single product.

    A bracket that only says where a range of letters ends is left out.
    """
    written = d.through(variable, reader).written
    core = _without(written, d.adjoint_name(reader))
    if isinstance(core, Times):
        core = product_of([part for part in core.args if not _is_range(part)])
    return core, core is not None and any(isinstance(e, IndexSum) for e in subexpressions(written))


def _without(expression: Expr, upstream: str) -> Expr | None:
    """Return a product without its one factor ``upstream``, sums taken off; None for no product."""
    if isinstance(expression, Entry) and expression.tensor == upstream:
        return Integer(1)
    if isinstance(expression, IndexSum):
        return _without(expression.body, upstream)
    if isinstance(expression, Negative):
        inner = _without(expression.args[0], upstream)
        return None if inner is None else Negative(inner)
    if isinstance(expression, Quotient) and not _holds(expression.args[1], upstream):
        inner = _without(expression.args[0], upstream)
        return None if inner is None else Quotient(inner, expression.args[1])
    if not isinstance(expression, Times):
        return None
    places = [p for p, factor in enumerate(expression.args) if _holds(factor, upstream)]
    if len(places) != 1:
        return None
    (place,) = places
    inner = _without(expression.args[place], upstream)
    if inner is None:
        return None
    own = inner.args if isinstance(inner, Times) else () if inner == Integer(1) else (inner,)
    factors = (*expression.args[:place], *own, *expression.args[place + 1 :])
    return factors[0] if len(factors) == 1 else Times(*factors)


def _is_range(part: Expr) -> bool:
    return isinstance(part, Iverson) and next(entries(part), None) is None


def _holds(expression: Expr, tensor: str) -> bool:
    return any(e.tensor == tensor for e in entries(expression))


def _weights(d: Derivation, core: Expr | None) -> str:
    """Return the parameters in a factor."""
    learned = {t.name for t in d.forward.parameters} | set(d.wrt)
    found = [] if core is None else [e.tensor for e in entries(core) if e.tensor in learned]
    return ", ".join(dict.fromkeys(found))


def _expected(measures: Measures, core: Expr, variable: str) -> float:
    """Return √m·rms(W) for a core W that sums m values, NaN for others.

    It is the gain of independent weights (X. Glorot, Y. Bengio: Understanding the difficulty of
    training deep feedforward neural networks. AISTATS 2010, equations 5 to 12).
    """
    if not isinstance(core, Entry):
        return math.nan
    own = set(measures.derivation.forward[variable].letters)
    array = measures.arrays[core.tensor]
    letters = [next(iter(free_letters(p)), None) for p in core.positions]
    summed = [
        length for length, letter in zip(array.shape, letters, strict=True) if letter not in own
    ]
    return float(math.sqrt(math.prod(summed)) * math.sqrt(float((array**2).mean())))


def deepest(found: Mapping[str, Way]) -> Way | None:
    """Return the way with the most layers; the first of them in the order of the network."""
    return max(found.values(), key=lambda way: way.layers, default=None)
