"""What is measured on data that training does not see: the loss, and how many answers are right."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from symback.compiler.program import compile_network
from symback.errors import NotYetError, TrainingError
from symback.network.network import Network

ACCURACY = "accuracy"


class Measures:
    """Measures of parameters on validation data: ``measures()`` is a dict by name.

    accuracy is the share of samples whose largest predicted entry is where the one-hot target has
    its 1; it is measured where the network shows which tensor predicts which input.
    """

    def __init__(
        self,
        network: Network,
        values: Mapping[str, np.ndarray],
        dtype: str,
        wanted: tuple[str, ...],
    ) -> None:
        self._loss = network.loss_name
        self._target, self._prediction = prediction_of(network) or (None, None)
        if ACCURACY in wanted and self._prediction is None:
            raise TrainingError(
                "train: the accuracy was asked for",
                "no one-hot input and a tensor with the same letters that predicts it",
                "declare the classes one_hot and define their softmax",
            )
        outputs = [self._loss, *([self._prediction] if self._prediction else [])]
        self._bound = compile_network(network, outputs, dtype=dtype).bind(values)
        if self._target:
            self._classes = values[self._target].argmax(axis=-1)

    def __call__(self) -> dict[str, float]:
        outputs = self._bound()
        found = {"validation_loss": float(outputs[self._loss])}
        if self._prediction:
            answers = outputs[self._prediction].argmax(axis=-1)
            found[ACCURACY] = float((answers == self._classes).mean())
        return found


def prediction_of(network: Network) -> tuple[str, str] | None:
    """Return (target, prediction): the only one-hot input, and the last tensor with its letters."""
    targets = [t for t in network.inputs if t.one_hot]
    if len(targets) != 1:
        return None
    same = [e.target for e in network.equations if e.letters == targets[0].letters]
    return (targets[0].name, same[-1]) if same else None


def wanted_metrics(metrics: object, validation: object) -> tuple[str, ...]:
    """Return the names in ``metrics``; raises TrainingError without validation data."""
    names = (metrics,) if isinstance(metrics, str) else tuple(metrics or ())
    for name in names:
        if name != ACCURACY:
            raise NotYetError(
                f"train: metrics={str(name)[:40]!r} was asked for", "a later version has more",
                f"use metrics={ACCURACY!r}, or measure run.predict(…)",
            )  # fmt: skip
    if names and validation is None:
        raise TrainingError(
            f"train: metrics={names[0]!r} was asked for", "no validation data to measure it on",
            "give validation={…}",
        )  # fmt: skip
    return names
