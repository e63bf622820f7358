"""One adjoint in index form: who reads the tensor, the chain of lines, and what there is to notice."""

from __future__ import annotations

from symback.algebra.nodes import Partial, Total
from symback.algebra.positions import Entry
from symback.explanation.lesson import Lesson
from symback.explanation.matrices import matrix_words
from symback.explanation.reasons import short_reason, whole_reason
from symback.explanation.remarks import remarks
from symback.explanation.texts import TEXTS, listed, say
from symback.explanation.written_out import written_out
from symback.record.steps import Step
from symback.render.document import Block, Equation, Line
from symback.render.parts import details, equation, heading, inlines, line, paragraph

# From this many alike on, a derivation is said once and then cited.
MANY_ALIKE = 6


def adjoint_blocks(lesson: Lesson, name: str, level: int = 2) -> list[Block]:
    """Return the whole derivation of one adjoint or gradient; from now on it can be cited."""
    key = "heading gradient" if lesson.equation(name) is None else "heading adjoint"
    title = say(
        key, adjoint=lesson.adjoint(name), gradient=lesson.derivative(name),
        loss=lesson.name(lesson.of), tensor=lesson.name(name),
    )  # fmt: skip
    blocks: list[Block] = [heading(*title, level=level)]
    blocks += _readers(lesson, name)
    blocks += _stable_forms(lesson, name)
    blocks.append(chain(lesson, name))
    lesson.told[name] = lesson.adjoint_label(name)
    if lesson.detail >= 3:
        blocks += _algebra(lesson, name)
    said = [*remarks(lesson, name), *matrix_words(lesson, name)]
    if said:
        blocks.append(paragraph(*listed(said, "space", "space")))
    if lesson.equation(name) is None:
        blocks += written_out(lesson, name)
        if lesson.evidence is not None:
            blocks += lesson.evidence.lines(lesson, name)
    return blocks


def cited_blocks(lesson: Lesson, name: str, like: str) -> list[Block]:
    """Return one line for an adjoint that is derived like another, with other names."""
    gradient = lesson.gradient(name)
    reason = say("as for", adjoint=lesson.result(like), equation=lesson.cited(like))
    lines = [line(lesson.result(name), lesson.show(gradient.written))]
    lesson.told[name] = lesson.adjoint_label(name)
    return [paragraph(*reason), equation(*lines, label=lesson.adjoint_label(name))]


def _readers(lesson: Lesson, name: str) -> list[Block]:
    readers = lesson.consumers(name)
    loss = lesson.name(lesson.of)
    variable = lesson.show(lesson.variable(name))
    if len(readers) == 1:
        reader = lesson.network[readers[0]].entry
        if readers[0] == lesson.of:
            reader = Entry(lesson.of, *reader.positions)
        return [paragraph(*say(
            "read by one", tensor=variable, reader=lesson.show(reader), equation=lesson.stage(readers[0]),
            loss=loss,
        ))]  # fmt: skip
    if not readers:
        return [paragraph(*say("goal nothing", tensor=lesson.name(name), loss=loss))]
    shown = [
        (*inlines(lesson.show(lesson.network[r].entry), " "), lesson.stage(r)) for r in readers
    ]
    words = say("read by many", tensor=variable, readers=listed(shown))
    return [paragraph(*words)]


def _stable_forms(lesson: Lesson, name: str) -> list[Block]:
    blocks: list[Block] = []
    for step in lesson.gradient(name).steps:
        if step.before == step.after and step.changed:
            before, after = step.changed[0]
            words = say(
                "stable form", target=lesson.stage(step.cites[0]), after=lesson.show(after),
                before=lesson.show(before), rule=step.rule,
            )  # fmt: skip
            blocks.append(paragraph(*words))
            blocks.append(equation(line(lesson.show(before), lesson.show(after))))
            if len(step.cites) > 1:
                bypass = say(
                    "stable bypass", reader=lesson.name(step.cites[0]), tensor=lesson.name(name),
                    bypassed=lesson.name(step.cites[1]),
                )  # fmt: skip
                blocks.append(paragraph(*bypass))
    return blocks


def chain(lesson: Lesson, name: str) -> Equation:
    """Return the derivation of one adjoint line by line, each with its reason."""
    steps = [s for s in lesson.gradient(name).steps if s.before != s.after]
    lines: list[Line] = []
    left = lesson.result(name)
    goal = lesson.show(Total(Entry(lesson.of), lesson.variable(name)))
    if left != goal and not getattr(lesson.derivation, "upstream", None):
        lines.append(line(left, goal, reason=TEXTS["because definition"]))
    for step in steps:
        first = not lines
        reason = short_reason(lesson, step)
        lines.append(line(left if first else None, lesson.show(step.after), reason=reason))
    return equation(*lines, label=lesson.adjoint_label(name))


def _algebra(lesson: Lesson, name: str) -> list[Block]:
    """Return the derivation of each local derivative, hidden below the chain."""
    blocks: list[Block] = []
    for step in lesson.gradient(name).steps:
        for substep in step.substeps:
            before = step.changed[0][0] if step.changed else substep.before
            summary = say("algebra", derivative=lesson.show(_short(lesson, before, step)))
            blocks.append(details(summary, algebra_lines(lesson, substep)))
    return blocks


def _short(lesson: Lesson, derivative: Partial, step: Step) -> Partial:
    """Return a derivative with the name of the equation in place of its long right-hand side."""
    if isinstance(derivative.args[0], Entry) or not step.cites:
        return derivative
    return Partial(lesson.network[step.cites[0]].entry, derivative.args[1])


def algebra_lines(lesson: Lesson, step: Step) -> Equation:
    """Return the steps of a local derivative, the inner ones first, each with its rule."""
    lines = []
    for inner in _inner_first(step):
        reason = say("algebra line", rule=inner.rule, reason=whole_reason(lesson, inner))
        lines.append(line(lesson.show(inner.before), lesson.show(inner.after), reason=reason))
    return equation(*lines)


def _inner_first(step: Step) -> list[Step]:
    return [found for sub in step.substeps for found in _inner_first(sub)] + [step]
