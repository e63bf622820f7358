"""A recurrence written out for a few steps: the same numbers, one tensor for each step."""

import numpy as np
import pytest

from symback.compiler.interpreter import interpret
from symback.errors import DefinitionError, NotYetError
from symback.network.network import Network
from symback.network.text_reader import parse
from symback.network.unrolled import first_steps, unrolled
from tests.derivation.test_recurrences import NETWORKS

SCALAR = """
network scalar
index t:T
input x[t]
parameter w
state h[t]
h[t] = tanh(w*h[t-1] + x[t])
loss L = mean(h[t]**2, t)
"""


def values_of(net: Network, length: int) -> dict[str, np.ndarray]:
    generator = np.random.default_rng(0)
    return {t.name: generator.normal(size=[length if str(s) == "T" else int(s) for s in t.shape])
            for t in net.given}  # fmt: skip


def test_each_step_has_a_tensor_and_what_is_shared_stays_one():
    net = unrolled(parse(SCALAR), 2)
    assert [str(e) for e in net.equations] == [
        "h_0 = tanh(x_0)",
        "h_1 = tanh(w*h_0 + x_1)",
        "L = (h_0**2 + h_1**2)/2",
    ]
    assert [t.name for t in net.parameters] == ["w"]


@pytest.mark.parametrize("name", NETWORKS)
@pytest.mark.parametrize("length", ["T", 3])
def test_the_numbers_are_those_of_the_recurrence(name, length):
    text = NETWORKS[name]
    if length == 3:
        text = text.replace("t:T", "t:3").replace("T-1", "2")
    net = parse(text)
    small, values = unrolled(net, 3), values_of(net, 3)
    assert not small.states
    assert parse(str(small)) == small
    expected = interpret(net, values, number=float)
    found = interpret(small, first_steps(net, 3, values), number=float)
    np.testing.assert_allclose(found["L"], expected["L"])


def test_a_number_of_steps_in_the_equations_keeps_its_distance_from_the_end():
    net = parse(SCALAR.replace("t:T", "t:50").replace("mean(h[t]**2, t)", "h[49] - h[48]"))
    assert str(unrolled(net, 3).equation("L")) == "L = h_2 - h_1"


def test_names_of_steps_differ_from_all_others():
    net = parse(SCALAR.replace("state h[t]", "parameter h0\nstate h[t] initial h0"))
    assert "h_t0" in unrolled(net, 2)


def test_conditions_on_time_are_decided():
    net = parse(SCALAR.replace("+ x[t])", "+ where(t % 2 == 0, x[t], 2) + iverson(t >= 1)*x[t-1])"))
    assert [str(e.written) for e in unrolled(net, 2).equations[:2]] == [
        "tanh(x_0)", "tanh(w*h_0 + 2 + x_0)",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "error", "found"),
    [
        ("input x\nloss L = x", DefinitionError, "no state"),
        (SCALAR.replace("mean(h[t]**2, t)", "logsumexp(h[t], t)"), NotYetError, "along time"),
    ],
)
def test_what_cannot_be_unrolled_is_said(text, error, found):
    with pytest.raises(error, match=found):
        unrolled(parse(text), 2)


@pytest.mark.parametrize("steps", [0, -1, True, 1.5, 1000])
def test_the_number_of_steps_is_a_small_whole_number(steps):
    with pytest.raises(DefinitionError, match="number of steps"):
        unrolled(parse(SCALAR), steps)
