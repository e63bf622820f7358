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
from symback.training.rule import GRADIENT, NEXT, RATE, THETA, Rule
from symback.training.schedules import TIME, Schedule
from symback.training.updating import Compile, Update, with_numpy

COUNT = "step_count"
CACHE_LINE = 16  # entries of float32; twice as much of float64


class Parameters:
    """θ as one vector; ``arrays`` are views of it by name, which programs read in place.

    ``gradients`` are views of the flat gradient; ``next`` has room for the next θ.
    """

    def __init__(self, values: Mapping[str, np.ndarray], dtype: str) -> None:
        whole = np.concatenate([np.ravel(value) for value in values.values()])
        count, start = len(whole), -(-len(whole) // CACHE_LINE) * CACHE_LINE
        self.theta = aligned(whole.shape, dtype)
        # Why one memory? One product then says whether the gradient and the next θ are finite.
        self._checked = aligned((start + count,), dtype)
        self.theta[:], self._checked[:] = whole, 0
        self.gradient, self.next = self._checked[:count], self._checked[start:]
        shapes = {name: value.shape for name, value in values.items()}
        self.arrays = _views(self.theta, shapes)
        self.gradients = _views(self.gradient, shapes)
        self._own: Mapping[str, np.ndarray] | None = None

    def take(self, gradients: Mapping[str, np.ndarray]) -> None:
        """Copy the gradients of all parameters into the flat gradient, unless they are there."""
        if gradients is self._own:
            return
        others = [(v, gradients[n]) for n, v in self.gradients.items() if gradients[n] is not v]
        for view, gradient in others:
            np.copyto(view, gradient)
        self._own = None if others else gradients

    @property
    def is_small(self) -> bool:
        """Are the gradient and the next θ finite, and their squares, too, even added up?"""
        return math.isfinite(self._checked.dot(self._checked))

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
        compiled: Compile = with_numpy,
    ) -> None:
        theta = parameters.theta
        self._parameters, self.count = parameters, 0
        self._clip = _Clipper(clip, parameters.gradient) if clip else None
        self._schedule = _Scheduler(schedule.fitted(epochs), optimizer) if schedule else None
        self._steps_per_epoch = steps_per_epoch
        gradient = self._clip.gradient if self._clip else parameters.gradient
        self._update = Update(optimizer, theta, gradient, parameters.next, compiled)
        self._set_rate(0)

    @property
    def values(self) -> dict[str, np.ndarray]:
        """The arrays that the next step reads, under the names of the rule as it is shown."""
        return self._update.values

    @property
    def rate(self) -> float:
        """The rate, as the update rule reads it; NaN where it reads none."""
        return float(self._update.numbers.get(RATE, math.nan))

    def step(self) -> bool:
        """Put the next value of every state in its place, but nothing if one is not finite."""
        with np.errstate(all="ignore"):
            return self.advance()

    def advance(self) -> bool:
        """Do what ``step`` does, in a loop that silences NumPy's warnings once and for all."""
        if self._clip:
            self._clip()
        if self._schedule:
            self._set_rate(self.count)
        self._update()
        if not self._parameters.is_small and not self._is_finite():
            return False
        self._parameters.theta[...] = self._parameters.next
        self._update.commit()
        self.count += 1
        return True

    def _is_finite(self) -> bool:
        """Are the gradient and the next θ finite, and all that clipping and rule made on the way?

        A finite θ does not say so: an infinite entry may be clipped, and a step that is divided by
        an infinite norm or mean is 0, so that training would stand still unseen.
        """
        gradient = self._parameters.gradient
        if not is_finite(self._parameters.next):
            return False
        # Why enough? Rules square entries or add up squares; here that is done, and cheaply.
        return math.isfinite(gradient.dot(gradient)) or (
            is_finite(gradient) and self.fault() is None
        )

    def fault(self) -> str | None:
        """Return a sentence on what was not finite in the last step that was refused."""
        dtype = self._parameters.theta.dtype.name
        found = first_fault(self._clip.rule, self._clip.values, dtype) if self._clip else None
        return found or self._update.fault()

    def _set_rate(self, count: int) -> None:
        """Put the rate of the step after ``count`` others in its place."""
        if self._schedule:
            self._update.numbers[RATE][()] = self._schedule(count / self._steps_per_epoch)
        self._update.compute_numbers()

    # What a training can be taken up from ---------------------------------------------------------

    def state(self) -> dict[str, np.ndarray]:
        """Return copies of all that later steps depend on, θ included, by name."""
        kept = {THETA: self._parameters.theta, COUNT: np.array(self.count)} | self._update.states
        return {name: array.copy() for name, array in kept.items()}

    def restore(self, state: Mapping[str, np.ndarray]) -> None:
        """Go on from what ``state()`` returned."""
        for name, array in ({THETA: self._parameters.theta} | self._update.states).items():
            np.copyto(array, state[name])
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
    """Is every entry finite? Their squares need not be."""
    return bool(np.isfinite(vector).all())


def _views(vector: np.ndarray, shapes: Mapping[str, tuple[int, ...]]) -> dict[str, np.ndarray]:
    views, start = {}, 0
    for name, shape in shapes.items():
        end = start + int(np.prod(shape, dtype=int))
        views[name] = vector[start:end].reshape(shape)
        start = end
    return views
