import pytest
from hypothesis import given

from symback.algebra.functions import delta, log, sum_over
from symback.algebra.nodes import Total
from symback.algebra.positions import Entry
from symback.notation.latex import Mode, latex, latex_of
from symback.notation.layout import Typesetter
from symback.notation.tree import Brace, Glyph, Number, Power, Product, Row, Symbol, Words
from tests.notation.formula_reader import FROM_LATEX, expressions, same_value
from tests.notation.formulas import FORMULAS, W1, E, P, X, Y, a, b, c, h, i, j, k, n, w1


@pytest.mark.parametrize("what", FORMULAS)
def test_a_form_prints_as_its_row_says(what):
    expression, expected, _ = FORMULAS[what]
    assert latex(expression) == expected


@given(expressions())
def test_brackets_are_left_out_only_where_the_value_stays(expression):
    assert same_value(latex(expression), FROM_LATEX, expression)
    assert same_value(latex(expression, inline=True), FROM_LATEX, expression)


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        (a / b, "a/b"),
        (a / (b * c), r"a/(b \, c)"),
        ((a + b) / c, "(a + b)/c"),
        (a / b * c, r"(a/b) \, c"),
        (Total(E, w1), r"\partial E/\partial w_1"),
        (sum_over(X, i) / a, r"(1/a) \sum_i X_{ni}"),
    ],
)
def test_within_a_line_fractions_do_not_stack(expression, expected):
    assert latex(expression, inline=True) == expected


def test_macros_are_used_only_where_they_are_defined():
    tree = Typesetter()(Total(E, W1) * Entry("Z1_bar", n, h))
    assert latex_of(tree, Mode(macros=True)) == r"\pd{E}{W_{1,ih}} \, \adj{Z}_{1,nh}"
    assert "pd" not in latex_of(tree)
    assert latex_of(Typesetter().name("net_bar"), Mode(macros=True)) == r"\adjword{\mathrm{net}}"


@pytest.mark.parametrize(
    ("tree", "with_macros", "without"),
    [
        (Typesetter()(delta(i, j)), r"\kron{ij}", r"\delta_{ij}"),
        (Power(Symbol("X", "X"), Words("⊤")), r"X^{\transpose}", r"X^{\top}"),
        (Product((Number("1"), Number("2")), "⊙"), r"1 \had 2", r"1 \odot 2"),
        (Row((Glyph("⊙"), Number("2"))), r"\had 2", r"\odot 2"),
        (Brace(Number("1"), Number("2")), r"\named{1}{2}", r"\underbrace{1}_{2}"),
    ],
)
def test_what_a_preamble_can_restyle_is_a_macro(tree, with_macros, without):
    assert latex_of(tree, Mode(macros=True)) == with_macros
    assert latex_of(tree) == without


def test_values_are_put_in_and_stay_apart():
    values = {a: 0.4, b: -0.038098236517, c: 2.0}
    assert latex(a * b, parts=values) == r"0.4 \cdot (-0.038098237)"
    assert latex(a - b * c, parts=values) == r"0.4 - (-0.038098237) \cdot 2"
    assert latex((a + c) * w1, parts=values) == r"(0.4 + 2) \, w_1"
    assert latex(w1 * a, parts=values) == r"w_1 \cdot 0.4"


def test_a_part_can_carry_a_name():
    named = Brace(Typesetter()(a * b), Words("δ"))
    assert latex(a * b + c, parts={a * b: named}) == (
        r"\underbrace{a \, b}_{\text{$\delta$}} + c"
    )


def test_the_loss_keeps_the_order_in_which_it_was_written():
    text = latex(-sum_over(Y * log(P), n, k) / n.size)
    assert text.index("Y") < text.index("P")
