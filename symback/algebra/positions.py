"""Index positions: what may stand in the brackets of X[…].

A position is a letter, an affine combination of letters with integer coefficients and a constant
that is a size expression (2*p + r - 1, T - 1 - t), one of these divided by a number and rounded
down (a // 2) or its remainder (t % 4), or an entry of an integer tensor (a gather).
"""

from __future__ import annotations

from collections.abc import Mapping

from sympy import Expr, Integer, Symbol, Tuple
from sympy.core.add import Add
from sympy.core.symbol import Str

from symback.algebra.letters import Index
from symback.algebra.nodes import Floored, Remainder
from symback.algebra.operators import (
    Decimal,
    Negative,
    Node,
    Operators,
    Plus,
    Times,
    as_expression,
    sum_of,
)
from symback.errors import DefinitionError


class Affine(Node):
    """constant + Σ coefficient·letter, letters sorted by name: the canonical form of a position."""

    __slots__ = ()

    def __new__(cls, constant: Expr, pairs: Tuple) -> Affine:
        return Expr.__new__(cls, constant, pairs)

    @property
    def constant(self) -> Expr:
        return self.args[0]

    @property
    def coefficients(self) -> dict[Index, int]:
        return {pair[0]: int(pair[1]) for pair in self.args[1]}


class Entry(Node):
    """One entry of a tensor: X[n, i]. The tensor is held by name; its facts live in the network."""

    __slots__ = ()

    def __new__(cls, tensor: str | Str, *positions: Expr) -> Entry:
        return Expr.__new__(cls, tensor if isinstance(tensor, Str) else Str(tensor), *positions)

    @property
    def tensor(self) -> str:
        return self.args[0].name

    @property
    def positions(self) -> tuple[Expr, ...]:
        return self.args[1:]


def affine(constant: Expr | int, coefficients: Mapping[Index, int]) -> Expr:
    """Return constant + Σ coefficient·letter in canonical form: a bare letter stays one."""
    constant = Integer(constant) if isinstance(constant, int) else constant
    pairs = sorted(
        ((k, c) for k, c in coefficients.items() if c),
        key=lambda pair: (pair[0].name, str(pair[0].size)),
    )
    if not pairs:
        return constant
    if constant == 0 and len(pairs) == 1 and pairs[0][1] == 1:
        return pairs[0][0]
    return Affine(constant, Tuple(*(Tuple(letter, Integer(c)) for letter, c in pairs)))


def parts(position: Expr) -> tuple[Expr, dict[Index, int]]:
    """Return (constant, {letter: coefficient}) of an affine position."""
    if isinstance(position, Index):
        return Integer(0), {position: 1}
    if isinstance(position, Affine):
        return position.constant, position.coefficients
    return position, {}


def is_affine(position: Expr) -> bool:
    """Is this a letter, a number or size, or a combination of them (and not a gather)?"""
    return isinstance(position, (Index, Affine)) or not isinstance(position, Operators)


def combined(*scaled: tuple[int, Expr]) -> Expr:
    """Return Σ factor·position over affine positions."""
    constant, coefficients = Integer(0), {}
    for factor, position in scaled:
        own_constant, own = parts(position)
        constant += factor * own_constant
        for letter, coefficient in own.items():
            coefficients[letter] = coefficients.get(letter, 0) + factor * coefficient
    return affine(constant, coefficients)


def as_value(position: Expr) -> Expr:
    """Return a position as the number that it is, spelled as it is printed: 1 - p, 2*p + r - 1."""
    if not isinstance(position, Affine):
        return position
    terms: list[Expr] = []
    pairs = position.coefficients.items()
    for letter, coefficient in sorted(pairs, key=lambda p: (p[1] < 0, p[0].name)):
        size = abs(coefficient)
        term = letter if size == 1 else Times(Integer(size), letter)
        terms.append(Negative(term) if coefficient < 0 else term)
    if position.constant != 0:
        last = not isinstance(terms[0], Negative)
        terms.insert(len(terms) if last else 0, position.constant)
    return sum_of(terms)


def as_position(value: object, what: str) -> Expr:
    """Return ``value`` as a position in canonical form; raises DefinitionError if it is not one."""
    expression = as_expression(value)
    try:
        position = _position(expression)
    except RecursionError:
        position = None
    if position is None:
        raise DefinitionError(
            f"{what}: an index position was asked for",
            f"{str(expression)[:80]}",
            "use a letter, an integer, letters with integer coefficients such as 2*p + r - 1, "
            "one of these // 2 or % 2, or an entry of an integer tensor",
        )
    return position


def position_of_value(expression: Expr) -> Expr | None:
    """Return a number made of letters and sizes as a position; None where it is none."""
    return _position(expression) if isinstance(expression, Expr) else None


def _position(expression: Expr) -> Expr | None:
    if isinstance(expression, (Index, Affine)):
        return expression
    if isinstance(expression, Plus):
        terms = [_position(term) for term in expression.args]
        return (
            None
            if any(t is None or not is_affine(t) for t in terms)
            else combined(*((1, t) for t in terms))
        )
    if isinstance(expression, Negative):
        inner = _position(expression.args[0])
        return None if inner is None or not is_affine(inner) else combined((-1, inner))
    if isinstance(expression, Times):
        return _scaled(expression)
    if isinstance(expression, Operators):
        # An entry of an integer tensor is a gather; the network checks that the tensor is one.
        return expression if isinstance(expression, (Entry, Floored, Remainder)) else None
    if isinstance(expression, Decimal) or (expression.is_Rational and not expression.is_Integer):
        return None
    return expression if isinstance(expression, Add) or expression.is_integer else None


def _scaled(product: Times) -> Expr | None:
    """Translate 2*p, p*2 and 2*3*p: one factor has letters, the others are integers; or N*M."""
    factor, position = Integer(1), None
    for operand in product.args:
        inner = _position(operand)
        if inner is None or not is_affine(inner):
            return None
        if not isinstance(inner, Operators):
            factor *= inner
        elif position is None:
            position = inner
        else:
            return None
    if position is None:
        return factor
    return combined((int(factor), position)) if factor.is_Integer else None


def floored(position: object, divisor: object) -> Expr:
    """Return ⌊position / divisor⌋; of a size it is a size. Raises DefinitionError."""
    position, divisor = _divided("//", position, divisor)
    has_letters = isinstance(position, Operators)
    return Floored(position, divisor) if has_letters else position // divisor


def remainder(position: object, divisor: object) -> Expr:
    """Return position mod divisor, between 0 and divisor - 1. Raises DefinitionError."""
    position, divisor = _divided("%", position, divisor)
    both = position.is_Integer and divisor.is_Integer
    return Integer(int(position) % int(divisor)) if both else Remainder(position, divisor)


def _divided(sign: str, position: object, divisor: object) -> tuple[Expr, Expr]:
    """Return what // and % divide: letters or sizes by a number that is surely positive."""
    asked = f"{str(position)[:60]} {sign} {str(divisor)[:60]}"
    helps = f"use letters and sizes: (2*p + r) {sign} 2; write / to divide values"
    try:
        above, below = as_position(position, asked), as_position(divisor, asked)
    except DefinitionError:
        raise DefinitionError(asked, "something that is no letter and no size", helps) from None
    if not is_affine(above):
        raise DefinitionError(asked, f"{above}, which is no sum of letters and sizes", helps)
    if isinstance(below, Operators) or not surely_nonnegative(below - 1):
        found = f"the divisor {below}, which may be 0 or negative"
        raise DefinitionError(asked, found, "divide by an integer or a size")
    return above, below


# Why here? The operators cannot know positions, which are built on them.
Operators.__floordiv__ = floored
Operators.__mod__ = remainder
Operators.__rfloordiv__ = lambda self, other: floored(other, self)
Operators.__rmod__ = lambda self, other: remainder(other, self)


def bounds(position: Expr) -> tuple[Expr, Expr]:
    """Return the smallest and largest value of a position, no gather, over its letters' box."""
    if isinstance(position, Remainder):
        return Integer(0), position.args[1] - 1
    if isinstance(position, Floored):
        low, high = bounds(position.args[0])
        return low // position.args[1], high // position.args[1]
    constant, coefficients = parts(position)
    low = high = constant
    for letter, coefficient in coefficients.items():
        reach = coefficient * (letter.size - 1)
        low, high = (low, high + reach) if coefficient > 0 else (low + reach, high)
    return low, high


def surely_nonnegative(value: Expr) -> bool:
    """Is this size expression at least 0 whatever the sizes are?

    Sizes are at least 1, so each symbol N is replaced by N + 1: a polynomial without negative
    coefficients is then never negative. Anything else is decided by SymPy's assumptions.
    """
    if value.is_Integer:
        return int(value) >= 0
    symbols = sorted(value.free_symbols, key=str)
    # Why other symbols? N is positive, and SymPy would take max(0, 2 - (N + 1)) to be 0.
    from_zero = [Symbol(symbol.name, integer=True, nonnegative=True) for symbol in symbols]
    steps = {symbol: zero + 1 for symbol, zero in zip(symbols, from_zero, strict=True)}
    polynomial = value.xreplace(steps).as_poly(*from_zero)
    if polynomial is None:
        return value.is_nonnegative is True
    return all(coefficient >= 0 for coefficient in polynomial.coeffs())


def surely_inside(position: Expr, size: Expr) -> bool:
    """Is 0 ≤ position < size for every value of its letters, for all sizes?"""
    if isinstance(position, Index) and position.size == size:
        return True
    low, high = bounds(position)
    return surely_nonnegative(low) and surely_nonnegative(size - 1 - high)
