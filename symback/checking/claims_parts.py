"""Parts of a person's formula: each has a text, a shape in sizes, and a way to its value.

Values are arrays of the literal interpreter's numbers. As in NumPy, 1/0 is inf and log(-1) is nan:
a formula that has no value is wrong there, but it is no error of symback.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from math import prod

import mpmath
import numpy as np
from sympy import Expr

from symback.algebra.pointwise import pointwise_row
from symback.checking.claims_shapes import Shape
from symback.compiler.arithmetic import Arithmetic
from symback.compiler.meanings import World
from symback.errors import SymbackError, ValuesError
from symback.network.values import size_value

MOST_ENTRIES = 500_000  # of one array
MOST_WORK = 20_000_000  # entries and products of one evaluation
LARGEST_EXPONENT = 1_000_000  # of exp and powers: beyond it, only the number's length grows
LARGEST_ARGUMENT = mpmath.mpf(10) ** 4000

Value = Callable[["Evaluation"], np.ndarray]


@dataclass(slots=True)
class Evaluation:
    """The numbers of one point, what was computed from them, and how much work it was."""

    world: World
    known: dict[int, tuple[Part, np.ndarray]] = field(default_factory=dict)
    work: int = 0

    def spend(self, amount: int, text: str) -> None:
        """Count work; raises ValuesError when it is too much."""
        self.work += amount
        if self.work > MOST_WORK or amount > MOST_WORK // 4:
            raise ValuesError(
                f"the value of {text[:60]}", "too many numbers to compute", "use smaller sizes"
            )

    def length(self, size: Expr) -> int:
        return size_value(size, self.world.sizes)

    def lengths(self, shape: Shape) -> tuple[int, ...]:
        return tuple(self.length(size) for size in shape)


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """A piece of a formula. ``size`` is what an integer such as X.shape[0] is in sizes."""

    text: str
    shape: Shape
    make: Value
    size: Expr | None = None
    is_condition: bool = False
    reads: frozenset[str] = frozenset()  # the tensors of the derived network that it depends on

    def value(self, evaluation: Evaluation) -> np.ndarray:
        """Return the array of the part, computed once in an evaluation."""
        found = evaluation.known.get(id(self))
        if found is None:
            lengths = evaluation.lengths(self.shape)
            if prod(lengths) > MOST_ENTRIES:
                raise ValuesError(
                    f"the value of {self.text[:60]}", f"shape {lengths}", "use smaller sizes"
                )
            evaluation.spend(prod(lengths), self.text)
            array = as_objects(self.make(evaluation))
            # Why keep the part itself? Its id is its own only while it lives.
            found = evaluation.known[id(self)] = self, array
        return found[1]


def as_objects(value: object) -> np.ndarray:
    """Return an array of objects; a number becomes an array without axes."""
    if isinstance(value, np.ndarray) and value.dtype == object:
        return value
    if isinstance(value, np.ndarray):
        return value.astype(object)
    made = np.empty((), dtype=object)
    made[()] = value
    return made


def evaluated(part: Part, world: World) -> np.ndarray:
    """Return the array of a part at a point; raises ValuesError for one that is too large."""
    with mpmath.workdps(world.kind.digits or 15):
        value = part.value(Evaluation(world))
        return np.broadcast_to(value, tuple(size_value(s, world.sizes) for s in part.shape))


def reads_of(parts: Sequence[Part]) -> frozenset[str]:
    return frozenset().union(*(part.reads for part in parts))


def entrywise(
    text: str, shape: Shape, function: Callable, *parts: Part, is_condition: bool = False
) -> Part:
    """Return the part that applies ``function(kind, *numbers)`` to each entry."""

    def make(evaluation: Evaluation) -> np.ndarray:
        kind = evaluation.world.kind
        arrays = [part.value(evaluation) for part in parts]
        evaluation.spend(prod(evaluation.lengths(shape)), text)
        apply = np.frompyfunc(lambda *numbers: function(kind, *numbers), len(parts), 1)
        return apply(*arrays)

    return Part(text, shape, make, is_condition=is_condition, reads=reads_of(parts))


def whole(text: str, shape: Shape, function: Callable, *parts: Part) -> Part:
    """Return the part that applies a function of whole arrays: a sum, a transpose, a view."""

    def make(evaluation: Evaluation) -> np.ndarray:
        return function(evaluation, *(numbers(part, evaluation) for part in parts))

    return Part(text, shape, make, reads=reads_of(parts))


def numbers(part: Part, evaluation: Evaluation) -> np.ndarray:
    """Return the array of a part with 1 and 0 for the truth of conditions."""
    value = part.value(evaluation)
    if part.is_condition:
        kind = evaluation.world.kind
        return np.frompyfunc(lambda truth: _number(kind, truth), 1, 1)(value)
    return value


# Numbers -----------------------------------------------------------------------------------------


def _number(kind: Arithmetic, value: object) -> object:
    return kind.number(int(value)) if isinstance(value, (bool, np.bool_)) else value


def _operation(combine: Callable) -> Callable:
    def apply(kind: Arithmetic, *values: object) -> object:
        return combine(*(_number(kind, value) for value in values))

    return apply


def _quotient(above: object, below: object) -> object:
    if below == 0:
        return mpmath.nan if above == 0 or above != above else mpmath.inf * (1 if above > 0 else -1)
    return above / below


def _power(kind: Arithmetic, base: object, exponent: object) -> object:
    base, exponent = _number(kind, base), _number(kind, exponent)
    if abs(exponent) > LARGEST_EXPONENT or abs(base) > LARGEST_ARGUMENT:
        return mpmath.nan
    if base == 0 and exponent < 0:
        return mpmath.inf
    try:
        return kind.power(base, exponent)
    except (SymbackError, OverflowError, ZeroDivisionError):
        return mpmath.nan


add = _operation(lambda a, b: a + b)
subtract = _operation(lambda a, b: a - b)
multiply = _operation(lambda a, b: a * b)
divide = _operation(_quotient)
negate = _operation(lambda a: -a)
power = _power


def pointwise(name: str) -> Callable:
    """Return the language's own function of this name, as a function for ``entrywise``."""
    row = pointwise_row(name)

    def apply(kind: Arithmetic, *values: object) -> object:
        values = tuple(_number(kind, value) for value in values)
        if any(value != value or abs(value) > LARGEST_ARGUMENT for value in values):
            return mpmath.nan
        if name in ("exp", "expm1") and abs(values[0]) > LARGEST_EXPONENT:
            return mpmath.inf if values[0] > 0 else kind.number(0 if name == "exp" else -1)
        if name == "log" and values[0] == 0:
            return -mpmath.inf
        try:
            return kind.function(row, values)
        except (SymbackError, OverflowError, ZeroDivisionError):
            return mpmath.nan

    return apply
