"""A recurrence drawn in time: the first steps, with what flows back from step to step."""

import numpy as np
import pytest

import symback as sb
from symback.derivation.derive import derive
from symback.network.text_reader import parse

TEXT = """
network scalar
index t:T
input x[t] y[t]
parameter w
state h[t]
h[t] = tanh(w*h[t-1] + x[t])
loss L = sum((h[t] - y[t])**2, t)/2
"""


def test_the_steps_of_a_network_are_nodes():
    found = {node.id for node in sb.draw(parse(TEXT), steps=2).graph.nodes}
    assert found == {"x_0", "x_1", "y_0", "y_1", "w", "h_0", "h_1", "L"}


def test_gradients_flow_back_from_step_to_step():
    values = {"x": [0.1, 0.2, 0.3, 9.0], "y": [0.0, 0.5, 1.0, 9.0], "w": 0.7}
    diagram = sb.draw(derive(parse(TEXT)), steps=3, at=values)
    h = [0.0]
    for x in values["x"][:3]:
        h.append(np.tanh(0.7 * h[-1] + x))
    back = (h[3] - 1.0) * (1 - h[3] ** 2) * 0.7
    (edge,) = [e for e in diagram.graph.edges if (e.source, e.target) == ("h_1", "h_2")]
    assert float(edge.gradient.replace("−", "-")) == pytest.approx(back, rel=1e-3)


def test_a_network_without_states_has_no_time():
    with pytest.raises(sb.SymbackError, match="no state"):
        sb.draw(parse("input x\nloss L = x**2"), steps=2)
