"""What makes a function a layer: it happens wholly or not at all, and it can wait for its input."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import wraps

from symback.errors import DefinitionError, SymbackError
from symback.network.network import Network
from symback.network.tensors import Tensor

Function = Callable[..., Tensor]


@dataclass(frozen=True, slots=True)
class Layer:
    """A layer without a network and an input: ``layer(net, X)`` adds its equations."""

    function: Function
    arguments: tuple[object, ...] = ()
    keywords: Mapping[str, object] = field(default_factory=dict)

    def __call__(self, *given: object) -> Tensor:
        if len(given) != 2 or not isinstance(given[0], Network):
            name = self.function.__name__
            raise DefinitionError(
                f"the waiting layer {self} was called",
                f"with ({', '.join(str(value)[:40] for value in given)})",
                f"write sb.nn.{name}(net, X, …): a layer adds its equations to a network",
            )
        return self.function(*given, *self.arguments, **self.keywords)

    def __repr__(self) -> str:
        given = [*map(str, self.arguments), *(f"{k}={v}" for k, v in self.keywords.items())]
        return f"{self.function.__name__}({', '.join(given)})"


def layer(function: Function) -> Function:
    """Return the function as a layer: ``f(net, X, …)`` adds equations, ``f(…)`` waits for them.

    An error leaves the network as it was. Arguments that do not fit raise DefinitionError.
    """
    signature = inspect.signature(function)

    @wraps(function)
    def call(*arguments: object, **keywords: object) -> Tensor | Layer:
        waits = not (arguments and isinstance(arguments[0], Network)) and "net" not in keywords
        _check_call(function, signature, (None, None, *arguments) if waits else arguments, keywords)
        if waits:
            return Layer(call, arguments, keywords)
        net = keywords.get("net", arguments[0] if arguments else None)
        before = net.copy() if isinstance(net, Network) else None
        try:
            return function(*arguments, **keywords)
        except SymbackError:
            if before is not None:
                # Why all attributes? Whatever a network holds, its copy holds as it was.
                vars(net).update(vars(before))
            raise

    return call


def _check_call(
    function: Function, signature: inspect.Signature, arguments: tuple, keywords: Mapping
) -> None:
    """Raise DefinitionError unless the arguments are those that the function takes."""
    helps = f"{function.__name__}{_without_types(signature)}"
    # Why look for tensors? dense(X, 32) is a call that forgot the network.
    forgotten = [a for a in arguments[2:] if isinstance(a, Tensor)]
    if arguments[:1] == (None,) and forgotten:
        asked = f"{function.__name__}: a network and its input were asked for"
        raise DefinitionError(asked, f"the tensor {forgotten[0]} without the network", helps)
    try:
        signature.bind(*arguments, **keywords)
    except TypeError as error:
        raise DefinitionError(f"the layer {function.__name__}", str(error), helps) from None


def _without_types(signature: inspect.Signature) -> str:
    plain = [p.replace(annotation=inspect.Parameter.empty) for p in signature.parameters.values()]
    return str(inspect.Signature(plain))
