"""One path from a single entry to the goal: the chain rule with numbers before it has tensors."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

from sympy import Expr, Integer

from symback.algebra.letters import Index
from symback.algebra.nodes import Delta, Padded, Partial
from symback.algebra.positions import Entry
from symback.algebra.terms import Term, expression_of, terms_of
from symback.algebra.traversal import free_letters, rename, subexpressions
from symback.explanation.lesson import Lesson
from symback.explanation.lines import valued
from symback.explanation.opened import concrete_numbers
from symback.explanation.order import distances
from symback.explanation.texts import TEXTS, listed, say
from symback.explanation.written_out import Places, places_of, settled
from symback.notation.forms import multiplied
from symback.notation.tree import Fenced, Words
from symback.render.document import Block
from symback.render.parts import equation, heading, line, paragraph

# A longer path is no simple example.
LONGEST = 6
# So many places along each axis are tried until none is cut off by a bracket or by an edge.
PLACES = 3


@dataclass(frozen=True)
class Edge:
    """∂reader/∂entry at single places, and what it is by the recorded gradient."""

    derivative: Expr
    formula: Expr
    chosen: tuple[Index, ...]


def one_path(lesson: Lesson, names: tuple[str, ...]) -> list[Block]:
    """Return one path of an entry of one of these tensors; nothing where none is simple enough."""
    far = distances(lesson, lesson.way)
    wanted = [n for n in names if lesson.network[n].rank and far[n] <= LONGEST]
    if lesson.is_scalar or lesson.upstream or not wanted:
        return []
    name = max(wanted, key=lambda n: (far[n], lesson.network[n].rank))
    edges = path_edges(lesson, name)
    return _told(lesson, edges) if len(edges) > 1 else []


def path_edges(lesson: Lesson, name: str) -> list[Edge]:
    """Return the edges of one path from an entry to the goal; none if a bracket or tie is on it."""
    places = places_of(lesson.gradient(name).indices)
    edges: list[Edge] = []
    while True:
        found = _edge(lesson, name, places)
        if found is None:
            return []
        edge, reader = found
        edges.append(edge)
        if reader is None:
            return edges
        name = reader.tensor
        places = dict(zip(lesson.gradient(name).indices, reader.positions, strict=True))


def _edge(lesson: Lesson, name: str, places: Places) -> tuple[Edge, Entry | None] | None:
    """Return the first edge from an entry and the entry that reads it; None for the goal."""
    gradient = lesson.gradient(name)
    entry = Entry(name, *(places[k] for k in gradient.indices))
    if any(isinstance(e, Delta) for e in subexpressions(gradient.written)):
        return None
    if lesson.consumers(name) == (lesson.of,):
        derivative = Partial(Entry(lesson.of), entry)
        return Edge(derivative, rename(gradient.written, dict(places)), ()), None
    terms = terms_of(gradient.written)
    upstream = [(t, r, e) for t in terms for r in lesson.onward(name)
                if (e := _adjoint_in(lesson, t, r)) is not None]  # fmt: skip
    if not terms or len(upstream) != len(terms) or len({r for _, r, _ in upstream}) != len(terms):
        return None
    term, reader, adjoint = upstream[0]
    chosen = tuple(k for k in term.letters if k in free_letters(adjoint))
    others = tuple(f for f in term.factors if f != adjoint)
    rest = tuple(k for k in term.letters if k not in chosen)
    for more in _choices(chosen):
        whole = {**places, **more}
        factors = settled(tuple(rename(f, whole) for f in others))
        if factors is not None and not any(_is_outside(lesson, f) for f in factors):
            local = expression_of((Term(term.coefficient, factors, rest),))
            read_by = Entry(reader, *(rename(p, whole) for p in adjoint.positions))
            if free_letters(local) or free_letters(read_by):
                return None
            return Edge(Partial(read_by, entry), local, chosen), read_by
    return None


def _choices(letters: tuple[Index, ...]) -> Iterator[Places]:
    """Return places for letters, the first ones first."""
    known = [int(k.size) if k.size.is_Integer else 1 for k in letters]
    for numbers in product(*(range(min(size, PLACES)) for size in known)):
        yield dict(zip(letters, map(Integer, numbers), strict=True))


def _is_outside(lesson: Lesson, factor: Expr) -> bool:
    """Does a factor read zeros beyond the edge of a tensor?"""
    for node in subexpressions(factor):
        entry = node.entry if isinstance(node, Padded) else None
        for position, letter in zip(entry.positions, lesson.network[entry.tensor].letters,
                                    strict=True) if entry else ():  # fmt: skip
            below = position.is_Integer and position < 0
            if below or (position - letter.size).is_nonnegative:
                return True
    return False


def _adjoint_in(lesson: Lesson, term: Term, reader: str) -> Entry | None:
    """Return the factor of a term that is the reader's adjoint, if it is there once."""
    name = lesson.derivation.adjoint_name(reader)
    found = [f for f in term.factors if isinstance(f, Entry) and f.tensor == name]
    return found[0] if len(found) == 1 else None


def _told(lesson: Lesson, edges: list[Edge]) -> list[Block]:
    stops = [lesson.show(edge.derivative.args[1]) for edge in edges] + [lesson.name(lesson.of)]
    back = edges[::-1]
    last = edges[-1].derivative.args[1].tensor
    stops[-1:-1] = [Fenced("(", lesson.name(n)) for n in lesson.bypassed(last, lesson.of)]
    partials = multiplied([lesson.show(edge.derivative) for edge in back])
    formula = multiplied([lesson.show(edge.formula) for edge in back])
    lines = [
        line(Words(TEXTS["this path"]), partials, reason=TEXTS["because chain rule"]),
        line(None, formula, reason=TEXTS["because locals"]),
    ]
    if lesson.values:
        numbers = [concrete_numbers(lesson, edge.formula) for edge in back]
        factors = [lesson.values.at(edge.formula) for edge in back]
        product = 1.0
        for factor in factors:
            product *= factor
        if all(n is not None for n in numbers):
            shown = multiplied([lesson.number(factor) for factor in factors])
            lines += valued(shown, lesson.number(product))
    letters = dict.fromkeys(k for edge in edges for k in edge.chosen)
    ways = [say("other values", letters=listed([lesson.symbols.letter(k.name) for k in letters]))]
    ways = ways if letters else []
    if any(len(lesson.consumers(edge.derivative.args[1].tensor)) > 1 for edge in edges):
        ways.append(say("other readers"))
    blocks: list[Block] = [
        heading(TEXTS["heading one path"]),
        paragraph(*say("one path", path=listed([*stops], "arrow", "arrow"))),
        equation(*lines, stacked=True),
    ]
    if ways:
        words = say("one path others", entry=stops[0], ways=listed([*ways], last="and also"))
        blocks.append(paragraph(*words))
    return blocks
