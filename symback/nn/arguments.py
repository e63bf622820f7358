"""What layers are given, checked: tensors of a rank, counts, numbers, activations."""

from __future__ import annotations

import decimal
from collections.abc import Callable, Sequence
from math import inf, nan
from numbers import Integral

from sympy import Expr

from symback.algebra.functions import LANGUAGE, call, softmax
from symback.algebra.letters import Index
from symback.algebra.operators import Decimal, as_expression
from symback.algebra.pointwise import ROWS
from symback.errors import DefinitionError
from symback.network.network import Network
from symback.network.tensors import Tensor

# Functions of one argument: what may stand behind activation=.
ACTIVATIONS = tuple(row.name for row in ROWS if row.arguments == 1 and row.name in LANGUAGE)
Activation = str | Callable[[Expr], object] | None


def tensor_of(net: Network, X: object, layer: str, least: int = 1, shape: str = "") -> Tensor:
    """Return a tensor of the network, given or by name, with at least so many letters.

    Raises DefinitionError; ``shape`` says what the layer reads: "(…, c, y, x)".
    """
    if not isinstance(X, (Tensor, str)):
        raise DefinitionError(
            f"{layer}: a tensor of the network {net.name} was asked for",
            f"{type(X).__name__} {str(X)[:60]!r}",
            "define it first: X = net.define(…), then give X or its name",
        )
    tensor = net[X]
    if isinstance(X, Tensor) and (X.letters, X.kind) != (tensor.letters, tensor.kind):
        raise DefinitionError(
            f"{layer}: the tensor {X}",
            f"it is of another network; here {tensor.name} is the {tensor.kind} {tensor}",
            f"give a tensor of the network {net.name}",
        )
    if tensor.rank < least:
        raise DefinitionError(
            f"{layer}: it reads a tensor {shape}" if shape else f"{layer} of {tensor}",
            f"{tensor}, of rank {tensor.rank}",
            f"give it {least} or more letters; an axis of one value is a letter of size 1",
        )
    return tensor


def whole(value: object, what: str, least: int = 1, most: float = inf) -> int:
    """Return an integer, least ≤ integer ≤ most. Raises DefinitionError."""
    is_integer = isinstance(value, Integral) and not isinstance(value, bool)
    if not is_integer or not least <= value <= most:
        limits = f"from {least} on" if most == inf else f"from {least} to {most}"
        raise DefinitionError(
            f"{what}: an integer {limits} was asked for",
            f"{value!r:.60}" if isinstance(value, str) else str(value)[:60],
            f"write a number: {_keyword(what)}={least}",
        )
    return int(value)


def _keyword(what: str) -> str:
    """Return the argument in "conv2d: stride"."""
    return what.rpartition(": ")[2].partition(",")[0]


def per_axis(value: object, axes: int, what: str) -> tuple:
    """Return one value for each axis: 3 stands for (3, 3). Raises DefinitionError."""
    if not isinstance(value, (tuple, list)):
        return (value,) * axes
    if len(value) != axes:
        raise DefinitionError(
            f"{what}: one value, or one for each of {axes} axes, was asked for",
            f"{len(value)} values",
            f"write {_keyword(what)}={next(iter(value), 1)}, or one value for each axis",
        )
    return tuple(value)


def number(
    value: object, what: str, least: float = 0.0, most: float = inf, below: float = inf
) -> Expr:
    """Return a number as it is spelled, within limits. Raises DefinitionError."""
    try:
        expression = as_expression(value)
        as_float = float(getattr(expression, "value", expression))
    except (TypeError, ValueError, DefinitionError):
        expression, as_float = None, nan
    if not (least <= as_float <= most and as_float < below):
        limits = "" if least == -inf else f" of at least {least:g}"
        limits += f" and at most {most:g}" if most < inf else ""
        limits += f" and below {below:g}" if below < inf else ""
        raise DefinitionError(
            f"{what}: a number{limits} was asked for",
            f"{value!r:.60}" if isinstance(value, str) else str(value)[:60],
            f"write a number: {_keyword(what)}={max(least, 0):g}",
        )
    return expression


def spelled(number: Expr, change: Callable) -> Expr:
    """Return change(number), spelled as a number of its kind: 1 − 0.1 is 0.9, and 1 − 1/3 is 2/3.

    ``change`` uses + - * only, which are exact.
    """
    if not isinstance(number, Decimal):
        return change(number)
    return Decimal(str(change(decimal.Decimal(number.text))))


def letters_among(tensor: Tensor, given: object, what: str) -> tuple[Index, ...]:
    """Return letters of a tensor, given as letters or names. Raises DefinitionError."""
    asked = given if isinstance(given, Sequence) and not isinstance(given, str) else (given,)
    names = [getattr(letter, "name", letter) for letter in asked]
    own = {letter.name: letter for letter in tensor.letters}
    strange = [name for name in names if name not in own]
    if strange or not names or len(set(names)) < len(names):
        found = f"{str(strange[0])[:60]!r}" if strange else "none, or one of them twice"
        helps = f"give one or more of {', '.join(own) or 'none'}, each once"
        raise DefinitionError(f"{what}: letters of {tensor} were asked for", found, helps)
    return tuple(letter for letter in tensor.letters if letter.name in names)


def activated(expression: Expr, activation: Activation, along: Index | None, layer: str) -> Expr:
    """Return f(expression): a pointwise function by its name, softmax, or a Python function of it.

    Softmax runs along the letter ``along``. Raises DefinitionError for a name that is none.
    """
    if activation is None:
        return expression
    if callable(activation):
        return as_expression(activation(expression))
    if activation == "softmax" and along is not None:
        return softmax(expression, along)
    if activation == "softmax":
        raise DefinitionError(
            f'{layer}: activation="softmax" was asked for',
            "no letter of outputs to run along",
            "softmax is for several outputs; for one of two classes use sigmoid",
        )
    if activation not in ACTIVATIONS:
        raise DefinitionError(
            f"{layer}: activation={str(activation)[:40]!r} was asked for",
            "no function of one argument with this name",
            f"use {', '.join(ACTIVATIONS)}, softmax, or a function: "
            "activation=lambda z: sb.leaky_relu(z, 0.1)",
        )
    return call(activation, expression)
