"""How large the numbers of an equation are: 10**10**10 and 1/0 are refused, not computed.

Exact arithmetic on what a user wrote could take for ever, so the length of every number is bounded
first, from the leaves up; nothing is computed that is longer than its bound.
"""

from __future__ import annotations

import math
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from operator import add, mul, truediv

from sympy import Expr, Rational, pi
from sympy.core.numbers import Infinity, NegativeInfinity

from symback.algebra.nodes import Binder
from symback.algebra.operators import Decimal, Negative, Plus, Power, Quotient, Times
from symback.algebra.positions import Affine, Entry
from symback.errors import DefinitionError

LARGEST_EXPONENT = 1000
LARGEST_BITS = 100_000
LARGEST_NUMBER = int(sys.float_info.max)
DECIMAL = re.compile(r"-?(?=\.?\d)(\d*)\.?(\d*)(?:[eE]([+-]?\d+))?\Z")

Value = Fraction | float | None


@dataclass(frozen=True, slots=True)
class Magnitude:
    """The value of a constant expression, else None, and a bound on the length of its numbers."""

    value: Value
    bits: int


UNKNOWN = Magnitude(None, 1)


def check_numbers(what: str, expression: Expr) -> None:
    """Raise DefinitionError for a number, a power or a division that cannot be computed."""
    _magnitude(what, expression)


def checked_literal(what: str, text: str) -> str:
    """Return the text of a literal; raises DefinitionError if no double holds its number."""
    match = DECIMAL.match(text)
    digits = None if match is None else (match[1] + match[2]).lstrip("0")
    if digits is None or len(text) > 330:
        raise DefinitionError(f"{what}: the number {text[:40]}", "too many digits", "round it")
    # Why not compute it? 1e999999999 would be a number of a thousand million digits.
    exponent = match[3] or "0"
    leading = int(exponent) + len(match[1].lstrip("0")) if len(exponent) < 8 else math.inf
    if digits and (abs(leading) > 400 or not 0 < abs(float(text)) < math.inf):
        raise DefinitionError(
            f"{what}: the number {text[:40]}",
            "no double holds it",
            "numbers run from 1e-308 to 1e308",
        )
    return text


def _magnitude(what: str, node: Expr) -> Magnitude:
    row = ROWS.get(type(node))
    if row:
        return row(what, node)
    if isinstance(node, Rational):
        return _rational(what, Fraction(int(node.p), int(node.q)), node)
    if isinstance(node, (Infinity, NegativeInfinity)):
        return Magnitude(math.inf if isinstance(node, Infinity) else -math.inf, 1)
    if node is pi:
        return Magnitude(math.pi, 1)
    operands = node.args[:1] if isinstance(node, Binder) else node.args
    bits = [_magnitude(what, a).bits for a in operands if isinstance(a, Expr)]
    return Magnitude(None, max(bits, default=1))


def _rational(what: str, number: Fraction, node: Expr) -> Magnitude:
    if max(abs(number.numerator), number.denominator) > LARGEST_NUMBER:
        raise DefinitionError(
            f"{what}: the number {str(node)[:40]}", "no double holds it", "numbers run to 1e308"
        )
    return Magnitude(number, number.numerator.bit_length() + number.denominator.bit_length())


def _decimal(what: str, node: Decimal) -> Magnitude:
    return _rational_of(Fraction(checked_literal(what, node.text)))


def _rational_of(number: Fraction) -> Magnitude:
    return Magnitude(number, number.numerator.bit_length() + number.denominator.bit_length())


def _folded(operator: Callable) -> Callable[[str, Expr], Magnitude]:
    """Sum or product: constant if every operand is, then as long as all of them together."""

    def fold(what: str, node: Expr) -> Magnitude:
        operands = [_magnitude(what, a) for a in node.args]
        if operator is mul and any(operand.value == 0 for operand in operands):
            return Magnitude(Fraction(0), 1)
        if any(operand.value is None for operand in operands):
            together = sum if operator is mul else max
            return _checked(what, node, Magnitude(None, together(o.bits for o in operands)))
        value, bits = operands[0].value, operands[0].bits
        for operand in operands[1:]:
            bits += operand.bits
            value = _tried(operator, value, operand.value)
            _checked(what, node, Magnitude(value, bits))
        return Magnitude(value, bits)

    return fold


def _negative(what: str, node: Negative) -> Magnitude:
    inner = _magnitude(what, node.args[0])
    return Magnitude(None if inner.value is None else -inner.value, inner.bits)


def _quotient(what: str, node: Quotient) -> Magnitude:
    above, below = (_magnitude(what, a) for a in node.args)
    if below.value == 0:
        raise DefinitionError(f"{what}: {str(node)[:60]}", "a division by zero")
    value = _tried(truediv, above.value, below.value)
    return _checked(what, node, Magnitude(value, above.bits + below.bits))


def _power(what: str, node: Power) -> Magnitude:
    base, exponent = (_magnitude(what, a) for a in node.args)
    if exponent.value is None:
        return Magnitude(None, base.bits + exponent.bits)
    if not abs(exponent.value) <= LARGEST_EXPONENT:
        raise DefinitionError(
            f"{what}: {str(node)[:60]}",
            f"the exponent {str(node.args[1])[:40]}",
            f"exponents run from -{LARGEST_EXPONENT} to {LARGEST_EXPONENT}",
        )
    if base.value == 0 and exponent.value < 0:
        raise DefinitionError(f"{what}: {str(node)[:60]}", "a division by zero")
    bits = math.ceil(base.bits * max(1, abs(exponent.value)))
    _checked(what, node, Magnitude(None, bits))
    if base.value is None or (isinstance(base.value, float) and math.isinf(base.value)):
        return Magnitude(None, bits)
    return _checked(what, node, Magnitude(_tried(pow, base.value, exponent.value), bits))


def _tried(operator: Callable, left: Value, right: Value) -> Value:
    """Return the value of an operation on constants; None where it is no number of this size."""
    if left is None or right is None:
        return None
    try:
        value = operator(left, right)
    except (OverflowError, ZeroDivisionError):
        return None
    return value if isinstance(value, (Fraction, float)) else None


def _checked(what: str, node: Expr, magnitude: Magnitude) -> Magnitude:
    if magnitude.bits > LARGEST_BITS:
        raise DefinitionError(
            f"{what}: {str(node)[:60]}",
            f"a number of more than {LARGEST_BITS * 3 // 10} digits",
            "use smaller powers",
        )
    if isinstance(magnitude.value, Fraction) and abs(magnitude.value) > LARGEST_NUMBER:
        raise DefinitionError(
            f"{what}: {str(node)[:60]}", "no double holds it", "numbers run to 1e308"
        )
    if isinstance(magnitude.value, float) and math.isnan(magnitude.value):
        raise DefinitionError(
            f"{what}: {str(node)[:60]}", "a number that is not defined", "check the numbers"
        )
    return magnitude


ROWS: dict[type, Callable[[str, Expr], Magnitude]] = {
    Entry: lambda what, node: UNKNOWN,
    Affine: lambda what, node: UNKNOWN,
    Decimal: _decimal,
    Plus: _folded(add),
    Times: _folded(mul),
    Negative: _negative,
    Quotient: _quotient,
    Power: _power,
}
