"""The numbers of the literal interpreter: mpmath numbers, exact fractions, or floats."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from fractions import Fraction

import mpmath
import numpy as np
from sympy.core.numbers import Exp1 as EulersNumber
from sympy.core.numbers import Float, Infinity, NegativeInfinity, Number, Pi

from symback.algebra.pointwise import PointwiseRow
from symback.errors import NotYetError, ValuesError

# The functions that turn fractions into fractions.
RATIONAL_FUNCTIONS = (
    "relu", "leaky_relu", "abs", "sign", "maximum", "minimum", "stop_gradient",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """One kind of number: how it is made, and how what is no arithmetic is computed.

    ``step`` is the distance for central differences; None where these make no sense.
    """

    digits: int
    zero: object
    one: object
    number: Callable[[object], object]
    constant: Callable[[Callable], object]
    function: Callable[[PointwiseRow, tuple], object]
    power: Callable[[object, object], object]
    step: Callable[[], object] | None

    def array(self, values: Iterable[object], shape: tuple[int, ...]) -> np.ndarray:
        """Return an array of objects of these numbers."""
        flat = np.array([None, *map(self.number, values)], dtype=object)[1:]
        return flat.reshape(shape)


def arithmetic(precision: int = 50, exact: bool = False, number: type | None = None) -> Arithmetic:
    """Return mpmath's numbers of ``precision`` digits, or fractions, or floats (number=float)."""
    if exact:
        return EXACT
    if number is float:
        return FLOAT
    if number is not None or not 15 <= precision <= 10_000:
        raise ValuesError(
            "the literal interpreter: a kind of number was asked for",
            f"precision={precision}, number={number!r}",
            "use precision=15 to 10000 digits, exact=True, or number=float",
        )
    return Arithmetic(
        precision, mpmath.mpf(0), mpmath.mpf(1), _to_mpf, lambda value: +value, _mpmath_function,
        _power, lambda: mpmath.mpf(10) ** -(precision * 3 // 10),
    )  # fmt: skip


def constant_number(kind: Arithmetic, value: Number) -> object:
    """Return a number of SymPy, pi, e or an infinity as a number of this kind."""
    if isinstance(value, Float):
        return kind.number(mpmath.mp.make_mpf(value._mpf_))
    if value.is_Rational:
        return kind.number(Fraction(int(value.p), int(value.q)))
    made = CONSTANTS.get(type(value))
    if made is None:
        raise NotYetError(f"the number {value}", "no value for it", "use a decimal number")
    return kind.constant(made)


CONSTANTS: dict[type, object] = {
    Pi: mpmath.pi,
    EulersNumber: mpmath.e,
    Infinity: mpmath.inf,
    NegativeInfinity: mpmath.ninf,
}


def _to_mpf(value: object) -> mpmath.mpf:
    if type(value) is mpmath.mpf:
        return value
    if isinstance(value, Fraction):
        return mpmath.mpf(value.numerator) / value.denominator
    return mpmath.mpf(value)


def _to_float(value: object) -> float:
    try:
        return float(value)
    except OverflowError:
        # A fraction or integer too large for a float; mpmath's numbers give inf by themselves.
        return float("inf") if value > 0 else float("-inf")


def _mpmath_function(row: PointwiseRow, arguments: tuple) -> object:
    found = row.exact(*arguments)
    if isinstance(found, mpmath.mpc):
        _not_real(f"{row.name}({', '.join(mpmath.nstr(a, 6) for a in arguments)})")
    return _to_mpf(found)


def _not_real(what: str) -> None:
    raise ValuesError(f"{what} was asked for", "no real value there", "check its argument's sign")


def _float_function(row: PointwiseRow, arguments: tuple) -> float:
    return float(_mpmath_function(row, tuple(map(mpmath.mpf, arguments))))


def _exact_function(row: PointwiseRow, arguments: tuple) -> Fraction:
    if row.name not in RATIONAL_FUNCTIONS:
        _no_fraction(row.name)
    return Fraction(row.exact(*arguments))


def _no_fraction(what: object) -> None:
    raise ValuesError(
        "exact rational arithmetic was asked for", f"{what}, whose value is no fraction",
        "leave out exact=True: 50 digits are the default",
    )  # fmt: skip


def _power(base: object, exponent: object) -> object:
    # Why the integer? A power with an integer exponent is a product, right for negative bases too.
    if abs(exponent) < 2**31 and exponent == int(exponent):
        exponent = int(exponent)
    found = base**exponent
    if isinstance(found, (complex, mpmath.mpc)):
        _not_real(f"{base} ** {exponent}")
    return found


def _exact_power(base: Fraction, exponent: Fraction) -> Fraction:
    if exponent.denominator != 1:
        _no_fraction(f"{base} ** {exponent}")
    return base ** int(exponent)


EXACT = Arithmetic(
    0, Fraction(0), Fraction(1), Fraction, _no_fraction, _exact_function, _exact_power, None
)
FLOAT = Arithmetic(
    17, 0.0, 1.0, _to_float, lambda value: float(+value), _float_function, _power, lambda: 1e-5
)
