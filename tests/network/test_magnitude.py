"""Numbers are measured before they are computed."""

import time

import pytest
from sympy import Integer, Rational, oo, pi

from symback.algebra import functions as f
from symback.algebra.operators import Decimal, Negative, Plus, Power, Quotient, Times
from symback.algebra.positions import Entry
from symback.errors import DefinitionError
from symback.network.magnitude import check_numbers, checked_literal

x = Entry("x")
TEN = Integer(10)


def tower(height):
    power = TEN
    for _ in range(height):
        power = Power(power, Integer(1000))
    return power


ACCEPTED = [
    x**2,
    x**1000,
    Power(Integer(2), Integer(1000)),
    Power(Rational(1, 3), Integer(500)),
    Power(x, Decimal("0.5")),
    Power(Integer(2), x),
    Power(Negative(TEN), Integer(3)),
    Quotient(x, pi),
    Quotient(Integer(0), TEN),
    Power(Integer(0), Integer(0)),
    Times(oo, x),
    f.sum_over(f.exp(1000 * x), f.Index("i", 3)),
    Integer(10**308),
    Decimal("1e308"),
    Decimal("0.000"),
]


@pytest.mark.parametrize("expression", ACCEPTED, ids=str)
def test_numbers_of_ordinary_size_are_accepted(expression):
    check_numbers("test", expression)


REFUSED = {
    "a tower": Power(TEN, Power(TEN, TEN)),
    "a power of powers": tower(3),
    "a negative exponent": Power(x, Integer(-(10**9))),
    "an exponent computed": Power(x, Plus(Integer(999), Integer(2))),
    "an exponent from zero": Power(x, Plus(Times(Integer(0), x), Integer(5000))),
    "an infinite exponent": Power(x, oo),
    "a decimal exponent": Power(x, Decimal("1e300")),
    "a large power": Power(TEN, Integer(400)),
    "a long power": Power(Plus(Integer(1), Rational(1, 10**200)), Integer(1000)),
    "powers of a factor": Power(
        Power(Power(Times(Integer(2), x), Integer(999)), Integer(999)), TEN
    ),
    "a large number": Integer(10**309),
    "a long fraction": Rational(1, 10**309),
    "a literal": Decimal("1e999999999"),
    "a division by zero": Quotient(x, Integer(0)),
    "a division by a zero": Quotient(x, Plus(Decimal("0.1"), Decimal("0.2"), Decimal("-0.3"))),
    "a power of zero": Power(Integer(0), Integer(-1)),
    "what is not defined": Plus(oo, Negative(oo)),
    "inside a function": f.tanh(Power(TEN, Power(TEN, TEN))),
    "inside a sum": f.sum_over(Power(TEN, Power(TEN, TEN)), f.Index("i", 3)),
}


@pytest.mark.parametrize("case", REFUSED)
def test_numbers_without_end_are_refused_at_once(case):
    began = time.perf_counter()
    with pytest.raises(DefinitionError):
        check_numbers("test", REFUSED[case])
    assert time.perf_counter() - began < 1


@pytest.mark.parametrize(
    "text", ["0.1", "1", "1e5", "1E-5", ".5", "5.", "1e308", "0e99", "0.0001e300", "123456789" * 30]
)
def test_literals_that_a_double_holds(text):
    assert checked_literal("test", text) == text


@pytest.mark.parametrize(
    "text",
    ["1e309", "1e-400", "1" * 400, "9" * 310, "1e99999999999", "x", "", ".", "1e", "--1", "1_0"],
)
def test_literals_that_no_double_holds_or_that_are_none(text):
    with pytest.raises(DefinitionError):
        checked_literal("test", text)
