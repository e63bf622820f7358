"""Tensors drawn entry by entry: the sizes of the values make the scalars."""

from __future__ import annotations

import numpy as np
import pytest

import symback as sb
from symback.diagrams.entries import entries_of, entry_name, named_entry
from symback.errors import DefinitionError

TEXT = """
network small
index n:N i:2 h:2
input X[n,i]
parameter W[i,h]
H[n,h] = tanh(sum(X[n,i]*W[i,h], i))
loss L = sum(H[n,h]**2, n, h)
"""
VALUES = {"X": [[1.0, -2.0]], "W": [[0.5, 0.1], [-0.3, 0.2]]}


def test_every_entry_becomes_a_scalar_with_its_value() -> None:
    derivation, values = entries_of(sb.derive(sb.parse(TEXT)), VALUES)
    assert values["W_1_0"] == -0.3
    assert set(derivation.wrt) == {"W_0_0", "W_0_1", "W_1_0", "W_1_1"}


def test_the_scalars_have_the_gradients_of_the_entries() -> None:
    whole = sb.derive(sb.parse(TEXT))
    derivation, values = entries_of(whole, VALUES)
    _, gradients = sb.lambdify(whole)(VALUES)
    _, scalars = sb.lambdify(derivation)(values)
    assert np.isclose(scalars["W_1_0"], gradients["W"][1, 0], rtol=1e-12)


def test_a_network_of_scalars_is_left_alone() -> None:
    net = sb.parse("input x\nparameter w\nloss E = (w*x)**2")
    assert entries_of(net, None) == (net, None)


def test_more_entries_than_a_picture_shows_are_refused() -> None:
    values = {"X": np.zeros((300, 2)), "W": np.zeros((2, 2))}
    with pytest.raises(DefinitionError, match="at most"):
        entries_of(sb.parse(TEXT), values)


def test_draw_shows_the_neurons_of_a_tensor_network() -> None:
    svg = sb.draw(sb.derive(sb.parse(TEXT)), level="scalars", at=VALUES).svg()
    assert "neuron" in svg


@pytest.mark.parametrize(
    ("weight", "named"),
    [
        (None, ("", ())),
        ("W", ("W", ())),
        (("W", 3), ("W", (3,))),
        (("W", (1, 0)), ("W", (1, 0))),
    ],
)
def test_a_weight_is_named_alone_or_with_its_place(weight, named) -> None:
    assert named_entry(weight) == named


@pytest.mark.parametrize("weight", [3, ("W", "a"), ("W", 0, 1), ["W"]])
def test_what_names_no_weight_is_refused(weight) -> None:
    with pytest.raises(DefinitionError, match="the paths of a weight"):
        named_entry(weight)


def test_the_paths_of_an_entry_are_drawn() -> None:
    graph = sb.draw(sb.parse(TEXT), level="scalars", at=VALUES, weight=("W", (1, 0))).graph
    assert any(edge.paths and "W_1_0" in edge.names for edge in graph.edges)
    with pytest.raises(DefinitionError, match="many entries"):
        entry_name(sb.parse(TEXT), "W", ())
