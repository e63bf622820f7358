"""Lines of a person's own backward pass, straight from top to bottom: dZ2 = …, dW2 = A1.T @ dZ2.

A line that names an adjoint (or a tensor of the forward pass) is a claim about it. Where a later
line reads the name, it reads that tensor and not the formula, so that each line is judged alone.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence

from symback.algebra.letters import Index
from symback.checking.claim import ADJOINT, FORWARD
from symback.checking.reading.definitions import (
    Definition,
    Line,
    Shared,
    axis_of,
    is_made_of,
    reads,
    target_name,
)
from symback.checking.reading.index_notation import (
    index_part,
    is_index_notation,
    letters_on_the_left,
)
from symback.checking.reading.names import Names
from symback.checking.reading.numpy_style import OPERATIONS, NumPyReader, is_gradients
from symback.checking.reading.parts import Part, entrywise
from symback.checking.reading.shapes import broadcast
from symback.checking.reading.stores import stored
from symback.errors import SymbackError
from symback.network.tensors import DEFINED, LOSS

OUTSIDE = "pass the function itself in Python, sb.check(d, backward), or arrays in an .npz file"


class Script:
    """Reads lines in order; ``own`` holds what each name means at this line."""

    def __init__(
        self, names: Names, settled: Mapping[str, int], goal: str | None = None, file: bool = False
    ) -> None:
        self.names, self.settled, self.goal, self.is_file = names, settled, goal, file
        self.broken: dict[str, SymbackError] = {}
        self.shared = Shared()
        self.is_torch = False
        self.own: dict[str, Part] = {}
        self.versions: dict[str, list[Definition]] = {}
        self.equals: list[Definition] = []
        self.modules: set[str] = set()
        self.functions: dict[str, Callable] = {}
        self.line: Line | None = None

    def read(self, lines: Sequence[Line]) -> None:
        """Read all lines; raises TextError for the first that is no straight formula."""
        for self.line in lines:
            self.statement(self.line.statement)

    def statement(self, node: ast.stmt) -> None:
        form = STATEMENTS.get(type(node))
        if form is None:
            found = type(node).__name__.lower()
            self.refuse(node, "lines of the form name = formula were asked for", found, OUTSIDE)
        form(self, node)

    def refuse(self, node: ast.AST, asked: str, found: str, helps: str = "") -> None:
        self.line.text.refuse(node, asked, found, helps)

    @property
    def reader(self) -> NumPyReader:
        reader = NumPyReader(self.line.text, self.names, self.own)
        reader.modules |= self.modules
        reader.functions, reader.broken = self.functions, self.broken
        reader.is_torch = self.is_torch
        return reader

    # Lines ----------------------------------------------------------------------------------------

    def assign(self, node: ast.Assign) -> None:
        for target in node.targets:
            try:
                self.assign_one(target, node.value)
            except SymbackError as error:
                self.leave(target, node.value, error)

    def leave(self, target: ast.expr, value: ast.expr, error: SymbackError) -> None:
        """Pass over a line of a file that defines no gradient: X, y = load(…), W1 = W1 - lr*dW1.

        Its names keep what they mean in the network; where they have no meaning, or the line would
        change it, they are an error where they are read.
        """
        if not self.is_file:
            raise error
        for one in target.elts if isinstance(target, (ast.Tuple, ast.List)) else [target]:
            is_part = self.is_store(one) or self.is_entry(one)
            name = self.name_of(one.value if is_part else one)
            meant = self.meant(name)
            if meant and meant[1] == ADJOINT:
                raise error
            if is_part or self.is_unknown(name) or reads(value, name):
                self.broken[name] = error
            self.own.pop(name, None)

    def assign_one(self, target: ast.expr, value: ast.expr) -> None:
        """Read one target = value."""
        if isinstance(target, (ast.Tuple, ast.List)):
            self.unpack(target, value)
        elif isinstance(value, ast.Dict):
            self.collect(self.name_of(target), value)
        elif isinstance(value, ast.Lambda):
            helps = "write def f(x): return …, or the formula itself"
            self.refuse(value, "a formula was asked for", "lambda", helps)
        elif isinstance(value, ast.Name) and value.id in self.functions:
            self.functions[self.name_of(target)] = self.functions[value.id]
        elif self.is_store(target):
            name = self.name_of(target.value)
            part = stored(self.reader, target, value, None)
            self.change(name, target)
            self.define(name, part, target, same=False)
        elif self.is_entry(target):
            meant = self.meant(target.value.id)
            tensor = None if meant is None else self.names.forward[meant[0]]
            letters = letters_on_the_left(self.line.text, target, self.names, tensor)
            self.define(target.value.id, self.value(value, target.value.id, letters), value)
        else:
            name = self.name_of(target)
            part = self.value(value, name)
            self.shared.bind(name, value.id if isinstance(value, ast.Name) else None)
            self.define(name, part, value)

    def value(self, node: ast.expr, name: str, letters: tuple[Index, ...] | None = None) -> Part:
        """Return the part of a right side; in index notation its axes are those of the left.

        Where the left shows no letters, they are those of the tensor that the name stands for.
        """
        if not is_index_notation(self.line.text, node, self.names, self.own, letters):
            return self.reader.read(node)
        for one in ast.walk(node):
            if isinstance(one, ast.Name) and one.id in self.broken:
                raise self.broken[one.id]
        meant = self.meant(name)
        if letters is None and meant is not None:
            letters = self.names.forward[meant[0]].letters
        return index_part(self.line.text, node, self.names, self.own, letters)

    def augment(self, node: ast.AugAssign) -> None:
        try:
            self.augment_one(node)
        except SymbackError as error:
            self.leave(node.target, node, error)

    def augment_one(self, node: ast.AugAssign) -> None:
        """Read one target += value."""
        if type(node.op) not in OPERATIONS:
            self.refuse(node, "+=, -=, *= or /= was asked for", self.line.text.of(node))
        if self.is_store(node.target):
            name = self.name_of(node.target.value)
            part = stored(self.reader, node.target, node.value, OPERATIONS[type(node.op)])
            self.change(name, node)
            self.define(name, part, node, same=type(node.op) in (ast.Add, ast.Sub))
            return
        name, reader = self.name_of(node.target), self.reader
        operands = reader.named(node.target, name), self.value(node.value, name)
        shape = reader.fitted(node, operands, broadcast)
        part = entrywise(self.line.text.of(node), shape, OPERATIONS[type(node.op)], *operands)
        same = type(node.op) in (ast.Add, ast.Sub) or not operands[1].shape
        if operands[0].shape:
            self.change(name, node)
        self.define(name, part, node, same=same)

    def annotated(self, node: ast.AnnAssign) -> None:
        if node.value is not None:
            self.assign_one(node.target, node.value)

    def expression(self, node: ast.Expr) -> None:
        """Read a line without a name: a claim about what was asked; printing is passed over."""
        value = node.value
        if self.goal is None and isinstance(getattr(value, "value", None), str):
            return
        if isinstance(value, ast.Call) and self.changes_nothing(value):
            return
        if self.goal is None:
            helps = "name what it is: dW1 = …"
            self.refuse(node, "a line name = formula was asked for", self.line.text.of(node), helps)
        part = self.value(value, f"d{self.goal}")
        self.equals.append(Definition(self.goal, part, self.line, self.line.text.of(value, 200)))

    def changes_nothing(self, call: ast.Call) -> bool:
        """Is this print(…), or in a file a call that reads none of the person's names?"""
        if getattr(call.func, "id", "") == "print":
            return True
        names = {k.id for k in ast.walk(call) if isinstance(k, ast.Name)}
        return self.is_file and not names & (set(self.own) | set(self.names.forward.tensors))

    def change(self, name: str, node: ast.AST) -> None:
        """Note that an array is changed where it stands; what shares its numbers is spoiled."""
        for other in self.shared.others(name):
            helps = f"write {name} = {other}.copy()"
            found = f"it is one array with {name}, which was changed in line {node.lineno}"
            self.broken[other] = self.line.text.error(node, f"the name {other}", found, helps)

    def returned(self, node: ast.Return) -> None:
        """Read return {"W1": …}; names that are returned have been defined before."""
        if isinstance(node.value, ast.Dict):
            self.collect("grads", node.value)

    def imported(self, node: ast.Import | ast.ImportFrom) -> None:
        for alias in node.names:
            root = alias.name.partition(".")[0]
            if isinstance(node, ast.Import) and root in ("numpy", "torch"):
                self.modules.add(alias.asname or root)
                self.is_torch = self.is_torch or root == "torch"

    def passed_over(self, node: ast.stmt) -> None:
        """Nothing: pass, assert."""

    def branch(self, node: ast.If) -> None:
        """Pass over what a file does when it is run; raises TextError for any other condition."""
        if "__name__" not in {k.id for k in ast.walk(node.test) if isinstance(k, ast.Name)}:
            self.refuse(node, "straight lines were asked for", "if", OUTSIDE)

    # Names ----------------------------------------------------------------------------------------

    def unpack(self, target: ast.Tuple | ast.List, value: ast.expr) -> None:
        """Read a, b = x, y and N, D = X.shape."""
        if isinstance(value, ast.Attribute) and value.attr == "shape":
            lengths = len(self.reader.read(value.value).shape)
            values: list[ast.expr] = [axis_of(value, place) for place in range(lengths)]
        elif isinstance(value, ast.Name) and self.is_unknown(value.id):
            # What else? x, w, b = cache: the names mean what they mean in the network.
            return
        else:
            values = list(value.elts) if isinstance(value, (ast.Tuple, ast.List)) else []
        if len(values) != len(target.elts):
            found = f"{len(target.elts)} names and {len(values) or 'one value, not as many'}"
            self.refuse(target, "as many values as names were asked for", found, OUTSIDE)
        for name, one in zip(target.elts, values, strict=True):
            self.assign_one(name, one)

    def is_unknown(self, name: str) -> bool:
        """Is this neither the person's own name nor one of the network?"""
        return name not in self.own and self.names.part(name) is None

    def collect(self, holder: str, node: ast.Dict) -> None:
        """Read {"W1": dW1, "b1": …}: each key is a name."""
        for key, value in zip(node.keys, node.values, strict=True):
            if not isinstance(key, ast.Constant) or not isinstance(key.value, str):
                self.refuse(node, 'names in quotes were asked for: {"W1": …}', "something else")
            name = f'{holder}["{key.value}"]'
            self.define(name, self.value(value, name), value)

    def name_of(self, target: ast.expr) -> str:
        """Return the name that a target is: dW1, grads["W1"], self.dW1."""
        name = target_name(target)
        if name is None:
            self.refuse(target, "a name was asked for", self.line.text.of(target), OUTSIDE)
        return name

    def is_entry(self, target: ast.expr) -> bool:
        """Is this W1_bar[i,h], with letters of the network?"""
        if not isinstance(target, ast.Subscript) or not isinstance(target.value, ast.Name):
            return False
        items = target.slice.elts if isinstance(target.slice, ast.Tuple) else [target.slice]
        named = {k.id for k in ast.walk(target.slice) if isinstance(k, ast.Name)}
        if named & set(self.own):
            return False
        declared = {*self.names.forward.tensors, *self.names.forward.sizes}
        bare = all(isinstance(k, ast.Name) and k.id not in declared for k in items)
        meant = self.meant(target.value.id)
        fits = meant is not None and len(items) == self.names.forward[meant[0]].rank
        return bool(named & set(self.names.forward.letters)) or (bare and fits)

    def is_store(self, target: ast.expr) -> bool:
        """Is this dA1[Z1 <= 0], a part of an array that is replaced?"""
        if not isinstance(target, ast.Subscript) or self.is_entry(target):
            return False
        return not isinstance(getattr(target.slice, "value", None), str)

    def meant(self, name: str) -> tuple[str, str] | None:
        """Return (tensor, adjoint or forward) that a name stands for; None for a helping name."""
        holder, bracket, key = name.partition('["')
        key = key.removesuffix('"]')
        if bracket:
            written = [f"d{key}", key] if is_gradients(holder) else [key, f"d{key}"]
            if key in self.names.forward.tensors and not is_gradients(holder):
                written = [key]
        else:
            written = [name]
        for one in written:
            adjoint = self.names.adjoint(one)
            if adjoint is not None:
                return adjoint, ADJOINT
        tensor = self.names.forward.tensors.get(written[0])
        if tensor is not None and tensor.kind in (DEFINED, LOSS):
            return tensor.name, FORWARD
        return None

    def define(self, name: str, part: Part, node: ast.AST, same: bool = True) -> None:
        """Note what a line defines; from here on the name means it, or the tensor it stands for."""
        meant, line = self.meant(name), self.line
        if isinstance(node, ast.Name) and node.id in self.versions:
            if meant is not None and meant == self.meant(node.id):
                self.own[name] = part  # grads["W1"] = dW1 claims nothing anew
                return
            # Why that line? {"W1": g} says nothing; the line g = … does.
            line = self.versions[node.id][-1].line
        source = self.source(name, node, line)
        definition = Definition(name, part, line, source, same, is_made_of(node, name))
        if self.line.goes_on:
            self.equals.append(definition)
            return
        versions = self.versions.setdefault(name, [])
        versions.append(definition)
        self.own[name] = part
        self.broken.pop(name, None)
        if meant is not None and self.settled.get(name) == len(versions) - 1:
            stands_for = self.names.part_of(*meant, part.text)
            if stands_for.shape == part.shape:
                self.own[name] = stands_for

    def source(self, name: str, node: ast.AST, line: Line) -> str:
        """Return what the report shows of a line: its right side, or all lines that make it up."""
        if isinstance(node, ast.Name) and node.id in self.versions:
            return self.versions[node.id][-1].source
        if isinstance(node, ast.AugAssign) or isinstance(node, ast.Subscript):
            before = self.versions.get(name)
            shown = [f"{name} = {before[-1].source}"] if before else []
            return "; ".join([*shown, line.text.of(line.statement, 200)])
        return line.text.of(node, 200)


STATEMENTS: dict[type[ast.stmt], Callable[[Script, ast.stmt], None]] = {
    ast.Assign: Script.assign,
    ast.AugAssign: Script.augment,
    ast.AnnAssign: Script.annotated,
    ast.Expr: Script.expression,
    ast.Return: Script.returned,
    ast.Import: Script.imported,
    ast.ImportFrom: Script.imported,
    ast.Pass: Script.passed_over,
    ast.Assert: Script.passed_over,
    ast.If: Script.branch,
}
