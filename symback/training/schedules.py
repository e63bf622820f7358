"""Schedules: how the rate changes while training goes on, as equations of the time t.

The time t is counted in epochs and has fractions: after s steps it is s divided by the steps of one
epoch. A schedule replaces the optimiser's ``rate`` before every step; rates of one training are
``sb.Adam(1e-3)`` with ``schedule=sb.Cosine()``, which ends with the training.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any, ClassVar

from symback.errors import TrainingError
from symback.training.rule import Rule, check_setting

TIME = "t"
MOST_STEPS = 10**6  # of an epoch, such that a step down falls exactly on one of them


@dataclass(frozen=True, slots=True)
class Schedule(Rule):
    """The base of schedules: ``RULE`` reads rate and t and has an equation for rate_next."""

    def fitted(self, epochs: float) -> Schedule:
        """Return the schedule for a training of so many epochs: what was left open is filled."""
        return self

    @property
    def parts(self) -> tuple[Schedule, ...]:
        """The schedules that follow one another; each passes its rate and time on to the next."""
        return (self,)


@dataclass(frozen=True, slots=True)
class StepDecay(Schedule):
    """rate·factor^(number of steps down so far), one ``every`` so many epochs or ``at`` these."""

    every: float | None = None
    factor: float = 0.1
    at: tuple[float, ...] = ()

    RULE: ClassVar[str] = r"""
network step_decay
index k:K
input t rate factor at[k]
rate_next = rate*factor**sum(iverson(at[k] <= t), k)
latex rate = "\eta"  factor = "\gamma"  at = "a"
"""
    MEANINGS: ClassVar[dict[str, str]] = {
        "at": "after how many epochs the rate steps down",
        "factor": "by what the rate is multiplied each time",
    }
    SOURCES: ClassVar[tuple[str, ...]] = (
        "K. He, X. Zhang, S. Ren, J. Sun: Deep Residual Learning for Image Recognition. CVPR "
        "2016, section 4.2 (the rate divided by 10 at given steps)",
    )
    REMARKS: ClassVar[tuple[str, ...]] = (
        "In PyTorch: torch.optim.lr_scheduler.StepLR(step_size=every, gamma=factor), or "
        "MultiStepLR(milestones=at, gamma=factor).",
    )

    def __post_init__(self) -> None:
        for name in ("every", "factor"):
            if getattr(self, name) is not None:
                check_setting(self, name)
        at = self.at if isinstance(self.at, tuple | list) else (self.at,)
        asked = f"StepDecay: every={self.every}, at={str(self.at)[:40]} was asked for"
        helps = "write StepDecay(every=10) or StepDecay(at=(30, 60))"
        if (self.every is None) == (not at):
            raise TrainingError(asked, "not one of the two", helps)
        numbers = all(isinstance(x, int | float) and not isinstance(x, bool) for x in at)
        if not numbers or not all(math.isfinite(x) and x > 0 for x in at):
            raise TrainingError(asked, "no finite numbers above 0", helps)
        object.__setattr__(self, "at", tuple(at))

    def fitted(self, epochs: float) -> Schedule:
        if self.every is None:
            return self
        steps = max(1, math.ceil(epochs / self.every))
        # Why a fraction? 3·0.1 is above 3/10, the time after 3 of 10 steps, which would be missed.
        every = Fraction(self.every).limit_denominator(MOST_STEPS)
        at = (float(every * k) if every else self.every * k for k in range(1, steps + 1))
        return StepDecay(None, self.factor, tuple(at))


@dataclass(frozen=True, slots=True)
class Exponential(Schedule):
    """rate·factor^t: the rate is multiplied by ``factor`` in every epoch, a little in each step."""

    factor: float

    RULE: ClassVar[str] = r"""
network exponential
input t rate factor
rate_next = rate*factor**t
latex rate = "\eta"  factor = "\gamma"
"""
    MEANINGS: ClassVar[dict[str, str]] = {
        "factor": "by what the rate is multiplied in every epoch"
    }
    REMARKS: ClassVar[tuple[str, ...]] = (
        "In PyTorch: torch.optim.lr_scheduler.ExponentialLR(gamma=factor), stepped once an epoch.",
    )


@dataclass(frozen=True, slots=True)
class Cosine(Schedule):
    """rate·(lowest + (1 − lowest)·(1 + cos(π·t/epochs))/2): half a cosine, then level."""

    epochs: float | None = None
    lowest: float = 0.0

    RULE: ClassVar[str] = r"""
network cosine
input t rate epochs lowest
share = minimum(t/epochs, 1)
rate_next = rate*(lowest + (1 - lowest)*(1 + cos(pi*share))/2)
latex rate = "\eta"  epochs = "T"  lowest = "\alpha"  share = "u"
"""
    MEANINGS: ClassVar[dict[str, str]] = {
        "epochs": "after how many epochs the rate is at its lowest",
        "lowest": "the lowest rate as a share of the optimiser's",
        "share": "how much of the way down is behind",
    }
    SOURCES: ClassVar[tuple[str, ...]] = (
        "I. Loshchilov, F. Hutter: SGDR: Stochastic Gradient Descent with Warm Restarts. ICLR "
        "2017, equation 5, without restarts",
    )
    REMARKS: ClassVar[tuple[str, ...]] = (
        "In PyTorch: torch.optim.lr_scheduler.CosineAnnealingLR(T_max=epochs, "
        "eta_min=lowest·rate), which would rise again after T_max.",
    )

    def fitted(self, epochs: float) -> Schedule:
        return replace(self, epochs=epochs) if self.epochs is None else self


@dataclass(frozen=True, slots=True)
class WarmUp(Schedule):
    """rate·(start + (1 − start)·min(t/epochs, 1)): a line up to the rate, ``then`` a schedule.

    The time of what comes ``then`` is counted from the end of the warm-up.
    """

    epochs: float = 1.0
    start: float = 0.1
    then: Schedule | None = None

    RULE: ClassVar[str] = r"""
network warm_up
input t rate epochs start
rate_next = rate*(start + (1 - start)*minimum(t/epochs, 1))
t_next = maximum(t - epochs, 0)
latex rate = "\eta"  epochs = "T"  start = "\alpha"
"""
    MEANINGS: ClassVar[dict[str, str]] = {
        "epochs": "how many epochs the warm-up takes",
        "start": "the first rate as a share of the optimiser's",
    }
    SOURCES: ClassVar[tuple[str, ...]] = (
        "P. Goyal et al.: Accurate, Large Minibatch SGD: Training ImageNet in 1 Hour. "
        "arXiv:1706.02677 (2017), section 2.2 (gradual warmup)",
    )
    REMARKS: ClassVar[tuple[str, ...]] = (
        "In PyTorch: torch.optim.lr_scheduler.LinearLR(start_factor=start, total_iters=epochs).",
    )

    def __post_init__(self) -> None:
        for name in ("epochs", "start"):
            check_setting(self, name)
        check_schedule(self.then, "WarmUp: then")

    def fitted(self, epochs: float) -> Schedule:
        if self.then is None:
            return self
        rest = epochs - self.epochs
        if rest <= 0:
            raise TrainingError(
                f"a warm-up of {self.epochs:g} epochs, then {self.then!r}",
                f"the training has {epochs:g} epochs in all", "warm up for fewer epochs",
            )  # fmt: skip
        return replace(self, then=self.then.fitted(rest))

    @property
    def parts(self) -> tuple[Schedule, ...]:
        return (self, *(self.then.parts if self.then else ()))


@dataclass(frozen=True, slots=True)
class OneCycle(Schedule):
    """Half a cosine from start·rate up to rate, then half a one down to end·rate.

    It rises for the ``rising`` share of the epochs. The optimiser's rate is the highest one.
    """

    epochs: float | None = None
    rising: float = 0.3
    start: float = 0.04
    end: float = 4e-6

    RULE: ClassVar[str] = r"""
network one_cycle
input t rate epochs rising start end
share = minimum(t/epochs, 1)
up = start + (1 - start)*(1 - cos(pi*share/rising))/2
down = end + (1 - end)*(1 + cos(pi*(share - rising)/(1 - rising)))/2
rate_next = rate*where(share < rising, up, down)
latex rate = "\eta"  epochs = "T"  rising = "\rho"  start = "\alpha"  end = "\omega"
latex share = "u"
"""
    MEANINGS: ClassVar[dict[str, str]] = {
        "epochs": "how many epochs the cycle takes",
        "rising": "the share of them in which the rate rises",
        "start": "the first rate as a share of the highest",
        "end": "the last rate as a share of the highest",
        "share": "how much of the cycle is behind",
        "up": "the factor of the rate on the way up",
        "down": "the factor of the rate on the way down",
    }
    SOURCES: ClassVar[tuple[str, ...]] = (
        "L. N. Smith, N. Topin: Super-Convergence: Very Fast Training of Neural Networks Using "
        "Large Learning Rates. arXiv:1708.07120 (2018)",
    )
    REMARKS: ClassVar[tuple[str, ...]] = (
        "In PyTorch: torch.optim.lr_scheduler.OneCycleLR(max_lr=rate, pct_start=rising, "
        "div_factor=1/start, final_div_factor=start/end), which has the same defaults and, like "
        "this one, cosines where the paper has lines. There both end one step earlier, so that the "
        "last step has the lowest rate. The momentum is not cycled.",
    )

    def __post_init__(self) -> None:
        for name in ("epochs", "rising", "start", "end"):
            if getattr(self, name) is not None:
                check_setting(self, name)
        if self.rising == 1:
            raise TrainingError(
                "OneCycle: rising=1 was asked for", "no part of the cycle is left to fall in",
                "use a share such as rising=0.3",
            )  # fmt: skip

    def fitted(self, epochs: float) -> Schedule:
        return replace(self, epochs=epochs) if self.epochs is None else self


def check_schedule(schedule: Any, what: str) -> None:
    """Raise TrainingError unless it is a schedule or None."""
    if schedule is not None and not isinstance(schedule, Schedule):
        raise TrainingError(
            f"{what}={str(schedule)[:40]} was asked for", f"a {type(schedule).__name__}",
            "use a schedule such as sb.Cosine() or sb.StepDecay(every=10)",
        )  # fmt: skip


# The schedules by the names that the command line reads.
SCHEDULES: dict[str, type[Schedule]] = {
    "step": StepDecay, "exponential": Exponential, "cosine": Cosine, "warmup": WarmUp,
    "onecycle": OneCycle,
}  # fmt: skip
