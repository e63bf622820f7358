"""Arrays turned, reshaped, chosen from, multiplied and made: np.transpose, np.outer, np.zeros.

Each function makes the part of one call of NumPy's function of that name.
"""

from __future__ import annotations

import ast
from collections.abc import Callable

import numpy as np

from symback.checking.reading import parts as parts
from symback.checking.reading import shapes as shapes
from symback.checking.reading.einsum import einsum as einsum_part
from symback.checking.reading.given import Given
from symback.checking.reading.parts import Evaluation, Part, entrywise, size_part, whole
from symback.checking.reading.shapes import (
    MOST_AXES,
    ONE,
    Misfit,
    Shape,
    broadcast,
    count,
    reduced,
    shown,
)


def transposed(given: Given) -> Part:
    """a.T, a.transpose(1, 0), np.transpose(a, (1, 0))."""
    array = given.part("a")
    axes = _listed_axes(given, array) or list(range(len(array.shape)))[::-1]
    if sorted(axes) != list(range(len(array.shape))):
        given.refuse(given.node, f"{given.text}: every axis once was asked for", str(axes))
    shape = tuple(array.shape[axis] for axis in axes)
    return whole(given.text, shape, lambda at, a: a.transpose(axes), array)


def _listed_axes(given: Given, array: Part) -> list[int] | None:
    """Return the axes of a.transpose(1, 0) or np.transpose(a, (1, 0))."""
    if not given.has("axes"):
        return None
    later = given.positional[1:]
    if len(later) > 1:
        given.arguments["axes"] = ast.Tuple(elts=later, ctx=ast.Load())
    return given.axes("axes", array.shape)


def swapped(given: Given) -> Part:
    """np.swapaxes(a, 0, 1)."""
    array = given.part("a")
    axes = list(range(len(array.shape)))
    first, second = (given.axes(name, array.shape)[0] for name in ("axis1", "axis2"))
    axes[first], axes[second] = axes[second], axes[first]
    shape = tuple(array.shape[axis] for axis in axes)
    return whole(given.text, shape, lambda at, a: a.transpose(axes), array)


def reshaped(given: Given) -> Part:
    """a.reshape(N, -1): one length may be -1."""
    array, later = given.part("a"), given.positional[1:]
    wanted = [given.size(x) for x in later] if len(later) > 1 else given.sizes("shape")
    if len(wanted) > MOST_AXES:
        given.refuse(given.node, f"{given.text}: a shape", f"{len(wanted)} axes")
    shape = given.fitted((array,), lambda own: shapes.reshaped(own, wanted))
    return whole(given.text, shape, lambda at, a: a.reshape(at.lengths(shape)), array)


def flattened(given: Given) -> Part:
    """a.ravel(): all entries in one axis."""
    array = given.part("a")
    return whole(given.text, (count(array.shape),), lambda at, a: a.reshape(-1), array)


def squeezed(given: Given) -> Part:
    """np.squeeze(a): axes of length 1 go."""
    array = given.part("a")
    axes = given.axes("axis", array.shape)
    gone = [i for i, s in enumerate(array.shape) if s == ONE and (axes is None or i in axes)]
    if axes is not None and sorted(axes) != gone:
        given.refuse(given.node, f"{given.text}: axes of length 1", shown(array.shape))
    shape = reduced(array.shape, gone, False)
    return whole(given.text, shape, lambda at, a: a.reshape(at.lengths(shape)), array)


def expanded(given: Given) -> Part:
    """np.expand_dims(a, 1): an axis of length 1 comes."""
    array = given.part("a")
    place = given.size(given.arguments["axis"])
    if not place.is_Integer or not -len(array.shape) - 1 <= place <= len(array.shape):
        given.refuse(given.node, f"{given.text}: an axis was asked for", str(place))
    place = int(place) % (len(array.shape) + 1)
    shape = (*array.shape[:place], ONE, *array.shape[place:])
    return whole(given.text, shape, lambda at, a: a.reshape(at.lengths(shape)), array)


def outer(given: Given) -> Part:
    """np.outer(a, b): every entry of a times every entry of b."""
    left, right = given.part("a"), given.part("b")
    shape = count(left.shape), count(right.shape)
    return whole(given.text, shape, lambda at, a, b: np.multiply.outer(a.ravel(), b.ravel()),
                 left, right)  # fmt: skip


def dot(given: Given) -> Part:
    """np.dot(a, b) of vectors and matrices: a @ b."""
    left, right = given.part("a"), given.part("b")
    if not left.shape or not right.shape:
        return entrywise(given.text, left.shape or right.shape, parts.multiply, left, right)
    if max(len(left.shape), len(right.shape)) > 2:
        given.refuse(given.node, f"{given.text}: matrices were asked for", "more than two axes",
                     "write np.einsum")  # fmt: skip
    return given.reader.product(given.node, left, right)


def matmul(given: Given) -> Part:
    """np.matmul(a, b): a @ b."""
    return given.reader.product(given.node, given.part("a"), given.part("b"))


def chosen(given: Given) -> Part:
    """np.where(condition, x, y): both are computed, one is taken."""
    operands = given.part("condition"), given.part("x"), given.part("y")
    given.reader.need_conditions(given.node, operands[:1])
    shape = given.fitted(operands, broadcast)
    return entrywise(given.text, shape, lambda kind, c, a, b: a if c else b, *operands)


def filled(number: int, like: bool) -> Callable[[Given], Part]:
    """Return the maker of arrays that hold one number: np.zeros, np.ones_like."""

    def make(given: Given) -> Part:
        shape = given.part("a").shape if like else tuple(given.sizes("shape"))
        if len(shape) > MOST_AXES or any(s.is_Integer and s < 1 for s in shape):
            given.refuse(given.node, f"{given.text}: a shape", shown(shape))
        return whole(given.text, shape, lambda at: _full(at, shape, number))

    return make


def _full(at: Evaluation, shape: Shape, number: int) -> np.ndarray:
    return np.full(at.lengths(shape), at.kind.number(number), dtype=object)


def eye(given: Given) -> Part:
    """np.eye(N): 1 on the diagonal."""
    length = given.size(given.arguments["N"])
    return whole(given.text, (length, length),
                 lambda at: np.eye(min(at.length(length), 2000), dtype=int).astype(object)
                 * at.kind.one)  # fmt: skip


def counted(given: Given) -> Part:
    """np.arange(N): 0, 1, …, N - 1."""
    length = given.size(given.arguments["stop"])
    return whole(given.text, (length,), lambda at: np.arange(min(at.length(length), 10**6)))


def diagonal(given: Given) -> Part:
    """np.diag(a): a diagonal matrix of a vector, and back."""
    array = given.part("a")
    if len(array.shape) == 1:
        made = whole(given.text, (*array.shape, *array.shape), lambda at, a: np.diag(a), array)
    elif len(array.shape) == 2 and array.shape[0] == array.shape[1]:
        made = whole(given.text, array.shape[:1], lambda at, a: np.diag(a), array)
    else:
        found = f"{array.text} is {shown(array.shape)}"
        given.refuse(given.node, f"{given.text}: a vector or a square", found)
    return made


def itself(given: Given) -> Part:
    """What changes no value: np.asarray(a), a.copy(), a.astype(float)."""
    array = given.part("a")
    return whole(given.text, array.shape, lambda at, a: a, array) if array.is_condition else array


def length(given: Given) -> Part:
    """len(a): the size of the first axis."""
    array = given.part("a")
    if not array.shape:
        given.refuse(given.node, f"{given.text}: an array was asked for", "a number")
    return size_part(given.text, array.shape[0])


def places(given: Given) -> Part:
    """np.argmax(a, axis=1): where the largest entries are."""
    array = given.part("a")
    axes = given.axes("axis", array.shape)
    if axes is None:
        given.refuse(given.node, f"{given.text}: an axis was asked for", "none", "axis=1")
    shape = reduced(array.shape, axes, False)
    return whole(given.text, shape, lambda at, a: np.argmax(a, axis=axes[0]), array)


def clipped(given: Given) -> Part:
    """np.clip(a, low, high)."""
    operands = given.part("a"), given.part("low"), given.part("high")
    shape = given.fitted(operands, broadcast)
    return entrywise(given.text, shape, lambda k, a, low, high: min(max(a, low), high), *operands)


def einsum(given: Given) -> Part:
    """np.einsum("ni,nh->ih", a, b)."""
    written = given.arguments["subscripts"]
    text = written.value if isinstance(written, ast.Constant) else None
    if not isinstance(text, str):
        given.refuse(given.node, f"{given.text}: subscripts were asked for", "no text",
                     'write np.einsum("ni,nh->ih", X, Z1_bar)')  # fmt: skip
    operands = [given.read(argument) for argument in given.positional[1:]]
    try:
        return einsum_part(given.text, text, operands)
    except Misfit as misfit:
        shapes = " and ".join(f"{part.text} is {shown(part.shape)}" for part in operands)
        given.refuse(given.node, f"{given.text}: shapes that fit", f"{shapes}: {misfit}")
        raise
