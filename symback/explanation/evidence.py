"""The checks of an explanation: what verification found, beside each gradient and as a table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from sympy import Integer

from symback.algebra.positions import Entry
from symback.compiler.arithmetic import arithmetic
from symback.compiler.interpreter import interpreted
from symback.compiler.program import compile_network
from symback.derivation.derive import derive
from symback.errors import NotYetError
from symback.explanation.lesson import Lesson
from symback.explanation.texts import TEXTS, listed, say
from symback.explanation.written_out import entry_derivative
from symback.network.values import checked_values
from symback.notation.numbers import scientific
from symback.notation.tree import Tree, Words
from symback.render.document import Block, Inlines
from symback.render.parts import check, heading, paragraph, table
from symback.verification.differences import Comparison, interpreted_comparison, program_comparison
from symback.verification.gradients import goal_of
from symback.verification.referee import DIGITS, TOO_LARGE, multiplications, verify
from symback.verification.report import Report, Row

# Multiplications of one pass that the interpreter may do for each entry.
FEW = TOO_LARGE // 4
# In one line of the table of checks.
MOST_NAMES, MOST_ENDS = 8, 3
Place = tuple[str, tuple[int, ...]]

WHAT = {"gradient": "checked gradient", "program": "checked program", "steps": "checked steps"}


@dataclass(frozen=True)
class Evidence:
    """What was checked: the report, and single entries compared at the given values."""

    report: Report
    entries: Mapping[Place, Comparison]
    at_random: bool = False

    def row(self, what: str, name: str) -> Row | None:
        """Return the row of the report on a gradient or on the steps of an adjoint."""
        return next((r for r in self.report.rows if (r.what, r.name) == (what, name)), None)

    def comparison(self, name: str, place: tuple[int, ...] = ()) -> Comparison | None:
        """Return the comparison of one entry with its central difference."""
        return self.entries.get((name, place))

    def lines(self, lesson: Lesson, name: str) -> list[Block]:
        """Return the check line of one gradient, and one more if a line of it does not hold."""
        compared = self.comparison(name)
        row = self.row("gradient", name) or self.row("program", name)
        if compared is not None:
            passed = compared.kinked or compared.error <= self.report.tolerance
            words = _entry_words(lesson, name, (), compared)
        elif row is not None:
            passed, words = row.passed, _row_words(lesson, name, row)
        else:
            return []
        steps = self.row("steps", lesson.derivation.adjoint_name(name))
        if steps is not None and steps.passed:
            key = "check step" if steps.checked == 1 else "check steps"
            words += say(key, count=str(steps.checked), error=error_tree(steps.worst))
        kinked = compared.kinked if compared is not None else not row.checked
        # No tick for what could not be compared.
        found = [paragraph(*words)] if kinked else [check(passed, *words)]
        return [*found, check(False, *_failure(steps))] if steps and not steps.passed else found

    def summary(self) -> list[Block]:
        """Return one check line for all that was checked."""
        return [check(self.report.passed, self.report.verdict)]


def entry_check(lesson: Lesson, name: str, place: tuple[int, ...]) -> list[Block]:
    """Return the check line of one entry of a tensor."""
    compared = lesson.evidence.comparison(name, place) if lesson.evidence else None
    if compared is None:
        return []
    passed = compared.kinked or compared.error <= lesson.evidence.report.tolerance
    words = _entry_words(lesson, name, place, compared)
    return [paragraph(*words)] if compared.kinked else [check(passed, *words)]


def _entry_words(lesson: Lesson, name: str, place: tuple[int, ...], found: Comparison) -> Inlines:
    if found.kinked:
        return say("check kink", gradient=entry_derivative(lesson, name, place))
    return say(
        "check entry", gradient=entry_derivative(lesson, name, place),
        value=lesson.number(found.gradient),
        difference=lesson.number(found.difference), error=error_tree(found.error),
    )  # fmt: skip


def _row_words(lesson: Lesson, name: str, row: Row) -> Inlines:
    if not row.passed:
        return _failure(row)
    if not row.checked:
        return say("check kink", gradient=lesson.derivative(name))
    at = say("check place", place=_where(lesson, row)) if row.place and row.place != name else ()
    if row.checked == 1:
        return say("check one", gradient=lesson.derivative(name), error=error_tree(row.worst))
    return say(
        "check tensor", count=str(row.checked), gradient=lesson.derivative(name),
        error=error_tree(row.worst), place=at,
    )  # fmt: skip


def _where(lesson: Lesson, row: Row) -> Tree | str:
    """Return the entry W2[6,6] of a row as the page writes it; other places in words."""
    tensor, _, numbers = row.place.partition("[")
    if tensor not in lesson.network or not numbers:
        return row.place
    return lesson.show(Entry(tensor, *(Integer(n) for n in numbers.rstrip("]").split(", "))))


def _failure(row: Row) -> Inlines:
    return say("check failed", what=TEXTS[WHAT[row.what]], name=row.name, note=row.note)


def error_tree(error: float) -> Tree:
    """Return a relative error with one digit: 2·10⁻¹⁰."""
    return scientific(error, 1)


def checks_blocks(lesson: Lesson) -> list[Block]:
    """Return the table of everything that was checked."""
    report = lesson.evidence.report
    intro = say("checks intro", setting=report.setting, tolerance=error_tree(report.tolerance))
    note = say("checks random") if lesson.evidence.at_random else ()
    rows = [_check_cells(lesson, alike) for alike in _grouped(lesson, report.rows)]
    note += say("checks alike") if any(row.like for row in report.rows) else ()
    head = [TEXTS[f"checks head {part}"] for part in ("what", "name", "count", "worst", "verdict")]
    return [
        heading(TEXTS["heading checks"]),
        paragraph(*intro, *note),
        table(head, rows, align="llrrl"),
    ]


def _grouped(lesson: Lesson, rows: tuple[Row, ...]) -> list[list[Row]]:
    """Return the rows in their order, those together that one line of the table can stand for."""
    found: dict[object, list[Row]] = {}
    for row in rows:
        family = lesson.back_layers.get(row.name) if row.what != "steps" else None
        same = (row.what, row.like or (family.members if family else row.name))
        plain = row.passed and row.checked and (row.like or not row.note)
        found.setdefault(same if plain else (row.what, row.name, row.note), []).append(row)
    return list(found.values())


def _check_cells(lesson: Lesson, rows: list[Row]) -> tuple:
    """Return the cells of rows that are alike; lines computed once for several are counted once."""
    first = rows[0]
    count = first.checked if first.what == "steps" else sum(row.checked for row in rows)
    own = [row.note for row in rows if row.note and not row.like]
    verdict = TEXTS[_verdict(first)] + (f": {own[0]}" if own else "")
    names = [_what_checked(lesson, row) for row in rows]
    if len(names) > MOST_NAMES:
        names = [*names[:MOST_ENDS], Words("…"), names[-1]]
    worst = error_tree(max(row.worst for row in rows))
    return TEXTS[WHAT[first.what]], listed(names, last="comma"), str(count), worst, verdict


def _what_checked(lesson: Lesson, row: Row) -> Tree | str:
    """Return the tensor of a row as a formula, of steps the adjoint."""
    if row.what != "steps":
        return lesson.name(row.name) if row.name in lesson.network else row.name
    by_adjoint = {lesson.derivation.adjoint_name(n): n for n in lesson.derivation.adjoints}
    return lesson.result(by_adjoint[row.name]) if row.name in by_adjoint else row.name


def _verdict(row: Row) -> str:
    if not row.passed:
        return "verdict wrong"
    return "verdict ok" if row.checked else "verdict kink"


def gathered(
    lesson: Lesson,
    names: tuple[str, ...],
    values: Mapping[str, object] | None,
    place: tuple[int, ...] | None = None,
) -> Evidence:
    """Check the gradients of ``names`` and every recorded line on the way to them.

    Scalars, and one entry at ``place``, are also compared one by one at the given values.
    """
    derivation = lesson.derivation
    if tuple(derivation.wrt) != names:
        derivation = derive(lesson.network, names, lesson.of)
    if values is None:
        return Evidence(verify(derivation), {})
    values = _completed(lesson, values)
    try:
        program = _program_if_large(derivation, values)
        report = verify(derivation, values, program=program)
        return Evidence(report, _entries(lesson, names, values, place))
    except NotYetError:
        return Evidence(verify(derivation), {}, at_random=True)


def _completed(lesson: Lesson, values: Mapping[str, object]) -> dict[str, object]:
    """Return the values with zeros for whatever the goal does not depend on, if it has no value."""
    network = lesson.derivation.network
    given = {getattr(name, "name", name): value for name, value in values.items()}
    sizes = lesson.values.world.sizes
    for tensor in network.given:
        if tensor.name not in given and tensor.name not in lesson.values:
            shape = [size.xreplace(dict(sizes)) for size in tensor.shape]
            given[tensor.name] = np.zeros([int(s) if s.is_Integer else 1 for s in shape])
    return given


def _program_if_large(derivation: object, values: Mapping[str, object]) -> object:
    network = derivation.network
    leaves = [t.name for t in network.given]
    _, sizes = checked_values(network, values, leaves)
    if multiplications(derivation.forward, sizes) <= TOO_LARGE:
        return None
    return compile_network(network, [], value=derivation.of, gradients=derivation.gradient_names)


def _entries(
    lesson: Lesson,
    names: tuple[str, ...],
    values: Mapping[str, object],
    place: tuple[int, ...] | None,
) -> dict[Place, Comparison]:
    """Compare scalars, and the one entry that was asked for, with central differences.

    They are taken in many digits by the interpreter, in floats where that would take too long.
    """
    single = [(n, ()) for n in names if not lesson.network[n].rank]
    single += [(names[0], place)] if place else []
    if not single:
        return {}
    if multiplications(lesson.network, lesson.values.world.sizes) <= FEW:
        return _interpreted(lesson, single, values)
    return {} if lesson.upstream else _computed(lesson, single)


def _interpreted(
    lesson: Lesson, single: list[Place], values: Mapping[str, object]
) -> dict[Place, Comparison]:
    world = interpreted(lesson.derivation.network, values, None, arithmetic(DIGITS))
    goal = goal_of(lesson.derivation)
    found = {}
    for name, where in single:
        gradient = world.tensors[lesson.derivation.adjoint_name(name)][where]
        direction = {where: 1.0}
        found[name, where] = interpreted_comparison(world, goal, name, direction, gradient, {})
    return found


def _computed(lesson: Lesson, single: list[Place]) -> dict[Place, Comparison]:
    program = compile_network(lesson.network, [lesson.of])
    arrays = {name: lesson.values.given[name] for name in program.inputs}

    def goal(changed: Mapping[str, np.ndarray]) -> float:
        return float(program(changed)[lesson.of])

    found = {}
    for name, where in single:
        gradient = float(lesson.values.array(lesson.derivation.adjoint_name(name))[where])
        found[name, where] = program_comparison(goal, arrays, name, {where: 1.0}, gradient)
    return found
