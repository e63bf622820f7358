"""Layers one after the other."""

from __future__ import annotations

from symback.algebra import functions
from symback.errors import DefinitionError
from symback.network.network import Network
from symback.network.tensors import Tensor
from symback.nn.arguments import tensor_of
from symback.nn.layer import layer


@layer
def sequential(net: Network, X: object, *layers: object) -> Tensor:
    """Y = f_k(… f_2(f_1(X))): each layer reads what the one before it made.

    A layer is written without network and input: sequential(net, X, dense(32, activation="relu"),
    dense(10)). Any function (net, tensor) -> tensor will do.

    Source: the composition of functions.
    """
    tensor = tensor_of(net, X, "sequential", 0)
    for number, step in enumerate(layers, 1):
        if not callable(step):
            raise DefinitionError(
                f"sequential: layer {number} was asked for", f"{type(step).__name__} {step!s:.60}",
                'write layers without network and input: sb.nn.dense(32, activation="tanh")',
            )  # fmt: skip
        if getattr(step, "__module__", "") == functions.__name__:
            raise DefinitionError(
                f"sequential: layer {number} was asked for",
                f"{step.__name__}, a function of expressions",
                'a function entry by entry becomes a layer by its name: sb.nn.activate("relu")',
            )
        made = step(net, tensor)
        if not isinstance(made, Tensor):
            raise DefinitionError(
                f"sequential: layer {number}, {step!s:.60}", f"it made a {type(made).__name__}",
                "a layer takes (net, tensor), adds equations and returns the last tensor",
            )  # fmt: skip
        tensor = made
    return tensor
