"""Autoencoders with tied weights: the decoder reads the encoder's weights, transposed."""

from __future__ import annotations

from symback.algebra.functions import sigmoid, sum_over, tanh
from symback.algebra.letters import indices
from symback.network.network import Network


def linear_autoencoder(inputs: int = 64, code: int = 16) -> Network:
    """R = H·Wᵀ + c with the code H = (X − c)·W; L is the squared error of a sample.

    Inputs: X[n,i]. It cannot do better than principal components: the lowest loss is that of the
    plane of the ``code`` largest.

    Source: Baldi & Hornik, Neural networks and principal component analysis, Neural Networks 2
    (1989), section 3.
    """
    net = Network("linear_autoencoder")
    n, i, h = indices(f"n:N i:{inputs} h:{code}")
    X = net.input("X", n, i)
    W, c = net.parameter("W", i, h), net.parameter("c", i)
    H = net.define("H", (n, h), sum_over((X[n, i] - c[i]) * W[i, h], i))
    R = net.define("R", (n, i), sum_over(H[n, h] * W[i, h], h) + c[i])
    net.loss("L", sum_over((R[n, i] - X[n, i]) ** 2, n, i) / n.size)
    return net


def tied_autoencoder(inputs: int = 64, hidden: int = 48, code: int = 16) -> Network:
    """R = σ(F·Vᵀ + d), F = tanh(H·Wᵀ + c), H = G·W + b, G = tanh(X·V + a).

    Inputs: X[n,i], numbers from 0 to 1. V and W are read twice, on the way to the code H and on the
    way back: each gradient is a sum of two.

    Source: Hinton & Salakhutdinov, Reducing the dimensionality of data with neural networks,
    Science 313 (2006), figure 1, in which the decoder starts with the encoder's weights.
    """
    net = Network("tied_autoencoder")
    n, i, g, h = indices(f"n:N i:{inputs} g:{hidden} h:{code}")
    X = net.input("X", n, i)
    V, W = net.parameter("V", i, g), net.parameter("W", g, h)
    a, b, c, d = (net.parameter(*bias) for bias in (("a", g), ("b", h), ("c", g), ("d", i)))
    G = net.define("G", (n, g), tanh(sum_over(X[n, i] * V[i, g], i) + a[g]))
    H = net.define("H", (n, h), sum_over(G[n, g] * W[g, h], g) + b[h])
    F = net.define("F", (n, g), tanh(sum_over(H[n, h] * W[g, h], h) + c[g]))
    R = net.define("R", (n, i), sigmoid(sum_over(F[n, g] * V[i, g], g) + d[i]))
    net.loss("L", sum_over((R[n, i] - X[n, i]) ** 2, n, i) / n.size)
    return net
