"""Small networks that several tests of the engine derive."""

from __future__ import annotations

import symback.algebra.functions as f
from symback.algebra.letters import indices
from symback.network.network import Network


def digits() -> Network:
    """The two-layer classifier of the README."""
    n, i, h, k = indices("n:N i:64 h:32 k:10")
    net = Network("digits")
    x, y = net.input("X", n, i), net.input("Y", n, k, one_hot=True)
    w1, b1 = net.parameter("W1", i, h), net.parameter("b1", h)
    w2, b2 = net.parameter("W2", h, k), net.parameter("b2", k)
    z1 = net.define("Z1", (n, h), f.sum_over(x[n, i] * w1[i, h], i) + b1[h])
    a1 = net.define("A1", (n, h), f.tanh(z1[n, h]))
    z2 = net.define("Z2", (n, k), f.sum_over(a1[n, h] * w2[h, k], h) + b2[k])
    p = net.define("P", (n, k), f.softmax(z2[n, k], k))
    net.loss("L", -f.sum_over(y[n, k] * f.log(p[n, k]), n, k) / n.size)
    return net


def deep(layers: int, width: int = 8) -> Network:
    """A tanh network of equal layers."""
    n, g, h = indices(f"n:N g:{width} h:{width}")
    net = Network("deep")
    last = net.input("X", n, h)
    for layer in range(layers):
        a, b = (h, g) if layer % 2 == 0 else (g, h)
        w, c = net.parameter(f"W{layer}", a, b), net.parameter(f"b{layer}", b)
        z = net.define(f"Z{layer}", (n, b), f.sum_over(last[n, a] * w[a, b], a) + c[b])
        last = net.define(f"A{layer}", (n, b), f.tanh(z[n, b]))
    net.loss("L", f.sum_over(last[n, b] ** 2, n, b) / n.size)
    return net


def neuron() -> Network:
    """One logistic neuron with half the squared error."""
    net = Network("neuron")
    x, y = net.input("x"), net.input("y")
    w, b = net.parameter("w"), net.parameter("b")
    z = net.define("z", (), w * x + b)
    a = net.define("a", (), f.sigmoid(z))
    net.loss("E", (y - a) ** 2 / 2)
    return net


def logistic() -> Network:
    """Logistic outputs with binary cross-entropy."""
    n, k = indices("n:N k:K")
    net = Network("logistic")
    z, y = net.input("z", n, k), net.input("y", n, k)
    a = net.define("a", (n, k), f.sigmoid(z[n, k]))
    inside = y[n, k] * f.log(a[n, k]) + (1 - y[n, k]) * f.log(1 - a[n, k])
    net.loss("C", -f.sum_over(inside, n, k) / n.size)
    return net
