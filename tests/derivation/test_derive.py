"""The gradients that everybody knows, reached by recorded steps."""

from __future__ import annotations

import itertools

import pytest

import symback.algebra.functions as f
from symback.algebra.evaluated import evaluated
from symback.algebra.letters import indices
from symback.derivation.derive import derive
from symback.derivation.rules import RULES, reason
from symback.errors import DefinitionError, DerivationError
from symback.network.network import Network
from tests.derivation.networks import deep, digits, logistic, neuron

DIGITS = {
    "Z2": "(P[n,k] - Y[n,k])/N",
    "A1": "sum(Z2_bar[n,k]*W2[h,k], k)",
    "Z1": "A1_bar[n,h]*(1 - A1[n,h]**2)",
    "W2": "sum(Z2_bar[n,k]*A1[n,h], n)",
    "b2": "sum(Z2_bar[n,k], n)",
    "W1": "sum(Z1_bar[n,h]*X[n,i], n)",
    "b1": "sum(Z1_bar[n,h], n)",
    "P": "-Y[n,k]/(P[n,k]*N)",
}


@pytest.mark.parametrize(("name", "expected"), DIGITS.items())
def test_the_classifier_has_the_textbook_gradients(name: str, expected: str) -> None:
    assert str(derive(digits())[name].written) == expected


def test_softmax_with_cross_entropy_is_reached_by_named_steps() -> None:
    rules = [step.rule for step in derive(digits())["Z2"].steps]
    assert rules == [
        "log of softmax",
        "local derivative",
        "delta contraction",
        "declared fact",
        "factor",
    ]


def test_without_a_declared_one_hot_the_sum_of_targets_stays() -> None:
    n, k = indices("n:N k:K")
    net = Network()
    z, y = net.input("Z", n, k), net.input("Y", n, k)
    p = net.define("P", (n, k), f.softmax(z[n, k], k))
    net.loss("L", -f.sum_over(y[n, k] * f.log(p[n, k]), n, k))
    assert str(derive(net, "Z")["Z"].written) == "P[n,k]*sum(Y[n,k_1], k_1) - Y[n,k]"


def test_the_textbook_path_through_the_softmax_is_there_on_demand() -> None:
    written = derive(digits()).textbook("Z2").written
    assert str(written) == "P[n,k]*(P_bar[n,k] - sum(P_bar[n,k_1]*P[n,k_1], k_1))"


def test_logistic_with_cross_entropy_is_output_minus_target() -> None:
    assert str(derive(logistic(), "z")["z"].written) == "(a[n,k] - y[n,k])/N"


def test_activation_derivatives_use_the_cached_output() -> None:
    assert str(derive(neuron())["z"].written) == "a_bar*a*(1 - a)"
    assert str(derive(neuron())["a"].written) == "a - y"


def test_each_line_begins_where_the_last_one_ended() -> None:
    derivation = derive(digits())
    for name in (*derivation.adjoints, "P"):
        steps = derivation[name].steps
        assert all(a.after == b.before for a, b in itertools.pairwise(steps))
        assert steps[-1].after == derivation[name].written


def test_every_step_is_numbered_and_names_a_rule_with_a_reason() -> None:
    derivation = derive(digits())
    for name in derivation.adjoints:
        identifiers = [s.identifier for s in derivation[name].record.walk()]
        assert len(set(identifiers)) == len(identifiers)
        for step in derivation[name].record.walk():
            assert step.rule in RULES
            assert "{" not in reason(step)


def test_a_doubled_tensor_adds_its_paths() -> None:
    net = Network()
    a = net.define("a", (), net.input("x") + net["x"])
    b = net.define("b", (), a + a)
    net.define("c", (), b + b)
    derivation = derive(net, "x", of="c")
    assert [str(derivation[n].written) for n in "bax"] == ["2", "2*b_bar", "2*a_bar"]


def test_powers_of_powers_are_joined() -> None:
    net = Network()
    x = net.input("x")
    net.define("q", (), (x**2) ** 2 + x**2)
    assert str(derive(net, "x", of="q")["x"].written) == "4*x**3 + 2*x"


def test_a_weight_used_twice_and_transposed_gets_both_terms() -> None:
    n, i, j = indices("n:N i:D j:D")
    net = Network()
    x, w = net.input("X", n, i), net.parameter("W", i, j)
    h = net.define("H", (n, j), f.tanh(f.sum_over(x[n, i] * w[i, j], i)))
    r = net.define("R", (n, i), f.sum_over(w[i, j] * h[n, j], j) - x[n, i])
    net.loss("L", f.sum_over(r[n, i] ** 2, n, i) / 2)
    record = derive(net)["W"].record
    assert record.consumers == ("H", "R")
    assert record.steps[0].rule == "accumulate"
    written = str(record.result)
    assert "R_bar[n,i]*H[n,j]" in written
    assert "H_bar[n,j]*" in written
    assert "X[n,i]" in written


def test_a_tensor_used_in_both_factors_is_two_occurrences() -> None:
    i, j = indices("i:D j:D")
    net = Network()
    x, a = net.parameter("x", i), net.input("A", i, j)
    net.loss("L", f.sum_over(x[i] * a[i, j] * x[j], i, j) / 2)
    assert str(derive(net)["x"].written) == "(sum(A[i,j]*x[j], j) + sum(x[i_1]*A[i_1,i], i_1))/2"


def test_a_non_scalar_goal_gets_an_upstream_input() -> None:
    derivation = derive(digits(), wrt=["W2", "X"], of="Z2")
    assert derivation.upstream == "Z2_bar"
    assert str(derivation["W2"].written) == "sum(Z2_bar[n,k]*A1[n,h], n)"
    assert derivation.network["Z2_bar"].kind == "input"


def test_what_the_goal_does_not_depend_on_has_gradient_zero() -> None:
    net = neuron()
    net.parameter("idle")
    derivation = derive(net)
    assert derivation["idle"].written == 0
    assert derivation.network.equation("idle_bar") is not None


def test_equal_layers_are_derived_once_and_read_under_their_own_names() -> None:
    derivation = derive(deep(6))
    assert len(derivation._templates.known) < 15
    assert str(derivation["W4"].written) == "sum(Z4_bar[n,g]*A3[n,h], n)"
    assert (
        str(derivation["W3"].steps[0].after) == "sum(Z3_bar[n,h_1]*(∂Z3[n,h_1]/∂W3[g,h]), n, h_1)"
    )
    assert derivation["W3"].steps[0].identifier == "W3_bar.1"


def test_a_template_gives_what_a_fresh_derivation_gives() -> None:
    together, letters = derive(deep(5)), {}
    for layer in range(5):
        alone = derive(deep(5), wrt=f"W{layer}")
        letters[layer] = str(alone[f"W{layer}"].written)
    assert letters == {k: str(together[f"W{k}"].written) for k in range(5)}


def test_a_derived_network_is_derived_again_under_a_new_order() -> None:
    first = derive(digits())
    second = derive(first.network, wrt="W2", of="b2_bar")
    assert second.upstream == "b2_bar_bar2"
    assert second["W2"].adjoint == "W2_bar2"


def test_the_evaluated_form_equals_the_ordered_form() -> None:
    gradient = derive(digits())["Z1"]
    assert gradient.expr == evaluated(gradient.written)
    assert gradient.expr.func(*gradient.expr.args) == gradient.expr


def test_a_deep_chain_does_not_recurse() -> None:
    net = Network()
    last = net.input("x")
    for number in range(3000):
        last = net.define(f"a{number}", (), f.tanh(last))
    derivation = derive(net, "x", of="a2999")
    assert str(derivation["x"].written) == "a0_bar*(1 - a0**2)"


ERRORS = {
    "no loss": lambda: derive(Network("empty"), wrt="x"),
    "unknown": lambda: derive(digits(), wrt="W9"),
    "nothing": lambda: derive(digits(), wrt=[]),
    "of an input": lambda: derive(digits(), of="X"),
}


@pytest.mark.parametrize("case", ERRORS)
def test_impossible_requests_say_what_helps(case: str) -> None:
    with pytest.raises((DerivationError, DefinitionError)) as error:
        ERRORS[case]()
    assert error.value.found


@pytest.mark.parametrize("ask", [lambda net: derive(net)["L"], lambda net: derive(net, wrt="L")])
def test_the_gradient_of_a_loss_by_itself_is_refused(ask):
    net = Network("one")
    w = net.parameter("w")
    net.loss("L", w**2)
    with pytest.raises(DerivationError, match="it is 1"):
        ask(net)
