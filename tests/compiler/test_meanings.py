"""What the nodes that choose and the positions that are no letters mean, against NumPy."""

from __future__ import annotations

import numpy as np
import pytest
from sympy import Expr, Integer, Symbol, oo

import symback.algebra.functions as f
from symback.algebra.letters import indices
from symback.algebra.nodes import Bounded, First, Floored, IndexMax, IndexProduct, Padded, Remainder
from symback.algebra.operators import Comparison
from symback.algebra.positions import Entry, affine
from symback.compiler.interpreter import evaluate
from symback.errors import ValuesError

N, K = 4, 5
SIZES = {Symbol(name, integer=True, positive=True): size for name, size in (("N", N), ("K", K))}
n, k, m = indices("n:N k:K m:K")
x = Entry("x", n, k)


def values() -> dict[str, np.ndarray]:
    generator = np.random.default_rng(3)
    ids = generator.integers(0, K, N)
    return {
        "x": generator.normal(size=(N, K)), "ids": ids, "again": generator.integers(0, N, N),
        "E": generator.normal(size=(K, 2)),
    }  # fmt: skip


def row(expression: Expr, at: dict | None = None, **changed: np.ndarray) -> list[float]:
    """Return the numbers of an expression for all values of the letter n."""
    given = values() | changed
    return [float(evaluate(expression, given, {n: i} | (at or {}), SIZES)) for i in range(N)]


CASES = (
    ("largest", f.max_over(x, k), lambda v: v["x"].max(1)),
    ("smallest", f.min_over(x, k), lambda v: v["x"].min(1)),
    ("product", f.product_over(x, k), lambda v: v["x"].prod(1)),
    ("largest of two letters", f.max_over(x * Entry("x", n, m), k, m),
     lambda v: (v["x"][:, :, None] * v["x"][:, None, :]).max((1, 2))),
    ("largest within bounds", IndexMax(x, Bounded(k, Integer(0), n)),
     lambda v: [v["x"][i, : i + 1].max() for i in range(N)]),
    ("product within bounds", IndexProduct(x, Bounded(k, Integer(1), n)),
     lambda v: [v["x"][i, 1 : i + 1].prod() for i in range(N)]),
    ("padded", Padded(Entry("x", n, affine(-2, {n: 2}))),
     lambda v: [v["x"][i, 2 * i - 2] if 0 <= 2 * i - 2 < K else 0 for i in range(N)]),
    ("gather", Entry("E", Entry("ids", n), Integer(1)), lambda v: v["E"][v["ids"], 1]),
    ("gather of a gather", Entry("E", Entry("ids", Entry("again", n)), Integer(1)),
     lambda v: v["E"][v["ids"][v["again"]], 1]),
    ("floored position", Entry("x", n, Floored(n, Integer(2))),
     lambda v: [v["x"][i, i // 2] for i in range(N)]),
    ("floor of a negative position", Floored(affine(-3, {n: 1}), Integer(2)),
     lambda v: [(i - 3) // 2 for i in range(N)]),
    ("remainder of a negative position", Remainder(affine(-3, {n: 1}), Integer(4)),
     lambda v: [(i - 3) % 4 for i in range(N)]),
    ("remainder as a value", Remainder(n, Integer(3)) * x.func("x", n, Integer(0)),
     lambda v: [i % 3 * v["x"][i, 0] for i in range(N)]),
)  # fmt: skip


@pytest.mark.parametrize(
    ("expression", "expected"), [c[1:] for c in CASES], ids=[c[0] for c in CASES]
)
def test_a_node_means_what_numpy_computes(expression: Expr, expected) -> None:
    np.testing.assert_allclose(row(expression), expected(values()), rtol=1e-14)


def test_first_marks_one_place_also_where_several_are_largest() -> None:
    ties = np.array([[1, 2, 2, 0, 2], [3, 3, 3, 3, 3], [0, 0, 0, 0, 1], [5, 0, 5, 0, 0]])
    marks = [row(First(x, k, m), {m: place}, x=ties) for place in range(K)]
    np.testing.assert_array_equal(np.argmax(marks, axis=0), ties.argmax(1))
    np.testing.assert_array_equal(np.sum(marks, axis=0), 1)


def test_over_an_empty_range_the_largest_is_minus_infinity_and_a_product_1() -> None:
    empty = Bounded(k, Integer(1), Integer(0))
    assert row(IndexMax(x, empty)) == [-np.inf] * N
    assert row(IndexProduct(x, empty)) == [1] * N


def test_a_softmax_gives_nothing_to_what_is_masked_and_0_where_all_is() -> None:
    masked = f.where(Comparison("<", k, n), x, -oo)
    share = [row(f.softmax(masked, k, at=m), {m: place}) for place in range(K)]
    exponentials = np.exp(values()["x"]) * (np.arange(K) < np.arange(N)[:, None])
    expected = exponentials / np.maximum(exponentials.sum(1, keepdims=True), 1e-300)
    np.testing.assert_allclose(np.transpose(share), expected, rtol=1e-14)
    assert row(f.logsumexp(masked, k))[0] == -np.inf


@pytest.mark.parametrize("wrong", [-1, K])
def test_a_gather_outside_of_its_table_is_named(wrong: int) -> None:
    with pytest.raises(ValuesError, match=r"position \[" + str(wrong)):
        row(Entry("E", Entry("ids", n), Integer(0)), ids=np.full(N, wrong))


def test_choosing_needs_no_rounding() -> None:
    exact = {"x": np.array([[1, 3], [2, 2]])}
    sizes = dict.fromkeys(SIZES, 2)
    for expression, expected in ((f.max_over(x, k), 3), (f.product_over(x, k), 3)):
        assert evaluate(expression, exact, {n: 0}, sizes, exact=True) == expected
