"""Expressions as sums of terms: opening sums and multiplying out keep the value."""

from __future__ import annotations

import itertools

import pytest

from symback.algebra.letters import Index, indices
from symback.algebra.terms import expression_of, multiplied_out, terms_of
from symback.compiler.interpreter import evaluate
from symback.network.text_fragments import parse_expression
from symback.network.text_reader import parse

I, J = indices("i:2 j:2")
NETWORK = parse("network terms\nindex i:2 j:2\ninput x[i] y[j] s t")
VALUES = {"x": [2, 3], "y": [5, 7], "s": 11, "t": 13}
# Letters that are bound again inside, bound twice in a product, free beside a sum.
TEXTS = (
    "x[i]*sum(sum(y[i], i), j)",
    "x[i]*sum(sum(x[i]*y[j], i)*y[j], j)",
    "sum(sum(sum(x[i], i), i), i)",
    "sum(t, j)*s*(sum(s, j)/(y[j]*3))",
    "sum(x[i], i)*sum(x[i], i)*x[i]",
    "sum(x[j]*sum(y[j], j), j)*y[j]*sum(s, j)",
    "-(-(s - t))*(s - x[i])/(2*t)",
    "(s - t)**2*(s + sum(x[i]*(y[i] - s), i))",
)


@pytest.mark.parametrize("how", [terms_of, multiplied_out])
@pytest.mark.parametrize("text", TEXTS)
def test_terms_have_the_value_of_the_expression(text: str, how) -> None:
    expression = parse_expression(text, NETWORK)
    terms = how(expression)
    for place in itertools.product(range(2), repeat=2):
        letters: dict[Index, int] = dict(zip((I, J), place, strict=True))
        found = evaluate(expression_of(terms), VALUES, letters, exact=True)
        assert found == evaluate(expression, VALUES, letters, exact=True)


@pytest.mark.parametrize("how", [terms_of, multiplied_out])
@pytest.mark.parametrize("text", TEXTS)
def test_no_letter_is_summed_twice_in_one_term(text: str, how) -> None:
    for term in how(parse_expression(text, NETWORK)):
        assert len({letter.name for letter in term.letters}) == len(term.letters)
