"""The networks of the benchmarks, and values for them."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

import symback.algebra.functions as f
from symback.algebra.letters import indices
from symback.network.network import Network


def classifier(name: str, sizes: list[int], activation: str) -> Network:
    """A multilayer perceptron with softmax and cross-entropy, averaged over the batch."""
    net = Network(name)
    letters = indices(" ".join(f"l{number}:{size}" for number, size in enumerate(sizes)))
    n, k = indices("n:N"), letters[-1]
    last = net.input("X", n, letters[0])
    y = net.input("Y", n, k, one_hot=True)
    for number, (a, b) in enumerate(pairwise(letters), start=1):
        w, c = net.parameter(f"W{number}", a, b), net.parameter(f"b{number}", b)
        z = net.define(f"Z{number}", (n, b), f.sum_over(last[n, a] * w[a, b], a) + c[b])
        if b is not k:
            last = net.define(f"A{number}", (n, b), f.call(activation, z[n, b]))
    p = net.define("P", (n, k), f.softmax(z[n, k], k))
    net.loss("L", -f.sum_over(y[n, k] * f.log(p[n, k]), n, k) / n.size)
    return net


def layers(count: int, width: int = 64) -> Network:
    """Equal tanh layers with a mean of squares at the end."""
    n, g, h = indices(f"n:N g:{width} h:{width}")
    net = Network("layers")
    last = net.input("X", n, h)
    t = net.input("T", n, h)
    b = h
    for layer in range(1, count + 1):
        a, b = (h, g) if b is h else (g, h)
        w, c = net.parameter(f"W{layer}", a, b), net.parameter(f"b{layer}", b)
        z = net.define(f"Z{layer}", (n, b), f.sum_over(last[n, a] * w[a, b], a) + c[b])
        last = net.define(f"A{layer}", (n, b), f.tanh(z[n, b]))
    net.loss("L", f.sum_over((last[n, h] - t[n, h]) ** 2, n, h) / (2 * n.size))
    return net


def neuron() -> Network:
    """One logistic neuron with half the squared error."""
    net = Network("neuron")
    x, y = net.input("x"), net.input("y")
    w, b = net.parameter("w"), net.parameter("b")
    a = net.define("a", (), f.sigmoid(net.define("z", (), w * x + b)))
    net.loss("E", (a - y) ** 2 / 2)
    return net


def values_for(network: Network, batch: int, dtype: str) -> dict[str, np.ndarray]:
    """Return values as they are in training: inputs of order 1, weights of order 1/√inputs."""
    rng = np.random.default_rng(0)
    values = {}
    for tensor in (*network.inputs, *network.parameters):
        shape = tuple(int(s) if s.is_Integer else batch for s in tensor.shape)
        if tensor.one_hot:
            array = np.eye(shape[-1])[rng.integers(0, shape[-1], shape[:-1])]
        else:
            array = rng.normal(size=shape) / np.sqrt(
                shape[0] if len(shape) == 2 and tensor.kind == "parameter" else 1
            )
        values[tensor.name] = np.array(array, dtype, order="C")
    return values
