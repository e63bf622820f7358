"""``train``: batches in, steps of the optimiser's rule, one row of history for each epoch."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from symback.compiler.program import compile_network
from symback.derivation.derive import Derivation, derive
from symback.errors import TrainingError
from symback.network.network import Network
from symback.training.batches import Sampling, sampling
from symback.training.faults import first_fault
from symback.training.history import History
from symback.training.interruption import Interruption
from symback.training.measures import Measures, wanted_metrics
from symback.training.optimisers import Optimizer
from symback.training.parameters import Parameters, Stepper
from symback.training.progress import Progress
from symback.training.run import Run
from symback.training.start import check_options, checked_data, starting_arrays

INTERRUPTED = "stopped by Ctrl-C; the parameters are those of the last whole step"


def train(
    network: Network | Derivation,
    data: Mapping[str, object],
    *,
    optimizer: Optimizer,
    epochs: int,
    batch_size: int | None = None,
    batch: object = None,
    parameters: Mapping[str, object] | None = None,
    validation: Mapping[str, object] | None = None,
    metrics: object = None,
    schedule: object = None,
    clip: object = None,
    seed: int = 0,
    dtype: str = "float64",
    checkpoint: object = None,
    progress: bool | None = None,
) -> Run:
    """θ ← step(θ, ∂L/∂θ) for every batch of every epoch; return the Run with what was learned.

    ``data`` holds an array for each input. Without ``batch_size`` all of it is one batch; with it
    the samples are shuffled for each epoch and cut along the letter ``batch``, by default the one
    that leads all data; the last batch may be short. ``parameters`` are values to start from. With
    ``validation`` data the history has its loss and, for one-hot targets, the accuracy. The same
    seed gives the same bits. Ctrl-C ends training early. Raises SymbackError; a NaN or infinity is
    a TrainingError that names the equation and keeps what was learned as ``error.run``.
    """
    later = {"schedule": schedule, "clip": clip, "checkpoint": checkpoint}
    check_options(optimizer, epochs, seed, later)
    wanted = wanted_metrics(metrics, validation)
    derivation = network if isinstance(network, Derivation) else derive(network)
    net = derivation.forward
    _check_all_derived(derivation)
    inputs, learned = starting_arrays(net, derivation.of, data, parameters or {}, seed, dtype)
    cut = sampling(net, inputs, batch_size, batch)
    training = _Training(derivation, inputs, learned, optimizer, cut, seed, dtype)
    if validation is not None:
        held = checked_data(net, validation, training.parameters.arrays, inputs, dtype)
        training.measures = Measures(net, held, dtype, wanted)
    return training.run(epochs, progress)


def _check_all_derived(derivation: Derivation) -> None:
    """Refuse a derivation that lacks the gradient of a parameter: it would stand still unseen."""
    missing = [t.name for t in derivation.forward.parameters if t.name not in derivation.wrt]
    if missing:
        raise TrainingError(
            f"train: a derivation by {', '.join(derivation.wrt[:8])}",
            f"no gradient by {', '.join(missing[:8])}",
            "derive by all parameters, derive(net); what shall not change is an input",
        )


class _Training:
    """A training under way: parameters, their step, and a program for each length of a batch."""

    def __init__(
        self,
        derivation: Derivation,
        data: Mapping[str, np.ndarray],
        parameters: Mapping[str, np.ndarray],
        optimizer: Optimizer,
        cut: Sampling,
        seed: int,
        dtype: str,
    ) -> None:
        self.derivation, self.optimizer, self.seed, self.dtype = derivation, optimizer, seed, dtype
        self.data, self.cut = data, cut
        self.parameters = Parameters(parameters, dtype)
        self.stepper = Stepper(optimizer, self.parameters)
        self.program = compile_network(
            derivation.network,
            (),
            dtype=dtype,
            value=derivation.of,
            gradients=derivation.gradient_names,
        )
        self.measures: Measures | None = None
        self.history, self.steps = History(), 0
        self._batches: dict[int, tuple[dict[str, np.ndarray], object]] = {}

    def run(self, epochs: int, progress: bool | None) -> Run:
        orders = self.cut.orders(self.seed)
        # Why ignored? NumPy would warn of the infinity that the loop is about to name.
        with np.errstate(all="ignore"), Progress(epochs, progress) as bar, Interruption() as stop:
            while len(self.history) < epochs and not stop.asked:
                row = self._epoch(next(orders), bar, stop)
                if row is not None:
                    self.history.add(row)
                    bar.show(len(self.history), row)
        return self._made(INTERRUPTED if len(self.history) < epochs else "")

    def _epoch(
        self, order: np.ndarray, bar: Progress, stop: Interruption
    ) -> dict[str, float] | None:
        """Make a step for every batch; return the row of the history, None if it was broken off."""
        total, seen = 0.0, 0
        for positions in self.cut.cut(order):
            if stop.asked:
                return None
            loss = self._step(positions)
            seen += len(positions)
            total += loss * len(positions)
            bar.show(len(self.history) + seen / self.cut.count, {"loss": total / seen})
        return {"loss": total / seen} | (self.measures() if self.measures else {})

    def _step(self, positions: np.ndarray) -> float:
        values, bound = self._batch(positions)
        bound()
        self.parameters.take(bound.grads)
        if not (math.isfinite(bound.loss) and self.stepper.step()):
            raise self._fault(values)
        self.steps += 1
        return bound.loss

    def _batch(self, positions: np.ndarray) -> tuple[dict[str, np.ndarray], object]:
        """Return the data at these positions, and the program that is tied to it."""
        made = self._batches.get(len(positions))
        if made is None:
            values = {name: self._taken(name, positions) for name in self.data}
            bound = self.program.bind(values | self.parameters.arrays)
            self._batches[len(positions)] = made = values, bound
        else:
            for name, axis in self.cut.axes.items():
                np.take(self.data[name], positions, axis, made[0][name], "clip")
        return made

    def _taken(self, name: str, positions: np.ndarray) -> np.ndarray:
        if name not in self.cut.axes:
            return self.data[name]
        return np.ascontiguousarray(np.take(self.data[name], positions, self.cut.axes[name]))

    def _fault(self, values: dict[str, np.ndarray]) -> TrainingError:
        """Return the error of a step that made a NaN or infinity; it has changed nothing."""
        found = first_fault(self.derivation.network, values | self.parameters.arrays, self.dtype)
        found = found or first_fault(self.optimizer.network, self.stepper.values, self.dtype)
        error = TrainingError(
            f"train: epoch {len(self.history) + 1}, step {self.steps + 1} of {self.optimizer!r}",
            found or f"the loss {self.derivation.of} is not finite",
            "a smaller rate, data of similar scale, or another start; error.run has the parameters",
        )
        error.run = self._made(f"stopped: {error.found}")
        return error

    def _made(self, stopped: str) -> Run:
        return Run(
            self.derivation.forward, self.optimizer, self.parameters.copies(), self.history,
            seed=self.seed, dtype=self.dtype, steps=self.steps, stopped=stopped,
        )  # fmt: skip
