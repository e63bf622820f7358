"""Every node: rebuilt from its operands, pickled, never evaluated."""

import copy
import pickle

import pytest
from sympy import Expr, Integer, Rational

from symback.algebra import functions as f
from symback.algebra.letters import indices
from symback.algebra.nodes import Bounded, IndexSum, InRange, Iverson, Partial, Total, Where
from symback.algebra.operators import (
    Both,
    Comparison,
    Decimal,
    Either,
    Negative,
    Not,
    Plus,
    Pointwise,
    Power,
    Quotient,
    Times,
)
from symback.algebra.positions import Affine, Entry, as_position
from symback.algebra.traversal import free_letters

i, j, k = indices("i:I j:J k:3")
x, X = Entry("x"), Entry("X", i, j)
NODES = [
    x,
    X,
    i,
    Decimal("0.10"),
    as_position(2 * i - j + 1, ""),
    Plus(x, X),
    Times(X, x, x),
    Negative(x),
    Quotient(x, X),
    Power(x, Integer(2)),
    Pointwise("tanh", x),
    Pointwise("maximum", x, X),
    Comparison("<=", x, X),
    InRange(i, Integer(0), Integer(3)),
    Both(x > 0, x < 1),
    Either(x > 0, x < 1),
    Not(x > 0),
    f.sum_over(X, i, j),
    f.sum_over(X, (j, 0, i - 1)),
    f.mean_over(X, i),
    f.logsumexp(X, i),
    f.softmax(X, i),
    f.softmax(X, i, at=0),
    f.max_over(X, i, j),
    f.max_over(X, (j, 0, i - 1)),
    f.min_over(X, i),
    f.product_over(X, i, (j, 0, i)),
    f.first(X, i),
    f.first(X, i, at=k),
    f.padded(Entry("X", as_position(i - 1, ""), j)),
    i // 2,
    (2 * i - j) // k.size,
    i % 2,
    Entry("X", Entry("ids", i), j),
    Entry("X", i // 2, (i + j) % 3),
    f.delta(i, j),
    Iverson(i <= j),
    Where(x > 0, x, X),
    Bounded(j, Integer(0), i),
    Partial(X, x),
    Total(X, x),
]


@pytest.mark.parametrize("node", NODES, ids=lambda e: f"{type(e).__name__}: {e}")
def test_a_node_rebuilds_pickles_and_copies(node):
    assert isinstance(node, Expr)
    assert node.func(*node.args) == node
    free_letters(node)
    assert pickle.loads(pickle.dumps(node)) == node
    assert copy.deepcopy(node) == node
    assert hash(node.func(*node.args)) == hash(node)


def test_nodes_do_not_evaluate():
    assert f.sum_over(x, i) == IndexSum(x, i)
    assert str(f.delta(k, k)) == "delta(k, k)"
    assert str(Iverson(Comparison("<", Integer(1), Integer(2)))) == "iverson(1 < 2)"
    assert str(Plus(Integer(1), Integer(1))) == "1 + 1"
    assert str(Times(x, Rational(0))) == "x*0"


def test_a_binder_binds_only_its_own_letters():
    assert free_letters(f.sum_over(X, i)) == {j}
    assert free_letters(f.sum_over(X, (j, 0, i - 1))) == {i}
    assert free_letters(f.softmax(X, i)) == {i, j}
    assert free_letters(f.softmax(X, i, at=k)) == {j, k}
    assert free_letters(f.sum_over(f.sum_over(X, i) * Entry("v", i), i)) == {j}


def test_an_affine_position_is_canonical():
    assert as_position(2 * i - j + 1, "") == as_position(1 - j + i + i, "")
    assert as_position(i - i + 3, "") == Integer(3)
    assert as_position(i + 0, "") == i
    assert isinstance(as_position(i + 1, ""), Affine)
