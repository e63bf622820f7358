import pytest
from hypothesis import given
from sympy import Integer

from symback.algebra.functions import sum_over, tanh
from symback.algebra.positions import Entry
from symback.notation.aligned import broken
from symback.notation.extents import extent
from symback.notation.latex import latex_of
from symback.notation.layout import layout
from symback.notation.unicode import text_of, unicode_of, width
from tests.notation.formula_reader import (
    FROM_LATEX,
    FROM_UNICODE,
    expressions,
    same_value,
)
from tests.notation.formulas import X, a, b, c, i, one, w1


def long_sum(count, prefix="w"):
    total = Entry(f"{prefix}0") * a
    for number in range(1, count):
        total = total + Entry(f"{prefix}{number}") * a * (one - a)
    return total


def columns(tree):
    return (float(width(text_of(tree, True))),)


def rows(expression, limit=40.0):
    return [unicode_of(r) for r in broken(layout(expression), columns, (limit,), flat=True)]


def test_what_fits_is_not_broken():
    tree = layout(a + b)
    assert broken(tree, columns, (40.0,), flat=True) == (tree,)


def test_a_sum_is_broken_before_a_sign():
    assert rows(long_sum(5)) == [
        "w0·a + w1·a·(1 − a) + w2·a·(1 − a)",
        "+ w3·a·(1 − a) + w4·a·(1 − a)",
    ]


def test_a_term_that_finds_room_in_a_row_begins_one_and_one_that_goes_on_ends_its_own():
    long = Entry("first_long_name") * Entry("second_long_name") * Entry("third_long_name")
    assert rows(Entry("first_name") * a + Entry("second_long_name") * Entry("third_name")) == [
        "first_name·a",
        "+ second_long_name·third_name",
    ]
    assert rows(long + Entry("fourth") * a) == [
        "first_long_name·second_long_name",
        "·third_long_name + fourth·a",
    ]
    assert rows(long + long)[1:3] == ["·third_long_name", "+ first_long_name·second_long_name"]


def test_a_sum_in_brackets_is_broken_inside_them():
    broken_rows = rows(b * long_sum(6) * c)
    assert broken_rows[0].startswith("b·(w0·a + ")
    assert broken_rows[-1].endswith(")·c")
    assert all(row.startswith(("+", "·")) for row in broken_rows[1:])


def test_short_brackets_are_kept_whole():
    first, second = rows(Entry("first_long_name") * Entry("second_long_name") * (one - w1), 36.0)
    assert (first, second) == ("first_long_name·second_long_name", "·(1 − w1)")


@pytest.mark.parametrize(
    "expression",
    [sum_over(long_sum(8) * X, i), tanh(long_sum(8)), long_sum(8) / Entry("N"), -long_sum(8) * a],
)
def test_long_sums_within_other_forms_are_broken(expression):
    found = rows(expression)
    assert len(found) > 2
    assert all(width(row) <= 40 for row in found)


def test_a_fraction_that_is_too_long_becomes_a_factor():
    assert rows(long_sum(6) / Entry("N"))[0].startswith("(1/N)·(w0·a")


def test_what_cannot_be_broken_stays_whole():
    assert rows(Entry("a" * 60)) == ["a" * 60]


@given(expressions())
def test_rows_together_have_the_value_of_the_formula(expression):
    parts = broken(layout(expression), columns, (12.0,), flat=True)
    text = " ".join(unicode_of(part) for part in parts)
    assert same_value(text, FROM_UNICODE, expression)
    parts = broken(layout(expression), lambda tree: (extent(tree),), (5.0,))
    text = " ".join(latex_of(part) for part in parts)
    assert same_value(text, FROM_LATEX, expression)


def test_rows_stay_within_the_limit():
    for limit in (20.0, 33.0, 57.0):
        assert all(width(row) <= limit for row in rows(long_sum(40), limit))


def test_the_same_formula_is_broken_the_same_way():
    formula = long_sum(20) * Integer(2)
    assert rows(formula) == rows(formula)
