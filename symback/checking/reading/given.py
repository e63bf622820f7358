"""A call in a formula: its arguments by name, read when asked for, refused with what was meant."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sympy import Expr

from symback.checking.reading.parts import Part
from symback.checking.reading.shapes import MOST_AXES, Shape

PASSED_OVER = ("dtype", "optimize", "order", "copy")  # they change no value
ALSO = {"dim": "axis", "keepdim": "keepdims"}  # as PyTorch calls them


@dataclass(frozen=True, slots=True)
class Function:
    """What a function's arguments are called, how many it needs, and the part that it makes."""

    parameters: tuple[str, ...]
    needed: int
    make: Callable[[Given], Part]
    more: bool = False  # any number of arguments may follow


class Given:
    """A call as it stands: its arguments by name, each read when it is asked for."""

    def __init__(
        self, reader: Any, node: ast.Call, name: str, function: Function, first: list[Part]
    ) -> None:
        self.reader, self.node, self.name, self.function = reader, node, name, function
        self.text = reader.text.of(node)
        self.positional: list[ast.expr | Part] = [*first, *node.args]
        self.arguments: dict[str, ast.expr | Part] = dict(
            zip(function.parameters, self.positional, strict=False)
        )
        self._bind()

    def _bind(self) -> None:
        function, usage = self.function, f"{self.name}({', '.join(self.function.parameters)})"
        for argument in self.node.keywords:
            name = ALSO.get(argument.arg, argument.arg)
            if name in PASSED_OVER and name not in function.parameters:
                continue
            if name not in function.parameters or name in self.arguments:
                found = f"{argument.arg or '**'}="
                self.refuse(argument.value, f"the arguments of {usage}", found)
            self.arguments[name] = argument.value
        too_many = len(self.positional) > len(function.parameters) and not function.more
        missing = [p for p in function.parameters[: function.needed] if p not in self.arguments]
        if too_many or missing or any(isinstance(a, ast.Starred) for a in self.positional):
            self.refuse(self.node, f"the arguments of {usage}", self.text)

    def refuse(self, node: ast.AST, asked: str, found: str, helps: str = "") -> None:
        self.reader.refuse(node, asked, found, helps)

    def has(self, name: str) -> bool:
        """Is the argument given, and not None?"""
        value = self.arguments.get(name)
        return value is not None and not (isinstance(value, ast.Constant) and value.value is None)

    def read(self, value: ast.expr | Part) -> Part:
        return value if isinstance(value, Part) else self.reader.read(value)

    def part(self, name: str) -> Part:
        """Return an argument that is an array or a number."""
        return self.read(self.arguments[name])

    def fitted(self, operands: tuple[Part, ...], rule: Callable) -> Any:
        return self.reader.fitted(self.node, operands, rule)

    def size(self, value: ast.expr | Part) -> Expr:
        """Return an argument that is an integer or a size."""
        size = self.read(value).size
        if size is None:
            found = self.reader.text.of(value) if isinstance(value, ast.AST) else value.text
            self.refuse(self.node, f"{self.text}: an integer or a size was asked for", found)
        return size

    def sizes(self, name: str) -> list[Expr]:
        """Return an argument that is a size or several: N, (N, 64)."""
        return self.sizes_of(self.arguments[name])

    def sizes_of(self, value: ast.expr | Part) -> list[Expr]:
        if isinstance(value, (ast.Tuple, ast.List)):
            return [self.size(item) for item in value.elts[: MOST_AXES + 1]]
        if isinstance(value, ast.Attribute) and value.attr == "shape":
            return list(self.reader.read(value.value).shape)
        return [self.size(value)]

    def axes(self, name: str, shape: Shape) -> list[int] | None:
        """Return the axes that an argument names, counted from 0; None for all."""
        if not self.has(name):
            return None
        axes = []
        for size in self.sizes(name):
            if not size.is_Integer or not -len(shape) <= size < len(shape):
                found = f"axis {size} of an array with {len(shape)} axes"
                self.refuse(self.node, f"{self.text}: an axis was asked for", found)
            axes.append(int(size) % len(shape))
        if len(set(axes)) < len(axes):
            self.refuse(self.node, f"{self.text}: axes were asked for", "one of them twice")
        return axes

    def truth(self, name: str) -> bool:
        """Return an argument that is True or False; False if it is not given."""
        value = self.arguments.get(name)
        if value is None:
            return False
        if not isinstance(value, ast.Constant) or value.value not in (True, False):
            self.refuse(self.node, f"{self.text}: True or False was asked for", name)
        return bool(value.value)
