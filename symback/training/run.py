"""What training gives back: parameters, history, predictions."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from symback.compiler.program import compile_network
from symback.network.network import Network
from symback.training.history import History
from symback.training.optimisers import Optimizer
from symback.training.storage import save_arrays


class Run:
    """A finished training: ``parameters`` by name, ``history``, and what it was made with.

    ``stopped`` says why it ended before its last epoch, and is empty otherwise.
    """

    def __init__(
        self,
        network: Network,
        optimizer: Optimizer,
        parameters: dict[str, np.ndarray],
        history: History,
        *,
        seed: int,
        dtype: str,
        steps: int,
        stopped: str = "",
    ) -> None:
        self.network, self.optimizer = network, optimizer
        self.parameters, self.history = parameters, history
        self.seed, self.dtype, self.steps, self.stopped = seed, dtype, steps, stopped
        self._programs: dict[str, object] = {}

    def predict(self, values: Mapping[str, object], name: object) -> np.ndarray:
        """Return the tensor ``name`` for new data and the learned parameters.

        Only the inputs that the tensor depends on are needed. Raises ValuesError.
        """
        tensor = self.network[name].name
        if tensor not in self._programs:
            self._programs[tensor] = compile_network(self.network, [tensor], dtype=self.dtype)
        return self._programs[tensor](self.parameters | dict(values))[tensor]

    def save(self, path: str | Path) -> Path:
        """Write the parameters to an npz file, by name, and return its path; raises FileError."""
        return save_arrays(path, self.parameters)

    def __repr__(self) -> str:
        epochs, steps = (_counted(n, word) for n, word in self._counts())
        return f"Run({self.network.name}: {epochs}, {steps}, {self.optimizer!r})"

    def __str__(self) -> str:
        epochs, steps = (_counted(n, word) for n, word in self._counts())
        title = f"{self.network.name}: {epochs}, {steps} with {self.optimizer!r}, seed {self.seed}"
        return "\n".join([title, str(self.history), *([self.stopped] if self.stopped else [])])

    def _counts(self) -> tuple[tuple[int, str], ...]:
        return (len(self.history), "epoch"), (self.steps, "step")


def _counted(number: int, word: str) -> str:
    return f"{number:,} {word}{'s' * (number != 1)}"
