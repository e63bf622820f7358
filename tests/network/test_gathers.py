"""Gathers: which there are, and what values tell of them."""

from __future__ import annotations

import numpy as np
import pytest

from symback.errors import DefinitionError, TextError, ValuesError
from symback.network.gathers import gathers, reach
from symback.network.text_reader import parse
from symback.network.values import checked_values
from symback.verification.sampling import random_sample

HEAD = """
index n:N m:M v:V j:3
input ids[m] integer  pick[n] integer  y[n]
parameter E[v,j]
"""
TWO_LEVELS = HEAD + "e[n,j] = E[ids[pick[n]],j]"


def arrays(network, **changed):
    given = {"ids": [0, 3, 2, 1], "pick": [3, 0], "E": np.ones((4, 3))} | changed
    return checked_values(network, given, given)


def test_positions_of_positions_are_gathers_too():
    found = gathers(parse(TWO_LEVELS).equation("e").written)
    assert [(str(g.ids), g.read.tensor, g.axis) for g in found] == [
        ("ids[pick[n]]", "E", 0), ("pick[n]", "ids", 0),
    ]  # fmt: skip


def test_numbers_inside_their_axes_are_taken():
    made, _ = arrays(parse(TWO_LEVELS))
    assert made["ids"].dtype == made["pick"].dtype == "int64"


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"ids": [0, 3, 4, 1]}, r"ids\[m\] has 4 at \[2\], outside 0 … 3 of axis 1 of E\[v,j\] "
                                r"\(equation of e\)"),
        ({"pick": [0, -1]}, r"pick\[n\] has -1 at \[1\], outside 0 … 3 of axis 1 of ids\[m\]"),
    ],
    ids=["too large", "negative"],
)  # fmt: skip
def test_a_number_outside_is_told_with_tensor_place_and_equation(changed, message):
    with pytest.raises(ValuesError, match=message):
        arrays(parse(TWO_LEVELS), **changed)


@pytest.mark.parametrize(
    "expression",
    [
        "where(ids[pick[n]] >= 0, E[ids[pick[n]],j], 0)",
        "E[ids[pick[n]],j]*iverson(ids[pick[n]] >= 0)",
        "padded(E[ids[pick[n]],j])",
    ],
)
def test_what_a_condition_leaves_out_may_lie_outside(expression):
    network = parse(HEAD + f"e[n,j] = {expression}")
    arrays(network, ids=[0, -1, 2, 1])
    # What chooses, the position of the position, is read all the same.
    with pytest.raises(ValuesError, match="pick"):
        arrays(network, pick=[4, 0])


def test_random_integers_are_positions():
    network = parse(TWO_LEVELS + "\nloss L = sum(e[n,j]*y[n], n, j)")
    for seed in range(5):
        sample = random_sample(network, seed=seed)
        assert reach(network, "ids", sample.sizes) == len(sample.values["E"])
        assert sample.values["ids"].max() < len(sample.values["E"])
    assert reach(network, "y", sample.sizes) is None


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        ("E[y[n],j]", "y holds real numbers"),
        ("E[ids[n],j]", "the letter n has size N"),
        ("E[pick[n] + 1,j]", "an index position was asked for"),
        ("E[pick[n]//2,j]", "no sum of letters and sizes"),
        ("E[pick,j]", r"write an entry of it: pick\[n\]"),
        ("sum(E[v,j], (v, 0, pick[n]))", "which only values tell"),
        ("softmax(E[v,j], v, at=pick[n])", "read it at a letter"),
        ("softmax(E[0,j], j, at=-1)", "it is read from -1 to -1"),
        ("first(E[v,j], v, at=v + 1)", "it is read from 1 to V"),
        ("delta(y[n], 2)*E[0,j]", "y holds real numbers"),
    ],
)
def test_what_is_no_gather_is_refused(expression, message):
    with pytest.raises(TextError, match=message) as caught:
        parse(HEAD + f"e[n,j] = {expression}")
    assert isinstance(caught.value, DefinitionError | TextError)
