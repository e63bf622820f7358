import numpy as np
import pytest

from symback.algebra.letters import indices
from symback.diagrams.naming import namer_of, number_of, value_of
from symback.diagrams.richtext import Piece, to_unicode
from symback.network.network import Network
from symback.network.text_reader import parse
from tests.diagrams.networks import classifier


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"), (-0.0, "0"), (1.0, "1"), (0.4, "0.4"), (-12, "−12"), (0.138498561, "0.1385"),
        (0.99999, "1.000"), (12345.678, "12346"), (138.8338, "138.8"), (4.38567e-5, "4.386·10⁻⁵"),
        (-2.5e9, "−2.5·10⁹"), (float("nan"), "NaN"), (float("-inf"), "−∞"), (0.1 + 0.2, "0.3"),
    ],
)  # fmt: skip
def test_numbers_have_four_digits_and_show_that_they_are_rounded(value, text):
    assert number_of(value) == text


@pytest.mark.parametrize(
    ("array", "text"),
    [
        (np.float64(0.5), "0.5"),
        (np.array([1.0, -2.0]), "(1, −2)"),
        (np.array([[3.0, 4.0]]), "norm 5"),
        (np.zeros(10), "norm 0"),
    ],
)
def test_tensors_are_shown_by_their_entries_or_their_norm(array, text):
    assert value_of(array) == text


def test_names_have_their_subscripts_and_bars():
    net = Network("names")
    for name in ("Z1", "net_h1", "beta", "W_xh", "w_1_0_1"):
        net.input(name)
    net.adjoint("Z1_bar", (), net["Z1"] * 2)
    namer = namer_of(net)
    shown = {name: to_unicode(namer.name(name)) for name in net.tensors}
    assert shown["Z1"] == "Z₁"
    assert shown["Z1_bar"] == "Z̄₁"
    assert shown["beta"] == "β"
    assert shown["net_h1"] == "netₕ₁"


def test_a_formula_is_typeset_like_the_names_in_it():
    net, _ = classifier()
    namer = namer_of(net)
    formula = namer.formula(net.equation("Z1").written)
    assert to_unicode(formula) == "Σᵢ X[n,i]·W₁[i,h] + b₁[h]"
    assert Piece("W", italic=True) in formula
    assert Piece("1", "sub") in formula
    assert to_unicode(namer.formula(net.equation("L").written)).startswith("−(1/N)")


def test_the_name_of_a_function_is_no_name_with_a_subscript():
    net = parse("input x\na = gelu_tanh(x)")
    assert to_unicode(namer_of(net).formula(net.equation("a").written)) == "gelu_tanh(x)"


def test_shapes_keep_their_symbols():
    n, p = indices("n:N p:N-2")
    net = Network("shapes")
    net.input("X", n, p)
    net.input("s")
    assert namer_of(net).shape(net["X"]) == "N × N − 2"
    assert namer_of(net).shape(net["s"]) == ""
