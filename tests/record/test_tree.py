"""Expressions as JSON trees: what is written is read back, and nothing else is."""

from __future__ import annotations

import json

import pytest

from symback.derivation.derive import derive
from symback.errors import SymbackError
from symback.record.tree import expression_from, tree_of
from tests.derivation.networks import digits, logistic, neuron


@pytest.mark.parametrize(("network", "wrt"), [(digits, None), (logistic, "z"), (neuron, None)])
def test_every_expression_of_a_derivation_survives_json(network, wrt) -> None:
    derivation = derive(network(), wrt)
    for name in derivation.adjoints:
        for step in derivation[name].record.walk():
            for expression in (step.before, step.after):
                assert expression_from(json.loads(json.dumps(tree_of(expression)))) == expression


HOSTILE = {
    "unknown form": ["Lambda", ["1"]],
    "dunder name": ["Entry", "__import__"],
    "name with code": ["Entry", "x; import os"],
    "unknown function": ["Pointwise", "system", ["1"]],
    "bad operator": ["Comparison", "is", ["1"], ["2"]],
    "bad number": ["1e99999999"],
    "division by zero": ["1/0"],
    "unicode digits": ["٣"],
    "bad constant": {"constant": "zoo"},
    "two keys": {"size": "N", "constant": "pi"},
    "huge exponent": ["Decimal", "1e999999999"],
    "no letter": ["Affine", ["1"], [[["1"], 2]]],
    "number": 3,
    "none": None,
    "empty": [],
    "deep": None,
}


@pytest.mark.parametrize("case", HOSTILE)
def test_anything_else_is_refused(case: str) -> None:
    tree = HOSTILE[case]
    if case == "deep":
        tree = ["1"]
        for _ in range(600):
            tree = ["Negative", tree]
    with pytest.raises(SymbackError):
        expression_from(tree)
