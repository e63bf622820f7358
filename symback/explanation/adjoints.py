"""One adjoint in index form: who reads the tensor, the chain of lines, what there is to notice."""

from __future__ import annotations

from sympy import Expr

from symback.algebra.nodes import LogSumExp, Partial, Total
from symback.algebra.positions import Entry
from symback.algebra.traversal import bound_apart, free_letters, subexpressions
from symback.derivation.time_reads import INITIAL, TIME_RULES
from symback.explanation.lesson import Lesson
from symback.explanation.locals import LINEAR, function_name, is_stable_form, rule_words
from symback.explanation.matrices import matrix_words
from symback.explanation.program_lines import program_passage
from symback.explanation.put_together import together_blocks
from symback.explanation.reasons import short_reason
from symback.explanation.remarks import remarks
from symback.explanation.texts import TEXTS, listed, say
from symback.explanation.through_time import backward_words, one_step, reader_words
from symback.explanation.windows import reader_entry
from symback.explanation.written_out import written_out
from symback.notation.tree import Derivative, Tree
from symback.record.steps import Step
from symback.render.document import Block, Equation, Inlines, Line
from symback.render.parts import details, equation, heading, line, paragraph, passage

# From this many alike on, a derivation is said once and then cited.
MANY_ALIKE = 6
# Up to so many local derivatives are put in one by one, more of them in one line.
MOST_LOCAL_LINES = 3
# The rules whose lines are local derivatives times what came before, not yet worked out.
CHAIN_RULES = ("chain rule", "accumulate")


def adjoint_blocks(lesson: Lesson, name: str, level: int = 2) -> list[Block]:
    """Return the whole derivation of one adjoint or gradient; from now on it can be cited."""
    steps = [*backward_words(lesson, name), *readers(lesson, name)]
    steps += [*_locals(lesson, name), chain(lesson, name)]
    lesson.told[name] = lesson.adjoint_label(name)
    if lesson.detail >= 3:
        steps += _algebra(lesson, name)
    steps += [*together(remarks(lesson, name)), *one_step(lesson, name)]
    matrices = together(matrix_words(lesson, name))
    blocks: list[Block] = [heading(*subject(lesson, name), level=level), passage("index", *steps)]
    blocks += [passage("matrix", *matrices)] if matrices else []
    gradient, held = lesson.gradient(name), lesson.derivation.adjoint_name(name)
    blocks += program_passage(lesson, held, gradient.written, gradient.indices)
    blocks += together_blocks(lesson, name)
    if lesson.equation(name) is None:
        blocks += written_out(lesson, name)
        if lesson.evidence is not None:
            blocks += lesson.evidence.lines(lesson, name)
    return blocks


def together(said: list[Inlines]) -> list[Block]:
    """Return sentences as one paragraph; no sentence, no block."""
    return [paragraph(*listed(said, "space", "space"))] if said else []


def subject(lesson: Lesson, name: str) -> Inlines:
    """Return the title of a derivation: Z̄1[n,h], how L answers to Z1."""
    key = "heading gradient" if lesson.equation(name) is None else "heading adjoint"
    return say(
        key, adjoint=lesson.adjoint(name), gradient=lesson.result(name),
        loss=lesson.loss, tensor=lesson.name(name),
    )  # fmt: skip


def cited_blocks(lesson: Lesson, name: str, like: str) -> list[Block]:
    """Return one line for an adjoint that is derived like another, with other names."""
    gradient = lesson.gradient(name)
    reason = say("as for", adjoint=lesson.result(like), equation=lesson.cited(like))
    lines = [line(lesson.result(name), lesson.show(gradient.written))]
    lesson.told[name] = lesson.adjoint_label(name)
    return [paragraph(*reason), equation(*lines, label=lesson.adjoint_label(name))]


def readers(lesson: Lesson, name: str) -> list[Block]:
    """Return who reads the tensor, or which stable form bypasses what stands between."""
    reading = lesson.consumers(name)
    loss = lesson.loss
    variable = lesson.show(lesson.variable(name))
    blocks = stable_forms(lesson, name)
    if blocks and len(reading) == 1:
        return blocks
    if len(reading) == 1:
        reader = lesson.show(reader_entry(lesson, name, reading[0]))
        stage = lesson.stage(reading[0])
        words = say("read by one", tensor=variable, reader=reader, equation=stage, loss=loss)
    elif not reading:
        words = say("goal nothing", tensor=lesson.name(name), loss=loss)
    else:
        shown = [reader_words(lesson, name, r) for r in reading]
        words = say("read by many", tensor=variable, readers=listed([*shown]))
    return [paragraph(*words), *blocks]


def stable_forms(lesson: Lesson, name: str) -> list[Block]:
    """Return the stable forms in which the readers of a tensor are read; none, no block."""
    grouped: dict[tuple[str, ...], list[Step]] = {}
    for step in lesson.gradient(name).steps:
        if is_stable_form(step):
            grouped.setdefault(step.cites, []).append(step)
    return [b for cites, steps in grouped.items() for b in _stable_form(lesson, name, cites, steps)]


def _stable_form(
    lesson: Lesson, name: str, cites: tuple[str, ...], steps: list[Step]
) -> list[Block]:
    target = lesson.stage(cites[0])
    rules = listed([s.rule for s in steps])
    words = say("stable form", target=target, rule=rules)
    if steps[0].rule in TIME_RULES:
        key = "initial value" if steps[0].rule == INITIAL else "truncation"
        words = say(key, target=target)
    if len(cites) > 1:
        words = say(
            "stable bypass", reader=lesson.name(cites[0]), target=target, rule=rules,
            tensor=lesson.name(name), bypassed=lesson.name(cites[1]),
            stage=lesson.stage(cites[1]), loss=lesson.loss,
        )  # fmt: skip
    lines = [line(lesson.show(s.changed[0][0]), lesson.show(s.changed[0][1])) for s in steps]
    stable = (n for s in steps for n in subexpressions(s.changed[0][1]))
    spread = next((n for n in stable if isinstance(n, LogSumExp)), None)
    blocks = [paragraph(*words), equation(*lines)]
    if spread is not None:
        letters = listed([lesson.symbols.letter(k.name) for k in spread.letters])
        words = say("one number for all", number=lesson.show(spread), letters=letters)
        blocks.append(paragraph(*words))
    return blocks


def _locals(lesson: Lesson, name: str) -> list[Block]:
    """Return the local derivatives that the chain uses, and what in them is not linear."""
    lines: list[Line] = []
    for step in lesson.gradient(name).steps:
        if step.rule != "local derivative" or not step.substeps:
            continue
        whole = step.substeps[0]
        before, after = step.changed[0]
        told = step.cites[:1] != (lesson.of,) or lesson.upstream
        inner = [s for s in _inner_first(whole) if s.rule not in LINEAR and s is not whole]
        # What is the whole already need not be said of a part of it.
        inner = [s for s in inner if not told or s.after != after]
        lines += [_local_line(lesson, s, s.before, s.after, None) for s in inner]
        if told:
            lines.append(_local_line(lesson, whole, before, after, step.cites[0]))
    words = TEXTS["locals" if len(lines) > 1 else "locals one"]
    return [paragraph(words), equation(*lines)] if lines else []


def _local_line(lesson: Lesson, step: Step, before: Expr, after: Expr, stage: str | None) -> Line:
    rules = rule_words(lesson, step)
    if stage is not None:
        rules = say("local from", equation=lesson.stage(stage), rules=rules)
    left, right = in_one_line(before, after)
    return line(lesson.show(left), lesson.show(right), reason=rules)


def in_one_line(left: Expr, right: Expr) -> tuple[Expr, Expr]:
    """Return both sides of a line with bound letters renamed apart from the letters beside them."""
    letters = free_letters(left) | free_letters(right)
    return bound_apart(left, letters), bound_apart(right, letters)


def chain(lesson: Lesson, name: str, numbered: bool = True) -> Equation:
    """Return the derivation of one adjoint line by line, each with its reason."""
    steps = [s for s in lesson.gradient(name).steps if s.before != s.after]
    together = [s for s in steps if s.rule == "local derivative"]
    together = together if len(together) > MOST_LOCAL_LINES else []
    lines: list[Line] = []
    left = lesson.result(name)
    goal = lesson.total(name)
    if left != goal and not lesson.upstream:
        lines.append(line(left, goal, reason=TEXTS["because definition"]))
    for step in steps:
        first = not lines
        if step in together and step is not together[-1]:
            continue
        reason = short_reason(lesson, step)
        if step in together:
            stages = listed([lesson.stage(s.cites[0] if s.cites else lesson.of) for s in together])
            reason = say("because local derivatives", equations=stages)
        pure = in_partials(lesson, name, step)
        if pure is not None:
            lines.append(line(left if first else None, pure, reason=reason))
            first, reason = False, _named_upstream(lesson, name, step)
        lines.append(line(left if first else None, lesson.show(step.after), reason=reason))
    return equation(*lines, label=lesson.adjoint_label(name) if numbered else "")


def in_partials(lesson: Lesson, name: str, step: Step) -> Tree | None:
    """Return the chain rule with ∂L/∂Z2 in the place of Z̄2; None where the line has no adjoint."""
    upstream = _upstream(lesson, name, step)
    if not upstream:
        return None
    goal = Entry(lesson.of)
    parts = {e: lesson.show(Total(goal, Entry(r, *e.positions))) for e, r in upstream.items()}
    return lesson.show(step.after, parts)


def _upstream(lesson: Lesson, name: str, step: Step) -> dict[Entry, str]:
    """Return the adjoints in a line of the chain rule that have symbols, each with its tensor."""
    if step.rule not in CHAIN_RULES or lesson.upstream:
        return {}
    adjoints = {lesson.derivation.adjoint_name(r): r for r in lesson.consumers(name)}
    read = sorted(step.after.atoms(Entry), key=str)
    found = {e: adjoints[e.tensor] for e in read if e.tensor in adjoints}
    return {e: r for e, r in found.items() if r != lesson.of and lesson.has_symbol(r)}


def _named_upstream(lesson: Lesson, name: str, step: Step) -> Inlines:
    named = []
    for reader in dict.fromkeys(_upstream(lesson, name, step).values()):
        adjoint = lesson.typesetter.name(lesson.derivation.adjoint_name(reader))
        derivative = Derivative(lesson.name(lesson.of), lesson.name(reader))
        parts = {"adjoint": adjoint, "derivative": derivative}
        key = "because adjoint cited" if reader in lesson.told else "because adjoint"
        if reader in lesson.told:
            parts["equation"] = lesson.cited(reader)
        named.append(say(key, **parts))
    return listed(named)


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
        reason = function_name(inner) if inner.rule == "pointwise" else inner.rule
        left, right = in_one_line(inner.before, inner.after)
        lines.append(line(lesson.show(left), lesson.show(right), reason=reason))
    return equation(*lines)


def _inner_first(step: Step) -> list[Step]:
    return [found for sub in step.substeps for found in _inner_first(sub)] + [step]
