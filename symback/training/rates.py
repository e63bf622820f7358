"""The range run: which rates make a network learn, found by one short training.

L. N. Smith: Cyclical Learning Rates for Training Neural Networks. WACV 2017, section 3.3: let the
rate grow from step to step and look at the loss. Here it grows by the same factor each time.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from html import escape
from os import PathLike
from pathlib import Path

import numpy as np

from symback.charts.chart import Chart, line_chart, restyled
from symback.derivation.derive import Derivation, derive
from symback.errors import TrainingError
from symback.network.network import Network
from symback.training.clipping import Clipping
from symback.training.engine import Plan, Training
from symback.training.optimisers import SGD, Optimizer
from symback.training.preparation import prepared
from symback.training.rule import RATE
from symback.training.schedules import Exponential
from symback.training.sources import Data
from symback.training.start import check_clipping, check_derivation, check_options

# The run ends when the running mean, in which the past has this weight, is so many times its least.
PAST, DIVERGED = 0.9, 4.0
# A smoothed loss is a mean with the weights 1 2 … REACH … 2 1 around a step. Why of both sides? A
# mean of the past alone lags behind, and so suggests rates that are too high.
REACH = 6
FIRST = 10
MOST_ROWS = 12


@dataclass(frozen=True, slots=True, eq=False)
class RateRange:
    """The losses of a range run over the rate; ``suggestion`` is where they fell fastest.

    ``smoothed`` are means over neighbouring steps. ``lowest`` and ``highest`` bound the rates that
    learn: where a tenth of the fall is done, and where the smoothed loss was least. All three are
    None if the loss did not fall.
    """

    rates: np.ndarray
    losses: np.ndarray
    smoothed: np.ndarray
    optimizer: Optimizer
    diverged: bool

    @property
    def suggestion(self) -> float | None:
        """The rate at which the smoothed loss fell most from step to step."""
        if not self._fell:
            return None
        slopes = np.gradient(self.smoothed[: self.smoothed.argmin() + 1])
        return float(self.rates[slopes.argmin()])

    @property
    def lowest(self) -> float | None:
        """The rate from which on a tenth of the fall of the smoothed loss is done."""
        if not self._fell:
            return None
        end = self.smoothed.argmin()
        level = 0.9 * self._level + 0.1 * self.smoothed[end]
        above = np.flatnonzero(self.smoothed[:end] > level)
        return float(self.rates[above[-1] + 1 if len(above) else 0])

    @property
    def highest(self) -> float | None:
        """The rate at which the smoothed loss was least: beyond it the loss grows."""
        return float(self.rates[self.smoothed.argmin()]) if self._fell else None

    @property
    def _level(self) -> float:
        """The loss before the rates do anything."""
        return float(self.losses[:FIRST].mean())

    @property
    def _fell(self) -> bool:
        """Is the least smoothed loss clearly below the first ones, of which each differs?"""
        noise = float(self.losses[:FIRST].std())
        return self.smoothed.argmin() > 1 and self.smoothed.min() < self._level - 2 * noise

    def chart(self) -> Chart:
        """Return the losses over the rate, the suggestion as a point."""
        highest = 1.5 * self._level - 0.5 * self.smoothed.min()
        shown = np.where(self.losses <= highest, self.losses, np.nan)
        line = np.where(self.smoothed <= highest, self.smoothed, np.nan)
        lines = {"loss of the step": (self.rates, shown), "smoothed": (self.rates, line)}
        if self.suggestion is not None:
            place = np.flatnonzero(self.rates == self.suggestion)[0]
            lines["suggestion"] = ([self.rates[place]], [self.smoothed[place]])
        title = f"Loss over the rate of {type(self.optimizer).__name__}"
        made = line_chart(title, lines, x_label="rate", y_label="loss", x_scale="log")
        return restyled(made, {name: "points" for name in lines if name != "smoothed"})

    def save(self, path: str | PathLike[str]) -> Path:
        """Write the chart as .svg or .png; raises FileError."""
        return self.chart().save(path)

    def __repr__(self) -> str:
        return f"RateRange({len(self.rates)} steps with {type(self.optimizer).__name__})"

    def __str__(self) -> str:
        rows = [("rate", "loss", "smoothed")]
        rows += [(f"{r:.2e}", f"{a:.5g}", f"{b:.5g}") for r, a, b in self._chosen()]
        widths = [max(len(row[i]) for row in rows) for i in range(3)]
        lines = ["  ".join(c.rjust(w) for c, w in zip(row, widths, strict=True)) for row in rows]
        return "\n".join([*lines, self.sentence])

    def _repr_html_(self) -> str:
        image = self.chart()._repr_mimebundle_()["text/html"]
        return f"<p>{escape(self.sentence)}</p>{image}"

    @property
    def sentence(self) -> str:
        """What was found, in words."""
        if self.suggestion is None:
            return (
                f"The loss did not fall at any rate from {self.rates[0]:.2g} to "
                f"{self.rates[-1]:.2g}; is the network right, the data scaled?"
            )
        end = f"; the run ended at {self.rates[-1]:.2g}, where it had grown" * self.diverged
        return (
            f"The loss fell fastest at a rate of {self.suggestion:.2g}, a good one to begin with; "
            f"it falls from about {self.lowest:.2g} on and was least at {self.highest:.2g}{end}."
        )

    def _chosen(self) -> list[tuple[float, float, float]]:
        count = len(self.rates)
        places = sorted({round(i * (count - 1) / (MOST_ROWS - 1)) for i in range(MOST_ROWS)})
        return [(self.rates[i], self.losses[i], self.smoothed[i]) for i in places]


def rate_range(
    network: Network | Derivation,
    data: Data,
    *,
    optimizer: Optimizer | None = None,
    low: float = 1e-6,
    high: float = 10.0,
    steps: int = 100,
    batch_size: int | None = None,
    batch: object = None,
    parameters: Mapping[str, object] | None = None,
    clip: Clipping | None = None,
    seed: int = 0,
    dtype: str = "float64",
) -> RateRange:
    """rate_s = low·(high/low)^(s/(steps − 1)): train with growing rates and return the losses.

    The run ends early where the running mean of the loss is four times its least, or not finite.
    What the network learns on the way is thrown away. The optimiser's own rate plays no part; the
    default is SGD. Raises SymbackError.
    """
    optimizer = SGD(1.0) if optimizer is None else optimizer
    check_options(optimizer, steps=(steps, 2 * FIRST), seed=(seed, 0))
    check_clipping(clip)
    _check_rates(optimizer, low, high)
    derivation = network if isinstance(network, Derivation) else derive(network)
    check_derivation(derivation)
    with np.errstate(all="ignore"):
        plan = Plan(
            derivation, replace(optimizer, rate=low), steps, Exponential(high / low), clip, seed,
            dtype, True, (),
        )  # fmt: skip
        training = prepared(
            plan, data, batch_size=batch_size, batch=batch, parameters=parameters or {},
            validation=None, callbacks=(), steps_per_epoch=steps - 1,
        )  # fmt: skip
        return _walked(training, steps, optimizer)


def _walked(training: Training, steps: int, optimizer: Optimizer) -> RateRange:
    rates, losses = [], []
    mean, least, diverged = 0.0, math.inf, False
    for batch in training.batches(steps):
        loss = training.try_step(batch)
        if loss is None:
            diverged = True
            break
        rates.append(training.stepper.rate)
        losses.append(loss)
        mean = PAST * mean + (1 - PAST) * loss
        running = mean / (1 - PAST ** len(losses))
        least = min(least, running)
        if len(losses) > FIRST and running > least + (DIVERGED - 1) * abs(least):
            diverged = True
            break
    if len(losses) < FIRST:
        raise TrainingError(
            "rate_range: the losses of growing rates were asked for",
            f"a loss that is not finite after {len(losses)} steps",
            "begin lower, such as low=1e-9, or scale the data",
        )
    losses = np.array(losses)
    return RateRange(np.array(rates), losses, smoothed(losses), optimizer, diverged)


def smoothed(losses: np.ndarray) -> np.ndarray:
    """Return, for each step, the mean of it and its neighbours, the nearer the heavier."""
    weights = np.convolve(np.ones(REACH), np.ones(REACH))
    total = np.convolve(losses, weights, "same")
    return total / np.convolve(np.ones(len(losses)), weights, "same")


def _check_rates(optimizer: Optimizer, low: object, high: object) -> None:
    asked = f"rate_range: rates from {str(low)[:30]} to {str(high)[:30]} were asked for"
    try:
        fits = 0 < float(low) < float(high) < math.inf
    except (TypeError, ValueError):
        fits = False
    if not fits:
        raise TrainingError(asked, "no two growing numbers above 0", "use low=1e-6, high=10")
    if RATE not in {field.name for field in fields(optimizer)}:
        raise TrainingError(
            asked, f"{type(optimizer).__name__} has no rate", "use sb.SGD, sb.Adam or another"
        )
