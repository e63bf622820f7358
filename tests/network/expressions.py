"""Random expressions of every form of the language, as people and as rules build them."""

from __future__ import annotations

from hypothesis import strategies as st
from sympy import Expr, Float, Integer, Rational, oo, pi

from symback.algebra import functions as f
from symback.algebra.letters import indices, size_symbol
from symback.algebra.nodes import Bounded, IndexSum, InRange, Iverson, Where
from symback.algebra.operators import (
    Both,
    Comparison,
    Decimal,
    Either,
    Negative,
    Not,
    Plus,
    Power,
    Quotient,
    Times,
)
from symback.algebra.positions import Entry
from symback.network.network import Network

n, m, i, j = indices("n:N m:N i:3 j:3")
N = size_symbol("N")
LETTERS = (n, m, i, j)


def network_with(expression: Expr) -> Network:
    """Return a network whose equation Z reads X, v, w and s as the expression does."""
    net = Network("random")
    net.input("X", n, i)
    net.input("v", n)
    net.parameter("w", i)
    net.parameter("s")
    net.define("Z", (n, i), f.sum_over(expression, m, j))
    return net


positions_n = st.sampled_from([n, m, Integer(0), N - 1, f.as_position(N - 1 - n, ""), m // 2])
positions_i = st.sampled_from(
    [i, j, Integer(0), Integer(2), f.as_position(2 - i, ""), (n + 2 * i) % 3, (i + j) // 2]
)
# Positions that lie outside for some values of the letters.
astray = st.sampled_from([f.as_position(p, "") for p in (n - 1, 2 * n + i - 3, i - n, n // 2)])
entries = st.one_of(
    st.builds(lambda a, b: Entry("X", a, b), positions_n, positions_i),
    st.builds(lambda a: Entry("v", a), positions_n),
    st.builds(lambda a: Entry("w", a), positions_i),
    st.just(Entry("s")),
)
numbers = st.one_of(
    st.integers(-12, 12).map(Integer),
    st.fractions(-3, 3, max_denominator=7).map(lambda q: Rational(q.numerator, q.denominator)),
    st.sampled_from(["0.10", "1e-5", "-0.5", "2.", ".25", "1E3", "-1.5e+2"]).map(Decimal),
    st.sampled_from([pi, oo, -oo, Float(0.3), N, N - 1, 2 * N, n, i, m, j]),
)
POINTWISE = ("exp", "tanh", "relu", "log1p", "stop_gradient", "abs")


def _compound(parts: st.SearchStrategy) -> st.SearchStrategy:
    several = st.lists(parts, min_size=1, max_size=3)
    conditions = _conditions(parts)
    exponents = st.sampled_from([Integer(2), Integer(-1), Rational(1, 2), Rational(-3, 2)])
    return st.one_of(
        several.map(lambda t: Plus(*t)),
        several.map(lambda t: Times(*t)),
        parts.map(Negative),
        st.builds(Quotient, parts, _nonzero(parts)),
        st.builds(Power, _nonzero(parts), st.one_of(exponents, entries)),
        st.builds(lambda a, b: a - b, _nodes(parts), parts),
        st.builds(lambda a, b: -a * b, _nodes(parts), parts),
        st.builds(lambda name, a: f.call(name, a), st.sampled_from(POINTWISE), parts),
        st.builds(lambda a, b: f.maximum(a, b), parts, parts),
        st.builds(lambda a, k: f.sum_over(a, k), parts, st.sampled_from([n, m, i])),
        st.builds(lambda a: f.mean_over(a, m, j), parts),
        st.builds(lambda a, k: f.logsumexp(a, k), parts, st.sampled_from([n, j])),
        st.builds(lambda a, p: f.softmax(a, j, at=p), parts, positions_i),
        st.builds(lambda a: IndexSum(a, Bounded(j, Integer(0), i)), parts),
        st.builds(lambda a, k: f.max_over(a, k, j), parts, st.sampled_from([n, i, (i, 0, j)])),
        st.builds(lambda a, k: f.min_over(a, k), parts, st.sampled_from([m, (i, j, 2)])),
        st.builds(lambda a, k: f.product_over(a, k), parts, st.sampled_from([n, j, (i, 1, j)])),
        st.builds(lambda a, p: f.first(a, j, at=p), parts, positions_i),
        st.builds(lambda p, q: f.padded(Entry("X", p, q)), astray, astray),
        st.builds(lambda p, q: p % 2 * q, st.sampled_from([n, i, n + 2 * j, N]), parts),
        st.builds(f.delta, positions_n, positions_n),
        st.builds(Iverson, conditions),
        st.builds(Where, conditions, parts, parts),
    )


def _conditions(parts: st.SearchStrategy) -> st.SearchStrategy:
    operators = st.sampled_from(["<", "<=", ">", ">=", "==", "!="])
    simple = st.one_of(
        st.builds(Comparison, operators, parts, parts),
        st.builds(InRange, positions_n, st.just(Integer(0)), st.just(N)),
    )
    return st.one_of(
        simple,
        st.builds(Both, simple, simple, simple),
        st.builds(Either, simple, simple),
        st.builds(Not, simple),
    )


def _nodes(parts: st.SearchStrategy) -> st.SearchStrategy:
    """Only our own nodes: Python's operators on two SymPy numbers are not ours to order."""
    return st.one_of(entries, parts.map(Negative))


def _nonzero(parts: st.SearchStrategy) -> st.SearchStrategy:
    """Nothing that a network refuses as a division by zero."""
    return parts.map(lambda e: Plus(e, Entry("s")))


expressions = st.recursive(st.one_of(entries, numbers), _compound, max_leaves=12)
