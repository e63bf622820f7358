"""The points at which claims are compared: random sizes and values, or the caller's own values.

No difference quotient is taken here, so a point may be near a kink; it must only have finite values
and adjoints that are not all 0, behind which every mistake would hide.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import mpmath
import numpy as np
from sympy import Expr, Symbol

from symback.checking.arrays import Field, array_of
from symback.checking.claim import Point
from symback.checking.in_time import compute, states_of
from symback.compiler.arithmetic import Arithmetic, arithmetic
from symback.errors import CheckError, NotYetError, SymbackError
from symback.network.recurrences import ordered, stages
from symback.network.tensors import Equation
from symback.network.values import bound_sizes, checked_values, size_value
from symback.verification.sampling import STYLES, drawn_values, generator

DIGITS = 30
ATTEMPTS = 200
SIZES = (2, 3, 4, 5, 6, 7)
MOST_NUMBERS = 10_000_000  # in all tensors of a random point


def exact_kind() -> Arithmetic:
    """Return the arithmetic of formulas: mpmath numbers of ``DIGITS`` digits."""
    return arithmetic(DIGITS)


def float_kind() -> Arithmetic:
    """Return the arithmetic of arrays and functions: float64."""
    return arithmetic(number=float)


class Equations:
    """All tensors of a derivation as equations, adjoints of these names included, in order."""

    def __init__(self, derivation: Any, names: Iterable[str]) -> None:
        self.derivation = derivation
        forward = derivation.forward
        wanted = [n for n in dict.fromkeys((*derivation.adjoints, *names)) if n != derivation.of]
        self.adjoints = tuple(n for n in reversed(forward.tensors) if n in wanted)
        self.leaves = [tensor.name for tensor in forward.given]
        self.leaves += [derivation.upstream] if derivation.upstream else []

    def computed(
        self, values: Mapping[str, np.ndarray], sizes: Mapping[Symbol, int], kind: Arithmetic
    ) -> Point:
        """Return the point with these inputs and parameters, given as float64 arrays."""
        derivation = self.derivation
        exact = kind.digits > 17
        tensors = {name: _numbers(array, kind) for name, array in values.items()}
        field = Field(tensors, sizes, kind, states=states_of(derivation.forward))
        for constant in derivation.forward.constants:
            tensors[constant.name] = array_of(constant.value, (), field)
        compute(stages(derivation.forward), field)
        adjoints = self._adjoints(field)
        forward = {n: a for n, a in tensors.items() if n in derivation.forward}
        return Point(derivation, sizes, forward, adjoints, exact)

    def _adjoints(self, field: Field) -> dict[str, np.ndarray]:
        derivation, tensors = self.derivation, field.tensors
        one = np.asarray(field.kind.one)
        found = {derivation.of: tensors[derivation.upstream] if derivation.upstream else one}
        ready = dict(tensors)
        gradients = {name: derivation[name] for name in self._needed()}
        equations = (Equation(g.adjoint, g.indices, g.written) for g in gradients.values())
        compute(ordered(equations), replace(field, tensors=ready))
        return found | {name: ready[g.adjoint] for name, g in gradients.items()}

    def _needed(self) -> Iterator[str]:
        """Yield the tensors whose adjoints are asked for, and those on which these depend."""
        stack, met = list(reversed(self.adjoints)), set()
        while stack:
            name = stack.pop()
            if name in met or name == self.derivation.of:
                continue
            met.add(name)
            yield name
            stack.extend(c.entry.tensor for c in self.derivation[name].problem.consumers)


def _numbers(array: np.ndarray, kind: Arithmetic) -> np.ndarray:
    if kind.digits <= 17 or array.dtype == object:
        return array
    return kind.array(array.ravel().tolist(), array.shape)


# Random points -----------------------------------------------------------------------------------


def random_values(
    equations: Equations, seed: int, count: int
) -> list[tuple[dict[str, np.ndarray], dict[Symbol, int]]]:
    """Return values of inputs and parameters, and sizes, at ``count`` random points.

    Sizes are all different where that works, so that a wrong axis shows. Raises CheckError where
    no finite values are found, NotYetError where they would be too many.
    """
    rng = generator(seed)
    found, weak, reason = [], [], ""
    for attempt in range(ATTEMPTS):
        try:
            sizes = _sizes(equations.derivation, rng, attempt)
            _require_room(equations, sizes)
            values = _drawn(equations, sizes, rng, attempt)
            point = equations.computed(values, sizes, float_kind())
        except NotYetError:
            raise
        except SymbackError as error:
            reason = error.found
            continue
        if not _is_finite(point):
            reason = "values that are not finite"
            continue
        dead = any(not np.any(a) for a in point.adjoints.values())
        (weak if dead else found).append((values, sizes))
        if len(found) == count or (len(found) + len(weak) >= count and attempt > ATTEMPTS // 10):
            break
    points = (found + weak)[:count]
    if not points:
        name = equations.derivation.forward.name
        helps = "give values: check(d, claims, at=values)"
        raise CheckError(f"random values for the network {name}", reason, helps)
    return points


def _require_room(equations: Equations, sizes: Mapping[Symbol, int]) -> None:
    """Raise NotYetError where one point would fill the memory."""
    numbers = size_of_all(equations, sizes)
    if numbers > MOST_NUMBERS:
        name = equations.derivation.forward.name
        found = f"one point has {numbers:,} numbers"
        helps = "write its sizes as symbols (i:I for i:10000): the formulas are the same"
        raise NotYetError(f"a check of the network {name} at random points", found, helps)


def _is_finite(point: Point) -> bool:
    arrays = (*point.tensors.values(), *point.adjoints.values())
    return all(np.all(np.isfinite(a)) and np.all(np.abs(a) < 1e6) for a in arrays)


def _sizes(derivation: Any, rng: np.random.Generator, attempt: int) -> dict[Symbol, int]:
    network = derivation.forward
    symbols = list(network.sizes.values())
    fixed = {int(k.size) for k in network.letters.values() if k.size.is_Integer}
    pool = [size for size in SIZES if size not in fixed]
    if attempt < ATTEMPTS // 4 and len(pool) >= len(symbols):
        # Why turned and not drawn? So that no two points have the same sizes.
        lengths = np.roll(pool[: max(len(symbols) + 1, 3)], -attempt)
    else:
        lengths = rng.integers(1, 9, size=max(1, len(symbols)))
    return {symbol: int(length) for symbol, length in zip(symbols, lengths, strict=False)}


def _drawn(
    equations: Equations, sizes: Mapping[Symbol, int], rng: np.random.Generator, attempt: int
) -> dict[str, np.ndarray]:
    network = equations.derivation.network
    if attempt < 20:
        styles = dict.fromkeys(equations.leaves, 0)
    elif attempt < 30:
        styles = dict.fromkeys(equations.leaves, attempt % len(STYLES))
    else:
        styles = {name: int(rng.integers(len(STYLES))) for name in equations.leaves}
    values = drawn_values(network, sizes, styles, rng)
    values = {name: np.asarray(value) for name, value in values.items()}
    bound_sizes(network, {name: v.shape for name, v in values.items()})
    return values


def given_values(
    equations: Equations, values: Mapping[str, object]
) -> tuple[dict[str, np.ndarray], dict[Symbol, int]]:
    """Return the caller's values, checked; raises ValuesError."""
    return checked_values(equations.derivation.network, values, equations.leaves, check_finite=True)


def size_of_all(equations: Equations, sizes: Mapping[Symbol, int]) -> int:
    """Return how many numbers all tensors hold together."""
    tensors = equations.derivation.network.tensors.values()
    return sum(int(np.prod([size_value(s, sizes) for s in t.shape] or [1])) for t in tensors)


Values = tuple[dict[str, np.ndarray], dict[Symbol, int]]


def points_at(
    equations: Equations, drawn: Sequence[Values], kind: Callable[[], Arithmetic]
) -> list[Point]:
    """Return the computed points at drawn or given values."""
    return [equations.computed(values, sizes, kind()) for values, sizes in drawn]


def precise() -> Any:
    """Return the context in which exact points are made and claims about them computed."""
    return mpmath.workdps(DIGITS)


def expression_at(expression: Expr, letters: Iterable, point: Point) -> np.ndarray:
    """Return an expression in forward tensors and adjoints as an array at a point."""
    derivation = point.derivation
    tensors = dict(point.tensors)
    tensors |= {derivation.adjoint_name(n): a for n, a in point.adjoints.items()}
    kind = exact_kind() if point.exact else float_kind()
    field = Field(tensors, point.sizes, kind, states=states_of(derivation.forward))
    return array_of(expression, letters, field)
