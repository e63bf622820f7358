"""Small networks and data that the tests of training share."""

import numpy as np

from symback.derivation.derive import derive
from symback.network.text_reader import parse
from symback.training.loop import train
from symback.training.optimisers import SGD, Adam

LINE = parse(
    """
network line
index n:N i:2
input X[n,i] y[n]
parameter w[i] b
p[n] = sum(X[n,i]*w[i], i) + b
loss L = mean((p[n] - y[n])**2, n)
"""
)
CLASSES = parse(
    """
network classes
index n:N i:2 h:5 k:3
input X[n,i] Y[n,k] one_hot
parameter W[i,h] b[h] V[h,k]
A[n,h] = tanh(sum(X[n,i]*W[i,h], i) + b[h])
P[n,k] = softmax(sum(A[n,h]*V[h,k], h), k)
loss L = -sum(Y[n,k]*log(P[n,k]), n, k)/N
"""
)
YES_NO = parse(
    """
network yes_no
index n:N i:2
input X[n,i] y[n]
parameter w[i] b
z[n] = sum(X[n,i]*w[i], i) + b
p[n] = sigmoid(z[n])
loss L = -mean(y[n]*log(p[n]) + (1 - y[n])*log(1 - p[n]), n)
"""
)
GENERATOR = np.random.default_rng(11)
X = GENERATOR.normal(size=(50, 2))
LABELS = (X[:, 0] > 0) + (X[:, 1] > 0).astype(int)
ON_A_LINE = {"X": X, "y": X @ [2.0, -3.0] + 0.5}
CLASSED = {"X": X, "Y": LABELS}
ANSWERED = {"X": X, "y": (X[:, 0] > 0).astype(float)}


# Derived once: that is half of the time of a small training.
OF_CLASSES, OF_LINE = derive(CLASSES), derive(LINE)


def classes(**options):
    options = {"optimizer": Adam(0.05), "epochs": 5, "batch_size": 16, "seed": 3} | options
    return train(OF_CLASSES, options.pop("data", CLASSED), **options)


def line(**options):
    options = {"optimizer": SGD(0.1), "epochs": 3} | options
    return train(OF_LINE, options.pop("data", ON_A_LINE), **options)


def same_bits(one, other):
    """Do two mappings hold the same arrays, bit for bit?"""
    return one.keys() == other.keys() and all(one[n].tobytes() == other[n].tobytes() for n in one)
