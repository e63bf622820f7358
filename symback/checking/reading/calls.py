"""The functions of NumPy that formulas may use: a table of names, their arguments and meaning.

The pointwise ones are the functions of the language itself: np.tanh, sigmoid, relu. A method is a
function whose first argument stands before the dot.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from typing import Any

import mpmath
import numpy as np

from symback.algebra.pointwise import POINTWISE
from symback.checking.reading import arranged as arranged
from symback.checking.reading import parts as parts
from symback.checking.reading.given import Function, Given
from symback.checking.reading.parts import Evaluation, Part, entrywise, whole
from symback.checking.reading.shapes import broadcast, reduced, shown

# Kinds of functions ------------------------------------------------------------------------------


def _entrywise(function: Callable, arguments: int, is_condition: bool = False) -> Function:
    names = ("x", "y", "z")[:arguments]

    def make(given: Given) -> Part:
        operands = tuple(given.part(name) for name in names)
        shape = given.fitted(operands, broadcast)
        return entrywise(given.text, shape, function, *operands, is_condition=is_condition)

    return Function(names, arguments, make)


def _sliding(name: str, default: str) -> Function:
    """Return a pointwise function whose second argument may be left out: leaky_relu(x, 0.01)."""

    def make(given: Given) -> Part:
        given.arguments.setdefault("slope", ast.copy_location(_constant(default), given.node))
        operands = given.part("x"), given.part("slope")
        return entrywise(given.text, given.fitted(operands, broadcast), parts.pointwise(name),
                         *operands)  # fmt: skip

    return Function(("x", "slope"), 1, make)


def _constant(text: str) -> ast.Constant:
    return ast.Constant(value=float(text))


def _reduction(combine: Callable[[Evaluation, np.ndarray, Any, bool], object]) -> Function:
    def make(given: Given) -> Part:
        if combine in (_spread, _deviation) and given.reader.is_torch:
            helps = "write it out: ((x - x.mean(0))**2).sum(0)/(N - 1)"
            given.refuse(given.node, given.text, "PyTorch divides by N - 1, NumPy by N", helps)
        array = given.part("a")
        axes, keep = given.axes("axis", array.shape), given.truth("keepdims")
        axis = None if axes is None else tuple(axes)
        shape = reduced(array.shape, axes, keep)
        return whole(given.text, shape, lambda at, a: combine(at, a, axis, keep), array)

    return Function(("a", "axis", "keepdims"), 1, make)


def _summed(at: Evaluation, a: np.ndarray, axis: Any, keep: bool) -> object:
    return np.sum(a, axis=axis, keepdims=keep)


def _averaged(at: Evaluation, a: np.ndarray, axis: Any, keep: bool) -> object:
    total = parts.as_objects(_summed(at, a, axis, keep))
    return total / at.kind.number(max(1, a.size // max(1, total.size)))


def _spread(at: Evaluation, a: np.ndarray, axis: Any, keep: bool) -> object:
    return _averaged(at, (a - _averaged(at, a, axis, True)) ** 2, axis, keep)


def _deviation(at: Evaluation, a: np.ndarray, axis: Any, keep: bool) -> object:
    return np.frompyfunc(lambda x: parts.pointwise("sqrt")(at.kind, x), 1, 1)(
        _spread(at, a, axis, keep)
    )


def _softmax(given: Given) -> Part:
    """softmax along one axis, the last if none is named."""
    array = given.part("a")
    axes = given.axes("axis", array.shape) or [len(array.shape) - 1]
    if not array.shape or len(axes) != 1:
        given.refuse(given.node, f"{given.text}: one axis was asked for", shown(array.shape))

    def made(at: Evaluation, a: np.ndarray) -> np.ndarray:
        exponential = np.frompyfunc(lambda x: parts.pointwise("exp")(at.kind, x), 1, 1)
        raised = exponential(a - np.max(a, axis=axes[0], keepdims=True))
        return raised / np.sum(raised, axis=axes[0], keepdims=True)

    return whole(given.text, array.shape, made, array)


def _hyperbolic(function: Callable) -> Function:
    """Return a function that is not in the language, but in formulas of derivatives."""

    def apply(kind: Any, x: object) -> object:
        if not abs(x) < parts.LARGEST_EXPONENT:
            return mpmath.nan
        return kind.number(function(mpmath.mpf(x)))

    return _entrywise(apply, 1)


def _step(kind: Any, x: object, middle: object) -> object:
    """Return 0 below 0, 1 above, and ``middle`` at 0."""
    return middle if x == 0 else kind.number(int(x > 0))


_BINARY = {
    "add": parts.add, "subtract": parts.subtract, "multiply": parts.multiply,
    "divide": parts.divide, "true_divide": parts.divide, "power": parts.power,
    "maximum": parts.pointwise("maximum"), "minimum": parts.pointwise("minimum"),
}  # fmt: skip
_COMPARED: dict[str, Callable] = {
    "greater": lambda k, a, b: bool(a > b), "greater_equal": lambda k, a, b: bool(a >= b),
    "less": lambda k, a, b: bool(a < b), "less_equal": lambda k, a, b: bool(a <= b),
    "equal": lambda k, a, b: bool(a == b), "not_equal": lambda k, a, b: bool(a != b),
    "logical_and": lambda k, a, b: bool(a and b), "logical_or": lambda k, a, b: bool(a or b),
}  # fmt: skip
_POINTWISE = [row.name for row in POINTWISE.values() if row.arguments == 1]
_OTHER_NAMES = {"absolute": "abs", "fabs": "abs", "logistic": "sigmoid", "expit": "sigmoid",
                "swish": "silu", "ReLU": "relu"}  # fmt: skip
_REDUCTIONS = {
    "mean": _averaged, "average": _averaged, "var": _spread, "std": _deviation,
    "max": lambda at, a, axis, keep: np.max(a, axis=axis, keepdims=keep),
    "min": lambda at, a, axis, keep: np.min(a, axis=axis, keepdims=keep),
    "prod": lambda at, a, axis, keep: np.prod(a, axis=axis, keepdims=keep),
}  # fmt: skip
_SHARED: dict[str, Function] = {
    **{name: _reduction(combine) for name, combine in _REDUCTIONS.items()},
    "transpose": Function(("a", "axes"), 1, arranged.transposed, more=True),
    "swapaxes": Function(("a", "axis1", "axis2"), 3, arranged.swapped),
    "reshape": Function(("a", "shape"), 2, arranged.reshaped, more=True),
    "ravel": Function(("a",), 1, arranged.flattened),
    "squeeze": Function(("a", "axis"), 1, arranged.squeezed),
    "dot": Function(("a", "b"), 2, arranged.dot),
    "copy": Function(("a",), 1, arranged.itself),
    "argmax": Function(("a", "axis"), 1, arranged.places),
    "clip": Function(("a", "low", "high"), 3, arranged.clipped),
}
METHODS: Mapping[str, Function] = {
    **_SHARED,
    "sum": _reduction(_summed),
    "flatten": Function(("a",), 1, arranged.flattened),
    "astype": Function(("a", "dtype"), 2, arranged.itself),
    # Those of PyTorch's tensors.
    **{name: _entrywise(parts.pointwise(name), 1) for name in _POINTWISE},
    "pow": _entrywise(parts.power, 2),
    "float": Function(("a",), 1, arranged.itself),
    "clone": Function(("a",), 1, arranged.itself),
    "t": Function(("a",), 1, arranged.transposed),
    "view": _SHARED["reshape"],
    "unsqueeze": Function(("a", "axis"), 2, arranged.expanded),
    "matmul": Function(("a", "b"), 2, arranged.matmul),
}
FUNCTIONS: Mapping[str, Function] = {
    **{name: _entrywise(parts.pointwise(name), 1) for name in _POINTWISE},
    **{name: _entrywise(parts.pointwise(own), 1) for name, own in _OTHER_NAMES.items()},
    **{name: _entrywise(function, 2) for name, function in _BINARY.items()},
    **{name: _entrywise(function, 2, True) for name, function in _COMPARED.items()},
    "leaky_relu": _sliding("leaky_relu", "0.01"),
    "elu": _sliding("elu", "1.0"),
    "cosh": _hyperbolic(mpmath.cosh),
    "sinh": _hyperbolic(mpmath.sinh),
    "tan": _hyperbolic(mpmath.tan),
    "heaviside": _entrywise(_step, 2),
    "square": _entrywise(lambda kind, x: parts.multiply(kind, x, x), 1),
    "negative": _entrywise(parts.negate, 1),
    "reciprocal": _entrywise(lambda kind, x: parts.divide(kind, kind.one, x), 1),
    "logical_not": _entrywise(lambda kind, x: not x, 1, True),
    **_SHARED,
    "sum": _reduction(_summed),
    "amax": _SHARED["max"],
    "amin": _SHARED["min"],
    "softmax": Function(("a", "axis"), 1, _softmax),
    "matmul": Function(("a", "b"), 2, arranged.matmul),
    "outer": Function(("a", "b"), 2, arranged.outer),
    "einsum": Function(("subscripts",), 1, arranged.einsum, more=True),
    "where": Function(("condition", "x", "y"), 3, arranged.chosen),
    "zeros_like": Function(("a",), 1, arranged.filled(0, like=True)),
    "ones_like": Function(("a",), 1, arranged.filled(1, like=True)),
    "zeros": Function(("shape",), 1, arranged.filled(0, like=False)),
    "ones": Function(("shape",), 1, arranged.filled(1, like=False)),
    "eye": Function(("N",), 1, arranged.eye),
    "arange": Function(("stop",), 1, arranged.counted),
    "range": Function(("stop",), 1, arranged.counted),
    "diag": Function(("a",), 1, arranged.diagonal),
    "expand_dims": Function(("a", "axis"), 2, arranged.expanded),
    "array": Function(("a",), 1, arranged.itself),
    "asarray": Function(("a",), 1, arranged.itself),
    "float": Function(("a",), 1, arranged.itself),
    "len": Function(("a",), 1, arranged.length),
}
