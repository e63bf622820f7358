"""Networks on which an engine goes wrong easily: each title says what must be right about them."""

from __future__ import annotations

import numpy as np
import pytest

from symback.compiler.interpreter import interpret
from symback.compiler.program import compile_network
from symback.derivation.derive import derive
from symback.derivation.second import hessian
from symback.network.text_reader import parse
from symback.verification.referee import verify

SHARES_OF_DIFFERENT_ROWS_DO_NOT_ADD_UP_TO_1 = """
index j:3 k:3
input S[j,k]
parameter s
P[j] = softmax(S[j,k], k, at=j)
loss L = sum(P[j]*s, j)**2
"""
SOME_SHARES_OF_A_ROW_DO_NOT_ADD_UP_TO_1 = """
index j:2 k:3
input S[k]
parameter s
P[j] = softmax(S[k], k, at=j)
loss L = sum(P[j]*s, j)**2 + sum(s*softmax(S[k], k, at=j), j)
"""
A_BYPASSED_TENSOR_WITH_A_READER_ON_THE_WAY = """
index n:N k:3
input Y[n,k]
parameter P0[n,k]
P[n,k] = softmax(P0[n,k], k)
Q[n,k] = log(P[n,k])
loss L = -sum(Y[n,k]*Q[n,k], n, k)
"""
WHAT_THE_BOUNDS_OF_A_SUM_LEAVE_OUT_MAY_HAVE_NO_VALUE = """
index i:4 j:4
parameter P[j]
Z[i] = sum(sin(P[j])/j, (j, 1, i))
loss L = sum(Z[i]**2, i)
"""
A_DENOMINATOR_IS_READ_ONLY_WHERE_THE_BRACKET_ALLOWS = """
index k:1 h:2
input y[k]
parameter P[h] W[h]
loss L = sum((1 + (W[2*k] - P[k + 1])**2)**(-2), k)
"""
TWO_REVERSED_LETTERS_MAKE_A_LONGER_LETTER_BARE = """
index i:2 j:3 k:2
parameter P[j,k] v[k]
Z[i] = sin(P[1 - i,1 - i])*v[1 - i]
loss L = sum(cos(Z[i]), i)
"""
A_SHORTER_LETTER_READS_WITHOUT_A_BRACKET = """
index i:2 j:2 k:3
parameter P[j,k]
Z[i] = sin(P[1 - i,1 - i])
loss L = sum(cos(Z[i]), i)
"""
A_CONDITION_READS_ONLY_WHERE_THE_BRACKET_ALLOWS = """
index i:1 j:1 p:2
input X[p]
parameter P[p,j]
z = sum(minimum(X[2*i], P[i + 1,i]), i)
loss L = z**2
"""
A_STABLE_FORM_RENAMES_A_LETTER = """
index h:3 q:3
input h_1[q,h] w[h]
parameter P[q,h]
z[h] = log(softmax(sum(P[q,h]*w[h], h), q, at=h))
loss L = sum(z[h]*h_1[0,h], h)
"""
BOUNDS_OF_A_SUM_LIE_INSIDE_WHERE_THE_BRACKET_ALLOWS = """
index h:2 i:5 j:2
parameter P[i]
input x[j]
z[h] = sin(P[2*h + 1])*sum(x[j]**2, (j, 0, h)) + P[h + 3]**2*sum(x[j], (j, 0, h))
loss L = sum(z[h]**2, h)
"""
A_LETTER_THAT_IS_A_NUMBER_IS_READ_AT_ANOTHER_PLACE = """
index p:3 q:2
parameter P[p]
z[q] = softmax(p*P[p]*p, p, at=q + 1)
loss L = sum(z[q]**2, q)
"""
A_MINUS_SIGN_INSIDE_A_FACTOR_COUNTS_WHERE_TERMS_MERGE = """
parameter P
input c d
loss L = c*(-(P - d))*P - c*(P - d)*P + c*(P - d)**2 + 2*c*P*(-(P - d))
"""
A_SQUARED_MINUS_COUNTS_WHERE_TERMS_MERGE = """
index k:2
input w[k]
parameter P[k]
loss L = sum((1 - (P[k] - w[k]))/(1.5 + (-(P[k] - w[k]))**2), k)
"""
TEXTS = {name: text for name, text in globals().items() if name.isupper()}


@pytest.mark.parametrize("name", list(TEXTS))
def test_gradients_and_steps_are_right_and_the_derived_network_is_a_text(name: str) -> None:
    network = parse("network hard" + TEXTS[name])
    derivation = derive(network, [t for t in ("P", "s") if t in network])
    assert verify(derivation).passed
    assert parse(str(derivation.network)) == derivation.network


@pytest.mark.parametrize("name", list(TEXTS))
def test_programs_agree_with_the_interpreter(name: str) -> None:
    network = parse("network hard" + TEXTS[name])
    derived = derive(network, [t for t in ("P", "s") if t in network]).network
    generator = np.random.default_rng(1)
    shapes = {
        t.name: [2 if k.size.is_Symbol else int(k.size) for k in t.letters]
        for t in (*derived.inputs, *derived.parameters)
    }
    values = {name: generator.normal(size=shape) for name, shape in shapes.items()}
    found = compile_network(derived, [e.target for e in derived.equations])(values)
    for tensor, array in interpret(derived, values, number=float).items():
        assert np.allclose(found[tensor], array, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("name", [n for n in TEXTS if "MERGE" in n])
def test_second_derivatives_are_right_too(name: str) -> None:
    found = hessian(parse("network hard" + TEXTS[name]))
    assert verify(found.row("P").derivation).passed
