"""What training gives back: parameters, history, predictions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape
from pathlib import Path

import numpy as np

from symback.compiler.program import compile_network
from symback.errors import ValuesError
from symback.network.network import Network
from symback.training.confusion import Confusion, confusion
from symback.training.history import History
from symback.training.measures import Measures, Metrics, chosen_metrics
from symback.training.metrics import Metric, are_many, classes, pair_of
from symback.training.optimisers import Optimizer
from symback.training.start import checked_data, inputs_of
from symback.training.storage import save_arrays


class Run:
    """A finished training: ``parameters`` by name, ``history``, and what it was made with.

    ``buffers`` are what was kept from step to step beside them, by name, such as running means.
    ``stopped`` says why it ended before its last epoch, and is empty otherwise. ``best`` is the run
    as it was after its best epoch; ``held_back`` are the positions of a share for validation.
    """

    def __init__(
        self,
        network: Network,
        optimizer: Optimizer,
        parameters: dict[str, np.ndarray],
        history: History,
        buffers: Mapping[str, np.ndarray] | None = None,
        *,
        seed: int,
        dtype: str,
        steps: int,
        stopped: str = "",
        goal: str | None = None,
        metrics: Metrics = (),
        held_back: np.ndarray | None = None,
        best: Run | None = None,
    ) -> None:
        self.network, self.optimizer = network, optimizer
        self.parameters, self.history = parameters, history
        self.buffers = dict(buffers or {})
        # What is drawn in training has its mean here, batches' statistics are the running ones.
        self._predictor = network.predictor()
        self.seed, self.dtype, self.steps, self.stopped = seed, dtype, steps, stopped
        self._goal = network.loss_name if goal is None else goal
        self.held_back, self._metrics, self._best = held_back, metrics, best
        self._programs: dict[str, object] = {}

    @property
    def best(self) -> Run:
        """The run as it was after the epoch with the best validation loss, or other column.

        Which column, EarlyStopping(by=…) says. Without validation data it is this run itself.
        """
        return self if self._best is None else self._best

    def predict(self, values: Mapping[str, object], name: object) -> np.ndarray:
        """Return the tensor ``name`` for new data and the learned parameters.

        Only the inputs that the tensor depends on are needed. Raises ValuesError.
        """
        tensor = self.network[name].name
        if not isinstance(values, Mapping):
            raise ValuesError(
                f"predict {tensor}: a mapping from tensor names to values was asked for",
                type(values).__name__, 'write run.predict({"X": …}, "' + tensor + '")',
            )  # fmt: skip
        if tensor not in self._programs:
            self._programs[tensor] = compile_network(self._predictor, [tensor], dtype=self.dtype)
        return self._programs[tensor](self.parameters | self.buffers | dict(values))[tensor]

    def measure(self, data: Mapping[str, object], metrics: object = None) -> dict[str, float]:
        """Return the loss and the metrics for data, by default those of the training.

        Raises ValuesError, TrainingError.
        """
        chosen = self._metrics
        if metrics is not None:
            chosen = chosen_metrics(self._predictor, self._goal, metrics)
        arrays = self._arrays(data)
        with np.errstate(all="ignore"):
            return Measures(self._predictor, self._goal, arrays, self.dtype, chosen, "loss")()

    def confusion(
        self,
        data: Mapping[str, object],
        *,
        target: str | None = None,
        prediction: str | None = None,
        names: Iterable[str] | None = None,
    ) -> Confusion:
        """Return how many samples of each class were taken for which class.

        The classes are those of the one-hot or integer target, or 0 and 1. Raises ValuesError,
        TrainingError.
        """
        pair = pair_of(self._predictor, self._goal, Metric("accuracy", target, prediction))
        arrays = self._arrays(data)
        needed = compile_network(self._predictor, [pair[1]], dtype=self.dtype)
        predicted = needed({name: arrays[name] for name in needed.inputs})[pair[1]]
        asked = f"the confusion matrix of {pair[1]} for {pair[0]} was asked for"
        truth, answers = classes(self.network, pair, asked, arrays[pair[0]], predicted)
        count = predicted.shape[-1] if are_many(self.network, pair) else 2
        return confusion(truth, answers, names, count, *pair)

    def _arrays(self, data: Mapping[str, object]) -> dict[str, np.ndarray]:
        inputs = inputs_of(self._predictor, self._goal)
        known = self.parameters | self.buffers
        return checked_data(self._predictor, data, known, inputs, self.dtype, "data")

    def save(self, path: str | Path) -> Path:
        """Write parameters and buffers to an npz file, by name, and return its path.

        Raises FileError.
        """
        return save_arrays(path, self.parameters | self.buffers)

    def __repr__(self) -> str:
        return f"Run({self._title()})"

    def __str__(self) -> str:
        return "\n".join([self._title(), str(self.history), *filter(None, [self.stopped])])

    def _repr_html_(self) -> str:
        stopped = f"<p>{escape(self.stopped)}</p>" if self.stopped else ""
        chart = ""
        if len(self.history) > 1:
            chart = self.history.chart()._repr_mimebundle_()["text/html"]
        return f"<p>{escape(self._title())}</p>{self.history._repr_html_()}{stopped}{chart}"

    def _title(self) -> str:
        epochs, steps = _counted(len(self.history), "epoch"), _counted(self.steps, "step")
        return f"{self.network.name}: {epochs}, {steps} with {self.optimizer!r}, seed {self.seed}"


def _counted(number: int, word: str) -> str:
    return f"{number:,} {word}{'s' * (number != 1)}"
