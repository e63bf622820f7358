"""Floats that carry a bound of their own rounding: how far any order of operations may be off.

The bound is counted in units of the last place of 1 and grows by the rules of forward error
analysis (Higham, Accuracy and Stability of Numerical Algorithms, 2002, §3.3): an operation adds
half a unit of its operands and passes their errors on.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import total_ordering

import numpy as np

from symback.algebra.pointwise import PointwiseRow
from symback.compiler.arithmetic import FLOAT, Arithmetic
from symback.compiler.interpreter import interpreted
from symback.errors import ValuesError
from symback.network.network import Network

UNIT = float(np.finfo(float).eps) / 2


@total_ordering
@dataclass(frozen=True, slots=True, eq=False)
class Rounded:
    """A float and a bound of its error, in units of 2⁻⁵³."""

    value: float
    error: float = 0.0

    def __add__(self, other: Rounded | float) -> Rounded:
        other = rounded(other)
        # Why not the size of the sum? In another order of summation a partial sum may be larger.
        own = abs(self.value) + abs(other.value)
        return Rounded(self.value + other.value, self.error + other.error + own)

    def __neg__(self) -> Rounded:
        return Rounded(-self.value, self.error)

    def __pos__(self) -> Rounded:
        return self

    def __sub__(self, other: Rounded | float) -> Rounded:
        return self + -rounded(other)

    def __rsub__(self, other: float) -> Rounded:
        return rounded(other) - self

    def __mul__(self, other: Rounded | float) -> Rounded:
        other = rounded(other)
        value = self.value * other.value
        passed = abs(self.value) * other.error + abs(other.value) * self.error
        return Rounded(value, passed + abs(value))

    __radd__, __rmul__ = __add__, __mul__

    def __truediv__(self, other: Rounded | float) -> Rounded:
        other = rounded(other)
        value = self.value / other.value
        passed = (self.error + abs(value) * other.error) / abs(other.value)
        return Rounded(value, passed + abs(value))

    def __rtruediv__(self, other: float) -> Rounded:
        return rounded(other) / self

    def __abs__(self) -> Rounded:
        return Rounded(abs(self.value), self.error)

    def __eq__(self, other: object) -> bool:
        return self.value == rounded(other).value

    def __lt__(self, other: object) -> bool:
        return self.value < rounded(other).value

    def __float__(self) -> float:
        return self.value

    def __int__(self) -> int:
        return int(self.value)

    def __hash__(self) -> int:
        return hash(self.value)


def rounded(value: object) -> Rounded:
    """Return a number with the error of writing it as a float."""
    if isinstance(value, Rounded):
        return value
    found = FLOAT.number(value)
    exact = isinstance(value, (float, int)) and found == value
    return Rounded(found, 0.0 if exact else abs(found))


def _moved(function: Callable[..., float], arguments: tuple[Rounded, ...]) -> Rounded:
    """Return a function's value; its error is its change when the arguments move by theirs."""
    plain = [a.value for a in arguments]
    value = function(*plain)
    change = 0.0
    for place, argument in enumerate(arguments):
        width = argument.error * UNIT
        for end in (argument.value - width, argument.value + width) if width else ():
            try:
                moved = function(*plain[:place], end, *plain[place + 1 :])
            except (ValuesError, ZeroDivisionError, OverflowError):
                continue  # outside of where the function is real
            change = max(change, abs(moved - value) / UNIT)
    return Rounded(value, change + abs(value))


def _function(row: PointwiseRow, arguments: tuple) -> Rounded:
    return _moved(lambda *plain: FLOAT.function(row, plain), tuple(map(rounded, arguments)))


def _power(base: object, exponent: object) -> Rounded:
    return _moved(FLOAT.power, (rounded(base), rounded(exponent)))


ROUNDED = Arithmetic(
    17, Rounded(0.0), Rounded(1.0), rounded, lambda value: rounded(+value), _function, _power, None
)


def rounding_bounds(network: Network, values: Mapping[str, object]) -> dict[str, np.ndarray]:
    """Return {tensor: how far each entry may be off, in units of 2⁻⁵³}, for all tensors."""
    world = interpreted(network, values, None, ROUNDED)
    return {
        name: np.vectorize(lambda number: number.error, otypes=[float])(array)
        for name, array in world.tensors.items()
    }
