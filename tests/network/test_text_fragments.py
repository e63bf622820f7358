"""Single expressions in the names of a network, and equations of scalars."""

import pytest

from symback.errors import SymbackError, TextError
from symback.network.text_fragments import parse_equations, parse_expression
from symback.network.text_reader import parse

NET = parse(
    "index n:N i:3\ninput X[n,i]\nparameter w[i]\n"
    "z[n] = sum(X[n,i]*w[i], i)\nloss L = sum(z[n]**2, n)/N"
)
i, n = NET.letters["i"], NET.letters["n"]


def test_an_expression_is_read_in_the_names_of_a_network():
    assert str(parse_expression("sum(2*z[n]*X[n,i], n)/N", NET, [i])) == "sum(2*z[n]*X[n,i], n)/N"
    assert str(parse_expression("(2*w[i]\n + 1)", NET)) == "2*w[i] + 1"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("sum(2*z[n]*X[n,i], n)/M", "the name M"),
        ("z[n]*X[n,i]", "n on the right"),
        ("w[i]\nw[i]", "2 lines"),
        ("", "nothing"),
        ("w[i] = 3", "a second ="),
        ("w[n]", "the letter n has size N"),
        ("w[i] > 0", "condition"),
        ("10**10**10", "exponent"),
        ("X.T @ z", "transpose"),
    ],
)
def test_an_expression_that_does_not_fit_is_an_error(text, words):
    with pytest.raises(TextError) as caught:
        parse_expression(text, NET, [i])
    assert words in str(caught.value)


def test_one_equation_is_a_network_of_scalars():
    net = parse_equations("E = (sigmoid(w*x+b) - y)**2/2", ["w", "b"])
    assert str(net) == (
        "network equation\ninput x y\nparameter w b\nloss E = (sigmoid(w*x + b) - y)**2/2"
    )


def test_the_last_of_several_equations_is_the_loss():
    net = parse_equations("E = (h - y)**2; h = tanh(w*x); L = E + pi", ["w"])
    assert [e.target for e in net.equations] == ["h", "E", "L"]
    assert net.loss_name == "L"
    assert [t.name for t in net.inputs] == ["y", "x"]
    assert parse(str(net)) == net


def test_an_expression_alone_is_the_loss():
    assert str(parse_equations("(w*x - 1)**2", ["w"]).equations[0]) == "L = (w*x - 1)**2"


@pytest.mark.parametrize(
    ("text", "parameters", "words"),
    [
        ("E = w*X[n]", ["w"], "single numbers only"),
        ("E[n] = w", ["w"], "one number"),
        ("h[n] = w; E = h", ["w"], "only the text form"),
        ("E = lambda*x", [], "'lam'"),
        ("E = w*x", ["q"], "no such name"),
        ("E = w*x", ["E"], "an equation defines it"),
        ("E = sigmod(x)", [], "did you mean sigmoid?"),
        ("E = x; E = y", [], "line 1"),
        ("", [], "nothing"),
        (";", [], "nothing"),
        ("E = x +", [], "ends too early"),
        ("a = b; b = a", [], "a reads b reads a"),
        ("E = sum*x", [], "function"),
        ("E = x**2**9**9", [], "exponent"),
        ("E == x", [], "one = defines"),
        ("E_bar = x", [], "_bar"),
        ("E = __import__('os')", [], "begins with _"),
        ("E = x.y", [], "functions stand alone"),
        ("E = " + "(" * 5000, [], "never closed"),
    ],
)
def test_an_equation_that_is_none_is_an_error(text, parameters, words):
    with pytest.raises(SymbackError) as caught:
        parse_equations(text, parameters)
    assert words in str(caught.value)
