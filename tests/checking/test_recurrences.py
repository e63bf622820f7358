"""Claims about recurrences: compared step by step, and mistakes made in every step are found."""

import numpy as np
import pytest

import symback as sb
from symback.network.text_reader import parse

TEXT = """
network rnn
index t:T i:2 k:2 j:2
input X[t,i] Y[t,k]
parameter W[i,k] U[j,k] h0[k]
state h[t,k] initial h0[k]
Z[t,k] = sum(X[t,i]*W[i,k], i) + sum(h[t-1,j]*U[j,k], j)
h[t,k] = tanh(Z[t,k])
loss L = sum((h[t,k] - Y[t,k])**2, t, k)/2
"""
DERIVATION = sb.derive(parse(TEXT))
GENERATOR = np.random.default_rng(0)
VALUES = {
    "X": GENERATOR.normal(size=(4, 2)), "Y": GENERATOR.normal(size=(4, 2)),
    "W": GENERATOR.normal(size=(2, 2)), "U": GENERATOR.normal(size=(2, 2)),
    "h0": GENERATOR.normal(size=2),
}  # fmt: skip


def backpropagated(slope: bool = True, through: bool = True) -> np.ndarray:
    """The gradient by W by hand, with or without tanh' and what comes from later steps."""
    X, Y, W, U = (VALUES[name] for name in "XYWU")
    states = [VALUES["h0"]]
    for x in X:
        states.append(np.tanh(x @ W + states[-1] @ U))
    total, back = np.zeros((2, 2)), np.zeros(2)
    for step in range(3, -1, -1):
        h = states[step + 1]
        back = h - Y[step] + (U @ back if through else 0)
        back = back * (1 - h**2) if slope else back
        total += np.outer(X[step], back)
    return total


def test_the_right_arrays_and_formulas_are_right():
    claims = {name: str(DERIVATION[name].written) for name in ("h", "Z", "U", "h0")}
    assert sb.check(DERIVATION, claims).passed
    assert sb.check(DERIVATION, {"W": backpropagated()}, at=VALUES).passed


@pytest.mark.parametrize(
    ("mistake", "said"),
    [
        ({"slope": False}, "missing activation derivative in ∂L/∂Z"),
        ({"through": False}, "missing path in ∂L/∂h"),
    ],
)
def test_a_mistake_in_every_step_is_found(mistake, said):
    report = sb.check(DERIVATION, {"W": backpropagated(**mistake)}, at=VALUES)
    assert said in str(report)


def test_the_wrong_step_is_told():
    report = sb.check(DERIVATION, {"U": "sum(Z_bar[t,k]*h[t,j], t)"})
    assert "off by one" in str(report)
