"""The sentence in front: which way the goal goes when a weight is raised, and what a step does."""

from __future__ import annotations

import math
from itertools import pairwise

from symback.algebra.nodes import Partial
from symback.explanation.lesson import Lesson
from symback.explanation.order import Path, path_counts, paths, trunk
from symback.explanation.texts import TEXTS, listed, say
from symback.network.tensors import PARAMETER
from symback.notation.tree import Number, Relation
from symback.render.document import Inlines
from symback.render.parts import Part, inlines

FEW_DIGITS = 6
MOST_PATHS = 8
LONGEST_PATH = 12


def summary(lesson: Lesson, name: str) -> Inlines:
    """Return one sentence on the sign and size of a gradient; nothing without numbers."""
    if not lesson.values or lesson.network[name].rank:
        return ()
    value = lesson.values.at(lesson.adjoint_entry(name))
    fields = {
        "tensor": lesson.name(name), "gradient": lesson.derivative(name),
        "loss": lesson.loss, "consequence": consequence(lesson, name, value),
        "claim": Relation((lesson.derivative(name), Number("0")), (">" if value > 0 else "<",)),
    }  # fmt: skip
    count = path_counts(lesson, name).get(name, 0)
    if value == 0 or not math.isfinite(value):
        return say("summary zero", **_only(fields, "loss tensor gradient consequence"))
    if not 0 < count <= MOST_PATHS or len(trunk(lesson, name)) > LONGEST_PATH:
        return say("summary net", verb=verb(value), value=lesson.number(value), **fields)
    if count == 1:
        return say(
            "summary one path", verb="", chain=_chain(lesson, paths(lesson, name)[0]), **fields
        )
    return _fork(lesson, name, fields)


def _only(fields: dict, names: str) -> dict:
    return {name: fields[name] for name in names.split()}


def verb(rate: float) -> str:
    """Return raises, lowers or leaves."""
    return TEXTS["raises" if rate > 0 else "lowers" if rate < 0 else "leaves"]


def _rate(lesson: Lesson, path: Path) -> float:
    """Return the product of the local derivatives along a path."""
    rate = 1.0
    for below, above in pairwise(path):
        rate *= _slope(lesson, above, below)
    return rate


def _slope(lesson: Lesson, above: str, below: str) -> float:
    entry = Partial(lesson.network[above].entry, lesson.variable(below))
    return lesson.local_values.get(entry, float("nan"))


def _chain(lesson: Lesson, path: Path) -> Inlines:
    """Return raises net_o1, which raises o1, which lowers E."""
    parts: list[Part] = []
    for below, above in pairwise(path):
        slope = _slope(lesson, above, below)
        parts += [TEXTS["which"] if parts else "", verb(slope), " ", lesson.name(above)]
    return inlines(*parts)


def _fork(lesson: Lesson, name: str, fields: dict) -> Inlines:
    way = trunk(lesson, name)
    effects: dict[str, float] = {}
    for path in paths(lesson, name):
        node = _unit(lesson, path[len(way) :])
        effects[node] = effects.get(node, 0.0) + _rate(lesson, path)
    parts = []
    for node, rate in effects.items():
        key = "summary direct" if node == lesson.of else "summary part"
        if rate == 0:
            key = "summary direct none" if node == lesson.of else "summary part none"
        parts.append(say(
            key, node=lesson.name(node), verb=verb(rate),
            loss=fields["loss"], rate=lesson.number(rate, FEW_DIGITS), gradient=fields["gradient"],
        ))  # fmt: skip
    total = sum(effects.values())
    agree = len({rate > 0 for rate in effects.values() if rate}) < 2
    verdict = say("summary agree" if agree else "summary up" if total > 0 else "summary down", **(
        {} if agree else {"loss": fields["loss"]}
    ))  # fmt: skip
    parts = listed([*parts])
    fields = {k: v for k, v in fields.items() if k != "loss"}
    if len(way) == 1:
        return say("summary branches", parts=parts, verdict=verdict, **fields)
    return say("summary fork", chain=_chain(lesson, way), parts=parts, verdict=verdict, **fields)


def _unit(lesson: Lesson, path: Path) -> str:
    """Return the first node of a path, a neuron's output rather than its function's argument."""
    return path[1] if path[0] in lesson.signals and path[1] != lesson.of else path[0]


def consequence(lesson: Lesson, name: str, value: float) -> Inlines:
    """Return what a step does: , so w1 goes down, by 0.000219."""
    tensor = lesson.name(name)
    if lesson.network[name].kind != PARAMETER:
        return ()
    if lesson.update is not None and name in lesson.update.worlds:
        moved = lesson.update.change(name)
        if moved == 0:
            return say("summary stays", tensor=tensor)
        direction = TEXTS["up" if moved > 0 else "down"]
        amount = lesson.number(abs(moved), FEW_DIGITS)
        return say("summary moves", tensor=tensor, direction=direction, amount=amount)
    if value == 0:
        return ()
    return say(
        "summary should", tensor=tensor, comparison=TEXTS["smaller" if value > 0 else "larger"]
    )
