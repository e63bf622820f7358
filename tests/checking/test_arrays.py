"""Whole arrays are what the literal interpreter computes entry by entry."""

from __future__ import annotations

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import symback as sb
from symback.checking.arrays import Field, array_of
from symback.checking.in_time import states_of
from symback.compiler.arithmetic import arithmetic
from symback.compiler.interpreter import interpreted
from symback.network.network import Network
from symback.network.text_reader import parse
from symback.verification.sampling import random_sample
from tests.strategies import networks

EXACT, FLOAT = arithmetic(30), arithmetic(number=float)

TEXTS = {
    "every pointwise function": """
index n:N
input X[n]
parameter w
Z[n] = w*X[n]
A[n] = exp(Z[n]) + log(2 + Z[n]**2) + sqrt(1 + Z[n]**2) + sin(Z[n])*cos(Z[n])
B[n] = tanh(Z[n]) + sigmoid(Z[n]) + relu(Z[n]) + leaky_relu(Z[n], 0.1) + elu(Z[n], 1.5)
C[n] = softplus(Z[n]) + silu(Z[n]) + gelu(Z[n]) + gelu_tanh(Z[n]) + erf(Z[n]) + abs(Z[n])
D[n] = maximum(Z[n], 0.2)*minimum(Z[n], 0.3) + sign(Z[n]) + 2**Z[n] + Z[n]**(-2)
loss L = sum(A[n] + B[n]*C[n] + D[n], n)
""",
    "softmax, logsumexp, means": """
index n:N k:K
input X[n,k] Y[n,k] one_hot
parameter w[k]
Z[n,k] = X[n,k]*w[k]
P[n,k] = softmax(Z[n,k], k)
M[n] = mean(Z[n,k], k) + logsumexp(Z[n,k], k)
Q[k] = softmax(P[0,k], k)
loss L = -sum(Y[n,k]*log(P[n,k])*Q[k], n, k)/N + mean(M[n]*n, n)
""",
    "a convolution with an edge": """
index p:H-R+1 r:R h:H
input X[h]
parameter K[r]
C[p] = sum(X[p + r]*K[r], r)
D[h] = where(h >= 1, X[h - 1], 0) + iverson(h < 2)*X[h]
loss L = sum(C[p]**2, p) + sum(D[h]*X[h]**2, h)
""",
    "windows, maxima, products, padding": """
index n:N p:6 q:3 s:2 r:3 a:6
input X[n,p]
parameter W[r] u[p]
Z[n,p] = sum(padded(X[n,p + r - 1])*W[r], r)
M[n,q] = max(Z[n,2*q + s], s) + min(Z[n,2*q + s]*u[2*q + s], s)
G[n,p] = M[n,p//2]*(p % 3) + max(Z[n,a], (a, 0, p))
B[n] = prod(1 + G[n,p]/10, p)
F[n,p] = first(abs(Z[n,p]), p)
loss L = sum(B[n]*G[n,p]*F[n,p], n, p)
""",
    "gathers of two levels": """
index n:N w:4 v:5 j:3 c:2
input y[n,j]
input ids[n,w] integer
input group[v] integer
parameter E[v,j] D[c,j]
e[n,j] = sum(E[ids[n,w],j], w)
f[n,j] = sum(D[group[ids[n,w]],j], w)
loss L = sum((e[n,j]*f[n,j] - y[n,j])**2, n, j)
""",
    "letters as numbers, bounded sums, a letter that is only repeated": """
index n:N m:N d:3
parameter E[n,d]
G[n,d] = E[N - 1 - n, d]
S[n] = sum(G[m,0]*G[n,1], m)
T[n] = sum((m + 1)*G[m,2], (m, 0, n))
loss L = sum(S[n]*T[n], n) + sum(1, n, d)
""",
}


def disagreement(network: Network, exact: bool) -> float:
    """The largest difference between an equation as a whole array and as single entries."""
    sample = random_sample(network, seed=3)
    kind = EXACT if exact else FLOAT
    with mpmath.workdps(30):
        world = interpreted(network, sample.values, None, EXACT)
        tensors = {
            name: array if exact else array.astype(float) for name, array in world.tensors.items()
        }
        field = Field(tensors, world.sizes, kind, states=states_of(network))
        worst = 0.0
        for equation in network.equations:
            found = array_of(equation.written, equation.letters, field)
            expected = world.tensors[equation.target]
            assert found.shape == expected.shape
            scale = 1 + np.max(np.abs(expected), initial=0)
            worst = max(worst, float(np.max(np.abs(found - expected), initial=0) / scale))
    return worst


@pytest.mark.parametrize("exact", [False, True], ids=["float", "exact"])
@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS.keys())
def test_arrays_are_what_the_interpreter_computes(text: str, exact: bool) -> None:
    derived = sb.derive(parse(text)).network
    assert disagreement(derived, exact) < (1e-25 if exact else 1e-12)


@settings(max_examples=25, deadline=None)
@given(networks(), st.booleans())
def test_arrays_of_random_networks_are_what_the_interpreter_computes(net, exact) -> None:
    assert disagreement(sb.derive(net).network, exact) < (1e-22 if exact else 1e-10)


def test_rows_are_versions_computed_side_by_side() -> None:
    net = parse("index n:N k:3\ninput X[n,k]\nparameter W[k]\nloss L = sum(X[n,k]*W[k], n, k)**2")
    x, rows = np.arange(6.0).reshape(2, 3), np.array([[1.0, 0, 0], [0, 2, 0]])
    tensors = {"X": x, "W": rows}
    field = Field(tensors, {net.sizes["N"]: 2}, FLOAT, frozenset({"W"}))
    expression = net.equation("L").written
    np.testing.assert_allclose(array_of(expression, (), field), [3.0**2, 10.0**2])


def test_what_has_no_value_is_not_finite_and_no_error() -> None:
    net = parse("input x\nparameter w\nloss L = log(w*x) + 1/(w - w) + sqrt(w*x)")
    written = net.equation("L").written
    for kind, number in ((FLOAT, np.asarray), (EXACT, mpmath.mpf)):
        tensors = {name: np.asarray(number(value)) for name, value in {"x": -1, "w": 2}.items()}
        assert not np.isfinite(float(array_of(written, (), Field(tensors, {}, kind))))
