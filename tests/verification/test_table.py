"""A wrong row in the table of pointwise functions does not get past ``verify``."""

from dataclasses import replace

import pytest

from symback.algebra import functions as f
from symback.algebra.letters import indices
from symback.algebra.pointwise import POINTWISE
from symback.derivation.derive import derive
from symback.network.network import Network
from symback.verification.referee import verify

i = indices("i:I")
CONSTANT = ("sign", "stop_gradient")  # their derivative is 0, and twice 0 is no mistake
ARGUMENTS = [
    (name, place)
    for name, row in POINTWISE.items()
    for place in range(row.arguments)
    if name not in CONSTANT
]


def report(name, place):
    net = Network("probe")
    entries = [net.parameter(f"x{number}", i)[i] for number in range(POINTWISE[name].arguments)]
    net.define("y", i, f.call(name, *entries))
    return verify(derive(net, of="y", wrt=[f"x{place}"]))


@pytest.mark.parametrize("name", POINTWISE)
def test_the_rows_are_right(name):
    assert all(report(name, place).passed for place in range(POINTWISE[name].arguments))


@pytest.mark.parametrize(("name", "place"), ARGUMENTS)
@pytest.mark.parametrize("mistake", [lambda right, *a: 2 * right(*a), lambda right, *a: 0 * a[0]])
def test_a_wrong_row_is_noticed(name, place, mistake, monkeypatch):
    row = POINTWISE[name]
    right = row.derivatives[place]
    derivatives = list(row.derivatives)
    derivatives[place] = lambda *arguments: mistake(right, *arguments)
    monkeypatch.setitem(POINTWISE, name, replace(row, derivatives=tuple(derivatives)))
    assert not report(name, place).passed
