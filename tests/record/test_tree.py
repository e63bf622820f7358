"""Expressions as JSON trees: what is written is read back, and nothing else is."""

from __future__ import annotations

import json

import pytest
from hypothesis import assume, given, settings

from symback.algebra import functions as f
from symback.algebra.letters import indices
from symback.algebra.positions import Entry
from symback.derivation.derive import derive
from symback.errors import DefinitionError, SymbackError
from symback.network.text_reader import parse
from symback.record.archive import restored, stored
from symback.record.tree import expression_from, tree_of
from tests.derivation.networks import digits, logistic, neuron
from tests.network.expressions import expressions, network_with

n = indices("n:N")


@pytest.mark.parametrize(("network", "wrt"), [(digits, None), (logistic, "z"), (neuron, None)])
def test_every_expression_of_a_derivation_survives_json(network, wrt) -> None:
    derivation = derive(network(), wrt)
    for name in derivation.adjoints:
        for step in derivation[name].record.walk():
            for expression in (step.before, step.after):
                assert expression_from(json.loads(json.dumps(tree_of(expression)))) == expression


@given(expressions)
@settings(max_examples=100)
def test_every_form_of_the_language_survives_json(expression) -> None:
    try:
        written = network_with(expression).equation("Z").written
    except DefinitionError:
        assume(False)  # such as oo - oo
    assert expression_from(json.loads(json.dumps(tree_of(written)))) == written


def test_gathers_survive_json() -> None:
    gathered = f.padded(Entry("E", Entry("ids", Entry("m", n)), n // 2)) * f.delta(
        Entry("ids", n), n % 3
    )
    assert expression_from(json.loads(json.dumps(tree_of(gathered)))) == gathered


def test_a_recurrence_is_stored_with_its_initial_value() -> None:
    net = parse("index t:T\ninput x[t]\nparameter w h0\nstate h[t] initial h0\n"
                "h[t] = tanh(w*h[t-1] + x[t])\nloss L = sum(h[t]**2, t)")  # fmt: skip
    derivation = derive(net)
    again = restored(stored(derivation))
    assert again.network == derivation.network
    other = stored(derivation).replace("state h[t] initial h0", "state h[t] initial 2*h0", 1)
    with pytest.raises(SymbackError, match="differs between its two networks"):
        restored(other)


HOSTILE = {
    "no letters": ["IndexMax", ["1"]],
    "no letter to run over": ["IndexSum", ["1"], ["2"]],
    "a bound of no letter": ["IndexMin", ["1"], ["Bounded", ["1"], ["1"], ["2"]]],
    "a mask that is read nowhere": ["First", ["1"], ["Index", "k", ["3"]]],
    "padded around a number": ["Padded", ["1"]],
    "a floor of one number": ["Floored", ["Index", "k", ["3"]]],
    "a bracket of a value": ["Iverson", ["1"]],
    "a condition as a value": ["Negative", ["Comparison", "<", ["1"], ["2"]]],
    "a where of values": ["Where", ["1"], ["2"], ["3"]],
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
