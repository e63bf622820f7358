"""Stages: which parts get names, which names, and that no value changes."""

import numpy as np
import pytest

from symback.algebra import functions as f
from symback.algebra.letters import indices
from symback.compiler.interpreter import interpret
from symback.network.network import Network
from symback.network.stages import staged

n, i, h, k, j = indices("n:N i:3 h:4 k:2 j:3")
DATA = np.random.default_rng(7)
ARRAYS = {"X": DATA.normal(size=(5, 3)), "Y": np.eye(2)[[0, 1, 1, 0, 1]], "y": DATA.normal(size=5)}
WEIGHTS = {"W": DATA.normal(size=(3, 4)), "b": DATA.normal(size=4), "V": DATA.normal(size=(4, 2))}


def scalar(formula, names="x y z w b v"):
    """Return a network of one scalar equation E."""
    net = Network("scalar")
    net.loss("E", formula(*(net.input(name) for name in names.split())))
    return net


def texts(net):
    return [str(equation) for equation in staged(net).equations]


SCALARS = {
    "a neuron": (
        lambda x, y, z, w, b, v: (f.sigmoid(w * x + b) - y) ** 2 / 2,
        ["z1 = w*x + b", "a1 = sigmoid(z1)", "E = (a1 - y)**2/2"],
    ),
    "a sum that is multiplied": (lambda x, y, z, w, b, v: (x + y) * z, ["s = x + y", "E = s*z"]),
    "a difference that is squared stays": (
        lambda x, y, z, w, b, v: (w * x - y) ** 2,
        ["E = (w*x - y)**2"],
    ),
    "an outermost function needs no name": (
        lambda x, y, z, w, b, v: f.exp(-(x**2) / 2),
        ["z1 = -x**2/2", "E = exp(z1)"],
    ),
    "a simple argument stays": (
        lambda x, y, z, w, b, v: f.tanh(-x / 2) * f.tanh(1 - x),
        ["a1 = tanh(-x/2)", "a2 = tanh(1 - x)", "E = a1*a2"],
    ),
    "one value, one name": (
        lambda x, y, z, w, b, v: f.tanh(w * x) + f.tanh(w * x) ** 2,
        ["z1 = w*x", "a1 = tanh(z1)", "E = a1 + a1**2"],
    ),
    "logarithms stay where they are": (
        lambda x, y, z, w, b, v: -y * f.log(f.sigmoid(x)) - (1 - y) * f.log(1 - f.sigmoid(x)),
        ["a = sigmoid(x)", "E = -y*log(a) - (1 - y)*log(1 - a)"],
    ),
    "a function shares the number of its argument": (
        lambda x, y, z, w, b, v: f.tanh(v * f.tanh(w * x + b) + f.exp(x)) - y,
        [
            "z1 = w*x + b",
            "a1 = tanh(z1)",
            "a2 = exp(x)",
            "z2 = v*a1 + a2",
            "a3 = tanh(z2)",
            "E = a3 - y",
        ],
    ),
    "nothing moves out of a branch": (
        lambda x, y, z, w, b, v: f.where(x > 0, f.log(w * x), f.tanh(w * x)),
        ["E = where(x > 0, log(w*x), tanh(w*x))"],
    ),
    "a short equation stays": (lambda x, y, z, w, b, v: x + x, ["E = x + x"]),
}


@pytest.mark.parametrize("case", SCALARS)
def test_stages_of_a_scalar_equation(case):
    formula, expected = SCALARS[case]
    assert texts(scalar(formula)) == expected


def test_bare_letters_are_used_where_nothing_needs_a_number():
    net = scalar(lambda x, w, b, y: (f.sigmoid(w * x + b) - y) ** 2, "x w b y")
    assert texts(net)[:2] == ["z = w*x + b", "a = sigmoid(z)"]


def classifier():
    net = Network("classifier")
    X, Y = net.input("X", n, i), net.input("Y", n, k, one_hot=True)
    W, b, V = net.parameter("W", i, h), net.parameter("b", h), net.parameter("V", h, k, init="he")
    lam = net.constant("lam", 0.01)
    hidden = f.tanh(f.sum_over(X[n, i] * W[i, h], i) + b[h])
    share = f.softmax(f.sum_over(hidden * V[h, k], h), k)
    net.loss(
        "L",
        -f.sum_over(Y[n, k] * f.log(share), n, k) / n.size + lam * f.sum_over(W[i, h] ** 2, i, h),
    )
    net.set_latex("L", r"\mathcal{L}")
    return net


def regression():
    net = Network("regression")
    X, y, W = net.input("X", n, i), net.input("y", n), net.parameter("W", i, h)
    net.define("unused", n, f.sum_over(X[n, i], i))
    net.loss("L", f.mean_over((f.sum_over(X[n, i] * W[i, 0], i) - y[n]) ** 2, n))
    return net


def bounded():
    net = Network("bounded")
    W = net.parameter("W", i, h)
    net.loss("L", f.sum_over(f.exp(W[j, 0] * W[j, 1] + W[j, 2]), (j, 0, 1)))
    return net


def test_stages_have_the_letters_that_they_depend_on():
    assert texts(classifier()) == [
        "z1[n,h] = sum(X[n,i]*W[i,h], i) + b[h]",
        "a1[n,h] = tanh(z1[n,h])",
        "z2[n,k] = sum(a1[n,h]*V[h,k], h)",
        "p2[n,k] = softmax(z2[n,k], k)",
        "L = -sum(Y[n,k]*log(p2[n,k]), n, k)/N + lam*sum(W[i,h]**2, i, h)",
    ]
    assert texts(regression())[1:] == [
        "s[n] = sum(X[n,i]*W[i,0], i)",
        "L = mean((s[n] - y[n])**2, n)",
    ]


def test_under_a_bounded_letter_nothing_gets_a_name():
    assert len(texts(bounded())) == 1


@pytest.mark.parametrize("make", [classifier, regression, bounded])
def test_no_value_and_no_declaration_changes(make):
    net = make()
    new = staged(net)
    values = {t.name: (ARRAYS | WEIGHTS)[t.name] for t in (*net.inputs, *net.parameters)}
    before, after = (interpret(x, values, number=float) for x in (net, new))
    for equation in net.equations:
        np.testing.assert_allclose(after[equation.target], before[equation.target], rtol=1e-14)
    for tensor in net.tensors.values():
        assert new[tensor.name].facts() == tensor.facts()
    assert new.loss_name == net.loss_name


@pytest.mark.parametrize("case", SCALARS)
def test_no_value_of_a_scalar_equation_changes(case):
    net = scalar(SCALARS[case][0])
    values = dict(zip("xyzwbv", (0.5, 0.25, -1.5, 1.25, 0.75, -0.5), strict=True))
    before, after = (float(interpret(x, values)["E"]) for x in (net, staged(net)))
    assert after == pytest.approx(before, rel=1e-14)


def test_staging_twice_changes_nothing_more():
    once = staged(classifier())
    assert staged(once) == once


def test_names_that_the_network_uses_are_not_taken():
    net = Network("taken")
    x, a1, z = net.input("x"), net.input("a1"), net.parameter("z")
    net.loss("E", f.tanh(x * z + a1) ** 2)
    assert texts(net) == ["z1 = x*z + a1", "a2 = tanh(z1)", "E = a2**2"]
