"""What training gives back: parameters, history, predictions."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
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
        return f"Run({self._title()})"

    def __str__(self) -> str:
        return "\n".join([self._title(), str(self.history), *filter(None, [self.stopped])])

    def _repr_html_(self) -> str:
        table = self.history._repr_html_() if len(self.history) else str(self.history)
        return f"<p>{escape(self._title())}</p>{table}<p>{escape(self.stopped)}</p>"

    def _title(self) -> str:
        epochs, steps = _counted(len(self.history), "epoch"), _counted(self.steps, "step")
        return f"{self.network.name}: {epochs}, {steps} with {self.optimizer!r}, seed {self.seed}"


def _counted(number: int, word: str) -> str:
    return f"{number:,} {word}{'s' * (number != 1)}"
