"""Recurrences on a page: steps forward, who reads whom one step later, one step back in a line."""

from __future__ import annotations

from sympy import Expr, Integer

from symback.algebra.letters import Index
from symback.algebra.positions import Entry, combined
from symback.algebra.terms import Term
from symback.algebra.traversal import bound_apart, entries, free_letters, rebuilt, rename
from symback.explanation.lesson import Lesson
from symback.explanation.texts import TEXTS, listed, say
from symback.network.recurrences import FORWARDS, Recurrence
from symback.network.tensors import PARAMETER
from symback.notation.tree import Tree
from symback.render.document import Block, Inlines
from symback.render.parts import equation, line, paragraph

LONGEST_LINE = 14  # factors and terms of a step in one line; a longer one explains nothing


def forward_words(lesson: Lesson, name: str) -> list[Inlines]:
    """Return what there is to say of a stage that belongs to a recurrence."""
    inner = lesson.recurrences.get(name)
    if inner is None:
        return []
    said = []
    states = {
        e.tensor: e for e in entries(lesson.equation(name).written)
        if e.tensor in inner.targets and any(inner.lags(name, e.tensor))
    }  # fmt: skip
    for state, entry in states.items():
        if lesson.network[state].is_state and lesson.once(f"initial {entry}"):
            said.append(_initial_words(lesson, inner, state, entry))
    if name == inner.targets[-1]:
        labels = listed([lesson.stage(target) for target in inner.targets])
        if len(inner.targets) > 1:
            said.append(say("time forward", equations=labels, **_steps(lesson, inner)))
    return said


def _initial_words(lesson: Lesson, inner: Recurrence, state: str, entry: Entry) -> Inlines:
    """Return what a state is before the first step, as an equation reads it there."""
    tensor, time = lesson.network[state], inner.times[state]
    axis = tensor.letters.index(time)
    first = rename(entry, {time: Integer(0)})
    places = dict(zip(tensor.letters, first.positions, strict=True))
    initial = Integer(0) if tensor.initial is None else rename(tensor.initial, places)
    shown = {
        "letter": lesson.symbols.letter(time.name), "initial": lesson.show(initial),
        "first": lesson.typesetter.position(Integer(0)),
    }  # fmt: skip
    if first.positions[axis] == -1:
        return say("time initial", state=lesson.show(first), **shown)
    return say("time initial far", state=lesson.show(entry), **shown)


def _steps(lesson: Lesson, inner: Recurrence, name: str | None = None) -> dict[str, Tree]:
    """Return the letter of time, its first two steps and the last, as indices are counted."""
    time = inner.times[name or inner.targets[0]]
    steps = {"first": Integer(0), "second": Integer(1), "last": time.size - 1}
    shown = {key: lesson.typesetter.position(step) for key, step in steps.items()}
    return {"letter": lesson.symbols.letter(time.name), **shown}


def time_path_words(lesson: Lesson) -> list[Inlines]:
    """Return through which states paths lead from step to step, for each recurrence on the way."""
    said = []
    on_the_way = {i.targets: i for n, i in lesson.recurrences.items() if n in lesson.way}
    for inner in on_the_way.values():
        read = (
            e.tensor for n in inner.targets for e in entries(lesson.equation(n).written)
            if e.tensor in inner.targets and any(inner.lags(n, e.tensor))
        )  # fmt: skip
        states = [lesson.name(n) for n in dict.fromkeys(read)]
        are = TEXTS["time is" if len(states) == 1 else "time are"]
        said.append(say("time paths", states=listed(states), are=are))
    return said


def backward_words(lesson: Lesson, name: str) -> list[Block]:
    """Return why the adjoints of a recurrence run the other way, before the first of them."""
    inner = lesson.recurrences.get(name)
    if inner is None or not lesson.once(f"time {inner.targets}"):
        return []
    readers, states = [], []
    for target in inner.targets:
        for entry in entries(lesson.equation(target).written):
            if entry.tensor in inner.targets and any(inner.lags(target, entry.tensor)):
                readers.append(lesson.name(target))
                states.append(lesson.show(entry))
    readers, states = list(dict.fromkeys(readers)), list(dict.fromkeys(states))
    time = inner.times[inner.targets[0]]
    after = combined((1, time), (1, Integer(inner.direction)))
    read = TEXTS["time reads one" if len(readers) == 1 else "time reads many"]
    parts = {"readers": listed(readers), "states": listed(states), "read": read}
    if inner.direction == FORWARDS:
        parts["next"] = lesson.typesetter.position(after)
        words = say("time", **parts, **_steps(lesson, inner))
    else:
        words = say("time back", **parts, **_steps(lesson, inner))
    return [paragraph(*words)]


def reader_words(lesson: Lesson, name: str, reader: str) -> Inlines:
    """Return one of several readers, with the step at which it reads a state."""
    inner = lesson.recurrences.get(name)
    lags = set(inner.lags(reader, name)) if inner else {0}
    key, number = "reader", ""
    if lags == {-1}:
        key = "reader later"
    elif lags == {1}:
        key = "reader earlier"
    elif len(lags) == 1 and min(lags) < 0:
        key, number = "reader far", str(-min(lags))
    elif lags != {0}:
        key = "reader both"
    shown = lesson.show(lesson.network[reader].entry)
    parts = {"number": number} if key == "reader far" else {}
    return say(key, reader=shown, equation=lesson.stage(reader), **parts)


def shared_steps(lesson: Lesson, name: str, reader: str, term: Term) -> tuple[Index, ...]:
    """Return the time letter, if it is summed since every step uses the same parameter."""
    inner = lesson.recurrences.get(reader)
    if inner is None or lesson.network[name].kind != PARAMETER:
        return ()
    return tuple(k for k in term.letters if k == inner.times[reader])


def one_step(lesson: Lesson, name: str) -> list[Block]:
    """Return the adjoint of a recurrence at a step from that of the next, in one line.

    It stands behind the last adjoint that is told, where that reads one other of the same step.
    """
    inner = lesson.recurrences.get(name)
    own = {n for n in lesson.way if inner is not None and n in inner.targets}
    if inner is None or not own <= set(lesson.told) or len(own) < 2:
        return []
    gradient = lesson.gradient(name)
    held = {lesson.derivation.adjoint_name(n): n for n in own if n != name}
    read = {e for e in entries(gradient.written) if e.tensor in held}
    same = [e for e in read if _is_same_step(lesson, inner, held, e)]
    if len(same) != 1 or len(read) != 1:
        return []
    (entry,) = same
    whole = _put_in(lesson, gradient.written, entry, held[entry.tensor])
    if any(e.tensor in held for e in entries(whole)):
        return []  # It would not be a step from itself to itself.
    if sum(1 for _ in entries(whole)) > LONGEST_LINE:
        return []
    outer, put = lesson.cited(name), lesson.cited(held[entry.tensor])
    reason = say("because put into", inner=put, outer=outer)
    time = inner.times[name]
    after = lesson.typesetter.position(combined((1, time), (1, Integer(inner.direction))))
    words = say(
        "time one step short", adjoint=lesson.name(entry.tensor), next=after,
        whole=lesson.name(lesson.derivation.adjoint_name(name)),
        letter=lesson.symbols.letter(time.name),
    )  # fmt: skip
    shown = line(lesson.result(name), lesson.show(whole), reason=reason)
    return [paragraph(*words), equation(shown)]


def _is_same_step(lesson: Lesson, inner: Recurrence, held: dict, entry: Entry) -> bool:
    name = held[entry.tensor]
    axis = lesson.gradient(name).indices.index(inner.times[name])
    return isinstance(entry.positions[axis], Index)


def _put_in(lesson: Lesson, written: Expr, entry: Entry, name: str) -> Expr:
    """Return an adjoint with another's formula in the place of its entry."""
    gradient = lesson.gradient(name)
    places = dict(zip(gradient.indices, entry.positions, strict=True))
    formula = bound_apart(rename(gradient.written, places), free_letters(written))
    return rebuilt(written, lambda node: formula if node == entry else None)
