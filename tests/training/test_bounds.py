"""Bounds of numbers: what is sure to be above 0 in every step, and what is not."""

import math

import pytest

from symback.network.text_reader import parse
from symback.training.bounds import FROM_ZERO, bounds_of, is_positive, known_bounds

KNOWN = {"share": (0.9, 0.9), "count": (1.0, math.inf), "rate": FROM_ZERO, "free": (-2.0, 3.0)}
INSIDE = {"share": [0.9], "count": [1, 2, 50], "rate": [0, 0.1, 100], "free": [-2, -1, 0, 3]}

CASES = [
    ("1 - share**count", (0.1, 1.0)),
    ("(1 - share)/(1 - share**count)", (0.1, 1.0)),
    ("sqrt(4*count)", (2.0, math.inf)),
    ("rate*share", (0.0, math.inf)),
    ("free*free", (-6.0, 9.0)),
    ("free**2", (0.0, math.inf)),
    ("-free - 0.5", (-3.5, 1.5)),
    ("1/count", (0.0, 1.0)),
    ("1/(0 - count)", (-1.0, 0.0)),
    ("1/free", (-math.inf, math.inf)),
    ("sqrt(free)", (-math.inf, math.inf)),
    ("exp(free)", (-math.inf, math.inf)),
]


def read(text):
    """Return a formula of scalars as an expression."""
    return parse(f"network one\ninput share count rate free\ny = {text}").equation("y").written


@pytest.mark.parametrize(("text", "expected"), CASES, ids=[text for text, _ in CASES])
def test_a_formula_lies_between_its_bounds(text, expected):
    assert bounds_of(read(text), KNOWN) == pytest.approx(expected)


def test_positive_means_above_0_and_not_from_0():
    assert is_positive(read("1 - share**count"), KNOWN)
    assert not is_positive(read("rate"), KNOWN)
    assert not is_positive(read("free + 1"), KNOWN)


def counted(line):
    """Return the bounds of a rule whose count t goes on in this way."""
    return known_bounds(parse(f"network rule\ninput t s\nt_next = {line}"), {"s": (0.5, 0.5)})


def test_a_count_from_0_that_grows_stays_from_0():
    assert counted("t + s")["t_next"] == (0.5, math.inf)


def test_nothing_is_known_of_a_count_that_may_fall():
    assert "t" not in counted("t - s")
    assert counted("t - s")["t_next"] == (-math.inf, math.inf)


def test_an_entry_of_a_vector_may_be_any_number():
    rule = parse("network rule\nindex j:P\ninput x[j]\ny[j] = x[j]**2 + 1")
    assert not is_positive(rule.equation("y").written.args[0].args[0], {"x": (1.0, 1.0)})
