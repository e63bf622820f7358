"""Forms: one form for one value, whatever its letters are called and however it is written."""

import pytest
from sympy import Integer, Rational

from symback.algebra import functions as f
from symback.algebra.letters import indices
from symback.compiler.forms import Forms
from symback.compiler.pieces import ONE
from symback.compiler.reading import Reader
from symback.network.network import Network

n, m, i, j, k = indices("n:N m:N i:I j:I k:K")
NET = Network()
X, W, A, b, c, s = (
    NET.input("X", n, i), NET.input("W", i, k), NET.input("A", n, i), NET.input("b", i),
    NET.input("c", k), NET.input("s"),
)  # fmt: skip


def read(*expressions):
    reader = Reader(NET, Forms())
    return [reader.read(e) for e in expressions]


SAME = {
    "names of free letters": (X[n, i] * b[i], X[m, j] * b[j]),
    "names of bound letters": (f.sum_over(b[i], i), f.sum_over(b[j], j)),
    "order of factors": (X[n, i] * b[i], b[i] * X[n, i]),
    "order of summands": (X[n, i] + A[n, i], A[n, i] + X[n, i]),
    "order of letters of a sum": (
        f.sum_over(X[n, i], n, i), f.sum_over(f.sum_over(X[n, i], i), n)),
    "x*x and x**2": (s * s, s**2),
    "x/y and x*y**-1": (s / b[i], s * b[i] ** -1),
    "mean and sum by size": (f.mean_over(b[i], i), f.sum_over(b[i], i) / i.size),
    "a number taken out of a sum": (f.sum_over(2 * b[i], i), 2 * f.sum_over(b[i], i)),
    "a factor taken out of a sum": (f.sum_over(s * b[i], i), s * f.sum_over(b[i], i)),
    "a common factor": (X[n, i] * b[i] + A[n, i] * b[i], (X[n, i] + A[n, i]) * b[i]),
    "a common divisor": (X[n, i] / b[i] - A[n, i] / b[i], (X[n, i] - A[n, i]) / b[i]),
    "brackets of sums": (s - (b[i] - s), 2 * s - b[i]),
    "independent sums": (
        f.sum_over(b[i] * c[k], i, k), f.sum_over(b[i], i) * f.sum_over(c[k], k)),
    "an absent letter": (f.sum_over(s, i), s * i.size),
    "the softmax of another letter": (f.softmax(X[n, i], i), f.softmax(X[m, j], j)),
}  # fmt: skip


@pytest.mark.parametrize("row", SAME)
def test_equal_values_are_one_form(row):
    first, second = read(*SAME[row])
    assert first.form is second.form


DIFFERENT = {
    "another entry": (X[n, i] * b[i], A[n, i] * b[i]),
    "other axes": (X[n, i] * X[m, i], X[n, i] * X[n, j]),
    "another size": (f.sum_over(s, i), f.sum_over(s, k)),
    "0/0 is not 1": (s / s, s**0),
    "squared once more": (s**2, s**3),
}


@pytest.mark.parametrize("row", DIFFERENT)
def test_other_values_are_other_forms(row):
    first, second = read(*DIFFERENT[row])
    assert first != second


def test_a_difference_and_its_opposite_are_one_form():
    reader = Reader(NET, Forms())
    one, other = reader.read(s - b[i]), reader.read(b[i] - s)
    assert reader.forms.split(one)[1] == reader.forms.split(other)[1]
    assert reader.forms.split(one)[0] == -reader.forms.split(other)[0]


def test_the_coefficient_stands_apart():
    reader = Reader(NET, Forms())
    coefficient, rest = reader.forms.split(reader.read(-2 * s * b[i] / 3))
    assert coefficient == Rational(-2, 3)
    assert rest == reader.read(s * b[i])


def test_sums_are_distributed_only_where_an_array_would_grow():
    reader = Reader(NET, Forms())
    kept = reader.read(f.sum_over((X[n, i] - b[i]) ** 2, i))
    assert kept.form.kind == "sum"
    split = reader.read(f.sum_over(X[n, i] * W[i, k] + c[k], i))
    assert split.form.kind == "plus"


def test_softmax_and_log_sum_exp_share_their_exponentials():
    reader = Reader(NET, Forms())
    before = len(reader.forms._forms)
    reader.read(f.softmax(X[n, i], i))
    softmax = len(reader.forms._forms)
    reader.read(f.logsumexp(X[n, j], j))
    assert len(reader.forms._forms) - softmax < softmax - before


def test_what_reads_no_tensor_is_static():
    static, other = read(f.iverson(i <= n) * 2, f.iverson(i <= n) * s)
    assert static.form.static
    assert not other.form.static


@pytest.mark.parametrize(
    ("expression", "finite"),
    [(s * b[i], True), (s / b[i], False), (f.log(s), False), (f.exp(s), False),
     (f.tanh(s) + f.softmax(b[i], i), False), (f.logsumexp(b[i], i), False),
     (f.relu(s) * Integer(2), True)],
)  # fmt: skip
def test_what_is_surely_finite_is_known(expression, finite):
    assert read(expression)[0].form.finite is finite


def test_numbers_are_exact_until_they_are_written():
    assert read(Integer(2) * (Integer(1) * 2 + 1) / 9)[0].constant == Rational(2, 3)
    assert read(s * 0)[0].constant == 0
    assert read(Integer(3) / 3)[0].constant is ONE
