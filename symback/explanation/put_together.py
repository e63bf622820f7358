"""A gradient in one line: the adjoints on the way put into it, as books print normalisations."""

from __future__ import annotations

from symback.algebra.traversal import bound_apart, free_letters
from symback.explanation.lesson import Lesson
from symback.explanation.reasons import short_reason
from symback.explanation.texts import TEXTS, listed, say
from symback.render.document import Block, Line
from symback.render.parts import equation, line, paragraph, reference


def together_label(lesson: Lesson, name: str) -> str:
    """Return the label of the equation that holds a gradient in one line."""
    return f"{lesson.adjoint_label(name)}:together"


def together_blocks(lesson: Lesson, name: str) -> list[Block]:
    """Return the lines from a gradient to its one line, where whole sums vanish on the way."""
    made = lesson.fusions.get(name)
    if made is None:
        return []
    between = [lesson.name(lesson.derivation.adjoint_name(n)) for n in made.route.between]
    words = say("put together", gradient=lesson.result(name), adjoints=listed(between))
    lines: list[Line] = [
        line(
            lesson.result(name), lesson.show(made.gradient.written),
            reason=say("because put together", equations=lesson.cited(name)),
        )
    ]  # fmt: skip
    for step in made.steps:
        after = bound_apart(step.after, free_letters(step.after))
        lines.append(line(None, lesson.show(after), reason=short_reason(lesson, step)))
    return [
        paragraph(*words), equation(*lines, label=together_label(lesson, name)),
        paragraph(TEXTS["put together end"]),
    ]  # fmt: skip


def together_line(lesson: Lesson, name: str) -> list[Line]:
    """Return the one line of a gradient among the results; nothing where there is none."""
    made = lesson.fusions.get(name)
    if made is None or lesson.form != "index":
        return []
    reason = say("because put together", equations=reference(together_label(lesson, name)))
    written = bound_apart(made.written, free_letters(made.written))
    return [line(None, lesson.show(written), reason=reason)]
