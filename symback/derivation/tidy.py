"""Tidying a sum of terms by named rules until none applies: how known forms arise.

Each rule looks at the terms and returns the new terms with the facts for its reason, or None. A
rule's row says what it removes, so the loop ends; a count guards it all the same.
"""

from __future__ import annotations

from collections.abc import Callable, Collection

from sympy import Expr, Integer, Rational

from symback.algebra.canonical import key
from symback.algebra.letters import Index
from symback.algebra.nodes import IndexSum, LogSumExp, Softmax
from symback.algebra.operators import Comparison, Negative, Plus, Pointwise
from symback.algebra.positions import Entry
from symback.algebra.terms import (
    ONE,
    Term,
    Terms,
    base_and_exponent,
    expression_of,
    product_parts,
    raised,
    term_expression,
)
from symback.algebra.traversal import free_letters, rebuilt, rename, stem_and_tail
from symback.derivation.knowledge import Knowledge, named_entry, share_letter
from symback.errors import DerivationError

LONGEST = 200


Facts = tuple[tuple[str, Expr | str], ...]
Move = tuple[Terms, Facts]


def tidied(terms: Terms, knowledge: Knowledge) -> list[tuple[str, Terms, Facts]]:
    """Return the moves (rule, terms after it, facts) that bring the terms to their final form."""
    moves: list[tuple[str, Terms, Facts]] = []
    while len(moves) < LONGEST:
        for name, rule in RULES_IN_ORDER:
            move = rule(terms, knowledge)
            if move is not None:
                terms = move[0]
                moves.append((name, *move))
                break
        else:
            return moves
    last = "; ".join(f"{name}: {expression_of(after)}" for name, after, _ in moves[-3:])
    raise DerivationError(
        "tidying a derivative", f"no end after {LONGEST} moves, the last: {last[:300]}"
    )


def _each(change: Callable[[Term, Knowledge], tuple[Terms, Facts] | None]) -> Callable:
    """Make a rule on one term a rule on sums: it is applied to every term that it fits, at once."""

    def rule(terms: Terms, knowledge: Knowledge) -> Move | None:
        after, facts = (), ()
        for term in terms:
            move = change(term, knowledge)
            after += (term,) if move is None else move[0]
            facts += () if move is None else tuple(f for f in move[1] if f not in facts)
        return (after, facts) if facts else None

    return rule


def _sums_to_one(which: str) -> Callable[[Term, Knowledge], tuple[Terms, Facts] | None]:
    def change(term: Term, knowledge: Knowledge) -> tuple[Terms, Facts] | None:
        for place, factor in enumerate(term.factors):
            letter = _summed_along(factor, knowledge, which)
            if letter is None or letter not in term.letters:
                continue
            others = term.factors[:place] + term.factors[place + 1 :]
            if any(letter in free_letters(f) for f in others):
                continue
            letters = tuple(k for k in term.letters if k != letter)
            fact = term_expression(Term(ONE, (factor,), (letter,)))
            return (Term(term.coefficient, others, letters),), (
                ("fact", factor),
                ("letter", letter),
                ("sum", fact),
            )
        return None

    return change


def _summed_along(factor: Expr, knowledge: Knowledge, which: str) -> Index | None:
    """Return the letter along which the factor's entries are known to add up to 1."""
    if isinstance(factor, Softmax) and which == "shares":
        return share_letter(factor)
    if isinstance(factor, Entry) and factor.tensor in getattr(knowledge, which):
        last = factor.positions[-1]
        alone = all(last not in free_letters(p) for p in factor.positions[:-1])
        return last if isinstance(last, Index) and alone else None
    return None


def _repetition(term: Term, knowledge: Knowledge) -> tuple[Terms, Facts] | None:
    for letter in term.letters:
        if not any(letter in free_letters(f) for f in term.factors):
            letters = tuple(k for k in term.letters if k != letter)
            coefficient, factors = product_parts(letter.size)
            after = Term(term.coefficient * coefficient, (*term.factors, *factors), letters)
            return (after,), (("letter", letter), ("size", letter.size))
    return None


def _reuse(term: Term, knowledge: Knowledge) -> tuple[Terms, Facts] | None:
    found: dict[Entry, Expr] = {}

    def change(node: Expr) -> Expr | None:
        if isinstance(node, (Pointwise, Softmax, LogSumExp)):
            entry = named_entry(node, knowledge.named)
            if entry is not None:
                found.setdefault(entry, node)
                return entry
        return None

    factors = tuple(rebuilt(f, change) for f in term.factors)
    if not found:
        return None
    facts = tuple(("named", Comparison("==", entry, node)) for entry, node in found.items())
    return (Term(term.coefficient, factors, term.letters),), facts


def _reflection(term: Term, knowledge: Knowledge) -> tuple[Terms, Facts] | None:
    def change(node: Expr) -> Expr | None:
        if (
            isinstance(node, Pointwise)
            and node.name == "sigmoid"
            and isinstance(node.args[1], Negative)
        ):
            return Plus(ONE, Negative(Pointwise("sigmoid", node.args[1].args[0])))
        return None

    factors = tuple(rebuilt(f, change) for f in term.factors)
    if factors == term.factors:
        return None
    return (Term(term.coefficient, factors, term.letters),), (("mirrored", "σ(-z) = 1 - σ(z)"),)


def _flat(term: Term) -> Term:
    """Open products among the factors, numbers join the coefficient."""
    coefficient, factors = term.coefficient, ()
    for factor in term.factors:
        own, more = product_parts(factor)
        coefficient, factors = coefficient * own, factors + more
    return Term(coefficient, factors, term.letters)


def _cancel(term: Term, knowledge: Knowledge) -> tuple[Terms, Facts] | None:
    places: dict[tuple, int] = {}
    factors: list[Expr] = []
    joined: list[Expr] = []
    for factor in _flat(term).factors:
        base, exponent = base_and_exponent(factor)
        found = places.get(key(base))
        if found is None or not _may_join(factors[found], exponent):
            places[key(base)] = len(factors)
            factors.append(factor)
            continue
        total = base_and_exponent(factors[found])[1] + exponent
        factors[found] = ONE if total == 0 else raised(base, total) if total != 1 else base
        joined.append(base)
    if not joined:
        return None
    after = _flat(Term(term.coefficient, tuple(factors), term.letters))
    return (Term(_flat(term).coefficient, after.factors, term.letters),), tuple(
        ("joined", b) for b in joined
    )


def _may_join(present: Expr, exponent: Rational) -> bool:
    """May these powers of one base be joined? Only whole exponents: √x·√x needs x ≥ 0."""
    return present != ONE and base_and_exponent(present)[1].is_Integer and exponent.is_Integer


def _signature(term: Term) -> tuple:
    """Return a key in which coefficient and order of factors do not count."""
    body = Term(
        ONE,
        tuple(sorted(_flat(term).factors, key=lambda f: repr(_summed_key(f, term.letters)))),
        term.letters,
    )
    return (
        key(IndexSum(term_expression(Term(ONE, body.factors)), *term.letters))
        if term.letters
        else (key(term_expression(body)))
    )


def _summed_key(factor: Expr, letters: tuple[Index, ...]) -> tuple:
    return key(IndexSum(factor, *letters)) if letters else key(factor)


def _merge(terms: Terms, knowledge: Knowledge) -> Move | None:
    places: dict[tuple, int] = {}
    after: list[Term] = []
    merged: list[Expr] = []
    for term in terms:
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


def _multiply_out(terms: Terms, knowledge: Knowledge) -> Move | None:
    """Multiply out where terms then cancel and the whole becomes smaller."""
    if not any(isinstance(f, Plus) for t in terms for f in t.factors):
        return None
    expanded = tuple(e for t in terms for e in _expanded(t))
    if len(expanded) > 16:
        return None
    joined = _each(_cancel)(expanded, knowledge)
    merged = _merge(joined[0] if joined else expanded, knowledge)
    if merged is None or _weight(merged[0]) >= _weight(terms):
        return None
    return merged[0], (("before", expression_of(expanded)),)


def _weight(terms: Terms) -> int:
    """Count the factors of all terms: what a reader has to take in."""
    return sum(1 + sum(len(f.args) if isinstance(f, Plus) else 1 for f in t.factors) for t in terms)


def _factor(terms: Terms, knowledge: Knowledge) -> Move | None:
    """Take the factors that all terms share, and that no sum binds, out of the sum of terms."""
    if len(terms) < 2:
        return None
    terms = tuple(map(_flat, terms))
    common: list[Expr] = []
    remaining = [list(t.factors) for t in terms]
    for factor in terms[0].factors:
        found = [_place(factor, rest, term) for rest, term in zip(remaining, terms, strict=True)]
        if all(place is not None for place in found):
            common.append(factor)
            for rest, place in zip(remaining, found, strict=True):
                rest.pop(place)
    magnitude = abs(terms[0].coefficient)
    if any(abs(t.coefficient) != magnitude for t in terms):
        magnitude = ONE
    if not common:
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


def _place(factor: Expr, factors: list[Expr], term: Term) -> int | None:
    """Find an equal factor in a term; one that a sum of the term binds does not count."""
    if free_letters(factor) & set(term.letters):
        return None
    wanted = key(factor)
    return next((i for i, f in enumerate(factors) if key(f) == wanted), None)


def _turn(term: Term, knowledge: Knowledge) -> tuple[Terms, Facts] | None:
    if term.coefficient >= 0:
        return None
    for place, factor in enumerate(term.factors):
        if isinstance(factor, Plus) and len(factor.args) == 2:
            first, second = factor.args
            if isinstance(second, Negative) and not isinstance(first, Negative):
                turned = Plus(second.args[0], Negative(first))
                factors = (*term.factors[:place], turned, *term.factors[place + 1 :])
                return (Term(-term.coefficient, factors, term.letters),), (("turned", factor),)
    return None


RULES_IN_ORDER: tuple[tuple[str, Callable[[Terms, Knowledge], Move | None]], ...] = (
    ("declared fact", _each(_sums_to_one("one_hot"))),
    ("reuse", _each(_reuse)),
    ("probabilities sum to one", _each(_sums_to_one("shares"))),
    ("repetition", _each(_repetition)),
    ("reflection", _each(_reflection)),
    ("cancel", _each(_cancel)),
    ("merge", _merge),
    ("multiply out", _multiply_out),
    ("factor", _factor),
    ("turn the bracket", _each(_turn)),
)


def in_reading_order(
    terms: Terms, letters: tuple[Index, ...], known: Collection[Index] = ()
) -> Terms:
    """Put a positive term first, and give bound letters their names back: n_1 becomes n again.

    ``letters`` are free, ``known`` those of the equations: only these are names to be given back.
    """
    terms = tuple(_renamed_back(term, letters, known) for term in terms)
    positive = next((i for i, t in enumerate(terms) if t.coefficient > 0), 0)
    return (terms[positive], *terms[:positive], *terms[positive + 1 :]) if positive else terms


def _renamed_back(term: Term, letters: tuple[Index, ...], known: Collection[Index]) -> Term:
    mapping: dict[Index, Index] = {}
    taken = {k.name for k in letters} | term.names()
    for letter in term.letters:
        stem, tail = stem_and_tail(letter)
        if tail and letter not in known and stem not in taken:
            original = next((k for k in known if k.name == stem and k.size == letter.size), None)
            if original is not None:
                mapping[letter] = original
                taken.add(stem)
    if not mapping:
        return term
    factors = tuple(rename(f, mapping) for f in term.factors)
    return Term(term.coefficient, factors, tuple(mapping.get(k, k) for k in term.letters))
