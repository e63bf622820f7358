"""A forecaster: the next number of a series, from a gated recurrent unit."""

from __future__ import annotations

from symback import nn
from symback.algebra.letters import indices
from symback.network.network import Network


def forecaster(units: int = 8) -> Network:
    """p[n] = Σ_k h[T−1,n,k]·W[k] + b, where h is a GRU over T steps, and T any number.

    Inputs: X[n,t,i], windows of a series as one feature i; y[n], the number that follows each.

    Source: Cho et al., Learning phrase representations using RNN encoder-decoder, EMNLP 2014,
    equations 5 to 8.
    """
    net = Network("forecaster")
    n, t, i = indices("n:N t:T i:1")
    X, y = net.input("X", n, t, i), net.input("y", n)
    last = nn.last_step(net, nn.gru(net, X, units, time=t))
    nn.squared_loss(net, nn.dense(net, last, None, name="p"), y)
    return net
