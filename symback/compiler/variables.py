"""Stage print, names: which variable holds what, and in which function it is made.

Views of buffers, numbers and masks are made in ``workspace``, views of arguments in ``views``. What
a function uses of another one is noted, and handed to it. Within a step of a recurrence, rows are
parameters, and all else that it uses is handed on by ``run``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from sympy import Expr, Rational, Symbol

from symback.algebra.positions import surely_nonnegative
from symback.compiler.names import Names
from symback.compiler.plan import (
    ARGUMENT,
    COMPUTED,
    MEMORY,
    PLACE,
    REAL,
    ROW,
    STATIC,
    TRUTH,
    Groups,
    Number,
    Operand,
    Plan,
    Statement,
    Step,
    Value,
    View,
)
from symback.compiler.sizes import number_text, size_text
from symback.compiler.storage import Storage
from symback.compiler.views import view_text

WORD = re.compile(r"\w+")
NUMBER_NAMES = {0: "zero", 1: "one", 2: "two", 3: "three", Rational(1, 2): "half", -1: "minus_one"}
INSIDE_RUN, INSIDE_WORKSPACE = True, False


@dataclass(slots=True)
class Line:
    """name = text; ``note`` is the form or equation that it computes."""

    name: str
    text: str
    note: object = None


@dataclass(slots=True)
class StepCode:
    """The function of a step: its lines, its rows with their texts, and what else it uses."""

    name: str
    says: str
    rows: dict[str, str] = field(default_factory=dict)
    fixed: dict[str, None] = field(default_factory=dict)
    lines: list[Line] = field(default_factory=list)

    @property
    def parameters(self) -> tuple[str, ...]:
        return (*self.rows, *self.fixed)


@dataclass(slots=True)
class Code:
    """The lines of the three functions, the steps, and the names that go in and out."""

    sizes: tuple[str, ...]
    arguments: tuple[str, ...]
    scalars: bool
    workspace: list[Line] = field(default_factory=list)
    views: list[Line] = field(default_factory=list)
    steps: list[StepCode] = field(default_factory=list)
    run: list[Line] = field(default_factory=list)
    made: list[str] = field(default_factory=list)
    viewed: list[str] = field(default_factory=list)
    results: list[str] = field(default_factory=list)
    functions: dict[str, str] = field(default_factory=dict)


class Variables:
    """The variables of a program by what they hold."""

    def __init__(self, plan: Plan, storage: Storage, names: Names, dtype: str, code: Code) -> None:
        self.plan, self.storage, self.names, self.dtype = plan, storage, names, dtype
        self.code = code
        self._variables: dict[object, str] = {}
        self._arrays: dict[Value, str] = {}
        self._of_arguments: set[str] = set()
        self._made: dict[str, None] = {}
        self._viewed: dict[str, None] = {}
        self._looped = {value for loop in plan.loops for value in loop.made}
        self._zeroed: set[str] = set()
        self._step: Step | None = None
        self._step_code: StepCode | None = None
        self._of_step: set[Value] = set()

    # Numbers -------------------------------------------------------------------------------------

    def _literal(self, number: Expr) -> str:
        text = number_text(number)
        if text.endswith("inf"):
            return text.replace("inf", self._function("inf"))
        return text

    def _size_number(self, number: Expr) -> str:
        """Return the variable of a plain number that depends on sizes."""
        place = ("plain", number)
        if place not in self._variables:
            self._variables[place] = name = self.names.fresh("number_1")
            self.code.workspace.append(Line(name, number_text(number)))
        return self._variables[place]

    def _number(self, number: Expr) -> str:
        """Return the variable of a number as an array of rank 0, which ufuncs read fastest."""
        if number not in self._variables:
            base = NUMBER_NAMES.get(number, "number_1")
            self._variables[number] = name = self.names.fresh(base)
            text = f"{self._function('array')}({self._literal(number)}, {self._type(REAL)})"
            self.code.workspace.append(Line(name, text))
        return self._variables[number]

    def _extra(self, text: str) -> str:
        """Return a textual operand of a call in ``run``; one with sizes as a variable."""
        if not set(WORD.findall(text)).intersection(self.code.sizes):
            return text
        if text not in self._variables:
            self._variables[text] = name = self.names.fresh("shape_1")
            self.code.workspace.append(Line(name, text))
        return self._used(self._variables[text])

    # Arrays --------------------------------------------------------------------------------------

    def _text(self, operand: Operand, inside: bool) -> str:
        if isinstance(operand, Number):
            return self._used(self._number(operand.expression), inside)
        value, groups = operand
        if groups is not None:
            return self._used(self._view(value, groups), inside)
        if value.origin == COMPUTED:
            return self._result(value)
        return self._used(self._variable(value), inside)

    def _result(self, value: Value) -> str:
        """Return the variable of a computed value."""
        if value in self._looped:
            return self._used(self._variable(value.home))
        if self._step_code is not None and value not in self._of_step:
            self._step_code.fixed.setdefault(value.name)
        return value.name

    def _variable(self, value: Value) -> str:
        """Return the variable of an argument, a static value, memory, a row or a cut."""
        if value.origin in (ARGUMENT, STATIC, MEMORY):
            return value.name
        if value.origin == ROW:
            self._step_code.rows.setdefault(value.name, self._row(value))
            return value.name
        text = value.cut.format(self._base(value.parent))
        if text.startswith("strided("):
            text = self._function("strided") + text.removeprefix("strided")
        return self._part(value, (value, None), text, value.name)

    def _row(self, value: Value) -> str:
        """Return the text of a row at its time, a letter of the list that makes the rows."""
        array, offset = self._step.rows[value]
        place = Symbol(self._step.time, integer=True) + offset
        text, last = size_text(place), array.axes[0].size - 1
        inside = (
            surely_nonnegative(offset),
            surely_nonnegative(last - offset - self._step.length + 1),
        )
        if not all(inside):
            # Read where a bracket is 0, and 0 times what memory held before may be no number.
            self._zeroed.add(array.name)
            text = f"min(max(0, {text}), {size_text(last)})"
        return f"{self._base(array)}[{text}{', ...' * (not value.axes)}]"

    def _base(self, value: Value) -> str:
        """Return the variable from which views of the value are made."""
        if value.origin == ROW:
            return self._row(value)
        if value.origin != COMPUTED:
            return self._variable(value)
        return self.storage.place[value] if value.home is None else self._base(value.home)

    def _view(self, value: Value, groups: Groups) -> str:
        """Return the variable of a view of a value."""
        if (value, groups) in self._variables:
            return self._variables[value, groups]
        text, word = view_text(self._base(value), value.axes, groups)
        name = self.names.fresh(f"{value.name}_{word}")
        return self._part(value, (value, groups), text, name)

    def _part(self, value: Value, place: object, text: str, name: str) -> str:
        """Return the variable of a part of a value, made where the value's memory is known."""
        if place not in self._variables:
            self._variables[place] = name
            if _memory(value).origin == ROW:
                self._step_code.rows[name] = text
            elif value.root.origin == ARGUMENT:
                self._of_arguments.add(name)
                self.code.views.append(Line(name, text))
            else:
                self.code.workspace.append(Line(name, text))
        return self._variables[place]

    def _parts(self, statement: Statement) -> str:
        """Return the variable of the views that a statement takes first."""
        function, rest = statement.parts.split("(", 1)
        views = [o.value for o in statement.operands if isinstance(o, View)]
        places = {"out": self._base(statement.target)} if "{out}" in rest else {}
        name = self.names.fresh(f"{statement.target.name}_parts")
        used = [f"{{{number}}}" in rest for number in range(len(views))]
        made_of = [value for value, is_used in zip(views, used, strict=True) if is_used]
        # Others may be numbers, which have no memory.
        bases = (self._base(v) if u else "" for v, u in zip(views, used, strict=True))
        text = f"{self._function(function)}({rest.format(*bases, **places)}"
        origins = {_memory(v).origin for v in (*made_of, *([statement.target] if places else ()))}
        if ROW in origins:
            self._step_code.rows[name] = text
        elif ARGUMENT in origins:
            self._of_arguments.add(name)
            self.code.views.append(Line(name, text))
        else:
            self.code.workspace.append(Line(name, text))
        return name

    def _used(self, name: str, inside: bool = INSIDE_RUN) -> str:
        """Note that ``run``, or a step, uses a variable that another function makes."""
        if inside == INSIDE_RUN:
            if self._step_code is not None:
                if name in self._step_code.rows:
                    return name
                self._step_code.fixed.setdefault(name)
            if name not in self.plan.arguments:
                (self._viewed if name in self._of_arguments else self._made).setdefault(name)
        return name

    # Types and functions -------------------------------------------------------------------------

    def _type(self, kind: str) -> str:
        return self._function({REAL: self.dtype, TRUTH: "bool_", PLACE: "intp"}[kind])

    def _function(self, name: str) -> str:
        """Return the variable of a function or type of NumPy, Python or the runtime."""
        if name not in self.code.functions:
            self.code.functions[name] = self.names.fresh(name)
        return self.code.functions[name]


def _memory(value: Value) -> Value:
    """Return what owns the memory that a value is written into, or read from."""
    root = value.root
    return root if root.home is None else _memory(root.home)


def tuple_text(items: Sequence[str]) -> str:
    """Return the items as the text of a tuple."""
    return f"({', '.join(items)}{',' * (len(items) == 1)})"
