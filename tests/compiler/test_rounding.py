"""The bound of rounding holds for real floats, in any order, and is not much too large."""

from fractions import Fraction

import numpy as np
import pytest

from symback.compiler.interpreter import interpret
from symback.compiler.rounding import UNIT, rounded, rounding_bounds
from symback.network.text_reader import parse

SUM = parse("network added\nindex i:40\ninput x[i]\nloss S = sum(x[i], i)")
MIXED = parse(
    "network mixed\nindex n:5 i:4\ninput X[n,i]\nparameter w[i]\n"
    "a[n] = tanh(sum(X[n,i]*w[i], i))\nb[n] = exp(a[n])/(1 + a[n]**2)\nloss S = sum(b[n], n)"
)


@pytest.mark.parametrize("seed", range(5))
def test_a_sum_in_any_order_lies_within_the_bound(seed):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=40) * 10.0 ** rng.integers(-8, 9, size=40)
    exact = float(sum(map(Fraction, x)))
    bound = float(rounding_bounds(SUM, {"x": x})["S"]) * UNIT
    for _ in range(20):
        total = 0.0
        for number in rng.permutation(x):
            total += number
        assert abs(total - exact) <= bound


@pytest.mark.parametrize("seed", range(5))
def test_functions_and_quotients_lie_within_the_bound(seed):
    rng = np.random.default_rng(seed)
    values = {"X": rng.normal(size=(5, 4)), "w": rng.normal(size=4)}
    exact = interpret(MIXED, values, precision=40)
    floats = interpret(MIXED, values, number=float)
    for name, bound in rounding_bounds(MIXED, values).items():
        if name in exact:
            difference = np.abs(floats[name] - exact[name].astype(float))
            assert np.all(difference <= (bound + np.abs(floats[name])) * UNIT)
            assert np.all(bound * UNIT < 1e-13 * (1 + np.abs(floats[name])))


def test_numbers_that_floats_hold_have_no_error():
    assert rounded(0.5).error == 0
    assert rounded(3).error == 0
    assert rounded(Fraction(1, 3)).error == pytest.approx(1 / 3)
