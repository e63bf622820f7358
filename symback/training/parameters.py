"""All parameters in one flat vector θ, and the step that an optimiser makes of its gradient."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from symback.compiler.program import compile_network
from symback.compiler.runtime import aligned
from symback.errors import TrainingError
from symback.network.network import Network
from symback.training.clipping import Clipping
from symback.training.faults import first_fault
from symback.training.optimisers import Optimizer
from symback.training.rule import GRADIENT, NEXT, RATE, THETA, Rule, state_names
from symback.training.schedules import TIME, Schedule

COUNT = "step_count"


class Parameters:
    """θ as one vector; ``arrays`` are views of it by name, which programs read in place.

    ``gradients`` are views of the flat gradient.
    """

    def __init__(self, values: Mapping[str, np.ndarray], dtype: str) -> None:
        whole = np.concatenate([np.ravel(value) for value in values.values()])
        self.theta, self.gradient = (aligned(whole.shape, dtype) for _ in "01")
        self.theta[:], self.gradient[:] = whole, 0
        shapes = {name: value.shape for name, value in values.items()}
        self.arrays = _views(self.theta, shapes)
        self.gradients = _views(self.gradient, shapes)

    def take(self, gradients: Mapping[str, np.ndarray]) -> None:
        """Copy the gradients of all parameters into the flat gradient."""
        for name, view in self.gradients.items():
            if gradients[name] is not view:
                np.copyto(view, gradients[name])

    def copies(self) -> dict[str, np.ndarray]:
        """Return the parameters as arrays of their own."""
        return {name: view.copy() for name, view in self.arrays.items()}


class Stepper:
    """Clipping, schedule and update rule, compiled and tied to parameters: ``step()`` moves them.

    ``epochs`` and ``steps_per_epoch`` are what a schedule measures its time by. ``count`` is the
    number of steps made, ``rate`` the rate of the last one, and of the first one before it.
    Raises TrainingError for a schedule of a rule without a rate.
    """

    def __init__(
        self,
        optimizer: Optimizer,
        parameters: Parameters,
        schedule: Schedule | None = None,
        clip: Clipping | None = None,
        *,
        epochs: float = 1,
        steps_per_epoch: int = 1,
    ) -> None:
        rule, theta = optimizer.network, parameters.theta
        self._parameters, self._rule, self.count = parameters, rule, 0
        self._clip = _Clipper(clip, parameters.gradient) if clip else None
        self._schedule = _Scheduler(schedule.fitted(epochs), optimizer) if schedule else None
        self._steps_per_epoch = steps_per_epoch
        self._states = state_names(rule)
        gradient = self._clip.gradient if self._clip else parameters.gradient
        self._settings = _settings(optimizer, theta.dtype) | {GRADIENT: gradient}
        self._now, self._next = ({THETA: theta} | self._zeros(rule, theta) for _ in "01")
        program = compile_network(rule, [n + NEXT for n in self._states], dtype=theta.dtype.name)
        # Why two bindings? Each writes the states that the other one reads: only θ is copied.
        self._forth, self._back = (
            program.bind(self._settings | old, into=self._targets(rule, new))
            for old, new in ((self._now, self._next), (self._next, self._now))
        )
        self._set_rate(0)

    def _zeros(self, rule: Network, theta: np.ndarray) -> dict[str, np.ndarray]:
        """Return a state of the rule before the first step, without θ."""
        names = [name for name in self._states if name != THETA]
        made = {n: aligned(theta.shape if rule[n].rank else (), theta.dtype) for n in names}
        for array in made.values():
            array[...] = 0
        return made

    @staticmethod
    def _targets(rule: Network, state: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
        """Return what a step may fill before its θ was checked: all of a state but θ."""
        return {name + NEXT: array for name, array in state.items() if name != THETA}

    @property
    def values(self) -> dict[str, np.ndarray]:
        """The arrays that the next step of the update rule reads."""
        return self._settings | self._now

    @property
    def rate(self) -> float:
        """The rate, as the update rule reads it; NaN where it reads none."""
        return float(self._settings.get(RATE, math.nan))

    def step(self) -> bool:
        """Put the next value of every state in its place, but nothing if one is not finite."""
        if self._clip:
            self._clip()
        self._set_rate(self.count)
        theta = self._forth()[THETA + NEXT]
        if not is_finite(theta) or not self._is_bounded():
            return False
        np.copyto(self._parameters.theta, theta)
        self._now, self._next = self._next, self._now
        self._forth, self._back = self._back, self._forth
        self.count += 1
        return True

    def _is_bounded(self) -> bool:
        """Is the gradient finite, and all that clipping and update rule made of it?

        A finite θ does not say so: an infinite entry may be clipped, and a step that is divided by
        an infinite norm or mean is 0, so that training would stand still unseen.
        """
        gradient = self._parameters.gradient
        # Why enough? Rules square entries or add up squares; here that is done first, and cheaply.
        return math.isfinite(gradient.dot(gradient)) or (
            bool(np.isfinite(gradient).all()) and self.fault() is None
        )

    def fault(self) -> str | None:
        """Return a sentence on what was not finite in the last step that was refused."""
        dtype = self._parameters.theta.dtype.name
        found = first_fault(self._clip.rule, self._clip.values, dtype) if self._clip else None
        return found or first_fault(self._rule, self.values, dtype)

    def _set_rate(self, count: int) -> None:
        """Put the rate of the step after ``count`` others in its place."""
        if self._schedule:
            self._settings[RATE][()] = self._schedule(count / self._steps_per_epoch)

    # What a training can be taken up from ---------------------------------------------------------

    def state(self) -> dict[str, np.ndarray]:
        """Return copies of all that later steps depend on, θ included, by name."""
        kept = {name: self._now[name].copy() for name in self._states}
        return kept | {COUNT: np.array(self.count)}

    def restore(self, state: Mapping[str, np.ndarray]) -> None:
        """Go on from what ``state()`` returned."""
        for name in self._states:
            np.copyto(self._now[name], state[name])
        self.count = int(state[COUNT])
        self._set_rate(max(0, self.count - 1))


class _Clipper:
    """A rule of clipping, tied to a gradient: a call fills ``gradient`` with the clipped one.

    ``values`` are the arrays that the ``rule`` reads.
    """

    def __init__(self, clip: Clipping, gradient: np.ndarray) -> None:
        self.rule: Network = clip.network
        self.values = _settings(clip, gradient.dtype) | {GRADIENT: gradient}
        program = compile_network(self.rule, [GRADIENT + NEXT], dtype=gradient.dtype.name)
        self._bound = program.bind(self.values)
        self.gradient = self._bound()[GRADIENT + NEXT]

    def __call__(self) -> None:
        self._bound()


class _Scheduler:
    """The rules of a schedule in turn: a call with the time returns the rate of the step."""

    def __init__(self, schedule: Schedule, optimizer: Optimizer) -> None:
        if RATE not in optimizer.settings:
            raise TrainingError(
                f"the schedule {schedule!r} of {optimizer!r}", "a rule without a setting rate",
                "leave the schedule out, or give the rule a rate",
            )  # fmt: skip
        self._rate = float(optimizer.settings[RATE])
        self._rules = [_ScheduleRule(part) for part in schedule.parts]

    def __call__(self, time: float) -> float:
        rate = self._rate
        for rule in self._rules:
            rate, time = rule(rate, time)
        return rate


class _ScheduleRule:
    """One rule of a schedule: (rate, time) to the next rate and time."""

    def __init__(self, schedule: Schedule) -> None:
        rule: Network = schedule.network
        outputs = [name for name in (RATE + NEXT, TIME + NEXT) if name in rule]
        self._values = {name: np.zeros(()) for name in (RATE, TIME)}
        program = compile_network(rule, outputs)
        needed = _settings(schedule, np.dtype(float)) | self._values
        self._bound = program.bind({name: needed[name] for name in program.inputs})

    def __call__(self, rate: float, time: float) -> tuple[float, float]:
        self._values[RATE][()], self._values[TIME][()] = rate, time
        new = self._bound()
        return float(new[RATE + NEXT]), float(new.get(TIME + NEXT, time))


def _settings(rule: Rule, dtype: np.dtype) -> dict[str, np.ndarray]:
    return {name: np.array(value, dtype) for name, value in rule.settings.items()}


def is_finite(vector: np.ndarray) -> bool:
    """Is every entry finite?"""
    # Why a dot product? It is several times faster; the entries are looked at if it overflows.
    return math.isfinite(vector.dot(vector)) or bool(np.isfinite(vector).all())


def _views(vector: np.ndarray, shapes: Mapping[str, tuple[int, ...]]) -> dict[str, np.ndarray]:
    views, start = {}, 0
    for name, shape in shapes.items():
        end = start + int(np.prod(shape, dtype=int))
        views[name] = vector[start:end].reshape(shape)
        start = end
    return views
