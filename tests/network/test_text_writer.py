"""str(network) is its text, and parse reads it back: for every network, also derived ones."""

import numpy as np
import pytest
from hypothesis import given, settings

from symback.algebra import functions as f
from symback.algebra.letters import Index, indices
from symback.derivation.derive import derive
from symback.derivation.second import hvp
from symback.errors import DefinitionError
from symback.network.network import Network
from symback.network.scalarize import scalarize
from symback.network.text_reader import parse
from tests.network.expressions import expressions, network_with
from tests.strategies import networks, scalar_networks

DIGITS = """\
network digits
index n:N i:64 k:10 h:32
input X[n,i] Y[n,k] one_hot
parameter W1[i,h] b1[h] W2[h,k] b2[k]
Z1[n,h] = sum(X[n,i]*W1[i,h], i) + b1[h]
A1[n,h] = tanh(Z1[n,h])
Z2[n,k] = sum(A1[n,h]*W2[h,k], h) + b2[k]
P[n,k] = softmax(Z2[n,k], k)
loss L = -sum(Y[n,k]*log(P[n,k]), n, k)/N"""


def digits() -> Network:
    n, i, h, k = indices("n:N i:64 h:32 k:10")
    net = Network("digits")
    X, Y = net.input("X", n, i), net.input("Y", n, k, one_hot=True)
    W1, b1 = net.parameter("W1", i, h), net.parameter("b1", h)
    W2, b2 = net.parameter("W2", h, k), net.parameter("b2", k)
    Z1 = net.define("Z1", (n, h), f.sum_over(X[n, i] * W1[i, h], i) + b1[h])
    A1 = net.define("A1", (n, h), f.tanh(Z1[n, h]))
    Z2 = net.define("Z2", (n, k), f.sum_over(A1[n, h] * W2[h, k], h) + b2[k])
    P = net.define("P", (n, k), f.softmax(Z2[n, k], k))
    net.loss("L", -f.sum_over(Y[n, k] * f.log(P[n, k]), n, k) / n.size)
    return net


def assert_reads_back(net: Network) -> None:
    text = str(net)
    again = parse(text)
    assert again == net
    assert str(again) == text
    for equation in net.equations:
        # Not only equal: the same nodes, so that everything derived from them reads the same.
        assert again.equation(equation.target).written == equation.written


def test_the_digits_network_is_written_as_people_write_it():
    assert str(digits()) == DIGITS
    assert_reads_back(digits())


@given(expressions)
@settings(max_examples=400)
def test_every_expression_reads_back(expression):
    assert_reads_back(network_with(expression))


@given(networks())
@settings(max_examples=30)
def test_every_network_and_its_derivation_read_back(net):
    assert_reads_back(net)
    assert_reads_back(derive(net).network)


@given(scalar_networks())
@settings(max_examples=15)
def test_a_network_derived_twice_reads_back(net):
    assert_reads_back(derive(derive(net).network).network)


def test_directions_and_upstream_adjoints_read_back():
    assert_reads_back(hvp(digits()).network)
    assert_reads_back(derive(digits(), of="Z2").network)


def test_a_scalarized_network_reads_back():
    net = parse("index n:N i:3\ninput x[n,i]\nparameter w[i]\nz[n] = sum(x[n,i]*w[i], i)")
    assert_reads_back(scalarize(net, N=2))


def test_every_declaration_reads_back():
    net = Network("all")
    n, k, p = indices("n:N k:10 p:(N-1)//2+1")
    net.input("X", n, p)
    net.input("Y", n, k, one_hot=True)
    net.input("ids", n, integer=True)
    net.input("both", n, k, one_hot=True, integer=True)
    net.input("y")
    net.parameter("W", k, init="he")
    net.parameter("u", init="zeros")
    net.constant("lam", 0.010)
    net.constant("third", f.as_expression(1) / 3)
    net.constant("minus", -2.5)
    net.define("z", (), net["u"] * net["lam"] + net["minus"])
    net.set_latex("z", r"\hat{z}^{(1)}")
    net.set_latex("W", "W'")
    assert_reads_back(net)


@pytest.mark.parametrize(
    "name", ["E", "I", "N", "S", "Q", "beta", "gamma", "pi", "oo", "zeta", "x1"]
)
def test_names_that_sympy_knows_read_back(name):
    net = Network()
    x = net.input("x")
    tensor = net.parameter(name)
    net.loss("loss_value", (x * tensor - 1) ** 2)
    assert_reads_back(net)


def test_initial_values_in_an_array_are_left_out_and_said_so():
    net = Network()
    i = Index("i", 3)
    w = net.parameter("w", i, init=np.array([1.0, 2.0, 3.0]))
    net.loss("L", f.sum_over(w[i] ** 2, i))
    assert "1.0" not in str(net)
    assert "# given as arrays, and left out, are the initial values of w" in str(net)
    assert parse(str(net)) == net


def test_lines_end_at_column_100_where_brackets_allow():
    letters = [Index(f"letter{number}", f"SIZE{number}") for number in range(30)]
    net = Network("wide")
    for number, letter in enumerate(letters):
        net.input(f"input_number_{number}", letter)
    terms = [net[f"input_number_{k}"][letter] for k, letter in enumerate(letters)]
    net.define("z", tuple(letters[:3]), sum(terms[:3], f.as_expression(0)))
    total = f.as_expression(0)
    for term, letter in zip(terms, letters, strict=True):
        total = total + f.sum_over(f.tanh(term + f.sum_over(term, letter)), letter)
    net.loss("L", total)
    assert max(map(len, str(net).splitlines())) <= 100
    assert_reads_back(net)


def test_a_sum_of_a_thousand_terms_reads_back_and_a_longer_one_is_refused():
    net = Network()
    names = [net.input(f"x{number}") for number in range(1000)]
    net.define("z", (), sum(names[1:], names[0] * 2))
    assert_reads_back(net)
    with pytest.raises(DefinitionError, match="1000 operands"):
        net.loss("L", sum(names, names[0] * 2))


DERIVED = (
    "prod(x[j], (j, 0, i - 1))", "sum(x[j], (j, 0, i - 1))", "max(x[j], (j, 0, i))",
    "min(x[j]*x[i], j)", "first(x[j], j, at=i)*x[i//2]", "x[i % 2]", "padded(x[2*i - 3])",
    "x[3 - i]*(i//2)", "softmax(where(j <= i, x[j], -oo), j, at=i)", "x[ids[i]]",
    "padded(x[ids[i]])*delta(ids[i], i)",
)  # fmt: skip


@pytest.mark.parametrize("expression", DERIVED)
def test_a_derived_network_of_every_form_is_read_back(expression):
    net = parse(
        "index i:4 j:4\ninput x[i] ids[i] integer\n"
        f"z[i] = {expression}\nloss L = sum(z[i]**2, i)"
    )
    derived = derive(net, wrt=["x"]).network
    assert parse(str(derived)) == derived
