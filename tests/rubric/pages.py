"""The pages that are scored: one network of each kind that people start from."""

from collections.abc import Callable

import numpy as np

from symback.explanation.teacher import explanation
from symback.training.optimisers import SGD
from symback.zoo import load_digits
from tests.explanation.networks import (
    CLASSES,
    DIGITS,
    MAZUR,
    MAZUR_AT,
    NEURON,
    NEURON_AT,
    RESIDUAL,
    XOR,
    XOR_AT,
    derived,
)
from tests.rubric.reading import Page


def _page(network: str, values: dict | None = None, rate: float | None = None) -> Page:
    derivation = derived(network)
    update = None if rate is None else SGD(rate)
    made = explanation(derivation, at=values, update=update)
    exact = None if values is None else {n: np.asarray(v, float) for n, v in values.items()}
    return Page(made, derivation, exact, rate)


def _digits_values() -> dict:
    images = load_digits().train
    normal = np.random.default_rng(0).normal
    return {
        "X": images.X[:8], "Y": images.Y[:8], "W1": normal(size=(64, 32)) / 8,
        "b1": np.zeros(32), "W2": normal(size=(32, 10)) / 6, "b2": np.zeros(10),
    }  # fmt: skip


def dense_layers(number: int) -> str:
    """Return a network of dense tanh layers, as text."""
    lines = ["network deep", "index n:N " + " ".join(f"h{i}:8" for i in range(number + 1))]
    lines.append(f"input A0[n,h0] Y[n,h{number}]")
    lines += [f"parameter W{i}[h{i - 1},h{i}] b{i}[h{i}]" for i in range(1, number + 1)]
    for i in range(1, number + 1):
        product = f"A{i - 1}[n,h{i - 1}]*W{i}[h{i - 1},h{i}]"
        lines.append(f"Z{i}[n,h{i}] = sum({product}, h{i - 1}) + b{i}[h{i}]")
        lines.append(f"A{i}[n,h{i}] = tanh(Z{i}[n,h{i}])")
    error = f"(A{number}[n,h{number}] - Y[n,h{number}])**2"
    lines.append(f"loss L = sum({error}, n, h{number})/(2*N)")
    return "\n".join(lines)


PAGES: dict[str, Callable[[], Page]] = {
    "one neuron": lambda: _page(NEURON, NEURON_AT, 0.1),
    "Mazur": lambda: _page(MAZUR, MAZUR_AT, 0.5),
    "XOR": lambda: _page(XOR, XOR_AT, 0.5),
    "digits": lambda: _page(DIGITS, _digits_values(), 0.5),
    "digits, no values": lambda: _page(DIGITS),
    "residual, tied": lambda: _page(RESIDUAL),
    "softmax + CE": lambda: _page(CLASSES),
    "20 layers": lambda: _page(dense_layers(20)),
}
