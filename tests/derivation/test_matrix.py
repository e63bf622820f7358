"""The matrix form: the expected products, their numbers, and honest reasons where there is none."""

from __future__ import annotations

import numpy as np
import pytest
import sympy

import symback.algebra.functions as f
from symback.algebra.letters import indices
from symback.compiler.interpreter import interpret
from symback.derivation.derive import derive
from symback.network.network import Network
from tests.derivation.networks import digits

FORMS = {
    "W1": "X.T*Z1_bar",
    "W2": "A1.T*Z2_bar",
    "A1": "Z2_bar*W2.T",
    "b2": "Z2_bar.T*1",
    "Z1": "HadamardProduct(A1_bar, -(HadamardProduct(A1, A1)) + 1)",
}


@pytest.mark.parametrize(("name", "expected"), FORMS.items())
def test_the_classifier_in_matrix_form(name: str, expected: str) -> None:
    assert str(derive(digits())[name].matrix) == expected


def small() -> Network:
    n, i, h = indices("n:3 i:4 h:2")
    net = Network()
    x, w, v = net.input("X", n, i), net.parameter("W", i, h), net.parameter("v", h)
    z = net.define("Z", (n, h), f.sum_over(x[n, i] * w[i, h], i) + v[h])
    a = net.define("A", (n, h), f.tanh(z[n, h]))
    u = net.define("u", n, f.sum_over(a[n, h] * v[h], h))
    net.loss("L", f.sum_over(u[n] ** 2, n) / 2)
    return net


@pytest.mark.parametrize("name", ["u", "A", "Z", "W", "X"])
def test_the_matrix_form_has_the_numbers_of_the_index_form(name: str) -> None:
    derivation = derive(small(), ["W", "v", "X"])
    generator = np.random.default_rng(3)
    shapes = {"X": (3, 4), "W": (4, 2), "v": (2,)}
    values = {k: generator.normal(size=s) for k, s in shapes.items()}
    known = {k: np.array(v, dtype=float) for k, v in interpret(derivation.network, values).items()}
    known |= values
    matrix = derivation[name].matrix
    symbols = sorted(matrix.atoms(sympy.MatrixSymbol), key=str)
    columns = [known[s.name].reshape([int(k) for k in s.shape]) for s in symbols]
    found = sympy.lambdify(symbols, matrix, "numpy")(*columns)
    expected = known[derivation[name].adjoint]
    assert np.allclose(np.asarray(found, float).reshape(expected.shape), expected, atol=1e-12)


def test_a_broadcast_has_no_matrix_form_and_says_so() -> None:
    n, i = indices("n:N i:D")
    net = Network()
    x, s = net.input("X", n, i), net.parameter("s", i)
    y = net.define("Y", (n, i), x[n, i] * s[i])
    net.loss("L", f.sum_over(y[n, i] ** 2, n, i))
    gradient = derive(net, "X")["X"]
    assert gradient.matrix is None
    assert gradient.matrix_reason


def test_a_term_that_is_repeated_along_a_letter_is_named() -> None:
    n, h = indices("n:N h:H")
    net = Network()
    x = net.input("X", n, h)
    mu = net.define("mu", n, f.mean_over(x[n, h], h))
    net.define("D", (n, h), x[n, h] - mu[n])
    gradient = derive(net, "X", of="D")["X"]
    assert gradient.matrix is None
    assert gradient.matrix_reason == "a term does not depend on h: it is repeated along h"
