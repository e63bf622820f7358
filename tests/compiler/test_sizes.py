"""Sizes and numbers as Python text."""

import math

import numpy as np
import pytest
from sympy import Float, Integer, Max, Rational, oo, pi, sqrt, symbols

from symback.algebra.letters import parse_size
from symback.compiler.names import Names
from symback.compiler.runtime import check_inside, erf, flat_places, places, strided
from symback.compiler.sizes import nearest, number_text, size_text

N, H, R = symbols("N H R", integer=True, positive=True)

SIZES = {
    "64": Integer(64),
    "N": N,
    "H - R + 1": parse_size("H-R+1"),
    "(H - R - 1) // 2 + 1": parse_size("(H-R-1)//2+1"),
    "2 * N": 2 * N,
    "N * (H // 2)": N * parse_size("H//2"),
    "N * (2 * (H // 2) - 2)": N * 2 * (parse_size("H//2") - 1),
    "2 * N * (H // 2) * (H // 3)": 2 * N * parse_size("H//3") * parse_size("H//2"),
    "N ** 2": N**2,
    "max(0, N - 3)": Max(0, N - 3),
    "-N": -N,
    "-(H // 2) + 2 * N": 2 * N - parse_size("H//2"),
    "-((H - 1) // 3) + 2 * ((H - R) // 2)": 2 * parse_size("(H-R)//2") - parse_size("(H-1)//3"),
    "max(0, -(H // 2))": Max(0, -parse_size("H//2"), evaluate=False),
}


@pytest.mark.parametrize("text", SIZES)
def test_sizes_are_written_in_integers(text):
    where = {"N": 5, "H": 13, "R": 4, "max": max}
    symbolic = {N: 5, H: 13, R: 4}
    written = size_text(SIZES[text])
    assert written.count("//") == text.count("//")
    assert eval(written, {}, where) == eval(text, {}, where) == SIZES[text].xreplace(symbolic)


NUMBERS = {
    "1/3": (Rational(1, 3), 1 / 3),
    "a half": (Rational(1, 2), 0.5),
    "pi": (pi, math.pi),
    "root": (sqrt(2 / pi), 0.7978845608028654),
    "many digits": (Float("0.1000000000000000055511151231257827", 40), 0.1),
    "infinity": (oo, math.inf),
    "too large": (Integer(10) ** 400, math.inf),
    "by a size": (1 / N, 0.2),
    "by minus a size": (-2 / N, -0.4),
    "of two sizes": (3 * N / (2 * H), 15 / 24),
    "of a sum": ((N + 1) / Integer(7), 6 / 7),
    "irrational by a size": (sqrt(2) / N, math.sqrt(2) / 5),
    "sum with an irrational": (N + sqrt(2), 5 + math.sqrt(2)),
    "an integer expression": (N - 1, 4),
}


@pytest.mark.parametrize("row", NUMBERS)
def test_numbers_are_the_nearest_doubles(row):
    number, expected = NUMBERS[row]
    found = eval(number_text(number), {}, {"N": 5, "H": 12, "inf": math.inf})
    assert found == pytest.approx(expected, rel=2e-16)


def test_nearest_is_correctly_rounded():
    assert nearest(Rational(1, 3)) == 1 / 3
    assert nearest(Rational(10**30 + 1, 10**30)) == 1.0


def test_names_count_on_from_what_is_taken():
    names = Names(["Z1", "Z1_1", "half"])
    assert names.fresh("Z1_1") == "Z1_2"
    assert names.fresh("Z1_1") == "Z1_3"
    assert names.fresh("half") == "half_1"
    assert names.fresh("free") == "free"


def test_erf_is_right_to_the_last_digits():
    x = np.concatenate([np.linspace(-7, 7, 2001), [1e-300, -1e-9, 0.0, np.inf, -np.inf]])
    expected = np.array([math.erf(v) for v in x])
    np.testing.assert_allclose(erf(x), expected, rtol=1e-15, atol=0)
    assert np.isnan(erf(np.nan))
    assert erf(np.float32(0.5)).dtype == "float32"


def test_a_strided_view_reads_what_it_says():
    x = np.arange(12.0).reshape(3, 4)
    assert strided(x, (0, 3), (4,), ((0, -1),)).tolist() == [3, 2, 1, 0]
    assert strided(x, (0, 0), (3,), ((1, 1),)).tolist() == [0, 5, 10]
    assert strided(x, (2, 1), (2, 3), ((-1, 0), (0, 1))).tolist() == [[9, 10, 11], [5, 6, 7]]


def test_places_are_affine_in_the_letters_of_a_box():
    assert places((2, 3), -1, (3, 1)).tolist() == [[-1, 0, 1], [2, 3, 4]]


def test_places_outside_are_moved_to_the_border():
    found = flat_places((2, 3), (1, None), np.array([-1, 0, 2, 3]))
    assert found.tolist() == [3, 3, 5, 5]


def test_a_place_outside_counts_only_where_the_guards_hold():
    guard = np.array([False, True, True])
    check_inside("x[n - 1]", 3, np.arange(3) - 1, guard)
    with pytest.raises(IndexError, match=r"x\[n - 1\] lies outside of its tensor at \(0,\)"):
        check_inside("x[n - 1]", 3, np.arange(3) - 1, ~guard)


@pytest.mark.parametrize(("corner", "steps"), [((1,), ((2,),)), ((2,), ((-1,),)), ((5,), ((0,),))])
def test_no_view_reaches_outside_of_its_array(corner, steps):
    with pytest.raises(IndexError, match="axis of length 5"):
        strided(np.arange(5.0), corner, (4,), steps)
    assert strided(np.arange(5.0), (0,), (3,), ((2,),)).tolist() == [0, 2, 4]
