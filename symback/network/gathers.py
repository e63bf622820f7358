"""Gathers: integer tensors whose numbers are positions, as ids in E[ids[n], j].

Whether these lie inside the axis, only values tell. A gather in a branch of where, beside a bracket
or in padded may lie outside, since what it reads there does not count.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from sympy import Expr, Symbol

from symback.algebra.nodes import Iverson, Padded, Where
from symback.algebra.operators import Times
from symback.algebra.positions import Entry
from symback.errors import ValuesError
from symback.network.contents import Contents
from symback.network.sizes import size_value


@dataclass(frozen=True, slots=True)
class Gather:
    """``ids`` says which place on an axis of the tensor ``read`` an equation reads."""

    ids: Entry
    read: Entry
    axis: int


@lru_cache(maxsize=1024)
def gathers(expression: Expr) -> tuple[Gather, ...]:
    """Return every gather of an expression that must lie inside, in the order of writing."""
    return tuple(_gathers(expression, False))


def _gathers(node: Expr, may_be_outside: bool) -> Iterator[Gather]:
    if isinstance(node, Entry) and not may_be_outside:
        for axis, position in enumerate(node.positions):
            if isinstance(position, Entry):
                yield Gather(position, node, axis)
    has_bracket = isinstance(node, Times) and any(isinstance(a, Iverson) for a in node.args)
    for place, operand in enumerate(node.args):
        if not isinstance(operand, Expr):
            continue
        is_chosen = isinstance(node, Where) and place > 0
        may_be = may_be_outside and not isinstance(node, (Entry, Padded))
        may_be |= is_chosen or has_bracket or isinstance(node, Padded)
        yield from _gathers(operand, may_be)


def outside(
    network: Contents, arrays: Mapping[str, np.ndarray], sizes: Mapping[Symbol, int]
) -> Iterator[str]:
    """Yield one sentence for each gather whose array has a number outside of the axis."""
    if not any(tensor.integer for tensor in network.inputs):
        return
    told = set()
    for equation in network.equations:
        for gather in gathers(equation.written):
            name, tensor = gather.ids.tensor, network[gather.read.tensor]
            if name not in arrays or (name, tensor.name, gather.axis) in told:
                continue
            told.add((name, tensor.name, gather.axis))
            found = _wrong(arrays[name], tensor.shape[gather.axis], sizes)
            if found:
                axis = f"axis {gather.axis + 1} of {tensor}"
                yield f"{network[name]} has {found} of {axis} (equation of {equation.target})"


def reach(network: Contents, name: str, sizes: Mapping[Symbol, int]) -> int | None:
    """Return the length of the shortest axis on which an integer tensor is a position."""
    lengths = (
        size_value(network[gather.read.tensor].shape[gather.axis], sizes)
        for equation in network.equations
        for gather in gathers(equation.written)
        if gather.ids.tensor == name
    )
    return min(lengths, default=None)


def _wrong(array: np.ndarray, size: Expr, sizes: Mapping[Symbol, int]) -> str:
    """Return the first number outside of an axis and its place: 12 at [3], outside 0 … 9."""
    try:
        length = size_value(size, sizes)
    except ValuesError:
        return ""
    if not array.size or (array.min() >= 0 and array.max() < length):
        return ""
    place = np.unravel_index(int(np.argmax((array < 0) | (array >= length))), array.shape)
    shown = f" at [{', '.join(map(str, place))}]" if place else ""
    return f"{array[place]}{shown}, outside 0 … {length - 1}"
