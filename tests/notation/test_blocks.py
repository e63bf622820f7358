import pytest

from symback.algebra.functions import sqrt, tanh, where
from symback.algebra.nodes import Partial
from symback.notation.blocks import block_of
from symback.notation.layout import Typesetter, layout
from symback.notation.tree import Brace, Derivative, Fraction, Product, Sum
from symback.notation.unicode import width
from tests.notation.formulas import FORMULAS, E, a, b, c, net_o1, o1, w1

show = Typesetter()


def lines(tree):
    return "\n".join(line.rstrip() for line in block_of(tree).lines)


def test_a_chain_of_partials_with_names_under_its_parts():
    first = Brace(show(Partial(E, o1) * Partial(o1, net_o1)), show.name("delta_o1"))
    chain = Product((
        Sum((("+", first), ("+", show(Partial(E, a))))), show(Partial(net_o1, w1)),
    ))  # fmt: skip
    assert lines(chain) == (
        "⎛   ∂E    ∂out_o1   ∂E  ⎞ ∂net_o1\n"
        "⎜ ─────── ─────── + ─── ⎟ ───────\n"
        "⎝ ∂out_o1 ∂net_o1   ∂a  ⎠   ∂w1\n"
        "  └─── δ_o1 ────┘"
    )


def test_a_fraction_stacks_and_what_surrounds_it_stands_at_its_bar():
    tree = show(a * (b + c) / (w1 * 2) - c)
    assert lines(tree) == "a·(b + c)\n───────── − c\n  w1·2"


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ((a / b) ** 2, "⎛  a  ⎞²\n⎜ ─── ⎟\n⎝  b  ⎠"),
        (-a / b, "   a\n− ───\n   b"),
        (tanh(a / b), "    ⎛  a  ⎞\ntanh⎜ ─── ⎟\n    ⎝  b  ⎠"),
        (sqrt(a / b), " ⎛  a  ⎞\n√⎜ ─── ⎟\n ⎝  b  ⎠"),
        (where(a > 0, b, -c), "⎧ b   if a > 0\n⎨\n⎩ −c  otherwise"),
    ],
)
def test_tall_forms(expression, expected):
    assert lines(layout(expression)) == expected


@pytest.mark.parametrize("what", FORMULAS)
def test_every_form_is_a_block_of_equal_lines(what):
    block = block_of(layout(FORMULAS[what][0]))
    assert {width(line) for line in block.lines} == {block.width}
    assert 0 <= block.base < block.core


def test_an_operator_stands_close_to_what_it_acts_on():
    tree = Product((Derivative(None, show(a)), show(b)))
    assert lines(tree) == " ∂\n─── b\n∂a"


def test_a_fraction_in_a_fraction_is_wider_than_both():
    tree = Fraction(Fraction(show(a), show(b)), show(c))
    assert len(block_of(tree).lines) == 5
