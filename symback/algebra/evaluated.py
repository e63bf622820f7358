"""From the written form to SymPy's: Plus becomes Add, Times Mul, and SymPy sorts and merges."""

from __future__ import annotations

from sympy import Add, Expr, Mul, Pow, S

from symback.algebra.nodes import IndexMean, IndexSum
from symback.algebra.operators import Decimal, Negative, Node, Plus, Power, Quotient, Times
from symback.algebra.positions import Affine, Entry

_ARITHMETIC = {
    Plus: lambda *terms: Add(*terms),
    Times: lambda *factors: Mul(*factors),
    Negative: lambda a: Mul(S.NegativeOne, a),
    Quotient: lambda a, b: Mul(a, Pow(b, S.NegativeOne)),
    Power: lambda a, b: _power(a, b),
}


LONGEST_NUMBER = 100_000  # bits


def _power(base: Expr, exponent: Expr) -> Expr:
    """Return base ** exponent, left as it is where SymPy would compute a number without end."""
    is_long = exponent.is_Rational and _length(base) * abs(exponent) > LONGEST_NUMBER
    return Pow(base, exponent, evaluate=False) if is_long else Pow(base, exponent)


def _length(expression: Expr) -> int:
    """Return about how many bits the numbers in front of an expression have, powers worked out."""
    if expression.is_Pow and expression.exp.is_Rational:
        return _length(expression.base) * abs(expression.exp)
    number = expression.as_coeff_Mul()[0]
    return number.p.bit_length() + number.q.bit_length() if number.is_Rational else 1


def evaluated(expression: Expr) -> Expr:
    """Return the same value in SymPy's own arithmetic; nodes that bind or index stay ours."""
    if isinstance(expression, Decimal):
        return expression.value
    if isinstance(expression, (Entry, Affine)) or not expression.args:
        return expression
    args = tuple(evaluated(a) if isinstance(a, Expr) else a for a in expression.args)
    if isinstance(expression, IndexMean):
        sizes = Mul(*(letter.size for letter in expression.letters))
        return Mul(IndexSum(*args), Pow(sizes, S.NegativeOne))
    build = _ARITHMETIC.get(type(expression))
    if build:
        return build(*args)
    return (
        expression
        if isinstance(expression, Node) and args == expression.args
        else expression.func(*args)
    )
