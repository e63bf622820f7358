"""NumPy style: values as NumPy computes them, shapes by NumPy's rules, errors that show them."""

import numpy as np
import pytest

import symback as sb
from tests.checking.reading.bench import claims, point, value

FORMULAS = [
    "X.T @ (P - Y) / N",
    "A1 @ W2 + b2",
    "-(P - Y)**2 * 0.5",
    "2**b1 / (1 + b1**2)",
    "np.sum(X)",
    "X.sum(axis=0)",
    "np.sum(X, axis=(0, 1), keepdims=True)",
    "X.sum(-1, keepdims=True) * X",
    "P.mean(axis=1)",
    "X.var(axis=0) + np.std(X, 0)",
    "np.max(X, axis=1, keepdims=True) - X.min()",
    "np.exp(Z2 - np.max(Z2, axis=1, keepdims=True))",
    "np.log(P) + np.tanh(X @ W1) @ W2",
    "np.maximum(Z1, 0) - np.minimum(Z1, A1)",
    "np.where(Z1 > 0, A1, 0.01*A1)",
    "(Z1 > 0) * 1.0 + (Z1 <= 0) * (A1 != 0)",
    "np.where((Z1 > 0) & ~(A1 > 0.5) | (A1 < 0), 1, 0)",
    "np.outer(b1, b2) + np.dot(W1.T, X.T) @ P * 0",
    "np.dot(b1, b1) + b1 @ b1",
    "np.multiply(X, X) + np.square(X) + np.power(X, 3)",
    "np.einsum('ni,nk->ik', X, P)",
    "np.einsum('ni,ih', X, W1)",
    "np.einsum('ii->i', W1 @ W1.T)",
    "np.einsum('nh,h->', A1, b1)",
    "np.ones_like(W1) + np.zeros((6, 4)) + np.zeros_like(b1)",
    "np.eye(3)[np.argmax(Y, axis=1)]",
    "X.reshape(-1) @ X.ravel() + X.flatten()[0]",
    "X.reshape(N, 2, 3).transpose(0, 2, 1)",
    "np.transpose(X)[2:4, :-1]",
    "np.swapaxes(X, 0, 1)[::-1]",
    "X[:, None, :] * A1[:, :, None]",
    "X[:, np.newaxis, 0] + X[..., 1:2]",
    "np.expand_dims(b1, 1).squeeze(axis=1)",
    "np.diag(b1) + np.diag(W1 @ W1.T)[:4]",
    "P[np.arange(N), np.argmax(Y, axis=1)]",
    "X / X.shape[0] / len(W1) + X.shape[1] // 4",
    "1/np.cosh(Z1)**2 + np.sinh(Z1) + np.abs(Z1)*np.sign(Z1)",
    "np.clip(X, -0.1, 0.1)",
    "np.pi * np.e * X",
    "np.reciprocal(P) + np.negative(P)",
    "np.matmul(X[:, None, :], W1)",
    "X.copy().astype(float) + np.asarray(X)",
    "np.prod(P, axis=1)",
]
NAMES = ("X", "Y", "W1", "b1", "W2", "b2", "Z1", "A1", "Z2", "P")


def of_numpy(formula):
    at = point(exact=False)
    arrays = {name: np.array(at.tensors[name], dtype=float) for name in NAMES}
    # NumPy itself is the referee: it runs the same text.
    return np.asarray(eval(formula, {"np": np, "N": len(arrays["X"]), **arrays}), dtype=float)


@pytest.mark.parametrize("formula", FORMULAS)
def test_a_formula_has_the_value_and_the_shape_that_numpy_gives(formula):
    (claim,) = claims({"W1": formula})
    expected = of_numpy(formula)
    for exact in (True, False):
        found = value(claim, exact).astype(float)
        assert found.shape == expected.shape or expected.size == found.size == 24
        np.testing.assert_allclose(found.ravel(), expected.ravel(), rtol=1e-12, atol=1e-13)


def test_helping_functions_of_networks_are_known():
    assert value(claims({"P": "softmax(Z2)"})[0]).astype(float) == pytest.approx(
        point(False).tensors["P"]
    )
    expected = 1 / (1 + np.exp(-point(False).tensors["Z1"]))
    assert value(claims({"Z1": "sigmoid(Z1)"})[0]).astype(float) == pytest.approx(expected)
    found = value(claims({"Z1": "np.maximum(0, relu(Z1)) + leaky_relu(Z1)*0"})[0])
    assert found.astype(float) == pytest.approx(np.maximum(0, point(False).tensors["Z1"]))


def test_a_decimal_is_the_number_that_it_spells():
    exact = value(claims({"b1": "0.1*b1"})[0]) * 10
    assert max(abs(float(x)) for x in exact - point().tensors["b1"]) < 1e-29


def test_no_value_is_inf_or_nan_as_in_numpy():
    found = value(claims({"Z1": "1/(Z1 - Z1) + np.log(-A1**2)"})[0])
    assert all(x != x for x in found.ravel())


REFUSED = {
    "X @ Z2_bar": ("X is (N, 6) and Z2_bar is (N, 3)", "X.T @ Z2_bar is (6, 3)"),
    "W1 + W2": ("W1 is (6, 4) and W2 is (4, 3)", ""),
    "X @ 2": ("write *", ""),
    "np.sum(X, axis=2)": ("axis 2 of an array with 2 axes", ""),
    "X[:, 9]": ("position 9 of an axis of length 6", ""),
    "X[0, 0, 0]": ("it has 2 axes", ""),
    "X.reshape(7, -1)": ("6*N entries do not fill rows of 7", ""),
    "X^2": ("not a power", "**"),
    "A_1 @ W2": ("not known", "did you mean A1?"),
    "fancy(X)": ("not one of those", "names"),
    "np.linalg.inv(W1)": ("np.linalg", ""),
    "sum(X)": ("Python's own", "np.sum"),
    "np.exp": ("np.exp", ""),
    "X(2)": ("not one of those", "write X * (…)"),
    "[x for x in X]": ("[x for x in X]", "no loops"),
    "X if X else Y": ("X if X else Y", ""),
    "0 < X < 1": ("0 < X < 1", "(0 < Z1) & (Z1 < 1)"),
    "X & Y": ("X", "compare something"),
    "np.einsum('ni,nh->ih', X, W1)": ("n has lengths N and 6", ""),
    "np.einsum('n->', X)": ("n for an array with 2 axes", ""),
    "X.sum(axes=0)": ("axes=", ""),
    "np.where(X > 0, X)": ("np.where(X > 0, X)", ""),
    "1e999 * X": ("no double holds it", ""),
    "'text'": ("'text'", "arrays and numbers only"),
    "__import__('os').system('true')": ("not one of those", ""),
    "X.__class__": ("no attribute __class__", ""),
    "X @ (": ("", ""),
}


@pytest.mark.parametrize("formula", REFUSED)
def test_what_is_no_formula_is_refused_with_what_helps(formula):
    found, helps = REFUSED[formula]
    with pytest.raises(sb.SymbackError) as caught:
        claims({"W1": formula})
    assert found in caught.value.found
    assert helps in caught.value.helps


def test_an_error_points_at_its_place():
    with pytest.raises(sb.SymbackError) as caught:
        claims({"W1": "X.T @ (A1 + Q)"})
    assert caught.value.asked == "the claim for W1, line 1, column 13: the name Q"
    assert caught.value.found.splitlines()[-1].index("^") == len("         X.T @ (A1 + ")
