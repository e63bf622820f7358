"""Random tensors, buffers, updates, predictions, and the network that predicts."""

import numpy as np
import pytest
from sympy import Rational

from symback.algebra import functions as f
from symback.algebra.letters import indices
from symback.errors import DefinitionError
from symback.network.network import Network
from symback.network.text_reader import parse

n, h = indices("n:N h:3")

TEXT = """
network normalised
index n:N h:3
input X[n,h]
parameter g[h]
constant keep = 0.8
random M[n,h] bernoulli(keep)
buffer m_run[h] initial 0
m[h] = mean(X[n,h], n)
Z[n,h] = (X[n,h] - m[h])*g[h]*M[n,h]/keep
loss L = sum(Z[n,h]**2, n, h)
update m_run[h] = 0.9*m_run[h] + 0.1*m[h]
prediction m[h] = m_run[h]
"""


def test_the_predictor_has_means_running_statistics_and_no_updates():
    net = parse(TEXT)
    predictor = net.predictor()
    assert str(predictor.equation("m")) == "m[h] = m_run[h]"
    assert str(predictor.equation("Z")) == "Z[n,h] = (X[n,h] - m[h])*g[h]*keep/keep"
    assert [t.name for t in predictor.given] == ["X", "g", "m_run"]
    assert (dict(predictor.updates), dict(predictor.predictions)) == ({}, {})
    assert parse(str(predictor)) == predictor


def test_the_network_itself_is_not_changed_by_its_predictor():
    net = parse(TEXT)
    before = net.facts()
    net.predictor()
    assert net.facts() == before


def test_what_stands_in_for_an_equation_is_computed_before_those_that_read_it():
    net = parse(TEXT.replace("prediction m[h] = m_run[h]", "prediction m[h] = sum(S[n,h], n)")
                + "S[n,h] = X[n,h]**2\n")  # fmt: skip
    assert [e.target for e in net.predictor().equations] == ["S", "m", "Z", "L"]


def test_a_prediction_may_not_depend_on_what_it_stands_in_for():
    net = parse(TEXT)
    with pytest.raises(DefinitionError, match="depends on Z"):
        net.prediction("Z", net["Z"][n, h] / 2)
    with pytest.raises(DefinitionError, match="declared as input"):
        net.prediction("X", 0)
    with pytest.raises(DefinitionError, match="it has one"):
        net.prediction("m", 0)


def test_an_update_is_of_a_buffer_and_there_is_one():
    net = parse(TEXT)
    with pytest.raises(DefinitionError, match="declared as parameter"):
        net.update("g", 0)
    with pytest.raises(DefinitionError, match="it has one"):
        net.update("m_run", 0)


@pytest.mark.parametrize(
    ("name", "numbers", "found"),
    [
        ("bernoulli", {"p": 1.5}, "impossible"),
        ("bernoulli", {"q": 0.5}, "q, which"),
        ("normal", {"deviation": -1}, "impossible"),
        ("uniform", {"low": 2, "high": 1}, "impossible"),
        ("cauchy", {}, "no such name"),
    ],
)
def test_an_impossible_distribution_is_refused(name, numbers, found):
    with pytest.raises(DefinitionError, match=found):
        Network().random("M", n, distribution=name, **numbers)


def test_the_numbers_of_a_distribution_are_known_before_all_values():
    net = Network()
    net.input("x")
    with pytest.raises(DefinitionError, match="the value x"):
        net.random("M", n, p=net["x"])


@pytest.mark.parametrize(
    ("name", "numbers", "mean"),
    [
        ("bernoulli", {"p": Rational(1, 4)}, 0.25),
        ("normal", {"mean": 2, "deviation": Rational(1, 2)}, 2),
        ("uniform", {"low": -1, "high": 3}, 1),
    ],
)
def test_draws_scatter_around_the_mean(name, numbers, mean):
    net = Network()
    drawn = net.random("M", n, distribution=name, **numbers).distribution
    array = drawn.drawn((40, 100), np.random.default_rng(0), {})
    assert array.shape == (40, 100)
    assert abs(array.mean() - mean) < 0.1
    assert abs(float(f.as_expression(drawn.mean)) - mean) < 1e-12


def test_updates_and_predictions_count_when_networks_are_compared():
    net = parse(TEXT)
    assert net == parse(str(net))
    assert net != parse(TEXT.replace("0.9*m_run", "0.8*m_run"))
    assert net != parse(TEXT.replace("prediction m[h] = m_run[h]", "prediction m[h] = 0"))
    assert net != parse(TEXT.replace("initial 0", "initial 1"))
