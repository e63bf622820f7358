"""Positions as arrays of integers, and tensors read at them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

import numpy as np
from sympy import Expr, Symbol

from symback.algebra.letters import Index
from symback.algebra.nodes import Floored, Remainder
from symback.algebra.positions import Affine, Entry
from symback.checking.named_axes import ROWS, Axes, Named, aligned, combined
from symback.network.values import size_value

Sizes = Mapping[Symbol, int]


def fits(positions: Iterable[Expr], shape: tuple[int, ...], sizes: Sizes) -> bool:
    """Are these letters whose sizes are the lengths of the axes?"""
    pairs = zip(positions, shape, strict=True)
    return all(size_value(p.size, sizes) == length for p, length in pairs)


def gathered(array: np.ndarray, rows: Axes, places: list[Named]) -> Named:
    """Read an array at any places; what lies outside of it reads as 0."""
    if rows:
        places = [(np.arange(array.shape[0]), (ROWS,)), *places]
    if not places:
        return array, ()
    indices, axes = aligned(places)
    inside = np.asarray(True)
    for index, length in zip(indices, array.shape, strict=True):
        inside = inside & (index >= 0) & (index < length)
    clipped = [np.clip(i, 0, n - 1) for i, n in zip(indices, array.shape, strict=True)]
    found = np.asarray(array[tuple(clipped)])
    return (found if np.all(inside) else np.where(inside, found, 0 * found)), axes


def position_array(position: Expr, sizes: Sizes, value: Callable[[Expr], Named]) -> Named:
    """Return the integers that a position is, over its letters.

    ``value`` computes an entry of an integer tensor, which is a position too.
    """
    if isinstance(position, Entry):
        array, axes = value(position)
        return np.asarray(array).astype(float).astype(int), axes
    if isinstance(position, (Floored, Remainder)):
        above, below = (position_array(p, sizes, value) for p in position.args)
        divide = np.floor_divide if isinstance(position, Floored) else np.mod
        return combined(divide, above, below)
    if isinstance(position, Index):
        return np.arange(size_value(position.size, sizes)), (position.name,)
    if isinstance(position, Affine):
        total: Named = (np.asarray(size_value(position.constant, sizes)), ())
        for letter, coefficient in position.coefficients.items():
            array, axes = position_array(letter, sizes, value)
            total = combined(np.add, total, (coefficient * array, axes))
        return total
    return np.asarray(size_value(position, sizes)), ()
