"""Convolutions, attention and embeddings against torch eager, in the same run.

    python -m tests.bench.windows                  the networks of the table, float64 and float32
    python -m tests.bench.windows cnn              one of them

Value and gradient by all parameters, one thread. Loss and gradients are compared first. Ratios are
symback / torch, of the shortest of many bursts in turn.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import NamedTuple

from tests.bench.run import assert_same, compiled, shortest  # before NumPy: it asks for one thread

import numpy as np  # isort: skip

from symback.algebra.letters import size_symbol
from symback.network.network import Network
from symback.network.text_reader import parse

CNN = """
index n:N c:1 d:8 o:16 p:24 q:24 r:5 s:5 u:2 v:2 a:12 b:12 e:8 g:8 k:10 i:28 j:28
input X[n,c,i,j] Y[n,k] one_hot
parameter W1[d,c,r,s] b1[d] W2[o,d,r,s] b2[o] W3[o,e,g,k] b3[k]
Z1[n,d,p,q] = sum(X[n,c,p+r,q+s]*W1[d,c,r,s], c, r, s) + b1[d]
A1[n,d,p,q] = relu(Z1[n,d,p,q])
P1[n,d,a,b] = max(A1[n,d,2*a+u,2*b+v], u, v)
Z2[n,o,e,g] = sum(P1[n,d,e+r,g+s]*W2[o,d,r,s], d, r, s) + b2[o]
A2[n,o,e,g] = relu(Z2[n,o,e,g])
Z3[n,k] = sum(A2[n,o,e,g]*W3[o,e,g,k], o, e, g) + b3[k]
P[n,k] = softmax(Z3[n,k], k)
loss L = -sum(Y[n,k]*log(P[n,k]), n, k)/N
"""
PADDED = """
index n:N c:3 d:16 o:32 p:16 q:16 r:3 s:3 u:2 v:2 a:8 b:8 k:10
input X[n,c,p,q] Y[n,k] one_hot
parameter W1[d,c,r,s] b1[d] W2[o,d,r,s] b2[o] W3[o,k] b3[k]
Z1[n,d,p,q] = sum(padded(X[n,c,p+r-1,q+s-1])*W1[d,c,r,s], c, r, s) + b1[d]
A1[n,d,p,q] = relu(Z1[n,d,p,q])
P1[n,d,a,b] = mean(A1[n,d,2*a+u,2*b+v], u, v)
Z2[n,o,a,b] = sum(padded(P1[n,d,a+r-1,b+s-1])*W2[o,d,r,s], d, r, s) + b2[o]
A2[n,o,a,b] = relu(Z2[n,o,a,b])
G[n,o] = mean(A2[n,o,a,b], a, b)
Z3[n,k] = sum(G[n,o]*W3[o,k], o) + b3[k]
P[n,k] = softmax(Z3[n,k], k)
loss L = -sum(Y[n,k]*log(P[n,k]), n, k)/N
"""
NORM = """
mu{0}[n,t] = mean({1}[n,t,i], i)
v{0}[n,t] = mean(({1}[n,t,i] - mu{0}[n,t])**2, i)
r{0}[n,t] = (v{0}[n,t] + 0.00001)**(-0.5)
H{0}[n,t,i] = gamma{0}[i]*({1}[n,t,i] - mu{0}[n,t])*r{0}[n,t] + beta{0}[i]
"""
TRANSFORMER = f"""
index n:N t:32 u:32 i:64 j:64 m:256
input X[n,t,i] Y[n,t,i]
parameter gamma1[i] beta1[i] Wq[i,j] Wk[i,j] Wv[i,j] Wo[j,i]
parameter gamma2[i] beta2[i] W1[i,m] b1[m] W2[m,i] b2[i]
{NORM.format(1, "X")}
Q[n,t,j] = sum(H1[n,t,i]*Wq[i,j], i)
K[n,t,j] = sum(H1[n,t,i]*Wk[i,j], i)
V[n,t,j] = sum(H1[n,t,i]*Wv[i,j], i)
S[n,t,u] = sum(Q[n,t,j]*K[n,u,j], j)/8
P[n,t,u] = softmax(S[n,t,u], u)
O[n,t,j] = sum(P[n,t,u]*V[n,u,j], u)
A[n,t,i] = X[n,t,i] + sum(O[n,t,j]*Wo[j,i], j)
{NORM.format(2, "A")}
Z[n,t,m] = sum(H2[n,t,i]*W1[i,m], i) + b1[m]
G[n,t,m] = gelu_tanh(Z[n,t,m])
R[n,t,i] = A[n,t,i] + sum(G[n,t,m]*W2[m,i], m) + b2[i]
loss L = sum((R[n,t,i] - Y[n,t,i])**2, n, t, i)/(2*N)
"""
EMBEDDING = """
index n:N t:32 v:1000 i:64 k:64
input ids[n,t] integer
input Y[n,k]
parameter E[v,i] W[t,i,k]
H[n,t,i] = E[ids[n,t],i]
Z[n,k] = sum(H[n,t,i]*W[t,i,k], t, i)
loss L = sum((Z[n,k] - Y[n,k])**2, n, k)/(2*N)
"""
DEPTHWISE = """
index n:N c:32 p:28 q:28 r:3 s:3
input X[n,c,p,q]
parameter W[c,r,s] b[c]
Z[n,c,p,q] = sum(padded(X[n,c,p+r-1,q+s-1])*W[c,r,s], r, s) + b[c]
loss L = sum(Z[n,c,p,q]**2, n, c, p, q)/N
"""
TRANSPOSED = """
index n:N c:16 d:8 p:14 q:14 y:28 x:28 r:4 s:4
input X[n,c,p,q]
parameter W[c,d,r,s]
Z[n,d,y,x] = sum(X[n,c,p,q]*W[c,d,r,s]*delta(y, 2*p+r-1)*delta(x, 2*q+s-1), c, p, q, r, s)
loss L = sum(Z[n,d,y,x]**2, n, d, y, x)/N
"""
HEADS = """
index n:N t:64 u:64 i:64 h:4 d:16
input X[n,t,i] Y[n,t,i]
parameter Wq[i,h,d] Wk[i,h,d] Wv[i,h,d] Wo[h,d,i]
Q[n,h,t,d] = sum(X[n,t,i]*Wq[i,h,d], i)
K[n,h,t,d] = sum(X[n,t,i]*Wk[i,h,d], i)
V[n,h,t,d] = sum(X[n,t,i]*Wv[i,h,d], i)
S[n,h,t,u] = where(u <= t, sum(Q[n,h,t,d]*K[n,h,u,d], d)/4, -oo)
P[n,h,t,u] = softmax(S[n,h,t,u], u)
O[n,h,t,d] = sum(P[n,h,t,u]*V[n,h,u,d], u)
Z[n,t,i] = sum(O[n,h,t,d]*Wo[h,d,i], h, d)
loss L = sum((Z[n,t,i] - Y[n,t,i])**2, n, t, i)/N
"""


def classified(t: dict, logits):
    """Return the cross-entropy."""
    import torch

    return -(t["Y"] * torch.log_softmax(logits, 1)).sum() / len(logits)


def cnn_in_torch(t: dict):
    """Return the loss of the first network."""
    from torch.nn import functional as f

    x = f.max_pool2d(f.relu(f.conv2d(t["X"], t["W1"], t["b1"])), 2)
    x = f.relu(f.conv2d(x, t["W2"], t["b2"]))
    return classified(t, x.reshape(len(x), -1) @ t["W3"].reshape(-1, 10) + t["b3"])


def padded_in_torch(t: dict):
    """Return the loss of the second network."""
    from torch.nn import functional as f

    x = f.avg_pool2d(f.relu(f.conv2d(t["X"], t["W1"], t["b1"], padding=1)), 2)
    x = f.relu(f.conv2d(x, t["W2"], t["b2"], padding=1))
    return classified(t, x.mean((2, 3)) @ t["W3"] + t["b3"])


def transformer_in_torch(t: dict):
    """Return the loss of the transformer block."""
    import torch
    from torch.nn import functional as f

    h = f.layer_norm(t["X"], (64,), t["gamma1"], t["beta1"], 1e-5)
    q, k, v = h @ t["Wq"], h @ t["Wk"], h @ t["Wv"]
    a = t["X"] + (torch.softmax(q @ k.transpose(1, 2) / 8, -1) @ v) @ t["Wo"]
    h = f.layer_norm(a, (64,), t["gamma2"], t["beta2"], 1e-5)
    r = a + f.gelu(h @ t["W1"] + t["b1"], approximate="tanh") @ t["W2"] + t["b2"]
    return ((r - t["Y"]) ** 2).sum() / (2 * len(r))


def embedding_in_torch(t: dict):
    """Return the loss of the network with a table."""
    from torch.nn import functional as f

    z = f.embedding(t["ids"], t["E"]).reshape(len(t["Y"]), -1) @ t["W"].reshape(-1, 64)
    return ((z - t["Y"]) ** 2).sum() / (2 * len(z))


def depthwise_in_torch(t: dict):
    """Return the loss of a filter for each channel."""
    from torch.nn import functional as f

    z = f.conv2d(t["X"], t["W"].unsqueeze(1), t["b"], padding=1, groups=32)
    return (z**2).sum() / len(z)


def transposed_in_torch(t: dict):
    """Return the loss of a transposed convolution."""
    from torch.nn import functional as f

    z = f.conv_transpose2d(t["X"], t["W"], stride=2, padding=1)
    return (z**2).sum() / len(z)


def heads_in_torch(t: dict):
    """Return the loss of causal attention with several heads."""
    import torch

    q, k, v = (torch.einsum("nti,ihd->nhtd", t["X"], t[w]) for w in ("Wq", "Wk", "Wv"))
    later = torch.triu(torch.ones(64, 64, dtype=torch.bool), 1)
    s = (q @ k.transpose(2, 3) / 4).masked_fill(later, float("-inf"))
    z = torch.einsum("nhtd,hdi->nti", torch.softmax(s, -1) @ v, t["Wo"])
    return ((z - t["Y"]) ** 2).sum() / len(z)


class Workload(NamedTuple):
    """A network, how many samples it gets, and its loss in torch."""

    text: str
    batch: int
    loss: Callable


WORKLOADS = {
    "cnn": Workload(CNN, 64, cnn_in_torch),
    "padded": Workload(PADDED, 64, padded_in_torch),
    "transformer": Workload(TRANSFORMER, 8, transformer_in_torch),
    "depthwise": Workload(DEPTHWISE, 32, depthwise_in_torch),
    "transposed": Workload(TRANSPOSED, 32, transposed_in_torch),
    "heads": Workload(HEADS, 8, heads_in_torch),
    "embedding": Workload(EMBEDDING, 64, embedding_in_torch),
}


def values_for(network: Network, batch: int, dtype: str) -> dict[str, np.ndarray]:
    """Return values as they are in training."""
    rng = np.random.default_rng(0)
    values = {}
    for tensor in (*network.inputs, *network.parameters):
        shape = [int(size.xreplace({size_symbol("N"): batch})) for size in tensor.shape]
        if tensor.one_hot:
            values[tensor.name] = np.eye(shape[-1], dtype=dtype)[rng.integers(0, shape[-1], batch)]
        elif tensor.integer:
            values[tensor.name] = rng.integers(0, 1000, shape)
        else:
            scale = 1 if tensor in network.inputs else 0.1
            values[tensor.name] = (scale * rng.standard_normal(shape)).astype(dtype)
    return values


def compare(name: str, dtype: str) -> None:
    """Print the time of one value with all gradients, and its ratio to torch's."""
    import torch

    torch.set_num_threads(1)
    work = WORKLOADS[name]
    network = parse(f"network {name}\n{work.text}")
    values = values_for(network, work.batch, dtype)
    bound = compiled(network, dtype).bind(values)
    learned = [tensor.name for tensor in network.parameters]
    tensors = {n: torch.tensor(v, requires_grad=n in learned) for n, v in values.items()}

    def eager():
        value = work.loss(tensors)
        return value, torch.autograd.grad(value, [tensors[n] for n in learned])

    value, gradients = eager()
    assert_same(bound, learned, value, gradients, dtype)
    ours, other = shortest(bound, eager)
    print(
        f"{name:12} {dtype}  {ours * 1e6:8.0f} us   torch eager {other * 1e6:8.0f} us, ratio "
        f"{ours / other:.2f}"
    )


def main() -> None:
    """Run the benchmarks that are named, or all."""
    for name in sys.argv[1:] or WORKLOADS:
        for dtype in ("float64", "float32"):
            compare(name, dtype)


if __name__ == "__main__":
    main()
