"""Known second derivatives: Hessians and Jacobians, entry by entry, against NumPy."""

from collections.abc import Callable
from dataclasses import dataclass
from types import SimpleNamespace

import numpy as np
import pytest

from symback.compiler.interpreter import interpret
from symback.derivation.second import hessian, jacobian
from symback.network.text_reader import parse
from symback.verification.referee import verify
from symback.verification.sampling import random_sample
from tests.goldens.cases import LINEAR, ROWS, SAMPLES, VECTORS, norm, s, softmax


@dataclass(frozen=True)
class Second:
    """A network, the pair to differentiate by, and the known block of its second derivatives."""

    title: str
    text: str
    pair: tuple[str, str]
    expected: Callable[[SimpleNamespace], np.ndarray]


def curvature(p):
    """Return diag(p) - pp'."""
    return np.diag(p) - np.outer(p, p)


def residual_curvature(v):
    e = v.A @ v.x - v.y
    r = norm(e)
    return v.A.T @ (np.eye(len(e)) - np.outer(e, e) / r**2) @ v.A / r


def logistic(v):
    m = s(v.y * (v.X @ v.w))
    return v.X.T @ np.diag(v.y**2 * m * (1 - m)) @ v.X


FACTORS = (
    "index i:I j:J k:K\ninput T[i,j] O[i,j]\nparameter U[i,k] V[j,k]\n"
    "loss L = sum((O[i,j]*(T[i,j] - sum(U[i,k]*V[j,k], k)))**2, i, j)"
)
POINTWISE = "index i:I\nparameter x[i]\nloss L = sum({}(x[i]), i)"
CLASSIFIER = (
    "index n:N i:I h:H k:K\ninput X[n,i] Y[n,k] one_hot\nparameter W1[i,h] W2[h,k]\n"
    "A[n,h] = relu(sum(X[n,i]*W1[i,h], i))\nP[n,k] = softmax(sum(A[n,h]*W2[h,k], h), k)\n"
    "loss L = -sum(Y[n,k]*log(P[n,k]), n, k)"
)


def hidden(v):
    Z = v.X @ v.W1
    H = np.maximum(Z, 0)
    S = np.array([curvature(p) for p in softmax(H @ v.W2)])
    return H, (Z > 0) * 1.0, S


def second_layer(v):
    H, _, S = hidden(v)
    return np.einsum("nc,nab,nd->cadb", H, S, H)


def first_layer(v):
    _, m, S = hidden(v)
    inner = np.einsum("ca,nab,db->ncd", v.W2, S, v.W2)
    return np.einsum("ni,nc,ncd,nd,nj->icjd", v.X, m, inner, m, v.X)


SECOND = (
    Second(
        "1 x'Ax: A + A'", VECTORS + "input A[i,j]\nloss L = sum(x[i]*A[i,j]*x[j], i, j)",
        ("x", "x"), lambda v: v.A + v.A.T,
    ),
    Second(
        "6 norm2(Ax-y)²: 2A'A", LINEAR + "loss L = sum(e[i]**2, i)",
        ("x", "x"), lambda v: 2 * v.A.T @ v.A,
    ),
    Second(
        "6 norm2(Ax-y)", LINEAR + "loss r = sqrt(sum(e[i]**2, i))", ("x", "x"), residual_curvature,
    ),
    Second(
        "7 logistic loss", SAMPLES + "loss L = sum(log(exp(-y[n]*sum(X[n,i]*w[i], i)) + 1), n)",
        ("w", "w"), logistic,
    ),
    Second(
        "11 masked, by U twice", FACTORS, ("U", "U"),
        lambda v: 2 * np.einsum("ij,in,na,nb->iajb", np.eye(len(v.T)), v.O**2, v.V, v.V),
    ),
    Second(
        "11 masked, by U and V", FACTORS, ("U", "V"),
        lambda v: 2 * np.einsum("ij,ib,ja->iajb", v.O**2, v.U, v.V)
        - 2 * np.einsum("ij,ab->iajb", v.O**2 * (v.T - v.U @ v.V.T), np.eye(v.U.shape[1])),
    ),
    Second(
        "12 (x'Ax)²", VECTORS + "input A[i,j]\nq = sum(x[i]*A[i,j]*x[j], i, j)\nloss L = q**2",
        ("x", "x"),
        lambda v: 2 * np.outer((v.A + v.A.T) @ v.x, (v.A + v.A.T) @ v.x)
        + 2 * (v.x @ v.A @ v.x) * (v.A + v.A.T),
    ),
    Second(
        "16 sigmoid", POINTWISE.format("sigmoid"), ("x", "x"),
        lambda v: np.diag(s(v.x) * (1 - s(v.x)) * (1 - 2 * s(v.x))),
    ),
    Second(
        "16 tanh", POINTWISE.format("tanh"), ("x", "x"),
        lambda v: np.diag(-2 * np.tanh(v.x) * (1 - np.tanh(v.x) ** 2)),
    ),
    Second(
        "19 logsumexp: diag(p) - pp'", "index k:K\nparameter z[k]\nloss L = logsumexp(z[k], k)",
        ("z", "z"), lambda v: curvature(softmax(v.z)),
    ),
    Second(
        "20 softmax with cross-entropy",
        "index k:K\nparameter z[k]\ninput t[k]\np[k] = softmax(z[k], k)\n"
        "loss L = -sum(t[k]*log(p[k]), k)",
        ("z", "z"), lambda v: v.t.sum() * curvature(softmax(v.z)),
    ),
    Second(
        "21 cross-entropy with logits",
        "index i:I\nparameter z[i]\ninput t[i]\nloss L = sum(softplus(z[i]) - t[i]*z[i], i)",
        ("z", "z"), lambda v: np.diag(s(v.z) * (1 - s(v.z))),
    ),
    Second("29 ReLU classifier, by W2", CLASSIFIER, ("W2", "W2"), second_layer),
    Second("29 ReLU classifier, by W1", CLASSIFIER, ("W1", "W1"), first_layer),
)  # fmt: skip


@pytest.mark.parametrize("row", SECOND, ids=lambda row: row.title)
def test_a_hessian_is_the_known_one(row):
    first, second = row.pair
    found = hessian(parse(row.text), wrt=list(dict.fromkeys(row.pair))).row(first).derivation
    values = random_sample(found.network, seed=1).values
    arrays = interpret(found.network, values, number=float)
    expected = row.expected(SimpleNamespace(**values))
    np.testing.assert_allclose(arrays[found.adjoint_name(second)], expected, rtol=1e-9, atol=1e-12)


JACOBIANS = (
    Second(
        "2 A exp(x): A diag(exp x)",
        "index i:I j:J\nparameter x[j]\ninput A[i,j]\ny[i] = sum(A[i,j]*exp(x[j]), j)",
        ("y", "x"), lambda v: v.A @ np.diag(np.exp(v.x)),
    ),
    Second(
        "15 x/|x|: (I - yy')/|x|", VECTORS + "y[i] = x[i]/sqrt(sum(x[j]**2, j))", ("y", "x"),
        lambda v: (np.eye(len(v.x)) - np.outer(v.x, v.x) / norm(v.x) ** 2) / norm(v.x),
    ),
    Second(
        "17 softmax: diag(p) - pp'", "index k:K\nparameter z[k]\np[k] = softmax(z[k], k)",
        ("p", "z"), lambda v: curvature(softmax(v.z)),
    ),
    Second(
        "18 log-softmax: I - 1p'", "index k:K\nparameter z[k]\nl[k] = log(softmax(z[k], k))",
        ("l", "z"), lambda v: np.eye(len(v.z)) - softmax(v.z)[None, :],
    ),
    Second(
        "a function of single entries has a diagonal Jacobian",
        ROWS + "y[n,k] = tanh(z[n,k])", ("y", "z"),
        lambda v: np.einsum(
            "nk,nm,kj->nkmj", 1 - np.tanh(v.z) ** 2, np.eye(v.z.shape[0]), np.eye(v.z.shape[1])
        ),
    ),
)  # fmt: skip


@pytest.mark.parametrize("row", JACOBIANS, ids=lambda row: row.title)
def test_a_jacobian_is_the_known_one(row):
    of, by = row.pair
    derivation = jacobian(parse(row.text), of=of, wrt=[by]).derivation
    values = random_sample(derivation.network, seed=1).values
    arrays = interpret(derivation.network, values, number=float)
    expected = row.expected(SimpleNamespace(**values))
    np.testing.assert_allclose(arrays[derivation.adjoint_name(by)], expected, rtol=1e-9, atol=1e-12)
    report = verify(derivation)
    assert report.passed, report
