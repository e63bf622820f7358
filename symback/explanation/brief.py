"""The short forms: a plain sentence for each gradient (detail 0), a line for each adjoint (1)."""

from __future__ import annotations

from dataclasses import replace

from symback.algebra.positions import Entry
from symback.algebra.terms import terms_of
from symback.explanation.families import Family, grouped
from symback.explanation.lesson import Lesson
from symback.explanation.matrices import gradient_formula
from symback.explanation.opening import forward_blocks, goal_blocks
from symback.explanation.order import needed
from symback.explanation.readout import read_out
from symback.explanation.summary import consequence, verb
from symback.explanation.texts import TEXTS, listed, say
from symback.network.tensors import PARAMETER
from symback.notation.tree import Relation
from symback.render.document import Block, Inlines, Line
from symback.render.parts import equation, heading, items, paragraph

# Symbols of more adjoints than these explain themselves by the first.
MOST_MEANINGS = 8


def plain_blocks(lesson: Lesson, names: tuple[str, ...]) -> list[Block]:
    """Return one plain sentence with the result for each gradient."""
    known = {} if lesson.values else lesson.back_layers
    said = [_plain_family(lesson, one) if isinstance(one, Family) else _plain_numbers(lesson, one)
            for one in grouped(names, known)]  # fmt: skip
    blocks: list[Block] = [paragraph(*said[0])] if len(said) == 1 else [items(*said)]
    used = [n for n in needed(lesson, names) if _appears(lesson, n, names)]
    where = () if lesson.values and lesson.is_scalar else _where(lesson, used)
    return [*blocks, paragraph(*where)] if where else blocks


def _plain_family(lesson: Lesson, family: Family) -> Inlines:
    return say("plain layers", words=family.words(_plain(lesson, family.model)),
               range=family.range())  # fmt: skip


def _where(lesson: Lesson, names: list[str]) -> Inlines:
    """Return what the symbols of adjoints mean, as one sentence; nothing where they need none."""
    shown = [n for n in names if lesson.has_symbol(n)]
    means = [Relation((lesson.adjoint(n), lesson.total(n)), ("==",)) for n in shown[:MOST_MEANINGS]]
    if not means:
        return ()
    return say("plain where", meanings=listed([*means]))


def _appears(lesson: Lesson, name: str, names: tuple[str, ...]) -> bool:
    adjoint = lesson.derivation.adjoint_name(name)
    return any(e.tensor == adjoint for n in names for e in lesson.gradient(n).written.atoms(Entry))


def _plain_numbers(lesson: Lesson, name: str) -> Inlines:
    """Return the plain sentence, for a tensor with values also what its numbers say."""
    words = _plain(lesson, name)
    numbers = read_out(lesson, name) if lesson.network[name].rank else ()
    return (*words, *say("space"), *numbers) if numbers else words


def _plain(lesson: Lesson, name: str) -> Inlines:
    gradient, loss = lesson.derivative(name), lesson.loss
    if not lesson.consumers(name):
        return say("goal nothing", tensor=lesson.name(name), loss=loss)
    if lesson.values and not lesson.network[name].rank:
        value = lesson.values.at(lesson.adjoint_entry(name))
        cause = read_out(lesson, name)
        if cause:
            number = lesson.number(value)
            return say("plain read", gradient=gradient, value=number, words=cause)
        return say(
            "plain number", gradient=gradient, value=lesson.number(value), tensor=lesson.name(name),
            verb=verb(value), loss=loss, consequence=consequence(lesson, name, value),
        )  # fmt: skip
    if lesson.form == "matrix":
        whole = gradient_formula(lesson, name)
        return say("plain result", gradient=whole.left, result=whole.right)
    written = lesson.gradient(name).written
    result = lesson.show(written)
    terms = terms_of(written)
    readers = lesson.consumers(name)
    if (
        len(terms) == 1
        and len(readers) == 1
        and readers[0] != lesson.of
        and terms[0].coefficient == 1
    ):
        signal = lesson.derivation.adjoint_name(readers[0])
        upstream = [f for f in terms[0].factors if isinstance(f, Entry) and f.tensor == signal]
        others = [f for f in terms[0].factors if f not in upstream]
        letters = listed([lesson.symbols.letter(k.name) for k in terms[0].letters])
        summed = say("plain sum", letters=letters) if terms[0].letters else ()
        if upstream and not others:
            reader = lesson.name(readers[0])
            return say(
                "plain bias", gradient=gradient, result=result, loss=loss, reader=reader, sum=summed
            )
        if (
            upstream
            and len(others) == 1
            and isinstance(others[0], Entry)
            and _is_weight(lesson, name)
        ):
            return say(
                "plain product", gradient=gradient, result=result, input=lesson.show(others[0]),
                loss=loss, signal=lesson.show(upstream[0]), sum=summed,
            )  # fmt: skip
    return say("plain result", gradient=gradient, result=result)


def _is_weight(lesson: Lesson, name: str) -> bool:
    return lesson.network[name].kind == PARAMETER


def outline_blocks(lesson: Lesson, names: tuple[str, ...]) -> list[Block]:
    """Return goal, forward pass, and one numbered line for each adjoint."""
    blocks = [*goal_blocks(lesson, names), *forward_blocks(lesson)]
    blocks.append(heading(TEXTS["heading outline"]))
    way = needed(lesson, names)
    for one in grouped(way, lesson.back_layers):
        name = one.model if isinstance(one, Family) else one
        label = lesson.adjoint_label(name)
        members = one.members if isinstance(one, Family) else [name]
        lesson.told.update(dict.fromkeys(members, label))
        shown = _outline_line(lesson, name)
        shown = one.line(shown) if isinstance(one, Family) else shown
        blocks.append(equation(shown, label=label))
    where = _where(lesson, [n for n in way if n not in names])
    blocks += [paragraph(*where)] if where else []
    if lesson.evidence is not None:
        blocks += lesson.evidence.summary()
    return blocks


def _outline_line(lesson: Lesson, name: str) -> Line:
    readers = listed([lesson.stage(r) for r in lesson.consumers(name)])
    reason = say("outline from", readers=readers) if lesson.consumers(name) else ()
    shown = gradient_formula(lesson, name, reason)
    if lesson.values and not lesson.network[name].rank:
        value = lesson.number(lesson.values.at(lesson.adjoint_entry(name)))
        return replace(shown, right=Relation((shown.right, value), ("==",)))
    return shown
