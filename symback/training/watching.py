"""Who looks on after each step and each epoch: the best epoch, early stopping, callbacks."""

from __future__ import annotations

import math
from collections.abc import Iterable

from symback.errors import TrainingError
from symback.training.callbacks import Callback, EarlyStopping, EveryStep, Moment, asked_to_stop
from symback.training.history import History
from symback.training.measures import Metrics, more_is_better
from symback.training.parameters import Parameters


class Tracker:
    """Which number of a column is the best so far: the first that none beats by over ``least``."""

    def __init__(self, more_is_better: bool, least: float = 0.0) -> None:
        self._sign, self._least = (1 if more_is_better else -1), least
        self.best, self.epoch, self.epochs = math.nan, 0, 0

    def add(self, value: float) -> bool:
        """Take the number of the next epoch; return whether it is the best so far."""
        self.epochs += 1
        grown = self._sign * (value - self.best)
        better = not math.isnan(value) and (math.isnan(self.best) or grown > self._least)
        if better:
            self.best, self.epoch = value, self.epochs
        return better


class Watch:
    """Looks on at a training: ``after_step`` and ``after_epoch`` return why it should end, or "".

    ``columns`` are those that the history will have. Raises TrainingError for early stopping by a
    column that is not there, or of which nobody knows which way is better.
    """

    def __init__(
        self, callbacks: Iterable[Callback], columns: Iterable[str], metrics: Metrics
    ) -> None:
        callbacks, columns = tuple(callbacks), tuple(columns)
        self.each_step = [c for c in callbacks if isinstance(c, EveryStep)]
        self._each_epoch = [c for c in callbacks if not isinstance(c, EveryStep | EarlyStopping)]
        self._stoppers = [
            (stopper, Tracker(_direction(stopper, columns, metrics), stopper.least))
            for stopper in callbacks
            if isinstance(stopper, EarlyStopping)
        ]
        self.by = "validation_loss" if "validation_loss" in columns else None
        upwards = False
        if self._stoppers:
            self.by = self._stoppers[0][0].by
            upwards = _direction(self._stoppers[0][0], columns, metrics)
        self._best = Tracker(upwards)

    def restore(self, history: History) -> str:
        """Look at the epochs of a training that is taken up; return why it should end, or ""."""
        reason = ""
        for row in history:
            reason = self._early(row)
            self.is_best(row)
        return reason

    def is_best(self, row: dict[str, float]) -> bool:
        """Is the epoch of this row the best so far?"""
        return self.by is not None and self._best.add(row[self.by])

    def after_step(
        self, step: int, loss: float, rate: float | None, history: History, parameters: Parameters
    ) -> str:
        """Call the callbacks of every step."""
        moment = Moment(len(history), step, {"loss": loss}, rate, history, parameters)
        return self._asked(self.each_step, moment)

    def after_epoch(
        self, step: int, rate: float | None, history: History, parameters: Parameters
    ) -> str:
        """Look whether to stop early, and call the callbacks of every epoch."""
        reason = self._early(history[-1])
        if not self._each_epoch:
            return reason
        moment = Moment(len(history), step, history[-1], rate, history, parameters)
        return reason or self._asked(self._each_epoch, moment)

    def _early(self, row: dict[str, float]) -> str:
        """Return why training should end after this row; every stopper sees every row."""
        reasons = []
        for stopper, tracker in self._stoppers:
            tracker.add(row[stopper.by])
            if tracker.epochs - tracker.epoch >= stopper.patience:
                reasons.append(_told(stopper, tracker))
        return reasons[0] if reasons else ""

    def _asked(self, callbacks: Iterable[Callback], moment: Moment) -> str:
        reasons = [asked_to_stop(callback, moment) for callback in callbacks]
        return next(filter(None, reasons), "")


def _told(stopper: EarlyStopping, tracker: Tracker) -> str:
    name = stopper.by.replace("_", " ")
    if not tracker.epoch:
        return f"stopped early: the {name} was no number in {tracker.epochs} epochs"
    return (
        f"stopped early: the {name} was best in epoch {tracker.epoch} ({tracker.best:.5g}), "
        f"{stopper.patience} epochs before"
    )


def _direction(stopper: EarlyStopping, columns: tuple[str, ...], metrics: Metrics) -> bool:
    """Is more better in the column of an early stopping? Raises TrainingError if nobody knows."""
    asked = f"early stopping by {str(stopper.by)[:40]!r} was asked for"
    if stopper.by not in columns:
        validated = "give validation={…} or validation=0.2, or stop by 'loss'"
        raise TrainingError(
            asked, f"the history will have {', '.join(columns)}",
            validated if "validation_loss" not in columns else "name one of these",
        )  # fmt: skip
    if stopper.more_is_better is not None:
        return stopper.more_is_better
    found = more_is_better(stopper.by, metrics)
    if found is None:
        raise TrainingError(
            asked, "a function of yours, of which only you know which way is better",
            f"sb.EarlyStopping(…, by={stopper.by!r}, more_is_better=True), or False",
        )  # fmt: skip
    return found
