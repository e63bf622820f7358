"""Large integer sizes: the formulas are checked at small ones, programs at the real ones."""

from functools import cache

import numpy as np
import pytest
from sympy import Integer, Rational

from symback.algebra import functions as f
from symback.algebra.letters import Index, indices
from symback.algebra.operators import Times
from symback.algebra.positions import as_position
from symback.compiler.program import compile_network
from symback.derivation.derive import Derivation, derive
from symback.network.network import Network
from symback.network.text_reader import parse
from symback.verification import referee
from symback.verification.referee import verify
from symback.verification.smaller import resized, smaller
from tests.verification.altered import with_gradient, with_line


@cache
def classifier() -> Derivation:
    return derive(
        parse(
            "index n:N i:784 h:128 k:10\ninput X[n,i] Y[n,k] one_hot\nparameter W[i,h] V[h,k]\n"
            "A[n,h] = relu(sum(X[n,i]*W[i,h], i)/10)\nP[n,k] = softmax(sum(A[n,h]*V[h,k], h), k)\n"
            "loss L = -sum(Y[n,k]*log(P[n,k]), n, k)/N + 0.1*sum(W[i,h], i, h)/784"
        )
    )


def test_a_large_network_is_checked_at_smaller_sizes():
    report = verify(classifier())
    assert report.passed, report
    assert all(said in report.setting for said in ("i:3 for 784", "h:2 for 128", "k:4 for 10"))


def test_a_mistake_shows_at_smaller_sizes():
    wrong = with_gradient(classifier(), "V", lambda e: Times(Integer(2), e))
    failed = {row.name for row in verify(wrong).rows if not row.passed}
    assert failed == {"V", "V_bar"}
    wrong = with_line(classifier(), "A", 0, lambda e: Times(Rational(1, 2), e))
    assert {row.name for row in verify(wrong).rows if not row.passed} == {"A_bar"}


def program(change=lambda gradients: gradients):
    d = classifier()
    compiled = compile_network(d.network, (), value=d.of, gradients=d.gradient_names)

    def run(values):
        loss, gradients = compiled(values)
        assert gradients["W"].shape == (784, 128)
        return loss, change(gradients)

    return run


def test_the_program_is_checked_at_the_real_sizes():
    report = verify(classifier(), program=program())
    assert report.passed, report
    assert [row.name for row in report.rows if row.what == "program"] == ["W", "V"]


def test_one_wrong_entry_of_many_is_seen_along_a_direction():
    def one_entry(gradients):
        wrong = gradients["V"].copy()
        wrong[17, 3] += np.abs(wrong).max()
        return gradients | {"V": wrong}

    report = verify(classifier(), program=program(one_entry), steps=False)
    assert [row.name for row in report.rows if not row.passed] == ["V"]


def test_what_fails_at_smaller_sizes_only_is_looked_at_again(monkeypatch):
    """A coefficient that the engine joined with a size is no longer the size: 4·40 = 160."""
    net = Network("joined")
    i, h = indices("i:40 h:9")
    x, w = net.input("x", i), net.parameter("w", h)
    net.loss("L", 2 * f.sum_over(w[h] ** 2, h, i) + f.sum_over(x[i] ** 2, i))
    monkeypatch.setattr(referee, "LARGE", 100)
    d = derive(net)
    assert "160" in str(d["w"].written)
    assert verify(d).passed
    assert not verify(with_gradient(d, "w", lambda e: Times(Rational(3, 2), e))).passed


def test_sizes_are_replaced_in_letters_positions_and_numbers():
    i, r = indices("i:28 r:3")
    expression = f.sum_over(i.size * x_of(i), i) / 28 + Rational(5, 28)
    found = str(resized(expression, {28: 4}))
    assert found == "sum(4*x[i], i)/4 + 5/4"
    shifted = as_position(i + 28 - 2 * r, "x")
    assert str(resized(shifted, {28: 4})) == "i - 2*r + 4"
    assert resized(i, {28: 4}) == Index("i", 4)


def x_of(letter):
    return Network("one").input("x", letter)[letter]


def test_sizes_that_hang_together_shrink_together():
    net = Network("image")
    a, p, r = indices("a:28 p:26 r:3")
    x, w = net.input("x", a), net.parameter("w", r)
    z = net.define("z", p, f.sum_over(x[p + r] * w[r], r))
    net.loss("L", f.sum_over(z[p] ** 2, p))
    sizes = smaller(derive(net)).sizes
    assert sizes[28] == sizes[26] + 2
    assert verify(derive(net)).passed


@pytest.mark.parametrize("size", [8, "N"])
def test_small_and_named_sizes_need_no_change(size):
    net = Network("small")
    i = Index("i", size)
    w = net.parameter("w", i)
    net.loss("L", f.sum_over(w[i] ** 2, i))
    assert smaller(derive(net)) is None
