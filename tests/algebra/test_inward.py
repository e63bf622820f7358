"""The door: what SymPy writes becomes ours, and every spelling becomes the one that text reads."""

import numpy as np
import pytest
import sympy
from hypothesis import given
from sympy import (
    Add,
    And,
    Eq,
    Function,
    Idx,
    Indexed,
    IndexedBase,
    Integer,
    KroneckerDelta,
    Max,
    Or,
    Piecewise,
    Rational,
    Sum,
    Symbol,
    oo,
)

from symback.algebra.evaluated import evaluated
from symback.algebra.inward import from_sympy
from symback.algebra.letters import indices, size_symbol
from symback.algebra.operators import (
    Both,
    Comparison,
    Decimal,
    Negative,
    Node,
    Plus,
    Quotient,
    Times,
)
from symback.algebra.positions import Entry, as_position
from symback.compiler.interpreter import evaluate
from symback.errors import DefinitionError, SymbackError
from tests.network.expressions import expressions
from tests.network.expressions import i as column
from tests.network.expressions import j as other_column
from tests.network.expressions import m as other_row
from tests.network.expressions import n as row

n, i = indices("n:N i:3")
N = size_symbol("N")
x, y = Entry("x"), Entry("y")
sx, sy, sn = Symbol("x"), Symbol("y"), Symbol("n")
TENSORS = {"x", "y", "X"}
X = IndexedBase("X")


def inward(expression):
    return from_sympy(expression, TENSORS, "test", {"n": n, "i": i})


def test_a_position_in_the_place_of_a_value_is_spelled_out():
    found = inward(Comparison("<=", i, as_position(i - 1, "")))
    assert type(found.args[2]) is Plus
    assert found == inward(i <= i - 1)


ARRIVALS = {
    "x + y": sx + sy,
    "x*y": sx * sy,
    "-x": -sx,
    "x/y": sx / sy,
    "x**2": sx**2,
    "sqrt(x)": sympy.sqrt(sx),
    "1/x**2": sx**-2,
    "x*y/2": sx * sy / 2,
    "2*x": 2 * sx,
    "-2*x/3": -2 * sx / 3,
    "N - 1": N - 1,
    "tanh(x)": sympy.tanh(sx),
    "exp(-x)": sympy.exp(-sx),
    "exp(1)": sympy.E,
    "maximum(maximum(0, x), y)": Max(0, sx, sy),
    "abs(sin(x))": sympy.Abs(sympy.sin(sx)),
    "0.3*x": sympy.Float(0.3) * sx,
    "X[n,i]": Indexed(X, sn, Idx("i")),
    "X[n,2 - i]": Indexed(X, sn, 2 - Symbol("i")),
    "sum(X[n,i], i)": Sum(X[sn, Symbol("i")], (Symbol("i"), 0, 2)),
    "sum(X[n,i], (i, 0, 1))": Sum(X[sn, Symbol("i")], (Symbol("i"), 0, 1)),
    "sum(X[n,i], n)": Sum(X[sn, Symbol("i")], (sn, 0, N - 1)),
    "delta(i, 2)*x": KroneckerDelta(Symbol("i"), 2) * sx,
    "where(x > 0, x, y)": Piecewise((sx, sx > 0), (sy, True)),
    "where((x > 0) & (y <= 1), x, 0)": Piecewise((sx, And(sx > 0, sy <= 1)), (0, True)),
    "where((x == 0) | (y != 0), x, 0)": Piecewise((sx, Or(Eq(sx, 0), sympy.Ne(sy, 0))), (0, True)),
    "x*n": sx * sn,
    "prod(X[n,i], i)": sympy.Product(X[sn, Symbol("i")], (Symbol("i"), 0, 2)),
    "x*(n//2)": sx * sympy.floor(Symbol("n", integer=True) / 2),
    "n % 3": sympy.Mod(Symbol("n", integer=True), 3),
}


@pytest.mark.parametrize(("text", "expression"), ARRIVALS.items(), ids=ARRIVALS)
def test_what_sympy_writes_is_accepted_where_it_means_the_same(text, expression):
    written = inward(expression)
    shown = str(written)
    # SymPy sorts: the same factors and terms in its order are the same.
    assert shown == text or evaluated(written) == evaluated(inward(written))
    assert not written.has(Add, sympy.Mul, sympy.Pow) or isinstance(written, Node)


@pytest.mark.parametrize(
    "expression",
    [
        sympy.gamma(sx), Function("f")(sx), sympy.I, sympy.nan, sympy.zoo, sympy.EulerGamma,
        sympy.floor(sn / sn**2), sympy.Mod(Symbol("i"), -2), sympy.floor(Indexed(X, sn, 1) / 2),
        sympy.Derivative(Function("f")(sx), sx), Sum(sx, (Symbol("q"), 1, 3)), sympy.floor(sx),
        Piecewise((sx, sx > 0)), sympy.ImmutableMatrix([1, 2]), sympy.MatrixSymbol("A", 2, 2),
        sympy.Integral(sx, sx), sympy.Mod(sx, 2), sympy.true,
    ],
    ids=str,
)  # fmt: skip
def test_what_has_no_counterpart_is_refused(expression):
    with pytest.raises(DefinitionError, match="test"):
        inward(expression)


SPELLINGS = [
    # (as a rule may build it, as the text form reads it)
    (Plus(Plus(x, y), x), "x + y + x"),
    (Plus(x, Plus(y, x)), "x + (y + x)"),
    (Plus(x), "x"),
    (Plus(), "0"),
    (Times(Times(x, y), x), "x*y*x"),
    (Times(Negative(x), y), "-x*y"),
    (Times(), "1"),
    (Times(Integer(-2), x), "-2*x"),
    (Quotient(Negative(x), y), "-x/y"),
    (Quotient(Integer(1), Integer(2)), "1/2"),
    (Quotient(Integer(2), Integer(4)), "2/4"),
    (Negative(Integer(2)), "-2"),
    (Negative(Decimal("0.5")), "-0.5"),
    (Plus(x, Integer(-2)), "x - 2"),
    (Plus(x, Decimal("-0.5")), "x - 0.5"),
    (Plus(x, Negative(Integer(-2))), "x - (-2)"),
    (Both(x > 0, x < 1, y > 0), "((x > 0) & (x < 1)) & (y > 0)"),
    (Plus(x, -oo), "x - oo"),
]


@pytest.mark.parametrize(("expression", "text"), SPELLINGS, ids=lambda case: str(case))
def test_every_spelling_becomes_the_one_that_text_reads(expression, text):
    assert str(inward(expression)) == text


def test_the_quotient_of_two_integers_in_lowest_terms_is_one_number():
    assert inward(Quotient(Integer(1), Integer(2))) == Rational(1, 2)
    assert isinstance(inward(Quotient(Integer(2), Integer(4))), Quotient)


@given(expressions)
def test_the_door_is_passed_once(expression):
    once = from_sympy(expression, {"X", "v", "w", "s"}, "test")
    assert from_sympy(once, {"X", "v", "w", "s"}, "test") == once


FINITE = {"X": np.array([[0.5, -1.5, 2.0], [1.25, 0.75, -0.5]]), "v": np.array([0.3, -0.8])}
FINITE |= {"w": np.array([1.5, -0.25, 0.4]), "s": np.float64(0.7)}
PLACE = {row: 1, other_row: 0, column: 2, other_column: 1}


def value(expression):
    """Return the number that an expression is at one place; None where it is none."""
    try:
        found = evaluate(expression, FINITE, PLACE, {N: 2})
    except (SymbackError, OverflowError, ZeroDivisionError):
        return None
    return complex(found) if abs(complex(found)) < 1e6 else None


@given(expressions)
def test_neither_the_door_nor_sympys_arithmetic_changes_a_value(expression):
    before = value(expression)
    written = from_sympy(expression, {"X", "v", "w", "s"}, "test")
    if before is not None:
        assert value(written) == pytest.approx(before, rel=1e-9, abs=1e-9)
        after = value(evaluated(written))
        if after is not None and not written.has(oo):
            assert after == pytest.approx(before, rel=1e-9, abs=1e-9)
