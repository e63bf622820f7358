"""Text of expressions: brackets where they are needed, nowhere else."""

import pytest
from sympy import Integer, Pow, Rational, floor, oo, pi

from symback.algebra import functions as f
from symback.algebra.letters import indices, size_symbol
from symback.algebra.nodes import InRange, Iverson, Partial, Total
from symback.algebra.operators import Negative, Not, Plus, Power, Quotient, Times
from symback.algebra.plain import plain
from symback.algebra.positions import Entry, as_position

i, j, k = indices("i:I j:I k:3")
x, y, z = (Entry(name) for name in "xyz")
X = Entry("X", i, j)
N = size_symbol("N")

TEXTS = {
    "x - (y + z)": x - (y + z),
    "x - (y - z)": x - (y - z),
    "x/(y*z)": x / (y * z),
    "x*(y*z)": x * (y * z),
    "-x**2": -(x**2),
    "(-x)**2": (-x) ** 2,
    "2*(x + y)": 2 * (x + y),
    "(x + y)*(x - y)": (x + y) * (x - y),
    "(x + y)/(x - y)": (x + y) / (x - y),
    "x**(1/2)": Power(x, Rational(1, 2)),
    "(1/2)**x": Power(Rational(1, 2), x),
    "x**(-1)": Power(x, Integer(-1)),
    "(-2)**x": Power(Integer(-2), x),
    "x*(-2)": Times(x, Integer(-2)),
    "-(-x)": Negative(Negative(x)),
    "x - (-y)": Plus(x, Negative(Negative(y))),
    "1/2/x": Quotient(Rational(1, 2), x),
    "x/(1/2)": Quotient(x, Rational(1, 2)),
    "-(x + y)": -(x + y),
    "x + oo*pi": Plus(x, Times(oo, pi)),
    "sum(X[i,j], i, (j, 0, i - 1))": f.sum_over(X, i, (j, 0, i - 1)),
    "softmax(X[i,j], j)": f.softmax(X, j),
    "softmax(X[i,j], j, at=k)": f.softmax(X, j, at=k),
    "X[2 - i,N - 1]": Entry("X", as_position(2 - i, ""), N - 1),
    "where(x > 0, x, -x)": f.where(x > 0, x, -x),
    "iverson(0 <= i - 1 < N)": Iverson(InRange(as_position(i - 1, ""), Integer(0), N)),
    "iverson((x > 0) & ((y > 0) | ~(z == 1)))": f.iverson((x > 0) & ((y > 0) | Not(f.eq(z, 1)))),
    "delta(i, j + 1)": f.delta(i, j + 1),
    "max(X[i,j], j)": f.max_over(X, j),
    "min(X[i,j], i, (j, 0, i - 1))": f.min_over(X, i, (j, 0, i - 1)),
    "prod(X[i,j], (j, 1, i))": f.product_over(X, (j, 1, i)),
    "first(X[i,j], j)": f.first(X, j),
    "first(X[i,j], j, at=k)": f.first(X, j, at=k),
    "padded(X[i - 1,2*j + k - 1])": f.padded(
        Entry("X", as_position(i - 1, ""), as_position(2 * j + k - 1, ""))
    ),
    "X[ids[i],j]": Entry("X", Entry("ids", i), j),
    "X[ids[m[i]],j]": Entry("X", Entry("ids", Entry("m", i)), j),
    "X[i//2,j % 3]": Entry("X", i // 2, j % 3),
    "X[(2*i + j)//2,(i - j) % 3]": Entry("X", (2 * i + j) // 2, (i - j) % 3),
    "x*(i//2)": x * (i // 2),
    "(i//2)*x": (i // 2) * x,
    "-(i//2)": -(i // 2),
    "x - (i//2)": x - i // 2,
    "x/(i % 2)": x / (i % 2),
    "(i % 2)**2": (i % 2) ** 2,
    "iverson(0 <= i//2 < N)": Iverson(InRange(i // 2, Integer(0), N)),
    "∂x/∂y": Partial(x, y),
    "(N - 1)//2": floor((N - 1) / 2),
    "x**(N - 1)": Power(x, N - 1),
    "1/N": 1 / N,
    "2*N/3": 2 * N / 3,
    "1/N**2": N**-2,
}


@pytest.mark.parametrize(("text", "expression"), TEXTS.items(), ids=TEXTS)
def test_text_has_the_brackets_that_it_needs(text, expression):
    assert plain(expression) == text


def test_a_total_derivative_prints_like_a_partial_one():
    assert plain(Total(x, X)) == "∂x/∂X[i,j]"


def test_an_expression_too_deep_to_print_says_so():
    deep = x
    for _ in range(5000):
        deep = f.tanh(deep)
    assert "too deep" in str(deep)
    assert plain(Pow(N, 2)) == "N**2"
