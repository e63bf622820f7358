"""Rules as they run: the same steps as the rule that is shown, with fewer operations."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pytest

from symback.compiler.interpreter import interpret
from symback.training.factoring import operations
from symback.training.optimisers import OPTIMISERS, Adam, AdamW, Momentum, Optimizer, RMSProp
from symback.training.parameters import Parameters, Stepper
from symback.training.rule import GRADIENT, NEXT, THETA, state_names
from symback.training.running import CHANGED, PUT_IN, TAKEN_OUT, running

EVERY = [kind(0.1) for kind in OPTIMISERS.values()]
SETTINGS = [
    *EVERY, Adam(0.01, 0.0, 0.5, 0.0), Adam(0.0), Adam(1.0, 0.99, 0.0, 1.0), AdamW(decay=0.0),
    AdamW(0.3, 0.5, 0.9, 1e-3, 2.0), RMSProp(0.1, 0.0), RMSProp(1.0, 0.99, 0.5),
]  # fmt: skip
STEPS = 5


def lines(rule):
    """Return the equations of a rule as it runs, as text."""
    found = running(rule.network, rule.settings)
    return [str(e) for e in (*found.numbers, *found.vectors)]


def count(equations):
    """Return how many operations on vectors the equations take."""
    return sum(operations(e.written) for e in equations)


@pytest.mark.parametrize("rule", SETTINGS, ids=repr)
def test_both_forms_make_the_same_steps(rule):
    found = running(rule.network, rule.settings)
    whole, changed = found.whole, {one.name: one for one in found.changed}
    generator = np.random.default_rng(3)
    settings = {n: np.array(v) for n, v in rule.settings.items()}
    theta = generator.normal(size=3)
    shown, runs = ({THETA: theta} for _ in "01")
    for name in state_names(rule.network):
        if name != THETA:
            shown[name] = np.zeros(3 if rule.network[name].rank else ())
            runs[changed[name].runs if name in changed else name] = shown[name]
    for _ in range(STEPS):
        gradient = {GRADIENT: generator.normal(size=3)}
        for network, states in ((rule.network, shown), (whole, runs)):
            values = settings | states | gradient
            made = interpret(network, {t.name: values[t.name] for t in network.inputs})
            states |= {n: made[n + NEXT].astype(float) for n in states}
        np.testing.assert_allclose(runs[THETA], shown[THETA], rtol=1e-13)
        for one in found.changed:
            np.testing.assert_allclose(runs[one.runs] * one.value, shown[one.name], rtol=1e-13)


def test_adam_runs_with_four_operations_on_vectors_less():
    rule = Adam()
    assert lines(rule) == [
        "t_next = t + 1",
        "c_1 = sqrt((1 - beta2)/(1 - beta2**t_next))",
        "c_2 = epsilon/c_1",
        "c_3 = rate*(1 - beta1)/((1 - beta1**t_next)*c_1)",
        "m_sum_next[j] = beta1*m_sum[j] + theta_bar[j]",
        "v_sum_next[j] = beta2*v_sum[j] + theta_bar[j]**2",
        "theta_next[j] = theta[j] - c_3*m_sum_next[j]/(sqrt(v_sum_next[j]) + c_2)",
    ]
    found = running(rule.network, rule.settings)
    assert [one.kind for one in found.rewrites] == [CHANGED, PUT_IN, TAKEN_OUT]
    assert (count(rule.network.equations), count(found.vectors)) == (14, 10)


@pytest.mark.parametrize("rule", EVERY, ids=repr)
def test_no_rule_runs_with_more_operations(rule):
    found = running(rule.network, rule.settings)
    assert count(found.vectors) <= count(rule.network.equations)
    assert bool(found.rewrites) == (count(found.vectors) < count(rule.network.equations))


def test_a_rule_in_which_nothing_is_saved_runs_as_it_is_shown():
    rule = Momentum(0.1)
    found = running(rule.network, rule.settings)
    assert found.vectors == rule.network.equations
    assert (found.numbers, found.changed, found.rewrites) == ((), (), ())


def test_the_decay_of_a_parameter_becomes_a_factor_of_it():
    assert "c_4 = 1 - rate*decay" in lines(AdamW())


@dataclass(frozen=True, slots=True)
class Classical(Optimizer):
    """A velocity that holds the rate, which a schedule may change."""

    rate: float = 0.1
    mu: float = 0.9

    RULE: ClassVar[str] = """
network classical
index j:P
input theta[j] theta_bar[j] v[j] rate mu
v_next[j] = mu*v[j] - rate*theta_bar[j]
theta_next[j] = theta[j] + v_next[j]
"""


@dataclass(frozen=True, slots=True)
class Gained(Optimizer):
    """A velocity that takes a part of each gradient."""

    rate: float = 0.1
    mu: float = 0.9
    gain: float = 1.0

    RULE: ClassVar[str] = """
network gained
index j:P
input theta[j] theta_bar[j] v[j] rate mu gain
v_next[j] = mu*v[j] + gain*theta_bar[j]
theta_next[j] = theta[j] - rate*v_next[j]
"""


@dataclass(frozen=True, slots=True)
class Trusting(Optimizer):
    """A step as long as θ is, whatever the gradient: its numbers are made of vectors."""

    rate: float = 0.1
    c_1: float = 0.5

    RULE: ClassVar[str] = """
network trusting
index j:P
input theta[j] theta_bar[j] longest rate c_1
size = sqrt(sum(theta[j]**2, j))
longest_next = maximum(longest, size)
theta_next[j] = theta[j] - rate*(1 - c_1)*longest_next*theta_bar[j]/sqrt(sum(theta_bar[j]**2, j))
"""


def test_a_number_has_no_name_of_the_rule():
    @dataclass(frozen=True, slots=True)
    class Named(Gained):
        c_1: float = 0.5

        RULE: ClassVar[str] = Gained.RULE.replace("gain\n", "gain c_1\n").replace(
            "rate*v_next[j]", "rate*c_1*v_next[j]/(1 + c_1)"
        )

    found = running(Named().network, Named().settings)
    assert [e.target for e in found.numbers] == ["c_1_"]


def test_a_weight_that_may_change_on_the_way_is_no_change_of_variable():
    assert not running(Classical().network, Classical().settings).changed


@pytest.mark.parametrize(("gain", "changed"), [(0.0, 0), (2.0, 1)])
def test_a_weight_of_0_is_no_change_of_variable(gain, changed):
    rule = Gained(gain=gain)
    assert len(running(rule.network, rule.settings).changed) == changed


def test_numbers_made_of_vectors_stay_with_the_vectors():
    rule = Trusting()
    found = running(rule.network, rule.settings)
    assert found.vectors == rule.network.equations
    assert (found.numbers, found.rewrites) == ((), ())
    parameters = Parameters({"w": np.array([3.0, 4.0])}, "float64")
    stepper = Stepper(rule, parameters)
    for longest in (5.0, 5.0):
        parameters.take({"w": np.array([0.0, 2.0])})
        before = parameters.theta.copy()
        size = max(longest, np.linalg.norm(before))
        assert stepper.step()
        np.testing.assert_allclose(before - parameters.theta, [0, 0.1 * 0.5 * size])
    assert stepper.values["longest"] == 5


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("rule", EVERY, ids=repr)
def test_values_are_those_of_the_rule_that_is_shown(rule, dtype):
    parameters = Parameters({"w": np.array([1.0, 2.0])}, dtype)
    stepper = Stepper(rule, parameters)
    parameters.take({"w": np.array([0.5, -3.0], dtype)})
    before = {name: np.array(value, float) for name, value in stepper.values.items()}
    assert stepper.step()
    expected = interpret(rule.network, before)
    tolerance = 1e-14 if dtype == "float64" else 1e-5
    for name in state_names(rule.network):
        found = np.array(stepper.values[name], float)
        np.testing.assert_allclose(found, expected[name + NEXT].astype(float), rtol=tolerance)
