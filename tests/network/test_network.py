"""A network: what it accepts, what it holds, and when two are equal."""

import time

import numpy as np
import pytest
import sympy

from symback.algebra import functions as f
from symback.algebra.letters import Index, indices
from symback.errors import DefinitionError, SymbackError
from symback.network.network import Network, reads
from symback.network.text_reader import parse
from tests.network.test_text_writer import digits

n, m, i, h = indices("n:N m:N i:3 h:2")


@pytest.fixture
def net():
    net = Network("small")
    net.input("X", n, i)
    net.input("x")
    net.parameter("W", i, h)
    net.parameter("w")
    return net


def test_the_parts_of_a_network_are_there_in_order():
    net = digits()
    assert [t.name for t in net.inputs] == ["X", "Y"]
    assert [t.name for t in net.parameters] == ["W1", "b1", "W2", "b2"]
    assert [e.target for e in net.equations] == ["Z1", "A1", "Z2", "P", "L"]
    assert list(net.letters) == ["n", "i", "k", "h"]
    assert list(net.sizes) == ["N"]
    assert net.loss_name == "L"
    assert net["W1"].shape == (64, 32)
    assert "W1" in net
    assert net["W1"] in net
    assert net.equation("X") is None
    assert reads(net.equation("Z1")) == ("X", "W1", "b1")
    assert repr(net) == "Network('digits': 2 inputs, 4 parameters, 5 equations)"


def test_a_scalar_stands_for_itself(net):
    z = net.define("z", (), net["w"] * net["x"] + 1)
    assert str(net.equation("z")) == "z = w*x + 1"
    assert str(-z) == "-z"


def test_sympys_expressions_are_accepted(net):
    x = sympy.Symbol("x")
    net.define("z", (), sympy.tanh(x) + x**2)
    assert str(net.equation("z").written) in ("tanh(x) + x**2", "x**2 + tanh(x)")
    row, column = sympy.symbols("n i")
    total = sympy.Sum(sympy.IndexedBase("X")[row, column], (column, 0, 2))
    net.define("s", n, total)
    assert str(net.equation("s").written) == "sum(X[n,i], i)"


def test_the_evaluated_form_is_sympys_arithmetic(net):
    net.define("z", (), net["x"] + net["x"])
    assert net.equation("z").expr == sympy.Mul(2, net["x"].entry)
    assert net.equation("z").expr is net.equation("z").expr


def unknown():
    return f.as_expression(Network().input("unknown"))


# what is wrong -> (how it is tried on the network of the fixture, words of the message)
REFUSED = {
    "a letter with two sizes": (lambda net: net.input("Z", Index("n", 4)), "one letter, one size"),
    "two sizes in one equation": (
        lambda net: net.define(
            "z", (), f.sum_over(1, Index("q", 2)) + f.sum_over(2, Index("q", 3))
        ),
        "one letter, one size",
    ),
    "wrong rank": (lambda net: net["X"][n], "write X[n,i]"),
    "a wrong letter": (lambda net: net.define("Z", (n, h), net["X"][n, h]), "size 2"),
    "a free letter on the right": (lambda net: net.define("z", (), net["X"][n, i]), "on the right"),
    "an unknown tensor": (lambda net: net.define("z", (), unknown()), "no tensor"),
    "a tensor as a number": (lambda net: net.define("z", (), net["X"]), "write an entry"),
    "out of range": (lambda net: net.define("z", n, net["X"][n, 3]), "0 … 2"),
    "below the range": (lambda net: net.define("z", (n, i), net["X"][n, i - 1]), "0 … 2"),
    "bounds out of range": (
        lambda net: net.define("z", n, f.sum_over(net["X"][n, i], (i, 0, 3))),
        "0 … 2",
    ),
    "bounds that read their letter": (
        lambda net: net.define("z", (n, i), f.sum_over(net["X"][n, i], (i, 0, i))),
        "another letter",
    ),
    "a condition as a value": (lambda net: net.define("z", (), net["x"] > 0), "iverson"),
    "a condition in arithmetic": (lambda net: net.define("z", (), (net["x"] > 0) * 2), "iverson"),
    "a condition to choose": (
        lambda net: net.define("z", (), f.where(net["x"] > 0, net["x"] > 1, 2)),
        "iverson",
    ),
    "conditions compared": (
        lambda net: net.define("z", (), f.iverson(f.eq(net["x"] > 0, net["x"] > 1))),
        "iverson",
    ),
    "a second loss": (
        lambda net: [net.loss("L", net["x"]), net.loss("M", net["x"])],
        "the loss L",
    ),
    "a name twice": (lambda net: net.input("x"), "already names the input tensor x"),
    "a tensor called as a letter": (lambda net: net.input("n"), "index letter n:N"),
    "a tensor called as a size": (lambda net: net.input("N"), "the size N"),
    "a letter called as a tensor": (lambda net: net.input("Z", Index("x", 3)), "input tensor x"),
    "a letter called as its tensor": (lambda net: net.input("Z", Index("Z", 3)), "its own name"),
    "a size called as its letter": (lambda net: net.input("Z", Index("q", "q")), "a letter"),
    "a size called as its tensor": (lambda net: net.input("Z", Index("q", "Z")), "this tensor"),
    "a size called as a tensor": (lambda net: net.input("Z", Index("q", "W")), "tensor W"),
    "one letter twice": (lambda net: net.input("Z", n, n), "one of them twice"),
    "no letter": (lambda net: net.input("Z", 3), "sb.indices"),
    "a size of no letter": (lambda net: net.define("z", (), net["x"] * sympy.Symbol("M")), "'M'"),
    "a word of the language": (lambda net: net.input("sum"), "word of the language"),
    "a reserved ending": (lambda net: net.define("x_bar", (), 1), "_bar"),
    "a reserved ending of a parameter": (lambda net: net.parameter("w_dot"), "_dot"),
    "a reserved beginning": (lambda net: net.input("sb_1"), "sb_"),
    "a keyword": (lambda net: net.input("lambda"), "'lam'"),
    "code as a name": (lambda net: net.input("x; import os"), "name"),
    "markup as a name": (lambda net: net.input("</script>"), "name"),
    "LaTeX as a name": (lambda net: net.parameter(r"\input{}"), "name"),
    "no text as a name": (lambda net: net.input(3), "name"),
    "an unknown initialiser": (lambda net: net.parameter("u", init="random"), "glorot"),
    "one_hot of a scalar": (lambda net: net.input("u", one_hot=True), "scalar"),
    "a constant that varies": (lambda net: net.constant("c", net["x"] * 2), "use a number"),
    "a constant of text": (lambda net: net.constant("c", "2"), "expression"),
    "no expression": (lambda net: net.define("z", (), None), "expression"),
    "text": (lambda net: net.define("z", (), "x*2"), "symback.parse reads text"),
    "an array": (lambda net: net.define("z", (), np.ones(3)), "expression"),
    "a matrix": (lambda net: net.define("z", (), sympy.Matrix([1, 2])), "expression"),
    "a tower of powers": (
        lambda net: net.define("z", (), 10 ** (10 ** (net["x"] * 0 + 10))),
        "exp",
    ),
    "a huge exponent": (lambda net: net.define("z", (), net["x"] ** 10**9), "exponents run"),
    "an infinite exponent": (
        lambda net: net.define("z", (), net["x"] ** sympy.oo),
        "exponents run",
    ),
    "a division by zero": (lambda net: net.define("z", (), net["x"] / 0), "division by zero"),
    "an unknown name": (lambda net: net["q"], "no such name"),
    "LaTeX that reads files": (lambda net: net.set_latex("x", r"\input{a}"), r"\input"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_not_well_formed_is_refused(net, case):
    attempt, words = REFUSED[case]
    before = str(net)
    with pytest.raises(DefinitionError) as caught:
        attempt(net)
    assert words in str(caught.value)
    if "loss" not in case:
        # Nothing of the refused line stays behind.
        assert str(net) == before
        assert "q" not in net.letters


def test_a_gather_needs_a_tensor_of_integers(net):
    ids = net.input("ids", n, integer=True)
    net.define("e", (n, h), net["W"][ids[n], h])
    with pytest.raises(DefinitionError, match="integer=True"):
        net.define("z", (n, h), net["W"][net["x"], h])


def test_an_expression_nested_too_deep_is_refused(net):
    deep = net["x"].entry
    for _ in range(10_000):
        deep = f.tanh(deep)
    with pytest.raises(DefinitionError, match="150 deep"):
        net.define("z", (), deep)


def test_an_expression_that_doubles_with_every_line_is_refused(net):
    wide = net["x"].entry
    for _ in range(60):
        wide = wide * wide + wide
    with pytest.raises(DefinitionError, match="100000 operations"):
        net.define("z", (), wide)


@pytest.mark.parametrize("name", ["E", "I", "N1", "S", "Q", "beta", "gamma", "zeta", "O", "C"])
def test_names_that_sympy_knows_are_legal(name):
    net = Network()
    w = net.parameter(name)
    net.loss("L", (w - 1) ** 2)
    assert net.equation("L").expr.args


def test_a_constant_of_the_language_and_a_tensor_of_its_name_exclude_each_other():
    net = Network()
    net.define("z", (), 2 * f.as_expression(sympy.pi))
    with pytest.raises(DefinitionError, match="the constant pi in equation z"):
        net.input("pi")
    other = Network()
    other.input("pi")
    with pytest.raises(DefinitionError, match="rename what has its name"):
        other.define("z", (), 2 * f.as_expression(sympy.pi))


def test_equal_networks_have_equal_facts_and_equations():
    assert digits() == digits()
    assert digits() != Network("digits")
    assert digits() != "digits"


DIFFERENT = {
    "a size": ("h:32", "h:33"),
    "a name": ("b1", "c1"),
    "a declared fact": ("one_hot", ""),
    "an initialiser": ("b1[h]", "b1[h] init ones"),
    "the order of factors": ("X[n,i]*W1[i,h]", "W1[i,h]*X[n,i]"),
    "the name of the network": ("network digits", "network others"),
    "the kind of the last equation": ("loss L", "L"),
    "how a name prints": ("network digits", 'network digits\nlatex P = "p"'),
}


@pytest.mark.parametrize("case", DIFFERENT)
def test_networks_differ_by(case):
    text = str(digits())
    old, new = DIFFERENT[case]
    other = text.replace(old, new) if case == "a name" else text.replace(old, new, 1)
    assert other != text
    assert parse(other) != digits()


def test_networks_do_not_differ_by_the_names_of_bound_letters():
    text = "index n:3 m:3\ninput x[n]\nloss L = sum(x[n]**2, n)"
    assert parse(text) == parse(text.replace("sum(x[n]**2, n)", "sum(x[m]**2, m)"))


def test_a_copy_can_be_added_to_alone():
    net = digits()
    copy = net.copy()
    q = Index("q", "Q")
    copy.input("extra", q)
    assert "extra" not in net
    assert "q" not in net.letters
    assert net == digits()


def test_two_thousand_equations_are_defined_in_under_a_second():
    g = Index("g", 2)
    net = Network()
    last = net.input("X", n, h)
    began = time.process_time()
    for number in range(1000):
        W, b = net.parameter(f"W{number}", g, h), net.parameter(f"b{number}", h)
        total = f.sum_over(last[n, g] * W[g, h], g) + b[h]
        Z = net.define(f"Z{number}", (n, h), total)
        last = net.define(f"A{number}", (n, h), f.tanh(Z[n, h]))
    assert time.process_time() - began < 1.5


def test_every_refusal_is_a_symback_error_of_three_parts(net):
    with pytest.raises(SymbackError) as caught:
        net.input("lambda")
    error = caught.value
    assert error.asked
    assert error.found
    assert error.helps
    assert str(error).count("\n") == 2
