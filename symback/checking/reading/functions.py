"""Functions that a person's file defines: read where they are called, never run."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from symback.checking.claim import ADJOINT
from symback.checking.reading.definitions import Line, target_name
from symback.checking.reading.numpy_style import NumPyReader
from symback.checking.reading.parts import Part
from symback.checking.reading.script import Script
from symback.checking.reading.text import Text

DEEPEST = 8
MOST_CALLS = 500


@dataclass(slots=True)
class Calls:
    """How many calls of helping functions there were, and how many are open."""

    made: int = 0
    open: int = 0


class Helper:
    """A function such as def sigmoid(z): return 1/(1 + np.exp(-z)), read anew for each call."""

    def __init__(self, text: Text, node: ast.FunctionDef, script: Script, calls: Calls) -> None:
        self.text, self.node, self.script, self.calls = text, node, script, calls

    def __call__(self, reader: Any, call: ast.Call) -> Part:
        """Return the part that the function returns for these arguments; raises TextError."""
        self.calls.made += 1
        if self.calls.made > MOST_CALLS or self.calls.open >= DEEPEST:
            reader.refuse(call, f"the function {self.node.name}", "too many calls in each other")
        self.calls.open += 1
        try:
            return self.returned(reader, call)
        finally:
            self.calls.open -= 1

    def returned(self, reader: Any, call: ast.Call) -> Part:
        """Return the part of the last line, the lines before it read first."""
        inner = Script(self.script.names, {})
        inner.own = dict(self.script.own) | self.arguments(reader, call)
        inner.modules, inner.functions = self.script.modules, self.script.functions
        *body, last = self.node.body
        inner.read([Line(self.text, statement) for statement in body])
        inner.line = Line(self.text, last)
        if not isinstance(last, ast.Return) or last.value is None:
            inner.refuse(last, f"{self.node.name}: return … was asked for", "no such last line")
        part = inner.value(last.value, self.node.name)
        return replace(part, text=reader.text.of(call))

    def arguments(self, reader: Any, call: ast.Call) -> dict[str, Part]:
        """Return the parts of the parameters by name; raises TextError for a wrong number."""
        parameters = [a.arg for a in (*self.node.args.posonlyargs, *self.node.args.args)]
        given = dict(zip(parameters, map(reader.read, call.args), strict=False))
        given |= {k.arg: reader.read(k.value) for k in call.keywords if k.arg in parameters}
        for name, part in defaults(self.node, self.text, self.script).items():
            given.setdefault(name, part)
        if set(given) != set(parameters) or len(call.args) > len(parameters):
            usage = f"{self.node.name}({', '.join(parameters)})"
            reader.refuse(call, f"the arguments of {usage}", reader.text.of(call))
        return given


def defaults(node: ast.FunctionDef, text: Text, script: Script) -> dict[str, Part]:
    """Return the parts of the parameters that have a default: rate=0.1."""
    parameters = [a.arg for a in (*node.args.posonlyargs, *node.args.args)]
    values = node.args.defaults
    pairs = list(zip(parameters[len(parameters) - len(values) :], values, strict=True))
    pairs += [
        (a.arg, v) for a, v in zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True) if v
    ]
    constants = [
        (name, value) for name, value in pairs
        if isinstance(value, ast.Constant) and type(value.value) in (int, float)
    ]  # fmt: skip
    reader = NumPyReader(text, script.names, {})
    return {name: reader.read(value) for name, value in constants}


def lines_of_file(
    text: Text, statements: Sequence[ast.stmt], script: Script
) -> tuple[list[Line], ast.FunctionDef | None]:
    """Return the straight lines to read and the function that they stand in, if any.

    Functions with a last return are kept to be called; that which defines gradients is read. Raises
    TextError for none or several of these.
    """
    functions = _functions(statements)
    outside = [s for s in statements if not isinstance(s, (ast.FunctionDef, ast.ClassDef))]
    calls = Calls()
    for node in functions:
        script.functions[node.name] = Helper(text, node, script, calls)
    backward = [node for node in functions if _defines_gradients(node, script)]
    named = [node for node in backward if "backward" in node.name or "grad" in node.name]
    if len(backward) > 1 and len(named) == 1:
        backward = named
    if len(backward) > 1:
        found = ", ".join(node.name for node in backward)
        text.refuse(backward[1], "one function with the backward pass was asked for", found,
                    "leave one in the file")  # fmt: skip
    body = backward[0].body if backward else []
    return [Line(text, s) for s in (*outside, *body)], backward[0] if backward else None


def _functions(statements: Sequence[ast.stmt]) -> list[ast.FunctionDef]:
    found = []
    for statement in statements:
        if isinstance(statement, ast.FunctionDef):
            found.append(statement)
        elif isinstance(statement, ast.ClassDef):
            found += [s for s in statement.body if isinstance(s, ast.FunctionDef)]
    return found


def _defines_gradients(node: ast.FunctionDef, script: Script) -> bool:
    """Does the function assign to an adjoint, or return a dictionary?"""
    for inner in ast.walk(node):
        if isinstance(inner, ast.Return) and isinstance(inner.value, ast.Dict):
            return True
        targets = inner.targets if isinstance(inner, ast.Assign) else []
        for target in [one for t in targets for one in getattr(t, "elts", [t])]:
            # Why the value too? dA1[Z1 <= 0] = 0 is about dA1.
            name = target_name(target) or target_name(getattr(target, "value", target))
            meant = script.meant(name) if name else None
            if meant is not None and meant[1] == ADJOINT:
                return True
    return False
