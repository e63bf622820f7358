"""The letters that a derivation makes: their names mean nothing else in the network."""

from __future__ import annotations

import pytest

from symback.algebra.letters import LONGEST_NAME
from symback.derivation.derive import derive
from symback.derivation.second import hessian
from symback.network.network import Network
from symback.network.text_reader import parse
from symback.network.wellformed import letters_of
from symback.verification.referee import verify

TENSOR_NAMED_LIKE_A_MADE_LETTER = """
index h:3 g:3 n:2
input h_1[n,h]
parameter W[g,h] h_2[h]
Z[n,h] = sum(W[g,h]*h_1[n,g], g) + h_2[h]*sum(h_2[h], h)
h_3[n,h] = softmax(Z[n,h], h)
loss L = sum(h_3[n,h]**2*h_1[n,h], n, h)
"""
STEM_OF_A_LETTER_IS_A_TENSOR = """
index x_1:3 k:2
input x[k]
parameter W[x_1]
Z[x_1] = sum(x[k]*W[x_1], k)
loss L = sum(Z[x_1]**2*tanh(sum(W[x_1], x_1)), x_1)
"""
STEM_OF_A_LETTER_HAS_ANOTHER_SIZE = """
index i:2 i_1:3
input X[i,i_1]
parameter W[i_1] v[i] s
Z[i] = sum(X[i,i_1]*W[i_1], i_1)*v[i]*s
loss L = sum(tanh(Z[i]), i) + sum(W[i_1]*tanh(W[i_1]), i_1)*sum(W[i_1], i_1)
"""
STEM_OF_A_LETTER_IS_A_KEYWORD = """
index in_1:2 sum_1:3
parameter W[in_1,sum_1]
Z[in_1] = sum(W[in_1,sum_1]**2, sum_1)
loss L = sum(Z[in_1], in_1)**2*sum(W[in_1,sum_1], in_1, sum_1)
"""
A_SIZE_NAMED_LIKE_A_MADE_LETTER = """
index n:n_1 k:2
parameter W[n,k]
P[n,k] = softmax(W[n,k], n)
loss L = sum(P[n,k]**2, n, k)
"""
TEXTS = {n: t for n, t in globals().items() if n.isupper() and isinstance(t, str)}


def network(name: str) -> Network:
    return parse("network letters" + TEXTS[name])


@pytest.mark.parametrize("name", list(TEXTS))
def test_made_letters_clash_with_no_name(name: str) -> None:
    derivation = derive(network(name))
    assert verify(derivation).passed
    assert parse(str(derivation.network)) == derivation.network


@pytest.mark.parametrize("name", list(TEXTS))
def test_made_letters_of_a_second_derivative_clash_with_no_name(name: str) -> None:
    found = hessian(network(name))
    for first in found.wrt:
        row = found.row(first)
        assert verify(row.derivation).passed
        for second in found.wrt:
            for step in row[second].steps:
                names = {k.name for e in (step.before, step.after) for k in letters_of(e)}
                assert names.isdisjoint(row.network.tensors)


def test_letters_with_the_longest_names_are_renamed_apart() -> None:
    long = "n" * LONGEST_NAME
    text = f"network long\nindex {long}:3\nparameter w[{long}]\n"
    text += f"P[{long}] = softmax(w[{long}], {long})\nloss L = sum(P[{long}]**2, {long})\n"
    assert verify(derive(parse(text))).passed
