"""One derivation for each shape: what a template gives is what a fresh derivation gives."""

from __future__ import annotations

import pytest

from symback.algebra.canonical import key
from symback.derivation.derive import derive
from symback.network.text_reader import parse
from symback.verification.referee import verify

SAME_SHAPE_OTHER_NAMED_VALUE = """
input z1 z2
parameter w1 w2
S1 = sigmoid(z1)
T2 = tanh(z2)
u1 = w1*sigmoid(z1)*tanh(z1)
u2 = w2*sigmoid(z2)*tanh(z2)
loss L = u1**2 + u2**2
"""
BOUND_LETTERS_NAMED_LIKE_FREE_ONES = """
index a:2 d:2 b:3 c:2 e:3
input M[c,b]
parameter v1 v2
Z1[a] = v1*sum(sin(M[c,b]), c, b)
Z2[d] = v2*sum(sin(M[d,e]), d, e)
loss L = sum(Z1[a]**2, a) + sum(Z2[d]**2, d)
"""
ONE_LETTER_BOUND_TWICE_OR_TWO_LETTERS = """
index i:2 j:2 k:2
input x[i]
parameter w1[i] w2[k]
u1 = sum(w1[i]*x[i], i)*sum(sin(w1[i]), i)
u2 = sum(w2[k]*x[k], k)*sum(sin(w2[j]), j)
loss L = u1**2 + u2**2
"""
SAME_SHAPE_OTHER_FACTS = """
index n:N k:3
input Y1[n,k] one_hot Y2[n,k]
parameter A[n,k] B[n,k]
P[n,k] = softmax(A[n,k], k)
Q[n,k] = softmax(B[n,k], k)
E = -sum(Y1[n,k]*log(P[n,k]), n, k)
F = -sum(Y2[n,k]*log(Q[n,k]), n, k)
loss L = E + F
"""
LETTERS_IN_ANOTHER_ORDER_OF_NAMES = """
index a:3 z:4 q:6 b:4 y:3
input X1[q] X2[q]
parameter w1[z] w2[y]
U[a] = sum(X1[a + z]*w1[z], z)
V[b] = sum(X2[b + y]*w2[y], y)
loss L = sum(tanh(U[a]), a) + sum(tanh(V[b]), b)
"""
TEXTS = {name: text for name, text in globals().items() if name.isupper()}


@pytest.mark.parametrize("name", list(TEXTS))
def test_templates_give_what_fresh_derivations_give(name: str) -> None:
    network = parse("network templates" + TEXTS[name])
    together = derive(network)
    assert verify(together).passed
    for tensor in together.wrt:
        alone = derive(network, wrt=tensor)
        assert key(together[tensor].written) == key(alone[tensor].written)
        assert [s.rule for s in together[tensor].steps] == [s.rule for s in alone[tensor].steps]


def test_different_facts_are_different_templates() -> None:
    derivation = derive(parse("network facts" + SAME_SHAPE_OTHER_FACTS))
    assert str(derivation["A"].written) == "E_bar*(P[n,k] - Y1[n,k])"
    assert str(derivation["B"].written) == "F_bar*(Q[n,k]*sum(Y2[n,k_1], k_1) - Y2[n,k])"
