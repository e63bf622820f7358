"""Stage plan, recurrences: the steps of one interval of time, lowered.

What every step computes alike is taken out and lowered before the loop; what a step reads of it is
a row. Tensors of the recurrence at other steps are rows of their memory.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sympy import Expr, Integer

from symback.algebra.positions import Entry, affine
from symback.algebra.traversal import rebuilt, rename
from symback.compiler.builder import Builder, Letters
from symback.compiler.intervals import Interval, decided
from symback.compiler.invariants import Invariants
from symback.compiler.members import Member
from symback.compiler.pieces import ARGMAX, DIVIDED, PLACE, READ, Piece, Read
from symback.compiler.plan import (
    COMPUTED,
    ROW,
    STATIC,
    Located,
    Number,
    RowOf,
    Step,
    Value,
    View,
    arranged,
)
from symback.compiler.ranges import sized
from symback.compiler.steps import StepBuilder, StepReader
from symback.network.tensors import DEFINED, Equation, Tensor

if TYPE_CHECKING:
    from symback.compiler.recurrence import Recursion

ZERO = Integer(0)
INTEGERS = (PLACE, DIVIDED, ARGMAX)


class Body:
    """Lowers the steps of one interval of time."""

    def __init__(self, recursion: Recursion, interval: Interval) -> None:
        self.recursion, self.interval = recursion, interval
        whole = interval.length == recursion.time.size
        self.time = recursion.time if whole else sized(recursion.time.name, interval.length)
        outer = recursion.builder
        first = next(iter(recursion.members))
        name, time = outer.names.fresh(f"{first}_step"), self.time.name
        step = Step(name, time, interval.start, interval.length)
        self.builder = StepBuilder(outer, step)
        self.reader = StepReader(recursion.reader)
        self.varying: set[str] = set()
        self.invariants = Invariants(
            recursion.forms, self.time, self.varying.__contains__, self._row
        )
        self._rows: dict[Piece, Piece] = {}

    def lower(self) -> tuple[Step, tuple[View, ...]]:
        """Return the step, and what it reads that is not its own."""
        for name, member in self.recursion.members.items():
            self.builder.equation = self.builder.outer.equation = name
            piece = self._piece(member.written)
            if self.invariants.varies(piece):
                self.varying.add(self._local_name(name, 0))
            self._define(name, member, piece)
        return self.builder.step, self.builder.operands()

    def _piece(self, written: Expr) -> Piece:
        checks = self.reader.checks
        known = len(checks)
        piece = self.reader.read(self._read(written))
        # What a step computes is known too late to be checked; such places are clipped.
        vary = self.invariants.varies
        checks[known:] = (c for c in checks[known:] if not any(map(vary, (c.place, *c.guards))))
        return piece

    def _read(self, written: Expr) -> Expr:
        """Return a right-hand side with the tensors of the step in place of those over time."""
        start = affine(self.interval.start, {self.time: 1})
        inside = rebuilt(decided(written, self.interval), self._local_entry)
        return rename(self.recursion.states.read(inside), {self.recursion.time: start})

    def _local_entry(self, node: Expr) -> Expr | None:
        members = self.recursion.members
        if not isinstance(node, Entry) or node.tensor not in members:
            return None
        axis = members[node.tensor].axis
        positions = node.positions[:axis] + node.positions[axis + 1 :]
        return Entry(self._local_name(node.tensor, self.recursion.lag(node)), *positions)

    def _local_name(self, name: str, lag: int) -> str:
        own = self.recursion.named(name, lag, self._declare)
        if lag and own not in self.builder.local:
            member = self.recursion.members[name]
            offset = self.interval.start + lag + member.reach
            self.builder.row(own, member.letters, member.memory, offset)
            self.varying.add(own)
        return own

    def _declare(self, name: str, lag: int, own: str) -> None:
        letters = self.recursion.members[name].letters
        self.recursion.tensors.add(Tensor(own, letters, DEFINED))

    def _define(self, name: str, member: Member, piece: Piece) -> None:
        """Lower the equation of one tensor."""
        own = self._local_name(name, 0)
        equation = Equation(own, member.letters, member.written)
        self.reader.name(equation, piece)
        if not self.invariants.varies(piece):
            # Who reads it takes it out too, with what it stands beside.
            self.reader.named[own] = (member.letters, piece)
        source = self.builder.lower(self.invariants.taken_out(piece), member.letters)
        if isinstance(source, Located):
            self.builder.place(own, source)
            self.builder.letters[own] = tuple(k for k in member.letters if k in source.axes)
            self._note(source.value, own, member.equation)
        if member.memory is not None:
            self._store(own, member, source)

    def _note(self, value: Value, own: str, equation: Equation) -> None:
        made = self.builder.made_by.get(value)
        if made is not None and not isinstance(made.note, Equation):
            value.name, made.note = own, equation

    def _store(self, own: str, member: Member, source: Located | Number) -> None:
        """Have the tensor written into its row of the memory."""
        builder, offset = self.builder, self.interval.start + member.reach
        value = source.value if isinstance(source, Located) else None
        is_own = (
            value in builder.made_by
            and value.home is None
            and source.axes == member.letters
            and bool(member.letters)
        )
        is_taken = value is not None and value.name == own and not is_own
        name = builder.names.fresh(f"{own}_row") if is_taken else own
        row = Value(name, member.letters, ROW)
        builder.step.rows[row] = RowOf(member.memory, offset)
        if is_own:
            value.home = row
            return
        operand = source if value is None else arranged(source, member.letters)
        copied = builder.state("copy", (operand,), member.letters, every_call=True)
        copied.value.home, copied.value.name = row, name

    def _row(self, piece: Piece) -> Piece:
        """Return the row of an array over all times of the interval."""
        found = self._rows.get(piece)
        if found is None:
            found = self._rows[piece] = self._made_row(piece)
        return found

    def _made_row(self, piece: Piece) -> Piece:
        outer, forms = self.builder.outer, self.recursion.forms
        letters = tuple(k for k in piece.letters if k != self.time)
        source = outer.lower(piece, (self.time, *letters))
        if isinstance(source, Number):
            return forms.constant(source.expression)
        name = outer.names.fresh(f"{source.value.name}_row")
        kept = tuple(k for k in source.axes if k != self.time)
        if self.time not in source.axes:
            self.builder.place(name, source)
        else:
            array = _by_time(outer, source, (self.time, *kept))
            self.builder.row(name, kept, array, ZERO, array.kind)
        self.builder.letters[name] = kept
        is_integer = piece.form.kind in INTEGERS or getattr(piece.form.data, "integer", False)
        return forms.leaf(READ, Read(name, integer=is_integer), kept)


def _by_time(builder: Builder, source: Located, axes: Letters) -> Value:
    """Return the array with time first and without gaps, in memory that the program owns."""
    value = source.value
    owned = value.root.origin in (COMPUTED, STATIC) and value.contiguous
    if source.axes == axes and owned:
        return value
    operand = arranged(source, axes)

    def make() -> Value:
        return builder.state("copy", (operand,), axes, kind=value.kind).value

    return builder.once(("rows", value, operand.groups), make)
