"""Layers written out in loops over entries: what the layers of symback are compared with.

Everything here is spelled with plain Python loops, from the definitions of the papers, and shares
nothing with symback.
"""

from __future__ import annotations

import math
from itertools import product

import numpy as np


def sigmoid(z):
    return 1 / (1 + math.exp(-z))


def each(shape):
    return product(*map(range, shape))


def dense(X, W, b):
    """W[i,h], the last axis of X summed."""
    Z = np.zeros((*X.shape[:-1], W.shape[-1]))
    for place in each(X.shape[:-1]):
        for h in range(W.shape[1]):
            total = b[h]
            for i in range(W.shape[0]):
                total += X[(*place, i)] * W[i, h]
            Z[(*place, h)] = total
    return Z


def mapped(function, X):
    Y = np.zeros(X.shape)
    for place in each(X.shape):
        Y[place] = function(X[place])
    return Y


def softmax_row(row):
    largest = max(row)
    powers = [math.exp(z - largest) for z in row]
    return [p / sum(powers) for p in powers]


def convolution(X, W, b, stride=1, padding=0, dilation=1, groups=1):
    """X[n,c,…], W[o,e,…]; stride, padding, dilation: a number for all axes, or one for each."""
    axes = X.ndim - 2
    s, p, d = (v if isinstance(v, tuple) else (v,) * axes for v in (stride, padding, dilation))
    out = tuple(
        (X.shape[2 + a] + 2 * p[a] - d[a] * (W.shape[2 + a] - 1) - 1) // s[a] + 1
        for a in range(axes)
    )
    share_in, share_out = X.shape[1] // groups, W.shape[0] // groups
    Z = np.zeros((X.shape[0], W.shape[0], *out))
    for n, o in each(Z.shape[:2]):
        for place in each(out):
            total = b[o]
            for e in range(share_in):
                for tap in each(W.shape[2:]):
                    read = tuple(s[a] * place[a] + d[a] * tap[a] - p[a] for a in range(axes))
                    if all(0 <= read[a] < X.shape[2 + a] for a in range(axes)):
                        c = (o // share_out) * share_in + e
                        total += W[(o, e, *tap)] * X[(n, c, *read)]
            Z[(n, o, *place)] = total
    return Z


def transposed(X, W, b, stride=1, padding=0, dilation=1, output_padding=0):
    """X[n,c,…], W[c,o,…]: every entry of X writes a kernel."""
    axes = X.ndim - 2
    out = tuple(
        (X.shape[2 + a] - 1) * stride + dilation * (W.shape[2 + a] - 1) + 1 - 2 * padding
        + output_padding
        for a in range(axes)
    )  # fmt: skip
    Z = np.zeros((X.shape[0], W.shape[1], *out))
    for n, o in each(Z.shape[:2]):
        Z[n, o] += b[o]
        for c in range(X.shape[1]):
            for place in each(X.shape[2:]):
                for tap in each(W.shape[2:]):
                    at = tuple(stride * place[a] + dilation * tap[a] - padding for a in range(axes))
                    if all(0 <= at[a] < out[a] for a in range(axes)):
                        Z[(n, o, *at)] += X[(n, c, *place)] * W[(c, o, *tap)]
    return Z


def pooled(X, kernel, stride, padding, reduce, dilation=1, outside=None):
    """The windows of X[n,c,…] one by one; ``outside`` is what padding counts as, None for not."""
    axes = X.ndim - 2
    out = tuple(
        (size + 2 * padding - dilation * (kernel - 1) - 1) // stride + 1 for size in X.shape[2:]
    )
    M = np.zeros((*X.shape[:2], *out))
    for n, c in each(X.shape[:2]):
        for place in each(out):
            window = []
            for tap in each((kernel,) * axes):
                at = tuple(stride * place[a] + dilation * tap[a] - padding for a in range(axes))
                if all(0 <= at[a] < X.shape[2 + a] for a in range(axes)):
                    window.append(X[(n, c, *at)])
                elif outside is not None:
                    window.append(outside)
            M[(n, c, *place)] = reduce(window)
    return M


def mean(values):
    return sum(values) / len(values)


def normalised(X, groups, eps):
    """(X − mean)/√(variance + eps), both over each list of places in ``groups``."""
    Y = np.zeros(X.shape)
    for places in groups:
        m = mean([X[p] for p in places])
        variance = mean([(X[p] - m) ** 2 for p in places])
        for p in places:
            Y[p] = (X[p] - m) / math.sqrt(variance + eps)
    return Y


def together(shape, key):
    """Lists of places that share ``key(place)``."""
    found = {}
    for place in each(shape):
        found.setdefault(key(place), []).append(place)
    return list(found.values())


def rnn(X, W, U, b, h0=None, function=math.tanh, backwards=False):
    """X[t,n,i] -> h[t,n,k]."""
    T, N, _ = X.shape
    K = W.shape[1]
    h = np.zeros((T, N, K))
    for t in range(T):
        for n, k in each((N, K)):
            total = b[k]
            for i in range(W.shape[0]):
                total += X[T - 1 - t if backwards else t, n, i] * W[i, k]
            for j in range(K):
                before = h[t - 1, n, j] if t else (0 if h0 is None else h0[n, j])
                total += before * U[j, k]
            h[t, n, k] = function(total)
    return h


def gate(v, name, X, t, n, k, before, extra=0.0):
    total = v[f"b_{name}"][k] + extra
    for i in range(X.shape[2]):
        total += X[t, n, i] * v[f"W_{name}"][i, k]
    for j in range(len(before)):
        total += before[j] * v[f"U_{name}"][j, k]
    return total


def lstm(X, v, units, peepholes=False, h0=None, c0=None):
    """``v`` holds W_i, U_i, b_i, p_i and so on; X[t,n,i] -> h[t,n,k]."""
    T, N, _ = X.shape
    h, c = np.zeros((T, N, units)), np.zeros((T, N, units))
    for t, n in each((T, N)):
        before = h[t - 1, n] if t else (np.zeros(units) if h0 is None else h0[n])
        cell = c[t - 1, n] if t else (np.zeros(units) if c0 is None else c0[n])
        for k in range(units):
            peep = {g: v[f"p_{g}"][k] if peepholes else 0.0 for g in "ifo"}
            i = sigmoid(gate(v, "i", X, t, n, k, before, peep["i"] * cell[k]))
            f = sigmoid(gate(v, "f", X, t, n, k, before, peep["f"] * cell[k]))
            g = math.tanh(gate(v, "g", X, t, n, k, before))
            c[t, n, k] = f * cell[k] + i * g
            o = sigmoid(gate(v, "o", X, t, n, k, before, peep["o"] * c[t, n, k]))
            h[t, n, k] = o * math.tanh(c[t, n, k])
    return h


def gru(X, v, units):
    T, N, _ = X.shape
    h = np.zeros((T, N, units))
    for t, n in each((T, N)):
        before = h[t - 1, n] if t else np.zeros(units)
        for k in range(units):
            r = sigmoid(gate(v, "r", X, t, n, k, before))
            z = sigmoid(gate(v, "z", X, t, n, k, before))
            u = v["b_u"][k] + sum(before[j] * v["U_g"][j, k] for j in range(units))
            total = v["b_g"][k] + r * u
            for i in range(X.shape[2]):
                total += X[t, n, i] * v["W_g"][i, k]
            h[t, n, k] = (1 - z) * math.tanh(total) + z * before[k]
    return h


def attention(Q, K, V, allowed=lambda q, k: True):
    """Q[q,d], K[k,d], V[k,e]."""
    O = np.zeros((Q.shape[0], V.shape[1]))
    for q in range(Q.shape[0]):
        keys = [k for k in range(K.shape[0]) if allowed(q, k)]
        scores = [
            sum(Q[q, d] * K[k, d] for d in range(Q.shape[1])) / math.sqrt(Q.shape[1]) for k in keys
        ]
        weights = softmax_row(scores)
        for e in range(V.shape[1]):
            O[q, e] = sum(w * V[k, e] for w, k in zip(weights, keys, strict=True))
    return O


def heads(X, source, v, causal=False):
    """Multi-head attention of one sample X[q,i] over source[k,i], with W_Q[i,a,d] and so on."""
    Y = np.zeros((X.shape[0], v["W_O"].shape[2])) + v["b_O"]
    for a in range(v["W_Q"].shape[1]):
        Q = dense(X, v["W_Q"][:, a], v["b_Q"][a])
        K = dense(source, v["W_K"][:, a], v["b_K"][a])
        V = dense(source, v["W_V"][:, a], v["b_V"][a])
        O = attention(Q, K, V, (lambda q, k: k <= q) if causal else (lambda q, k: True))
        Y += dense(O, v["W_O"][a], np.zeros(Y.shape[1]))
    return Y
