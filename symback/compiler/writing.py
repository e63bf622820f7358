"""Stage print: statements become the lines of three functions.

    workspace(sizes)          buffers, views of them, numbers and masks: made once for its sizes
    views(sizes, arguments)   views of the arguments: made once for its arrays
    run(arguments, …)         the statements: what every call does

Input: a ``Plan`` and the buffer of each value. Output: ``Code``, the lines and the names that go in
and out.
"""

from __future__ import annotations

from symback.compiler.names import Names
from symback.compiler.plan import (
    ARGUMENT,
    REAL,
    Loop,
    Number,
    Operand,
    Plan,
    Statement,
    Step,
    Value,
    View,
)
from symback.compiler.scalars import (
    ATOM,
    FORMULAS,
    LONGEST_FOLDED,
    READS,
    SIGN,
    TRUTH_VALUED,
    Text,
    foldable,
    formula_text,
)
from symback.compiler.sizes import size_text
from symback.compiler.storage import Storage
from symback.compiler.variables import (
    INSIDE_RUN,
    INSIDE_WORKSPACE,
    Code,
    Line,
    StepCode,
    Variables,
    tuple_text,
)

BY_KEYWORD = ("maximum", "minimum")  # out as a third positional argument is deprecated there
UFUNCS = frozenset(("add", "subtract", "multiply", "divide"))
REDUCTIONS = ("add_reduce", "maximum_reduce", "minimum_reduce", "multiply_reduce")
SPELLED = {"copy": "positive", "letter_values": "arange"}


def written(plan: Plan, storage: Storage, names: Names, dtype: str, sizes: tuple[str, ...]) -> Code:
    """Return the code of the plan."""
    return _Writer(plan, storage, names, dtype, sizes).write()


class _Writer(Variables):
    """Writes one plan."""

    def __init__(
        self, plan: Plan, storage: Storage, names: Names, dtype: str, sizes: tuple[str, ...]
    ) -> None:
        # Scalars: Python's own numbers do, many times faster than NumPy's.
        scalars = dtype == "float64" and not any(v.axes for v in plan.arguments.values())
        scalars &= not plan.static and not plan.loops
        scalars &= not any(s.target.axes for s in plan.statements)
        super().__init__(plan, storage, names, dtype, Code(sizes, tuple(plan.arguments), scalars))
        self._foldable = foldable(plan)
        self._folded: dict[Value, Text] = {}

    def write(self) -> Code:
        buffers = [Line(buffer.name, "") for buffer in self.storage.buffers]
        self.code.workspace += buffers
        for statement in self.plan.static:
            line = Line(statement.target.name, self._static(statement), statement.note)
            self.code.workspace.append(line)
        for statement in self._statements():
            self.code.run += self._lines(statement)
        for result in self.plan.results.values():
            self.code.results.append(self._part_text(result, INSIDE_RUN)[0])
        for line, buffer in zip(buffers, self.storage.buffers, strict=True):
            shape = tuple_text([size_text(s) for s in buffer.shape])
            made = self._function("zeros" if buffer.name in self._zeroed else "aligned")
            line.text = f"{made}({shape}, {self._type(buffer.kind)})"
        self.code.made, self.code.viewed = list(self._made), list(self._viewed)
        return self.code

    def _statements(self) -> list[Statement]:
        """Return the statements, without reads of numbers that only ufuncs take.

        A ufunc takes the array of rank 0 itself, which it reads faster than a number of NumPy's.
        """
        if self.code.scalars:
            return self.plan.statements
        items = [s for s in self.plan.statements if s.function == "item"]
        reads = {s.target: s for s in items if s.operands[0].value.origin == ARGUMENT}
        numbers = {r.value for r in self.plan.results.values() if isinstance(r, View)}
        arrays: set[Value] = set()
        for statement in self.plan.every_statement():
            by_ufunc = statement.target.axes and statement.function in UFUNCS
            own = arrays if by_ufunc else numbers
            own.update(o.value for o in statement.operands if isinstance(o, View))
        for value, statement in reads.items():
            if value in arrays:
                self._arrays[value] = statement.operands[0].value.name
                if value in numbers:
                    value.name = self.names.fresh(f"{value.name}_1")
        unread = {value for value in reads if value not in numbers}
        return [s for s in self.plan.statements if s.target not in unread]

    # Lines ---------------------------------------------------------------------------------------

    def _static(self, statement: Statement) -> str:
        target, function = statement.target, statement.function
        if not target.axes and function in (*FORMULAS, *READS):
            return self._number_formula(statement, INSIDE_WORKSPACE)[0]
        name = self._function("where" if function == "select" else SPELLED.get(function, function))
        operands = [self._text(o, INSIDE_WORKSPACE) for o in statement.operands]
        extra = list(statement.extra)
        if function in ("ones", "letter_values"):
            extra.append(f"dtype={self._type(REAL)}")
        behind = function in REDUCTIONS or function == "take"
        extra += ["None", "'clip'"] if function == "take" else []
        operands = [*operands, *extra] if behind else [*extra, *operands]
        text = f"{name}({', '.join(operands)})"
        if function in (*TRUTH_VALUED, "select") and target.kind == REAL:
            text = f"{self._function('array')}({text}, {self._type(REAL)})"
        if statement.out is not None:
            # The function returned the axes merged.
            text += f".reshape({', '.join(size_text(k.size) for k in target.axes)})"
        return text

    def _lines(self, statement: Statement) -> list[Line]:
        target, note = statement.target, statement.note
        if isinstance(statement, Loop):
            return [self._loop_line(statement, step) for step in statement.steps]
        if not target.axes and target.home is None:
            return self._number_lines(statement)
        if statement.out is None:
            return [Line(target.name, self._call(statement, self._out(statement)), note)]
        # Why two lines? The call returns the merged view of the memory that the target is.
        out = self._used(self._view(target, statement.out))
        call, memory = Line(out, self._call(statement, out), note), self._out(statement)
        return [call, Line(target.name, memory)] if memory != target.name else [call]

    def _call(self, statement: Statement, out: str) -> str:
        function = statement.function
        read = self._ufunc_text if function in UFUNCS else self._text
        operands = [read(o, INSIDE_RUN) for o in statement.operands]
        name = self._function(SPELLED.get(function, function))
        if function in BY_KEYWORD:
            out = f"out={out}"
        extra = [self._extra(text) for text in statement.extra]
        if statement.parts:
            extra.append(self._used(self._parts(statement)))
        if function in REDUCTIONS:
            operands = [*operands, *extra, "None"]
        else:
            operands = [*operands, *extra] if function == "take" else [*extra, *operands]
        out = f"{out}, 'clip'" if function == "take" else out
        return f"{name}({', '.join((*operands, out))})"

    def _ufunc_text(self, operand: Operand, inside: bool) -> str:
        array = self._arrays.get(operand.value) if isinstance(operand, View) else None
        return self._text(operand, inside) if array is None else self._used(array)

    def _out(self, statement: Statement) -> str:
        """Return the variable of the memory that a statement writes, which may be an operand's."""
        if statement.target.home is not None:
            return self._used(self._variable(statement.target.home))
        memory = self.storage.place[statement.target]
        for operand in statement.operands:
            if isinstance(operand, View) and self.storage.place.get(operand.value) == memory:
                return operand.value.name
        return self._used(memory)

    # Recurrences ---------------------------------------------------------------------------------

    def _loop_line(self, loop: Loop, step: Step) -> Line:
        """Write the function of a step, the rows that it is called with, and return the call."""
        code = self._step_code = StepCode(step.name, _said(loop, step))
        self._step, self._of_step = step, {s.target for s in step.statements}
        for statement in step.statements:
            code.lines += self._lines(statement)
        self._step = self._step_code = None
        self._of_step = set()
        self.code.steps.append(code)
        rows = self.names.fresh(f"{step.name}_rows")
        times = f"range({size_text(step.length)})"
        times = times if loop.direction > 0 else f"reversed({times})"
        text = f"[{tuple_text(list(code.rows.values()))} for {step.time} in {times}]"
        self.code.workspace.append(Line(rows, text))
        operands = (code.name, self._used(rows), *code.fixed)
        return Line(loop.target.name, f"{self._function('each')}({', '.join(operands)})", loop.note)

    # Numbers -------------------------------------------------------------------------------------

    def _number_lines(self, statement: Statement) -> list[Line]:
        text = self._number_formula(statement, INSIDE_RUN)
        if statement in self._foldable and len(text[0]) <= LONGEST_FOLDED:
            self._folded[statement.target] = text
            return []
        return [Line(statement.target.name, text[0], statement.note)]

    def _number_formula(self, statement: Statement, inside: bool) -> Text:
        function = statement.function
        if function in READS:
            read = self._text(statement.operands[0], inside)
            if self.code.scalars:
                return f"{self._function('float')}({read})", ATOM
            return (f"{read}[()]" if function == "item" else f"{read}.item()"), ATOM
        parts = [self._part_text(o, inside) for o in statement.operands]
        if function in FORMULAS or (function == "power" and self._has_value_of_numpy(statement)):
            return formula_text(statement, parts, self._function("float"))
        texts, extra = [p[0] for p in parts], statement.extra
        if inside == INSIDE_RUN:
            extra = [self._extra(text) for text in extra]
        behind = function in REDUCTIONS or function == "take"
        extra = [*extra, "None", "'clip'"] if function == "take" else extra
        texts = [*texts, *extra] if behind else [*extra, *texts]
        return f"{self._function(SPELLED.get(function, function))}({', '.join(texts)})", ATOM

    def _has_value_of_numpy(self, statement: Statement) -> bool:
        """Is an operand a number as NumPy reads it from an array?

        Then a**b is NumPy's power, faster than a call of it; Python's own has complex results.
        """
        read = {s.target for s in self.plan.statements if s.function == "item"}
        views = (o for o in statement.operands if isinstance(o, View))
        return not self.code.scalars and any(view.value in read for view in views)

    def _part_text(self, operand: Operand, inside: bool) -> Text:
        """Return the text of an operand of a formula."""
        if isinstance(operand, Number):
            number = operand.expression
            if number.free_symbols:
                return self._used(self._size_number(number), inside), ATOM
            text = self._literal(number)
            return text, SIGN if text.startswith("-") else ATOM
        if operand.groups is None and operand.value in self._folded:
            return self._folded[operand.value]
        return self._text(operand, inside), ATOM


def _said(loop: Loop, step: Step) -> str:
    """Return what a step is, in a sentence."""
    start, length = size_text(step.start), size_text(step.length)
    if step.length == 1:
        return f"The step at {step.time} = {start} of {loop.note}."
    way = "up from" if loop.direction > 0 else "down to"
    return f"One of the {length} steps of {loop.note}: {step.time} runs {way} {start}."
