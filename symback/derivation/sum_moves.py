"""Tidying moves on a sum of terms: equal terms merge, brackets open, common factors come out."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from sympy import Expr, Integer

from symback.algebra.canonical import key
from symback.algebra.letters import Index
from symback.algebra.nodes import Delta, IndexSum, Iverson, Where
from symback.algebra.operators import Negative, Not, Plus
from symback.algebra.terms import (
    ONE,
    Term,
    Terms,
    base_and_exponent,
    expression_of,
    is_structural,
    product_parts,
    term_expression,
)
from symback.algebra.traversal import free_letters
from symback.derivation.guards import opposite
from symback.derivation.knowledge import Knowledge
from symback.derivation.term_moves import Facts, Move, cancel, flat


def each(change: Callable[[Term, Knowledge], tuple[Terms, Facts] | None]) -> Callable:
    """Make a rule on one term a rule on sums: it is applied to every term that it fits, at once."""

    def rule(terms: Terms, knowledge: Knowledge) -> Move | None:
        after, facts = (), ()
        for term in terms:
            move = change(term, knowledge)
            after += (term,) if move is None else move[0]
            facts += () if move is None else tuple(f for f in move[1] if f not in facts)
        return (after, facts) if facts else None

    return rule


def _signature(term: Term) -> tuple:
    """Return a key in which coefficient and order of factors do not count."""
    body = Term(
        ONE,
        tuple(sorted(flat(term).factors, key=lambda f: repr(_summed_key(f, term.letters)))),
        term.letters,
    )
    return (
        key(IndexSum(term_expression(Term(ONE, body.factors)), *term.letters))
        if term.letters
        else (key(term_expression(body)))
    )


def _summed_key(factor: Expr, letters: tuple[Index, ...]) -> tuple:
    return key(IndexSum(factor, *letters)) if letters else key(factor)


def merge(terms: Terms, knowledge: Knowledge) -> Move | None:
    """c·a + d·a = (c + d)·a."""
    places: dict[tuple, int] = {}
    after: list[Term] = []
    merged: list[Expr] = []
    # Why flat? A minus sign inside a factor counts: -2·(-a) and 2·a are equal, not opposite.
    for term in map(flat, terms):
        signature = _signature(term)
        if signature in places:
            place = places[signature]
            known = after[place]
            after[place] = Term(known.coefficient + term.coefficient, known.factors, known.letters)
            merged.append(term_expression(Term(ONE, known.factors, known.letters)))
        else:
            places[signature] = len(after)
            after.append(term)
    if not merged and all(t.coefficient for t in terms):
        return None
    kept = tuple(t for t in after if t.coefficient)
    return kept, tuple(("merged", m) for m in merged) or (("merged", Integer(0)),)


def join_branches(terms: Terms, knowledge: Knowledge) -> Move | None:
    """where(c, a, 0)·x + where(not c, 0, b)·x = where(c, a, b)·x."""
    for i, first in enumerate(terms):
        for j, second in enumerate(terms):
            joined = _branches(first, second) if i != j else None
            if joined is not None:
                rest = [t for k, t in enumerate(terms) if k not in (i, j)]
                rest.insert(min(i, j), joined[0])
                return tuple(rest), (("condition", joined[1]),)
    return None


def _branches(first: Term, second: Term) -> tuple[Term, Expr] | None:
    """Return the one term of two branches of one condition, and the condition."""
    for place, own in enumerate(first.factors):
        if not isinstance(own, Where) or own.args[2] != 0:
            continue
        rest = first.factors[:place] + first.factors[place + 1 :]
        for other_place, other in enumerate(second.factors):
            if not isinstance(other, Where) or other.args[2] != 0:
                continue
            others = second.factors[:other_place] + second.factors[other_place + 1 :]
            same = (rest, first.letters) == (others, second.letters)
            if same and other.args[0] == opposite(own.args[0]) and not isinstance(own.args[0], Not):
                sign = ONE if first.coefficient == second.coefficient else -ONE
                if abs(first.coefficient) != abs(second.coefficient):
                    return None
                otherwise = other.args[1] if sign == 1 else Negative(other.args[1])
                chosen = Where(own.args[0], own.args[1], otherwise)
                factors = (*first.factors[:place], chosen, *first.factors[place + 1 :])
                return Term(first.coefficient, factors, first.letters), own.args[0]
    return None


def _expanded(term: Term) -> Terms:
    """Multiply the sums among a term's factors out, one after the other."""
    for place, factor in enumerate(term.factors):
        if isinstance(factor, Plus):
            result: Terms = ()
            for operand in factor.args:
                coefficient, factors = product_parts(operand)
                inner = Term(
                    term.coefficient * coefficient,
                    term.factors[:place] + factors + term.factors[place + 1 :],
                    term.letters,
                )
                result += _expanded(inner)
            return result
    return (term,)


def multiply_out(terms: Terms, knowledge: Knowledge) -> Move | None:
    """Multiply out where terms then cancel and the whole becomes smaller."""
    if not any(isinstance(f, Plus) for t in terms for f in t.factors):
        return None
    expanded = tuple(e for t in terms for e in _expanded(t))
    if len(expanded) > 16:
        return None
    joined = each(cancel)(expanded, knowledge)
    merged = merge(joined[0] if joined else expanded, knowledge)
    if merged is None or _weight(merged[0]) >= _weight(terms):
        return None
    return merged[0], (("before", expression_of(expanded)),)


def _weight(terms: Terms) -> int:
    """Count the factors of all terms: what a reader has to take in."""
    return sum(1 + sum(len(f.args) if isinstance(f, Plus) else 1 for f in t.factors) for t in terms)


def factor(terms: Terms, knowledge: Knowledge, tearing: bool = False) -> Move | None:
    """Take the factors that all terms share, and that no sum binds, out of the sum of terms.

    Terms for different values of a letter, δ(0, g) and δ(2, g), are cases and stay apart.
    ``tearing`` takes a factor out of a product of two vectors, too.
    """
    if len(terms) < 2 or len(set(map(_cases, terms))) > 1:
        return None
    terms = tuple(map(flat, terms))
    common, remaining = _shared(terms, terms[0].factors)
    if not tearing and _tears(common, remaining, terms):
        common, remaining = _shared(terms, [f for f in terms[0].factors if not free_letters(f)])
    magnitude = abs(terms[0].coefficient)
    if any(abs(t.coefficient) != magnitude for t in terms):
        magnitude = ONE
    if not common and magnitude == 1:
        return None
    inner = [
        Term(t.coefficient / magnitude, tuple(rest), t.letters)
        for t, rest in zip(terms, remaining, strict=True)
    ]
    sign = ONE
    if all(t.coefficient < 0 for t in inner):
        sign, inner = -ONE, [Term(-t.coefficient, t.factors, t.letters) for t in inner]
    inner.sort(key=lambda t: bool(t.coefficient < 0))
    bracket = expression_of(inner)
    below = [f for f in common if base_and_exponent(f)[1].is_negative]
    above = [f for f in common if f not in below]
    after = Term(sign * magnitude, (*above, bracket, *below))
    return (after,), tuple(("common", f) for f in common)


def share_bracket(terms: Terms, knowledge: Knowledge) -> Move | None:
    """[c]·a + [c]·b + d = [c]·(a + b) + d: terms that one bracket allows stand together."""
    for bracket in dict.fromkeys(f for t in terms for f in t.factors if _is_outer(f, t)):
        sharing = [t for t in terms if bracket in t.factors]
        if not 1 < len(sharing) < len(terms):
            continue
        inner = tuple(
            Term(t.coefficient, tuple(f for f in t.factors if f != bracket), t.letters)
            for t in sharing
        )
        together = Term(ONE, (bracket, expression_of(inner)))
        rest = [t for t in terms if t not in sharing]
        return (*rest, together), (("common", bracket),)
    return None


def _is_outer(factor: Expr, term: Term) -> bool:
    is_bracket = isinstance(factor, Iverson) and is_structural(factor)
    return is_bracket and not free_letters(factor) & set(term.letters)


def _cases(term: Term) -> tuple:
    """Return the keys of the deltas that say for which value of a letter the term is there."""
    deltas = (f for f in term.factors if isinstance(f, Delta))
    return tuple(sorted((key(d) for d in deltas if len(free_letters(d)) == 1), key=repr))


def _shared(terms: Terms, candidates: Iterable[Expr]) -> tuple[list[Expr], list[list[Expr]]]:
    """Return (the candidates that all terms have, what remains of each term)."""
    common, remaining = [], [list(t.factors) for t in terms]
    for candidate in candidates:
        found = [_place(candidate, rest, term) for rest, term in zip(remaining, terms, strict=True)]
        if all(place is not None for place in found):
            common.append(candidate)
            for rest, place in zip(remaining, found, strict=True):
                rest.pop(place)
    return common, remaining


def _tears(common: Iterable[Expr], remaining: Iterable[list[Expr]], terms: Terms) -> bool:
    """Would a term δ[h]·x[i] lose a factor of its δ[h]? It is read as a product of two vectors."""
    outside = {k for f in common for k in free_letters(f)}
    for rest, term in zip(remaining, terms, strict=True):
        letters = [free_letters(f) - set(term.letters) for f in rest if not is_structural(f)]
        if any(k & outside for k in letters) and any(k and not k & outside for k in letters):
            return True
    return False


def _place(factor: Expr, factors: list[Expr], term: Term) -> int | None:
    """Find an equal factor in a term; one that a sum of the term binds does not count."""
    if free_letters(factor) & set(term.letters):
        return None
    wanted = key(factor)
    return next((i for i, f in enumerate(factors) if key(f) == wanted), None)
