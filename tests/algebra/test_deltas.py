"""Solving deltas: transposes, full convolutions, strides, diagonals."""

from __future__ import annotations

import pytest

from symback.algebra.deltas import solve_deltas
from symback.algebra.letters import Index, indices
from symback.algebra.nodes import Delta
from symback.algebra.positions import Entry, as_position
from symback.algebra.terms import ONE, Term, term_expression

n, i, j, p, r, a, q = indices("n:N i:D j:D p:P r:R a:A q:3")
t, u = Index("t", "T"), Index("u", "T")


def read(name: str, *positions: object) -> Entry:
    return Entry(name, *(as_position(x, name) for x in positions))


def delta(left: object, right: object) -> Delta:
    return Delta(as_position(left, "delta"), as_position(right, "delta"))


CASES = {
    "Σ_j a_j δ_ij -> a_i": (Term(ONE, (read("a", j), delta(i, j)), (j,)), "a[i]"),
    "full convolution": (
        Term(ONE, (read("z", p), read("K", r), delta(p + r, a)), (p, r)),
        "sum(z[a - r]*K[r]*iverson(0 <= a - r < P), r)",
    ),
    "stride 2 solves the tap": (
        Term(ONE, (read("z", p), read("K", r), delta(2 * p + r, a)), (p, r)),
        "sum(z[p]*K[a - 2*p]*iverson(0 <= a - 2*p < R), p)",
    ),
    "stride 2 with dilation 3 stays": (
        Term(ONE, (read("z", p), read("K", r), delta(2 * p + 3 * r, a)), (p, r)),
        "sum(z[p]*K[r]*delta(2*p + 3*r, a), p, r)",
    ),
    "a lag reads the next step": (
        Term(ONE, (read("z", t), delta(t - 1, u)), (t,)),
        "z[u + 1]*iverson(0 <= u + 1 < T)",
    ),
    "reversed order": (
        Term(ONE, (read("z", t), delta(t.size - 1 - t, u)), (t,)),
        "z[T - 1 - u]",
    ),
    "two deltas for one letter leave one": (
        Term(ONE, (read("z", j), delta(j, i), delta(j, j)), (j,)),
        "z[i]",
    ),
    "a delta of free letters stays": (Term(ONE, (delta(i, j),), ()), "delta(i, j)"),
    "a constant position is a slice": (
        Term(ONE, (read("z", n), delta(2, q)), (n,)),
        "delta(2, q)*sum(z[n], n)",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_deltas_are_solved_where_a_letter_has_coefficient_one(case: str) -> None:
    term, expected = CASES[case]
    solved, _ = solve_deltas(term)
    assert str(term_expression(solved)) == expected


def test_different_numbers_make_the_term_vanish() -> None:
    assert solve_deltas(Term(ONE, (delta(0, 1),), ()))[0] is None


def test_of_two_deltas_the_one_between_letters_is_solved_first():
    factors = (read("h", t), delta(t, 0), delta(t, u))
    solved, _ = solve_deltas(Term(ONE, factors, (t,)))
    assert str(term_expression(solved)) == "h[u]*delta(u, 0)"
