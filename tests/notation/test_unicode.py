import pytest
from hypothesis import given

from symback.algebra.functions import sum_over
from symback.notation.unicode import unicode, width
from tests.notation.formula_reader import FROM_UNICODE, expressions, same_value
from tests.notation.formulas import FORMULAS, X, a, b, c, i, n


@pytest.mark.parametrize("what", FORMULAS)
def test_a_form_prints_as_its_row_says(what):
    expression, _, expected = FORMULAS[what]
    assert unicode(expression) == expected


@given(expressions())
def test_brackets_are_left_out_only_where_the_value_stays(expression):
    assert same_value(unicode(expression), FROM_UNICODE, expression)


def test_no_two_forms_of_the_table_print_alike():
    texts = [text for _, _, text in FORMULAS.values()]
    alike = {text for text in texts if texts.count(text) > 1}
    # Sums and products are associative: brackets that say so are left out; evaluated forms repeat.
    assert alike == {"a / b", "−a · b"}


def test_values_are_put_in():
    assert unicode(a * b + c, parts={a: 0.138498561629, b: -0.5}) == "0.138498562·(−0.5) + c"


def test_a_sum_that_is_divided_is_beside_the_fraction():
    assert unicode(sum_over(X, i) / n.size) == "(1/N) · Σ_i X[n,i]"


@pytest.mark.parametrize(
    ("text", "columns"), [("abc", 3), ("Z̄1", 2), ("Ẇ", 1), ("n̅e̅t̅", 3), ("層", 2)]
)
def test_accents_take_no_column(text, columns):
    assert width(text) == columns
