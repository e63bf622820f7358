"""Why a line follows from the one before it, in a few words or as the rule's whole reason."""

from __future__ import annotations

from sympy import Expr

from symback.algebra.operators import Comparison
from symback.algebra.positions import Entry
from symback.explanation.lesson import Lesson
from symback.explanation.locals import rule_words
from symback.explanation.texts import TEXTS, listed, say
from symback.notation.tree import Relation, Tree
from symback.record.steps import Step
from symback.render.document import Inlines
from symback.render.parts import Part, inlines


def short_reason(lesson: Lesson, step: Step) -> Inlines:
    """Return the reason of a step as it stands beside its line."""
    key = f"because {step.rule}"
    if step.rule == "local derivative":
        return _from_equation(lesson, step)
    if key not in TEXTS:
        return inlines(step.rule)
    return say(key, **_fields(lesson, step))


def _from_equation(lesson: Lesson, step: Step) -> Inlines:
    target = step.cites[0] if step.cites else lesson.of
    key = (
        "because local derivative goal"
        if target == lesson.of and not lesson.upstream
        else "because local derivative"
    )
    rules = rule_words(lesson, step.substeps[0]) if step.substeps else ()
    return say(key, equation=lesson.stage(target), rules=rules)


def _fields(lesson: Lesson, step: Step) -> dict[str, Inlines]:
    """Return the facts of a step by name, each as words."""
    named: dict[str, list[Part]] = {"loss": [lesson.name(lesson.of)]}
    for name, value in step.facts:
        named.setdefault(name, []).append(_shown(lesson, value))
    return {name: listed([*dict.fromkeys(parts)]) for name, parts in named.items()}


def _shown(lesson: Lesson, value: Expr | str) -> Part:
    if isinstance(value, str):
        return value.replace(" - ", " − ").replace("(-", "(−")
    if (
        isinstance(value, Comparison)
        and value.operator == "=="
        and not isinstance(value.args[1], Entry)
    ):
        return Relation(tuple(_position(lesson, side) for side in value.args[1:]), ("==",))
    return lesson.show(value)


def _position(lesson: Lesson, side: Expr) -> Tree:
    return lesson.typesetter.position(side)
