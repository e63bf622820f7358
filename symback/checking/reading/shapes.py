"""Shapes of NumPy formulas, computed from sizes such as N and 64 before any number is there."""

from __future__ import annotations

from collections.abc import Sequence

from sympy import Expr, Integer, Mul

Shape = tuple[Expr, ...]

ONE = Integer(1)
MOST_AXES = 8


class Misfit(Exception):
    """Two shapes that do not fit; the text says which axes."""


def shown(shape: Shape) -> str:
    """Return a shape as NumPy prints it: (N, 64), (32,), or "a number" for no axes."""
    if not shape:
        return "a number"
    return f"({', '.join(map(str, shape))}{',' * (len(shape) == 1)})"


def broadcast(*shapes: Shape) -> Shape:
    """Return the shape of an entrywise operation: axes are aligned at the end, 1 fits all.

    Raises Misfit for two lengths that differ and are not 1.
    """
    result: list[Expr] = []
    for place in range(1, max(map(len, shapes), default=0) + 1):
        sizes = [shape[-place] for shape in shapes if len(shape) >= place]
        wide = list(dict.fromkeys(size for size in sizes if size != ONE))
        if len(wide) > 1:
            axis = {1: "last axes", 2: "second-last axes"}.get(place, f"axes -{place}")
            raise Misfit(f"their {axis} have lengths {wide[0]} and {wide[1]}")
        result.append(wide[0] if wide else ONE)
    return tuple(reversed(result))


def matrix_product(left: Shape, right: Shape) -> Shape:
    """Return the shape of left @ right: (…, a, b) @ (…, b, c) is (…, a, c); raises Misfit."""
    if not left or not right:
        raise Misfit("@ multiplies arrays, and one of them is a number: write *")
    rows, summed = left[:-1], left[-1]
    other = right[-2] if len(right) > 1 else right[0]
    if summed != other:
        which = "second-last" if len(right) > 1 else "only"
        raise Misfit(f"@ sums the last axis of the left, {summed}, with the {which} of the right, "
                     f"{other}")  # fmt: skip
    if len(left) < 3 and len(right) < 3:
        return (*rows, *right[1:])
    head = broadcast(left[:-2], right[:-2])
    return (*head, *left[-2:-1], *(right[-1:] if len(right) > 1 else ()))


def reduced(shape: Shape, axes: Sequence[int] | None, keep: bool) -> Shape:
    """Return what is left when axes are summed; None means all."""
    gone = range(len(shape)) if axes is None else axes
    if keep:
        return tuple(ONE if place in gone else size for place, size in enumerate(shape))
    return tuple(size for place, size in enumerate(shape) if place not in gone)


def count(shape: Shape) -> Expr:
    """Return how many entries an array of this shape has."""
    return Mul(*shape)


def reshaped(shape: Shape, wanted: Sequence[Expr | int]) -> Shape:
    """Return the wanted shape with its one -1 worked out; raises Misfit if the counts differ."""
    open_places = [place for place, size in enumerate(wanted) if size == -1]
    if len(open_places) > 1:
        raise Misfit("only one length may be -1")
    known = count(tuple(size for size in wanted if size != -1))
    if open_places:
        missing = count(shape) / known if known != 0 else known
        if missing.as_numer_denom()[1] != 1:
            raise Misfit(f"{count(shape)} entries do not fill rows of {known}")
        return tuple(missing if size == -1 else size for size in wanted)
    if known != count(shape):
        raise Misfit(f"{count(shape)} entries do not make {known}")
    return tuple(wanted)
