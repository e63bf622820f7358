"""Networks and values that the tests of the diagnosis share."""

import numpy as np

import symback as sb


def deep(function, layers=6, width=16):
    """A chain of dense layers with one function, before softmax and cross-entropy."""
    letters = " ".join(f"h{j}:{width}" for j in range(1, layers + 1))
    lines, parameters, source, letter = [], [], "X", "i"
    for j in range(1, layers + 1):
        parameters.append(f"W{j}[{letter},h{j}] b{j}[h{j}]")
        lines += [
            f"Z{j}[n,h{j}] = sum({source}[n,{letter}]*W{j}[{letter},h{j}], {letter}) + b{j}[h{j}]",
            f"A{j}[n,h{j}] = {function}(Z{j}[n,h{j}])",
        ]
        source, letter = f"A{j}", f"h{j}"
    parameters.append(f"V[{letter},k]")
    lines += [
        f"Z[n,k] = sum({source}[n,{letter}]*V[{letter},k], {letter})",
        "P[n,k] = softmax(Z[n,k], k)",
        "loss L = -sum(Y[n,k]*log(P[n,k]), n, k)/N",
    ]
    return sb.parse(
        f"network deep\nindex n:N i:8 k:3 {letters}\ninput X[n,i] Y[n,k] one_hot\n"
        f"parameter {' '.join(parameters)}\n" + "\n".join(lines)
    )


def two_layers(function="tanh({})", loss="sum((O[n,k] - Y[n,k])**2, n, k)/N"):
    inner = "sum(X[n,i]*W1[i,h], i) + b1[h]"
    return sb.parse(
        "network two\nindex n:N i:5 h:6 k:3\ninput X[n,i] Y[n,k]\nparameter W1[i,h] b1[h] W2[h,k]\n"
        f"A[n,h] = {function.format(inner)}\nO[n,k] = sum(A[n,h]*W2[h,k], h)\nloss L = {loss}"
    )


def values(network, variance=1.0, samples=50, seed=0, **given):
    """Random data, and weights of variance ``variance``/n for n inputs; vectors are 0."""
    random = np.random.default_rng(seed)
    found = {}
    for tensor in (*network.inputs, *network.parameters):
        shape = [samples if str(size) == "N" else int(size) for size in tensor.shape]
        if tensor.one_hot:
            found[tensor.name] = random.integers(0, shape[-1], shape[:-1])
        elif tensor.kind == "input":
            found[tensor.name] = random.normal(size=shape)
        elif len(shape) > 1:
            found[tensor.name] = random.normal(size=shape) * np.sqrt(variance / shape[0])
        else:
            found[tensor.name] = np.zeros(shape)
    return found | given
