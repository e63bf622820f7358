"""Equations of a rule as they are read: an arrow gives a symbol its new value."""

from __future__ import annotations

from collections.abc import Container

from sympy import Expr

from symback.algebra.positions import Entry
from symback.algebra.traversal import entries, rename
from symback.network.tensors import Equation
from symback.notation.layout import Typesetter
from symback.render.document import Line
from symback.render.parts import line
from symback.training.rule import NEXT


def is_replaced(target: str, names: Container[str]) -> bool:
    """Is this X_next, the next value of one of the names?"""
    return target.endswith(NEXT) and target.removesuffix(NEXT) in names


def assignment(show: Typesetter, one: Equation, names: Container[str]) -> Line:
    """Return X ← … for X_next = …, and any other equation with its equals sign."""
    replaced = is_replaced(one.target, names)
    left = Entry(one.target.removesuffix(NEXT) if replaced else one.target, *one.letters)
    right = show(as_assigned(one.written, names))
    return line(show(left), right, relation="←" if replaced else "=")


def as_assigned(written: Expr, names: Container[str]) -> Expr:
    """Return an expression in which new values have the names of the old ones."""
    read = {entry.tensor for entry in entries(written)}
    new = {name: name.removesuffix(NEXT) for name in read if is_replaced(name, names)}
    return rename(written, tensors=new)
