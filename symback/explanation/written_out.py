"""One entry of a gradient as the sum that it is: first terms, dots, last term."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sympy import Expr, Integer

from symback.algebra.letters import Index
from symback.algebra.nodes import Delta, InRange, Iverson, Total
from symback.algebra.operators import Negative, Plus
from symback.algebra.positions import Entry, combined, surely_nonnegative
from symback.algebra.terms import Term, expression_of, is_structural, terms_of
from symback.algebra.traversal import free_letters, rename
from symback.explanation.lesson import Lesson
from symback.explanation.texts import TEXTS
from symback.notation.forms import added
from symback.notation.tree import Tree, Words
from symback.render.document import Block
from symback.render.parts import equation, line, paragraph

FIRST_TERMS = 2
MOST_TERMS = 4
Places = Mapping[Index, Expr]


def written_out(lesson: Lesson, name: str) -> list[Block]:
    """Return one entry of a gradient with its sum opened; nothing where there is no sum."""
    gradient = lesson.gradient(name)
    terms = terms_of(gradient.written)
    if not gradient.indices or not any(term.letters for term in terms):
        return []
    places = places_of(gradient.indices)
    left = _derivative_at(lesson, name, places)
    return [
        paragraph(TEXTS["written out"]),
        equation(line(left, opened_sum(lesson, terms, places))),
    ]


def places_of(letters: Iterable[Index]) -> Places:
    """Return a place for each letter, to show one entry."""
    places: dict[Index, Expr] = {}
    for letter in letters:
        places[letter] = _somewhere(letter, [int(p) for p in places.values()])
    return places


def _somewhere(letter: Index, taken: list[int]) -> Expr:
    """Return a place along an axis, another than on the other axes, so that each is known again."""
    if not letter.size.is_Integer:
        return Integer(0)
    last = int(letter.size) - 1
    wished = (min(last, 3), min(last, 2), 0)
    return Integer(next((i for i in wished if i not in taken), 0))


def entry_derivative(lesson: Lesson, name: str, place: tuple[int, ...]) -> Tree:
    """Return ∂L/∂W1[3,5]."""
    places = {k: Integer(i) for k, i in zip(lesson.gradient(name).indices, place, strict=True)}
    return _derivative_at(lesson, name, places)


def _derivative_at(lesson: Lesson, name: str, places: Places) -> Tree:
    if lesson.upstream:
        return lesson.show(rename(lesson.adjoint_entry(name), dict(places)))
    return lesson.show(Total(Entry(lesson.of), rename(lesson.variable(name), dict(places))))


def opened_sum(lesson: Lesson, terms: tuple[Term, ...], places: Places) -> Tree:
    """Return the terms at a place with the sum of each opened: its first terms, dots, its last."""
    signed: list[tuple[str, Tree]] = []
    for term in terms:
        for expression in opened_terms(term, places):
            signed += _signed(lesson, expression)
    return added(signed)


def _signed(lesson: Lesson, expression: Expr | None) -> list[tuple[str, Tree]]:
    if expression is None:
        return [("+", Words("…"))]
    if isinstance(expression, Negative):
        return [("-", lesson.show(expression.args[0]))]
    if isinstance(expression, Plus):
        return [pair for e in expression.args for pair in _signed(lesson, e)]
    return [("+", lesson.show(expression))]


def opened_terms(term: Term, places: Places) -> list[Expr | None]:
    """Return a term at a place, its first summed letter opened; None is what is left out."""
    if not term.letters:
        factors = settled(tuple(rename(f, dict(places)) for f in term.factors))
        return [] if factors is None else [expression_of((Term(term.coefficient, factors, ()),))]
    opened = _first_opened(term)
    rest = tuple(k for k in term.letters if k not in opened)
    choices: list[Places | None] = [dict(places)]
    for letter in opened:
        choices = [
            None if c is None or n is None else {**c, letter: n}
            for c in choices for n in _numbers(letter)
        ]  # fmt: skip
    found: list[Expr | None] = []
    for choice in choices:
        if choice is None:
            found += [None] if found and found[-1] is not None else []
            continue
        factors = settled(tuple(rename(f, choice) for f in term.factors))
        if factors is not None:
            found.append(expression_of((Term(term.coefficient, factors, rest),)))
    return found


def _first_opened(term: Term) -> tuple[Index, ...]:
    """Return the letters whose values are written out: those of brackets, else the first one.

    With numbers for them a bracket is true, and goes, or false, and the term goes.
    """
    brackets = [f for f in term.factors if is_structural(f)]
    letters = tuple(k for k in term.letters if any(k in free_letters(b) for b in brackets))
    if letters and all(k.size.is_Integer and int(k.size) <= MOST_TERMS for k in letters):
        return letters
    return term.letters[:1]


def _numbers(letter: Index) -> list[Expr | None]:
    if letter.size.is_Integer and int(letter.size) <= MOST_TERMS:
        return [Integer(i) for i in range(int(letter.size))]
    return [*(Integer(i) for i in range(FIRST_TERMS)), None, letter.size - 1]


def settled(factors: tuple[Expr, ...]) -> tuple[Expr, ...] | None:
    """Return the factors without the brackets that hold; None if one of them does not."""
    kept: list[Expr] = []
    for factor in factors:
        truth = _truth(factor)
        if truth is False:
            return None
        if truth is None:
            kept.append(factor)
    return tuple(kept)


def _truth(factor: Expr) -> bool | None:
    """Return whether a bracket or delta about numbers and sizes is 1; None if sizes decide it."""
    if isinstance(factor, Delta):
        difference = combined((1, factor.args[0]), (-1, factor.args[1]))
        return difference == 0 if difference.is_Integer else None
    if not isinstance(factor, Iverson) or not isinstance(factor.args[0], InRange):
        return None
    position, low, high = factor.args[0].args
    if free_letters(position):
        return None
    if surely_nonnegative(position - low) and surely_nonnegative(high - 1 - position):
        return True
    outside = surely_nonnegative(low - 1 - position) or surely_nonnegative(position - high)
    return False if outside else None
