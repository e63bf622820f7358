"""One entry of a gradient as the sum that it is: first terms, dots, last term."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sympy import Expr, Integer

from symback.algebra.letters import Index
from symback.algebra.nodes import Total
from symback.algebra.operators import Negative, Plus
from symback.algebra.positions import Entry
from symback.algebra.terms import Term, expression_of, terms_of
from symback.algebra.traversal import rename
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
        return [rename(expression_of((term,)), dict(places))]
    letter, rest = term.letters[0], term.letters[1:]
    inner = expression_of((Term(term.coefficient, term.factors, rest),))
    numbers: list[Expr | None]
    if letter.size.is_Integer and int(letter.size) <= MOST_TERMS:
        numbers = [Integer(i) for i in range(int(letter.size))]
    else:
        numbers = [*(Integer(i) for i in range(FIRST_TERMS)), None, letter.size - 1]
    return [None if n is None else rename(inner, {**places, letter: n}) for n in numbers]
