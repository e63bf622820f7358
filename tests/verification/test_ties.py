"""Sizes that hang together are made smaller together."""

import pytest

import symback as sb
from symback.verification.smaller import Smaller, smaller
from symback.verification.ties import smaller_sizes

IMAGES = """
index n:N c:16 y:28 r:3 p:26 q:13 v:2 k:10 f:208
input X[n,y] G[n,k]
parameter K[c,r] W[f,k]
Z[n,c,p] = sum(X[n,p+r]*K[c,r], r)
M[n,c,q] = max(Z[n,c,2*q+v], v)
F[n,f] = sum(M[n,c,q]*delta(f, 13*c + q), c, q)
loss L = sum(F[n,f]*W[f,k]*G[n,k], n, f, k)
"""


def test_an_axis_follows_the_places_and_the_window_that_reach_into_it():
    sizes = smaller_sizes(sb.parse(IMAGES), 8)
    assert sizes[26] == 2 * sizes[13]
    assert sizes[28] == sizes[26] + 2
    assert sizes[208] == 13 * (sizes[16] - 1) + sizes[13]


def test_the_network_is_one_at_the_smaller_sizes_and_its_lines_hold():
    d = sb.derive(sb.parse(IMAGES))
    assert isinstance(smaller(d), Smaller)
    report = sb.verify(d)
    assert report.passed
    assert "for 28" in report.setting


def test_a_size_that_nothing_reaches_into_is_free_and_a_small_one_stays():
    net = sb.parse("index n:N i:64 h:4\ninput X[n,i]\nparameter W[i,h]\n"
                   "loss L = sum(X[n,i]*W[i,h], n, i, h)")  # fmt: skip
    sizes = smaller_sizes(net, 8)
    assert set(sizes) == {64}
    assert sizes[64] < 8


@pytest.mark.parametrize("text", ["z[p] = sum(padded(x[p+r-1])*K[r], r)", "z[p] = x[19-p]*K[0]"])
def test_a_position_over_its_own_axis_is_no_tie(text):
    net = sb.parse(f"index p:20 r:3\ninput x[p]\nparameter K[r]\n{text}\nloss L = sum(z[p], p)")
    assert smaller_sizes(net, 8)[20] < 8
