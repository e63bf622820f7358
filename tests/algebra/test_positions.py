"""Positions: canonical form, their range over the box of the letters, and what is surely inside."""

import pytest
from sympy import Integer, Max, Rational

from symback.algebra.letters import indices, size_symbol
from symback.algebra.positions import (
    Entry,
    affine,
    as_position,
    bounds,
    combined,
    is_affine,
    parts,
    surely_inside,
    surely_nonnegative,
)
from symback.errors import DefinitionError

N, H, R = (size_symbol(name) for name in "NHR")
n, p, r, i = indices("n:N p:H-R+1 r:R i:3")

POSITIONS = {
    "n": n,
    "0": 0,
    "N - 1": N - 1,
    "N - 1 - n": N - 1 - n,
    "p + r": p + r,
    "2*p + r - 1": 2 * p + r - 1,
    "3*i - 2": i * 3 - 2,
    "6*i": 2 * i * 3,
    "-n": -n,
    "i - n": i - n,
    "H*N - 1 - n": N * H - 1 - n,
}


@pytest.mark.parametrize(("text", "position"), POSITIONS.items(), ids=POSITIONS)
def test_a_position_prints_as_it_is_read(text, position):
    assert str(Entry("X", as_position(position, ""))) == f"X[{text}]"


@pytest.mark.parametrize("value", [i * n, i / 2, i**2, Rational(1, 2), 0.5, Entry("x") + i, N * i])
def test_what_is_no_position_is_refused(value):
    with pytest.raises(DefinitionError, match="position"):
        as_position(value, "X")


def test_an_entry_may_stand_as_a_position_and_is_a_gather():
    gather = as_position(Entry("ids", n), "")
    assert gather == Entry("ids", n)
    assert not is_affine(gather)


RANGES = {
    n: (0, N - 1),
    as_position(N - 1 - n, ""): (0, N - 1),
    as_position(p + r, ""): (0, H - 1),
    as_position(2 * i - 1, ""): (-1, 3),
    as_position(-i, ""): (-2, 0),
    Integer(5): (5, 5),
}


@pytest.mark.parametrize(("position", "expected"), RANGES.items(), ids=str)
def test_bounds_are_the_extremes_over_the_box_of_the_letters(position, expected):
    assert bounds(position) == expected


INSIDE = [
    (n, N, True),
    (n, N + 1, True),
    (n, H, False),
    (as_position(N - 1 - n, ""), N, True),
    (as_position(n + 1, ""), N, False),
    (as_position(p + r, ""), H, True),
    (as_position(2 * i + 1, ""), Integer(6), True),
    (as_position(2 * i + 1, ""), Integer(5), False),
    (Integer(0), N, True),
    (Integer(1), N, False),
    (N - 1, N, True),
]


@pytest.mark.parametrize(("position", "size", "expected"), INSIDE, ids=str)
def test_surely_inside_holds_for_all_sizes(position, size, expected):
    assert surely_inside(position, size) is expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (N - 1, True),
        (N - 2, False),
        (N * H - 1, True),
        (N - H, False),
        (-N, False),
        (N**2 - N, True),
        (-Max(0, 2 - N), False),
        (-Max(0, 1 - N), True),
    ],
    ids=str,
)
def test_a_size_expression_is_surely_nonnegative_for_sizes_from_one_on(value, expected):
    assert surely_nonnegative(value) is expected


def test_combining_adds_coefficients_and_drops_zeros():
    assert combined((1, as_position(n + 1, "")), (-1, n)) == 1
    assert combined((2, i), (1, n)) == affine(0, {i: 2, n: 1})
    assert parts(affine(N, {i: -1})) == (N, {i: -1})
