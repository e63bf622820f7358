"""What conventions say of a function is the function: definition and slope, by numbers."""

import mpmath
import pytest

from symback.algebra.pointwise import pointwise_row
from symback.algebra.positions import Entry
from symback.compiler.interpreter import evaluate
from symback.derivation.derive import derive
from symback.explanation.functions import DEFINITIONS
from symback.explanation.teacher import explanation
from symback.network.text_reader import parse
from tests.explanation.networks import DIGITS, MAZUR, derived


@pytest.mark.parametrize("function", DEFINITIONS)
@pytest.mark.parametrize("point", [-2.5, -0.3, 0.7, 3.0])
def test_a_definition_is_the_function(function, point):
    row = pointwise_row(function)
    world = {"z": mpmath.mpf(point), "s": mpmath.mpf("0.2")}
    written = DEFINITIONS[function](*map(Entry, "zs"[: row.arguments]))
    numbers = [world[name] for name in "zs"[: row.arguments]]
    if function in ("log1p",) and point <= -1:
        return
    assert abs(evaluate(written, world) - row.exact(*numbers)) < 1e-14


def _conventions(derivation):
    page = explanation(derivation, checks=False).text()
    return " ".join(page[page.index("Conventions") : page.index("The goal")].split())


def test_every_function_of_a_page_is_defined_with_its_slope():
    assert "a = σ(z) = 1/(1 + exp(−z)), the logistic function; its derivative is da/dz = " \
        "a·(1 − a), written with its own output." in _conventions(derived(MAZUR))  # fmt: skip
    digits = _conventions(derived(DIGITS))
    assert "softmax_k(z[k]) = exp(z[k])/(Σ_{k′} exp(z[k′]))" in digits
    assert "logsumexp_k(z[k]) = log(Σ_k exp(z[k]))" in digits


def test_names_that_the_network_uses_are_not_used_for_another_thing():
    net = parse("input a z y\nparameter w\np = tanh(w*a + z)\nloss E = (p - y)**2")
    assert "v = tanh(x) = " in _conventions(derive(net))


def test_a_derivative_that_stops_is_said_in_words():
    net = parse("input x y\nparameter w\np = maximum(w*x, 0)\nloss E = (p - y)**2")
    assert "The derivative of the maximum goes to the larger argument." in _conventions(derive(net))
