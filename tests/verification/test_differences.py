"""Differences: of the interpreter, of a program, and what rounding may hide."""

import numpy as np
import pytest

from symback.verification.differences import along, directions, program_comparison

RNG = np.random.default_rng(0)
X = RNG.normal(size=(3, 4))
values = {"x": X}


def goal(v):
    return float(np.sum(np.sin(v["x"]) * 100) + 1e6)


def test_all_entries_of_a_small_tensor_have_a_direction_each():
    found = directions((2, 3), 6, RNG)
    assert [label for label, _ in found] == [f"[{i}, {j}]" for i in range(2) for j in range(3)]
    assert all(list(direction.values()) == [1.0] for _, direction in found)
    assert directions((), 1, RNG) == [("", {(): 1.0})]


def test_of_a_large_tensor_some_entries_and_a_direction_through_all():
    found = directions((10, 10), 5, RNG)
    assert len(found) == 5
    assert len(found[-1][1]) == 100
    assert all(0.05 <= abs(length) <= 0.15 for length in found[-1][1].values())


@pytest.mark.parametrize(("label", "direction"), directions((3, 4), 6, RNG))
def test_a_program_in_floats_agrees_with_its_gradient_in_spite_of_rounding(label, direction):
    gradient = along(100 * np.cos(X), direction)
    assert program_comparison(goal, values, "x", direction, gradient).passes(1e-6)
    for wrong in (gradient * 1.0001, -gradient, gradient + 0.01, 0.0, float("nan")):
        assert not program_comparison(goal, values, "x", direction, wrong).passes(1e-6)
