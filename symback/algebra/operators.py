"""Arithmetic as it was written: nodes that keep the user's order and never evaluate.

SymPy sorts and merges (t - o becomes -o + t, x + x becomes 2x). A derivation must read as its
author wrote it, so the operators of our nodes build the nodes of this file; ``algebra.evaluated``
gives SymPy's form.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from numbers import Integral, Real
from numbers import Rational as RationalNumber

from sympy import Expr, Integer, Rational, oo
from sympy.core.numbers import Number
from sympy.core.symbol import Str

from symback.errors import DefinitionError


def as_expression(value: object) -> Expr:
    """Return ``value`` as an expression: a node, a SymPy expression, a number, or a rank-0 tensor.

    A Python float is the exact rational that its shortest repr spells, and prints as spelled.
    Raises DefinitionError for text, NaN and anything else.
    """
    if isinstance(value, Expr):
        return value
    if hasattr(value, "_sympy_"):
        return value._sympy_()
    if isinstance(value, bool):
        raise DefinitionError(
            "an expression was asked for", f"the truth value {value}", "use 0 or 1"
        )
    if isinstance(value, Integral):
        return Integer(int(value))
    if isinstance(value, RationalNumber):
        return Rational(value.numerator, value.denominator)
    if isinstance(value, Real):
        return _spelled(float(value))
    shown = repr(value)
    raise DefinitionError(
        "an expression was asked for",
        f"{type(value).__name__} {shown[:60]}{'…' if len(shown) > 60 else ''}",
        "use tensors, letters, numbers and the functions of symback; symback.parse reads text",
    )


def _spelled(value: float) -> Expr:
    if math.isnan(value):
        raise DefinitionError(
            "an expression was asked for", "the number NaN", "use a finite number or sb.oo"
        )
    if math.isinf(value):
        return oo if value > 0 else -oo
    return Integer(int(value)) if value.is_integer() and abs(value) < 1e15 else Decimal(repr(value))


class Operators:
    """Python's operators, building ordered nodes. Mixed into every node, letter and tensor."""

    __slots__ = ()
    _op_priority = 1000.0
    # NumPy scalars must leave the operation to us instead of making an array of objects.
    __array_ufunc__ = None

    def __add__(self, other):
        return plus(self, other)

    def __radd__(self, other):
        return plus(other, self)

    def __sub__(self, other):
        return plus(self, Negative(as_expression(other)))

    def __rsub__(self, other):
        return plus(other, Negative(as_expression(self)))

    def __mul__(self, other):
        return times(self, other)

    def __rmul__(self, other):
        return times(other, self)

    def __truediv__(self, other):
        return quotient(self, other)

    def __rtruediv__(self, other):
        return quotient(other, self)

    def __pow__(self, other, modulo=None):
        return Power(as_expression(self), as_expression(other))

    def __rpow__(self, other):
        return Power(as_expression(other), as_expression(self))

    def __neg__(self):
        return negative(self)

    def __pos__(self):
        return as_expression(self)

    def __abs__(self):
        return Pointwise("abs", as_expression(self))

    def __lt__(self, other):
        return Comparison("<", as_expression(self), as_expression(other))

    def __le__(self, other):
        return Comparison("<=", as_expression(self), as_expression(other))

    def __gt__(self, other):
        return Comparison(">", as_expression(self), as_expression(other))

    def __ge__(self, other):
        return Comparison(">=", as_expression(self), as_expression(other))

    def _refuse(self, operator: str, helps: str):
        raise DefinitionError(
            f"the operator {operator} was asked for", "operands in index notation", helps
        )

    def __matmul__(self, other):
        self._refuse("@", "write the sum: sb.sum(X[n, i]*W[i, h], i)")

    __rmatmul__ = __matmul__

    # // and % make positions: algebra.positions attaches them.


class Node(Operators, Expr):
    """The base of our nodes: stores its operands as they are and never evaluates."""

    __slots__ = ("_free_letters", "_key")
    is_commutative = True

    def __new__(cls, *args: Expr) -> Node:
        return Expr.__new__(cls, *args)

    def __getnewargs__(self) -> tuple:
        return self.args

    def __reduce_ex__(self, protocol: int) -> tuple:
        # Why not SymPy's own? It would also pickle the cached letters and keys.
        return type(self), self.args


class Decimal(Node):
    """A decimal literal, kept as it was spelled; its value is the exact rational."""

    __slots__ = ()

    def __new__(cls, text: str | Str) -> Decimal:
        return Expr.__new__(cls, text if isinstance(text, Str) else Str(text))

    @property
    def text(self) -> str:
        return self.args[0].name

    @property
    def value(self) -> Rational:
        return Rational(self.text)


class Plus(Node):
    """a + b + …, in the order in which it was written."""

    __slots__ = ()


class Times(Node):
    """a · b · …, in the order in which it was written."""

    __slots__ = ()


class Negative(Node):
    """-a."""

    __slots__ = ()


class Quotient(Node):
    """a / b."""

    __slots__ = ()


class Power(Node):
    """a ** b."""

    __slots__ = ()


def plus(left: object, right: object) -> Plus:
    """left + right; a sum on the left is continued, and + (-2) is written - 2."""
    return sum_of((as_expression(left), as_expression(right)))


def times(left: object, right: object) -> Expr:
    """left · right; a product on the left is continued, a leading minus stays in front."""
    return product_of((as_expression(left), as_expression(right)))


def quotient(left: object, right: object) -> Expr:
    """left / right; a leading minus stays in front, a fraction in lowest terms is one number."""
    left, right = as_expression(left), as_expression(right)
    above = without_minus(left)
    if above is not None:
        return negative(quotient(above, right))
    if left.is_Integer and right.is_Integer and right > 1 and math.gcd(int(left), int(right)) == 1:
        return Rational(left, right)
    return Quotient(left, right)


def negative(value: object) -> Expr:
    """-value; the negative of a positive number is a number."""
    value = as_expression(value)
    if isinstance(value, Decimal) and not value.text.startswith("-"):
        return Decimal("-" + value.text)
    return -value if isinstance(value, Number) and value.is_extended_positive else Negative(value)


def without_minus(expression: Expr) -> Expr | None:
    """Return a for -a, and 2 for the number -2; None for anything else."""
    if isinstance(expression, Negative):
        return expression.args[0]
    if isinstance(expression, Decimal):
        return Decimal(expression.text[1:]) if expression.text.startswith("-") else None
    is_negative = isinstance(expression, Number) and expression.is_extended_negative
    return -expression if is_negative else None


def sum_of(terms: Sequence[Expr]) -> Expr:
    """a + b + …: a sum in front is continued, a negative number behind is subtracted."""
    if not terms:
        return Integer(0)
    if len(terms) == 1:
        return terms[0]
    first = terms[0].args if isinstance(terms[0], Plus) else (terms[0],)
    behind = ((term, without_minus(term)) for term in terms[1:])
    return Plus(*first, *(term if taken is None else Negative(taken) for term, taken in behind))


def product_of(factors: Sequence[Expr]) -> Expr:
    """a · b · …: a product in front is continued, and a leading minus stays in front."""
    if not factors:
        return Integer(1)
    if len(factors) == 1:
        return factors[0]
    positive = without_minus(factors[0])
    if positive is not None:
        return Negative(product_of((positive, *factors[1:])))
    first = factors[0].args if isinstance(factors[0], Times) else (factors[0],)
    return Times(*first, *factors[1:])


class Pointwise(Node):
    """f(x, …) entry by entry; the name's row in ``algebra.pointwise`` holds everything about it."""

    __slots__ = ()

    def __new__(cls, name: str | Str, *arguments: Expr) -> Pointwise:
        return Expr.__new__(cls, name if isinstance(name, Str) else Str(name), *arguments)

    @property
    def name(self) -> str:
        return self.args[0].name

    @property
    def arguments(self) -> tuple[Expr, ...]:
        return self.args[1:]


class Condition(Node):
    """A statement that is true or false, entry by entry; combined with & | ~."""

    __slots__ = ()

    def __bool__(self) -> bool:
        raise DefinitionError(
            "the truth of a condition was asked for",
            f"{self}, which depends on an entry or a letter",
            "combine conditions with & | ~ and brackets: (0 <= k) & (k <= q); "
            "use sb.where or sb.iverson",
        )

    def __and__(self, other: Condition) -> Both:
        return Both(self, checked_condition(other))

    def __or__(self, other: Condition) -> Either:
        return Either(self, checked_condition(other))

    def __invert__(self) -> Not:
        return Not(self)


class Comparison(Condition):
    """a op b with op one of < <= > >= == !=."""

    __slots__ = ()

    def __new__(cls, operator: str | Str, left: Expr, right: Expr) -> Comparison:
        return Expr.__new__(
            cls, operator if isinstance(operator, Str) else Str(operator), left, right
        )

    @property
    def operator(self) -> str:
        return self.args[0].name


class Both(Condition):
    """a and b."""

    __slots__ = ()


class Either(Condition):
    """a or b."""

    __slots__ = ()


class Not(Condition):
    """not a."""

    __slots__ = ()


def checked_condition(value: object) -> Condition:
    """Return ``value`` if it is a condition; else raise DefinitionError."""
    if isinstance(value, Condition):
        return value
    raise DefinitionError(
        "a condition was asked for",
        f"{str(value)[:80]}",
        "compare something: x > 0, k <= q, sb.eq(i, j)",
    )
