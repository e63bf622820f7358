"""``train``: batches in, steps of the optimiser's rule, one row of history for each epoch."""

from __future__ import annotations

from collections.abc import Mapping
from os import PathLike

import numpy as np

from symback.derivation.derive import Derivation, derive
from symback.network.network import Network
from symback.training.callbacks import EarlyStopping, checked_callbacks
from symback.training.checkpoint import Checkpoint
from symback.training.clipping import Clipping
from symback.training.engine import Plan
from symback.training.measures import chosen_metrics
from symback.training.optimisers import Optimizer
from symback.training.preparation import prepared
from symback.training.run import Run
from symback.training.schedules import Schedule, check_schedule
from symback.training.sources import Data
from symback.training.start import (
    check_backend,
    check_clipping,
    check_derivation,
    check_options,
    check_shuffle,
)
from symback.training.updating import NUMPY


def train(
    network: Network | Derivation,
    data: Data,
    *,
    optimizer: Optimizer,
    epochs: int,
    batch_size: int | None = None,
    batch: object = None,
    parameters: Mapping[str, object] | None = None,
    validation: Mapping[str, object] | float | None = None,
    metrics: object = None,
    schedule: Schedule | None = None,
    clip: Clipping | None = None,
    seed: int = 0,
    dtype: str = "float64",
    checkpoint: Checkpoint | str | PathLike[str] | None = None,
    progress: bool | None = None,
    shuffle: bool = True,
    patience: int | None = None,
    callbacks: object = (),
    backend: str = NUMPY,
) -> Run:
    """θ ← step(θ, ∂L/∂θ) for every batch of every epoch; return the Run with what was learned.

    ``data`` holds an array for each input, or is a function of the epoch's number (1, 2, …) that
    yields the batches. Without ``batch_size`` all arrays are one batch; with it the samples are
    shuffled for each epoch and cut along the letter ``batch``, by default the one that leads all
    data; the last batch may be short. Arrays in mapped files are read batch by batch.
    ``parameters`` are values to start from. ``validation`` is data of its own or the share of the
    samples that is held back; on it the loss and ``metrics`` are measured after each epoch, and
    ``patience`` ends training when the loss has not become better for so many.
    ``callbacks`` are called with a Moment after each epoch. With ``checkpoint`` training is kept in
    a file and goes on from it if it is there. The same seed gives the same bits, whether training
    was interrupted or not. With ``backend="numba"`` the optimiser's rule is one loop that Numba
    compiles, to the same bits; loss and gradients stay NumPy's. Ctrl-C ends training early. Raises
    SymbackError; a NaN or infinity is a TrainingError that names the equation. What was learned
    until an error is ``error.run``.
    """
    check_options(optimizer, epochs=(epochs, 1), seed=(seed, 0))
    check_schedule(schedule, "train: schedule")
    check_clipping(clip)
    check_shuffle(shuffle)
    check_backend(backend)
    derivation = network if isinstance(network, Derivation) else derive(network)
    check_derivation(derivation)
    watchers = checked_callbacks(callbacks)
    if patience is not None:
        watchers += (EarlyStopping(patience, by="validation_loss"),)
    if checkpoint is not None and not isinstance(checkpoint, Checkpoint):
        checkpoint = Checkpoint(checkpoint)
    plan = Plan(
        derivation, optimizer, epochs, schedule, clip, seed, dtype, shuffle,
        chosen_metrics(derivation.forward, derivation.of, metrics, validation), backend,
    )  # fmt: skip
    with np.errstate(all="ignore"):
        # Why ignored? NumPy would warn of the infinity that the loop is about to name.
        training = prepared(
            plan, data, batch_size=batch_size, batch=batch, parameters=parameters or {},
            validation=validation, callbacks=watchers,
        )  # fmt: skip
        return training.run(checkpoint, progress)
