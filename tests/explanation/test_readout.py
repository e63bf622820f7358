"""Gradients read out: every direction, amount and effect is the one that a new pass computes."""

import re

import numpy as np
import pytest

from symback.compiler.program import compile_network
from symback.derivation.derive import derive
from symback.explanation.teacher import explanation
from symback.network.text_reader import parse
from symback.training.optimisers import SGD
from tests.explanation.networks import MAZUR, MAZUR_AT, NEURON, NEURON_AT, XOR, XOR_AT, derived


def plain(text: str, at: dict, **options) -> str:
    return " ".join(explanation(derived(text), at=at, detail=0, **options).text().split())


def mazur_loss(**changed: float) -> float:
    program = compile_network(derived(MAZUR).forward, ["E"])
    return float(program(MAZUR_AT | changed)["E"])


def test_a_weight_says_what_is_wrong_what_the_step_does_and_what_comes_of_it():
    text = plain(MAZUR, MAZUR_AT, update=SGD(0.5))
    assert (
        "o1 is too high (0.7514 against 0.01) and rises with w5: lowering w5 by 0.041084 lowers E"
        " by 0.00339." in text
    )
    assert "o2 is too low (0.7729 against 0.99) and rises with w7: raising w7 by" in text


@pytest.mark.parametrize("name", ["w1", "w3", "w5", "w8"])
def test_the_effect_of_a_weight_alone_is_that_of_a_pass_with_it_alone_moved(name):
    text = plain(MAZUR, MAZUR_AT, update=SGD(0.5))
    number = r"(\d+\.\d+)"
    pattern = rf"(lowering|raising) {name} by {number} lowers E by {number}(·10⁻(.))?"
    found = re.search(pattern, text)
    sign = -1 if found[1] == "lowering" else 1
    moved = mazur_loss(**{name: MAZUR_AT[name] + sign * float(found[2])})
    exponent = -"⁰¹²³⁴⁵⁶⁷⁸⁹".index(found[5]) if found[5] else 0
    said = float(found[3]) * 10.0**exponent
    assert mazur_loss() - moved == pytest.approx(said, rel=0.02)


def test_of_several_outputs_the_one_that_matters_most_is_named():
    at = MAZUR_AT | {"t1": 0.75}
    assert "o2 is too low (0.7729 against 0.99) and rises with w1" in plain(
        MAZUR, at, update=SGD(0.5)
    )


def test_an_output_that_falls_with_a_weight_says_so():
    at = NEURON_AT | {"x": -2.0}
    assert "falls with w" in plain(NEURON, at, update=SGD(0.1))


def test_without_a_target_nothing_is_too_high():
    net = "network free\ninput x\nparameter w\ny = w*x\nloss L = exp(y)"
    page = explanation(derive(parse(net)), at={"x": 1.0, "w": 0.5}, update=SGD(0.1), detail=0)
    assert "too high" not in page.text()
    assert "Lowering w by" in page.text()


def test_a_tensor_counts_its_signs_and_names_its_largest_entry():
    derivation = derived(XOR)
    text = plain(XOR, XOR_AT, update=SGD(0.5))
    _, gradients = _gradients(derivation)
    array = gradients["W1"]
    place = np.unravel_index(np.argmax(np.abs(array)), array.shape)
    rising, falling = (array > 0).sum(), (array < 0).sum()
    counts = [f"{n} {'is' if n == 1 else 'are'}" for n in (rising, falling)]
    assert f"{counts[0]} positive and {counts[1]} negative" in text
    assert f"the largest in size is ∂L/∂W1[{place[0]},{place[1]}] = {array[place]:.6f}" in text
    assert "The step of W1 alone lowers L by" in text


def _gradients(derivation):
    program = compile_network(
        derivation.network, [], value=derivation.of, gradients=derivation.gradient_names
    )
    return program(XOR_AT)
