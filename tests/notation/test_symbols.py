import ast

import pytest
from sympy import Integer

from symback.algebra.functions import sum_over
from symback.algebra.letters import indices
from symback.algebra.positions import Entry, as_position
from symback.errors import DefinitionError
from symback.network.network import Network
from symback.notation.latex import latex
from symback.notation.layout import Typesetter
from symback.notation.options import Notation
from symback.notation.symbols import parsed, symbols_of
from symback.notation.unicode import unicode, unicode_of
from tests.notation.formula_reader import computed
from tests.notation.formulas import P, X, Z1_bar, at, h, i, k, n, scalar, t


@pytest.mark.parametrize(
    ("name", "printed"),
    [
        ("W1", "W_1"),
        ("A1", "A_1"),
        ("net_h1", r"\mathrm{net}_{h1}"),
        ("beta", r"\beta"),
        ("lam", r"\lambda"),
        ("sigma2", r"\sigma_2"),
        ("x_t", "x_t"),
        ("W_xh", "W_{xh}"),
        ("Z1_bar", r"\bar{Z}_1"),
        ("W1_0_1", "w^{(1)}_{01}"),
        ("b1_3", "b^{(1)}_3"),
        ("W_1", "W_1"),
        ("logits", r"\mathrm{logits}"),
        ("a_b_c", "a_{b,c}"),
        ("E", "E"),
        ("x1y", r"\mathrm{x1y}"),
    ],
)
def test_a_name_is_read(name, printed):
    assert latex(Entry(name)) == printed


def test_adjoint_marks_belong_to_the_base():
    assert parsed("Z1_bar").base == "Z"
    assert parsed("Z1_bar").accents == ("bar",)
    assert parsed("Z1_bar_bar2").accents == ("bar", "bar2")


def small_network():
    letters = indices("n:N i:3")
    network = Network("small")
    network.input("X", *letters)
    network.parameter("W1", letters[1])
    return network


def test_two_names_never_print_alike():
    network = small_network()
    network.parameter("W_1", indices("i:3"))
    network.parameter("lam")
    network.parameter("Lambda")
    network.parameter("eps")
    network.parameter("epsilon")
    symbols = symbols_of(network)
    printed = [latex(Entry(name), symbols=symbols) for name in network.tensors]
    assert len(set(printed)) == len(printed)
    assert r"\mathrm{W\_1}" in printed
    typed = [unicode(Entry(name), symbols=symbols) for name in network.tensors]
    assert len(set(typed)) == len(typed)
    assert latex(Entry("W_1_bar"), symbols=symbols) == r"\overline{\mathrm{W\_1}}"


def test_a_latex_name_wins_and_takes_indices_and_accents():
    network = small_network()
    network.set_latex("W1", "W^{(1)}")
    network.set_latex("X", r"\mathbf{X}_{in}")
    symbols = symbols_of(network)
    assert latex(Entry("W1", i), symbols=symbols) == "W^{(1)}_{i}"
    assert latex(Entry("W1_bar", i), symbols=symbols) == r"\bar{W}^{(1)}_{i}"
    assert latex(Entry("W1", i) ** 2, symbols=symbols) == "(W^{(1)}_{i})^2"
    assert latex(Entry("X", n, i), symbols=symbols) == r"\mathbf{X}_{in,ni}"
    network.set_latex("X", r"\hat{X}_{1}")
    network.set_latex("W1", r"\sigma^{2}_{a_1}")
    symbols = symbols_of(network)
    assert latex(Entry("X_bar", n, i), symbols=symbols) == r"\bar{\hat{X}}_{1,ni}"
    assert latex(Entry("W1", i), symbols=symbols) == r"\sigma^{2}_{a_1,i}"
    assert latex(Entry("W1_bar", i), symbols=symbols) == r"\overline{\sigma^{2}}_{a_1,i}"
    network.set_latex("X", r"\hat{X}_{a_{b_{c}}}")
    symbols = symbols_of(network)
    assert latex(Entry("X", n, i), symbols=symbols) == r"{{}\hat{X}_{a_{b_{c}}}}_{ni}"


def test_a_latex_name_that_would_stop_tex_is_refused():
    with pytest.raises(DefinitionError, match="a_1_2"):
        small_network().set_latex("W1", "a_1_2")
    with pytest.raises(DefinitionError, match="a_1_2"):
        symbols_of(small_network()).with_given(W1="a_1_2")


@pytest.mark.parametrize(
    ("notation", "expression", "in_latex", "in_unicode"),
    [
        (Notation(adjoint="partial"), Z1_bar, r"\frac{\partial L}{\partial Z_{1,nh}}",
         "∂L/∂Z1[n,h]"),
        (Notation(adjoint="delta"), Z1_bar, r"\delta_{Z1,nh}", "δ_Z1[n,h]"),
        (Notation(numbered="superscript"), Entry("W1", i, h), "W^{(1)}_{ih}", "W⁽¹⁾[i,h]"),
        (Notation(numbered="superscript"), Z1_bar, r"\bar{Z}^{(1)}_{nh}", "Z̄⁽¹⁾[n,h]"),
        (Notation(first_index=1), at("W1", 0, 4), "W_{1;1,5}", "W1[1,5]"),
        (Notation(first_index=1), scalar, "w^{(1)}_{12}", "w⁽¹⁾₁₂"),
        (Notation(first_index=1), at("x", t - 1), "x_{t - 1}", "x[t−1]"),
        (Notation(first_index=1), at("x", 2 * t), "x_{2 t - 1}", "x[2·t−1]"),
        (Notation(first_index=1), sum_over(X, (i, 0, k - 1)), r"\sum_{i=1}^{k - 1} X_{ni}",
         "Σ_{i=1..k−1} X[n,i]"),
        (Notation(digits=3), P, "P_{nk}", "P[n,k]"),
    ],
)  # fmt: skip
def test_a_notation_changes_the_print(notation, expression, in_latex, in_unicode):
    network = Network("small")
    network.parameter("w")
    network.loss("L", network["w"] ** 2)
    symbols = symbols_of(network)
    assert latex(expression, notation, symbols) == in_latex
    assert unicode(expression, notation, symbols).replace(" ", "") == in_unicode.replace(" ", "")


def test_a_shifted_position_reads_the_same_entry():
    # With t counted from 1, position p of 0-based t = t₁ - 1 is printed p + 1.
    shown = Typesetter(Notation(first_index=1))
    for coefficient, constant in ((1, -1), (2, 1), (-1, 5)):
        text = unicode_of(shown.position(as_position(coefficient * t + constant, "")))
        value = text.replace("·", "*").replace("−", "-").replace("t", "4").replace(" ", "")
        assert computed(ast.parse(value, mode="eval").body) == coefficient * 3 + constant + 1


def test_a_letter_as_a_number_keeps_its_value():
    assert unicode(t * Integer(2), Notation(first_index=1)) == "(t − 1) · 2"


@pytest.mark.parametrize(
    "wrong",
    [{"first_index": 2}, {"adjoint": "hat"}, {"digits": 0}, {"digits": True}, {"layout": 3}],
)
def test_an_unknown_choice_is_refused(wrong):
    with pytest.raises(DefinitionError, match="no such choice"):
        Notation(**wrong)
