"""What a training tells while it goes on, and who may end it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np

from symback.errors import SymbackError, TrainingError
from symback.training.history import History
from symback.training.parameters import Parameters


@dataclass(frozen=True, slots=True)
class Moment:
    """A training at one moment: what a callback is called with.

    ``epoch`` counts finished epochs, ``step`` all steps. ``row`` is the last row of the history;
    for a callback of every step it is the loss of this step, measured before the step was made.
    """

    epoch: int
    step: int
    row: dict[str, float]
    rate: float | None
    history: History
    _parameters: Parameters

    @property
    def parameters(self) -> dict[str, np.ndarray]:
        """The parameters at this moment, as copies."""
        return self._parameters.copies()


# What it returns ends the training: True, or a text that says why.
Callback = Callable[[Moment], object]


@dataclass(frozen=True, slots=True)
class EveryStep:
    """A callback that is called after every step instead of every epoch."""

    callback: Callback

    def __call__(self, moment: Moment) -> object:
        return self.callback(moment)


@dataclass(frozen=True, slots=True)
class EarlyStopping:
    """Ends a training when ``by`` has not become better for ``patience`` epochs.

    ``by`` is a column of the history, by default the validation loss. Better means by more than
    ``least``. ``more_is_better`` is known for the loss and for metrics that have a name. The best
    epoch is kept as ``run.best``.
    """

    patience: int
    by: str = "validation_loss"
    least: float = 0.0
    more_is_better: bool | None = None

    def __post_init__(self) -> None:
        for name, value, kinds, least in (
            ("patience", self.patience, int | np.integer, 1),
            ("least", self.least, int | float | np.number, 0),
        ):
            if isinstance(value, bool) or not isinstance(value, kinds) or not value >= least:
                raise TrainingError(
                    f"early stopping with {name}={str(value)[:40]} was asked for",
                    f"no {'whole ' * (name == 'patience')}number from {least}",
                    f"use a number such as {name}={10 if name == 'patience' else 0.001}",
                )


def asked_to_stop(callback: Callback, moment: Moment) -> str:
    """Return why a callback ends the training, empty if it does not; raises TrainingError."""
    try:
        answer = callback(moment)
    except SymbackError:
        raise
    except Exception as error:
        name = getattr(callback, "__name__", type(callback).__name__)
        raise TrainingError(
            f"train: the callback {name} was called after step {moment.step}",
            f"it raised {type(error).__name__}: {str(error)[:200]}",
            "error.run has what was learned until then",
        ) from error
    if isinstance(answer, str):
        return answer
    wanted = isinstance(answer, bool | np.bool) and bool(answer)
    return "stopped by a callback" if wanted else ""


def checked_callbacks(callbacks: object) -> tuple[Callback, ...]:
    """Return the callbacks as a tuple; raises TrainingError for what cannot be called."""
    if isinstance(callbacks, EarlyStopping) or callable(callbacks):
        callbacks = (callbacks,)
    if not isinstance(callbacks, Iterable):
        callbacks = (callbacks,)
    found = tuple(callbacks)
    for callback in found:
        if isinstance(callback, type) or not (
            isinstance(callback, EarlyStopping) or callable(callback)
        ):
            raise TrainingError(
                f"train: the callback {str(callback)[:60]} was asked for",
                f"a {type(callback).__name__}",
                "give functions of one argument, or sb.EarlyStopping(patience=10)",
            )
    return found
