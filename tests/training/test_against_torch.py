"""Optimisers, schedules and clipping against PyTorch, where it is installed: 100 steps each."""

import numpy as np
import pytest

from symback.training import optimisers, schedules
from symback.training.clipping import ClipNorm, ClipValue
from symback.training.parameters import Parameters, Stepper

torch = pytest.importorskip("torch")

STEPS = 100
START = np.array([0.5, -1.0, 2.0, 0.0, -0.25])
PAIRS = {
    "SGD": (optimisers.SGD(0.05), lambda p: torch.optim.SGD(p, lr=0.05)),
    "Momentum": (
        optimisers.Momentum(0.05, mu=0.8),
        lambda p: torch.optim.SGD(p, lr=0.05, momentum=0.8),
    ),
    "Nesterov": (
        optimisers.Nesterov(0.05, mu=0.8),
        lambda p: torch.optim.SGD(p, lr=0.05, momentum=0.8, nesterov=True),
    ),
    "AdaGrad": (optimisers.AdaGrad(0.1), lambda p: torch.optim.Adagrad(p, lr=0.1)),
    "RMSProp": (
        optimisers.RMSProp(0.01, beta=0.95, epsilon=1e-6),
        lambda p: torch.optim.RMSprop(p, lr=0.01, alpha=0.95, eps=1e-6),
    ),
    "Adam": (
        optimisers.Adam(0.02, 0.85, 0.99, 1e-6),
        lambda p: torch.optim.Adam(p, lr=0.02, betas=(0.85, 0.99), eps=1e-6),
    ),
    "AdamW": (
        optimisers.AdamW(0.02, decay=0.1),
        lambda p: torch.optim.AdamW(p, lr=0.02, weight_decay=0.1),
    ),
}
SCHEDULES = {
    "StepDecay": (
        schedules.StepDecay(every=7, factor=0.3),
        lambda o: torch.optim.lr_scheduler.StepLR(o, 7, 0.3),
    ),
    "StepDecay at": (
        schedules.StepDecay(at=(3, 11, 40), factor=0.5),
        lambda o: torch.optim.lr_scheduler.MultiStepLR(o, [3, 11, 40], 0.5),
    ),
    "Exponential": (
        schedules.Exponential(0.97),
        lambda o: torch.optim.lr_scheduler.ExponentialLR(o, 0.97),
    ),
    "Cosine": (
        schedules.Cosine(),
        lambda o: torch.optim.lr_scheduler.CosineAnnealingLR(o, STEPS),
    ),
    "Cosine to a tenth": (
        schedules.Cosine(lowest=0.1),
        lambda o: torch.optim.lr_scheduler.CosineAnnealingLR(o, STEPS, eta_min=0.005),
    ),
    "WarmUp": (
        schedules.WarmUp(20, start=0.2),
        lambda o: torch.optim.lr_scheduler.LinearLR(o, 0.2, total_iters=20),
    ),
    "WarmUp, then Cosine": (
        schedules.WarmUp(20, start=0.2, then=schedules.Cosine()),
        lambda o: torch.optim.lr_scheduler.SequentialLR(
            o,
            [
                torch.optim.lr_scheduler.LinearLR(o, 0.2, total_iters=20),
                torch.optim.lr_scheduler.CosineAnnealingLR(o, STEPS - 20),
            ],
            [20],
        ),
    ),
    # PyTorch's cycle ends with its last step, ours where the epochs end: one step later.
    "OneCycle": (
        schedules.OneCycle(epochs=STEPS - 1, rising=29 / 99),
        lambda o: torch.optim.lr_scheduler.OneCycleLR(
            o, 0.05, total_steps=STEPS, pct_start=0.3, cycle_momentum=False
        ),
    ),
}


def slope(x, step):
    """Return the gradient of a bowl whose bottom moves, as a network's does from batch to batch."""
    scales = np.array([1.0, 10.0, 0.1, 3.0, 1.0])
    return scales * (x - np.sin(0.3 * step + np.arange(5.0)))


def ours(optimizer, schedule=None, clip=None):
    parameters = Parameters({"w": START}, "float64")
    stepper = Stepper(optimizer, parameters, schedule, clip, epochs=STEPS)
    path, rates = [], []
    for step in range(STEPS):
        parameters.take({"w": slope(parameters.theta, step)})
        assert stepper.step()
        path.append(parameters.theta.copy())
        rates.append(stepper.rate)
    return np.array(path), np.array(rates)


def theirs(make, schedule=None, clip=None):
    w = torch.tensor(START, dtype=torch.float64, requires_grad=True)
    optimizer = make([w])
    scheduler = schedule(optimizer) if schedule else None
    path, rates = [], []
    for step in range(STEPS):
        w.grad = torch.tensor(slope(w.detach().numpy(), step))
        if clip:
            clip([w])
        rates.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        if scheduler:
            scheduler.step()
        path.append(w.detach().numpy().copy())
    return np.array(path), np.array(rates)


@pytest.mark.parametrize("name", PAIRS)
def test_100_steps_are_those_of_torch(name):
    optimizer, make = PAIRS[name]
    np.testing.assert_allclose(ours(optimizer)[0], theirs(make)[0], rtol=0, atol=1e-10)


@pytest.mark.filterwarnings("ignore:The epoch parameter in `scheduler.step")
@pytest.mark.parametrize("name", SCHEDULES)
def test_the_rates_of_a_schedule_are_those_of_torch(name):
    schedule, make = SCHEDULES[name]
    path, rates = ours(optimisers.Momentum(0.05), schedule)
    expected, theirs_rates = theirs(lambda p: torch.optim.SGD(p, lr=0.05, momentum=0.9), make)
    np.testing.assert_allclose(rates, theirs_rates, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(path, expected, rtol=0, atol=1e-10)


def test_clipping_by_value_is_that_of_torch():
    found, _ = ours(optimisers.Adam(0.02), clip=ClipValue(0.5))
    expected, _ = theirs(
        lambda p: torch.optim.Adam(p, lr=0.02),
        clip=lambda p: torch.nn.utils.clip_grad_value_(p, 0.5),
    )
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-10)


def test_clipping_by_norm_is_that_of_torch_but_for_its_millionth():
    found, _ = ours(optimisers.SGD(0.05), clip=ClipNorm(1.5))
    expected, _ = theirs(
        lambda p: torch.optim.SGD(p, lr=0.05),
        clip=lambda p: torch.nn.utils.clip_grad_norm_(p, 1.5),
    )
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-5)
