"""Index notation in claims: the language's own parser, and adjoints under every name."""

import pytest

import symback as sb
from tests.checking.reading.bench import claims, derivation, point, value, verdicts


@pytest.mark.parametrize(
    ("name", "formula"),
    [
        ("W1", "sum(X[n,i]*Z1_bar[n,h], n)"),
        ("W1", "W1_bar[i,h] = sum(Z1_bar[n,h]*X[n,i], n)"),
        ("Z1", "sum(Z2_bar[n,k]*W2[h,k], k)*(1 - A1[n,h]**2)"),
        ("Z1", "dA1[n,h]*(1 - tanh(Z1[n,h])**2)"),
        ("Z2", "(P[n,k] - Y[n,k])/N"),
        ("Z2", "softmax(Z2[n,k], k)/N - iverson(Y[n,k] == 1)/N"),
        ("Z2", "sum((Z2_bar[n,k]), h)/4"),
        ("b2", "sum(delta2[n,k], n)"),
        ("b2", "sum(δ2[n,k], n)"),
        ("W2", "sum(A1[n,h]·Z̄2[n,k], n)"),
        ("W2", "sum(A1[n,h]*dL_dZ2[n,k], n)"),
        ("X", "sum(Z1_grad[n,h]*W1[i,h], h)"),
        ("W1", "sum(X[m,i]*Z1_bar[m,h], m)"),
        ("W1", "W1_bar[p,q] = sum(X[m,p]*Z1_bar[m,q], m)"),
        ("W1", "W1_bar[i,h] = sum(sum(X[s,i]*Z2_bar[s,t]*W2[h,t]*(1 - A1[s,h]**2), t), s)"),
        ("Z2", "exp(Z2[n,k])/sum(exp(Z2[n,c]), c)/N - Y[n,k]/N"),
    ],
)
def test_a_right_formula_is_right(name, formula):
    assert verdicts({name: formula}) == [(name, True)]


def test_what_symback_derives_is_right_as_it_prints_it():
    d = derivation()
    assert all(right for _, right in verdicts({name: str(d[name]) for name in ("W1", "Z1", "b2")}))


def test_letters_on_the_left_order_the_axes():
    (claim,) = claims({"W1": "W1_bar[h,i] = sum(X[n,i]*Z1_bar[n,h], n)"})
    (right,) = claims({"W1": "W1_bar[i,h] = sum(X[n,i]*Z1_bar[n,h], n)"})
    assert (value(claim) == value(right).T).all()


def test_a_letter_that_nobody_sums_is_an_axis_more():
    (claim,) = claims({"b2": "Z2_bar[n,k]"})
    assert value(claim).shape == (3, point().shape("X")[0])


@pytest.mark.parametrize(
    ("formula", "found"),
    [
        ("sum(X[n,i]*Z1_bar[n,q], n)", "no letter of this name"),
        ("sum(X[n,i]*W2[n,h], n)", "W2"),
        ("X[n,i] @ Z1_bar", "index notation"),
        ("sum(X[n,i]*dQ[n,h], n)", "no tensor of this name"),
        ("W1_bar[i,i] = X[0,i]", "i,i"),
        ("W1_bar[p,q] = X[0,r]", "not known"),
        ("sum(X[n,i], m)*Z1_bar[0,h]", "m"),
    ],
)
def test_what_cannot_be_read_is_said(formula, found):
    with pytest.raises(sb.SymbackError) as caught:
        claims({"W1": formula})
    assert found in caught.value.found
