"""Assignments to parts of arrays: dA1[Z1 <= 0] = 0, dZ2[np.arange(N), y] -= 1."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

import numpy as np

from symback.checking.reading.indexing import index_at, indexed_shape, items_of
from symback.checking.reading.parts import Evaluation, Part, entrywise, numbers, reads_of
from symback.checking.reading.shapes import Misfit, Shape, broadcast, shown
from symback.errors import ValuesError


def stored(reader: Any, target: ast.Subscript, value: ast.expr, operation: Callable | None) -> Part:
    """Return the array after the assignment; ``operation`` is that of += and the like."""
    array, new = reader.read(target.value), reader.read(value)
    text = reader.text.of(target)
    condition = None
    if not isinstance(target.slice, (ast.Tuple, ast.Slice)):
        condition = reader.read(target.slice)
    if condition is not None and condition.is_condition:
        return _masked(reader, target, array, condition, new, operation)
    items = items_of(reader, target, array)

    def rule(own: Shape, put: Shape) -> Shape:
        taken = indexed_shape(own, items)
        if broadcast(taken, put) != taken:
            raise Misfit(f"{shown(put)} does not go into {shown(taken)}")
        return own

    reader.fitted(target, (array, new), rule)

    def made(at: Evaluation) -> np.ndarray:
        copy, index = numbers(array, at).copy(), index_at(items, at)
        try:
            old, put = copy[index], numbers(new, at)
            if operation is not None:
                put = np.frompyfunc(lambda a, b: operation(at.kind, a, b), 2, 1)(old, put)
            copy[index] = put
        except (IndexError, ValueError) as error:
            helps = "check the positions"
            raise ValuesError(f"the value of {text}", str(error)[:100], helps) from None
        return copy

    return Part(text, array.shape, made, reads=reads_of([array, new]))


def _masked(
    reader: Any, node: ast.AST, array: Part, condition: Part, new: Part, operation: Callable | None
) -> Part:
    def rule(own: Shape, mask: Shape, put: Shape) -> Shape:
        if own != mask:
            raise Misfit(f"a condition of shape {shown(mask)} for an array of {shown(own)}")
        if put:
            raise Misfit("one number was asked for on the right")
        return broadcast(own, mask)

    shape = reader.fitted(node, (array, condition, new), rule)
    if operation is None:
        choose = lambda kind, old, test, put: put if test else old  # noqa: E731
    else:
        choose = lambda kind, old, test, put: operation(kind, old, put) if test else old  # noqa: E731
    return entrywise(reader.text.of(node), shape, choose, array, condition, new)
