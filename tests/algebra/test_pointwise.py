"""Every row of the pointwise table: its derivatives against differences, what runs and is meant."""

import mpmath
import numpy as np
import pytest

from symback.algebra.functions import LANGUAGE
from symback.algebra.inward import from_sympy
from symback.algebra.operators import Pointwise
from symback.algebra.pointwise import POINTWISE, ROWS, pointwise_row
from symback.algebra.positions import Entry
from symback.compiler.interpreter import evaluate
from symback.errors import DefinitionError

# Points away from kinks and poles; the second argument is a slope, an α, or another value.
FIRST = (-2.3, -0.7, 0.4, 1.9)
SECOND = (0.15, 0.8)
SMOOTH_ROWS = [row for row in ROWS if row.name != "stop_gradient"]


def points(row):
    seconds = SECOND if row.arguments == 2 else (None,)
    for first in FIRST:
        for second in seconds:
            point = [mpmath.mpf(x) for x in (first, second) if x is not None]
            if all(evaluated(p, point) > 0 for p in row.positive(*operands(row))):
                yield point


def operands(row):
    return [Entry(name) for name in "ab"[: row.arguments]]


def evaluated(expression, point, output=0):
    names = dict(zip("ab", point, strict=False))
    return mpmath.mpf(evaluate(expression, {**names, "y": output}))


@pytest.mark.parametrize("row", SMOOTH_ROWS, ids=lambda row: row.name)
def test_a_derivative_equals_its_difference_quotient(row):
    for point in points(row):
        output = row.exact(*point)
        for number, derivative in enumerate(row.derivatives):
            found = evaluated(derivative(*operands(row), Entry("y")), point, output)

            def along(t, number=number, point=point):
                return row.exact(*(t if k == number else x for k, x in enumerate(point)))

            expected = mpmath.diff(along, point[number])
            assert mpmath.almosteq(found, expected, 1e-9, 1e-9), (point, number)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_what_runs_is_what_is_meant(row):
    for point in points(row):
        if isinstance(row.runs_as, str):
            found = getattr(np, row.runs_as, None)
            found = float(mpmath.erf(point[0])) if found is None else found(*map(float, point))
        else:
            found = float(evaluated(row.runs_as(*operands(row)), point))
        assert found == pytest.approx(float(row.exact(*point)), rel=1e-12)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_a_row_is_complete_and_in_the_language(row):
    assert len(row.derivatives) == row.arguments
    assert row.reason
    assert row.latex
    assert row.unicode
    assert row.name in LANGUAGE
    assert POINTWISE[row.name] is row


KINKS = {
    # (function, point, which argument) -> the derivative that is promised there
    ("relu", (0,), 0): 0,
    ("abs", (0,), 0): 0,
    ("sign", (0,), 0): 0,
    ("elu", (0, 0.5), 0): 1,
    ("leaky_relu", (0, 0.1), 0): 0.1,
    ("maximum", (2, 2), 0): 0,
    ("maximum", (2, 2), 1): 1,
    ("minimum", (2, 2), 0): 0,
    ("minimum", (2, 2), 1): 1,
    ("stop_gradient", (2,), 0): 0,
}


@pytest.mark.parametrize(("case", "expected"), KINKS.items(), ids=str)
def test_the_derivative_at_a_kink_is_the_promised_one(case, expected):
    name, point, number = case
    row = pointwise_row(name)
    output = row.exact(*map(mpmath.mpf, point))
    found = evaluated(row.derivatives[number](*operands(row), Entry("y")), point, output)
    assert found == mpmath.mpf(expected)


@pytest.mark.parametrize("row", [r for r in ROWS if r.kinks(*operands(r))], ids=lambda r: r.name)
def test_a_row_with_kinks_says_its_convention(row):
    assert row.convention


def test_maximum_with_zero_is_relu_with_the_same_derivative_at_zero():
    relu, maximum = pointwise_row("relu"), pointwise_row("maximum")
    for x in (-1, 0, 2):
        left = evaluated(relu.derivatives[0](Entry("a"), Entry("y")), [x])
        right = evaluated(maximum.derivatives[0](Entry("a"), Entry("b"), Entry("y")), [x, 0])
        assert left == right


def test_an_unknown_function_is_refused_with_the_list():
    with pytest.raises(DefinitionError, match="tanh"):
        pointwise_row("tanhh")


def test_stop_gradient_passes_its_value_through():
    assert evaluate(Pointwise("stop_gradient", Entry("a")), {"a": 3}) == 3


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_a_derivative_has_the_spelling_that_a_network_keeps(row):
    # So that the last line of a derivation is the equation in the derived network.
    for derivative in row.derivatives:
        written = derivative(*operands(row), Entry("y"))
        assert from_sympy(written, {"a", "b", "y"}, "test") == written
