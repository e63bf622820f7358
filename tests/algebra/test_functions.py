"""The functions of the language: what they build and what they refuse."""

import pytest

from symback.algebra import functions as f
from symback.algebra.letters import indices
from symback.algebra.nodes import Delta, IndexMean, IndexSum, Iverson, LogSumExp, Softmax, Where
from symback.algebra.operators import Pointwise
from symback.algebra.positions import Entry
from symback.errors import DefinitionError

n, i = indices("n:N i:3")
X, x = Entry("X", n, i), Entry("x")

BUILT = {
    "sum": (lambda: f.sum_over(X, n, i), IndexSum),
    "mean": (lambda: f.mean_over(X, i), IndexMean),
    "logsumexp": (lambda: f.logsumexp(X, i), LogSumExp),
    "softmax": (lambda: f.softmax(X, i), Softmax),
    "where": (lambda: f.where(x > 0, x, 0), Where),
    "iverson": (lambda: f.iverson(x > 0), Iverson),
    "delta": (lambda: f.delta(n, 0), Delta),
    "tanh": (lambda: f.tanh(x), Pointwise),
    "maximum": (lambda: f.maximum(x, 0), Pointwise),
}


@pytest.mark.parametrize("name", BUILT)
def test_a_function_builds_its_node_and_names_itself(name):
    make, kind = BUILT[name]
    assert type(make()) is kind
    assert str(make()).startswith(f"{name}(")
    assert f.LANGUAGE[name].__name__ == name
    assert f.LANGUAGE[name].__doc__


def test_softmax_reads_at_its_own_letter_unless_told():
    assert f.softmax(X, i).at == i
    assert f.softmax(X, i, at=n).at == n
    assert f.softmax(X, i, at=2).at == 2


REFUSED = {
    "an index letter": lambda: f.sum_over(X, 3),
    "letters to run over": lambda: f.mean_over(X),
    "one of them twice": lambda: f.sum_over(X, i, (i, 0, 1)),
    "index position": lambda: f.sum_over(X, (i, 0, x * 2)),
    "use letters made by": lambda: f.mean_over(X, (i, 0, 1)),
    "a condition": lambda: f.where(x, 1, 2),
    "2 arguments expected": lambda: f.maximum(x),
    "1 argument expected": lambda: f.tanh(),
    "an expression": lambda: f.tanh("x"),
}


@pytest.mark.parametrize(("message", "make"), REFUSED.items(), ids=REFUSED)
def test_wrong_arguments_are_refused(message, make):
    with pytest.raises(DefinitionError) as caught:
        make()
    assert message in str(caught.value)
