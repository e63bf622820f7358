"""The matrix form: the expected products, their numbers, and honest reasons where there is none."""

from __future__ import annotations

import numpy as np
import pytest
import sympy

import symback.algebra.functions as f
from symback.algebra.letters import indices
from symback.compiler.interpreter import interpret
from symback.derivation.derive import Derivation, derive
from symback.derivation.matrix import in_sympy, matrix_parts
from symback.derivation.matrix_parts import in_columns
from symback.network.network import Network
from symback.network.text_reader import parse
from tests.derivation.matrix_values import matrix_value
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


# Every gradient and every stage of these has a matrix form.
WHOLE = {
    "a layer with a bias": """
index n:3 i:4 h:2
input X[n,i] T[n,h]
parameter W[i,h] b[h]
Z[n,h] = sum(X[n,i]*W[i,h], i) + b[h]
A[n,h] = tanh(Z[n,h])
loss L = sum((A[n,h] - T[n,h])**2, n, h)/(2*3)""",
    "a quadratic form": """
index i:3 j:3
input A[i,j]
parameter x[i]
loss L = sum(x[i]*A[i,j]*x[j], i, j)""",
    "a product of three, and a number that is itself a product": """
index i:3 j:2 k:4
input A[i,j] D[j] B[j,k] v[k]
parameter u[i] s
loss L = s*sum(u[i]*A[i,j]*D[j]*B[j,k]*v[k], i, j, k)**2 + sum(A[i,j]*D[j], i, j)/s""",
    "a scale and a shift along one axis, after a mean and a variance": """
index n:4 h:3
input X[n,h] Y[n,h]
parameter g[h] b[h]
mu[h] = mean(X[n,h], n)
v[h] = mean((X[n,h] - mu[h])**2, n)
x[n,h] = (X[n,h] - mu[h])/sqrt(v[h] + 0.1)
R[n,h] = relu(g[h]*x[n,h] + b[h])
loss L = sum((R[n,h] - Y[n,h])**2, n, h)/(2*4)""",
    "scores of queries and keys": """
index n:3 m:3 d:2
input X[n,d]
parameter Q[d,e] K[d,e]
index e:2
S[n,m] = sum(X[n,d]*Q[d,e]*K[d2,e]*X[m,d2], d, e, d2)/2
index d2:2
loss L = sum(exp(S[n,m])*S[m,n], n, m)""",
    "a bilinear pairing entry by entry": """
index n:4 d:3
input T[n,d]
parameter U[n,d] c
s[n] = sum(U[n,d]*T[n,d], d)
loss L = c*sum(sigmoid(s[n])*s[n]**3, n) + sum(U[n,d]*T[n,d], n, d)""",
}


def known_values(derivation: Derivation) -> dict[str, np.ndarray]:
    """Return random values of the inputs and parameters and all that the interpreter makes."""
    generator = np.random.default_rng(5)
    network = derivation.network
    leaves = [*network.inputs, *network.parameters]
    values = {t.name: generator.uniform(0.3, 1.5, [int(s) for s in t.shape]) for t in leaves}
    made = interpret(network, values, number=float)
    return values | made


@pytest.mark.parametrize("text", WHOLE.values(), ids=WHOLE)
@pytest.mark.parametrize("columns", [False, True], ids=["rows", "columns"])
def test_matrix_formulas_have_the_numbers_of_the_index_formulas(text: str, columns: bool) -> None:
    network = parse(text)
    every = [t.name for t in (*network.parameters, *network.inputs)]
    derivation = derive(network, every)
    known = known_values(derivation)
    # In the column convention every matrix is the transpose of the network's.
    held = {k: v.T for k, v in known.items()} if columns else known
    stages = [(e.target, e.written, e.letters) for e in network.equations]
    gradients = [(d.adjoint, d.written, d.indices) for d in map(derivation.__getitem__, every)]
    for name, written, letters in [*stages, *gradients]:
        part, reason = matrix_parts(written, letters)
        if reason == "it is zero":
            continue
        assert reason is None, (name, reason)
        value = matrix_value(in_columns(part) if columns else part, held)
        expected = np.reshape(held[name], value.shape) if held[name].ndim < 2 else held[name]
        assert value.shape == expected.shape
        assert np.allclose(value, expected, rtol=1e-10, atol=1e-12), name


@pytest.mark.parametrize(
    ("name", "rows", "columns"),
    [
        ("W", "X.T*Z_bar", "Z_bar*X.T"),
        ("X", "Z_bar*W.T", "W.T*Z_bar"),
        ("b", "Z_bar.T*1", "Z_bar*1"),
        ("Z", *["HadamardProduct(A_bar, -(HadamardProduct(A, A)) + 1)"] * 2),
    ],
)
def test_in_columns_the_products_are_those_of_books_with_samples_as_columns(
    name: str, rows: str, columns: str
) -> None:
    gradient = derive(parse(WHOLE["a layer with a bias"]), ["W", "X", "b"])[name]
    part, _ = matrix_parts(gradient.written, gradient.indices)
    assert str(in_sympy(part)) == str(gradient.matrix) == rows
    assert str(in_sympy(in_columns(part))) == columns


def test_a_scale_along_one_axis_is_a_diagonal_matrix() -> None:
    n, i = indices("n:N i:D")
    net = Network()
    x, s = net.input("X", n, i), net.parameter("s", i)
    y = net.define("Y", (n, i), x[n, i] * s[i])
    net.loss("L", f.sum_over(y[n, i] ** 2, n, i))
    assert str(derive(net, "X")["X"].matrix) == "Y_bar*DiagMatrix(s)"


def test_a_term_that_is_repeated_along_a_letter_is_an_outer_product_with_ones() -> None:
    n, h = indices("n:N h:H")
    net = Network()
    x = net.input("X", n, h)
    mu = net.define("mu", n, f.mean_over(x[n, h], h))
    net.define("D", (n, h), x[n, h] - mu[n])
    assert str(derive(net, "X", of="D")["X"].matrix) == "D_bar + 1/H*(mu_bar*1)"


REASONS = {
    "it has 3 axes": """
index n:2 i:3 j:2
parameter W[n,i,j]
loss L = sum(W[n,i,j]**2, n, i, j)""",
    "softmax runs along k": """
index n:2 k:3
parameter W[n,k]
input T[n,k]
loss L = sum(T[n,k]*softmax(W[n,k], k)**2, n, k)""",
    "stands on 3 factors": """
index i:2 j:3 k:4 m:2
input A[i,k] B[j,k] C[k,m] D[i,m] F[j,m]
parameter W[i,j]
loss L = sum(W[i,j]*A[i,k]*B[j,k]*C[k,m]*D[i,m]*F[j,m], i, j, k, m)""",
}


@pytest.mark.parametrize(("reason", "text"), REASONS.items(), ids=REASONS)
def test_where_there_is_no_matrix_form_the_reason_is_said(reason: str, text: str) -> None:
    gradient = derive(parse(text), "W")["W"]
    assert gradient.matrix is None
    assert reason in gradient.matrix_reason
