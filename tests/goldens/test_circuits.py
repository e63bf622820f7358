"""Small published circuits and neurons: every forward and every backward number."""

from dataclasses import dataclass

import numpy as np
import pytest
from sympy import Integer

from symback.algebra.operators import Times
from symback.compiler.interpreter import interpret
from symback.derivation.derive import derive
from symback.network.text_fragments import parse_equations
from symback.network.text_reader import parse
from symback.verification.referee import verify
from tests.verification.altered import with_gradient


@dataclass(frozen=True)
class Circuit:
    """Equations of scalars, values, and the numbers on the page: forward, then backward."""

    source: str
    equations: str
    values: dict[str, float]
    forward: dict[str, float]
    backward: dict[str, float]
    tolerance: float


CIRCUITS = (
    Circuit(
        "CS231n, f = (x+y)z", "q = x + y\nf = q*z",
        {"x": -2, "y": 5, "z": -4}, {"q": 3, "f": -12}, {"x": -4, "y": -4, "z": 3, "q": -4}, 0,
    ),
    Circuit(
        "CS231n, sigmoid neuron gate by gate",
        "a = w0*x0\nb = w1*x1\nc = a + b\nd = c + w2\ne = -d\ng = exp(e)\nh = g + 1\nf = 1/h",
        {"w0": 2, "x0": -1, "w1": -3, "x1": -2, "w2": -3},
        {"a": -2, "b": 6, "c": 4, "d": 1, "e": -1, "g": 0.37, "h": 1.37, "f": 0.73},
        {"h": -0.53, "g": -0.53, "e": -0.20, "d": 0.20, "c": 0.20, "a": 0.20, "b": 0.20,
         "w0": -0.20, "x0": 0.39, "w1": -0.39, "x1": -0.59, "w2": 0.20},
        0.005,
    ),
    Circuit(
        "CS231n, sigmoid neuron", "f = sigmoid(w0*x0 + w1*x1 + w2)",
        {"w0": 2, "x0": -1, "w1": -3, "x1": -2, "w2": -3}, {"f": 0.7310585786},
        {"w2": 0.1966119332, "x0": 0.3932238665, "x1": -0.5898357997}, 1e-10,
    ),
    Circuit(
        "micrograd README",
        "c0 = a + b\nd0 = a*b + b**3\nc1 = c0 + c0 + 1\nc2 = c1 + 1 + c1 + -a\n"
        "d1 = d0 + d0*2 + relu(b + a)\nd2 = d1 + 3*d1 + relu(b - a)\ne = c2 - d2\nf = e**2\n"
        "g0 = f/2.0\ng = g0 + 10.0/f",
        {"a": -4, "b": 2}, {"g": 24.7041}, {"a": 138.8338, "b": 645.5773}, 5e-5,
    ),
    Circuit(
        "Karpathy, tanh neuron", "n = x1*w1 + x2*w2 + b\no = tanh(n)",
        {"x1": 2, "x2": 0, "w1": -3, "w2": 1, "b": 6.8813735870195432},
        {"n": 0.8813735870, "o": 0.7071067812}, {"x1": -1.5, "w1": 1, "x2": 0.5, "w2": 0}, 1e-10,
    ),
    Circuit(
        "one neuron, one step at rate 0.1", "p = w*x\nE = (p - y)**2",
        {"x": 2, "w": 0.5, "y": 4}, {"p": 1, "E": 9}, {"w": -12}, 0,
    ),
)  # fmt: skip


@pytest.mark.parametrize("circuit", CIRCUITS, ids=lambda c: c.source)
def test_the_numbers_of_the_page(circuit):
    network = parse_equations(circuit.equations, parameters=circuit.values)
    derivation = derive(network, wrt=list(circuit.backward))
    found = interpret(derivation.network, circuit.values)
    for name, number in circuit.forward.items():
        assert abs(float(found[name][()]) - number) <= circuit.tolerance, name
    for name, number in circuit.backward.items():
        assert abs(float(found[f"{name}_bar"][()]) - number) <= circuit.tolerance, name
    assert verify(derivation, circuit.values).passed


@pytest.mark.parametrize(
    ("z", "expected", "tolerance"),
    [
        (np.log([0.2, 0.3, 0.5]), [0.2, -0.7, 0.5], 1e-15),
        ([1, 2, 3], [0.09003057, -0.75527153, 0.66524096], 5e-9),
    ],
)
def test_softmax_and_cross_entropy_of_the_second_class(z, expected, tolerance):
    network = parse(
        "index k:3\nparameter z[k]\ninput y[k] one_hot\n"
        "p[k] = softmax(z[k], k)\nloss L = -sum(y[k]*log(p[k]), k)"
    )
    found = interpret(derive(network).network, {"z": z, "y": 1}, number=float)
    np.testing.assert_allclose(found["z_bar"], expected, atol=tolerance)


def test_a_doubled_and_a_quadrupled_gradient_are_named_as_such():
    """The gradient-check exercise of a well-known course plants dW2 · 2 and db1 · 4."""
    network = parse(
        "index n:N i:2 h:3 k:2\ninput X[n,i] Y[n,k]\nparameter W1[i,h] b1[h] W2[h,k] b2[k]\n"
        "A1[n,h] = relu(sum(X[n,i]*W1[i,h], i) + b1[h])\n"
        "A2[n,k] = sigmoid(sum(A1[n,h]*W2[h,k], h) + b2[k])\n"
        "loss J = -sum(Y[n,k]*log(A2[n,k]) + (1 - Y[n,k])*log(1 - A2[n,k]), n, k)/N"
    )
    derivation = derive(network)
    for name, factor in (("W2", 2), ("b1", 4)):
        planted = with_gradient(
            derivation, name, lambda e, factor=factor: Times(Integer(factor), e)
        )
        report = verify(planted)
        wrong = {row.name: row.note for row in report.rows if not row.passed}
        assert wrong[name].startswith(f"{factor} times what it should be")
        assert set(wrong) == {name, f"{name}_bar"}
