"""The builder and the reader of one step of a recurrence, within those of its program.

What a step computes from the same values in every step is no part of it: its statements go to the
program, which runs them once, before the steps.
"""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Callable
from typing import Any

from symback.compiler.builder import Builder, Letters
from symback.compiler.pieces import Form, Piece
from symback.compiler.plan import (
    REAL,
    ROW,
    Located,
    Number,
    RowOf,
    Source,
    Step,
    Value,
    View,
)
from symback.compiler.reading import Reader


class StepReader(Reader):
    """Reads the equations of a step, in which tensors may stand for other things than outside."""

    def __init__(self, outer: Reader) -> None:
        super().__init__(outer.network, outer.forms)
        self.named, self.kept = ChainMap({}, outer.named), ChainMap({}, outer.kept)
        self.checks = outer.checks


class StepBuilder(Builder):
    """Values of a step; ``local`` names the tensors that are another array in each step."""

    def __init__(self, outer: Builder, step: Step) -> None:
        super().__init__(outer.forms, outer.names, outer.rules)
        self.outer, self.step, self.given = outer, step, outer.given
        self.letters = ChainMap({}, outer.letters)
        self.plan.static, self.plan.statements = outer.plan.static, step.statements
        self.local: set[str] = set()
        self._local_forms: dict[Form, bool] = {}

    def row(self, name: str, axes: Letters, array: Value, offset, kind: str = REAL) -> Value:
        """Return the row of an array that belongs to the step, as the value of a tensor."""
        value = Value(name, axes, ROW, kind)
        self.step.rows[value] = RowOf(array, offset)
        self.place(name, Located(value, axes))
        return value

    def place(self, name: str, source: Located) -> None:
        """Note the value of a tensor that is another one in each step."""
        self.local.add(name)
        self.tensors[name], self.letters[name] = source, source.axes

    def is_local(self, value: Value) -> bool:
        """Is this value, or what it is a part of, another one in each step?"""
        return value.root.origin == ROW or value.root in self.made_by

    def operands(self) -> tuple[View, ...]:
        """Return what the step reads that is not its own."""
        found = [array for array, _ in self.step.rows.values()]
        for statement in self.step.statements:
            read = (o.value for o in statement.operands if isinstance(o, View))
            found += [value for value in read if not self.is_local(value)]
        return tuple(View(value) for value in dict.fromkeys(found))

    # What belongs to the program -----------------------------------------------------------------

    def lower(self, piece: Piece, order: Letters = ()) -> Source:
        if not self._reads_local(piece.form):
            return self.outer.lower(piece, order)
        return super().lower(piece, order)

    def known(self, piece: Piece) -> bool:
        own = self._reads_local(piece.form)
        return super().known(piece) if own else self.outer.known(piece)

    def remember(self, piece: Piece, source: Source) -> None:
        builder = super() if self._reads_local(piece.form) else self.outer
        builder.remember(piece, source)

    def state(
        self,
        function: str,
        operands: tuple[View | Number, ...],
        axes: Letters,
        *,
        every_call: bool = False,
        **how: Any,
    ) -> Located:
        read = (o.value for o in operands if isinstance(o, View))
        builder = super() if every_call or any(map(self.is_local, read)) else self.outer
        return builder.state(function, operands, axes, every_call=every_call, **how)

    def tensor(self, name: str) -> Located:
        return self.tensors[name] if name in self.local else self.outer.tensor(name)

    def integers(self, name: str) -> Located:
        return self.tensors[name] if name in self.local else self.outer.integers(name)

    def cut(self, parent: Value, text: str, axes: Letters, *, gapless: bool = False) -> Value:
        builder = super() if self.is_local(parent) else self.outer
        return builder.cut(parent, text, axes, gapless=gapless)

    def once(self, place: tuple, make: Callable[[], Value]) -> Value:
        local = any(isinstance(p, Value) and self.is_local(p) for p in place)
        return super().once(place, make) if local else self.outer.once(place, make)

    def _reads_local(self, form: Form) -> bool:
        found = self._local_forms.get(form)
        if found is None:
            found = getattr(form.data, "tensor", None) in self.local
            found = found or any(self._reads_local(operand.form) for operand in form.operands)
            self._local_forms[form] = found
        return found
