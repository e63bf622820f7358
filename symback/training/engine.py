"""A training under way: steps, epochs, and what it takes to go on with it another day."""

from __future__ import annotations

import contextlib
import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, count, islice
from pathlib import Path

import numpy as np

from symback.derivation.derive import Derivation
from symback.errors import FileError, SymbackError, TrainingError
from symback.files import remove_parts
from symback.training.buffers import Buffers, with_updates
from symback.training.checkpoint import Checkpoint, Keeper, Record, check_fits, check_whole, read
from symback.training.clipping import Clipping
from symback.training.draws import Draws
from symback.training.faults import first_fault
from symback.training.history import RATE, History
from symback.training.interruption import Interruption
from symback.training.measures import Measures, Metrics
from symback.training.optimisers import Optimizer
from symback.training.parameters import Parameters, Stepper
from symback.training.progress import Progress
from symback.training.rule import THETA
from symback.training.run import Run
from symback.training.schedules import Schedule
from symback.training.sources import Batch, Source
from symback.training.updating import NUMPY
from symback.training.watching import Watch

INTERRUPTED = "stopped by Ctrl-C; the parameters are those of the last whole step"


@dataclass(frozen=True, slots=True)
class Plan:
    """What a training is made of, its data aside."""

    derivation: Derivation
    optimizer: Optimizer
    epochs: int
    schedule: Schedule | None
    clip: Clipping | None
    seed: int
    dtype: str
    shuffled: bool
    metrics: Metrics
    backend: str = NUMPY


@dataclass(frozen=True, slots=True)
class Best:
    """The parameters after the best epoch, by name, and which it was."""

    epoch: int
    steps: int
    parameters: dict[str, np.ndarray]


@dataclass(frozen=True, slots=True)
class Carried:
    """What steps read and change, and what they draw."""

    parameters: Parameters
    buffers: Buffers
    draws: Draws

    def copies(self) -> dict[str, np.ndarray]:
        """Return parameters and buffers, by name, as arrays of their own."""
        return self.parameters.copies() | self.buffers.copies()

    @property
    def arrays(self) -> dict[str, np.ndarray]:
        """The arrays of parameters and buffers, by name."""
        return self.parameters.arrays | self.buffers.arrays


class Training:
    """Parameters, their step, and where in the epoch it is: all that changes while training.

    ``identity`` says in words what training it is; a checkpoint of another one does not fit.
    """

    def __init__(
        self,
        plan: Plan,
        carried: Carried,
        stepper: Stepper,
        source: Source,
        measures: Measures | None,
        watch: Watch,
        identity: dict[str, str],
        held_back: np.ndarray | None,
    ) -> None:
        self.plan, self.carried, self.stepper = plan, carried, stepper
        self.parameters = carried.parameters
        # Why None where there are none? Small networks take only microseconds for a step.
        self._draws = carried.draws if carried.draws.tensors else None
        self._updated = carried.buffers if carried.buffers.next else None
        self.source, self.measures, self.watch = source, measures, watch
        self.identity, self.held_back = identity, held_back
        self.history, self.steps, self.best = History(), 0, Best(0, 0, {})
        # The epoch under way: its batches so far, and the sums of which its loss is made.
        self.position, self.total, self.seen = 0, 0.0, 0

    def run(self, checkpoint: Checkpoint | None, progress: bool | None) -> Run:
        """Train to the end, early or late, and return the Run; raises SymbackError with ``run``."""
        keeper = Keeper(checkpoint) if checkpoint else None
        reason = self._take_up(keeper) if keeper else ""
        try:
            with Progress(self.plan.epochs, progress) as bar, Interruption() as stop:
                reason = reason or self._train(bar, stop, keeper)
            if keeper:
                self._keep(keeper)
        except SymbackError as error:
            done = len(self.history) >= self.plan.epochs
            error.run = self._made("" if done else f"stopped: {error.found}")
            if keeper and not isinstance(error, FileError):
                # Why suppressed? The error that ended training is the one to tell.
                with contextlib.suppress(FileError):
                    self._keep(keeper)
            raise
        return self._made(reason)

    # Steps and epochs ----------------------------------------------------------------------------

    def _train(self, bar: Progress, stop: Interruption, keeper: Keeper | None) -> str:
        """Train all epochs; return why it ended before, or an empty text."""
        while len(self.history) < self.plan.epochs:
            for batch in self.source.epoch(len(self.history) + 1, self.position):
                if stop.asked:
                    return INTERRUPTED
                loss = self._step(batch)
                if bar.on:
                    self._show(bar)
                reason = self._told(loss) if self.watch.each_step else ""
                if keeper and keeper.is_due(self.steps):
                    self._keep(keeper)
                if reason:
                    return reason
            reason = self._end_epoch(bar)
            if len(self.history) < self.plan.epochs and (reason or stop.asked):
                return reason or INTERRUPTED
        return ""

    def batches(self, steps: int) -> Iterator[Batch]:
        """Yield the batches of as many epochs as it takes for so many steps."""
        epochs = chain.from_iterable(self.source.epoch(number, 0) for number in count(1))
        return islice(epochs, steps)

    def try_step(self, batch: Batch) -> float | None:
        """Make a step and return the loss before it; None, and no step, if it is not finite.

        The caller silences NumPy's warnings.
        """
        if self._draws:
            self._draws.fill(batch.values, self.stepper.count)
        loss = batch.bound()
        self.parameters.take(batch.bound.grads)
        if self._updated:
            return self._updated_step(loss)
        return loss if math.isfinite(loss) and self.stepper.advance() else None

    def _updated_step(self, loss: float) -> float | None:
        """Make a step that changes buffers, too."""
        is_finite = math.isfinite(loss) and self._updated.are_finite
        if not is_finite or not self.stepper.advance():
            return None
        self._updated.advance()
        return loss

    def _step(self, batch: Batch) -> float:
        loss = self.try_step(batch)
        if loss is None:
            raise self._fault(batch.values)
        self.steps += 1
        self.position += 1
        self.total += loss * batch.length
        self.seen += batch.length
        return loss

    def _told(self, loss: float) -> str:
        """Call who looks on after each step; return why training should end, or an empty text."""
        return self.watch.after_step(
            self.steps, loss, self.stepper.rate, self.history, self.parameters
        )

    def _end_epoch(self, bar: Progress) -> str:
        """Add the row of the epoch; return why training should end, or an empty text."""
        row = {"loss": self.total / self.seen} | (self.measures() if self.measures else {})
        if self.plan.schedule:
            row[RATE] = self.stepper.rate
        self.history.add(row)
        self.position, self.total, self.seen = 0, 0.0, 0
        if self.watch.is_best(row):
            self.best = Best(len(self.history), self.steps, self.carried.copies())
        if bar.on:
            self._show(bar)
        return self.watch.after_epoch(self.steps, self.stepper.rate, self.history, self.parameters)

    def _show(self, bar: Progress) -> None:
        """Draw the bar: the loss so far, the last number measured on validation data, the rate."""
        last = dict(self.history[-1]) if len(self.history) else {}
        row = {"loss": self.total / self.seen if self.seen else last["loss"]}
        if self.measures and last:
            row[self.measures.names[-1]] = last[self.measures.names[-1]]
        batches = self.source.batches
        share = self.position / batches if batches else 0.0
        bar.show(len(self.history) + min(share, 1.0), row | {RATE: self.stepper.rate})

    def _fault(self, values: dict[str, np.ndarray]) -> TrainingError:
        """Return the error of a step that made a NaN or infinity; it has changed nothing."""
        plan = self.plan
        network, _ = with_updates(plan.derivation.network)
        found = first_fault(network, values | self.carried.arrays, plan.dtype)
        found = found or self.stepper.fault()
        return TrainingError(
            f"train: epoch {len(self.history) + 1}, step {self.steps + 1} of {plan.optimizer!r}",
            found or f"the loss {plan.derivation.of} is not finite",
            "a smaller rate, data of similar scale, or another start; error.run has the parameters",
        )

    # Checkpoints ---------------------------------------------------------------------------------

    def _take_up(self, keeper: Keeper) -> str:
        """Go on from the checkpoint if it is there, else write the first one; raises SymbackError.

        Return why there is nothing to go on with, or an empty text.
        """
        path = Path(keeper.checkpoint.path)
        remove_parts(path)
        if not path.exists():
            # Why at once? A folder that cannot be written to is better known before than after.
            keeper.keep(self._record())
            return ""
        record = read(path)
        check_fits(path, record, self.identity)
        check_whole(path, record, self._record())
        behind, epochs = len(record.rows), self.plan.epochs
        if behind > epochs or (behind == epochs and record.position):
            raise TrainingError(
                f"train: the training in {str(path)[:200]} was to go on to {epochs} epochs",
                f"it has {record.steps} steps and {behind} epochs behind it already",
                "ask for more epochs, or name another file; the file stays as it is",
            )
        return self._restore(record)

    def _keep(self, keeper: Keeper) -> None:
        """Write the checkpoint; raises FileError."""
        try:
            keeper.keep(self._record())
        except FileError as error:
            helps = f"{error.helps}; error.run has what was learned"
            raise FileError(error.asked, error.found, helps) from None

    def _record(self) -> Record:
        carried = {name: a for name, a in self.stepper.state().items() if name != THETA}
        return Record(
            self.identity, self.carried.copies(), carried, self.best.parameters,
            self.best.epoch, self.best.steps, list(self.history), self.steps, self.position,
            self.total, self.seen,
        )  # fmt: skip

    def _restore(self, record: Record) -> str:
        for name, view in self.carried.arrays.items():
            np.copyto(view, record.parameters[name])
        self.stepper.restore(record.carried | {THETA: self.parameters.theta})
        self.best = Best(record.best_epoch, record.best_steps, record.best)
        self.history, self.steps = History(record.rows), record.steps
        self.position, self.total, self.seen = record.position, record.total, record.seen
        return self.watch.restore(self.history)

    # The result ----------------------------------------------------------------------------------

    def _made(self, stopped: str) -> Run:
        is_last = self.best.epoch == len(self.history) and not self.position
        best = None
        if self.best.epoch and not is_last:
            epoch, steps = self.best.epoch, self.best.steps
            best = self._run(self.best.parameters, self.history.until(epoch), steps, "", None)
        return self._run(self.carried.copies(), self.history, self.steps, stopped, best)

    def _run(
        self, parameters: dict[str, np.ndarray], history: History, steps: int, stopped: str,
        best: Run | None,
    ) -> Run:  # fmt: skip
        plan, kept = self.plan, self.carried.buffers.arrays
        buffers = {name: parameters[name] for name in kept}
        parameters = {n: array for n, array in parameters.items() if n not in kept}
        return Run(
            plan.derivation.forward, plan.optimizer, parameters, history, buffers, seed=plan.seed,
            dtype=plan.dtype, steps=steps, stopped=stopped, goal=plan.derivation.of,
            metrics=plan.metrics, held_back=self.held_back, best=best,
        )  # fmt: skip
