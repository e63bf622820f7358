"""A factor measured at several points gets the name that a person would give it."""

from __future__ import annotations

from functools import cache

import pytest

import symback as sb
from symback.checking.claim import Point
from symback.checking.factors import named_factor
from symback.checking.points import Equations, float_kind, points_at, random_values
from symback.network.values import size_value

NETWORK = """
index n:N k:K h:64
constant lam = 0.37
input X[n,k]
parameter W[k,h] c
Z[n,h] = sum(X[n,k]*W[k,h], k) + c
loss L = mean(Z[n,h]**2, n, h) + lam*c**2
"""


@cache
def points() -> tuple[Point, ...]:
    derivation = sb.derive(sb.parse(NETWORK))
    equations = Equations(derivation, derivation.wrt)
    return tuple(points_at(equations, random_values(equations, 0, 3), float_kind))


def sizes(point: Point) -> tuple[int, int]:
    network = point.derivation.forward
    return tuple(size_value(network.sizes[name], point.sizes) for name in ("N", "K"))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("2", lambda p: 2),
        ("1/2", lambda p: 0.5),
        ("-1", lambda p: -1),
        ("-2/3", lambda p: -2 / 3),
        ("N", lambda p: sizes(p)[0]),
        ("1/N", lambda p: 1 / sizes(p)[0]),
        ("2·N", lambda p: 2 * sizes(p)[0]),
        ("2/N", lambda p: 2 / sizes(p)[0]),
        ("1/(2·N)", lambda p: 1 / (2 * sizes(p)[0])),
        ("-N", lambda p: -sizes(p)[0]),
        ("N·K", lambda p: sizes(p)[0] * sizes(p)[1]),
        ("N/K", lambda p: sizes(p)[0] / sizes(p)[1]),
        ("sqrt(N)", lambda p: sizes(p)[0] ** 0.5),
        ("-1/sqrt(K)", lambda p: -(sizes(p)[1] ** -0.5)),
        ("N/(N - 1)", lambda p: sizes(p)[0] / (sizes(p)[0] - 1)),
        ("64", lambda p: 64),
        ("1/64", lambda p: 1 / 64),
        ("c", lambda p: float(p.tensors["c"])),
        ("1/lam", lambda p: 1 / 0.37),
    ],
)
def test_a_factor_has_a_name(name: str, value) -> None:
    assert named_factor([value(point) for point in points()], points()) == name


@pytest.mark.parametrize("number", [0.0, 3.14159265, float("nan"), float("inf"), 13 / 17])
def test_a_number_that_is_nothing_known_has_no_name(number: float) -> None:
    assert named_factor([number] * 3, points()) is None


def test_a_factor_that_is_not_the_same_everywhere_has_no_name() -> None:
    assert named_factor([2, 2, 3.5], points()) is None


def test_the_rate_of_an_update_is_a_name_when_it_is_given() -> None:
    assert named_factor([0.123] * 3, points()) is None
    assert named_factor([-0.123] * 3, points(), more={"the rate": 0.123}) == "-the rate"
