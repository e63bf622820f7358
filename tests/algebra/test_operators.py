"""Arithmetic as it was written: order, spelled numbers, other number types, and the hints."""

import builtins
from fractions import Fraction

import numpy as np
import pytest
import sympy
from sympy import Integer, Rational

from symback.algebra import functions as f
from symback.algebra.letters import indices
from symback.algebra.operators import Decimal, Negative, Plus, Quotient, Times, as_expression
from symback.algebra.positions import Entry
from symback.errors import DefinitionError
from symback.network.network import Network

n, i, h = indices("n:N i:64 h:32")
x, y, z = (Entry(name) for name in "xyz")
t = Network().input("t", n, i)

WRITTEN = {
    "t[n,i] - x": lambda: t[n, i] - x,
    "y + x": lambda: y + x,
    "x + x": lambda: x + x,
    "x*x": lambda: x * x,
    "z*x*y": lambda: z * x * y,
    "x - y - z": lambda: x - y - z,
    "x - (y - z)": lambda: x - (y - z),
    "x + (y + z)": lambda: x + (y + z),
    "x*(y*z)": lambda: x * (y * z),
    "x/(y*z)": lambda: x / (y * z),
    "x/y/z": lambda: x / y / z,
    "x*(y/z)": lambda: x * (y / z),
    "x*y/z": lambda: x * y / z,
    "2*(x + y)": lambda: 2 * (x + y),
    "-x*y": lambda: -x * y,
    "-(x*y)*z": lambda: -(x * y) * z,
    "-x/y": lambda: -x / y,
    "-(x + y)": lambda: -(x + y),
    "-x**2": lambda: -(x**2),
    "(-x)**2": lambda: (-x) ** 2,
    "x**(-y)": lambda: x**-y,
    "x**y**z": lambda: x ** (y**z),
    "(x**y)**z": lambda: (x**y) ** z,
    "-2*x": lambda: -2 * x,
    "x*(-2)": lambda: x * -2,
    "x - 2": lambda: x + -2,
    "x - (-2)": lambda: x - -2,
    "1/2*x": lambda: Rational(1, 2) * x,
    "x*(1/2)": lambda: x * Rational(1, 2),
    "x/2": lambda: x / 2,
    "0.1*x": lambda: 0.1 * x,
    "x - 0.5": lambda: x + -0.5,
    "-0.5*x": lambda: -0.5 * x,
    "1e-05 + x": lambda: 1e-5 + x,
    "3*x": lambda: 3.0 * x,
    "x/N": lambda: x / n.size,
    "N + x": lambda: n.size + x,
    "1 - x**2": lambda: 1 - x**2,
    "2**x": lambda: 2**x,
    "abs(x)": lambda: abs(x),
    "x*n": lambda: x * n,
    "0 + x + y + z": lambda: builtins.sum([x, y, z]),
    "x*iverson(y <= 3)": lambda: x * f.iverson(y <= 3),
    "iverson((y > 1) & ~(x == 2))": lambda: f.iverson((y > 1) & ~f.eq(x, 2)),
}


@pytest.mark.parametrize(("text", "make"), WRITTEN.items(), ids=WRITTEN)
def test_operators_keep_what_was_written(text, make):
    # -(x*y)*z is a product with its minus in front, whichever brackets it had.
    assert str(make()) == text.replace("-(x*y)*z", "-x*y*z")


def test_a_leading_minus_stands_before_the_whole_product():
    assert -x * y == Negative(Times(x, y))
    assert -x / y == Negative(Quotient(x, y))
    assert Rational(-3, 2) * x == Negative(Times(Rational(3, 2), x))


def test_the_factors_of_a_product_and_the_terms_of_a_sum_are_its_operands():
    assert (z * x * y).args == (z, x, y)
    assert (z - x + y).args == (z, Negative(x), y)
    assert (x + x).args == (x, x)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (0.1, Decimal("0.1")),
        (-2.5, Decimal("-2.5")),
        (2.0, Integer(2)),
        (Fraction(2, 6), Rational(1, 3)),
        (np.float64(0.1), Decimal("0.1")),
        (np.int64(7), Integer(7)),
        (float("inf"), sympy.oo),
        (float("-inf"), -sympy.oo),
        (1e300, Decimal("1e+300")),
    ],
    ids=repr,
)
def test_a_number_is_the_exact_value_that_it_spells(value, expected):
    assert as_expression(value) == expected


def test_a_decimal_has_its_exact_value():
    assert Decimal("0.1").value == Rational(1, 10)
    assert Decimal("1e-5").value == Rational(1, 100000)


@pytest.mark.parametrize("number", [np.float64(0.5), np.float32(0.5), np.int64(2), np.uint8(2)])
def test_numpy_scalars_leave_the_operation_to_us_on_either_side(number):
    for made in (number * x, number + x, number - x, number / x, x * number, x**number):
        assert made.has(Entry)
        assert not isinstance(made, np.ndarray)


@pytest.mark.parametrize("value", ["x", None, float("nan"), 1j, [1, 2], np.ones(2), {}, True, "1"])
def test_what_is_no_number_is_refused(value):
    with pytest.raises(DefinitionError, match="expression"):
        x + value
    with pytest.raises(DefinitionError, match="expression"):
        value + x if not isinstance(value, (str, list)) else as_expression(value)


HINTS = {
    "write the sum": lambda: t @ t,
    "write / to divide values": lambda: x // 2,
    "(2*p + r) % 2": lambda: x % 2,
    "may be 0 or negative": lambda: i // (n.size - 1),
    "divide by an integer or a size": lambda: 5 % i,
    "which is no sum of letters": lambda: t[n, i] // 2,
    "write an entry of it: t[n,i]": lambda: t + 1,
    "sb.sum does": lambda: builtins.sum(t),
    "rank 2": lambda: abs(t),
    "combine conditions with & |": lambda: 0 <= x <= 1,
    "(0 <= k) & (k <= q)": lambda: (x > 0) and (y > 0),
    "compare something": lambda: (x > 0) & y,
    "compare something: x > 0": lambda: f.where(x, 1, 2),
    "write t[n,i]": lambda: t[n],
    "letters with integer coefficients": lambda: t[n, i * h],
    "use letters made by sb.indices": lambda: f.sum_over(t[n, i], "i"),
    "name each once": lambda: f.sum_over(t[n, i], i, i),
    "sum(X[n, i], i)": lambda: f.sum_over(t[n, i]),
    "of two values it is sb.maximum(a, b)": lambda: f.max_over(x, y),
    "Python's own sum": lambda: f.sum_over([x, y], i),
    "1 argument expected": lambda: f.exp(x, y),
}


@pytest.mark.parametrize(("hint", "make"), HINTS.items(), ids=HINTS)
def test_a_wrong_operator_is_refused_with_what_helps(hint, make):
    with pytest.raises(DefinitionError) as caught:
        make()
    assert hint in str(caught.value)


def test_plain_sympy_on_the_left_leaves_the_order_to_us():
    assert str(sympy.Symbol("N") * x) == "N*x"
    assert type(sympy.Symbol("N") + x) is Plus


def test_the_public_sum_of_a_list_of_entries_is_a_written_sum():
    assert builtins.sum([x, y]) == Plus(Integer(0), x, y)
