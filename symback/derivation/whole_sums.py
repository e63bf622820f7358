"""What whole sums are: deviations from a mean add up to 0, shares of a whole to 1.

Facts that follow from how tensors are defined, read off their equations.
"""

from __future__ import annotations

from collections.abc import Mapping

from sympy import Expr, Integer

from symback.algebra.canonical import key
from symback.algebra.letters import Index
from symback.algebra.nodes import IndexMean, IndexSum
from symback.algebra.operators import Negative, Plus, Quotient, Times
from symback.algebra.positions import Entry
from symback.algebra.terms import (
    ONE,
    Term,
    base_and_exponent,
    product_parts,
    raised,
    term_expression,
)
from symback.algebra.traversal import free_letters, rename
from symback.derivation.knowledge import Knowledge
from symback.derivation.term_moves import Move
from symback.network.tensors import Equation

Definitions = Mapping[str, Equation]
DEEPEST = 4  # equations that are opened to see what a tensor is


def deviations(definitions: Definitions, term: Term, knowledge: Knowledge) -> Move | None:
    """Σ_n (a_n - mean a) = 0: the term is 0 if nothing else in it depends on n."""
    for own in term.factors:
        letters = _alone(term, own)
        if letters and _is_deviation(own, letters, definitions):
            return (), (("sum", term_expression(Term(ONE, (own,), letters))),)
    return None


def shares(definitions: Definitions, term: Term, knowledge: Knowledge) -> Move | None:
    """Σ_k a_k/Σ a = 1: the sum over a whole goes if nothing else in the term depends on k."""
    for place, own in enumerate(term.factors):
        letters = _alone(term, own)
        if letters and _is_share(own, letters, definitions):
            rest = term.factors[:place] + term.factors[place + 1 :]
            kept = tuple(k for k in term.letters if k not in letters)
            total = term_expression(Term(ONE, (own,), letters))
            return (Term(term.coefficient, rest, kept),), (("sum", total),)
    return None


def _definition_of(entry: Expr, definitions: Definitions) -> Expr | None:
    """Return the right-hand side of an entry's equation, at the entry's positions."""
    equation = definitions.get(entry.tensor) if isinstance(entry, Entry) else None
    if equation is None:
        return None
    return rename(equation.written, dict(zip(equation.letters, entry.positions, strict=True)))


def _is_deviation(factor: Expr, letters: tuple[Index, ...], definitions: Definitions) -> bool:
    """Is Σ_letters factor = 0, because it is a value minus the mean of such values?"""
    for _ in range(DEEPEST):
        coefficient, parts = product_parts(factor)
        moving = [p for p in parts if free_letters(p) & set(letters)]
        if len(moving) != 1 or coefficient == 0:
            return False
        if isinstance(moving[0], Plus):
            return _is_difference_from_mean(moving[0], letters, definitions)
        factor = _definition_of(moving[0], definitions)
        if factor is None:
            return False
    return False


def _is_difference_from_mean(
    difference: Plus, letters: tuple[Index, ...], definitions: Definitions
) -> bool:
    if len(difference.args) != 2:
        return False
    for value, mean in (difference.args, reversed(difference.args)):
        negated = isinstance(mean, Negative) != isinstance(value, Negative)
        value, mean = (e.args[0] if isinstance(e, Negative) else e for e in (value, mean))
        if negated and not free_letters(mean) & set(letters):
            averaged = _averaged(_definition_of(mean, definitions) or mean)
            if averaged and key(IndexSum(value, *letters)) == key(averaged):
                return True
    return False


def _averaged(mean: Expr) -> IndexSum | None:
    """Return Σ a of the mean (1/size) Σ a, however it is written."""
    if isinstance(mean, IndexMean):
        return IndexSum(*mean.args)
    coefficient, factors = product_parts(mean)
    sums = [f for f in factors if type(f) is IndexSum and f.binders == f.letters]
    if len(sums) != 1:
        return None
    counted, sizes = product_parts(Times(*(k.size for k in sums[0].letters)))
    rest = [f for f in factors if f is not sums[0]]
    wanted = [raised(s, Integer(-1)) for s in sizes]
    same = sorted(map(key, rest), key=repr) == sorted(map(key, wanted), key=repr)
    return sums[0] if same and coefficient * counted == 1 else None


def _is_share(factor: Expr, letters: tuple[Index, ...], definitions: Definitions) -> bool:
    """Is Σ_letters factor = 1, because it is a part divided by the sum of all parts?"""
    parts = _opened_products(factor, definitions)
    if parts is None:
        return False
    above = [p for p in parts if not base_and_exponent(p)[1].is_negative]
    below = [base_and_exponent(p)[0] for p in parts if base_and_exponent(p)[1] == -1]
    if len(below) != 1 or len(above) != 1 or len(parts) != 2:
        return False
    whole = _definition_of(below[0], definitions) or below[0]
    return type(whole) is IndexSum and key(whole) == key(IndexSum(above[0], *letters))


def _opened_products(factor: Expr, definitions: Definitions) -> tuple[Expr, ...] | None:
    """Return the factors of a product, with those of tensors that are products or 1/a in turn."""
    parts: tuple[Expr, ...] = (factor,)
    for _ in range(DEEPEST):
        opened: tuple[Expr, ...] = ()
        for part in parts:
            base, exponent = base_and_exponent(part)
            written = _definition_of(base, definitions)
            coefficient, inner = ONE, (part,)
            if isinstance(written, (Quotient, Times)) and exponent.is_Integer:
                coefficient, inner = product_parts(written)
                inner = tuple(raised(f, exponent) for f in inner)
            if coefficient != 1:
                return None
            opened += inner
        if opened == parts:
            return parts
        parts = opened
    return parts


def _alone(term: Term, factor: Expr) -> tuple[Index, ...]:
    """Return the summed letters of a factor if no other factor of the term has them; else none."""
    letters = tuple(k for k in term.letters if k in free_letters(factor))
    others = {k for f in term.factors if f is not factor for k in free_letters(f)}
    return () if others & set(letters) else letters
