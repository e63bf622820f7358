"""Networks that explanations are tested on, as text, with values."""

from functools import cache

import numpy as np

from symback.derivation.derive import Derivation, derive
from symback.network.network import Network
from symback.network.scalarize import scalarize
from symback.network.text_reader import parse

NEURON = """
network neuron
input x y
parameter w
p = w*x
loss E = (y - p)**2
"""
NEURON_AT = {"x": 2, "w": 0.5, "y": 4}

MAZUR = """
network mazur
input i1 i2 t1 t2 b1 b2
parameter w1 w2 w3 w4 w5 w6 w7 w8
net_h1 = w1*i1 + w2*i2 + b1
net_h2 = w3*i1 + w4*i2 + b1
h1 = sigmoid(net_h1)
h2 = sigmoid(net_h2)
net_o1 = w5*h1 + w6*h2 + b2
net_o2 = w7*h1 + w8*h2 + b2
o1 = sigmoid(net_o1)
o2 = sigmoid(net_o2)
loss E = (t1 - o1)**2/2 + (t2 - o2)**2/2
"""
MAZUR_AT = {
    "i1": 0.05, "i2": 0.10, "t1": 0.01, "t2": 0.99, "b1": 0.35, "b2": 0.60,
    "w1": 0.15, "w2": 0.20, "w3": 0.25, "w4": 0.30, "w5": 0.40, "w6": 0.45, "w7": 0.50, "w8": 0.55,
}  # fmt: skip

XOR = """
network xor
index n:N i:2 h:2
input X[n,i] Y[n]
parameter W1[i,h] b1[h] W2[h] b2
Z1[n,h] = sum(X[n,i]*W1[i,h], i) + b1[h]
A1[n,h] = tanh(Z1[n,h])
Z2[n] = sum(A1[n,h]*W2[h], h) + b2
A2[n] = sigmoid(Z2[n])
loss L = sum((A2[n] - Y[n])**2, n)/(2*N)
"""
XOR_AT = {
    "X": [[0, 0], [0, 1], [1, 0], [1, 1]], "Y": [0, 1, 1, 0],
    "W1": [[0.5, 0.3], [-0.4, 0.8]], "b1": [0.1, -0.2], "W2": [0.5, -0.7], "b2": 0.05,
}  # fmt: skip

DIGITS = """
network digits
index n:N i:64 h:32 k:10
input X[n,i] Y[n,k] one_hot
parameter W1[i,h] b1[h] W2[h,k] b2[k]
Z1[n,h] = sum(X[n,i]*W1[i,h], i) + b1[h]
A1[n,h] = tanh(Z1[n,h])
Z2[n,k] = sum(A1[n,h]*W2[h,k], h) + b2[k]
P[n,k] = softmax(Z2[n,k], k)
loss L = -sum(Y[n,k]*log(P[n,k]), n, k)/N
"""

RESIDUAL = """
network residual
index n:N i:5 j:5
input X[n,i] Y[n,i]
parameter W[i,j] b[j]
Z1[n,j] = sum(X[n,i]*W[i,j], i) + b[j]
H1[n,i] = X[n,i] + relu(Z1[n,i])
Z2[n,j] = sum(H1[n,i]*W[i,j], i) + b[j]
H2[n,i] = H1[n,i] + relu(Z2[n,i])
loss L = mean((H2[n,i] - Y[n,i])**2, n, i)
"""

CLASSES = """
network classes
index n:N i:3 k:4
input X[n,i] Y[n,k] one_hot
parameter W[i,k]
Z[n,k] = sum(X[n,i]*W[i,k], i)
P[n,k] = softmax(Z[n,k], k)
loss L = -sum(Y[n,k]*log(P[n,k]), n, k)/N
"""
CLASSES_AT = {
    "X": [[1, 2, 3], [0.5, -1, 0]], "Y": [[0, 1, 0, 0], [0, 0, 0, 1]],
    "W": [[0.1, -0.2, 0.3, 0.4], [0, 0.5, -0.5, 0.1], [0.2, 0.1, 0, -0.3]],
}  # fmt: skip

FORTY_SIX = """
network small
index a:3 b:4 c:4 k:2
input x[a] y[k]
parameter W1[a,b] b1[b] W2[b,c] b2[c] W3[c,k] b3[k]
Z1[b] = sum(x[a]*W1[a,b], a) + b1[b]
A1[b] = sigmoid(Z1[b])
Z2[c] = sum(A1[b]*W2[b,c], b) + b2[c]
A2[c] = sigmoid(Z2[c])
Z3[k] = sum(A2[c]*W3[c,k], c) + b3[k]
A3[k] = sigmoid(Z3[k])
loss E = sum((A3[k] - y[k])**2, k)/2
"""


@cache
def derived(text: str, *wrt: str) -> Derivation:
    """Return the derivation of a network by its parameters, or by these tensors."""
    return derive(parse(text), list(wrt) or None)


@cache
def forty_six() -> Derivation:
    """Return the derivation of a 3-4-4-2 network of scalars: 46 weights."""
    return derive(scalarize(parse(FORTY_SIX)))


def values_of(network: Network) -> dict[str, float]:
    """Return a value with two decimals for every input and parameter of a network of scalars."""
    drawn = np.random.default_rng(0).uniform(-1, 1, 1000).round(2)
    leaves = (*network.inputs, *network.parameters)
    return {t.name: float(v) for t, v in zip(leaves, drawn, strict=False)}
