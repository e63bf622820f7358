"""What a program is before it is text: values, views of them, and statements that make them.

Value      an array or number of the program: an argument, a result of a statement, a part of one
Located    a value whose axes are called by letters of the expression that reads it
View       how a statement reads a value: axes permuted, merged, or of length 1 put in
Number     a number or expression of sizes
Statement  target = function(operands)
Loop       statements that run for one value of time after the other
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from sympy import Expr

from symback.algebra.letters import Index

ARGUMENT, COMPUTED, STATIC, CUT = "argument", "computed", "static", "cut"
MEMORY, ROW = "memory", "row"
REAL, TRUTH, PLACE = "real", "truth", "place"

Groups = tuple[tuple[int, ...], ...]


@dataclass(eq=False, slots=True)
class Value:
    """An array whose axes have the sizes of these letters; rank 0 is a plain number.

    ``origin``: an argument of the program, computed by a statement in every call, static (made once
    from the sizes), cut out of ``parent`` as a strided view that ``cut`` describes, memory that a
    recurrence fills, or one row of such an array. ``home`` is where a computed value is written, if
    that is a part of another value.
    """

    name: str
    axes: tuple[Index, ...]
    origin: str
    kind: str = REAL
    parent: Value | None = None
    cut: str = ""
    home: Value | None = None
    gapless: bool = False  # a cut whose entries are neighbours in memory, in the order of its axes

    @property
    def contiguous(self) -> bool:
        """May neighbouring axes be merged?"""
        return self.origin != CUT or self.gapless

    @property
    def root(self) -> Value:
        """The value that owns the memory."""
        return self if self.parent is None else self.parent.root


class Located(NamedTuple):
    """A value read with these letters on its axes."""

    value: Value
    axes: tuple[Index, ...]

    def renamed(self, renaming: dict[Index, Index]) -> Located:
        return Located(self.value, tuple(renaming.get(k, k) for k in self.axes))


class View(NamedTuple):
    """A value with its axes grouped: ((0,), (), (1, 2)) is v[:, None, merged]; None is v itself."""

    value: Value
    groups: Groups | None = None


class Number(NamedTuple):
    """A number, or an expression of sizes."""

    expression: Expr


Operand = View | Number
Source = Located | Number


@dataclass(eq=False, slots=True)
class Statement:
    """target = function(*operands, *extra); ``note`` says which formula it computes.

    ``out`` says how the function sees the target's memory, if not as it is: with axes merged.
    ``parts`` is the text of views that are made where memory is known: of the target's, {out}, and
    of the operands', {0}, {1}, …; the function takes them first. ``of`` names the tensor for which
    it was planned.
    """

    target: Value
    function: str
    operands: tuple[Operand, ...]
    extra: tuple[str, ...] = ()
    out: Groups | None = None
    note: object = None
    parts: str = ""
    of: str = ""

    @property
    def targets(self) -> tuple[Value, ...]:
        """All values that it makes."""
        return (self.target,)


@dataclass(eq=False, slots=True)
class Step:
    """One step of a recurrence, for ``length`` values of time from ``start`` on.

    ``time`` is a name for it, ``rows`` says which row of which array each value of the step is at
    its time; what else the statements read is the same in all steps.
    """

    name: str
    time: str
    start: Expr
    length: Expr
    rows: dict[Value, RowOf] = field(default_factory=dict)
    statements: list[Statement] = field(default_factory=list)


class RowOf(NamedTuple):
    """Row number step + ``offset`` of an array, the steps counted from 0."""

    array: Value
    offset: Expr


@dataclass(eq=False, slots=True)
class Loop(Statement):
    """Steps, run in their order, or backwards if ``direction`` is -1.

    ``operands`` is all that the steps read, ``made`` the arrays over all of time that they make.
    """

    steps: tuple[Step, ...] = ()
    made: list[Value] = field(default_factory=list)
    direction: int = 1

    @property
    def targets(self) -> tuple[Value, ...]:
        return (self.target, *self.made)


@dataclass(slots=True)
class Plan:
    """A program: static statements run once for each set of sizes, the others in every call.

    ``memories`` are arrays that hold what they hold until the next call.
    """

    arguments: dict[str, Value] = field(default_factory=dict)
    static: list[Statement] = field(default_factory=list)
    statements: list[Statement] = field(default_factory=list)
    checks: list = field(default_factory=list)
    results: dict[str, View | Number] = field(default_factory=dict)
    memories: list[Value] = field(default_factory=list)

    @property
    def loops(self) -> tuple[Loop, ...]:
        """The recurrences."""
        return tuple(s for s in self.statements if isinstance(s, Loop))

    def every_statement(self) -> Iterator[Statement]:
        """Yield all statements of a call, those within loops in place of the loops."""
        for statement in self.statements:
            if isinstance(statement, Loop):
                for step in statement.steps:
                    yield from step.statements
            else:
                yield statement


def arranged(located: Located, axes: tuple[Index, ...]) -> View:
    """Return the view of a value that broadcasts against an array with these axes."""
    place = {letter: i for i, letter in enumerate(located.axes)}
    groups = [(place[k],) if k in place else () for k in axes]
    while groups and not groups[0]:
        del groups[0]
    return view(located.value, tuple(groups))


def view(value: Value, groups: Groups) -> View:
    """Return the view with these groups of axes; the value itself if nothing moves."""
    is_plain = groups == tuple((i,) for i in range(len(value.axes)))
    return View(value, None if is_plain else groups)


def merged_arguments(plan: Plan) -> tuple[str, ...]:
    """Return the arguments of which some axes are merged: these must have no gaps."""
    found: dict[str, None] = {}
    for statement in plan.every_statement():
        for operand in statement.operands:
            if isinstance(operand, View) and operand.groups:
                if operand.value.origin == ARGUMENT and any(len(g) > 1 for g in operand.groups):
                    found[operand.value.name] = None
    return tuple(found)
