"""States unrolled: every line of it is the same number, and the one that the rule itself makes."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pytest

from symback.compiler.interpreter import evaluate
from symback.compiler.program import compile_network
from symback.training.optimisers import (
    SGD,
    AdaGrad,
    Adam,
    AdamW,
    Momentum,
    Nesterov,
    Optimizer,
    RMSProp,
)
from symback.training.rule import GRADIENT, NEXT, state_names
from symback.training.unrolling import COUNT, MEAN, STEPS, SUM, recurrences

LAST = 7
RULES = [Momentum(0.1, 0.7), Nesterov(0.1), AdaGrad(), RMSProp(), Adam(), AdamW(beta2=0.9)]
EACH = [(rule, one) for rule in RULES for one in recurrences(rule.network)]
IDS = [f"{type(rule).__name__} {one.state}" for rule, one in EACH]


def states_of(rule, gradients):
    """Return every state after each step, from the compiled rule; at 0 where they begin."""
    network = rule.network
    names = state_names(network)
    program = compile_network(network, [name + NEXT for name in names])
    values = {n: np.zeros(1 if network[n].rank else ()) for n in names} | rule.settings
    found = {name: [0.0] for name in names}
    for gradient in gradients[1:]:
        given = values | {GRADIENT: np.array([gradient])}
        new = program({name: given[name] for name in program.inputs})
        values |= {name: new[name + NEXT] for name in names}
        for name in names:
            found[name].append(float(np.ravel(values[name])[0]))
    return {name: np.array(numbers) for name, numbers in found.items()}


@pytest.mark.parametrize(("rule", "one"), EACH, ids=IDS)
def test_every_line_is_the_state_that_the_rule_makes(rule, one):
    gradients = np.random.default_rng(2).normal(size=LAST + 1)
    states = states_of(rule, gradients)
    environment = {GRADIENT: gradients, one.state: states[one.state], **rule.settings}
    for line in one.unrolled():
        value = evaluate(line.expression, environment, sizes={STEPS: LAST}, number=float)
        assert value == pytest.approx(states[one.state][LAST], rel=1e-12), line.expression


@pytest.mark.parametrize(("rule", "one"), EACH, ids=IDS)
def test_the_weights_add_up_to_what_gradients_of_1_make(rule, one):
    states = states_of(rule, np.ones(LAST + 1))
    total = evaluate(one.total, rule.settings, sizes={STEPS: LAST}, number=float)
    assert total == pytest.approx(states[one.state][LAST], rel=1e-12)


@pytest.mark.parametrize("steps", [1, 2, 9])
@pytest.mark.parametrize(("rule", "one"), EACH, ids=IDS)
def test_every_line_of_the_series_has_the_same_value(rule, one, steps):
    if one.kind == COUNT:
        return
    left, lines = one.series()
    values = [
        evaluate(e, rule.settings, sizes={STEPS: steps}, number=float)
        for e in (left, *(line.expression for line in lines))
    ]
    np.testing.assert_allclose(values, values[0], rtol=1e-12)


def test_means_sums_and_counts_are_told_apart():
    kinds = [one.kind for _, one in EACH]
    assert kinds == [SUM, SUM, COUNT, MEAN, MEAN, MEAN, MEAN, MEAN]
    assert recurrences(SGD(0.1).network) == ()


def test_only_a_mean_that_is_divided_by_its_weights_is_corrected():
    corrected = {name: one.corrected for name, (_, one) in zip(IDS, EACH, strict=True)}
    assert corrected["Adam m"] == "m_hat"
    assert corrected["AdamW v"] == "v_hat"
    assert corrected["RMSProp s"] is None


@dataclass(frozen=True, slots=True)
class Wrong(Optimizer):
    """Adam's mean divided by the weights of one step less."""

    rate: float = 0.1
    beta: float = 0.9

    RULE: ClassVar[str] = """
network wrong
index j:P
input theta[j] theta_bar[j] m[j] t rate beta
t_next = t + 1
m_next[j] = beta*m[j] + (1 - beta)*theta_bar[j]
m_hat[j] = m_next[j]/(1 - beta**t)
theta_next[j] = theta[j] - rate*m_hat[j]
"""


def test_a_mean_divided_by_something_else_is_not_taken_for_corrected():
    (one,) = recurrences(Wrong().network)
    assert one.corrected is None


@dataclass(frozen=True, slots=True)
class Twice(Optimizer):
    """A state that reads another state is no sum of gradients."""

    rate: float = 0.1
    beta: float = 0.9

    RULE: ClassVar[str] = """
network twice
index j:P
input theta[j] theta_bar[j] m[j] d[j] rate beta
m_next[j] = beta*m[j] + (1 - beta)*theta_bar[j]
d_next[j] = beta*d[j] + m_next[j]
theta_next[j] = theta[j] - rate*d_next[j]
"""


def test_a_state_that_reads_another_one_is_left_alone():
    assert [one.state for one in recurrences(Twice().network)] == ["m"]
