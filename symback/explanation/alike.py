"""What is said once for many layers, with ℓ for their number: forward equations and adjoints."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from symback.explanation.families import Family, grouped
from symback.explanation.lesson import Lesson
from symback.explanation.matrices import gradient_formula, stage_formula
from symback.explanation.texts import listed, say
from symback.render.document import Block, Line
from symback.render.parts import equation, paragraph


def begun(
    told: Iterable[str], folded: Mapping[str, str], known: Mapping[str, Family]
) -> list[Family]:
    """Return the families whose first tensor on the page is told and whose others are not."""
    found = dict.fromkeys(known[name] for name in told if name in known)
    return [f for f in found if not any(m in folded for m in f.members)]


def forward_alike(lesson: Lesson, told: list[str]) -> list[Block]:
    """Return the forward equations of all layers that are like those told, as one with ℓ."""
    found = begun(told, lesson.folded, lesson.layers)
    label = f"alike:{found[0].members[0]}"
    firsts = [n for n in told if n in lesson.layers and lesson.layers[n] in found]
    equations = listed([lesson.stage(name) for name in firsts])
    words = say("alike forward" if len(firsts) > 1 else "alike forward one", equations=equations)
    lines = []
    for family in found:
        lines.append(family.line(stage_formula(lesson, family.model)))
        told_here = set(family.members) - set(firsts)
        lesson.folded.update(dict.fromkeys(told_here, label))
    return [paragraph(*words), equation(*lines, label=label)]


def backward_alike(lesson: Lesson, told: list[str]) -> list[Block]:
    """Return the adjoints of all layers that are like those told, as one equation with ℓ."""
    folded = {n: t for n, t in lesson.told.items() if t != lesson.adjoint_label(n)}
    found = begun(told, folded, lesson.back_layers)
    label = f"adj-alike:{found[0].members[0]}"
    firsts = [n for n in told if n in lesson.back_layers and lesson.back_layers[n] in found]
    adjoints = listed([
        say("alike cited", adjoint=lesson.result(n), equation=lesson.cited(n)) for n in firsts
    ])  # fmt: skip
    lines = []
    for family in found:
        lines.append(gradient_line(lesson, family))
        lesson.told.update(dict.fromkeys(set(family.members) - set(firsts), label))
    inner = any(lesson.equation(n) is not None for n in firsts)
    words = say("alike backward" if inner else "alike gradients", adjoints=adjoints)
    return [paragraph(*words), equation(*lines, label=label)]


def gradient_line(lesson: Lesson, family: Family) -> Line:
    """Return the adjoint or gradient of a family as one line with ℓ."""
    return family.line(gradient_formula(lesson, family.model))


def named(lesson: Lesson, names: Iterable[str]) -> list:
    """Return names as formulas, of layers alike only the first and the last."""
    found = []
    for one in grouped(names, lesson.layers):
        if isinstance(one, Family):
            first, last = lesson.name(one.members[0]), lesson.name(one.members[-1])
            found.append(say("alike names", first=first, last=last))
        else:
            found.append(lesson.name(one))
    return found
