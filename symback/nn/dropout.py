"""Dropout: entries left out at random while a network learns."""

from __future__ import annotations

from symback.network.network import Network
from symback.network.tensors import Tensor
from symback.nn.arguments import number, spelled, tensor_of
from symback.nn.layer import layer
from symback.nn.names import names_of


@layer
def dropout(net: Network, X: object, p: object = 0.5, *, name: str | None = None) -> Tensor:
    """Y[…] = X[…]·M[…]/(1 − p), where M is 1 with probability 1 − p, else 0.

    M is drawn anew for each step of training. At prediction it is its mean 1 − p, and Y = X.

    Source: Srivastava, Hinton, Krizhevsky, Sutskever & Salakhutdinov, Dropout, JMLR 15 (2014),
    section 4, in the inverted form of its section 10.
    """
    X = tensor_of(net, X, "dropout", 0)
    kept = spelled(number(p, "dropout: p", below=1), lambda p: 1 - p)
    names = names_of(net, name, "Y", "M")
    M = net.random(names["M"], *X.letters, distribution="bernoulli", p=kept)
    return net.define(names["Y"], X.letters, X.entry * M.entry / kept)
