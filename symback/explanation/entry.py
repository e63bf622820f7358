"""One entry of a tensor's gradient with numbers: the sum written out, and its largest term followed back."""

from __future__ import annotations

from collections.abc import Mapping

from sympy import Expr, Integer

from symback.algebra.letters import Index
from symback.algebra.positions import Entry
from symback.algebra.terms import Term, expression_of, terms_of
from symback.algebra.traversal import entries, free_letters, rename
from symback.explanation.evidence import entry_check
from symback.explanation.lesson import Lesson
from symback.explanation.texts import listed, say
from symback.explanation.written_out import entry_derivative, opened_terms
from symback.notation.forms import added
from symback.notation.tree import Number, Relation, Tree, Words
from symback.render.document import Block, Equation, Line
from symback.render.parts import equation, heading, line, paragraph

Places = dict[Index, Expr]
# At most so many forward values are followed back.
MOST_FORWARD = 8
# At most so many terms are looked through for the largest.
MOST_PLACES = 20_000


def entry_blocks(lesson: Lesson, name: str, place: tuple[int, ...]) -> list[Block]:
    """Return the derivation of one entry: formula = numbers = value, and where its factors come from."""
    gradient = lesson.gradient(name)
    places: Places = {k: Integer(i) for k, i in zip(gradient.indices, place, strict=True)}
    left = entry_derivative(lesson, name, place)
    shown = [
        Relation((lesson.symbols.letter(k.name), lesson.typesetter.position(p)), ("==",))
        for k, p in places.items()
    ]
    intro = say("entry intro", equation=lesson.cited(name), places=listed([*shown]))
    blocks: list[Block] = [heading(*say("heading entry", gradient=left)), paragraph(*intro)]
    lines = opened_lines(lesson, left, gradient.written, places)
    blocks.append(equation(*lines, label=f"entry:{name}"))
    if not lesson.values:
        return blocks
    blocks += entry_check(lesson, name, place)
    blocks += _followed(lesson, gradient.written, places)
    if lesson.update is not None:
        blocks += _update(lesson, name, place)
    return blocks


def opened_lines(lesson: Lesson, left: Tree, written: Expr, places: Mapping[Index, Expr]) -> list[Line]:
    """Return an expression at a place: its sums opened, numbers put in, and its value."""
    opened = [e for term in terms_of(written) for e in opened_terms(_sized(lesson, term), places)]
    lines = [line(left, _sum(lesson, opened, None))]
    if not lesson.values:
        return lines
    value = lesson.number(lesson.values.at(written, {k: int(p) for k, p in places.items()}))
    numbers = [None if e is None else concrete_numbers(lesson, e) for e in opened]
    if all(e is None or n is not None for e, n in zip(opened, numbers, strict=True)):
        put_in = _sum(lesson, opened, numbers)
        lines.append(line(None, put_in if put_in == value else Relation((put_in, value), ("==",))))
    else:
        lines.append(line(None, value))
    return lines


def _sized(lesson: Lesson, term: Term) -> Term:
    """Return a term whose summed letters have their numbers as sizes: 1436, not N - 1."""
    if not lesson.values or not term.letters:
        return term
    mapping = {
        k: Index(k.name, lesson.values.size(k.size)) for k in term.letters if not k.size.is_Integer
    }
    factors = tuple(rename(f, dict(mapping)) for f in term.factors)
    return Term(term.coefficient, factors, tuple(mapping.get(k, k) for k in term.letters))


def _sum(lesson: Lesson, opened: list[Expr | None], numbers: list[dict | None] | None) -> Tree:
    signed: list[tuple[str, Tree]] = []
    for place, expression in enumerate(opened):
        if expression is None:
            signed.append(("+", Words("…")))
            continue
        tree = lesson.show(expression, numbers[place] if numbers else None)
        terms = getattr(tree, "terms", None)
        if terms is not None:
            signed += terms
        elif isinstance(tree, Number) and tree.negative and signed:
            signed.append(("-", Number(tree.mantissa, tree.exponent)))
        else:
            signed.append(("+", tree))
    return added(signed)


def concrete_numbers(lesson: Lesson, expression: Expr) -> dict[Expr, Tree] | None:
    """Return the numbers of the entries and sizes of an expression; None where a letter is left in it."""
    if any(isinstance(node, Index) for node in expression.atoms(Index)):
        return None
    found: dict[Expr, Tree] = {}
    for entry in dict.fromkeys(entries(expression)):
        found[entry] = lesson.number(lesson.values.at(entry))
    for symbol in sorted(expression.free_symbols, key=str):
        if symbol in lesson.values.world.sizes:
            found[symbol] = Number(str(lesson.values.world.sizes[symbol]))
    return found


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
        found = opened_lines(lesson, lesson.show(entry), gradient.written, own)
        lines.append((name, entry, equation(*_with_reason(lesson, found, name))))
        entry = _largest(lesson, gradient.written, own, made)
    where = listed([lesson.typesetter.position(p) for p in first.positions])
    intro = say("entry follow", factor=lesson.show(first), places=where)
    blocks: list[Block] = [paragraph(*intro), *(found for _, _, found in lines)]
    forward = _forward(lesson, [entry for _, entry, _ in lines], made)
    return [*blocks, paragraph(*say("entry forward")), *forward] if forward else blocks


def _with_reason(lesson: Lesson, lines: list[Line], name: str) -> list[Line]:
    reason = say("because put together", equations=lesson.cited(name))
    first = lines[0]
    return [line(first.left, first.right, first.relation, reason), *lines[1:]]


def _largest(lesson: Lesson, written: Expr, places: Places, made: Mapping[str, str]) -> Entry | None:
    """Return the adjoint's entry in the term of a sum that is largest in size; None if it has none."""
    best: tuple[float, Entry] | None = None
    for term in terms_of(written):
        for at in _places_of(lesson, term, places):
            inside = rename(expression_of((Term(term.coefficient, term.factors),)), at)
            upstream = next((e for e in entries(inside) if e.tensor in made), None)
            if upstream is None or free_letters(inside):
                continue
            size = abs(lesson.values.at(inside))
            if best is None or size > best[0]:
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
        lines = opened_lines(lesson, lesson.show(entry), stage.written, own)
        reason = say("because put together", equations=lesson.stage(entry.tensor))
        blocks.append(equation(line(lines[0].left, lines[0].right, "=", reason), *lines[1:]))
        for read in entries(rename(stage.written, own)):
            if _is_stage(lesson, read):
                wanted.setdefault(read)
    return blocks


def _is_stage(lesson: Lesson, entry: Entry) -> bool:
    name = entry.tensor
    known = name in lesson.network and lesson.equation(name) is not None
    return known and not free_letters(entry)


def _update(lesson: Lesson, name: str, place: tuple[int, ...]) -> list[Block]:
    left = lesson.show(Entry(name, *map(Integer, place)))
    return lesson.update.entry_lines(lesson, name, place, left)


