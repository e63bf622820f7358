"""Formulas in NumPy style, read over Python's syntax tree and never run: X.T @ Z1_bar / N.

Every piece gets its shape in sizes when it is read, by NumPy's own rules, so that a misfit is said
with the shapes of both sides before any number is there.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import NoReturn

import mpmath
import numpy as np
from sympy import Expr, Integer

from symback.checking.reading import parts as parts
from symback.checking.reading.calls import FUNCTIONS, METHODS
from symback.checking.reading.given import Given
from symback.checking.reading.indexing import indexed
from symback.checking.reading.names import Names
from symback.checking.reading.parts import Evaluation, Part, entrywise, size_part, whole
from symback.checking.reading.shapes import Misfit, broadcast, count, matrix_product, shown
from symback.checking.reading.text import Text
from symback.compiler.meanings import RELATIONS
from symback.errors import SymbackError
from symback.network.magnitude import checked_literal
from symback.network.text_operators import COMPARISONS
from symback.network.text_tokens import INSTEAD

MODULES = ("np", "numpy", "jnp", "math", "torch")
CONSTANTS: dict[str, Callable] = {"pi": mpmath.pi, "e": mpmath.e}
BUILTINS = {
    "sum": "write np.sum(X, axis=0)",
    "max": "write np.max(X, axis=1), or np.maximum(x, y)",
    "min": "write np.min(X, axis=1), or np.minimum(x, y)",
}
INTEGERS = {ast.Add: Expr.__add__, ast.Sub: Expr.__sub__, ast.Mult: Expr.__mul__}
SUBSET = "use + - * / ** @ .T .sum(axis=0), np.exp(…), comparisons and indexing; no loops"


class NumPyReader:
    """Turns the syntax tree of a formula into parts; ``own`` are the names the person defined."""

    def __init__(self, text: Text, names: Names, own: dict[str, Part]) -> None:
        self.text, self.names, self.own = text, names, own
        self.modules, self.is_torch = set(MODULES), False
        self.broken: dict[str, SymbackError] = {}  # names that mean nothing to us, and why
        self.functions: dict[str, Callable[[NumPyReader, ast.Call], Part]] = {}

    def read(self, node: ast.expr) -> Part:
        """Return the part that a node spells; raises TextError."""
        form = FORMS.get(type(node))
        if form is None:
            self.refuse(node, "a formula in NumPy style was asked for", self.text.of(node), SUBSET)
        return form(self, node)

    def refuse(self, node: ast.AST, asked: str, found: str, helps: str = "") -> NoReturn:
        self.text.refuse(node, asked, found, helps)

    def fitted(self, node: ast.AST, operands: Sequence[Part], rule: Callable, helps: str = ""):
        """Return what a rule of shapes says; a misfit is an error that shows all the shapes."""
        try:
            return rule(*(part.shape for part in operands))
        except Misfit as misfit:
            shapes = " and ".join(f"{part.text} is {shown(part.shape)}" for part in operands)
            asked = f"{self.text.of(node)}: shapes that fit were asked for"
            self.refuse(node, asked, f"{shapes}: {misfit}", helps)

    # Names and numbers ----------------------------------------------------------------------------

    def name(self, node: ast.Name) -> Part:
        return self.named(node, node.id)

    def named(self, node: ast.AST, name: str) -> Part:
        """Return the part that a name means: the person's own first, then the network's."""
        if name in self.broken:
            raise self.broken[name]
        found = self.own.get(name) or self.names.part(name)
        if found is None:
            helps = self.names.helps(name, self.own)
            if name in self.modules:
                helps = f"write a function of it: {name}.exp(x)"
            elif name in FUNCTIONS or name in self.functions:
                helps = f"it is a function: write {name}(…)"
            self.refuse(node, f"the name {name[:60]}", "it is not known here", helps)
        return found

    def constant(self, node: ast.Constant) -> Part:
        value, text = node.value, self.text.of(node)
        if type(value) not in (int, float, bool):
            self.refuse(node, "a number was asked for", text, "arrays and numbers only")
        # Why not the float? 0.1 means a tenth, and its text says so.
        written = str(int(value)) if isinstance(value, (bool, int)) else text.replace("_", "")
        if not written[-1:].isdigit() and not written.endswith("."):
            written = repr(value)  # a default that stands in no text
        try:
            number = Fraction(checked_literal("a number", written))
        except SymbackError as error:
            self.refuse(node, error.asked, error.found, error.helps)
        size = Integer(value) if type(value) is int else None
        return Part(text, (), lambda at: parts.as_objects(at.kind.number(number)), size)

    # Operators ------------------------------------------------------------------------------------

    def binary(self, node: ast.BinOp) -> Part:
        kind = type(node.op)
        if kind not in OPERATIONS and kind not in (ast.MatMult, ast.BitAnd, ast.BitOr):
            return self.integer_operation(node)
        operands = self.read(node.left), self.read(node.right)
        if kind is ast.MatMult:
            return self.product(node, *operands)
        text = self.text.of(node)
        if kind in (ast.BitAnd, ast.BitOr):
            self.need_conditions(node, operands)
        shape = self.fitted(node, operands, broadcast)
        if kind in (ast.BitAnd, ast.BitOr):
            both = kind is ast.BitAnd
            combine = (lambda k, a, b: a and b) if both else (lambda k, a, b: a or b)
            return entrywise(text, shape, combine, *operands, is_condition=True)
        made = entrywise(text, shape, OPERATIONS[kind], *operands)
        if kind in INTEGERS and None not in (operands[0].size, operands[1].size):
            size = INTEGERS[kind](operands[0].size, operands[1].size)
            return Part(text, (), made.make, size)
        return made

    def product(self, node: ast.AST, left: Part, right: Part) -> Part:
        """Return left @ right; a misfit names the transposes that would fit."""
        shape = self.fitted(node, (left, right), matrix_product, _transposes(left, right))

        def multiplied(at: Evaluation, a: np.ndarray, b: np.ndarray) -> np.ndarray:
            at.spend(a.size * (b.shape[-1] if b.ndim > 1 else 1), self.text.of(node))
            return np.matmul(a, b)

        return whole(self.text.of(node), shape, multiplied, left, right)

    def integer_operation(self, node: ast.BinOp) -> Part:
        """Return // of two integers; everything else has no meaning for gradients."""
        if isinstance(node.op, ast.BitXor):
            self.refuse(node, "the sign ^", "it is not a power in Python", INSTEAD["^"])
        if isinstance(node.op, ast.FloorDiv):
            sizes = [self.read(side).size for side in (node.left, node.right)]
            if None not in sizes and sizes[1] != 0:
                return size_part(self.text.of(node), sizes[0] // sizes[1])
        self.refuse(node, "an operator of formulas was asked for", self.text.of(node), SUBSET)

    def unary(self, node: ast.UnaryOp) -> Part:
        operand = self.read(node.operand)
        if isinstance(node.op, ast.UAdd):
            return operand
        text = self.text.of(node)
        if isinstance(node.op, ast.USub):
            made = entrywise(text, operand.shape, parts.negate, operand)
            return made if operand.size is None else Part(text, (), made.make, -operand.size)
        self.need_conditions(node, (operand,))
        return entrywise(text, operand.shape, lambda k, a: not a, operand, is_condition=True)

    def compare(self, node: ast.Compare) -> Part:
        if len(node.ops) > 1 or type(node.ops[0]) not in COMPARISONS:
            helps = "write (0 < Z1) & (Z1 < 1)"
            self.refuse(node, "one comparison was asked for", self.text.of(node), helps)
        operands = self.read(node.left), self.read(node.comparators[0])
        return self.comparison(node, COMPARISONS[type(node.ops[0])], operands)

    def comparison(self, node: ast.AST, sign: str, operands: tuple[Part, Part]) -> Part:
        relation = RELATIONS[sign]
        shape = self.fitted(node, operands, broadcast)
        compare = lambda kind, a, b: bool(relation(a, b))  # noqa: E731
        return entrywise(self.text.of(node), shape, compare, *operands, is_condition=True)

    def need_conditions(self, node: ast.AST, operands: Sequence[Part]) -> None:
        for operand in operands:
            if not operand.is_condition:
                helps = "compare something, in brackets: (Z1 > 0) & (Z1 < 1)"
                self.refuse(node, "a condition was asked for", operand.text, helps)

    # Parts of arrays ------------------------------------------------------------------------------

    def subscript(self, node: ast.Subscript) -> Part:
        shape_of = node.value if isinstance(node.value, ast.Attribute) else None
        if shape_of is not None and shape_of.attr == "shape":
            return self.length(node, self.read(shape_of.value))
        key = node.slice.value if isinstance(node.slice, ast.Constant) else None
        if isinstance(key, str) and isinstance(node.value, ast.Name):
            return self.named(node, self.entry_name(node.value.id, key))
        return indexed(self, node, self.read(node.value))

    def entry_name(self, holder: str, key: str) -> str:
        """Return what grads["W1"] or cache["A1"] is called: its key, of gradients the adjoint."""
        own = f'{holder}["{key}"]'
        if own in self.own:
            return own
        adjoint = self.names.adjoint(f"d{key}")
        return f"d{key}" if adjoint and is_gradients(holder) and f"d{key}" not in self.own else key

    def length(self, node: ast.Subscript, part: Part) -> Part:
        """Return X.shape[0], a size."""
        axis = self.read(node.slice).size
        if axis is None or not axis.is_Integer or not -len(part.shape) <= axis < len(part.shape):
            found = f"{part.text} is {shown(part.shape)}"
            self.refuse(node, f"{self.text.of(node)}: an axis was asked for", found)
        return size_part(self.text.of(node), part.shape[int(axis)])

    def attribute(self, node: ast.Attribute) -> Part:
        if self.is_module(node.value) and node.attr in CONSTANTS:
            made = CONSTANTS[node.attr]
            return Part(self.text.of(node), (), lambda at: parts.as_objects(at.kind.constant(made)))
        if self.is_module(node.value):
            helps = "np.newaxis stands between brackets" if node.attr == "newaxis" else SUBSET
            self.refuse(node, "a value was asked for", self.text.of(node), helps)
        if isinstance(node.value, ast.Name) and node.value.id == "self":
            return self.named(node, node.attr)
        if isinstance(node.value, ast.Name) and node.attr == "grad":
            return self.named(node, f"{node.value.id}_grad")
        part, text = self.read(node.value), self.text.of(node)
        if node.attr == "T":
            return whole(text, part.shape[::-1], lambda at, a: a.T, part)
        if node.attr == "size":
            return size_part(text, count(part.shape))
        if node.attr == "ndim":
            return size_part(text, Integer(len(part.shape)))
        helps = f"write {node.attr}(…) behind it" if node.attr in METHODS else SUBSET
        self.refuse(node, f"{text}: a part of an array", f"no attribute {node.attr[:40]}", helps)

    # Calls ----------------------------------------------------------------------------------------

    def call(self, node: ast.Call) -> Part:
        function = node.func
        if isinstance(function, ast.Name) and function.id in self.functions:
            return self.functions[function.id](self, node)
        if isinstance(function, ast.Name):
            if function.id in BUILTINS:
                found = "Python's own function, which goes along the first axis"
                self.refuse(node, self.text.of(node), found, BUILTINS[function.id])
            return self.called(node, function.id, FUNCTIONS, [])
        if not isinstance(function, ast.Attribute):
            self.refuse(node, "a function was asked for", self.text.of(node), "write * to multiply")
        if self.is_module(function.value):
            return self.called(node, function.attr, FUNCTIONS, [])
        return self.called(node, function.attr, METHODS, [self.read(function.value)])

    def called(self, node: ast.Call, name: str, table: dict, first: list[Part]) -> Part:
        if name not in table:
            tensor = self.names.forward.tensors.get(name) or self.own.get(name)
            close = self.names.helps(name, table)
            helps = f"write {name} * (…) to multiply" if tensor is not None else close
            asked = f"the function {name[:60]}"
            self.refuse(node, asked, "not one of those that formulas may use", helps)
        return table[name].make(Given(self, node, name, table[name], first))

    def is_module(self, node: ast.expr) -> bool:
        return isinstance(node, ast.Name) and node.id in self.modules and node.id not in self.own


def is_gradients(holder: str) -> bool:
    """Does the name of a dictionary say that it holds gradients?"""
    return holder.lower().startswith(("grad", "d_", "dparam", "dw"))


def _transposes(left: Part, right: Part) -> str:
    """Return which transposes of the factors of @ would fit, with the shape that comes out."""
    found = []
    for turned in ((True, False), (False, True), (True, True)):
        pairs = list(zip((left, right), turned, strict=True))
        try:
            shape = matrix_product(*(p.shape[::-1] if turn else p.shape for p, turn in pairs))
        except Misfit:
            continue
        texts = [_transpose(p.text) if turn else p.text for p, turn in pairs]
        found.append(f"{texts[0]} @ {texts[1]} is {shown(shape)}")
    return "; ".join(found)


def _transpose(text: str) -> str:
    plain = text.removesuffix(".T")
    if plain != text:
        return plain
    return f"{text}.T" if text.isidentifier() else f"({text}).T"


OPERATIONS: dict[type[ast.operator], Callable] = {
    ast.Add: parts.add,
    ast.Sub: parts.subtract,
    ast.Mult: parts.multiply,
    ast.Div: parts.divide,
    ast.Pow: parts.power,
}
FORMS: dict[type[ast.AST], Callable[[NumPyReader, ast.AST], Part]] = {
    ast.Name: NumPyReader.name,
    ast.Constant: NumPyReader.constant,
    ast.BinOp: NumPyReader.binary,
    ast.UnaryOp: NumPyReader.unary,
    ast.Compare: NumPyReader.compare,
    ast.Subscript: NumPyReader.subscript,
    ast.Attribute: NumPyReader.attribute,
    ast.Call: NumPyReader.call,
}
