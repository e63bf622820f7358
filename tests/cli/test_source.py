"""What a command works on: files, and equations whose names need no declaration."""

import pytest

from symback.cli.source import network_of
from symback.errors import SymbackError


def equations(net):
    return [str(equation) for equation in net.equations]


def test_a_line_becomes_a_network_with_stages_inputs_and_parameters():
    net = network_of("E = (sigmoid(w*x+b) - y)**2/2", ("w", "b"))
    assert equations(net) == ["z = w*x + b", "a = sigmoid(z)", "E = (a - y)**2/2"]
    assert [t.name for t in net.parameters] == ["w", "b"]
    assert [t.name for t in net.inputs] == ["x", "y"]
    assert net.loss_name == "E"


def test_without_names_to_derive_by_every_name_is_a_parameter():
    assert [t.name for t in network_of("f = (x + y)*z").parameters] == ["x", "y", "z"]


@pytest.mark.parametrize("separator", ["; ", "\n", ";\n\n"])
def test_several_equations_are_read_and_the_last_one_is_the_loss(separator):
    net = network_of(separator.join(["q = x + y", "f = q*z"]), ("x",))
    assert equations(net) == ["q = x + y", "f = q*z"]
    assert net.loss_name == "f"


@pytest.mark.parametrize(
    ("text", "goal"),
    [("E = y; y = x**2", "E"), ("q = x; f = q*x; g = q", "g"), ("f = x*y", "f")],
)
def test_the_loss_is_the_last_equation_that_no_other_reads(text, goal):
    net = network_of(text)
    assert net.loss_name == goal
    assert goal not in [t.name for t in net.parameters]


@pytest.mark.parametrize(
    ("text", "place"),
    [("E = y +* 3", "line 1, column 8"), ("q = 2*x;  E = q*", "line 2, column 7")],
)
def test_places_in_errors_are_those_of_the_equation_as_it_was_typed(text, place):
    with pytest.raises(SymbackError) as error:
        network_of(text)
    assert place in str(error.value)


def test_numbers_constants_and_functions_are_no_names():
    net = network_of("E = 1e3*x + 2.5E-1*exp(x)*pi")
    assert [t.name for t in net.parameters] == ["x"]


def test_every_letter_is_a_legal_name_those_of_sympy_too():
    net = network_of("L = E*I*N*S*Q*beta*gamma*O")
    assert [t.name for t in net.parameters] == ["E", "I", "N", "S", "Q", "beta", "gamma", "O"]


def test_a_stage_may_be_what_gradients_are_asked_by():
    net = network_of("q = x + y; f = q*z", ("q",))
    assert [t.name for t in net.parameters] == []
    assert [t.name for t in net.inputs] == ["x", "y", "z"]


def test_text_with_declarations_is_a_network_as_it_stands():
    net = network_of("index i:3; input x[i]; parameter w[i]; loss L = sum(w[i]*x[i], i)**2")
    assert net["w"].rank == 1
    assert len(net.equations) == 1


def test_text_without_an_equals_sign_names_a_file(tmp_path):
    path = tmp_path / "n.symback"
    path.write_text("input x\nparameter w\nloss L = (w*x - 1)**2\n", encoding="utf-8")
    assert network_of(str(path)).loss_name == "L"


@pytest.mark.parametrize(
    ("text", "by", "told"),
    [
        ("E = lambda*x", (), "use 'lam'"),
        ("E = w*x", ("q",), "no name 'q' in the equations"),
        ("E = w*x", ("x; import os",), "no name 'x; import os'"),
        ("x; import os", (), "line 1"),
        ("E = __import__('os').system('true')", (), "the equations"),
        ("E = x.__class__", (), "the equations"),
        ("E = open('/etc/passwd')", (), "open"),
        ("</script> = 1", (), "line 1"),
        ("E = \\input{x}", (), "the equations"),
        ("E = (x", (), "never closed"),
        ("E = x +", (), "line 1"),
        ("E =", (), "line 1"),
        ("= x", (), "line 1"),
        ("q = x; E = q**; f = E", (), "line 2"),
        ("E = " + "(" * 5000 + "x" + ")" * 5000, (), "line 1"),
        ("E = " + "-" * 5000 + "x", (), "line 1"),
        ("E = x*10**10**10", (), "exponent"),
        ("E = x**99999999999", (), "exponent"),
        ("E = x*" + "9" * 5000, (), "line 1"),
        ("E = y[n]*x", (), "the equations"),
        ("E = E*x", (), "E"),
        ("a = b; b = a", (), "a"),
        ("\x00 = 1", (), "control character"),
        ("; ; ;", (), "the equations"),
        ("none.symback", (), "no such file"),
        ("x**2", (), 'write an equation, in quotes: "E ='),
        ("", (), "no such file"),
    ],
)
def test_what_is_no_network_is_an_error_with_its_place(text, by, told):
    with pytest.raises(SymbackError) as error:
        network_of(text, by)
    assert told in str(error.value)
