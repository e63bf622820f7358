"""Brackets and windows: every move keeps the value, whatever strides, offsets and widths are."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import Expr, Integer, Symbol

from symback.algebra.letters import Index
from symback.algebra.nodes import Delta, InRange, Iverson
from symback.algebra.operators import Both, Comparison
from symback.algebra.positions import Entry, affine
from symback.algebra.ranges import surely_fails, surely_holds
from symback.algebra.terms import ONE, Term, expression_of, term_expression, terms_of
from symback.compiler.interpreter import evaluate
from symback.derivation.knowledge import Knowledge
from symback.derivation.range_moves import (
    always_holds,
    disjoint_windows,
    equality_is_delta,
    never_holds,
)
from symback.network.text_fragments import parse_expression
from symback.network.text_reader import parse

a, b, p = Index("a", 7), Index("b", 4), Index("p", 5)
VALUES = {"x": np.arange(1.0, 8), "y": np.arange(2.0, 7)}
MOVES = (never_holds, always_holds, disjoint_windows, equality_is_delta)
SMALL = st.integers(-4, 4)


@st.composite
def positions(draw) -> Expr:
    chosen = draw(st.dictionaries(st.sampled_from((a, b, p)), st.integers(-3, 3), max_size=3))
    return affine(draw(SMALL), chosen)


@st.composite
def brackets(draw) -> Expr:
    position, low = draw(positions()), draw(SMALL)
    match draw(st.integers(0, 3)):
        case 0:
            return Delta(position, affine(low, {}))
        case 1:
            name = draw(st.sampled_from(("<", "<=", ">", ">=", "==", "!=")))
            return Iverson(Comparison(name, position, Integer(low)))
        case 2:
            sides = (Comparison("<=", Integer(low), a), Comparison("<", position, Integer(3)))
            return Iverson(Both(*sides))
        case _:
            return Iverson(InRange(position, Integer(low), Integer(low + draw(st.integers(1, 4)))))


def value(expression: Expr, i: int, j: int) -> float:
    return float(evaluate(expression, VALUES, {a: i, b: j}, {}))


@given(st.lists(brackets(), min_size=1, max_size=4))
@settings(max_examples=150, deadline=None)
def test_a_move_keeps_the_value(found: list[Expr]) -> None:
    term = Term(ONE, (Entry("y", p), *found, Entry("x", a)), (p,))
    for move in MOVES:
        made = move(term, Knowledge())
        if made is None:
            continue
        before, after = term_expression(term), expression_of(made[0])
        for i in range(7):
            for j in range(4):
                assert value(before, i, j) == value(after, i, j)


@given(positions(), st.lists(positions(), max_size=3))
@settings(max_examples=150, deadline=None)
def test_what_surely_holds_does_and_what_surely_fails_does_not(g: Expr, known: list[Expr]) -> None:
    holds, fails = surely_holds(g, known), surely_fails(g, known)
    for i in range(7):
        for j in range(4):
            for k in range(5):
                places = {a: i, b: j, p: k}
                number = lambda e: evaluate(e, {}, places, {})  # noqa: B023, E731
                if all(number(h) >= 0 for h in known):
                    assert not holds or number(g) >= 0
                    assert not fails or number(g) < 0


WORLD = parse("""
network world
index t:T u:T a:2*T n:N
input x[t] q[t] v[u] w[a]
input ids[n] integer
""")

# The move, what it is given, what it makes: symbolic sizes included.
MADE = (
    (always_holds, "x[t]*iverson(0 <= t < T)", "x[t]"),
    (always_holds, "x[t]*iverson(0 <= t + 1 < T)", None),
    (always_holds, "x[t]*iverson(0 <= t + 1 < T)*iverson(0 <= t + 1 < T + 1)",
     "x[t]*iverson(0 <= t + 1 < T)"),
    (always_holds, "x[t]*iverson(t < u)*iverson(u <= T - 2)*iverson(t <= T - 3)",
     "x[t]*iverson(t < u)*iverson(u <= T - 2)"),
    (always_holds, "x[t]*iverson((0 <= t) & (t <= u))", "x[t]*iverson(t <= u)"),
    (always_holds, "x[t]*iverson(t + 1 != 0)", "x[t]"),
    (always_holds, "x[t]*iverson(ids[n] >= 0)", None),
    (never_holds, "x[t]*iverson(t + T < T)", "0"),
    (never_holds, "x[t]*iverson(t < u)*iverson(u < t)", "0"),
    (never_holds, "x[t]*delta(t, 0)*iverson(1 <= t < T)", "0"),
    (never_holds, "x[t]*iverson(t < u)", None),
    (equality_is_delta, "sum(q[t]*iverson(t <= 0), t)", "sum(q[t]*delta(t, 0), t)"),
    (equality_is_delta, "sum(q[t]*iverson((T - 1 <= t) & (0 <= t)), t)",
     "sum(q[t]*delta(t, T - 1), t)"),
    (equality_is_delta, "sum(q[t]*iverson((t <= 0) & (2 <= t)), t)", None),
    (equality_is_delta, "q[t]*iverson(t <= 0)", None),
    (disjoint_windows, "sum(q[t]*iverson(0 <= a - 2*t < 2), t)", "q[a//2]"),
    (disjoint_windows, "sum(q[t]*iverson(0 <= a - 2*t < 3), t)", None),
    (disjoint_windows, "sum(q[t]*x[a - 2*t]*iverson(0 <= a - 2*t < 2), t)", "q[a//2]*x[a % 2]"),
    (disjoint_windows, "sum(q[t]*v[u]*x[a - 2*t]*iverson(0 <= a - 2*t < 2), t, u)", None),
    (disjoint_windows, "sum(q[t]*x[a - 2*t + 1]*iverson(0 <= a - 2*t < 2), t)", None),
    (disjoint_windows, "sum(q[t]*iverson(0 <= a - 2*t + 4 < 2), t)",
     "q[(a + 4)//2]*iverson(0 <= a + 4 < 2*T)"),
    (disjoint_windows, "sum(q[t]*iverson(0 <= 2*t - a < 2), t)",
     "q[(a + 1)//2]*iverson(0 <= a + 1 < 2*T)"),
)  # fmt: skip


@pytest.mark.parametrize(("move", "before", "after"), MADE)
def test_a_move_makes(move, before: str, after: str | None) -> None:

    (term,) = terms_of(parse_expression(before, WORLD))
    made = move(term, Knowledge())
    assert (None if made is None else str(expression_of(made[0]))) == after


def test_a_size_is_at_least_1() -> None:
    size = Symbol("T", integer=True, positive=True)
    t = Index("t", size)
    assert surely_holds(affine(size - 1, {t: -1}))
    assert not surely_holds(affine(size - 2, {t: -1}))
    assert surely_fails(affine(-size, {t: 1}))
