"""Moves that put adjoints together: whole sums that are known, products that have a name.

``gathering_moves`` come after each substitution, ``last_moves`` bring the line to its final form.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from sympy import Expr, Integer

from symback.algebra.terms import (
    ONE,
    Term,
    Terms,
    base_and_exponent,
    expression_of,
    raised,
)
from symback.algebra.traversal import entries, free_letters
from symback.derivation.knowledge import Knowledge
from symback.derivation.named_products import named_products, reuse_products, turn_to_products
from symback.derivation.sum_moves import each, factor
from symback.derivation.term_moves import Move, flat
from symback.derivation.tidy import RULES_IN_ORDER, NamedMoves
from symback.derivation.whole_sums import Definitions, deviations, shares
from symback.network.tensors import Equation

LAST = ("multiply out", "factor", "turn the bracket", "square of a root")


def gathering_moves(definitions: Definitions, route: Sequence[Equation]) -> NamedMoves:
    """Return the moves after a substitution; ``route`` has the equations whose names are used."""
    products = named_products(route)
    early = tuple(row for row in RULES_IN_ORDER if row[0] not in LAST)
    return (
        ("deviations add up to zero", each(partial(deviations, definitions))),
        *early,
        ("parts of a whole", each(partial(shares, definitions))),
        ("turn the bracket", each(turn_to_products(products))),
        ("reuse", each(reuse_products(products))),
    )


def last_moves(gathering: NamedMoves) -> NamedMoves:
    """Return the moves that end the line: common denominators and factors."""
    late = tuple(row for row in RULES_IN_ORDER if row[0] in LAST and row[0] != "factor")
    ending = (("common denominator", common_denominator), ("factor", common_factors))
    return (*gathering, *ending, *late)


def common_denominator(terms: Terms, knowledge: Knowledge) -> Move | None:
    """a + b/N + c/N = (N·a + b + c)/N: sizes that divide several terms divide all of them."""
    terms = _short_ones_first(terms)
    sizes = list(dict.fromkeys(f for t in terms for f in t.factors if _divides(f)))
    shared = [size for size in sizes if sum(size in t.factors for t in terms) > 1]
    after = [_brought_to(shared, term) for term in terms]
    lowest = max((t.coefficient.q for t in terms), default=1)
    if sum(t.coefficient.q == lowest for t in terms) < 2:
        lowest = 1
    after = [Term(t.coefficient * lowest, t.factors, t.letters) for t in after]
    if after == list(terms):
        return None
    joined = (common_factors(tuple(after), knowledge) or (tuple(after), ()))[0]
    if lowest > 1:
        (one,) = joined if len(joined) == 1 else (Term(ONE, (expression_of(joined),)),)
        joined = (Term(one.coefficient / lowest, one.factors, one.letters),)
    return joined, (("common", expression_of(terms)),)


def _brought_to(sizes: Sequence[Expr], term: Term) -> Term:
    """Write a as N·a/N for every size N by which the term is not divided."""
    missing = [size for size in sizes if size not in term.factors]
    numbers = (raised(size, Integer(-1)) for size in missing)
    return Term(term.coefficient, (*numbers, *term.factors, *missing), term.letters)


def common_factors(terms: Terms, knowledge: Knowledge) -> Move | None:
    """a/r + b/r³ = (a + b/r²)/r: factors that all terms share come out, powers of them too."""
    terms = _short_ones_first(terms)
    powers = [dict(map(base_and_exponent, t.factors)) for t in terms]
    split = list(terms)
    for base in powers[0] if powers else ():
        exponents = {p.get(base) for p in powers}
        if None in exponents or len(exponents) == 1 or any(e > 0 for e in exponents):
            continue
        most = max(exponents)
        split = [_split_off(t, base, most) for t in split]
    return factor(tuple(split), knowledge, tearing=True)


def _split_off(term: Term, base: Expr, exponent: Expr) -> Term:
    """Write base^e as base^exponent · base^(e - exponent)."""
    place = next(i for i, f in enumerate(term.factors) if base_and_exponent(f)[0] == base)
    rest = base_and_exponent(term.factors[place])[1] - exponent
    parts = (raised(base, exponent), *((raised(base, rest),) if rest else ()))
    factors = (*term.factors[:place], *parts, *term.factors[place + 1 :])
    return Term(term.coefficient, factors, term.letters)


def _short_ones_first(terms: Terms) -> Terms:
    return tuple(sorted(map(flat, terms), key=lambda t: (bool(t.coefficient < 0), len(t.factors))))


def _divides(factor: Expr) -> bool:
    """Is this 1/size?"""
    base, exponent = base_and_exponent(factor)
    return exponent == -1 and not free_letters(base) and not any(entries(base))
