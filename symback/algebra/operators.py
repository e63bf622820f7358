"""Arithmetic as it was written: nodes that keep their operands in the user's order and never evaluate.

SymPy sorts and merges (t - o becomes -o + t, x + x becomes 2x). A derivation must read as its author wrote
it, so the operators of our nodes build the nodes of this file; ``algebra.evaluated`` gives SymPy's form.
"""

from __future__ import annotations

import math
from numbers import Integral, Real
from numbers import Rational as RationalNumber

from sympy import Expr, Integer, Rational, oo
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
        return Negative(as_expression(self))

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

    def __floordiv__(self, other):
        self._refuse("//", "use it in sizes only: sb.indices('q:H//2')")

    __rfloordiv__ = __floordiv__

    def __mod__(self, other):
        self._refuse("%", "there is no remainder in the language")

    __rmod__ = __mod__


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
    """left + right; a sum on the left is continued."""
    left, right = as_expression(left), as_expression(right)
    return Plus(*left.args, right) if isinstance(left, Plus) else Plus(left, right)


def times(left: object, right: object) -> Expr:
    """left · right; a product on the left is continued, and a leading minus stays in front of it all."""
    left, right = as_expression(left), as_expression(right)
    if isinstance(left, Negative):
        return Negative(times(left.args[0], right))
    return Times(*left.args, right) if isinstance(left, Times) else Times(left, right)


def quotient(left: object, right: object) -> Expr:
    """left / right; a leading minus stays in front of it all."""
    left, right = as_expression(left), as_expression(right)
    if isinstance(left, Negative):
        return Negative(Quotient(left.args[0], right))
    return Quotient(left, right)


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
            "combine conditions with & | ~ and brackets: (0 <= k) & (k <= q); use sb.where or sb.iverson",
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
