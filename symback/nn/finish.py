"""What follows a weighted sum: a bias, an activation, and the names of all of it."""

from __future__ import annotations

from dataclasses import dataclass

from sympy import Expr

from symback.algebra.letters import Index
from symback.network.network import Network
from symback.network.tensors import Tensor
from symback.nn.arguments import Activation, activated
from symback.nn.names import names_of


@dataclass(frozen=True, slots=True)
class Finish:
    """A[…] = f(Z[…] + b[out]): how a layer ends, and how its tensors are called.

    ``layer`` is the name of the layer for messages, ``init`` how its weights start.
    """

    layer: str
    bias: bool
    activation: Activation
    init: object
    name: str | None

    def names(self, net: Network, *others: str) -> dict[str, str]:
        """Return the names of weight W, bias b, sum Z, output A and of other tensors."""
        output = "Z" if self.activation is None else "A"
        return names_of(net, self.name, output, "W", "b", "Z", *others)

    def define(
        self, net: Network, names: dict[str, str], target: tuple[Index, ...], Z: Expr,
        out: Index | None,
    ) -> Tensor:  # fmt: skip
        """Define Z with its bias over the letter ``out``, and the activation; softmax along it."""
        if self.bias:
            own = () if out is None else (out,)
            Z = Z + net.parameter(names["b"], *own).entry
        tensor = net.define(names["Z"], target, Z)
        if self.activation is None:
            return tensor
        value = activated(tensor.entry, self.activation, out, self.layer)
        return net.define(names["A"], target, value)
