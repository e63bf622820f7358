"""One entry of a tensor's gradient with numbers: its sum, and the largest term followed back."""

from __future__ import annotations

from collections.abc import Mapping

from sympy import Expr, Integer

from symback.algebra.letters import Index
from symback.algebra.positions import Entry
from symback.algebra.terms import Term, expression_of, terms_of
from symback.algebra.traversal import entries, free_letters, rename
from symback.explanation.evidence import entry_check
from symback.explanation.lesson import Lesson
from symback.explanation.opened import opened_lines
from symback.explanation.texts import listed, say
from symback.explanation.written_out import entry_derivative
from symback.notation.tree import Relation
from symback.render.document import Block, Equation, Line
from symback.render.parts import equation, heading, line, paragraph

Places = dict[Index, Expr]
# At most so many forward values are followed back.
MOST_FORWARD = 8
# At most so many terms are looked through for the largest.
MOST_PLACES = 20_000


def entry_blocks(lesson: Lesson, name: str, place: tuple[int, ...]) -> list[Block]:
    """Return one entry as formula = numbers = value, and where its factors come from."""
    gradient = lesson.gradient(name)
    places: Places = {k: Integer(i) for k, i in zip(gradient.indices, place, strict=True)}
    left = entry_derivative(lesson, name, place)
    shown = [
        Relation((lesson.symbols.letter(k.name), lesson.typesetter.position(p)), ("==",))
        for k, p in places.items()
    ]
    intro = say("entry intro", equation=lesson.cited(name), places=listed([*shown]))
    blocks: list[Block] = [heading(*say("heading entry", gradient=left)), paragraph(*intro)]
    held = rename(lesson.adjoint_entry(name), places)
    lines = opened_lines(lesson, left, gradient.written, places, held)
    blocks.append(equation(*lines, label=f"entry:{name}"))
    if not lesson.values:
        return blocks
    blocks += entry_check(lesson, name, place)
    blocks += _followed(lesson, gradient.written, places)
    if lesson.update is not None:
        blocks += _update(lesson, name, place)
    return blocks


# Where the factors come from


def _followed(lesson: Lesson, written: Expr, places: Places) -> list[Block]:
    """Follow the largest term back: the adjoint in it, the adjoint in that one, up to the goal."""
    made = {lesson.derivation.adjoint_name(n): n for n in lesson.told}
    first = _largest(lesson, written, places, made)
    if first is None:
        return []
    lines: list[tuple[str, Entry, Equation]] = []
    entry: Entry | None = first
    while entry is not None and len(lines) < len(made) + 1:
        name = made[entry.tensor]
        gradient = lesson.gradient(name)
        own: Places = dict(zip(gradient.indices, entry.positions, strict=True))
        found = opened_lines(lesson, lesson.show(entry), gradient.written, own, entry)
        lines.append((name, entry, equation(*_with_reason(lesson, found, name))))
        entry = _largest(lesson, gradient.written, own, made)
    intro = say("entry follow", factor=lesson.show(first))
    blocks: list[Block] = [paragraph(*intro), *(found for _, _, found in lines)]
    forward = _forward(lesson, [entry for _, entry, _ in lines], made)
    return [*blocks, paragraph(*say("entry forward")), *forward] if forward else blocks


def _with_reason(lesson: Lesson, lines: list[Line], name: str) -> list[Line]:
    reason = say("because put together", equations=lesson.cited(name))
    first = lines[0]
    return [line(first.left, first.right, first.relation, reason), *lines[1:]]


def _largest(
    lesson: Lesson, written: Expr, places: Places, made: Mapping[str, str]
) -> Entry | None:
    """Return the adjoint's entry in the largest term of a sum; None if it has none."""
    best: tuple[float, Entry] | None = None
    for term in terms_of(written):
        for at in _places_of(lesson, term, places):
            inside = rename(expression_of((Term(term.coefficient, term.factors),)), at)
            whole = (e for e in entries(inside) if e.tensor in made and not free_letters(e))
            upstream = next(whole, None)
            if upstream is None or free_letters(inside):
                continue
            size = abs(lesson.values.at(inside))
            # A term that is 0 explains nothing, and may be a guarded read outside of the tensor.
            if size and (best is None or size > best[0]):
                best = size, upstream
    return None if best is None else best[1]


def _places_of(lesson: Lesson, term: Term, places: Places) -> list[Places]:
    """Return every place of the summed letters of a term, the free ones fixed."""
    found: list[Places] = [dict(places)]
    for letter in term.letters:
        size = min(lesson.values.size(letter.size), max(1, MOST_PLACES // len(found)))
        found = [{**at, letter: Integer(i)} for at in found for i in range(size)]
    return found


def _forward(lesson: Lesson, adjoints: list[Entry], made: Mapping[str, str]) -> list[Block]:
    """Return the forward values that the followed lines read, each from its own equation."""
    wanted: dict[Entry, None] = {}
    for adjoint in adjoints:
        gradient = lesson.gradient(made[adjoint.tensor])
        own: Places = dict(zip(gradient.indices, adjoint.positions, strict=True))
        read = entries(rename(gradient.written, own))
        wanted.update(dict.fromkeys(e for e in read if _is_stage(lesson, e)))
    blocks: list[Block] = []
    done: set[Entry] = set()
    while wanted and len(done) < MOST_FORWARD:
        entry = next(iter(wanted))
        del wanted[entry]
        if entry in done:
            continue
        done.add(entry)
        stage = lesson.equation(entry.tensor)
        own = dict(zip(stage.letters, entry.positions, strict=True))
        lines = opened_lines(lesson, lesson.show(entry), stage.written, own, entry)
        reason = say("because put together", equations=lesson.stage(entry.tensor))
        blocks.append(equation(line(lines[0].left, lines[0].right, "=", reason), *lines[1:]))
        for read in entries(rename(stage.written, own)):
            if _is_stage(lesson, read):
                wanted.setdefault(read)
    return blocks


def _is_stage(lesson: Lesson, entry: Entry) -> bool:
    name = entry.tensor
    known = name in lesson.network and lesson.equation(name) is not None
    return known and not free_letters(entry) and _is_inside(lesson, entry)


def _is_inside(lesson: Lesson, entry: Entry) -> bool:
    """Does the tensor have the entry? Before its first step a state is its initial value."""
    pairs = zip(entry.positions, lesson.network[entry.tensor].shape, strict=True)
    return all(not p.is_Integer or 0 <= p < lesson.values.size(size) for p, size in pairs)


def _update(lesson: Lesson, name: str, place: tuple[int, ...]) -> list[Block]:
    words = say("step entry", tensor=lesson.name(name))
    return lesson.update.entry_lines(lesson, name, place, words)
