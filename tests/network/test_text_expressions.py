"""Text becomes the same nodes as Python's operators build."""

import pytest
from sympy import Rational, floor, oo

from symback.algebra import functions as f
from symback.algebra.letters import indices, size_symbol
from symback.algebra.nodes import InRange
from symback.algebra.operators import Both, Comparison, Decimal, Either, Negative, Not
from symback.algebra.positions import Entry, as_position
from symback.network.tensors import Tensor
from symback.network.text_expressions import read_expression
from symback.network.text_scope import Scope
from symback.network.text_source import logical_lines, source_of

n, m, i, k, q = indices("n:N m:N i:3 k:K q:K")
N, K = size_symbol("N"), size_symbol("K")
TENSORS = {
    t.name: t
    for t in (Tensor("X", (n, i), "input"), Tensor("v", (k,), "input"), Tensor("x", (), "input"))
}
TENSORS["ids"] = Tensor("ids", (n,), "input", integer=True)
TENSORS |= {"y": Tensor("y", (), "input"), "at": Tensor("at", (), "input")}
SCOPE = Scope(TENSORS, {s.name: s for s in (n, m, i, k, q)}, {"N": N, "K": K})
X, v, x, y = Entry("X", n, i), Entry("v", k), Entry("x"), Entry("y")

READ = {
    "x + y - 2*x/y": x + y - 2 * x / y,
    "x - (y - 2)": x - (y - 2),
    "-x**2": -(x**2),
    "(-x)**-2": (-x) ** -2,
    "2**-x": 2 ** (-x),
    "x**y**2": x ** (y**2),
    "+x": x,
    "-3": f.as_expression(-3),
    "x*-3": x * -3,
    "1/2*x": Rational(1, 2) * x,
    "0.10*x": Decimal("0.10") * x,
    "1e-3 + .5 + 2.": Decimal("1e-3") + Decimal(".5") + Decimal("2."),
    "1_000*x": 1000 * x,
    "where(x > 0, x, -oo)": f.where(x > 0, x, -oo),
    "tanh(X[n,i])": f.tanh(X),
    "leaky_relu(x, 0.1)": f.leaky_relu(x, 0.1),
    "sum(X[n,i]*v[k], i, k)": f.sum_over(X * v, i, k),
    "sum(v[k], (k, 0, q - 1))": f.sum_over(v, (k, 0, q - 1)),
    "mean(X[n,i], n, i)": f.mean_over(X, n, i),
    "logsumexp(v[k], k)": f.logsumexp(v, k),
    "softmax(X[n,i], i)": f.softmax(X, i),
    "softmax(X[n,i], n, at=m)": f.softmax(X, n, at=m),
    "softmax(X[n,i], i, at=2 - i)": f.softmax(X, i, at=as_position(2 - i, "")),
    "delta(n, m)": f.delta(n, m),
    "X[N - 1 - n,2 - i]": Entry("X", as_position(N - 1 - n, ""), as_position(2 - i, "")),
    "X[0,2]": Entry("X", as_position(0, ""), as_position(2, "")),
    "n*x/N": n * x / N,
    "N//2*x": floor(N / 2) * x,
    "iverson(k <= q)": f.iverson(k <= q),
    "iverson(0 <= k < K)": f.iverson(InRange(k, f.as_expression(0), K)),
    "iverson(0 <= k - 1 < q)": f.iverson(InRange(as_position(k - 1, ""), f.as_expression(0), q)),
    "iverson(0 <= ids[n] < K)": f.iverson(InRange(Entry("ids", n), f.as_expression(0), K)),
    "iverson(0 < k < K)": f.iverson(
        Both(Comparison("<", f.as_expression(0), k), Comparison("<", k, K))
    ),
    "iverson(0 <= x < 1)": f.iverson(
        Both(Comparison("<=", f.as_expression(0), x), Comparison("<", x, f.as_expression(1)))
    ),
    "iverson(0 <= k <= q < K)": f.iverson(
        Both(
            Both(Comparison("<=", f.as_expression(0), k), Comparison("<=", k, q)),
            Comparison("<", q, K),
        )
    ),
    "iverson(x == 1 or y != 2)": f.iverson(Either(f.eq(x, 1), f.ne(y, 2))),
    "iverson(not x > 1 and y > 2 and k < 3)": f.iverson(Both(Both(Not(x > 1), y > 2), k < 3)),
    "iverson((x > 1) & ~(y > 2) | (k < 3))": f.iverson(Either(Both(x > 1, Not(y > 2)), k < 3)),
    "at*x": Entry("at") * x,
    "x - -y": x - (-y),
    "- x - - - y": -x - Negative(Negative(y)),
}


def piece(text):
    return next(logical_lines(source_of(text, "test")))


@pytest.mark.parametrize(("text", "expected"), READ.items(), ids=READ)
def test_text_builds_the_nodes_that_python_builds(text, expected):
    assert read_expression(piece(text), SCOPE) == expected


def test_whatever_python_reads_as_one_expression_may_stand_on_several_lines():
    assert read_expression(piece("sum(X[n,i]\n  *v[k],  # of all\n\n i, k)"), SCOPE) == f.sum_over(
        X * v, i, k
    )


def test_sums_of_a_thousand_terms_keep_their_order():
    text = " - ".join(f"{number}*x" for number in range(1000))
    read = read_expression(piece(text), SCOPE)
    assert len(read.args) == 1000
    assert str(read) == text
