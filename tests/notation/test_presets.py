"""Notations after books: a two-layer network prints as the book would print it."""

from __future__ import annotations

import pytest

from symback.errors import DefinitionError
from symback.network.scalarize import scalarize
from symback.network.text_reader import parse
from symback.notation.blocks import block_of
from symback.notation.latex import latex_of
from symback.notation.layout import Typesetter
from symback.notation.mathml import mathml_of
from symback.notation.options import Notation, chosen
from symback.notation.presets import PRESETS
from symback.notation.symbols import symbols_of
from symback.notation.tree import Derivative, Indexed, Number, Power, Product, Symbol, Words
from symback.notation.unicode import unicode_of

NETWORK = parse("""
index n:N i:4 h:3
input X[n,i]
parameter W1[i,h] b1[h]
Z1[n,h] = sum(X[n,i]*W1[i,h], i) + b1[h]
loss L = sum(Z1[n,h]**2, n, h)
""")
SYMBOLS = symbols_of(NETWORK)
SIGNALS = {"Z1": Symbol("delta1", "delta", ("1",), adjoint_of="Z1")}


def shown(preset: str, tensor: str, **changes: object) -> tuple[str, str, str, str]:
    """Return an entry and the whole of a tensor, each in LaTeX and as text."""
    show = Typesetter(Notation.preset(preset, **changes), SYMBOLS, signals=SIGNALS)
    letters = NETWORK[tensor.removesuffix("_bar")].letters
    entry = show.entry(tensor, tuple(show.position(k) for k in letters))
    whole = show.name(tensor)
    return latex_of(entry), latex_of(whole), unicode_of(entry), unicode_of(whole)


BOOKS = {
    # Samples are columns, so the input index of a weight comes last.
    ("nielsen", "W1"): ("w^1_{hi}", "w^1", "w¹[h,i]", "w¹"),
    ("nielsen", "Z1"): ("z^1_{hn}", "z^1", "z¹[h,n]", "z¹"),
    ("nielsen", "Z1_bar"): (r"\delta^1_{hn}", r"\delta^1", "δ¹[h,n]", "δ¹"),
    ("nielsen", "W1_bar"): (
        r"\frac{\partial L}{\partial w^1_{hi}}", r"\frac{\partial L}{\partial w^1}",
        "∂L/∂w¹[h,i]", "∂L/∂w¹",
    ),
    ("goodfellow", "W1"): ("W^{(1)}_{ih}", r"\boldsymbol{W}^{(1)}", "W⁽¹⁾[i,h]", "W⁽¹⁾"),
    ("goodfellow", "W1_bar"): (
        r"(\nabla_{\boldsymbol{W}^{(1)}} L)_{ih}", r"\nabla_{\boldsymbol{W}^{(1)}} L",
        "(∇_W⁽¹⁾ L)[i,h]", "∇_W⁽¹⁾ L",
    ),
    ("cs231n", "W1"): ("W_{1,ih}", "W_1", "W1[i,h]", "W1"),
    ("cs231n", "W1_bar"): (r"\mathrm{dW}_{1,ih}", r"\mathrm{dW}_1", "dW1[i,h]", "dW1"),
    ("mazur", "W1_bar"): (
        r"\frac{\partial L}{\partial W_{1,ih}}", r"\frac{\partial L}{\partial W_1}",
        "∂L/∂W1[i,h]", "∂L/∂W1",
    ),
    ("mazur", "Z1_bar"): (r"\delta_{1,nh}", r"\delta_1", "δ1[n,h]", "δ1"),
}  # fmt: skip


@pytest.mark.parametrize(("book", "tensor"), BOOKS)
def test_a_preset_prints_as_its_book(book: str, tensor: str) -> None:
    assert shown(book, tensor) == BOOKS[book, tensor]


def test_every_preset_is_in_the_table_and_names_its_book() -> None:
    assert {book for book, _ in BOOKS} == set(PRESETS)
    for name, preset in PRESETS.items():
        assert any(character.isdigit() for character in preset.source) or name == "cs231n"
        assert Notation.preset(name) == chosen(name) == Notation(**preset.fields)


def test_changes_win_over_the_preset() -> None:
    assert shown("nielsen", "W1", layout="rows", lowercase=False)[0] == "W^1_{ih}"


@pytest.mark.parametrize(
    "ask",
    [
        lambda: Notation.preset("knuth"), lambda: Notation.preset(3),
        lambda: Notation.preset("mazur", colour="red"), lambda: chosen("knuth"),
        lambda: chosen(3), lambda: Notation(bold="yes"),
    ],
)  # fmt: skip
def test_what_is_no_notation_is_refused(ask) -> None:
    with pytest.raises(DefinitionError, match="use one of"):
        ask()


def test_a_capital_stays_where_its_small_letter_is_a_name_too() -> None:
    network = parse("""
index n:N
input X[n] x
parameter N2[n] W
loss L = sum(X[n]*W*N2[n], n)*x
""")
    show = Typesetter(Notation(lowercase=True), symbols_of(network))
    assert unicode_of(show.name("X")) == "X"
    assert unicode_of(show.name("N2")) == "n2"
    # Losses and other single numbers stay as they are: C, E.
    assert unicode_of(show.name("W")) == "W"


def test_in_columns_a_shape_and_the_place_in_a_scalars_name_are_transposed() -> None:
    show = Typesetter(Notation(layout="columns", first_index=1), SYMBOLS)
    assert unicode_of(show.shape(NETWORK["W1"].shape)) == "3×4"
    assert unicode_of(show.name("W1_0_2")) == "w⁽¹⁾₃₁"


def test_scalars_of_a_tensor_are_styled_too():
    network = scalarize(NETWORK, N=1)
    show = Typesetter(Notation.preset("nielsen"), symbols_of(network))
    assert latex_of(show.name("W1_0_2")) == "w^1_{31}"
    assert latex_of(Typesetter(symbols=symbols_of(network)).name("W1_0_2")) == "w^{(1)}_{02}"


def test_an_adjoint_that_the_network_defines_is_a_tensor_like_any_other() -> None:
    network = NETWORK.copy()
    network.adjoint("b1_bar", network["b1"].letters, network["b1"].entry)
    for adjoint in ("partial", "delta", "nabla", "d", "signal"):
        show = Typesetter(Notation(adjoint=adjoint), symbols_of(network, "b1_bar"))
        assert latex_of(show.name("b1_bar")) == r"\bar{b}_1"


A, B, K = Symbol("A", "A"), Symbol("B", "B"), Symbol("k", "k")
ONES = Symbol("1", "1", bold=True)
FORMS = {
    "an entry of a product": (
        Indexed(Product((A, Power(B, Words("⊤")))), (K, Number("3"))),
        r"(A \, B^{\top})_{k,3}", "(A·Bᵀ)[k,3]",
    ),
    "an entry of a transpose": (
        Indexed(Power(A, Words("⊤")), (K, K)), r"(A^{\top})_{kk}", "Aᵀ[k,k]",
    ),
    "a gradient as a factor": (
        Product((A, Derivative(K, B, "∇"))), r"A \, \nabla_B k", "A·∇_B k",
    ),
    "a row of ones": (Power(ONES, Words("⊤")), r"\mathbf{1}^{\top}", "𝟏ᵀ"),
}  # fmt: skip


@pytest.mark.parametrize("what", FORMS)
def test_a_form_prints_in_every_markup(what: str) -> None:
    tree, in_latex, in_text = FORMS[what]
    assert latex_of(tree) == in_latex
    assert unicode_of(tree).replace(" · ", "·") == in_text
    assert "<math" in mathml_of(tree)
    assert block_of(tree).lines[0].replace(" · ", "·") == in_text
