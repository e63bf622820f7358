"""One path of one entry: its factors are the local derivatives at these entries, by differences."""

import math

import pytest

from symback.compiler.arithmetic import arithmetic
from symback.compiler.interpreter import interpreted, value
from symback.derivation.derive import derive
from symback.explanation.lesson import new_lesson
from symback.explanation.one_path import path_edges
from symback.explanation.teacher import explanation
from symback.network.text_reader import parse
from symback.verification.sampling import random_sample
from tests.explanation.networks import DIGITS, RESIDUAL, XOR, XOR_AT, derived

SMALL = DIGITS.replace("i:64", "i:4").replace("h:32", "h:3").replace("k:10", "k:3")


@pytest.mark.parametrize("text", [XOR, SMALL], ids=["xor", "digits"])
def test_every_factor_is_the_local_derivative_of_its_entry(text):
    derivation = derive(parse(text))
    lesson = new_lesson(derivation, None)
    sample = random_sample(derivation.forward, seed=1)
    world = interpreted(derivation.network, sample.values, None, arithmetic(30))
    for name in derivation.wrt:
        edges = path_edges(lesson, name)
        assert edges
        # Where the goal is read in a stable form its last derivative is one through all paths.
        bypassed = bool(lesson.bypassed(edges[-1].derivative.args[1].tensor, lesson.of))
        for edge in edges[: len(edges) - bypassed]:
            expected = float(value(world, edge.derivative))
            assert math.isclose(float(value(world, edge.formula)), expected, rel_tol=1e-6)


def test_the_path_is_told_with_numbers_before_the_backward_pass():
    text = explanation(derived(XOR), at=XOR_AT, checks=False).text()
    path = text.index("One path first")
    assert text.index("Forward pass") < path < text.index("Backward pass")
    assert "W1[1,0] has other paths, through other values of n." in " ".join(text.split())


TWICE = """
network twice
index n:N i:3 j:3
input X[n,i] Y[n,i]
parameter W[i,j]
A[n,i] = X[n,i] + sum(tanh(X[n,j])*W[j,i], j) + sum(sin(X[n,j])*W[j,i], j)
loss L = sum((A[n,i] - Y[n,i])**2, n, i)
"""


def test_a_tensor_that_is_read_twice_by_one_equation_gives_no_simple_path():
    derivation = derive(parse(TWICE))
    assert path_edges(new_lesson(derivation, None), "W") == []


def test_a_tied_weight_of_a_residual_network_has_a_path_and_others_through_other_equations():
    page = explanation(derived(RESIDUAL), checks=False).text()
    assert path_edges(new_lesson(derived(RESIDUAL), None), "W")
    words = "W[3,2] has other paths, through other values of n and j, and through other equations."
    assert words in " ".join(page.split())


PADDED = """
index n:N p:3 q:5 r:3
input X[n,p]
parameter W[r] V[r]
Z[n,p] = sum(padded(X[n,p+r-1])*W[r], r)
U[n,q] = sum(Z[n,p]*V[r]*delta(q, p+r), p, r)
loss L = sum(U[n,q]**2, n, q)
"""


def test_a_path_reads_no_zero_beyond_an_edge_and_none_that_a_bracket_leaves_out():
    derivation = derive(parse(PADDED))
    values = {"X": [[1.0, 2.0, 3.0]], "W": [1.0, 2.0, 3.0], "V": [1.0, 1.0, 2.0]}
    page = explanation(derivation, "W", at=values, checks=False).text()
    path = page.split("One path first")[1].split("Backward pass")[0]
    assert "−1]" not in path
    lesson = new_lesson(derivation, None)
    for name in ("W", "V"):
        assert all(edge.formula != 0 for edge in path_edges(lesson, name))
