"""Networks in which tensors get other equations."""

import numpy as np
import pytest

import symback as sb
from symback.errors import DefinitionError
from symback.network.rewriting import rewrite

NETWORK = """
index n:N i:3 h:2
input X[n,i]
parameter W[i,h] v[h]
Z[n,h] = sum(X[n,i]*W[i,h], i)
A[n,h] = tanh(Z[n,h])
loss L = sum(A[n,h]*v[h], n, h)
"""


def network():
    return sb.parse(NETWORK)


def test_a_tensor_gets_another_equation_and_the_network_given_stays():
    net = network()
    n, h = net.letters["n"], net.letters["h"]
    other = rewrite(net, {"A": sb.relu(net["Z"][n, h])})
    assert str(other.equation("A")) == "A[n,h] = relu(Z[n,h])"
    assert str(net.equation("A")) == "A[n,h] = tanh(Z[n,h])"
    assert sb.parse(str(other)) == other
    values = {"X": np.ones((4, 3)), "W": -np.ones((3, 2)), "v": np.ones(2)}
    assert sb.lambdify(other, ["L"])(values)["L"] == 0


def test_a_rewritten_derived_network_runs_what_it_says():
    derived = sb.derive(network()).network.copy()
    n, h = derived.letters["n"], derived.letters["h"]
    other = rewrite(derived, {"Z_bar": derived["A_bar"][n, h]})
    values = {"X": np.ones((1, 3)), "W": np.ones((3, 2)), "v": np.array([2.0, 3.0])}
    found = sb.lambdify(other, ["W_bar"])(values)["W_bar"]
    np.testing.assert_array_equal(found, np.tile([2.0, 3.0], (3, 1)))


@pytest.mark.parametrize("name", ["X", "W"])
def test_what_is_given_has_no_equation_to_replace(name):
    with pytest.raises(DefinitionError, match="has no equation"):
        rewrite(network(), {name: 1})


def test_an_equation_cannot_come_to_read_what_is_computed_from_it():
    net = network()
    n, h = net.letters["n"], net.letters["h"]
    for read in (net["A"][n, h], net["Z"][n, h]):
        with pytest.raises(DefinitionError, match="computed from it or after it"):
            rewrite(net, {"Z": read})


def test_only_networks_are_rewritten():
    with pytest.raises(DefinitionError, match="a network was asked for"):
        rewrite("Z = 1", {"Z": 1})
