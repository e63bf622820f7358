"""Numbers of a page, each recomputed from what stands beside it and from the published table."""

import math

import pytest

from symback.compiler.program import compile_network
from symback.explanation.teacher import explanation
from symback.notation.numbers import number
from symback.notation.options import Notation
from symback.notation.tree import Number
from symback.render.document import Formula, Table, walk
from symback.training.optimisers import SGD
from tests.explanation.formula_values import equal_sides, value
from tests.explanation.networks import (
    CLASSES,
    CLASSES_AT,
    MAZUR,
    MAZUR_AT,
    NEURON,
    NEURON_AT,
    XOR,
    XOR_AT,
    derived,
    forty_six,
    values_of,
)

PAGES = {
    "one neuron": lambda: explanation(derived(NEURON), at=NEURON_AT, update=SGD(0.1)),
    "Mazur": lambda: explanation(derived(MAZUR), at=MAZUR_AT, update=SGD(0.5)),
    "Mazur's w1": lambda: explanation(derived(MAZUR), "w1", at=MAZUR_AT, update=SGD(0.1)),
    "XOR": lambda: explanation(derived(XOR), at=XOR_AT, update=SGD(0.5)),
    "one entry": lambda: explanation(derived(XOR), "W1", weight=(1, 0), at=XOR_AT),
    "one entry of classes": lambda: explanation(
        derived(CLASSES), "W", weight=(2, 1), at=CLASSES_AT, update=SGD(1)
    ),
    "46 weights": lambda: explanation(
        forty_six(), at=values_of(forty_six().forward), checks=False
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", PAGES)
def test_every_line_of_numbers_is_worth_the_next(name):
    compared = 0
    for _, sides in equal_sides(PAGES[name]().document):
        for side in sides[1:]:
            assert math.isclose(side, sides[0], rel_tol=1e-7, abs_tol=3e-9), sides
            compared += 1
    assert compared


@pytest.mark.parametrize("name", ["one neuron", "Mazur", "Mazur's w1", "46 weights"])
def test_numbers_in_a_table_of_factors_give_the_value(name):
    rows = 0
    for block in walk(PAGES[name]().document.blocks):
        if isinstance(block, Table) and len(block.head) == 6 and "factor" in str(block.head[0]):
            for row in block.rows:
                numbers, result = (
                    [value(p.tree) for p in cell if isinstance(p, Formula)] for cell in row[4:]
                )
                if numbers and numbers[0] is not None:
                    assert math.isclose(numbers[0], result[0], rel_tol=1e-4, abs_tol=3e-6)
                    rows += 1
    assert rows


PUBLISHED = {
    "w1": 0.000438567734, "w2": 0.000877135469, "w3": 0.000497712735, "w4": 0.000995425471,
    "w5": 0.082167040564, "w6": 0.082667627848, "w7": -0.022602540477, "w8": -0.022740242216,
}  # fmt: skip
MOVED = {
    "w1": 0.149780716133, "w2": 0.199561432266, "w3": 0.249751143632, "w4": 0.299502287265,
    "w5": 0.358916479718, "w6": 0.408666186076, "w7": 0.511301270239, "w8": 0.561370121108,
}  # fmt: skip


def _shown(tree_or_value):
    tree = tree_or_value if isinstance(tree_or_value, Number) else number(tree_or_value)
    return ("-" if tree.negative else "") + tree.mantissa


def test_every_published_number_of_mazur_is_on_the_page():
    text = PAGES["Mazur"]().text().replace("−", "-")
    for published in (*PUBLISHED.values(), *MOVED.values(), 0.298371108760, 0.2910277737):
        assert _shown(published) in text


def test_the_loss_after_the_update_is_that_of_a_simultaneous_step():
    assert "goes from 0.298371109 to 0.291027774" in PAGES["Mazur"]().text()


def test_numbers_of_a_large_network_come_from_its_program(monkeypatch):
    small = explanation(derived(XOR), "W1", weight=(0, 0), at=XOR_AT, checks=False).text()
    monkeypatch.setattr("symback.explanation.values.INTERPRETED", 0)
    assert explanation(derived(XOR), "W1", weight=(0, 0), at=XOR_AT, checks=False).text() == small


def test_gradients_are_those_of_the_program():
    derivation = derived(XOR)
    program = compile_network(
        derivation.network, (), value="L", gradients=derivation.gradient_names
    )
    _, gradients = program(XOR_AT)
    text = explanation(derivation, "W1", weight=(0, 1), at=XOR_AT, checks=False).text()
    assert f"= {_shown(float(gradients['W1'][0, 1]))}".replace("-", "−") in text


def test_digits_are_those_of_the_notation():
    page = explanation(derived(MAZUR), "w5", at=MAZUR_AT, notation=Notation(digits=4), checks=False)
    assert "0.0822" in page.text()
    assert "0.08216" not in page.text()


def test_a_masked_value_is_minus_infinity_in_a_table_and_no_error():
    masked = (
        "index t:T s:T\ninput X[t]\nparameter w\nS[t,s] = where(s <= t, w*X[s], -oo)\n"
        "P[t,s] = softmax(S[t,s], s)\nO[t] = sum(P[t,s]*X[s], s)\nloss L = sum(O[t]**2, t)"
    )
    made = explanation(derived(masked), at={"X": [1.0, 2.0], "w": 0.5}, checks=False)
    assert "│   0 │      0.5 │       −∞" in made.text()
    assert r"$-\infty$ \\" in made.latex()
    assert "∞" in made.html()
