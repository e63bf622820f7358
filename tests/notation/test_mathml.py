import re
from xml.etree import ElementTree

import pytest
from hypothesis import given
from sympy import Integer

from symback.algebra.nodes import Partial, Total
from symback.algebra.operators import Decimal
from symback.algebra.positions import Entry
from symback.notation import tree
from symback.notation.latex import Mode, latex_of
from symback.notation.layout import Typesetter, layout
from symback.notation.mathml import EMIT, mathml, mathml_of
from symback.notation.mathml_symbols import latex_atoms
from symback.notation.mathml_text import escaped
from symback.notation.symbols import NONE
from symback.notation.tree import (
    Bound,
    Brace,
    Derivative,
    Glyph,
    Number,
    Power,
    Row,
    Sum,
    Symbol,
    Words,
)
from tests.notation.formula_reader import expressions
from tests.notation.formulas import FORMULAS, E, a, b, c, h, n, w1

CHILDREN = {
    "mfrac": 2, "msub": 2, "msup": 2, "mover": 2, "munder": 2, "msubsup": 3, "munderover": 3,
}  # fmt: skip
LINKS = {"data-name", "data-of", "data-by", "data-adjoint"}
NAMES = ["", "{", "}", "_", "^{", r"\mathbf", r"\hat", "a_", "\\", "a__b"]


def shown(markup):
    """Return MathML as an element, its names without a namespace, after looking at its shape."""
    root = ElementTree.fromstring(re.sub(r' xmlns="[^"]*"', "", markup))
    for node in root.iter():
        assert len(node) == CHILDREN.get(node.tag, len(node)), ElementTree.tostring(node)
        assert node.tag not in ("mi", "mn", "mo", "mtext") or (len(node) == 0 and node.text)
    return root


def words_of(markup):
    """Return what MathML shows as one line of text; a row of times signs and gaps is left out."""
    root = shown(markup)
    for parent in list(root.iter()):
        for child in [node for node in parent if node.tag == "annotation"]:
            parent.remove(child)
    return "".join(root.itertext()).replace("\u2062", "").replace("\u2061", "")


@pytest.mark.parametrize("what", FORMULAS)
@pytest.mark.parametrize("inline", [False, True])
def test_every_form_is_well_formed(what, inline):
    markup = mathml(FORMULAS[what][0], inline=inline)
    assert shown(markup).find("semantics/annotation").get("encoding") == "application/x-tex"


@pytest.mark.parametrize(
    ("what", "expected"),
    [
        ("scalar", "w1"),
        ("word", "neto1"),
        ("number of the name", "W1,ih"),
        ("numbers need commas", "W1;3,5"),
        ("adjoint", "Z‾1,nh"),
        ("second of first", "W‾˜"),
        ("fourth order", "W‾4"),
        ("scalar far out", "w0,12(1)"),
        ("generated letter", "Xn′i"),
        ("gather", "Eids[n],j"),
        ("minus a sum", "a−(b−c)"),
        ("plus a negative", "a+(−2)"),
        ("double minus", "−(−a)"),
        ("number last", "a⋅2"),
        ("small decimal", "10−8+a"),
        ("power of a product", "(ab)2"),
        ("power of an entry", "1−A1,nh2"),
        ("sum in front", "(∑iXni)a"),
        ("bounds", "∑i=0j−1Xni"),
        ("mean of a product", "meann(Xnia)"),
        ("softmax read elsewhere", "softmaxk(Pnk)3"),
        ("two arguments", "lrelu(a,b)"),
        ("or in and", "[(a>0\u00a0or\u00a0b>0)\u00a0and\u00a0i≠j]"),
        ("where in a sum", "({bif\u00a0a>0cotherwise)+d"),
        ("of one variable", "dda(a2)"),
        ("matrix", "X⊤Z‾1"),
    ],
)
def test_a_form_shows_what_its_row_says(what, expected):
    assert words_of(mathml(FORMULAS[what][0])) == expected


def brackets(text):
    return [sign for sign in text if sign in "()[]"]


@given(expressions())
def test_brackets_stand_where_latex_has_them(expression):
    made = layout(expression)
    for flat in (False, True):
        latex = latex_of(made, Mode(flat=flat))
        assert brackets(words_of(mathml_of(made, flat))) == brackets(latex)


LETTER = Symbol("a", "a")
FORMS = {
    tree.Big: tree.Big("Σ", (Bound(LETTER, Number("0"), Number("9")), Bound(LETTER)), LETTER),
    tree.Brace: Brace(LETTER, Words("δ")),
    tree.Call: tree.Call(r"\operatorname{gelu}_{\tanh}", "gelu_tanh", (LETTER, LETTER), (), LETTER),
    tree.Cases: tree.Cases(((LETTER, LETTER), (LETTER, None))),
    tree.Derivative: tree.Derivative(None, LETTER, "d"),
    tree.Fenced: tree.Fenced("|", tree.Fraction(LETTER, LETTER)),
    tree.Fraction: tree.Fraction(LETTER, Sum((("+", LETTER), ("-", LETTER)))),
    tree.Glyph: Glyph("(", 3),
    tree.Indexed: tree.Indexed(Power(LETTER, Words("⊤")), (LETTER, Number("3"))),
    tree.Kronecker: tree.Kronecker(LETTER, Number("3")),
    tree.Logic: tree.Logic("not", (LETTER,)),
    tree.Number: Number("1.5", -8, True),
    tree.Power: Power(LETTER, Words("⊤")),
    tree.Product: tree.Product((LETTER, LETTER), "⊙"),
    tree.Relation: tree.Relation((LETTER, LETTER, LETTER), ("<=", "<")),
    tree.Root: tree.Root(LETTER),
    tree.Row: Row((Glyph("+"), LETTER, Glyph(" "), LETTER, Glyph(")", 3))),
    tree.Sum: Sum((("-", Row(())),)),
    tree.Symbol: Symbol("Z1_bar", "Z", ("1",), accents=("bar",), primes=2, indices=(LETTER,)),
    tree.Words: Words("if < & \"x\""),
}  # fmt: skip


def test_every_form_has_a_row():
    assert set(EMIT) == set(FORMS)


@pytest.mark.parametrize("kind", FORMS, ids=lambda kind: kind.__name__)
@pytest.mark.parametrize("flat", [False, True])
def test_every_kind_of_tree_is_well_formed(kind, flat):
    shown(mathml_of(FORMS[kind], flat))


def test_a_formula_brings_its_latex():
    markup = shown(mathml(Total(E, w1)))
    assert markup.find(".//annotation").text == r"\frac{\partial E}{\partial w_1}"
    assert "annotation" not in mathml_of(layout(a), annotated=False)


def test_a_broken_formula_keeps_the_space_of_its_operator():
    row = shown(mathml_of(Row((Glyph("+"), LETTER))))
    assert row.find(".//mo").get("form") == "infix"


def test_brackets_have_the_height_of_what_stands_in_them():
    tall = shown(mathml((a / b) ** 2)).find(".//mo")
    assert (tall.get("minsize"), tall.get("maxsize")) == ("2.4em", "2.4em")
    assert shown(mathml((a + b) ** 2)).find(".//mo").get("stretchy") == "false"


def test_values_are_put_in():
    markup = mathml(a * b - c, parts={a: 0.4, b: -0.038098236517})
    assert words_of(markup) == "0.4⋅(−0.038098237)−c"


@pytest.mark.parametrize(
    ("latex", "expected"),
    [
        (r"Z^{(1)}", "Z(1)"),
        (r"\hat{y}_{in}", "yˆin"),
        (r"\mathbf{W}", "𝐖"),
        (r"\mathcal{L}", "ℒ"),
        (r"\mathbb{R}'", "ℝ′"),
        (r"\mathfrak{C}", "ℭ"),
        (r"\boldsymbol{x}_1", "𝒙1"),
        (r"\boldsymbol{\beta}", "β"),
        (r"\mathrm{out}_{o1}", "outo1"),
        (r"\overline{ab}", "ab‾"),
        (r"\underline{x}", "x_"),
        (r"\theta\,\omega", "θ\u2009ω"),
        (r"a<b", "a<b"),
        (r"\mathbf{<}", "<"),
    ],
)
def test_a_name_given_in_latex_is_read(latex, expected):
    symbols = NONE.with_given(a=latex)
    made = Typesetter(symbols=symbols)(a)
    assert words_of(mathml_of(made, annotated=False)) == expected
    below = Typesetter(symbols=symbols)(Entry("a", Integer(3)))
    assert words_of(mathml_of(below, annotated=False)).count("3") == 1


@pytest.mark.parametrize("latex", NAMES)
def test_latex_that_is_no_name_does_no_harm(latex):
    shown(mathml_of(Symbol("a", "a", latex=latex), annotated=False) if latex else "<math/>")
    assert isinstance(latex_atoms(latex), list)


def test_an_accent_of_a_given_name_stands_over_its_first_letter():
    symbols = NONE.with_given(Z1=r"Z^{(1)}")
    assert words_of(mathml_of(Typesetter(symbols=symbols)(Entry("Z1_bar", a)))) == "Z‾a(1)"

    symbols = NONE.with_given(v=r"\sigma^{2}_{1}")
    made = mathml_of(Typesetter(symbols=symbols)(Entry("v_bar", a)), annotated=False)
    assert words_of(made) == "σ2‾1,a"


HOSTILE = "<script>&\"'\x00\x1b\ud800\u202e\ufffe]]>"


@pytest.mark.parametrize(
    "made",
    [
        Words(HOSTILE),
        Symbol(HOSTILE, HOSTILE, (HOSTILE,), layer=HOSTILE),
        Number(HOSTILE),
        tree.Relation((LETTER, LETTER), (HOSTILE,)),
        tree.Call(HOSTILE, HOSTILE, (LETTER,)),
        tree.Logic("and", (Words(HOSTILE), Words(HOSTILE))),
    ],
    ids=lambda made: type(made).__name__,
)
def test_hostile_words_come_out_as_words(made):
    markup = mathml_of(made)
    assert "script" not in {node.tag for node in shown(markup).iter()}
    markup.encode("utf-8")


def test_words_are_escaped_and_their_letters_kept():
    assert escaped("a<b & 'c' é 層 σ₁ \u0304") == "a&lt;b &amp; &#x27;c&#x27; é 層 σ₁ \u0304"
    assert escaped("\x1b[31m \u202e") == "\ufffd[31m \ufffd"


def test_a_decimal_stands_as_it_was_spelled():
    assert words_of(mathml(Decimal("0.50") * a)) == "0.50a"


def test_symbols_and_derivatives_say_which_tensors_they_are():
    markup = mathml_of(layout(Partial(Entry("A1", n, h), Entry("Z1", n, h)) * Entry("Z1_bar", n)))
    named = [(t.tag, t.attrib) for t in shown(markup).iter() if set(t.attrib) & LINKS]
    assert named == [
        ("mfrac", {"data-of": "A1", "data-by": "Z1"}), ("mrow", {"data-name": "A1"}),
        ("mrow", {"data-name": "Z1"}), ("mrow", {"data-name": "Z1", "data-adjoint": ""}),
    ]  # fmt: skip
    delta = Symbol("deltao1", "delta", ("o1",), adjoint_of="net_o1")
    assert '<mrow data-name="net_o1" data-adjoint="">' in mathml_of(delta)
    hostile = Derivative(Symbol('"><b>', "x"), Symbol("'", "y"))
    assert 'data-of="&quot;&gt;&lt;b&gt;" data-by="&#x27;"' in mathml_of(hostile)
