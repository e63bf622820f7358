"""Local derivatives as they were recorded: from which equation, by which rules, what vanished."""

from __future__ import annotations

from dataclasses import dataclass

from sympy import Expr, Integer

from symback.algebra.nodes import Partial
from symback.algebra.operators import Negative, Pointwise
from symback.algebra.positions import Entry
from symback.explanation.lesson import Lesson
from symback.explanation.texts import TEXTS, listed, say
from symback.network.network import reads
from symback.record.steps import Step
from symback.render.document import Inlines
from symback.render.parts import Part

# By these rules alone the derivative is a coefficient.
LINEAR = {"sum", "constant factor", "itself", "entry", "sum over index", "mean over index"}
# Rules that differentiate a function of an inner expression.
COMPOSING = {"pointwise", "power"}
# What functions are called in a table of rules.
FUNCTION_NAMES = {
    "sigmoid": "logistic",
    "exp": "exponential",
    "sqrt": "square root",
    "log": "logarithm",
}


@dataclass(frozen=True)
class Local:
    """∂reader/∂variable, from the equation of the reader; ``step`` derives it."""

    reader: str
    variable: str
    symbol: Expr
    formula: Expr
    step: Step | None

    @property
    def is_one(self) -> bool:
        return self.formula == Integer(1)


def locals_of(lesson: Lesson, name: str) -> tuple[Local, ...]:
    """Return the local derivatives that a derivation uses, one for each reader, in its order.

    Where the goal alone reads the tensor the local derivative is the result itself, tidied.
    """
    gradient = lesson.gradient(name)
    readers = lesson.consumers(name)
    steps = [s for s in gradient.steps if s.rule == "local derivative"]
    found = []
    for reader, step in zip(readers, steps, strict=False):
        before, after = step.changed[0]
        if readers == (lesson.of,):
            after = gradient.written
        symbol = Partial(Entry(reader, *_letters(lesson, before, reader)), before.args[1])
        substep = step.substeps[0] if step.substeps else None
        found.append(Local(reader, name, symbol, after, substep))
    return tuple(found)


def _letters(lesson: Lesson, derivative: Expr, reader: str) -> tuple[Expr, ...]:
    """Return the letters of the reader as they stand in a derivative of its equation."""
    top = derivative.args[0]
    if isinstance(top, Entry) and top.tensor == reader:
        return top.positions
    return lesson.network[reader].letters


def rule_words(lesson: Lesson, step: Step) -> Inlines:
    """Return by which rules a local derivative was found, in a few words."""
    steps = list(step.walk())
    # A sum of which one part is left is no step of its own.
    adding = [s for s in steps if s.rule == "sum" and len(s.substeps) > 1]
    spoken = list(dict.fromkeys(s.rule for s in steps if s.rule not in LINEAR or s in adding))
    spoken = [] if set(spoken) <= LINEAR else spoken
    if not spoken:
        return say("rule linear", variable=lesson.name(step.before.args[1].tensor))
    functions = [function_name(s) for s in steps if s.rule == "pointwise"]
    words = [functions[0] if rule == "pointwise" else rule for rule in spoken]
    return listed([*words, *([TEXTS["rule chain"]] if any(map(_is_composed, steps)) else [])])


def _is_composed(step: Step) -> bool:
    """Is a function of something taken that is not the variable itself?"""
    return step.rule in COMPOSING and any(s.rule not in ("itself", "entry") for s in step.substeps)


def function_name(step: Step) -> str:
    """Return what the function is called whose derivative a step takes."""
    function = step.before.args[0]
    return FUNCTION_NAMES.get(function.name, function.name)


def vanishing(lesson: Lesson, local: Local) -> Inlines:
    """Return the sentence on terms of the reader that do not depend on the variable; empty if none.

    Only terms that are computed are worth a word: that another weight's term vanishes is seen.
    """
    if local.step is None:
        return ()
    terms = [
        _unsigned(value)
        for step in local.step.walk()
        for name, value in step.facts
        if name == "vanishing" and isinstance(value, Expr) and _is_computed(lesson, value)
    ]
    if not terms or local.reader != lesson.of:
        return ()
    shown: list[Part] = [lesson.show(term) for term in terms]
    return say(
        "vanishing one" if len(shown) == 1 else "vanishing many", terms=listed([*shown]),
        variable=lesson.name(local.variable), local=lesson.show(local.symbol),
    )  # fmt: skip


def _unsigned(expression: Expr) -> Expr:
    return expression.args[0] if isinstance(expression, Negative) else expression


def _is_computed(lesson: Lesson, expression: Expr) -> bool:
    return any(lesson.equation(e.tensor) is not None for e in expression.atoms(Entry))


def independent(lesson: Lesson, name: str) -> tuple[str, ...]:
    """Return the computed tensors that the goal reads and that a tensor does not reach."""
    reached, stack = set(), [name]
    while stack:
        for target in lesson.consumers(stack.pop()):
            if target != lesson.of and target not in reached:
                reached.add(target)
                stack.append(target)
    goal = lesson.equation(lesson.of)
    read = [n for n in reads(goal) if lesson.equation(n) is not None]
    if not reached & set(read):
        return ()
    return tuple(n for n in read if n not in reached)


def is_stable_form(step: Step) -> bool:
    """Does a step read an equation in its stable form?"""
    return step.before == step.after and bool(step.changed)


def functions_differentiated(lesson: Lesson, names: tuple[str, ...]) -> tuple[str, ...]:
    """Return the pointwise functions whose derivatives the derivations of these tensors use."""
    found: dict[str, None] = {}
    for name in names:
        for step in lesson.gradient(name).record.walk():
            if step.rule == "pointwise" and isinstance(step.before.args[0], Pointwise):
                found.setdefault(step.before.args[0].name)
    return tuple(found)
