"""Derivation cases: a network as text, and its known gradients written independently in NumPy.

``expected`` gets the values, with G for the upstream adjoint, and returns the gradients by name.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import erf, pi
from types import SimpleNamespace

import numpy as np

Formula = Callable[[SimpleNamespace], dict[str, np.ndarray]]


@dataclass(frozen=True)
class Case:
    """One row: its title, the network, the known gradients, and what is differentiated."""

    title: str
    text: str
    expected: Formula
    of: str | None = None


def s(x):
    return 1 / (1 + np.exp(-x))


def softmax(z):
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def normal_distribution(x):
    return (1 + np.vectorize(erf)(x / np.sqrt(2))) / 2


def norm(x):
    return np.sqrt((x * x).sum())


def row_sums(x):
    return x.sum(axis=-1, keepdims=True)


def error(v):
    return v.A @ v.x - v.y


LINEAR = "index i:I j:J\nparameter x[j] A[i,j]\ninput y[i]\ne[i] = sum(A[i,j]*x[j], j) - y[i]\n"
MATRIX = "index i:I j:J k:K\n"
VECTORS = "index i:I j:I\nparameter x[i]\n"
SAMPLES = "index n:N i:I\ninput X[n,i] y[n]\nparameter w[i]\n"


def pointwise(title: str, formula: str, derivative: Callable) -> Case:
    return Case(
        f"16 {title}", f"index i:I\nparameter x[i]\ny[i] = {formula}",
        lambda v: {"x": v.G * derivative(v.x)}, of="y",
    )  # fmt: skip


MATRIX_CALCULUS = (
    Case(
        "1 ½x'Ax", VECTORS + "input A[i,j]\nloss L = sum(x[i]*A[i,j]*x[j], i, j)/2",
        lambda v: {"x": (v.A + v.A.T) @ v.x / 2},
    ),
    Case(
        "2 A exp(x), against G",
        MATRIX + "parameter x[j]\ninput A[i,j]\ny[i] = sum(A[i,j]*exp(x[j]), j)",
        lambda v: {"x": np.diag(np.exp(v.x)) @ v.A.T @ v.G}, of="y",
    ),
    Case(
        "3 (y.*v)'x", "index i:I\nparameter x[i]\ninput y[i] v[i]\nloss L = sum(y[i]*v[i]*x[i], i)",
        lambda v: {"x": v.y * v.v},
    ),
    Case(
        "4 a^b", "index i:I\nparameter a[i] b[i]\nc[i] = a[i]**b[i]",
        lambda v: {"a": v.G * v.b * v.a ** (v.b - 1), "b": v.G * v.a**v.b * np.log(v.a)}, of="c",
    ),
    Case(
        "5 norm1(Ax-y)", LINEAR + "loss L = sum(abs(e[i]), i)",
        lambda v: {"x": v.A.T @ np.sign(error(v)), "A": np.outer(np.sign(error(v)), v.x)},
    ),
    Case(
        "6 norm2(Ax-y)²", LINEAR + "loss L = sum(e[i]**2, i)",
        lambda v: {"x": 2 * v.A.T @ error(v), "A": 2 * np.outer(error(v), v.x)},
    ),
    Case(
        "6 norm2(Ax-y)", LINEAR + "loss r = sqrt(sum(e[i]**2, i))",
        lambda v: {"x": v.A.T @ error(v) / norm(error(v))},
    ),
    Case(
        "7 logistic loss", SAMPLES + "loss L = sum(log(exp(-y[n]*sum(X[n,i]*w[i], i)) + 1), n)",
        lambda v: {"w": -v.X.T @ (v.y * (1 - s(v.y * (v.X @ v.w))))},
    ),
    Case(
        "8 tr(AX'BXC)",
        "index a:A p:P p2:P q:Q q2:Q\nparameter X[p,q]\ninput A1[a,q] B[p,p2] C[q,a]\n"
        "loss L = sum(A1[a,q]*X[p,q]*B[p,p2]*X[p2,q2]*C[q2,a], a, p, p2, q, q2)",
        lambda v: {"X": v.B @ v.X @ v.C @ v.A1 + v.B.T @ v.X @ v.A1.T @ v.C.T},
    ),
    Case(
        "11 ||T-UV'||²",
        "index i:I j:J k:K\ninput T[i,j]\nparameter U[i,k] V[j,k]\n"
        "R[i,j] = T[i,j] - sum(U[i,k]*V[j,k], k)\nloss L = sum(R[i,j]**2, i, j)",
        lambda v: {
            "U": -2 * (v.T - v.U @ v.V.T) @ v.V, "V": -2 * (v.T - v.U @ v.V.T).T @ v.U,
        },
    ),
    Case(
        "11 masked",
        "index i:I j:J k:K\ninput T[i,j] O[i,j]\nparameter U[i,k] V[j,k]\n"
        "loss L = sum((O[i,j]*(T[i,j] - sum(U[i,k]*V[j,k], k)))**2, i, j)",
        lambda v: {
            "U": -2 * (v.O**2 * (v.T - v.U @ v.V.T)) @ v.V,
            "V": -2 * (v.O**2 * (v.T - v.U @ v.V.T)).T @ v.U,
        },
    ),
    Case(
        "12 (x'Ax)²", VECTORS + "input A[i,j]\nq = sum(x[i]*A[i,j]*x[j], i, j)\nloss L = q**2",
        lambda v: {"x": 2 * (v.x @ v.A @ v.x) * (v.A + v.A.T) @ v.x},
    ),
    Case(
        "14 cosine",
        "index i:I\nparameter u[i] w[i]\n"
        "loss c = sum(u[i]*w[i], i)/(sqrt(sum(u[i]**2, i))*sqrt(sum(w[i]**2, i)))",
        lambda v: {
            "u": v.w / (norm(v.u) * norm(v.w))
            - v.u @ v.w / (norm(v.u) * norm(v.w)) * v.u / norm(v.u) ** 2,
        },
    ),
    Case(
        "15 x/|x|, against G", VECTORS + "y[i] = x[i]/sqrt(sum(x[j]**2, j))",
        lambda v: {"x": (v.G - v.x * (v.x @ v.G) / norm(v.x) ** 2) / norm(v.x)}, of="y",
    ),
)  # fmt: skip

ACTIVATIONS = (
    pointwise("sigmoid", "sigmoid(x[i])", lambda x: s(x) * (1 - s(x))),
    pointwise("tanh", "tanh(x[i])", lambda x: 1 - np.tanh(x) ** 2),
    pointwise("softplus", "softplus(x[i])", s),
    pointwise("silu", "silu(x[i])", lambda x: s(x) * (1 + x * (1 - s(x)))),
    pointwise(
        "gelu", "gelu(x[i])",
        lambda x: normal_distribution(x) + x * np.exp(-(x**2) / 2) / np.sqrt(2 * pi),
    ),
    pointwise("relu", "relu(x[i])", lambda x: (x > 0) * 1.0),
    pointwise("leaky relu", "leaky_relu(x[i], 0.1)", lambda x: np.where(x > 0, 1, 0.1)),
    pointwise("elu", "elu(x[i], 1)", lambda x: np.where(x > 0, 1, np.exp(x))),
    pointwise("softsign", "x[i]/(1 + abs(x[i]))", lambda x: 1 / (1 + np.abs(x)) ** 2),
    pointwise("a sigmoid cubed", "sigmoid(x[i])**3", lambda x: 3 * s(x) ** 3 * (1 - s(x))),
)  # fmt: skip

ROWS = "index n:N k:K j:K\nparameter z[n,k]\n"

LOSSES = (
    Case(
        "17 softmax, against G", ROWS + "p[n,k] = softmax(z[n,k], k)",
        lambda v: {"z": softmax(v.z) * (v.G - row_sums(v.G * softmax(v.z)))}, of="p",
    ),
    Case(
        "18 log-softmax, against G", ROWS + "l[n,k] = log(softmax(z[n,k], k))",
        lambda v: {"z": v.G - softmax(v.z) * row_sums(v.G)}, of="l",
    ),
    Case(
        "19 logsumexp, against G", ROWS + "y[n] = logsumexp(z[n,k], k)",
        lambda v: {"z": softmax(v.z) * v.G[:, None]}, of="y",
    ),
    Case(
        "19 logsumexp of a sum of exponentials", ROWS + "y[n] = log(sum(exp(z[n,k]), k))",
        lambda v: {"z": softmax(v.z) * v.G[:, None]}, of="y",
    ),
    Case(
        "19 T·logsumexp(z/T)", ROWS + "constant T = 2.5\ny[n] = T*logsumexp(z[n,k]/T, k)",
        lambda v: {"z": softmax(v.z / 2.5) * v.G[:, None]}, of="y",
    ),
    Case(
        "20 softmax with cross-entropy, any target",
        ROWS + "input t[n,k]\np[n,k] = softmax(z[n,k], k)\nloss L = -sum(t[n,k]*log(p[n,k]), n, k)",
        lambda v: {"z": softmax(v.z) * row_sums(v.t) - v.t},
    ),
    Case(
        "20 softmax with cross-entropy, one-hot, mean over N",
        ROWS + "input t[n,k] one_hot\np[n,k] = softmax(z[n,k], k)\n"
        "loss L = -sum(t[n,k]*log(p[n,k]), n, k)/N",
        lambda v: {"z": (softmax(v.z) - v.t) / len(v.z)},
    ),
    Case(
        "21 cross-entropy with logits", "index i:I\nparameter z[i]\ninput t[i]\n"
        "loss L = sum(softplus(z[i]) - t[i]*z[i], i)",
        lambda v: {"z": s(v.z) - v.t},
    ),
    Case(
        "21 sigmoid with cross-entropy",
        "index i:I\nparameter z[i]\ninput t[i]\na[i] = sigmoid(z[i])\n"
        "loss L = -sum(t[i]*log(a[i]) + (1 - t[i])*log(1 - a[i]), i)",
        lambda v: {"z": s(v.z) - v.t},
    ),
    Case(
        "22 Huber", "index i:I\nparameter e[i]\nconstant d = 0.5\n"
        "loss L = sum(where(abs(e[i]) <= d, e[i]**2/2, d*(abs(e[i]) - d/2)), i)",
        lambda v: {"e": np.clip(v.e, -0.5, 0.5)},
    ),
    Case(
        "23 hinge", SAMPLES + "loss L = sum(relu(1 - y[n]*sum(X[n,i]*w[i], i)), n)",
        lambda v: {"w": -v.X.T @ (v.y * (1 - v.y * (v.X @ v.w) > 0))},
    ),
    Case(
        "24 KL of a variational autoencoder",
        "index i:I\nparameter mu[i] l[i]\nloss L = sum(mu[i]**2 + exp(l[i]) - l[i] - 1, i)/2",
        lambda v: {"mu": v.mu, "l": (np.exp(v.l) - 1) / 2},
    ),
)  # fmt: skip
