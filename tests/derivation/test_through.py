"""The part of a gradient that comes through one reader."""

import numpy as np
import pytest

import symback as sb
from symback.errors import DerivationError

FORK = """
network fork
index n:N i:3 h:4
input X[n,i]
parameter W[i,h] v[h] u[h]
A[n,h] = tanh(sum(X[n,i]*W[i,h], i))
p[n] = sum(A[n,h]*v[h], h)
q[n] = sum(A[n,h]**2*u[h], h)
loss L = sum(p[n]*q[n], n)/N
"""


def test_the_parts_add_up_to_the_whole():
    d = sb.derive(sb.parse(FORK))
    network = d.network.copy()
    for reader in ("p", "q"):
        part = d.through("A", reader)
        network.adjoint(f"through_{reader}_bar", part.indices, part.written)
    random = np.random.default_rng(0)
    values = {
        "X": random.normal(size=(5, 3)), "W": random.normal(size=(3, 4)),
        "v": random.normal(size=4), "u": random.normal(size=4),
    }  # fmt: skip
    names = ["A_bar", "through_p_bar", "through_q_bar"]
    whole, by_p, by_q = sb.lambdify(network, outputs=names)(values).values()
    assert np.allclose(whole, by_p + by_q)
    assert np.abs(by_p).max() > 0.01
    assert np.abs(by_q).max() > 0.01


def test_a_part_is_recorded_like_any_gradient():
    part = sb.derive(sb.parse(FORK)).through("A", "p")
    assert part.steps[0].rule == "chain rule"
    assert str(part.written) == "p_bar[n]*v[h]"


def test_a_single_reader_sends_the_whole():
    d = sb.derive(sb.parse(FORK))
    assert d.through("W", "A").written == d["W"].written


def test_what_does_not_read_it_is_refused():
    with pytest.raises(DerivationError, match="read by p, q"):
        sb.derive(sb.parse(FORK)).through("A", "L")
