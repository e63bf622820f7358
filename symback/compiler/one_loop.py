"""Programs that work entry by entry, as one loop over the entries, which Numba compiles.

The statements are those of the plan, in their order: a value between two of them is a number of
the loop instead of an array. Only operations are taken that Numba and NumPy round alike, so both
backends give the same bits; exp or tanh within a loop would be slower than NumPy's besides.

Input: a ``Plan`` and its ``Code``. Output: ``Code`` whose run calls the loop, and the loop's lines.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache

import numpy
from sympy import Symbol

from symback.algebra.letters import Index
from symback.compiler.imports import INDENT
from symback.compiler.names import Names
from symback.compiler.plan import (
    ARGUMENT,
    COMPUTED,
    CUT,
    REAL,
    Number,
    Plan,
    Statement,
    Value,
    View,
)
from symback.compiler.printing import function_of
from symback.compiler.scalars import ATOM, FORMULAS, SIGN, TRUTH_VALUED, Text, formula_text
from symback.compiler.sizes import number_text
from symback.compiler.variables import WORD, Code, Line
from symback.errors import NotYetError

# How a loop writes what is no operator; all of it is exact, or rounded once.
CALLS = {
    "sqrt": "{sqrt}({0})",
    "absolute": "{absolute}({0})",
    # Why + 0? Numba's sign of -0.0 is -0.0, NumPy's is 0.0.
    "sign": "{sign}({0}) + {real}(0)",
    # Of 0.0 and -0.0 NumPy takes the second; a NaN stays.
    "maximum": "{0} if {0} > {1} or {0} != {0} else {1}",
    "minimum": "{0} if {0} < {1} or {0} != {0} else {1}",
}
ITEM, COPY, LOOP = "item", "copy", "loop"
HELPS = (
    "use backend='numpy'; one loop is made of + - * /, sqrt, abs, sign, maximum, minimum and "
    "conditions, entry by entry over the same letters"
)


@dataclass(frozen=True, slots=True)
class OneLoop:
    """A loop over entries: its parameters and lines, and the program that calls it.

    ``functions`` are NumPy's that the loop calls, with the names that it has for them.
    """

    name: str
    parameters: tuple[str, ...]
    lines: tuple[Line, ...]
    code: Code
    functions: dict[str, str]

    def compiled(self) -> Callable:
        """Return the loop, compiled by Numba when it is called first; raises NotYetError."""
        lines = tuple((line.name, line.text) for line in self.lines)
        return _compiled(self.parameters, lines, tuple(self.functions.items()))


def one_loop(plan: Plan, code: Code, memory: dict[str, int], dtype: str, names: Names) -> OneLoop:
    """Return the plan as a loop; ``memory`` says which of ``code.made`` each result is in.

    Raises NotYetError for a plan that is more than one loop over the same entries.
    """
    writer = _Writer(plan, code, names, dtype)
    results = {n: r for n, r in plan.results.items() if isinstance(r, View) and r.value.axes}
    for name in results:
        if name not in memory:
            raise _refused(plan, f"the result {name} is not made entry by entry")
    outputs = {name: code.made[memory[name]] for name in results}
    parameters, lines = writer.loop({outputs[n]: r.value for n, r in results.items()})
    loop = names.fresh(LOOP)
    called = Line(names.fresh("done"), f"{loop}({', '.join(parameters)})", writer.note)
    run = [*(line for line in code.run if line.name in writer.numbers), called]
    order = dict(zip(plan.results, code.results, strict=True)) | outputs
    made = replace(code, run=run, results=[order[name] for name in plan.results])
    return OneLoop(loop, parameters, lines, _pruned(made, writer.functions), writer.functions)


def _pruned(code: Code, called: dict[str, str]) -> Code:
    """Return the code without memory and functions that are not used, with those of the loop."""
    used = {word for line in (*code.run, *code.views) for word in WORD.findall(line.text)}
    used.update(code.results)
    workspace = []
    for line in reversed(code.workspace):
        if line.name in used:
            workspace.append(line)
            used.update(WORD.findall(line.text))
    return replace(
        code, workspace=workspace[::-1], made=[name for name in code.made if name in used],
        functions={f: name for f, name in code.functions.items() if name in used} | called,
    )  # fmt: skip


def _refused(plan: Plan, found: str) -> NotYetError:
    return NotYetError(
        f"a program of {', '.join(list(plan.results)[:8])} with backend='numba'", found, HELPS
    )


class _Writer:
    """Writes the statements on arrays of a plan as the lines of a loop."""

    def __init__(self, plan: Plan, code: Code, names: Names, dtype: str) -> None:
        self._plan, self._code, self._names, self._dtype = plan, code, names, dtype
        self.functions: dict[str, str] = {}
        self._vectors = [s for s in plan.statements if s.target.axes]
        written = {line.name for line in code.run}
        self.numbers = {s.target.name for s in plan.statements if not s.target.axes} & written
        self._items = {
            s.target: s.operands[0].value for s in plan.statements
            if s.function == ITEM and s.operands[0].value.origin == ARGUMENT
            and s.target.name not in self.numbers
        }  # fmt: skip
        self._given: dict[str, None] = {}
        self._before: list[Line] = []
        self._known: dict[object, str] = {}
        self._check()

    @property
    def letters(self) -> tuple[Index, ...]:
        """The letters of the loop."""
        return self._vectors[0].target.axes

    @property
    def note(self) -> object:
        return self._vectors[-1].note

    def loop(self, outputs: dict[str, Value]) -> tuple[tuple[str, ...], tuple[Line, ...]]:
        """Return the parameters and lines of the loop that fills these outputs."""
        place = f"[{', '.join(k.name for k in self.letters)}]"
        inside = [*self._inside(place)]
        inside += [Line(f"{name}{place}", value.name) for name, value in outputs.items()]
        first = next(iter(outputs))
        heads = [
            f"{INDENT * depth}for {k.name} in range({first}.shape[{depth}]):"
            for depth, k in enumerate(self.letters)
        ]
        sizes = [
            Line(k.size.name, f"{first}.shape[{axis}]") for axis, k in enumerate(self.letters)
            if isinstance(k.size, Symbol) and k.size in self._sizes()
        ]  # fmt: skip
        return (*self._given, *outputs), (*sizes, *self._before, *_indented(heads, inside))

    def _inside(self, place: str) -> Iterator[Line]:
        """Yield a line for each statement, those before it for each array that it reads first."""
        for statement in self._vectors:
            parts = []
            for operand in statement.operands:
                if isinstance(operand, View) and operand.value.axes:
                    value = operand.value
                    if value.origin != COMPUTED and value not in self._known:
                        self._known[value] = self._names.fresh(f"{value.name}_1")
                        self._given[value.name] = None
                        yield Line(self._known[value], f"{value.name}{place}")
                    parts.append((self._known.get(value, value.name), ATOM))
                else:
                    parts.append(self._number(operand))
            yield Line(statement.target.name, self._formula(statement, parts), statement.note)

    def _formula(self, statement: Statement, parts: Sequence[Text]) -> str:
        if statement.function == COPY:
            return parts[0][0]
        if statement.function in CALLS:
            form = CALLS[statement.function]
            named = {f: self._function(f) for f in CALLS if f"{{{f}}}" in form}
            real = {"real": self._real} if "{real}" in form else {}
            return form.format(*(text for text, _ in parts), **named, **real)
        is_number = statement.function in TRUTH_VALUED and statement.target.kind == REAL
        return formula_text(statement, parts, self._real if is_number else "")[0]

    @property
    def _real(self) -> str:
        """What the loop calls the type of its numbers."""
        return self._function(self._dtype)

    def _function(self, name: str) -> str:
        if name not in self.functions:
            self.functions[name] = self._code.functions.get(name) or self._names.fresh(name)
        return self.functions[name]

    def _number(self, operand: View | Number) -> Text:
        """Return the text of a number, which stands before the loop unless it is a literal."""
        if isinstance(operand, Number):
            text = number_text(operand.expression)
            if text.endswith("inf"):
                text = text.replace("inf", self._function("inf"))
            if self._dtype == "float64" and not operand.expression.free_symbols:
                return text, SIGN if text.startswith("-") else ATOM
            return self._held(operand.expression, "number", f"{self._real}({text})")
        value = operand.value
        given = self._items.get(value, value)
        self._given[given.name] = None
        read = f"{given.name}[()]" if given.origin == ARGUMENT else given.name
        if self._dtype != "float64" and given.origin != ARGUMENT:
            read = f"{self._real}({read})"
        if read == given.name:
            return read, ATOM
        return self._held(value, given.name, read)

    def _held(self, key: object, name: str, text: str) -> Text:
        if key not in self._known:
            self._known[key] = self._names.fresh(f"{name}_1")
            self._before.append(Line(self._known[key], text))
        return self._known[key], ATOM

    # What is refused ------------------------------------------------------------------------------

    def _check(self) -> None:
        """Raise NotYetError for a statement that no line of a loop can say."""
        plan = self._plan
        if plan.loops or plan.memories or plan.checks:
            raise _refused(plan, "a recurrence, or reads that are checked")
        if not self._vectors:
            raise _refused(plan, "numbers only, nothing to loop over")
        for statement in plan.statements:
            ranked = [o for o in statement.operands if isinstance(o, View) and o.value.axes]
            if not statement.target.axes:
                if ranked:
                    raise _refused(plan, f"{_said(statement)}, which adds up or picks entries")
                continue
            known = statement.function in (*FORMULAS, *CALLS, COPY)
            if not known or statement.extra or statement.parts:
                raise _refused(plan, f"{_said(statement)}, which is no operation on one entry")
            if statement.target.axes != self.letters or not all(map(self._is_entry, ranked)):
                raise _refused(plan, f"{_said(statement)}, over other letters or places")
            self._check_sizes(statement)

    def _is_entry(self, operand: View) -> bool:
        value = operand.value
        return operand.groups is None and value.axes == self.letters and value.origin != CUT

    def _check_sizes(self, statement: Statement) -> None:
        for operand in statement.operands:
            if isinstance(operand, Number):
                for symbol in operand.expression.free_symbols:
                    if symbol not in {k.size for k in self.letters}:
                        raise _refused(self._plan, f"{_said(statement)}, with the size {symbol}")

    def _sizes(self) -> set[Symbol]:
        """Return the sizes that numbers of the loop are made of."""
        numbers = (o for s in self._vectors for o in s.operands if isinstance(o, Number))
        return {symbol for n in numbers for symbol in n.expression.free_symbols}


def _said(statement: Statement) -> str:
    return f"{statement.function} for {statement.target.name}"


def _indented(heads: Sequence[str], inside: Sequence[Line]) -> Iterator[Line]:
    """Yield the lines of nested loops: the heads stand in front of the first one."""
    # Why a head in a name? lambdify prints name = text, and what it prints is what runs.
    depth = INDENT * len(heads)
    first, *rest = inside
    head = f"\n{INDENT}".join(heads) + f"\n{INDENT}{depth}"
    yield Line(head + first.name, first.text, first.note)
    for line in rest:
        yield Line(depth + line.name, line.text, line.note)


@cache
def _compiled(
    parameters: tuple[str, ...],
    lines: tuple[tuple[str, str], ...],
    functions: tuple[tuple[str, str], ...],
) -> Callable:
    """Return a loop of this text, compiled when it is called first: once for each process."""
    namespace = {name: getattr(numpy, function) for function, name in functions}
    text = function_of(parameters, [Line(*line) for line in lines], (), namespace)
    # Why numpy's errors? Python's would test every divisor, and the loop would use no vectors.
    return numba().njit(error_model="numpy")(text)


def numba() -> object:
    """Return the module; raises NotYetError if it is not installed."""
    try:
        return importlib.import_module("numba")
    except ImportError:
        raise NotYetError(
            "a program with backend='numba'", "Numba is not installed",
            'pip install "symback[numba]", or use backend=\'numpy\'',
        ) from None  # fmt: skip
