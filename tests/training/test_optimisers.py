"""Update rules: what they say, that the compiled step is the published one, and their settings."""

import math

import numpy as np
import pytest

from symback.compiler.interpreter import interpret
from symback.errors import TrainingError
from symback.network.text_reader import parse
from symback.training.optimisers import OPTIMISERS, SGD, Adam, state_names
from symback.training.parameters import Parameters, Stepper, is_finite

EVERY = [kind(0.1) for kind in OPTIMISERS.values()]


def published_adam(theta, gradients, rate, beta1, beta2, epsilon):
    """Kingma & Ba (2015), Algorithm 1, line by line, for one number."""
    m = v = t = 0
    for g in gradients:
        t = t + 1
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g * g
        m_hat, v_hat = m / (1 - math.pow(beta1, t)), v / (1 - math.pow(beta2, t))
        theta = theta - rate * m_hat / (math.sqrt(v_hat) + epsilon)
    return theta


def stepped(optimizer, start, gradients, dtype="float64"):
    parameters = Parameters(start, dtype)
    stepper = Stepper(optimizer, parameters)
    for gradient in gradients:
        parameters.take(gradient)
        assert stepper.step()
    return parameters.copies()


def test_adam_equals_its_published_algorithm_over_100_steps():
    generator = np.random.default_rng(5)
    gradients = [{"W": generator.normal(size=(2, 3)), "b": generator.normal()} for _ in range(100)]
    start = {"W": generator.normal(size=(2, 3)), "b": np.array(0.5)}
    found = stepped(Adam(0.01, 0.8, 0.99, 1e-6), start, gradients)
    for place in np.ndindex(2, 3):
        expected = published_adam(
            start["W"][place], [g["W"][place] for g in gradients], 0.01, 0.8, 0.99, 1e-6
        )
        assert found["W"][place] == pytest.approx(expected, rel=1e-12)
    expected = published_adam(0.5, [g["b"] for g in gradients], 0.01, 0.8, 0.99, 1e-6)
    assert found["b"] == pytest.approx(expected, rel=1e-12)


def test_the_first_step_of_adam_has_the_length_of_the_rate():
    found = stepped(Adam(0.25), {"w": np.zeros(3)}, [{"w": np.array([1e-3, -7.0, 40.0])}])
    np.testing.assert_allclose(found["w"], [-0.25, 0.25, -0.25], rtol=1e-4)


def test_sgd_goes_against_the_gradient():
    found = stepped(SGD(0.1), {"w": np.array([1.0, 2.0])}, [{"w": np.array([10.0, -1.0])}] * 2)
    np.testing.assert_allclose(found["w"], [-1, 2.2])


@pytest.mark.parametrize("optimizer", EVERY, ids=repr)
def test_a_rule_is_a_network_that_its_text_gives_back(optimizer):
    rule = optimizer.network
    assert parse(str(rule)) == rule
    assert "theta" in state_names(rule)
    inputs = {t.name for t in rule.inputs}
    assert inputs == {"theta_bar", *state_names(rule), *optimizer.settings}


@pytest.mark.parametrize("optimizer", EVERY, ids=repr)
def test_the_compiled_rule_equals_the_literal_interpreter(optimizer):
    generator = np.random.default_rng(0)
    parameters = Parameters({"w": generator.normal(size=4)}, "float64")
    stepper = Stepper(optimizer, parameters)
    for _ in range(3):
        parameters.take({"w": generator.normal(size=4)})
        before = {name: array.copy() for name, array in stepper.values.items()}
        assert stepper.step()
        after = interpret(optimizer.network, before)["theta_next"].astype(float)
        np.testing.assert_allclose(parameters.arrays["w"], after, rtol=1e-14)


def test_float32_parameters_stay_float32_and_near_those_of_float64():
    gradients = [{"w": np.array([0.1, -0.2])}] * 50
    single, double = (
        stepped(Adam(0.01), {"w": np.ones(2)}, gradients, dtype) for dtype in ("float32", "float64")
    )
    assert single["w"].dtype == np.float32
    np.testing.assert_allclose(single["w"], double["w"], rtol=1e-4)


def test_a_step_that_would_not_be_finite_changes_nothing():
    parameters = Parameters({"w": np.array([1.0, 2.0])}, "float64")
    stepper = Stepper(Adam(), parameters)
    parameters.take({"w": np.array([np.nan, 1.0])})
    assert not stepper.step()
    assert parameters.arrays["w"].tolist() == [1, 2]
    assert not stepper.values["m"].any()
    assert stepper.values["t"] == 0


def test_finite_numbers_are_told_from_others_even_where_their_squares_overflow():
    with np.errstate(over="ignore", invalid="ignore"):
        assert is_finite(np.array([1e200, -1e200]))
        assert not is_finite(np.array([1e200, np.inf]))
        assert not is_finite(np.array([1.0, np.nan]))


@pytest.mark.parametrize(
    "make",
    [
        lambda: SGD("0.1"),
        lambda: SGD(-1),
        lambda: SGD(math.nan),
        lambda: SGD(math.inf),
        lambda: SGD(True),
        lambda: SGD(None),
        lambda: SGD([0.1]),
        lambda: Adam(beta1=1),
        lambda: Adam(beta2=1.5),
        lambda: Adam(epsilon=-1e-8),
    ],
)
def test_settings_that_make_no_sense_are_refused(make):
    with pytest.raises(TrainingError, match="was asked for"):
        make()


def test_settings_print_and_compare():
    assert repr(SGD(0.5)) == "SGD(rate=0.5)"
    assert Adam() == Adam(0.001)
    assert Adam().settings == {"rate": 1e-3, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8}
