import pytest
import sympy
from sympy import Integer

from symback.algebra.functions import tanh
from symback.algebra.operators import Plus, Times
from symback.algebra.positions import Entry
from symback.errors import NotYetError
from symback.notation.blocks import block_of
from symback.notation.extents import extent
from symback.notation.forms import derivative_sign
from symback.notation.latex import latex_of
from symback.notation.layout import Typesetter, layout
from symback.notation.options import Notation
from symback.notation.tree import Product, Sum, height
from symback.notation.unicode import unicode_of
from tests.notation.formulas import X, a, b, net_o1, one

show = Typesetter()


def test_an_unknown_node_is_refused_with_its_name():
    with pytest.raises(NotYetError, match="zeta"):
        layout(sympy.zeta(a))


def test_products_in_products_are_one_product():
    assert layout(Times(a, Times(b, a))) == Product((layout(a), layout(b), layout(a)))


def test_a_negative_term_is_subtracted():
    assert layout(Plus(a, -b)) == Sum((("+", layout(a)), ("-", layout(b))))


def test_a_part_is_replaced_where_it_stands():
    assert unicode_of(show(tanh(a) * b, {tanh(a): 0.25})) == "0.25 · b"
    assert unicode_of(Typesetter(Notation(digits=3))(a * b, {a: 1 / 3})) == "0.333 · b"


def test_a_name_alone_has_no_indices():
    assert unicode_of(show.name("Z1_bar")) == "Z̄1"
    assert latex_of(show.name("Z1_bar")) == r"\bar{Z}_1"


def test_shapes_and_relations_for_prose():
    assert unicode_of(show.shape((Integer(64), Integer(32)))) == "64×32"
    assert latex_of(show.related(a, ">", Integer(0))) == "a > 0"


@pytest.mark.parametrize(
    ("expression", "sign"),
    [(a**2, "d"), (a * a, "d"), (a * b, "∂"), (tanh(net_o1), "d"), (net_o1, "∂"), (X * X, "∂")],
)
def test_d_is_for_a_formula_of_one_scalar(expression, sign):
    assert derivative_sign(expression) == sign


@pytest.mark.parametrize("nest", [lambda e: tanh(e * a + one), lambda e: a - (b - e)])
def test_deep_formulas_are_printed(nest):
    expression = Entry("x")
    for _ in range(49):
        expression = nest(expression)
    tree = layout(expression)
    assert latex_of(tree)
    assert unicode_of(tree).count("(") >= 49
    assert block_of(tree).width > 49
    assert extent(tree) > 49
    assert height(tree) == 1
