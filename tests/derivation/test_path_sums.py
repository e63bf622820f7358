"""Path sums of a scalar network: one product for each path, and the adjoints that factor them."""

from __future__ import annotations

import pytest

import symback.algebra.functions as f
from symback.derivation.path_sums import path_sum
from symback.errors import DerivationError
from symback.network.graph import path_count
from symback.network.network import Network
from tests.derivation.networks import digits, neuron


def fork() -> Network:
    net = Network()
    h = net.define("h", (), f.sigmoid(net.parameter("w") * net.input("x")))
    a, b = net.define("a", (), 2 * h), net.define("b", (), h**2)
    net.loss("E", a * b)
    return net


def test_a_single_path_is_the_product_of_its_local_derivatives() -> None:
    found = path_sum(neuron(), "w", "E")
    assert found.paths == (("w", "z", "a", "E"),)
    assert str(found.steps[0].after) == "(∂E/∂a)*(∂a/∂z)*(∂z/∂w)"
    assert str(found.steps[-1].after) == "z_bar*(∂z/∂w)"


def test_the_number_of_terms_is_the_number_of_paths() -> None:
    found = path_sum(fork(), "w", "E")
    assert len(found.paths) == path_count(fork(), "w", "E") == 2
    assert len(found.steps[0].after.args) == 2


def test_shared_edges_are_written_once() -> None:
    steps = path_sum(fork(), "w", "E").steps
    assert [s.rule for s in steps] == ["sum over paths", "shared edges", "named adjoints"]
    assert str(steps[1].after) == "((∂E/∂a)*(∂a/∂h) + (∂E/∂b)*(∂b/∂h))*(∂h/∂w)"


def test_a_scalar_that_does_not_reach_the_goal_has_no_path() -> None:
    net = neuron()
    net.parameter("idle")
    assert path_count(net, "idle", "E") == 0
    assert path_sum(net, "idle", "E").paths == ()


def test_exponentially_many_paths_are_counted_and_refused() -> None:
    net = Network()
    last = net.input("x")
    for layer in range(40):
        a, b = net.define(f"a{layer}", (), last * 2), net.define(f"b{layer}", (), last * 3)
        last = net.define(f"c{layer}", (), a + b)
    assert path_count(net, "x", "c39") == 2**40
    with pytest.raises(DerivationError, match="paths"):
        path_sum(net, "x", "c39")


def test_tensors_are_referred_to_scalarize() -> None:
    with pytest.raises(DerivationError, match="scalarize"):
        path_sum(digits(), "W1", "L")
