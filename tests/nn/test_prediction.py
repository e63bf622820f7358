"""Layers that predict otherwise than they learn: running statistics, dropout."""

from __future__ import annotations

import numpy as np
import pytest

import symback as sb
from symback import nn
from tests.nn.support import torch

n, c = sb.indices("n:N c:3")
RNG = np.random.default_rng(0)
BATCH, OTHER = RNG.normal(size=(5, 3)) * 2 + 1, RNG.normal(size=(2, 3))


def trained(epochs=3):
    """Batch norm that has seen one batch a few times; what it learns stays as it was."""
    net = sb.Network("running")
    Y = nn.batch_norm(net, net.input("X", n, c), name="Y")
    nn.squared_loss(net, Y, net.input("T", n, c))
    return sb.train(
        net, {"X": BATCH, "T": BATCH}, optimizer=sb.SGD(1e-300), epochs=epochs, batch="n"
    )


def test_running_statistics_are_a_moving_average():
    mean, variance = np.zeros(3), np.ones(3)
    for _ in range(3):
        mean = 0.9 * mean + 0.1 * BATCH.mean(0)
        variance = 0.9 * variance + 0.1 * BATCH.var(0, ddof=1)
    found = trained().predict({"X": OTHER}, "Y")
    np.testing.assert_allclose(found, (OTHER - mean) / np.sqrt(variance + 1e-5), rtol=1e-12)


@pytest.mark.skipif(torch is None, reason="torch is not installed")
def test_running_statistics_are_those_of_torch():
    module = torch.nn.BatchNorm1d(3).double()
    for _ in range(3):
        module(torch.tensor(BATCH))
    expected = module.eval()(torch.tensor(OTHER)).detach().numpy()
    np.testing.assert_allclose(trained().predict({"X": OTHER}, "Y"), expected, rtol=1e-12)


def test_a_batch_of_one_leaves_statistics_finite():
    net = sb.Network("one")
    Y = nn.batch_norm(net, net.input("X", n, c), name="Y")
    nn.squared_loss(net, Y, net.input("T", n, c))
    data = {"X": BATCH, "T": BATCH}
    run = sb.train(net, data, optimizer=sb.SGD(0.1), epochs=1, batch_size=2)
    assert np.isfinite(run.predict({"X": OTHER}, "Y")).all()


def test_at_prediction_dropout_leaves_its_input():
    net = sb.Network("dropout")
    Y = nn.dropout(net, net.input("X", n, c), 0.3)
    predict = sb.lambdify(net.predictor(), outputs=[Y.name])
    np.testing.assert_allclose(predict({"X": OTHER})["Y1"], OTHER)


def test_the_numbers_of_dropout_are_spelled_as_given():
    net = sb.Network("dropout")
    nn.dropout(net, net.input("X", n, c), 0.1)
    assert "random M1[n,c] bernoulli(0.9)" in str(net)
    assert "Y1[n,c] = X[n,c]*M1[n,c]/0.9" in str(net)


@pytest.mark.parametrize("causal", [False, True])
def test_a_query_that_may_read_no_key_gets_0(causal):
    q, d = sb.indices("q:2 d:2")
    net = sb.Network("masked")
    X = net.input("X", n, q, d)
    mask = net.input("M", n, q, integer=True)
    O = nn.attention(net, X, X, X, causal=causal, mask=mask)
    d = sb.derive(net, of=O.name, wrt="X")
    values = {"X": RNG.normal(size=(1, 2, 2)), "M": np.zeros((1, 2), dtype=int)}
    found, slopes = sb.lambdify(d)({**values, "O1_bar": np.ones((1, 2, 2))})
    np.testing.assert_array_equal(found, 0)
    np.testing.assert_array_equal(slopes["X"], 0)
