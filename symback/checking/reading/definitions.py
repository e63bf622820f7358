"""What the lines of a script are made of: statements, what they define, names of one array."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from symback.checking.reading.parts import Part
from symback.checking.reading.text import Text


@dataclass(frozen=True, slots=True)
class Line:
    """A statement and its text; ``goes_on``: it is equal to the line before, "= …"."""

    text: Text
    statement: ast.stmt
    goes_on: bool = False


@dataclass(frozen=True, slots=True)
class Definition:
    """What a line says that a name is. ``same``: still the quantity that the name said first."""

    name: str
    part: Part
    line: Line
    source: str  # the formula as it stands; with the lines before it for +=
    same: bool = True
    reads_itself: bool = False


class Shared:
    """Which names stand for one array: after a = b, what changes a in place changes b."""

    def __init__(self) -> None:
        self.array: dict[str, object] = {}

    def bind(self, name: str, source: str | None) -> None:
        """Note name = source, or a new array for None."""
        same = None if source is None else self.array.setdefault(source, object())
        self.array[name] = same or object()

    def others(self, name: str) -> list[str]:
        """Return the other names of the same array."""
        own = self.array.get(name)
        return [n for n, array in self.array.items() if array is own and n != name and own]


def axis_of(shape: ast.Attribute, place: int) -> ast.Subscript:
    """Return the tree of X.shape[place]."""
    made = ast.Subscript(value=shape, slice=ast.Constant(value=place), ctx=ast.Load())
    ast.copy_location(made.slice, shape)
    return ast.copy_location(made, shape)


def target_name(target: ast.expr) -> str | None:
    """Return the name of a target: dW1, grads["W1"], self.dW1, W1_grad for W1.grad; else None."""
    if isinstance(target, ast.Name):
        return target.id
    if isinstance(target, ast.Attribute) and isinstance(target.value, ast.Name):
        return f"{target.value.id}_grad" if target.attr == "grad" else target.attr
    if isinstance(target, ast.Subscript) and isinstance(target.value, ast.Name):
        key = target.slice.value if isinstance(target.slice, ast.Constant) else None
        if isinstance(key, str):
            return f'{target.value.id}["{key}"]'
    return None


def reads(node: ast.AST, name: str) -> bool:
    """Does the formula, or the target of a +=, hold the name?"""
    return any(isinstance(k, ast.Name) and k.id == name for k in ast.walk(node))


def is_made_of(node: ast.AST, name: str) -> bool:
    """Is this made from the name itself, or only another name for something: cache["A1"]?"""
    return isinstance(node, (ast.Name, ast.Attribute, ast.Subscript)) or reads(node, name)
