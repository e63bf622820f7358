"""What only losses have: terms, targets under other letters, and what is told of wrong ones."""

from __future__ import annotations

import numpy as np
import pytest

import symback as sb
from symback import nn

n, m, k, j = sb.indices("n:N m:N k:3 j:3")


@pytest.fixture
def net():
    net = sb.Network("losses")
    net.input("Z", n, k)
    return net


def test_a_target_may_have_other_letters_of_the_same_sizes(net):
    nn.squared_loss(net, "Z", net.input("T", m, j))
    assert str(net.equation("L")) == "L = mean((Z[n,k] - T[n,k])**2, n, k)"


def test_a_target_may_have_the_letters_in_another_order(net):
    t = sb.Index("t", "T")
    net.input("H", t, n, k)
    nn.cross_entropy(net, "H", net.input("y", n, t, integer=True), term=True, name="one")
    nn.cross_entropy(net, "H", net.input("Y", n, t, k), term=True, name="two")
    nn.squared_loss(net, "H", "Y", term=True, name="three")
    assert str(net.equation("one")) == "one = -mean(log(H[t,n,y[n,t]]), t, n)"
    assert str(net.equation("two")) == "two = -mean(sum(Y[n,t,k]*log(H[t,n,k]), k), t, n)"
    assert str(net.equation("three")) == "three = mean((H[t,n,k] - Y[n,t,k])**2, t, n, k)"


def test_terms_add_up_to_one_loss(net):
    net.input("T", n, k)
    one = nn.squared_loss(net, "Z", "T", name="fit", term=True)
    two = nn.gaussian_kl(net, "Z", "T", name="spread", term=True)
    net.loss("L", one + two / 10)
    assert sb.verify(sb.derive(net, wrt="Z")).passed
    with pytest.raises(sb.SymbackError, match="already has the loss L"):
        nn.absolute_loss(net, "Z", "T", name="other")
    assert "other" not in net


def test_terms_without_a_name_leave_that_of_the_loss_free(net):
    net.input("T", n, k)
    one = nn.squared_loss(net, "Z", "T", term=True)
    two = nn.absolute_loss(net, "Z", "T", term=True)
    net.loss("L", one + two / 10)
    assert [e.target for e in net.equations][-3:] == ["L1", "L2", "L"]


def test_a_scalar_has_a_loss_without_a_mean():
    net = sb.Network("scalar")
    nn.squared_loss(net, net.input("z"), net.input("t"))
    assert str(net.equation("L")) == "L = (z - t)**2"


def test_cross_entropy_of_softmax_is_p_minus_y_over_n(net):
    P = nn.activate(net, "Z", "softmax", name="P")
    nn.cross_entropy(net, P, net.input("Y", n, k, one_hot=True))
    assert str(sb.derive(net, wrt="Z")["Z"]) == "Z_bar[n,k] = (P[n,k] - Y[n,k])/N"


def test_binary_cross_entropy_of_sigmoid_is_p_minus_t(net):
    P = nn.activate(net, "Z", "sigmoid", name="P")
    nn.binary_cross_entropy(net, P, net.input("T", n, k), reduction="sum")
    assert str(sb.derive(net, wrt="Z")["Z"]) == "Z_bar[n,k] = P[n,k] - T[n,k]"


@pytest.mark.parametrize("logits", [-800.0, 800.0])
@pytest.mark.parametrize("form", ["classes", "logits", "sigmoid", "binary logits"])
def test_logits_of_800_have_a_finite_loss_and_gradient(net, logits, form):
    Z = np.array([[logits, 0.0, -logits]])
    if form in ("sigmoid", "binary logits"):
        P = "Z" if form == "binary logits" else nn.activate(net, "Z", "sigmoid")
        nn.binary_cross_entropy(net, P, net.input("T", n, k), logits=form == "binary logits")
        target = np.array([[1.0, 0.0, 0.0]])
        exact = np.logaddexp(0, Z) - target * Z
        loss, slope = exact.mean(), ((Z > 0) + 0.5 * (Z == 0) - target) / 3
    else:
        P = "Z" if form == "logits" else nn.activate(net, "Z", "softmax")
        nn.cross_entropy(net, P, net.input("T", n, k, one_hot=True), logits=form == "logits")
        target = np.array([[1.0, 0.0, 0.0]])
        loss, slope = 800.0 - logits, np.eye(3)[[int(logits < 0) * 2]] - target
    found, gradients = sb.lambdify(sb.derive(net, wrt="Z"))({"Z": Z, "T": target})
    assert found == pytest.approx(loss, abs=1e-12)
    np.testing.assert_allclose(gradients["Z"], slope, atol=1e-12)


def test_zero_vectors_have_cosine_0_and_a_finite_gradient(net):
    nn.cosine_loss(net, "Z", net.input("T", n, k))
    f = sb.lambdify(sb.derive(net, wrt=["Z", "T"]))
    loss, gradients = f({"Z": np.zeros((1, 3)), "T": np.eye(1, 3)})
    assert loss == 1
    np.testing.assert_array_equal(gradients["T"], 0)
    np.testing.assert_allclose(gradients["Z"], [[-1e8, 0, 0]])


def test_a_target_of_0_adds_nothing_to_the_divergence(net):
    nn.kl_divergence(net, "Z", net.input("T", n, k))
    f = sb.lambdify(sb.derive(net, wrt="Z"))
    loss, gradients = f({"Z": np.array([[0.5, 0.25, 0.25]]), "T": np.array([[1.0, 0.0, 0.0]])})
    assert loss == pytest.approx(np.log(2))
    np.testing.assert_allclose(gradients["Z"], [[-2, 0, 0]])


def scores(net):
    return net.define("R", (n, k), 2 * net["Z"][n, k])


def test_scores_that_are_said_to_be_logits_are_taken_as_such(net):
    nn.cross_entropy(net, scores(net), net.input("T", n, k, one_hot=True), logits=True)
    assert "logsumexp" in str(net.equation("L"))


@pytest.mark.parametrize(
    ("build", "found"),
    [
        (lambda net: nn.squared_loss(net, "Z", net.input("T", n)), r"shapes \(N, 3\) and \(N,\)"),
        (lambda net: nn.squared_loss(net, "Z", "Z", reduction="none"), "no such reduction"),
        (lambda net: nn.cross_entropy(net, "Z", net.input("T", n)), "integers over all but"),
        (lambda net: nn.cross_entropy(net, scores(net), net.input("T", n, k)), "or logits?"),
        (lambda net: nn.binary_cross_entropy(net, scores(net), "Z"), "is not a sigmoid"),
        (lambda net: nn.huber_loss(net, "Z", "Z", delta=-1), "at least 0"),
        (lambda net: nn.kl_divergence(net, net.input("p"), net.input("q")), "rank 0"),
        (lambda net: nn.cosine_loss(net, "Z", "T"), "no such name"),
        (lambda net: nn.hinge_loss("Z", "T"), "hinge_loss"),
        (lambda net: nn.squared_loss(net, "Z"), "missing a required argument: 'target'"),
    ],
)
def test_what_does_not_fit_is_said(net, build, found):
    with pytest.raises(sb.SymbackError, match=found):
        build(net)
    assert "L" not in net
