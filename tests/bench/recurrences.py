"""Recurrent networks against torch, in the same run: value and gradient by all parameters.

    python -m tests.bench.recurrences              the networks of the table, float64 and float32
    python -m tests.bench.recurrences lstm         one of them

``eager`` is the same network written with torch's operators, step by step, and its autograd;
``module`` is ``torch.nn.RNN`` or ``torch.nn.LSTM``, whose loop over time is compiled code. Loss and
gradients are compared first. Ratios are symback / torch, of the shortest of many bursts in turn.
"""

from __future__ import annotations

import sys
from collections.abc import Callable

from tests.bench.run import assert_same, compiled, shortest  # before NumPy: it asks for one thread

import numpy as np  # isort: skip

from symback.algebra.letters import size_symbol
from symback.network.network import Network
from symback.network.text_reader import parse

STEPS, BATCH, INPUTS, HIDDEN, CLASSES = 50, 32, 16, 64, 10
LETTERS = f"index t:T n:N i:{INPUTS} j:{HIDDEN} k:{HIDDEN} c:{CLASSES}\n"
LOSS = """
O[n,c] = sum(h[T-1,n,k]*V[k,c], k) + v[c]
P[n,c] = softmax(O[n,c], c)
loss L = -sum(Y[n,c]*log(P[n,c]), n, c)/N
"""
RNN = """
input X[t,n,i] Y[n,c] one_hot
parameter W[i,k] U[j,k] b[k] V[k,c] v[c]
state h[t,n,k]
Z[t,n,k] = sum(X[t,n,i]*W[i,k], i) + sum(h[t-1,n,j]*U[j,k], j) + b[k]
h[t,n,k] = tanh(Z[t,n,k])
"""


def gate(name: str, function: str) -> str:
    """Return the equations of one gate of an LSTM."""
    return f"""
parameter W{name}[i,k] U{name}[j,k] b{name}[k]
Z{name}[t,n,k] = sum(X[t,n,i]*W{name}[i,k], i) + sum(h[t-1,n,j]*U{name}[j,k], j) + b{name}[k]
A{name}[t,n,k] = {function}(Z{name}[t,n,k])
"""


LSTM = """
input X[t,n,i] Y[n,c] one_hot
parameter V[k,c] v[c]
state h[t,n,k]
state s[t,n,k]
s[t,n,k] = AF[t,n,k]*s[t-1,n,k] + AI[t,n,k]*AG[t,n,k]
h[t,n,k] = AO[t,n,k]*tanh(s[t,n,k])
""" + "".join(gate(name, "tanh" if name == "G" else "sigmoid") for name in "IFGO")


def values_for(network: Network, dtype: str) -> dict[str, np.ndarray]:
    """Return values as they are in training."""
    rng = np.random.default_rng(0)
    sizes = {size_symbol("T"): STEPS, size_symbol("N"): BATCH}
    values = {}
    for tensor in (*network.inputs, *network.parameters):
        shape = [int(size.xreplace(sizes)) for size in tensor.shape]
        scale = 1 if tensor.name == "X" else 0.1
        values[tensor.name] = scale * rng.standard_normal(shape).astype(dtype)
    values["Y"] = np.eye(CLASSES, dtype=dtype)[rng.integers(0, CLASSES, BATCH)]
    return {name: np.ascontiguousarray(value, dtype) for name, value in values.items()}


def rnn_in_torch(tensors: dict):
    """Return the loss of the RNN, step by step."""
    import torch

    h = torch.zeros(BATCH, HIDDEN, dtype=tensors["X"].dtype)
    for x in tensors["X"]:
        h = torch.tanh(x @ tensors["W"] + h @ tensors["U"] + tensors["b"])
    return head(tensors, h)


def lstm_in_torch(tensors: dict):
    """Return the loss of the LSTM, step by step, its gates in one product."""
    import torch

    w, u, b = (torch.cat([tensors[f"{p}{g}"] for g in "IFGO"], -1) for p in "WUb")
    h = s = torch.zeros(BATCH, HIDDEN, dtype=tensors["X"].dtype)
    for x in tensors["X"]:
        i, f, g, o = (x @ w + h @ u + b).chunk(4, -1)
        s = torch.sigmoid(f) * s + torch.sigmoid(i) * torch.tanh(g)
        h = torch.sigmoid(o) * torch.tanh(s)
    return head(tensors, h)


def head(tensors: dict, h):
    """Return the loss of the last state."""
    import torch

    p = torch.log_softmax(h @ tensors["V"] + tensors["v"], -1)
    return -(tensors["Y"] * p).sum() / BATCH


def module_in_torch(kind: str) -> Callable:
    """Return a function like the others that runs torch's own module, weights as they are."""
    import torch

    gates = "IFGO" if kind == "LSTM" else ("",)

    def loss(tensors: dict):
        weights = [torch.cat([tensors[f"{p}{g}"] for g in gates], -1) for p in "WU"]
        bias = torch.cat([tensors[f"b{g}"] for g in gates])
        start = torch.zeros(1, BATCH, HIDDEN, dtype=bias.dtype)
        flat = [weights[0].T, weights[1].T, bias, torch.zeros_like(bias)]
        if kind == "LSTM":
            made = torch.lstm(tensors["X"], (start, start), flat, True, 1, 0.0, True, False, False)
        else:
            made = torch.rnn_tanh(tensors["X"], start, flat, True, 1, 0.0, True, False, False)
        return head(tensors, made[0][-1])

    return loss


NETWORKS = {
    "rnn": (RNN, rnn_in_torch, "RNN"),
    "lstm": (LSTM, lstm_in_torch, "LSTM"),
}


def compare(name: str, dtype: str) -> None:
    """Print the time of one value with all gradients, and its ratio to torch's."""
    import torch

    torch.set_num_threads(1)
    text, by_hand, kind = NETWORKS[name]
    network = parse(f"network {name}\n{LETTERS}{text}{LOSS}")
    values = values_for(network, dtype)
    bound = compiled(network, dtype).bind(values)
    learned = [tensor.name for tensor in network.parameters]
    tensors = {n: torch.tensor(v, requires_grad=n in learned) for n, v in values.items()}
    functions = [bound]
    for loss in (by_hand, module_in_torch(kind)):

        def both(loss=loss):
            value = loss(tensors)
            return value, torch.autograd.grad(value, [tensors[n] for n in learned])

        value, gradients = both()
        assert_same(bound, learned, value, gradients, dtype)
        functions.append(both)
    ours, eager, module = shortest(*functions)
    print(
        f"{name:5} {dtype}  {ours * 1e6:8.0f} us   torch eager {eager * 1e6:8.0f} us, ratio "
        f"{ours / eager:.2f}   torch module {module * 1e6:8.0f} us, ratio {ours / module:.2f}"
    )


def main() -> None:
    """Run the benchmarks that are named, or all."""
    for name in sys.argv[1:] or NETWORKS:
        for dtype in ("float64", "float32"):
            compare(name, dtype)


if __name__ == "__main__":
    main()
