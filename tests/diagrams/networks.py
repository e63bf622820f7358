"""Networks for the tests of builders, with values, and diagrams of them with numbers."""

import numpy as np

from symback.algebra.functions import exp, log, sigmoid, softmax, sum_over, tanh
from symback.algebra.letters import indices
from symback.compiler.interpreter import interpret
from symback.diagrams.model import DiagramGraph
from symback.diagrams.sketch import sketch
from symback.network.network import Network

SMALL = {"x": 2.0, "w": 0.5, "b": 0.0, "y": 1.0}


def one_neuron() -> Network:
    net = Network("one_neuron")
    x, y = net.input("x"), net.input("y")
    w, b = net.parameter("w"), net.parameter("b")
    z = net.define("z", (), w * x + b)
    a = net.define("a", (), sigmoid(z))
    net.loss("E", (y - a) ** 2 / 2)
    return net


def mazur() -> tuple[Network, dict[str, float]]:
    """The 2-2-2 network of Mazur's step by step example, with its numbers."""
    net = Network("mazur")
    i1, i2, t1, t2 = (net.input(name) for name in ("i1", "i2", "t1", "t2"))
    w = [net.parameter(f"w{number}") for number in range(1, 9)]
    b1, b2 = net.parameter("b1"), net.parameter("b2")
    h1 = net.define("h1", (), sigmoid(net.define("net_h1", (), w[0] * i1 + w[1] * i2 + b1)))
    h2 = net.define("h2", (), sigmoid(net.define("net_h2", (), w[2] * i1 + w[3] * i2 + b1)))
    o1 = net.define("o1", (), sigmoid(net.define("net_o1", (), w[4] * h1 + w[5] * h2 + b2)))
    o2 = net.define("o2", (), sigmoid(net.define("net_o2", (), w[6] * h1 + w[7] * h2 + b2)))
    net.loss("E", (t1 - o1) ** 2 / 2 + (t2 - o2) ** 2 / 2)
    weights = (0.15, 0.20, 0.25, 0.30, 0.40, 0.45, 0.50, 0.55)
    at = {f"w{number}": value for number, value in enumerate(weights, 1)}
    return net, at | {"i1": 0.05, "i2": 0.1, "b1": 0.35, "b2": 0.6, "t1": 0.01, "t2": 0.99}


def classifier() -> tuple[Network, dict[str, object]]:
    """A small softmax classifier with one hidden layer."""
    n, i, h, k = indices("n:N i:3 h:4 k:2")
    net = Network("classifier")
    X, Y = net.input("X", n, i), net.input("Y", n, k, one_hot=True)
    W1, b1 = net.parameter("W1", i, h), net.parameter("b1", h)
    W2 = net.parameter("W2", h, k)
    Z1 = net.define("Z1", (n, h), sum_over(X[n, i] * W1[i, h], i) + b1[h])
    A1 = net.define("A1", (n, h), tanh(Z1[n, h]))
    P = net.define("P", (n, k), softmax(sum_over(A1[n, h] * W2[h, k], h), k))
    net.loss("L", -sum_over(Y[n, k] * log(P[n, k]), n, k) / n.size)
    random = np.random.default_rng(0)
    at = {"X": random.normal(size=(5, 3)), "Y": np.array([0, 1, 1, 0, 1])}
    at |= {name: random.normal(size=shape) for name, shape in (("W1", (3, 4)), ("W2", (4, 2)))}
    return net, at | {"b1": np.zeros(4)}


def circuit() -> tuple[Network, dict[str, float]]:
    """The sigmoid neuron of CS231n, spelled out."""
    net = Network("circuit")
    w0, w1, w2 = (net.parameter(f"w{number}") for number in range(3))
    x0, x1 = net.input("x0"), net.input("x1")
    net.loss("f", 1 / (1 + exp(-(w0 * x0 + w1 * x1 + w2))))
    return net, {"w0": 2.0, "w1": -3.0, "w2": -3.0, "x0": -1.0, "x1": -2.0}


def graph_of(x, level: str = "equations", at=None, **options) -> DiagramGraph:
    """The diagram, its numbers computed by the literal interpreter."""
    plan = sketch(x, level, **options)
    if at is None:
        return plan.graph()
    network, outputs = plan.program(at)
    return plan.graph(at, interpret(network, at, outputs=outputs, number=float))


def edge(graph: DiagramGraph, source: str, target: str, slot: int | None = None):
    """The one edge between two nodes (in one operand slot)."""
    (found,) = (
        e
        for e in graph.edges
        if (e.source, e.target) == (source, target) and slot in (None, e.slot)
    )
    return found


def node(graph: DiagramGraph, name: str):
    """The node of a tensor."""
    return next(n for n in graph.nodes if n.id == name)
