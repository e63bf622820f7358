"""The same gradients written by hand: the best NumPy that we know for each network.

Buffers are made once and begin on a cache line, constants are 0-d arrays, sums are products with
ones.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from symback.compiler.runtime import aligned


def classifier(values: dict[str, np.ndarray], activation: str) -> Callable[[], tuple]:
    """Loss and gradients of ``networks.classifier``."""
    x, y = values["X"], values["Y"]
    dtype, batch, count = x.dtype, len(x), sum(name.startswith("W") for name in values)
    weights = [values[f"W{i}"] for i in range(1, count + 1)]
    biases = [values[f"b{i}"] for i in range(1, count + 1)]
    outputs = [aligned((batch, w.shape[1]), dtype) for w in weights]
    slopes = [aligned((batch, w.shape[1]), dtype) for w in weights]
    backs = [aligned((batch, w.shape[1]), dtype) for w in weights]
    weight_grads = [aligned(w.shape, dtype) for w in weights]
    bias_grads = [aligned(b.shape, dtype) for b in biases]
    shares = aligned(y.shape, dtype)
    highest, sums, logs = (aligned((batch,), dtype) for _ in range(3))
    ones, ones_out = np.ones(batch, dtype), np.ones(y.shape[1], dtype)
    one, zero, part = np.array(1, dtype), np.array(0, dtype), np.array(1 / batch, dtype)
    highest_column, sums_column = highest[:, None], sums[:, None]
    before = [x, *outputs[:-1]]
    before_t, weights_t = [a.T for a in before], [w.T for w in weights]
    flat_y, flat_out = y.reshape(-1), outputs[-1].reshape(-1)
    forward = list(zip(before, weights, biases, outputs, strict=True))
    per_layer = list(zip(before_t, backs, weight_grads, bias_grads, strict=True))
    top = backs[-1]
    grads = [g for pair in zip(weight_grads, bias_grads, strict=True) for g in pair]

    def run():
        for a, w, b, z in forward[:-1]:
            np.dot(a, w, z)
            np.add(z, b, z)
            if activation == "tanh":
                np.tanh(z, z)
            else:
                np.maximum(z, zero, out=z)
        a, w, b, z = forward[-1]
        np.dot(a, w, z)
        np.add(z, b, z)
        np.maximum.reduce(z, 1, None, highest)
        np.subtract(z, highest_column, z)
        np.exp(z, shares)
        np.dot(shares, ones_out, sums)
        np.log(sums, logs)
        loss = (np.dot(logs, ones) - np.dot(flat_y, flat_out)) / batch
        np.divide(shares, sums_column, shares)
        np.subtract(shares, y, top)
        np.multiply(top, part, top)
        for number in range(count - 1, -1, -1):
            a_t, back, weight_grad, bias_grad = per_layer[number]
            np.dot(a_t, back, weight_grad)
            np.dot(ones, back, bias_grad)
            if number:
                below, slope, a = backs[number - 1], slopes[number - 1], outputs[number - 1]
                np.dot(back, weights_t[number], below)
                if activation == "tanh":
                    np.multiply(a, a, slope)
                    np.subtract(one, slope, slope)
                else:
                    np.greater(a, zero, slope)
                np.multiply(below, slope, below)
        return loss, grads

    return run


def layers(values: dict[str, np.ndarray]) -> Callable[[], tuple]:
    """Loss and gradients of ``networks.layers``."""
    x, target = values["X"], values["T"]
    dtype, batch, count = x.dtype, len(x), sum(name.startswith("W") for name in values)
    weights = [values[f"W{i}"] for i in range(1, count + 1)]
    biases = [values[f"b{i}"] for i in range(1, count + 1)]
    outputs = [aligned(x.shape, dtype) for _ in weights]
    difference, slope = aligned(x.shape, dtype), aligned(x.shape, dtype)
    back, below = aligned(x.shape, dtype), aligned(x.shape, dtype)
    weight_grads = [aligned(w.shape, dtype) for w in weights]
    bias_grads = [aligned(b.shape, dtype) for b in biases]
    ones, one, part = np.ones(batch, dtype), np.array(1, dtype), np.array(1 / batch, dtype)
    half = 0.5 / batch
    forward = list(zip([x, *outputs[:-1]], weights, biases, outputs, strict=True))
    backward = [
        (a, before.T, w.T, wg, bg)
        for a, before, w, wg, bg in zip(
            outputs, [x, *outputs[:-1]], weights, weight_grads, bias_grads, strict=True
        )
    ][::-1]
    flat = difference.reshape(-1)
    grads = [g for pair in zip(weight_grads, bias_grads, strict=True) for g in pair]

    def run():
        for a, w, b, z in forward:
            np.dot(a, w, z)
            np.add(z, b, z)
            np.tanh(z, z)
        np.subtract(outputs[-1], target, difference)
        loss = np.dot(flat, flat) * half
        np.multiply(difference, part, below)
        for number, (a, before_t, w_t, weight_grad, bias_grad) in enumerate(backward, start=1):
            np.multiply(a, a, slope)
            np.subtract(one, slope, slope)
            np.multiply(below, slope, back)
            np.dot(before_t, back, weight_grad)
            np.dot(ones, back, bias_grad)
            if number < count:
                np.dot(back, w_t, below)
        return loss, grads

    return run


def neuron(values: dict[str, np.ndarray]) -> Callable[[], tuple]:
    """Loss and gradients of ``networks.neuron`` in plain Python."""
    x, y, w, b = (float(values[name]) for name in ("x", "y", "w", "b"))

    def run():
        a = 0.5 * math.tanh(0.5 * (w * x + b)) + 0.5
        error = a - y
        back = error * a * (1.0 - a)
        return 0.5 * error * error, (back * x, back)

    return run
