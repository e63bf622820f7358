"""Records: each step is computed on both sides, the chain leads from question to answer."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from sympy import Integer, Rational, oo

from symback.algebra import functions as f
from symback.algebra.letters import indices
from symback.algebra.operators import Times
from symback.algebra.positions import Entry, as_position
from symback.compiler.arithmetic import arithmetic
from symback.compiler.interpreter import interpreted
from symback.verification.chains import Sides, check_chain, points_for
from symback.verification.gradients import goal_of
from symback.verification.sampling import random_sample
from tests.verification.altered import Altered, classifier, with_line, with_step


@cache
def sides() -> Sides:
    network = classifier().network
    sample = random_sample(network, alive=["U_bar"])
    world = interpreted(network, sample.values, None, arithmetic(40))
    return Sides(world, np.random.default_rng(0), 4, {})


def row(derivation, name):
    gradient = derivation[name]
    return check_chain(gradient.record, goal_of(derivation), gradient.written, sides(), 1e-6)


STEPS = [s for name in classifier().adjoints for s in classifier()[name].record.walk()]
LINES = [
    (name, number)
    for name in classifier().adjoints
    for number in range(len(classifier()[name].record.steps) - 1)
]


@pytest.mark.parametrize("name", classifier().adjoints)
def test_a_right_record_passes(name):
    found = row(classifier(), name)
    assert found.passed, found
    assert found.checked == sum(1 for _ in classifier()[name].record.walk())
    assert found.worst < 1e-18


@pytest.mark.parametrize(("name", "number"), LINES)
@pytest.mark.parametrize("factor", [Integer(-1), Rational(1001, 1000)])
def test_one_wrong_line_in_the_middle_fails(name, number, factor):
    found = row(with_line(classifier(), name, number, lambda e: Times(factor, e)), name)
    assert not found.passed
    assert found.note.startswith(f"step {name}_bar.{number + 1}, ")


@pytest.mark.parametrize("identifier", [s.identifier for s in STEPS if s.identifier.count(".") > 1])
def test_a_wrong_substep_fails(identifier):
    after = next(s.after for s in STEPS if s.identifier == identifier)
    altered = with_step(classifier(), identifier, after=Times(Integer(2), after))
    found = row(altered, identifier.split("_bar")[0])
    assert not found.passed
    assert found.note.startswith(f"step {identifier}, ")


@pytest.mark.parametrize("identifier", [s.identifier for s in STEPS if s.changed])
def test_a_wrong_claim_of_what_changed_fails(identifier):
    before, after = next(s.changed[0] for s in STEPS if s.identifier == identifier)
    altered = with_step(classifier(), identifier, changed=((before, Times(Integer(2), after)),))
    found = row(altered, identifier.split("_bar")[0])
    assert not found.passed
    assert ", a part: " in found.note


def row_of_steps(steps):
    record = replace(classifier()["W"].record, steps=steps)
    return row(Altered(classifier(), {}, {"W": record}), "W")


def test_a_chain_with_a_gap_fails():
    steps = classifier()["W"].record.steps
    assert "does not begin where" in row_of_steps(steps[:1] + steps[2:]).note


def test_a_chain_that_ends_before_the_gradient_fails():
    assert "the last line is not" in row_of_steps(classifier()["W"].record.steps[:-1]).note


def test_a_chain_that_begins_elsewhere_fails():
    assert "not the derivative" in row_of_steps(classifier()["W"].record.steps[1:]).note
    assert row_of_steps(()).note == "no steps"


a, b = indices("a:3 b:3")
x = Entry("x", a)


def small_sides(points=10):
    tensors = {"x": arithmetic().array([1, 0, 3], (3,))}
    template = sides().world
    world = replace(template, tensors=tensors, sizes={})
    return Sides(world, np.random.default_rng(0), points, {})


def test_all_points_are_tried_where_they_are_few():
    worst, where = small_sides().compare(x, x + f.delta(a, 2) / 10)
    assert where == "a = 2"
    assert worst == pytest.approx(0.1 / 3.1)


def test_random_points_go_on_where_both_sides_are_zero():
    found = small_sides(points=1)
    # At a = 1 both sides are 0; at the other two they differ.
    assert found.compare(x * f.iverson(f.ne(a, b) | f.eq(a, b)), 2 * x)[0] == pytest.approx(0.5)


def test_a_side_without_a_value_is_passed_over_only_before():
    outside = Entry("x", as_position(a + 1, "x"))
    found = small_sides()
    assert found.compare(outside, Entry("x", as_position(a + 1, "x"))) == (0.0, "")
    assert found.compare(Entry("x", a), outside + x - x)[0] == float("inf")


def test_infinite_sides_must_be_equal_and_nan_is_no_value():
    found = small_sides()
    assert found.compare(x - oo, x * 2 - oo) == (0.0, "")
    assert found.compare(x, f.where(f.eq(a, 1), x, oo))[0] == float("inf")
    assert found.compare(x, f.where(f.eq(a, 1), (x + oo) - (x + oo), x))[0] == float("inf")


def test_fewer_points_for_more_work():
    assert points_for(10) > points_for(5_000) > points_for(10**9) == 2
