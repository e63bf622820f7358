"""Solving Kronecker deltas: the one rule that gives the transpose, the full convolution and BPTT.

In Σ_p f(p) δ(e(p), k) with e affine in p and the coefficient of p equal to ±1, the delta picks one
p: the letter is replaced, its sum goes, and a bracket stays if the picked value may lie outside p's
range. Source: the discrete form of ∫ f(p) δ(e(p) - k) dp; for convolutions see Goodfellow, Bengio
and Courville, Deep Learning, section 9.5.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sympy import Expr, Integer

from symback.algebra.letters import Index
from symback.algebra.nodes import Delta, InRange, Iverson
from symback.algebra.positions import (
    Affine,
    Entry,
    combined,
    is_affine,
    parts,
    surely_inside,
)
from symback.algebra.terms import Term
from symback.algebra.traversal import free_letters, subexpressions, with_letters


@dataclass(frozen=True, slots=True)
class Pick:
    """A solved delta: ``letter`` became ``value``; ``bracket`` is what stays of its range."""

    letter: Index
    value: Expr
    bracket: Iverson | None


# Integer tensors whose entries are known to lie in 0 … size - 1, with that size.
Inside = Collection[tuple[str, Expr]]


def solve_deltas(term: Term, inside: Inside = ()) -> tuple[Term | None, tuple[Pick, ...]]:
    """Return the term with every solvable delta solved, and what was picked; None if the term is 0.

    Each turn removes one delta, so this ends. Letters of an equation's output stand before its
    bound letters in ``term.letters`` and are preferred.
    """
    picks: list[Pick] = []
    while True:
        # Why constants last? Of δ(s, t) and δ(s, 0), t stays in what is read: h[t]·δ(t, 0).
        for factor in sorted(_deltas(term), key=_is_constant):
            if not all(is_affine(p) for p in factor.args):
                found = _read_from_data(factor, term, inside)
                if found is None:
                    continue
                term, pick = found
                picks.append(pick)
                break
            difference = combined((1, factor.args[0]), (-1, factor.args[1]))
            constant, coefficients = parts(difference)
            if not coefficients and constant.is_Integer:
                if constant != 0:
                    return None, tuple(picks)
                term = _without(term, factor)
                break
            letter = _solvable(factor, coefficients, term.letters)
            if letter is not None:
                term, pick = _picked(term, factor, difference, letter, coefficients[letter])
                picks.append(pick)
                break
        else:
            return term, tuple(picks)


def _deltas(term: Term) -> list[Delta]:
    return [factor for factor in term.factors if isinstance(factor, Delta)]


def _is_constant(delta: Delta) -> bool:
    """Is one of its sides without letters?"""
    return not all(map(free_letters, delta.args))


def _solvable(
    delta: Delta, coefficients: dict[Index, int], letters: tuple[Index, ...]
) -> Index | None:
    """Choose the letter to solve for: one that stands bare, else one with coefficient ±1."""
    for side in delta.args:
        if isinstance(side, Index) and side in letters and abs(coefficients.get(side, 0)) == 1:
            return side
    return next((k for k in letters if abs(coefficients.get(k, 0)) == 1), None)


def _picked(
    term: Term, delta: Delta, difference: Expr, letter: Index, coefficient: int
) -> tuple[Term, Pick]:
    value = combined((-coefficient, difference), (1, letter))
    bracket = (
        None
        if surely_inside(value, letter.size)
        else Iverson(InRange(value, Integer(0), letter.size))
    )
    return _replaced(term, delta, letter, value, bracket)


def _read_from_data(delta: Delta, term: Term, inside: Inside) -> tuple[Term, Pick] | None:
    """Pick k = m[n] from δ(m[n], k) for a summed k that is read as it stands: Σ_k a_k is a_m[n].

    What is read elsewhere as a position on such an axis lies inside it; others need a bracket.
    """
    for position, letter in (delta.args, reversed(delta.args)):
        if letter not in term.letters or letter in free_letters(position):
            continue
        if not all(_stands_bare(letter, f) for f in term.factors if f is not delta):
            continue
        known = isinstance(position, Entry) and (position.tensor, letter.size) in inside
        bracket = None if known else Iverson(InRange(position, Integer(0), letter.size))
        return _replaced(term, delta, letter, position, bracket)
    return None


def _stands_bare(letter: Index, factor: Expr) -> bool:
    """Is the letter no part of a longer position, such as k + 1, in this factor?"""
    return not any(
        isinstance(node, Affine) and letter in node.coefficients for node in subexpressions(factor)
    )


def _replaced(
    term: Term, delta: Delta, letter: Index, value: Expr, bracket: Iverson | None
) -> tuple[Term, Pick]:
    term = _without(term, delta)
    factors = tuple(with_letters(f, {letter: value}) for f in term.factors)
    if bracket is not None:
        factors = (*factors, bracket)
    remaining = tuple(k for k in term.letters if k != letter)
    return Term(term.coefficient, factors, remaining), Pick(letter, value, bracket)


def _without(term: Term, delta: Delta) -> Term:
    """Drop one occurrence of a delta."""
    place = next(i for i, f in enumerate(term.factors) if f is delta)
    return Term(term.coefficient, term.factors[:place] + term.factors[place + 1 :], term.letters)
