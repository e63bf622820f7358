"""The numbers of a matrix formula, by NumPy and straight from the meaning of its parts."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from symback.algebra.operators import Pointwise
from symback.algebra.positions import Entry
from symback.compiler.interpreter import evaluate
from symback.derivation import matrix_parts as parts
from symback.derivation.matrix_parts import Part

RELATIONS = {
    "<": np.less, "<=": np.less_equal, ">": np.greater, ">=": np.greater_equal,
    "==": np.equal, "!=": np.not_equal,
}  # fmt: skip


def matrix_value(part: Part, known: Mapping[str, np.ndarray]) -> np.ndarray:
    """Return the value of a part as an array of two axes; vectors in ``known`` are columns."""
    return VALUES[type(part)](part, known)


def _size(side: object) -> int:
    return 1 if side is None else int(side.size)


def _named(part, known):
    array = np.asarray(known[part.tensor], dtype=float)
    array = array.reshape(-1, 1) if array.ndim < 2 else array
    return array.T if part.transposed else array


def _product(part, known):
    value = matrix_value(part.factors[0], known)
    for factor in part.factors[1:]:
        value = value @ matrix_value(factor, known)
    return value


def _entrywise(part, known):
    value = matrix_value(part.factors[0], known)
    for factor in part.factors[1:]:
        other = matrix_value(factor, known)
        # Why no broadcasting? ⊙ joins matrices of one shape.
        assert other.shape == value.shape
        value = value * other
    return value


def _scaled(part, known):
    number = float(part.coefficient)
    for scalar in part.scalars:
        number *= float(evaluate(scalar, known, number=float))
    for inner in part.numbers:
        value = matrix_value(inner, known)
        assert value.size == 1
        number *= value.item()
    return number * matrix_value(part.matrix, known)


def _applied(part, known):
    arguments = [matrix_value(a, known) for a in part.arguments]
    named = [Entry(f"argument{n}") for n in range(len(arguments))]
    call = Pointwise(part.function, *named)

    def one(*entries):
        given = {e.tensor: np.array(x) for e, x in zip(named, entries, strict=True)}
        return float(evaluate(call, given, number=float))

    return np.vectorize(one)(*arguments)


def _total(part, known):
    values = [matrix_value(term, known) for term in part.terms]
    assert len({v.shape for v in values}) == 1
    return sum(values)


VALUES = {
    parts.Named: _named,
    parts.Ones: lambda p, known: np.ones((_size(p.row), _size(p.column))),
    parts.Unit: lambda p, known: np.eye(_size(p.row)),
    parts.Diagonal: lambda p, known: np.diag(matrix_value(p.vector, known).ravel()),
    parts.Chain: _product,
    parts.Entrywise: _entrywise,
    parts.Raised: lambda p, known: matrix_value(p.base, known) ** float(p.exponent),
    parts.Applied: _applied,
    parts.Compared: lambda p, known: RELATIONS[p.operator](
        matrix_value(p.left, known), matrix_value(p.right, known)
    ).astype(float),
    parts.Scaled: _scaled,
    parts.Total: _total,
    parts.Turned: lambda p, known: matrix_value(p.inner, known).T,
    parts.Traced: lambda p, known: np.array(
        [[np.trace(matrix_value(p.left, known).T @ matrix_value(p.right, known))]]
    ),
}
