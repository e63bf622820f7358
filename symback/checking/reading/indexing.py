"""Indexing in NumPy style: X[:, None], b[None, :], W[0], H[:-1], P[np.arange(N), y]."""

from __future__ import annotations

import ast
from typing import Any

import numpy as np
from sympy import Expr, Integer

from symback.checking.reading.parts import Evaluation, Part, numbers, reads_of, whole
from symback.checking.reading.shapes import MOST_AXES, ONE, Misfit, Shape, broadcast, shown
from symback.errors import ValuesError

Item = Expr | slice | None | Part  # a position, a range of sizes, a new axis, or an array
HELPS = "write integers, sizes, ranges such as 1:, None, or integer arrays"


def indexed(reader: Any, node: ast.Subscript, part: Part) -> Part:
    """Return part[…]; raises TextError for indices that it has not."""
    items = items_of(reader, node, part)
    text = reader.text.of(node)
    shape = reader.fitted(node, (part,), lambda shape: indexed_shape(shape, items))
    arrays = [item for item in items if isinstance(item, Part)]

    def taken(at: Evaluation) -> np.ndarray:
        return _taken(text, numbers(part, at), index_at(items, at))

    reads = reads_of([part, *arrays])
    return Part(text, shape, taken, is_condition=False, reads=reads)


def items_of(reader: Any, node: ast.Subscript, part: Part) -> list[Item]:
    """Return what stands between the brackets, with … written out."""
    written = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
    items: list[Item] = []
    for item in written:
        if isinstance(item, ast.Constant) and item.value is Ellipsis:
            used = sum(not _is_new_axis(reader, other) for other in written) - 1
            items += [slice(None)] * max(0, len(part.shape) - used)
        else:
            items.append(_item(reader, item))
    return items


def index_at(items: list[Item], at: Evaluation) -> tuple:
    """Return the items as NumPy takes them, at one point."""
    index = []
    for item in items:
        if isinstance(item, slice):
            index.append(slice(*(None if x is None else at.length(x) for x in
                                 (item.start, item.stop, item.step))))  # fmt: skip
        elif isinstance(item, Part):
            index.append(_positions(item, at))
        else:
            index.append(None if item is None else at.length(item))
    return tuple(index)


def _positions(part: Part, at: Evaluation) -> np.ndarray:
    """Return an array of positions; raises ValuesError for numbers that are none."""
    array = part.value(at)
    try:
        positions = array.astype(np.int64)
    except (ValueError, OverflowError):
        positions = None
    if positions is None or (positions != array).any():
        found = "numbers that are no integers"
        raise ValuesError(f"positions were asked for: {part.text[:60]}", found, HELPS)
    return positions


def _taken(text: str, array: np.ndarray, index: tuple) -> object:
    try:
        return array[index]
    except IndexError as error:
        raise ValuesError(f"the value of {text}", str(error)[:100], "check the positions") from None


def _is_new_axis(reader: Any, node: ast.expr) -> bool:
    if isinstance(node, ast.Attribute):
        return node.attr == "newaxis" and reader.is_module(node.value)
    return isinstance(node, ast.Constant) and node.value is None


def _item(reader: Any, node: ast.expr) -> Item:
    if _is_new_axis(reader, node):
        return None
    if isinstance(node, ast.Slice):
        return slice(*(None if x is None else _size(reader, x)
                       for x in (node.lower, node.upper, node.step)))  # fmt: skip
    part = reader.read(node)
    if part.size is not None:
        return part.size
    if not part.shape or part.is_condition:
        reader.refuse(node, "a position was asked for", part.text, HELPS)
    return _classes(part) if part.is_one_hot else part


def _classes(part: Part) -> Part:
    """Return where the ones are: as positions, P[np.arange(N), y], one-hot rows are classes."""
    return whole(part.text, part.shape[:-1], lambda at, a: np.argmax(a, axis=-1), part)


def _size(reader: Any, node: ast.expr) -> Expr:
    size = reader.read(node).size
    if size is None:
        reader.refuse(node, "the end of a range was asked for", reader.text.of(node), HELPS)
    return size


def indexed_shape(shape: Shape, items: list[Item]) -> Shape:
    """Return the shape of what the items take of an array; raises Misfit."""
    axes, result = list(shape), []
    arrays = [item.shape for item in items if isinstance(item, Part)]
    if sum(item is not None for item in items) > len(axes):
        raise Misfit(f"it has {len(axes)} axes, and more are indexed")
    placed = False
    for item in items:
        if item is None:
            result.append(ONE)
            continue
        length = axes.pop(0)
        if isinstance(item, slice):
            result.append(_length(length, item))
        elif isinstance(item, Part):
            if not placed:
                result.extend(broadcast(*arrays))
            placed = True
        elif item.is_Integer and length.is_Integer and not -length <= item < length:
            raise Misfit(f"position {item} of an axis of length {length}")
    result += axes
    if len(result) > MOST_AXES:
        raise Misfit(f"{shown(tuple(result))} has too many axes")
    return tuple(result)


def _length(length: Expr, item: slice) -> Expr:
    """Return how many entries a range takes of an axis: H[:-1] has one less than H."""
    if item.step is not None and item.step not in (1, -1):
        raise Misfit("ranges go in steps of 1")
    if item.step == -1:
        if item.start is not None or item.stop is not None:
            raise Misfit("only the whole axis may be turned: [::-1]")
        return length
    ends = [
        _from_the_end(length, end, other)
        for end, other in ((item.start, Integer(0)), (item.stop, length))
    ]
    taken = ends[1] - ends[0]
    if taken.is_Integer and taken < 1:
        raise Misfit("a range without entries")
    return taken


def _from_the_end(length: Expr, end: Expr | None, other: Expr) -> Expr:
    if end is None:
        return other
    if end.is_Integer and end < 0:
        end = length + end
    if end.is_Integer and length.is_Integer:
        return Integer(min(max(int(end), 0), int(length)))
    return end
