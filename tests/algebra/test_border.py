"""To plain SymPy and back: the value stays, and nothing of ours is left."""

import pytest
import sympy
from sympy import KroneckerDelta, Piecewise, Sum, Symbol

from symback.algebra import functions as f
from symback.algebra.border import to_sympy
from symback.algebra.evaluated import evaluated
from symback.algebra.inward import from_sympy
from symback.algebra.letters import indices, size_symbol
from symback.algebra.operators import Operators
from symback.algebra.pointwise import ROWS
from symback.algebra.positions import Entry
from symback.compiler.interpreter import evaluate

n, i, j = indices("n:N i:3 j:3")
N = size_symbol("N")
X, v, x, y = Entry("X", n, i), Entry("v", i), Entry("x"), Entry("y")
LETTERS = {"n": n, "i": i, "j": j}
VALUES = {"X": [[0.5, -1.5, 2.0], [1.0, 0.25, -0.75]], "v": [0.3, 0.8, -0.4], "x": 0.6, "y": 1.7}

EXPRESSIONS = [
    x - y * 2,
    f.sum_over(X * v, i),
    f.sum_over(v, (i, 0, n)),
    f.mean_over(v, i) * n,
    f.logsumexp(v, i),
    f.softmax(v, i, at=j),
    f.softmax(X, i),
    f.delta(i, j) * x,
    f.iverson(i <= j) + f.where((x > 0) & ~(y > 2), x, y),
    Entry("X", n, f.as_position(2 - i, "")),
    f.maximum(x, y) - f.absolute(x),
    x / n.size + 0.25 * y,
    f.product_over(1 + v, i),
    f.product_over(v, (i, 0, n)),
    x * (j // 2) + (2 * j + n) % 3,
    Entry("v", (j + n) // 2) + Entry("v", (j + n) % 3),
]
# What SymPy has no form for: a function with our name.
NAMED = {
    "max(X[n, i], (i, 0, 2))": f.max_over(X, i),
    "min(v[i], (i, 0, n))": f.min_over(v, (i, 0, n)),
    "first(v[i], (i, 0, 2), j)": f.first(v, i, at=j),
    "padded(v[i - 1])": f.padded(Entry("v", f.as_position(i - 1, ""))),
}


@pytest.mark.parametrize("expression", EXPRESSIONS, ids=str)
def test_plain_sympy_holds_nothing_of_ours_and_comes_back_with_the_same_value(expression):
    out = to_sympy(expression)
    assert not out.has(Operators)
    back = from_sympy(out, set(VALUES), "test", LETTERS)
    place = {n: 1, i: 0, j: 2}
    one = evaluate(expression, VALUES, place, {N: 2})
    other = evaluate(back, VALUES, place, {N: 2})
    assert float(one) == pytest.approx(float(other), rel=1e-12)


@pytest.mark.parametrize(("text", "expression"), NAMED.items(), ids=NAMED)
def test_what_sympy_lacks_is_a_function_with_our_name(text, expression):
    out = to_sympy(expression)
    assert not out.has(Operators)
    assert str(out) == text


def test_a_softmax_read_at_a_floor_is_written_out():
    out = to_sympy(f.softmax(Entry("v", (i + j) // 2), j, at=n // 2))
    assert "floor(i/2 + floor(n/2)/2)" in str(out)


def test_sums_deltas_and_choices_become_sympys_own():
    assert to_sympy(f.sum_over(v, i)).has(Sum)
    assert to_sympy(f.delta(i, j)) == KroneckerDelta(
        Symbol("i", integer=True), Symbol("j", integer=True)
    )
    assert to_sympy(f.where(x > 0, x, y)).has(Piecewise)


@pytest.mark.parametrize("row", [r for r in ROWS if r.arguments == 1], ids=lambda r: r.name)
def test_a_pointwise_function_is_sympys_where_sympy_has_it(row):
    out = to_sympy(f.call(row.name, x))
    value = out.subs(Symbol("x", real=True), sympy.Rational(3, 5))
    if value.is_number and not value.atoms(sympy.Function(row.name)):
        assert float(value) == pytest.approx(float(row.exact(0.6)), rel=1e-12)


def test_sympys_arithmetic_sorts_and_merges():
    assert evaluated(x + x) == sympy.Mul(2, x)
    assert evaluated(x * x).is_Pow
    assert evaluated(0.1 * x) == sympy.Mul(sympy.Rational(1, 10), x)
    assert evaluated(f.mean_over(v, i)).is_Mul


@pytest.mark.parametrize(
    "power",
    [
        (2 * x) ** (x - x + 10**10),
        10 ** (10 ** (x - x + 10)),
        (((2 * x) ** 1000) ** 1000) ** 1000,
        (3 + 0 * x) ** 10**9,
    ],
    ids=str,
)
def test_a_number_without_end_is_left_as_a_power(power):
    assert evaluated(power).has(sympy.Pow)
