"""Numbers taken out of vectors: how each form is written then, and that its value is the same."""

import numpy as np
import pytest

from symback.compiler.interpreter import interpret
from symback.network.text_reader import parse
from symback.training.factoring import Factoring, operations

DECLARED = "network one\nindex j:P\ninput a b c x[j] y[j]\n"
VALUES = {"a": 3.0, "b": 0.7, "c": 1.9, "x": np.array([2.0, 0.3]), "y": np.array([0.4, 5.0])}

CASES = [
    ("a*x[j]*b", "a*b*x[j]"),
    ("a*x[j]/b", "a/b*x[j]"),
    ("(a*x[j])/(b*y[j])", "a/b*(x[j]/y[j])"),
    ("sqrt(a*x[j])", "sqrt(a)*sqrt(x[j])"),
    ("(a*x[j])**2", "a**2*x[j]**2"),
    ("x[j]/(a*y[j] + b)", "1/a*(x[j]/(y[j] + b/a))"),
    ("c*x[j]/(sqrt(a*y[j]) + b)", "c/sqrt(a)*(x[j]/(sqrt(y[j]) + b/sqrt(a)))"),
    ("x[j] - a*x[j]", "(1 - a)*x[j]"),
    ("x[j] + a*y[j]", "x[j] + a*y[j]"),
    ("tanh(x[j]*a)", "tanh(a*x[j])"),
]


def factored(text, opened=False, positive=True, named=lambda number: number):
    """Return (the expression, what became of it, the network of the latter)."""
    old = parse(f"{DECLARED}z[j] = {text}").equation("z").written
    new = Factoring(lambda number: positive, named, opened)(old)
    network = parse(DECLARED)
    network.define("z", network["x"].letters, new)
    return old, new, network


def value(network):
    """Return what the literal interpreter makes of z."""
    names = {t.name for t in network.inputs}
    values = {n: v for n, v in VALUES.items() if n in names}
    return interpret(network, values)["z"].astype(float)


@pytest.mark.parametrize("opened", [False, True])
@pytest.mark.parametrize("text", [text for text, _ in CASES])
def test_the_value_stays_the_same(text, opened):
    before = value(parse(f"{DECLARED}z[j] = {text}"))
    np.testing.assert_allclose(value(factored(text, opened)[2]), before, rtol=1e-14)


@pytest.mark.parametrize(("text", "expected"), CASES, ids=[text for text, _ in CASES])
def test_numbers_stand_in_front(text, expected):
    _, new, network = factored(text)
    like = parse(f"{DECLARED}z[j] = {expected}")
    assert operations(new) == operations(like.equation("z").written)
    np.testing.assert_allclose(value(network), value(like), rtol=1e-14)


def test_a_sum_is_multiplied_out_on_request_only():
    text = "y[j] - a*(b*x[j] + c*y[j])"
    old, new, _ = factored(text)
    assert operations(new) == operations(old) == 5
    names = []
    _, opened, network = factored(text, opened=True, named=lambda n: names.append(str(n)) or n)
    assert operations(opened) == 3
    assert "1 - a*c" in names
    np.testing.assert_allclose(value(network), value(parse(f"{DECLARED}z[j] = {text}")))


def test_a_number_that_may_be_negative_stays_under_its_root_and_in_its_sum():
    for text in ("sqrt(a*x[j])", "a*x[j] + b"):
        old, new, _ = factored(text, positive=False)
        assert new == old


def test_a_number_is_named_where_it_leaves_a_sum_and_where_it_stands():
    names = []
    factored("c*x[j]/(a*b*y[j] + c)", named=lambda number: names.append(str(number)) or number)
    assert names[0] == "a*b"
