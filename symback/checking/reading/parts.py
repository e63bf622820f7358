"""Parts of a person's formula: each has a text, a shape in sizes, and a way to its value.

Values are arrays of the literal interpreter's numbers. As in NumPy, 1/0 is inf and log(-1) is nan:
a formula that has no value is wrong there, but it is no error of symback.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from math import prod

import mpmath
import numpy as np
from sympy import Expr

from symback.algebra.pointwise import pointwise_row
from symback.checking.claim import Point
from symback.checking.points import exact_kind, float_kind
from symback.checking.reading.shapes import Shape
from symback.compiler.arithmetic import Arithmetic
from symback.errors import SymbackError, ValuesError
from symback.network.tensors import Tensor
from symback.network.values import size_value

MOST_ENTRIES = 5_000_000  # of one array
MOST_WORK = 100_000_000  # entries and products of one evaluation
LARGEST_EXPONENT = 1_000_000  # of exp and powers: beyond it, only the number's length grows
SAME_IN_NUMPY = ("exp", "log", "tanh", "sqrt", "abs", "sign", "maximum", "minimum")
LARGEST_ARGUMENT = mpmath.mpf(10) ** 4000

Value = Callable[["Evaluation"], np.ndarray]


@dataclass(slots=True)
class Evaluation:
    """The numbers of one point, what was computed from them, and how much work it was."""

    point: Point
    kind: Arithmetic
    known: dict[int, tuple[Part, np.ndarray]] = field(default_factory=dict)
    work: int = 0

    def spend(self, amount: int, text: str) -> None:
        """Count work; raises ValuesError when it is too much."""
        # Why 20? So much longer takes a number of 30 digits than a float.
        self.work += amount * (20 if self.point.exact else 1)
        if self.work > MOST_WORK:
            raise ValuesError(
                f"the value of {text[:60]}", "too many numbers to compute", "use smaller sizes"
            )

    def length(self, size: Expr) -> int:
        return size_value(size, self.point.sizes)

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
    is_one_hot: bool = False
    reads: frozenset[str] = frozenset()  # the forward tensors whose adjoints it depends on

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
            array = self._kept(self.make(evaluation), evaluation)
            if array.shape != lengths:
                found = f"shape {array.shape}, and {lengths} by its formula"
                raise ValuesError(f"the value of {self.text[:60]}", found, "check its ranges")
            # Why keep the part itself? Its id is its own only while it lives.
            found = evaluation.known[id(self)] = self, array
        return found[1]

    def _kept(self, value: object, evaluation: Evaluation) -> np.ndarray:
        """Return objects for exact numbers and for conditions, else float64."""
        if evaluation.point.exact or self.is_condition:
            return as_objects(value)
        return np.asarray(value, dtype=float)


def as_objects(value: object) -> np.ndarray:
    """Return an array of objects; a number becomes an array without axes."""
    if isinstance(value, np.ndarray) and value.dtype == object:
        return value
    if isinstance(value, np.ndarray):
        return value.astype(object)
    made = np.empty((), dtype=object)
    made[()] = value
    return made


def evaluated(part: Part, point: Point) -> np.ndarray:
    """Return the array of a part at a point; raises ValuesError for one that is too large."""
    with np.errstate(all="ignore"):
        return numbers(part, Evaluation(point, exact_kind() if point.exact else float_kind()))


def reads_of(parts: Sequence[Part]) -> frozenset[str]:
    """Return the forward tensors whose adjoints these parts depend on."""
    return frozenset().union(*(part.reads for part in parts))


def tensor_part(text: str, tensor: Tensor) -> Part:
    """Return the values of a forward tensor, as the point holds them."""
    return Part(text, tensor.shape, lambda at: as_objects(at.point.tensors[tensor.name]),
                is_one_hot=tensor.one_hot)  # fmt: skip


def adjoint_part(text: str, tensor: Tensor) -> Part:
    """Return the adjoint of a forward tensor, as the point holds it."""
    name = tensor.name

    def read(at: Evaluation) -> np.ndarray:
        if name not in at.point.adjoints:
            raise ValuesError(f"the adjoint of {name}", "it was not computed here", "")
        return as_objects(at.point.adjoints[name])

    return Part(text, tensor.shape, read, reads=frozenset((name,)))


def size_part(text: str, size: Expr) -> Part:
    """Return the number that a size is: N, X.shape[0], 2."""
    return Part(text, (), lambda at: as_objects(at.kind.number(at.length(size))), size)


def entrywise(
    text: str, shape: Shape, function: Callable, *parts: Part, is_condition: bool = False
) -> Part:
    """Return the part that applies ``function(kind, *numbers)`` to each entry."""

    def make(evaluation: Evaluation) -> np.ndarray:
        kind = evaluation.kind
        arrays = [part.value(evaluation) for part in parts]
        evaluation.spend(prod(evaluation.lengths(shape)), text)
        quick = None if evaluation.point.exact else IN_FLOATS.get(function)
        if quick is not None:
            return quick(*(numbers(part, evaluation) for part in parts))
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
        kind = evaluation.kind
        return as_objects(np.frompyfunc(lambda truth: kind.number(int(truth)), 1, 1)(value))
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


@lru_cache
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


# What NumPy computes itself in float64: entry by entry it would take long on real data.
IN_FLOATS: dict[Callable, np.ufunc] = {
    add: np.add,
    subtract: np.subtract,
    multiply: np.multiply,
    divide: np.divide,
    negate: np.negative,
    power: np.power,
    **{pointwise(name): getattr(np, name) for name in SAME_IN_NUMPY},
}
