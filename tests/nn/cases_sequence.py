"""Cases of layers with time or positions: recurrence, attention, embedding, encodings."""

from __future__ import annotations

import math

import numpy as np

import symback as sb
from symback import nn
from tests.nn import loops
from tests.nn.support import Case, torch

n, u, t, t2, i, k, q, d, e, s, m = sb.indices("n:N u:1 t:T t2:2 i:2 k:2 q:2 d:1 e:2 s:4 m:3")
SAMPLES, STEPS = 2, 3


def X(net):
    return net.input("X", t, n, i)


def parts(v, suffix="_1"):
    """The tensors W_i_1, U_i_1 … of the first layer as W_i, U_i …"""
    return {name.removesuffix(suffix): value for name, value in v.items()}


def torch_rnn(v, X, W, U, b, h0=None, function=None):
    h = torch.zeros(X.shape[1], W.shape[1], dtype=X.dtype) if h0 is None else h0
    steps = []
    for x in X:
        h = (function or torch.tanh)(x @ W + h @ U + b)
        steps.append(h)
    return torch.stack(steps)


def torch_module(kind, gates, v, X, start=None):
    """torch.nn.LSTM or GRU with our weights, its gates in this order."""
    units = v["U_" + gates[0]].shape[0]
    none = torch.zeros(units, dtype=X.dtype)
    weights = [
        torch.cat([v[f"W_{g}"].T for g in gates]),
        torch.cat([v[f"U_{g}"].T for g in gates]),
        torch.cat([v[f"b_{g}"] for g in gates]),
        torch.cat([*[none] * (len(gates) - 1), v.get("b_u", none)]),
    ]
    names = ["weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0"]
    module = kind(X.shape[2], units).double()
    given = (X,) if start is None else (X, start)
    return torch.func.functional_call(module, dict(zip(names, weights, strict=True)), given)[0]


RECURRENT = (
    Case(
        "rnn",
        lambda net: nn.rnn(net, X(net), 3),
        lambda v: loops.rnn(v["X"], v["W1"], v["U1"], v["b1"]),
        lambda v: torch_rnn(v, v["X"], v["W1"], v["U1"], v["b1"]),
    ),
    Case(
        "rnn of one step",
        lambda net: nn.rnn(net, X(net), 2, activation="relu"),
        lambda v: loops.rnn(v["X"], v["W1"], v["U1"], v["b1"], function=lambda z: max(z, 0)),
        lambda v: torch_rnn(v, v["X"], v["W1"], v["U1"], v["b1"], function=torch.relu),
        sizes={"T": 1, "N": 1},
    ),
    Case(
        "rnn, batch first, with an initial state",
        lambda net: nn.rnn(
            net, net.input("X", n, t, i), k, time=t, initial=net.parameter("h0", n, k)
        ),
        lambda v: loops.rnn(v["X"].swapaxes(0, 1), v["W1"], v["U1"], v["b1"], v["h0"]),
        lambda v: torch_rnn(v, v["X"].swapaxes(0, 1), v["W1"], v["U1"], v["b1"], v["h0"]),
    ),
    Case(
        "rnn backwards",
        lambda net: nn.rnn(net, X(net), 2, reverse=True),
        lambda v: loops.rnn(v["X"], v["W1"], v["U1"], v["b1"], backwards=True),
        lambda v: torch_rnn(v, v["X"].flip(0), v["W1"], v["U1"], v["b1"]),
    ),
    Case(
        "two rnns, the last step",
        lambda net: nn.sequential(net, X(net), nn.rnn(2), nn.rnn(3), nn.last_step()),
        lambda v: loops.rnn(
            loops.rnn(v["X"], v["W1"], v["U1"], v["b1"]), v["W2"], v["U2"], v["b2"]
        )[-1],
        lambda v: torch_rnn(
            v, torch_rnn(v, v["X"], v["W1"], v["U1"], v["b1"]), v["W2"], v["U2"], v["b2"]
        )[-1],
    ),
    Case(
        "bidirectional rnn",
        lambda net: nn.bidirectional(net, X(net), nn.rnn(2)),
        lambda v: np.concatenate([
            loops.rnn(v["X"], v["W1"], v["U1"], v["b1"]),
            loops.rnn(v["X"], v["W2"], v["U2"], v["b2"], backwards=True)[::-1],
        ], axis=2),
        lambda v: torch.cat([
            torch_rnn(v, v["X"], v["W1"], v["U1"], v["b1"]),
            torch_rnn(v, v["X"].flip(0), v["W2"], v["U2"], v["b2"]).flip(0),
        ], 2),
    ),
    Case(
        "lstm",
        lambda net: nn.lstm(net, net.input("X", t, u, d), 2),
        lambda v: loops.lstm(v["X"], parts(v), 2),
        lambda v: torch_module(torch.nn.LSTM, "ifgo", parts(v), v["X"]),
    ),
    Case(
        "lstm with peepholes and initial states",
        lambda net: nn.lstm(
            net, net.input("X", t2, u, d), k, peepholes=True,
            initial=(net.input("h0", u, k), net.parameter("c0", u, k)),
        ),
        lambda v: loops.lstm(v["X"], parts(v), 2, True, v["h0"], v["c0"]),
        lambda v: torch_peephole_lstm(parts(v), v["X"], v["h0"], v["c0"]),
    ),
    Case(
        "gru",
        lambda net: nn.gru(net, net.input("X", t, u, i), 2),
        lambda v: loops.gru(v["X"], parts(v), 2),
        lambda v: torch_module(torch.nn.GRU, "rzg", parts(v), v["X"]),
    ),
)  # fmt: skip


def torch_peephole_lstm(v, X, h, c):
    steps = []
    for x in X:

        def total(gate, h=h, x=x):
            return x @ v[f"W_{gate}"] + h @ v[f"U_{gate}"] + v[f"b_{gate}"]

        before = c
        c = (total("f") + v["p_f"] * before).sigmoid() * before
        c = c + (total("i") + v["p_i"] * before).sigmoid() * total("g").tanh()
        h = (total("o") + v["p_o"] * c).sigmoid() * c.tanh()
        steps.append(h)
    return torch.stack(steps)


def sequence(net):
    return net.input("X", n, t, s)


def angle(place, feature, width):
    return place / 10000 ** (2 * (feature // 2) / width)


def encoding(steps, width):
    return np.array([
        [math.sin(angle(p, j, width)) if j % 2 == 0 else math.cos(angle(p, j, width))
         for j in range(width)] for p in range(steps)
    ])  # fmt: skip


def torch_attention(Q, K, V, mask=None, causal=False):
    return torch.nn.functional.scaled_dot_product_attention(
        Q, K, V, attn_mask=mask, is_causal=causal
    )


def torch_heads(v, X, source, causal=False, suffix="_1"):
    w = parts(v, suffix)
    Q, K, V = (
        torch.einsum("nqi,iad->naqd", T, w[f"W_{p}"]) + w[f"b_{p}"][:, None]
        for p, T in (("Q", X), ("K", source), ("V", source))
    )
    O = torch_attention(Q, K, V, causal=causal)
    return torch.einsum("naqe,aej->nqj", O, w["W_O"]) + w["b_O"]


def block(v, X, normed, pre):
    """One sample through a transformer block."""
    w = parts(v, "_2" if pre else "_1")
    if pre:
        H = X + loops.heads(normed(X, 1), normed(X, 1), w, causal=True)
        inner = loops.mapped(np.tanh, loops.dense(normed(H, 2), v["W1"], v["b1"]))
        return H + loops.dense(inner, v["W2"], v["b2"])
    H = normed(X + loops.heads(X, X, w, causal=True), 1)
    inner = loops.mapped(np.tanh, loops.dense(H, v["W1"], v["b1"]))
    return normed(H + loops.dense(inner, v["W2"], v["b2"]), 2)


def looped_block(v, numbers, pre):
    def normed(X, which):
        Y = loops.normalised(X, loops.together(X.shape, lambda place: place[0]), 1e-5)
        return v[f"gamma{numbers[which - 1]}"] * Y + v[f"beta{numbers[which - 1]}"]

    return np.array([block(v, X, normed, pre) for X in v["X"]])


def torch_block(v, numbers, pre):
    def normed(X, which):
        gamma, beta = (v[f"{name}{numbers[which - 1]}"] for name in ("gamma", "beta"))
        return torch.nn.functional.layer_norm(X, (3,), gamma, beta)

    def fed(H):
        return (H @ v["W1"] + v["b1"]).tanh() @ v["W2"] + v["b2"]

    X = v["X"]
    if pre:
        H = X + torch_heads(v, normed(X, 1), normed(X, 1), causal=True, suffix="_2")
        return H + fed(normed(H, 2))
    H = normed(X + torch_heads(v, X, X, causal=True), 1)
    return normed(H + fed(H), 2)


ATTENTION = (
    Case(
        "attention",
        lambda net: nn.attention(
            net, net.input("Q", n, q, d), net.input("K", n, m, d), net.input("V", n, m, e)
        ),
        lambda v: np.array([
            loops.attention(*a) for a in zip(v["Q"], v["K"], v["V"], strict=True)
        ]),
        lambda v: torch_attention(v["Q"], v["K"], v["V"]),
    ),
    Case(
        "causal attention of one tensor",
        lambda net: nn.attention(net, *[net.input("X", n, t, i)] * 3, causal=True),
        lambda v: np.array([loops.attention(x, x, x, lambda q, k: k <= q) for x in v["X"]]),
        lambda v: torch_attention(v["X"], v["X"], v["X"], causal=True),
    ),
    Case(
        "attention with a mask",
        lambda net: nn.attention(
            net, net.input("Q", u, q, d), net.input("K", u, m, d), net.input("V", u, m, e),
            mask=net.input("M", u, m, integer=True),
        ),
        lambda v: np.array([
            loops.attention(Q, K, V, lambda q, k, m=m: m[k] > 0)
            for Q, K, V, m in zip(v["Q"], v["K"], v["V"], v["M"], strict=True)
        ]),
        lambda v: torch_attention(v["Q"], v["K"], v["V"], v["M"][:, None] > 0),
        values={"M": lambda rng, shape: np.tile([1, 0, 1], (shape[0], 1))},
    ),
    Case(
        "multi-head attention",
        lambda net: nn.multi_head_attention(net, net.input("X", u, q, s), 2, causal=True),
        lambda v: np.array([loops.heads(x, x, parts(v), True) for x in v["X"]]),
        lambda v: torch_heads(v, v["X"], v["X"], True),
    ),
    Case(
        "cross-attention",
        lambda net: nn.multi_head_attention(
            net, net.input("X", u, q, s), 1, keys=net.input("C", u, m, e), width=2
        ),
        lambda v: np.array([
            loops.heads(x, c, parts(v)) for x, c in zip(v["X"], v["C"], strict=True)
        ]),
        lambda v: torch_heads(v, v["X"], v["C"]),
    ),
    Case(
        "transformer block",
        lambda net: nn.transformer_block(
            net, net.input("X", u, q, m), 1, 2, activation="tanh", causal=True
        ),
        lambda v: looped_block(v, (1, 4), True),
        lambda v: torch_block(v, (1, 4), True),
        sizes={"N": 1, "T": 2},
    ),
    Case(
        "transformer block, norms behind",
        lambda net: nn.transformer_block(
            net, net.input("X", u, d, m), 1, 2, activation="tanh", causal=True, norm="post"
        ),
        lambda v: looped_block(v, (3, 5), False),
        lambda v: torch_block(v, (3, 5), False),
        sizes={"N": 1, "T": 2},
    ),
)  # fmt: skip
POSITIONS = (
    Case(
        "embedding",
        lambda net: nn.embedding(net, net.input("ids", n, t, integer=True), 5, 2),
        lambda v: np.array([[v["E1"][w] for w in row] for row in v["ids"]]),
        lambda v: v["E1"][v["ids"]],
        values={"ids": lambda rng, shape: rng.integers(0, 3, shape)},
    ),
    Case(
        "sinusoidal positions",
        lambda net: nn.sinusoidal_positions(net, sequence(net)),
        lambda v: v["X"] + encoding(STEPS, 4),
        lambda v: v["X"] + torch.tensor(encoding(STEPS, 4)),
    ),
    Case(
        "learned positions",
        lambda net: nn.learned_positions(net, sequence(net)),
        lambda v: np.array([[x + p for x, p in zip(X, v["E1"], strict=True)] for X in v["X"]]),
        lambda v: v["X"] + v["E1"],
    ),
)
CASES = (*RECURRENT, *ATTENTION, *POSITIONS)
