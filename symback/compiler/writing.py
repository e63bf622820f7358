"""Stage print: statements become the lines of three functions, which ``sympy.lambdify`` makes.

    workspace(sizes)          buffers, views of them, numbers and masks: made once for its sizes
    views(sizes, arguments)   views of the arguments: made once for its arrays
    run(arguments, …)         the statements: what every call does

Input: a ``Plan`` and which buffer each value lives in. Output: ``Code``, the three functions and
the names that they hand on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from sympy import Expr, Integer, Rational

from symback.compiler.names import Names
from symback.compiler.plan import (
    ARGUMENT,
    COMPUTED,
    PLACE,
    REAL,
    STATIC,
    TRUTH,
    Number,
    Operand,
    Plan,
    Statement,
    Value,
    View,
)
from symback.compiler.sizes import number_text, size_text
from symback.compiler.storage import Storage

# How a function is called: with the result's memory in front of the closing bracket, as a keyword …
BY_KEYWORD = ("maximum", "minimum")
REDUCTIONS = ("add_reduce", "maximum_reduce")
SPELLED = {"copy": "positive", "letter_values": "arange"}
INFIX = {
    "add": ("+", 4), "subtract": ("-", 4), "multiply": ("*", 5), "divide": ("/", 5),
    "less": ("<", 3), "less_equal": ("<=", 3), "greater": (">", 3), "greater_equal": (">=", 3),
    "equal": ("==", 3), "not_equal": ("!=", 3), "logical_and": ("and", 1), "logical_or": ("or", 1),
}  # fmt: skip
COMPARES = ("less", "less_equal", "greater", "greater_equal", "equal", "not_equal",
            "logical_and", "logical_or", "logical_not")  # fmt: skip
NUMBER_NAMES = {0: "zero", 1: "one", 2: "two", Rational(1, 2): "half", -1: "minus_one", 3: "three"}


@dataclass(slots=True)
class Line:
    """name = text; ``note`` is the formula or equation that it computes."""

    name: str
    text: str
    note: object = None


@dataclass(slots=True)
class Code:
    """The lines of the three functions and the names that go in and out."""

    sizes: tuple[str, ...]
    arguments: tuple[str, ...]
    workspace: list[Line] = field(default_factory=list)
    views: list[Line] = field(default_factory=list)
    run: list[Line] = field(default_factory=list)
    made: list[str] = field(default_factory=list)
    viewed: list[str] = field(default_factory=list)
    results: list[str] = field(default_factory=list)
    functions: dict[str, str] = field(default_factory=dict)


class Writer:
    """Writes one plan; keeps the variables that exist by what they hold."""

    def __init__(
        self, plan: Plan, storage: Storage, names: Names, dtype: str, sizes: tuple[str, ...]
    ) -> None:
        self.plan, self.storage, self.names, self.dtype = plan, storage, names, dtype
        self.code = Code(sizes, tuple(plan.arguments))
        # Scalars: Python's own numbers do, many times faster than NumPy's.
        self.scalars = dtype == "float64" and not any(v.axes for v in plan.arguments.values())
        self.scalars &= not any(s.target.axes for s in plan.statements)
        self._variables: dict[object, str] = {}
        self._of_arguments: set[str] = set()
        self._made: dict[str, None] = {}
        self._viewed: dict[str, None] = {}

    def write(self) -> Code:
        """Return the code of the plan."""
        for buffer in self.storage.buffers:
            kind = self._type(buffer.kind)
            shape = _tuple_text([size_text(s) for s in buffer.shape])
            text = f"{self._function('aligned')}({shape}, {kind})"
            self.code.workspace.append(Line(buffer.name, text, "buffer"))
        for statement in self.plan.static:
            self.code.workspace.append(self._static_line(statement))
        for statement in self.plan.statements:
            self.code.run += self._lines(statement)
        for result in self.plan.results.values():
            self.code.results.append(self._result(result))
        self.code.made, self.code.viewed = list(self._made), list(self._viewed)
        return self.code

    # Lines ---------------------------------------------------------------------------------------

    def _static_line(self, statement: Statement) -> Line:
        target, function = statement.target, statement.function
        if not target.axes and function in (*INFIX, "negative", "select"):
            return Line(target.name, self._infix(statement, inside="workspace"), statement.note)
        operands = [self._text(o, "workspace") for o in statement.operands]
        name = self._function(SPELLED.get(function, function))
        extra = [e if isinstance(e, str) else size_text(e.size) for e in statement.extra]
        if function == "check_inside":
            return Line(target.name, f"{name}({', '.join((*extra, *operands))})", statement.note)
        if function in ("ones", "letter_values"):
            extra = [f"max(0, {extra[0]})"] if function == "letter_values" else extra
            operands = [*extra, f"dtype={self._type(REAL)}"]
        elif function in REDUCTIONS:
            operands = [*operands, *extra]
        elif function == "select":
            name = self._function("where")
        else:
            operands = [*extra, *operands]
        text = f"{name}({', '.join(operands)})"
        if function in (*COMPARES, "select") and target.kind == REAL:
            text = f"{self._function('array')}({text}, {self._type(REAL)})"
        return Line(target.name, text, statement.note)

    def _lines(self, statement: Statement) -> list[Line]:
        target, note = statement.target, statement.note
        if not target.axes:
            return [Line(target.name, self._scalar(statement), note)]
        if statement.out is None:
            return [Line(target.name, self._call(statement, self._out(target)), note)]
        # Why two lines? The call returns the merged view of the memory that the target is.
        memory = self.storage.place[target]
        text = view_text(memory, target.axes, statement.out)
        out = self._used(self._view(target, text, f"{target.name}_view_1"), "run")
        call = Line(out, self._call(statement, out), note)
        return [call, Line(target.name, self._out(target))]

    def _call(self, statement: Statement, out: str) -> str:
        function = statement.function
        operands = [self._text(o, "run") for o in statement.operands]
        name = self._function(SPELLED.get(function, function))
        if function in BY_KEYWORD:
            out = f"out={out}"
        if function in REDUCTIONS:
            operands += [*statement.extra, "None"]
        if function == "take":
            operands += ["None"]
            out = f"{out}, 'clip'"
        return f"{name}({', '.join((*operands, out))})"

    def _scalar(self, statement: Statement) -> str:
        function = statement.function
        if function == "item":
            read = self._text(statement.operands[0], "run")
            return f"{self._function('float')}({read})" if self.scalars else f"{read}[()]"
        if function == "integer":
            return f"{self._text(statement.operands[0], 'run')}.item()"
        if function in (*INFIX, "negative", "logical_not", "select"):
            return self._infix(statement, inside="run")
        operands = [self._number_or_text(o, "run") for o in statement.operands]
        extra = statement.extra if function in REDUCTIONS else ()
        return (
            f"{self._function(SPELLED.get(function, function))}({', '.join((*operands, *extra))})"
        )

    def _infix(self, statement: Statement, inside: str) -> str:
        parts = [self._number_or_text(o, inside) for o in statement.operands]
        function = statement.function
        if function == "select":
            text = f"{parts[1]} if {parts[0]} else {parts[2]}"
        elif function == "negative":
            text = f"-{_bracketed(parts[0])}"
        elif function == "logical_not":
            text = f"not {parts[0]}"
        else:
            text = f" {INFIX[function][0]} ".join(map(_bracketed, parts))
        is_number = function in COMPARES and statement.target.kind == REAL
        return f"{self._function('float')}({text})" if is_number else text

    def _number_or_text(self, operand: Operand, inside: str) -> str:
        if isinstance(operand, Number) and not operand.expression.free_symbols:
            return self._literal(operand.expression)
        return self._text(operand, inside)

    def _literal(self, number: Expr) -> str:
        text = number_text(number)
        if text.endswith("inf"):
            self._function("inf")
        return text

    # Variables -----------------------------------------------------------------------------------

    def _text(self, operand: Operand, inside: str) -> str:
        if isinstance(operand, Number):
            return self._used(self._number(operand.expression), inside)
        value, groups = operand
        if groups is None:
            if value.origin == COMPUTED:
                return value.name
            return self._used(self._variable(value), inside)
        base = self._base(value)
        text = view_text(base, value.axes, groups)
        return self._used(self._view(value, text, f"{value.name}_view_1"), inside)

    def _variable(self, value: Value) -> str:
        """Return the variable of an argument, a static value or a cut."""
        if value.origin in (ARGUMENT, STATIC):
            return value.name
        text = value.cut.format(self._base(value.parent))
        if text.startswith("strided("):
            text = self._function("strided") + text.removeprefix("strided")
        return self._view(value, text, value.name)

    def _base(self, value: Value) -> str:
        """Return the variable from which views of the value are made."""
        if value.origin == COMPUTED:
            return self.storage.place[value]
        return self._variable(value)

    def _view(self, value: Value, text: str, name: str) -> str:
        if text not in self._variables:
            self._variables[text] = name = self.names.fresh(name)
            if value.root.origin == ARGUMENT:
                self._of_arguments.add(name)
                self.code.views.append(Line(name, text))
            else:
                self.code.workspace.append(Line(name, text))
        return self._variables[text]

    def _number(self, number: Expr) -> str:
        if number not in self._variables:
            base = NUMBER_NAMES.get(number, "number_1")
            self._variables[number] = name = self.names.fresh(base)
            text = f"{self._function('array')}({self._literal(number)}, {self._type(REAL)})"
            self.code.workspace.append(Line(name, text))
        return self._variables[number]

    def _used(self, name: str, inside: str) -> str:
        """Note that a function uses a variable that another one makes."""
        if inside == "run" and name not in self.plan.arguments:
            (self._viewed if name in self._of_arguments else self._made).setdefault(name)
        return name

    def _out(self, value: Value) -> str:
        return self._used(self.storage.place[value], "run")

    def _result(self, result: View | Number) -> str:
        if isinstance(result, Number):
            return self._number_or_text(result, "run")
        return self._text(result, "run")

    def _type(self, kind: str) -> str:
        return self._function({REAL: self.dtype, TRUTH: "bool_", PLACE: "intp"}[kind])

    def _function(self, name: str) -> str:
        """Return the variable of a function of NumPy or of the runtime."""
        if name not in self.code.functions:
            self.code.functions[name] = self.names.fresh(name)
        return self.code.functions[name]


def _bracketed(text: str) -> str:
    return f"({text})" if not text.replace("_", "").replace(".", "").isalnum() else text


def _tuple_text(items: Sequence[str]) -> str:
    return f"({', '.join(items)}{',' * (len(items) == 1)})"


def view_text(base: str, axes: Sequence, groups) -> str:
    """Return the Python text of a view: reshape, then transpose, then new axes."""
    text = base
    full = [g for g in groups if g]
    in_memory = sorted(full)
    if any(len(g) > 1 for g in full):
        sizes = []
        for group in in_memory:
            product = Integer(1)
            for axis in group:
                product = product * axes[axis].size
            sizes.append(size_text(product))
        text = f"{text}.reshape({', '.join(sizes)})"
    order = [in_memory.index(g) for g in full]
    if order != sorted(order):
        text += ".T" if order == [1, 0] else f".transpose({', '.join(map(str, order))})"
    if len(full) < len(groups):
        text += f"[{', '.join(':' if g else 'None' for g in groups)}]"
    return text
