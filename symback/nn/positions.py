"""Positional encodings: where in a sequence an entry stands, as numbers added to its features."""

from __future__ import annotations

from sympy import Integer

from symback.algebra.functions import cos, eq, sin, where
from symback.algebra.nodes import Floored, Remainder
from symback.algebra.operators import Power, Quotient, Times
from symback.network.network import Network
from symback.network.tensors import Tensor
from symback.nn.arguments import number, tensor_of
from symback.nn.layer import layer
from symback.nn.names import names_of


@layer
def sinusoidal_positions(
    net: Network, X: object, *, base: object = 10000, name: str | None = None
) -> Tensor:
    """Y[n,t,j] = X[n,t,j] + E[t,j]; E[t,2i] = sin(t/10000^(2i/J)), E[t,2i+1] = cos of the same.

    The encoding E is an equation of the letters t and j: it is computed, not learned.

    Source: Vaswani et al., Attention is all you need, NeurIPS 2017, section 3.5.
    """
    X = tensor_of(net, X, "sinusoidal_positions", 2, "(…, t, j)")
    t, j = X.letters[-2:]
    names = names_of(net, name, "Y", "E")
    two = Integer(2)
    exponent = Quotient(Times(two, Floored(j, two)), j.size)
    angle = Quotient(t, Power(number(base, "sinusoidal_positions: base", least=1), exponent))
    wave = where(eq(Remainder(j, two), 0), sin(angle), cos(angle))
    E = net.define(names["E"], (t, j), wave)
    return net.define(names["Y"], X.letters, X.entry + E.entry)


@layer
def learned_positions(
    net: Network, X: object, *, init: object = "normal(0.02)", name: str | None = None
) -> Tensor:
    """Y[n,t,j] = X[n,t,j] + E[t,j], where E is learned.

    Source: Gehring, Auli, Grangier, Yarats & Dauphin, Convolutional sequence to sequence learning,
    ICML 2017, section 3.1.
    """
    X = tensor_of(net, X, "learned_positions", 2, "(…, t, j)")
    names = names_of(net, name, "Y", "E")
    E = net.parameter(names["E"], *X.letters[-2:], init=init)
    return net.define(names["Y"], X.letters, X.entry + E.entry)
