"""Whatever is done to a text, it is read or it is an error of ours: no other exception gets out."""

import random

import pytest

from symback.errors import SymbackError
from symback.network.text_fragments import parse_equations
from symback.network.text_reader import parse

TEXT = """\
network digits
index n:N i:64 h:32 k:10 p:(N-1)//2+1
input X[n,i]  Y[n,k] one_hot  ids[n] integer # c
parameter W1[i,h] init he b1[h] W2[h,k] b2[k]
constant lam = 0.01
Z1[n,h] = sum(X[n,i]*W1[i,h], i) + b1[h]
A1[n,h] = tanh(Z1[n,h]) + where(0 <= h < 3, lam, -oo)
Z2[n,k] = sum(A1[n,h]*W2[h,k], (h, 0, 3)) + b2[k]**2/3 - 1e-5
P[n,k]  = softmax(Z2[n,k], k, at=9 - k)*iverson((k < 3) & ~(k == 2))
loss L  = -sum(Y[n,k]*log(P[n,k]), n, k)/N + pi
latex Z1 = "Z^{(1)}"
"""
PIECES = [
    *"()[]{},.:;=<>!+-*/%@^&|~\"'#\\\n\t 0123456789eE_xnihkNXZ",
    *("**", "//", "==", "sum(", "softmax(", "where(", "iverson(", "delta(", "max(", "f(", "at="),
    *("index ", "input ", "loss ", "latex ", "one_hot ", "init ", "adjoint ", "state ", "_bar"),
    *("lambda", "if ", "not ", "and ", "or ", "nan", "'a'", "W1[", "(j, 0, 3)", "N//2", "*w"),
    *("1e999", "10**10**10", "é", "−", "\0", "\r", "\u2028"),
]


def mutated(chance: random.Random) -> str:
    text = TEXT
    for _ in range(chance.randint(1, 4)):
        start = chance.randrange(len(text) + 1)
        end = start + chance.choice([0, 0, 1, 1, 2, 5, 30])
        new = "".join(chance.choice(PIECES) for _ in range(chance.choice([0, 1, 1, 2, 3])))
        text = text[:start] + new + text[end:]
    return text


def outcome(read, text):
    """Return what reading gives: a network, or an error of ours."""
    try:
        return read(text)
    except SymbackError as error:
        return error


@pytest.mark.parametrize("seed", range(8))
def test_a_mutated_text_is_read_or_refused(seed):
    chance = random.Random(seed)
    for _ in range(150):
        text = mutated(chance)
        found = outcome(parse, text)
        if isinstance(found, SymbackError):
            assert found.found
        else:
            assert parse(str(found)) == found
        assert outcome(parse_equations, chance.choice(text.splitlines()))
