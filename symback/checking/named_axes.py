"""Arrays whose axes have names: what is common to all operations on them.

A ``Named`` is an array and the names of its axes in sorted order; two of them meet on the union.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import mpmath
import numpy as np

from symback.algebra.pointwise import pointwise_row
from symback.compiler.runtime import erf

ROWS = ""  # the name of the axis of altered versions; it sorts before every letter
LARGE_PRODUCT = 100_000  # products above which the order of a contraction is worth a search
# An array and the names of its axes, in sorted order.
Axes = tuple[str, ...]
Named = tuple[np.ndarray, Axes]


def aligned(values: list[Named]) -> tuple[list[np.ndarray], Axes]:
    """Return the arrays with axes of length 1 where they lack a letter, and all the letters."""
    first = values[0][1]
    if all(axes == first for _, axes in values):
        return [array for array, _ in values], first
    union = tuple(sorted({name for _, axes in values for name in axes}))
    arrays = []
    for array, axes in values:
        lengths = dict(zip(axes, array.shape, strict=True))
        arrays.append(array.reshape([lengths.get(name, 1) for name in union]))
    return arrays, union


def combined(operation: Callable, *values: Named) -> Named:
    """Return an operation on several arrays, each spread over the letters that it lacks."""
    arrays, axes = aligned(list(values))
    return np.asarray(operation(*arrays)), axes


def guarded(guard: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Return guard · others, which is 0 where the guard is, even if the others have no value."""
    return np.where(guard == 0, 0 * guard, others * guard)


def product(values: list[Named]) -> Named:
    """Return the product of one or more arrays."""
    total = values[0]
    for value in values[1:]:
        total = combined(np.multiply, total, value)
    return total


def summed(value: Named, names: Mapping[str, int]) -> Named:
    """Σ over the named axes, given with their lengths; one that is missing repeats the rest."""
    array, axes = value
    total = array.sum(axis=tuple(i for i, name in enumerate(axes) if name in names))
    repeated = int(np.prod([size for name, size in names.items() if name not in axes]))
    total = np.asarray(total * repeated if repeated != 1 else total)
    return total, tuple(name for name in axes if name not in names)


def contracted(values: list[Named], names: Mapping[str, int]) -> Named:
    """Σ over the named axes of a product, without an array of all the products."""
    lengths: dict[str, int] = {}
    for array, axes in values:
        lengths |= dict(zip(axes, array.shape, strict=True))
    numbered = {name: number for number, name in enumerate(lengths)}
    kept = tuple(sorted(name for name in lengths if name not in names))
    operands: list[object] = []
    for array, axes in values:
        operands += [array, [numbered[name] for name in axes]]
    large = int(np.prod([*lengths.values()])) > LARGE_PRODUCT
    total = np.einsum(*operands, [numbered[name] for name in kept], optimize=large)
    repeated = int(np.prod([size for name, size in names.items() if name not in lengths]))
    return np.asarray(total * repeated if repeated != 1 else total), kept


def exactly(function: Callable) -> Callable:
    """Return the function with NaN where it has no real value."""

    def call(*arguments: object) -> object:
        try:
            found = function(*arguments)
        except (ValueError, ZeroDivisionError, OverflowError):
            return mpmath.nan
        return mpmath.nan if isinstance(found, mpmath.mpc) else mpmath.mpf(found)

    return call


exact_quotient = np.frompyfunc(exactly(lambda a, b: a / b), 2, 1)
exact_power = np.frompyfunc(exactly(lambda a, b: mpmath.mpf(a) ** b), 2, 1)


def divided(above: Named, below: Named, exact: bool) -> Named:
    """Return a quotient; what divides by zero is not finite, and no error."""
    return combined(exact_quotient if exact else np.divide, above, below)


def called(name: str, arguments: list[Named], exact: bool) -> Named:
    """Return a function of arrays: in objects as the table says exactly, else as NumPy has it."""
    row = pointwise_row(name)
    if exact:
        return combined(np.frompyfunc(exactly(row.exact), row.arguments, 1), *arguments)
    return combined(erf if row.runs_as == "erf" else getattr(np, row.runs_as), *arguments)
