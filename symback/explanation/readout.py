"""Gradients read out: which way a parameter goes, how far, and what that alone does to the goal."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from sympy import Expr

from symback.algebra.nodes import Partial
from symback.algebra.operators import Negative, Plus
from symback.algebra.positions import Entry
from symback.algebra.traversal import subexpressions
from symback.explanation.lesson import Lesson
from symback.explanation.order import path_counts, paths
from symback.explanation.texts import TEXTS, listed, say
from symback.explanation.written_out import entry_derivative
from symback.network.tensors import INPUT
from symback.render.document import Inlines

FEW_DIGITS = 6
SHORT = 4
MOST_PATHS = 16


def read_out(lesson: Lesson, name: str) -> Inlines:
    """Return a sentence on the numbers of a gradient; nothing without values."""
    if not lesson.values or not lesson.consumers(name):
        return ()
    return _tensor(lesson, name) if lesson.network[name].rank else _scalar(lesson, name)


# Scalars


def _scalar(lesson: Lesson, name: str) -> Inlines:
    """Return: o1 is too high (0.7514 against 0.01) and rises with w5: lowering w5 by 0.0411 …"""
    update = lesson.update
    if update is None or name not in update.alone or not update.change(name):
        return ()
    change, tensor = update.change(name), lesson.name(name)
    step = say(
        "read step", tensor=tensor, verb=TEXTS["raising" if change > 0 else "lowering"],
        amount=lesson.number(abs(change), FEW_DIGITS), effect=_alone(lesson, name),
    )  # fmt: skip
    cause = _cause(lesson, name)
    return (*cause, *_small(step)) if cause else step


def _small(words: Inlines) -> Inlines:
    """Return a sentence as the end of one: its first letter small."""
    first = words[0]
    return (type(first)(first.text[:1].lower() + first.text[1:]), *words[1:])


def _alone(lesson: Lesson, name: str) -> Inlines:
    """Return what the goal does if one parameter alone takes its step: lowers E by 0.0034."""
    moved = lesson.update.alone[name] - lesson.update.before
    if not moved:
        return say("read leaves", loss=lesson.loss)
    verb = TEXTS["raises" if moved > 0 else "lowers"]
    amount = lesson.number(float(f"{abs(moved):.3g}"), FEW_DIGITS)
    return say("read moves", verb=verb, loss=lesson.loss, amount=amount)


def _cause(lesson: Lesson, name: str) -> Inlines:
    """Return which output is off its target and how it answers, the one that matters most."""
    if path_counts(lesson, name).get(name, 0) > MOST_PATHS:
        return ()
    rates: dict[str, float] = {}
    for path in paths(lesson, name):
        rate = 1.0
        for below, above in pairwise(path[:-1]):
            slope = Partial(lesson.network[above].entry, lesson.variable(below))
            rate *= lesson.local_values.get(slope, float("nan"))
        rates[path[-2]] = rates.get(path[-2], 0.0) + rate
    found = {n: _target(lesson, n) for n in rates if n != name}
    known = [n for n, target in found.items() if target is not None and rates[n]]
    if not known:
        return ()
    output = max(known, key=lambda n: abs(rates[n] * _slope(lesson, n)))
    value, wanted = lesson.values.at(Entry(output)), lesson.values.at(found[output])
    if value == wanted:
        return ()
    return say(
        "read cause", output=lesson.name(output), tensor=lesson.name(name),
        side=TEXTS["too high" if value > wanted else "too low"],
        value=lesson.number(value, SHORT), wanted=lesson.number(wanted, SHORT),
        answer=TEXTS["rises" if rates[output] > 0 else "falls"],
    )  # fmt: skip


def _slope(lesson: Lesson, name: str) -> float:
    return lesson.values.at(lesson.adjoint_entry(name))


def _target(lesson: Lesson, name: str) -> Entry | None:
    """Return the input from which the goal's derivative takes a tensor's distance: t in o − t."""
    if lesson.consumers(name) != (lesson.of,):
        return None
    for node in subexpressions(lesson.gradient(name).written):
        if isinstance(node, Plus) and len(node.args) == 2:
            plain, taken = _signed(node)
            pair = {plain, taken}
            if Entry(name) in pair:
                other = next(iter(pair - {Entry(name)}), None)
                if isinstance(other, Entry) and lesson.network[other.tensor].kind == INPUT:
                    return other
    return None


def _signed(node: Plus) -> tuple[Expr | None, Expr | None]:
    """Return (a, b) for a − b; (None, None) for another sum."""
    plain = [a for a in node.args if not isinstance(a, Negative)]
    taken = [a.args[0] for a in node.args if isinstance(a, Negative)]
    return (plain[0], taken[0]) if len(plain) == len(taken) == 1 else (None, None)


# Tensors


def _tensor(lesson: Lesson, name: str) -> Inlines:
    """Return how many entries are positive and negative, the largest, and what the step does."""
    array = lesson.values.array(lesson.derivation.adjoint_name(name))
    if not array.any():
        return say("read zero", gradient=lesson.derivative(name))
    place = tuple(int(i) for i in np.unravel_index(np.argmax(np.abs(array)), array.shape))
    positive, negative = int((array > 0).sum()), int((array < 0).sum())
    fields = {
        "gradient": lesson.derivative(name), "largest": entry_derivative(lesson, name, place),
        "value": lesson.number(float(array[place]), FEW_DIGITS),
    }  # fmt: skip
    if positive and negative:
        counts = {"positive": positive, "negative": negative}
        counts["none"] = array.size - positive - negative
        told = [
            say(f"read {key}", number=str(n), are=TEXTS["is" if n == 1 else "are"])
            for key, n in counts.items() if n
        ]  # fmt: skip
        words = say("read tensor", **fields, count=str(array.size), counts=listed([*told]))
    else:
        other = TEXTS["negative" if positive else "positive"]
        words = say("read tensor one sign", **fields, other=other)
    if lesson.update is None or name not in lesson.update.alone:
        return words
    return (*words, *say("read alone", tensor=lesson.name(name), effect=_alone(lesson, name)))
