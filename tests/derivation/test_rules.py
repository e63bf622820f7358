"""Every rule of the table: its example holds in numbers, and its reason can be read."""

from __future__ import annotations

import re

import numpy as np
import pytest
from sympy import Expr, Symbol

from symback.algebra.letters import Index
from symback.algebra.nodes import Partial
from symback.algebra.traversal import free_letters
from symback.compiler.interpreter import evaluate
from symback.derivation.rule import Rule
from symback.derivation.rule_rows import ROWS
from symback.derivation.rules import RULES, rule
from symback.errors import DerivationError
from symback.network.network import Network
from symback.network.text_fragments import parse_expression
from symback.network.text_reader import parse

WORLD = parse("""
network examples
index i:N j:N k:N
input x[i] y[i] w[i] s t
input m[i] integer
input u[j] v[k]
""")


def spelled(text: str, network: Network = WORLD) -> Expr:
    """Read an example; d(a, x) is the derivative of a by the entry x."""
    if not text.startswith("d("):
        return parse_expression(text, network)
    inside, variable = text[2:-1].rsplit(", ", 1)
    return Partial(parse_expression(inside, network), parse_expression(variable, network))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
@pytest.mark.parametrize("place", [(0, 0, 1), (1, 1, 1), (2, 0, 0)])
def test_the_example_of_a_rule_holds(row: Rule, place: tuple[int, int, int]) -> None:
    before, after = (spelled(text) for text in row.example)
    generator = np.random.default_rng(5)
    values = {name: generator.uniform(0.5, 1.5, 3) for name in "xyw"}
    values |= {"s": 0.7, "t": -1.3, "m": [1, 1, 0]}
    letters = dict(zip((Index(k, "N") for k in "ijk"), place, strict=True))
    sizes = {Symbol("N", integer=True, positive=True): 3}
    used = {k: v for k, v in letters.items() if k in free_letters(before) | free_letters(after)}
    left, right = (evaluate(e, values, used, sizes) for e in (before, after))
    assert abs(left - right) < 1e-12


def test_names_are_unique_and_unknown_ones_are_refused() -> None:
    assert len(RULES) == len(ROWS)
    with pytest.raises(DerivationError, match="no such row"):
        rule("magic")


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_a_rule_says_what_it_does_why_and_why_it_ends(row: Rule) -> None:
    assert row.law
    assert row.ends
    assert re.sub(r"[{}\[\]]", "", row.reason)
