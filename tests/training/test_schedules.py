"""Schedules and clipping against closed formulas, and a step that is taken up again."""

import math
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pytest

from symback.errors import TrainingError
from symback.network.text_reader import parse
from symback.training.clipping import CLIPPINGS, ClipNorm, ClipValue
from symback.training.optimisers import SGD, Adam, Momentum, Nesterov, Optimizer
from symback.training.parameters import Parameters, Stepper
from symback.training.schedules import (
    SCHEDULES,
    Cosine,
    Exponential,
    OneCycle,
    StepDecay,
    WarmUp,
)


def rates(schedule, epochs=10, steps_per_epoch=1):
    parameters = Parameters({"w": np.zeros(2)}, "float64")
    stepper = Stepper(
        SGD(0.5), parameters, schedule, epochs=epochs, steps_per_epoch=steps_per_epoch
    )
    found = []
    for _ in range(epochs * steps_per_epoch):
        assert stepper.step()
        found.append(stepper.rate)
    return np.array(found)


T = np.arange(10.0)


@pytest.mark.parametrize(
    ("schedule", "expected"),
    [
        (StepDecay(every=4, factor=0.5), 0.5 ** (T // 4)),
        (StepDecay(at=(2, 3, 9)), 0.1 ** np.array([0, 0, 1, 2, 2, 2, 2, 2, 2, 3.0])),
        (Exponential(0.9), 0.9**T),
        (Cosine(), (1 + np.cos(np.pi * T / 10)) / 2),
        (Cosine(5, 0.2), 0.2 + 0.8 * (1 + np.cos(np.pi * np.minimum(T / 5, 1))) / 2),
        (WarmUp(4, start=0.2), 0.2 + 0.8 * np.minimum(T / 4, 1)),
        (WarmUp(5, start=1, then=Exponential(0.5)), 0.5 ** np.maximum(T - 5, 0)),
    ],
    ids=repr,
)
def test_rates_are_those_of_the_closed_formula(schedule, expected):
    np.testing.assert_allclose(rates(schedule), 0.5 * expected, rtol=1e-13, atol=1e-17)


def test_time_has_the_fractions_of_an_epoch():
    found = rates(Exponential(0.5), epochs=2, steps_per_epoch=4)
    np.testing.assert_allclose(found, 0.5 * 0.5 ** (np.arange(8) / 4), rtol=1e-13)


def test_one_cycle_rises_to_the_rate_and_falls_below_its_start():
    found = rates(OneCycle(rising=0.5, start=0.1, end=0.01), epochs=10)
    assert found.argmax() == 5
    assert found[5] == pytest.approx(0.5)
    assert found[0] == pytest.approx(0.05)
    assert (np.diff(found[:6]) > 0).all()
    assert (np.diff(found[5:]) < 0).all()


def test_what_is_left_open_is_filled_by_the_epochs_of_the_training():
    assert Cosine().fitted(30) == Cosine(30)
    assert WarmUp(2, then=Cosine()).fitted(30).then == Cosine(28)
    assert StepDecay(every=10).fitted(25).at == (10, 20, 30)
    assert Cosine(7).fitted(30) == Cosine(7)


@pytest.mark.parametrize(("steps", "between"), [(10, 1), (3, 1), (7, 2), (45, 4)])
def test_a_step_down_within_an_epoch_comes_after_exactly_so_many_steps(steps, between):
    at = np.array(StepDecay(every=between / steps).fitted(3).at)
    times = np.arange(3 * steps) / steps
    assert [(at <= time).sum() for time in times] == [s // between for s in range(3 * steps)]


@pytest.mark.parametrize(
    "make",
    [
        lambda: StepDecay(),
        lambda: StepDecay(every=3, at=(2,)),
        lambda: StepDecay(every=0),
        lambda: StepDecay(at=(1, "two")),
        lambda: StepDecay(at=(math.inf,)),
        lambda: Exponential(0),
        lambda: Exponential("0.9"),
        lambda: Cosine(-1),
        lambda: Cosine(lowest=1),
        lambda: WarmUp(start=0),
        lambda: WarmUp(then=0.1),
        lambda: OneCycle(rising=1),
        lambda: OneCycle(rising=2),
        lambda: ClipNorm(0),
        lambda: ClipValue(None),
        lambda: WarmUp(9, then=Cosine()).fitted(5),
    ],
)
def test_settings_that_make_no_sense_are_refused(make):
    with pytest.raises(TrainingError):
        make()


@pytest.mark.parametrize("kind", [*SCHEDULES.values(), *CLIPPINGS.values()])
def test_a_rule_is_a_network_that_its_text_gives_back(kind):
    network = kind(0.5).network
    assert parse(str(network)) == network


def clipped(clip, gradient):
    parameters = Parameters({"w": np.zeros(len(gradient))}, "float64")
    stepper = Stepper(SGD(1.0), parameters, clip=clip)
    parameters.take({"w": np.array(gradient)})
    assert stepper.step()
    return -parameters.arrays["w"]


def test_a_long_gradient_is_shortened_and_a_short_one_is_left():
    np.testing.assert_allclose(clipped(ClipNorm(1), [3.0, 4.0]), [0.6, 0.8])
    assert clipped(ClipNorm(5), [3.0, 4.0]).tolist() == [3, 4]
    assert clipped(ClipNorm(1), [0.0, 0.0]).tolist() == [0, 0]


def test_entries_are_bounded_on_both_sides():
    assert clipped(ClipValue(1), [3.0, -4.0, 0.5]).tolist() == [1, -1, 0.5]


@pytest.mark.parametrize(
    ("optimizer", "looks_ahead"), [(Momentum(0.1, 0.8), False), (Nesterov(0.1, 0.8), True)]
)
def test_momentum_is_the_papers_with_the_rate_inside_of_the_velocity(optimizer, looks_ahead):
    """Sutskever et al. (2013), equations 1 to 4, on the bowl x²: our Nesterov is at x + mu·v."""
    parameters = Parameters({"w": np.array([1.0])}, "float64")
    stepper = Stepper(optimizer, parameters)
    x, v = 1.0, 0.0
    for _ in range(50):
        v = 0.8 * v - 0.1 * 2 * (x + 0.8 * v if looks_ahead else x)
        x = x + v
        parameters.take({"w": 2 * parameters.theta})
        assert stepper.step()
        expected = x + 0.8 * v if looks_ahead else x
        assert parameters.theta[0] == pytest.approx(expected, rel=1e-12, abs=1e-14)


def test_steps_taken_up_again_are_the_same_to_the_last_bit():
    def made():
        parameters = Parameters({"w": np.arange(5.0)}, "float64")
        return parameters, Stepper(Adam(0.1), parameters, Cosine(), ClipNorm(2), epochs=9)

    def go(parameters, stepper, steps):
        for _ in range(steps):
            parameters.take({"w": np.cos(parameters.theta)})
            assert stepper.step()

    whole, first = made(), made()
    go(*whole, 9)
    go(*first, 4)
    kept = first[1].state()
    go(*first, 3)
    second = made()
    second[1].restore(kept)
    assert second[1].rate != 0.1
    go(*second, 5)
    assert second[0].theta.tobytes() == whole[0].theta.tobytes()


@dataclass(frozen=True, slots=True)
class NoRate(Optimizer):
    """θ ← θ − θ̄."""

    RULE: ClassVar[str] = """
network no_rate
index j:P
input theta[j] theta_bar[j]
theta_next[j] = theta[j] - theta_bar[j]
"""


def test_a_rule_without_a_rate_steps_but_has_no_schedule():
    parameters = Parameters({"w": np.ones(1)}, "float64")
    stepper = Stepper(NoRate(), parameters)
    assert math.isnan(stepper.rate)
    assert stepper.step()
    with pytest.raises(TrainingError, match="without a setting rate"):
        Stepper(NoRate(), parameters, Cosine())
