"""Sums of products as data: what the engine's rules work on.

A term is coefficient · Σ_letters Π factors, with the factors in reading order (upstream first). A
denominator is a factor with a negative exponent. ``expression_of`` writes terms as an ordered
expression.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from sympy import Expr, Integer, Rational, S

from symback.algebra.letters import Index
from symback.algebra.nodes import Binder, Bounded, Delta, IndexMean, IndexSum, InRange, Iverson
from symback.algebra.operators import (
    Both,
    Comparison,
    Decimal,
    Negative,
    Plus,
    Power,
    Quotient,
    Times,
)
from symback.algebra.positions import as_value
from symback.algebra.traversal import free_letters, fresh_letter, rename

ONE = Integer(1)


@dataclass(frozen=True, slots=True)
class Term:
    """coefficient · Σ_letters Π factors."""

    coefficient: Rational
    factors: tuple[Expr, ...]
    letters: tuple[Index, ...] = ()

    def times(self, *factors: Expr, first: bool = False) -> Term:
        """Return this term with more factors, behind its own or before them."""
        own = (*factors, *self.factors) if first else (*self.factors, *factors)
        return Term(self.coefficient, own, self.letters)

    def names(self) -> set[str]:
        """Return the names of all letters of the term, summed or free."""
        found = {k.name for k in self.letters}
        for factor in self.factors:
            found |= {k.name for k in free_letters(factor)}
        return found


Terms = tuple[Term, ...]


def product_parts(expression: Expr) -> tuple[Rational, tuple[Expr, ...]]:
    """Return (coefficient, ordered factors) of an expression; a sum in it stays one factor."""
    if isinstance(expression, Negative):
        coefficient, factors = product_parts(expression.args[0])
        return -coefficient, factors
    if isinstance(expression, Times):
        coefficient, factors = ONE, ()
        for operand in expression.args:
            own, more = product_parts(operand)
            coefficient, factors = coefficient * own, (*factors, *more)
        return coefficient, factors
    if isinstance(expression, Quotient):
        coefficient, factors = product_parts(expression.args[0])
        below, bottom = product_parts(expression.args[1])
        if below.is_zero:
            return coefficient, (*factors, Power(expression.args[1], S.NegativeOne))
        return coefficient / below, (*factors, *(raised(f, S.NegativeOne) for f in bottom))
    if expression.is_Mul:
        return _joined(product_parts(a) for a in expression.args)
    if expression.is_Pow and expression.exp.is_Rational and not expression.base.is_Rational:
        return ONE, (raised(expression.base, expression.exp),)
    if expression.is_Rational:
        return expression, ()
    return ONE, (expression,)


def _joined(
    parts: Iterable[tuple[Rational, tuple[Expr, ...]]],
) -> tuple[Rational, tuple[Expr, ...]]:
    coefficient, factors = ONE, ()
    for own, more in parts:
        coefficient, factors = coefficient * own, (*factors, *more)
    return coefficient, factors


def base_and_exponent(factor: Expr) -> tuple[Expr, Expr]:
    """Return (base, exponent) of a factor; the exponent is 1 for anything but a power."""
    if isinstance(factor, Power) and isinstance(factor.args[1], Rational):
        return factor.args[0], factor.args[1]
    return factor, ONE


def raised(factor: Expr, exponent: Rational) -> Expr:
    """Return factor ** exponent with powers of powers merged for integer exponents."""
    base, own = base_and_exponent(factor)
    if not (exponent.is_Integer and own.is_Integer):
        base, own = factor, ONE
    total = own * exponent
    return base if total == 1 else Power(base, total)


def terms_of(expression: Expr) -> Terms:
    """Return the terms of an expression: sums are split, products and outermost Σ are opened."""
    if isinstance(expression, Plus) or expression.is_Add:
        return tuple(term for operand in expression.args for term in terms_of(operand))
    coefficient, factors = product_parts(expression)
    if coefficient == 0:
        return ()
    return (_opened(Term(coefficient, factors), set()),)


def _opened(term: Term, outside: set[str]) -> Term:
    """Open the Σ factors of a term: a·Σ_i b becomes Σ_i a·b, with i renamed apart."""
    factors: list[Expr] = []
    coefficient, letters, taken = term.coefficient, list(term.letters), term.names() | outside
    for factor in term.factors:
        if (
            type(factor) is IndexSum
            and not isinstance(factor.body, Plus)
            and not factor.body.is_Add
        ):
            body, bound = unbound(factor, taken)
            taken |= {k.name for k in bound}
            own, more = product_parts(body)
            inner = _opened(Term(own, more, tuple(bound)), taken)
            coefficient *= inner.coefficient
            factors.extend(inner.factors)
            letters.extend(inner.letters)
            taken |= inner.names()
        else:
            factors.append(factor)
    return Term(coefficient, tuple(factors), tuple(letters))


def unbound(node: Binder, taken: set[str]) -> tuple[Expr, tuple[Index, ...]]:
    """Return (body, letters) of a binder with its letters renamed apart from the names taken.

    Bounds become a bracket: Σ_{j=a}^{b} x is Σ_j [a ≤ j ≤ b] x. A mean brings its 1/size.
    """
    body, letters, brackets = opened(node, taken)
    if brackets:
        body = Times(*brackets, body)
    if isinstance(node, IndexMean):
        sizes = [letter.size for letter in node.letters]
        body = Quotient(body, sizes[0] if len(sizes) == 1 else Times(*sizes))
    return body, letters


def opened(node: Binder, taken: set[str]) -> tuple[Expr, tuple[Index, ...], tuple[Iverson, ...]]:
    """Return (body, letters, brackets of their bounds), renamed apart from the names taken."""
    mapping, letters = {}, []
    names = set(taken) | {k.name for k in (*free_letters(node), *node.letters)}
    for letter in node.letters:
        new = fresh_letter(letter, names) if letter.name in taken else letter
        names.add(new.name)
        mapping[letter] = new
        letters.append(new)
    moved = {old: new for old, new in mapping.items() if old != new}
    body = rename(node.body, moved) if moved else node.body
    bounded = (b for b in node.binders if isinstance(b, Bounded))
    return body, tuple(letters), tuple(_bracket(b, mapping[b.letter]) for b in bounded)


def _bracket(bounded: Bounded, letter: Index) -> Iverson:
    low, high = as_value(bounded.low), as_value(bounded.high)
    return Iverson(Both(Comparison("<=", low, letter), Comparison("<=", letter, high)))


def expression_of(terms: Sequence[Term]) -> Expr:
    """Return the ordered expression of a sum of terms; the empty sum is 0."""
    written = [term_expression(term) for term in terms]
    if not written:
        return Integer(0)
    return written[0] if len(written) == 1 else Plus(*written)


def term_expression(term: Term) -> Expr:
    """Return the ordered expression of one term.

    Factors that no summed letter touches, and all that divides without one, stand outside the sum.
    """
    if term.coefficient == 0:
        return Integer(0)
    summed = set(term.letters)
    inside = [f for f in term.factors if free_letters(f) & summed]
    outside = [f for f in term.factors if not free_letters(f) & summed]
    if summed:
        # A sum over a letter that nothing depends on counts its repetitions.
        outside.append(IndexSum(_ratio(ONE, inside), *term.letters))
    body = _ratio(abs(term.coefficient), outside)
    return Negative(body) if term.coefficient < 0 else body


def _ratio(coefficient: Rational, factors: Sequence[Expr]) -> Expr:
    """Write coefficient · Π factors as a quotient: numbers first, then the factors in order."""
    above: list[Expr] = [Integer(coefficient.p)] if coefficient.p != 1 else []
    below: list[Expr] = [Integer(coefficient.q)] if coefficient.q != 1 else []
    above += [f for f in factors if isinstance(f, Decimal)]
    for factor in factors:
        base, exponent = base_and_exponent(factor)
        if isinstance(factor, Decimal):
            continue
        if exponent.is_negative:
            below.append(raised(base, -exponent))
        else:
            above.append(factor)
    top = _times(above)
    return Quotient(top, _times(below)) if below else top


def _times(factors: Sequence[Expr]) -> Expr:
    if not factors:
        return ONE
    return factors[0] if len(factors) == 1 else Times(*factors)


def is_structural(factor: Expr) -> bool:
    """Is this a delta or a range bracket: a factor about letters only?"""
    return isinstance(factor, Delta) or (
        isinstance(factor, Iverson) and isinstance(factor.args[0], InRange)
    )


def multiplied_out(expression: Expr, opens: Callable[[Expr], bool] = lambda _: True) -> Terms:
    """Return an expression as terms with products of sums multiplied out and every Σ opened.

    A sum of terms that is a factor is only multiplied out where it ``opens``.
    """
    if (isinstance(expression, Plus) or expression.is_Add) and opens(expression):
        return tuple(term for operand in expression.args for term in multiplied_out(operand, opens))
    if isinstance(expression, Negative):
        return tuple(_negated(t) for t in multiplied_out(expression.args[0], opens))
    if isinstance(expression, Times) or expression.is_Mul:
        result: Terms = (Term(ONE, ()),)
        for operand in expression.args:
            result = tuple(joined(a, b) for a in result for b in multiplied_out(operand, opens))
        return result
    if isinstance(expression, Quotient):
        coefficient, factors = product_parts(Quotient(ONE, expression.args[1]))
        below = Term(coefficient, factors)
        return tuple(joined(t, below) for t in multiplied_out(expression.args[0], opens))
    if isinstance(expression, (IndexSum, IndexMean)):
        body, letters = unbound(expression, set())
        return tuple(
            Term(t.coefficient, t.factors, (*letters, *t.letters))
            for t in (clear_of(t, letters) for t in multiplied_out(body, opens))
        )
    coefficient, factors = product_parts(expression)
    return (Term(coefficient, factors),) if coefficient else ()


def _negated(term: Term) -> Term:
    return Term(-term.coefficient, term.factors, term.letters)


def joined(left: Term, right: Term) -> Term:
    """Return the product of two terms, with their summed letters renamed apart."""
    left = clear_of(left, _free(right))
    right = clear_of(right, (*_free(left), *left.letters))
    return Term(
        left.coefficient * right.coefficient,
        (*left.factors, *right.factors),
        (*left.letters, *right.letters),
    )


def _free(term: Term) -> tuple[Index, ...]:
    return tuple(k for f in term.factors for k in free_letters(f) if k not in term.letters)


def clear_of(term: Term, letters: Iterable[Index]) -> Term:
    """Rename a term's summed letters apart from others."""
    avoided = {k.name for k in letters}
    taken, mapping = avoided | term.names(), {}
    for letter in term.letters:
        if letter.name in avoided:
            mapping[letter] = fresh = fresh_letter(letter, taken)
            taken.add(fresh.name)
    if not mapping:
        return term
    factors = tuple(rename(f, mapping) for f in term.factors)
    return Term(term.coefficient, factors, tuple(mapping.get(k, k) for k in term.letters))
