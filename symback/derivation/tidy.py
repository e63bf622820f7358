"""Tidying a sum of terms by named rules until none applies: how known forms arise.

Each rule looks at the terms and returns the new terms with the facts for its reason, or None. A
rule's row says what it removes, so the loop ends; a count guards it all the same.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import partial

from symback.algebra.letters import Index
from symback.algebra.nodes import Delta
from symback.algebra.terms import Term, Terms, expression_of
from symback.algebra.traversal import bound_apart, rename, stem_and_tail
from symback.derivation.knowledge import Knowledge
from symback.derivation.range_moves import always_holds, disjoint_windows, never_holds
from symback.derivation.sum_moves import (
    each,
    factor,
    join_branches,
    merge,
    multiply_out,
    share_bracket,
)
from symback.derivation.term_moves import (
    Facts,
    Move,
    cancel,
    multiply_numbers,
    reflection,
    repetition,
    reuse,
    square_of_a_root,
    sums_to_one,
    turn,
)
from symback.derivation.whole_sums import deviations
from symback.errors import DerivationError

LONGEST = 200
NamedMoves = tuple[tuple[str, Callable[[Terms, Knowledge], Move | None]], ...]


def tidied(
    terms: Terms, knowledge: Knowledge, rules: NamedMoves | None = None
) -> list[tuple[str, Terms, Facts]]:
    """Return the moves (rule, terms after it, facts) that bring the terms to their final form."""
    moves: list[tuple[str, Terms, Facts]] = []
    while len(moves) < LONGEST:
        for name, rule in rules or RULES_IN_ORDER:
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


RULES_IN_ORDER: NamedMoves = (
    ("bracket never holds", each(never_holds)),
    ("bracket always holds", each(always_holds)),
    ("disjoint windows", each(disjoint_windows)),
    ("declared fact", each(sums_to_one("one_hot"))),
    ("reuse", each(reuse)),
    ("probabilities sum to one", each(sums_to_one("shares"))),
    ("deviations add up to zero", each(partial(deviations, {}))),
    ("repetition", each(repetition)),
    ("reflection", each(reflection)),
    ("cancel", each(cancel)),
    ("square of a root", each(square_of_a_root)),
    ("multiply numbers", each(multiply_numbers)),
    ("merge", merge),
    ("join the branches", join_branches),
    ("multiply out", multiply_out),
    ("factor", factor),
    ("factor", share_bracket),
    ("turn the bracket", each(turn)),
)


def in_reading_order(
    terms: Terms, letters: tuple[Index, ...], known: Collection[Index] = ()
) -> Terms:
    """Put a positive term first, and give bound letters their names back: n_1 becomes n again.

    ``letters`` are free, ``known`` those of the equations: only these are names to be given back.
    """
    terms = tuple(
        one_meaning(_deltas_last(_renamed_back(term, letters, known)), letters, known)
        for term in terms
    )
    positive = next((i for i, t in enumerate(terms) if t.coefficient > 0), 0)
    return (terms[positive], *terms[:positive], *terms[positive + 1 :]) if positive else terms


def _deltas_last(term: Term) -> Term:
    """Put deltas behind the other factors: what is where they say so."""
    ordered = sorted(term.factors, key=lambda factor: isinstance(factor, Delta))
    return Term(term.coefficient, tuple(ordered), term.letters)


def one_meaning(
    term: Term, letters: tuple[Index, ...], known: Collection[Index] | None = None
) -> Term:
    """Rename what sums inside the factors bind apart from letters that are free or summed here."""
    taken = (*letters, *term.letters)
    factors = tuple(bound_apart(f, taken, known) for f in term.factors)
    return Term(term.coefficient, factors, term.letters)


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
