"""Metrics: how good the answers of a network are, beside its loss.

A metric compares a target, which is given, with the tensor that predicts it. Which one that is, the
network shows: the last tensor with the target's letters that does not depend on the target.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from symback.algebra.positions import Entry
from symback.algebra.traversal import entries
from symback.errors import TrainingError
from symback.network.network import Network, reads
from symback.network.tensors import GIVEN, Tensor

Values = Mapping[str, np.ndarray]
Formula = Callable[[np.ndarray, np.ndarray], float]


def accuracy(targets: np.ndarray, predictions: np.ndarray) -> float:
    """(1/N) Σ [target = answer], for classes."""
    return float((targets == predictions).mean())


def r2(targets: np.ndarray, predictions: np.ndarray) -> float:
    """1 − Σ (y − p)² / Σ (y − ȳ)²: the share of the targets' variance that is explained."""
    return float(1 - ((targets - predictions) ** 2).sum() / ((targets - targets.mean()) ** 2).sum())


def mae(targets: np.ndarray, predictions: np.ndarray) -> float:
    """(1/N) Σ |y − p|: the mean absolute error, in the unit of the target."""
    return float(np.abs(targets - predictions).mean())


def rmse(targets: np.ndarray, predictions: np.ndarray) -> float:
    """√((1/N) Σ (y − p)²): the root of the mean squared error, in the unit of the target."""
    return float(np.sqrt(((targets - predictions) ** 2).mean()))


@dataclass(frozen=True, slots=True)
class Kind:
    """A metric of the table: its formula, whether it compares classes, which way is better."""

    formula: Formula
    of_classes: bool
    more_is_better: bool


KINDS = {
    "accuracy": Kind(accuracy, of_classes=True, more_is_better=True),
    "r2": Kind(r2, of_classes=False, more_is_better=True),
    "mae": Kind(mae, of_classes=False, more_is_better=False),
    "rmse": Kind(rmse, of_classes=False, more_is_better=False),
}
KNOWN = ", ".join(map(repr, KINDS))


@dataclass(frozen=True, slots=True)
class Metric:
    """A metric by name, and which tensor predicts which target where the network leaves it open."""

    name: str
    target: str | None = None
    prediction: str | None = None

    def __post_init__(self) -> None:
        if self.name not in KINDS:
            raise TrainingError(
                f"the metric {str(self.name)[:40]!r} was asked for", "no such metric",
                f"use {KNOWN}, or a function of yours that takes the values of all tensors; "
                "run.confusion(data) gives the confusion matrix",
            )  # fmt: skip


def pair_of(network: Network, goal: str, metric: Metric) -> tuple[str, str]:
    """Return (target, prediction) of a metric; raises TrainingError if the network has no one pair.

    For classes, a one-hot target goes before others, then integers that pick an entry of the
    prediction, P[n,y[n]].
    """
    asked = f"the metric {metric.name!r} was asked for"
    if metric.target is not None and metric.prediction is not None:
        return _checked_pair(network, goal, asked, metric)
    pairs = pairs_of(network, goal, metric.prediction)
    if metric.target is not None:
        pairs = [pair for pair in pairs if pair[0] == metric.target]
    if KINDS[metric.name].of_classes:
        picked = [
            pair for pair in _picked(network)
            if metric.target in (None, pair[0]) and metric.prediction in (None, pair[1])
        ]  # fmt: skip
        pairs = [pair for pair in pairs if network[pair[0]].one_hot] or picked or pairs
    if len(pairs) == 1:
        return pairs[0]
    found = ", ".join(f"{p} for {t}" for t, p in pairs[:6])
    raise TrainingError(
        asked,
        f"several tensors that may predict a target: {found}" if pairs else
        "no tensor that has the letters of an input and does not depend on it",
        f'say which: sb.Metric("{metric.name}", target="y", prediction="p")',
    )  # fmt: skip


def pairs_of(
    network: Network, goal: str | None = None, prediction: str | None = None
) -> list[tuple[str, str]]:
    """Return (target, prediction) for every input that some tensor predicts.

    A tensor predicts an input if it has its letters, does not depend on it, and is made of
    parameters. Both must matter for the goal, by default the loss. The last such tensor counts, or
    the one named.
    """
    found, sources = [], _sources(network)
    needed = sources[goal or network.loss_name]
    parameters = {tensor.name for tensor in network.parameters}
    for target in network.inputs:
        if target.name not in needed or target.integer:
            continue
        same = [
            e.target for e in network.equations
            if e.letters == target.letters
            and e.target in needed
            and target.name not in sources[e.target]
            and parameters & sources[e.target]
            and prediction in (None, e.target)
        ]  # fmt: skip
        if same:
            found.append((target.name, same[-1]))
    return found


def _picked(network: Network) -> list[tuple[str, str]]:
    """Return (target, prediction) for every integer input y that picks a class, as in P[n,y[n]]."""
    found: dict[tuple[str, str], None] = {}
    for equation in network.equations:
        for entry in entries(equation.written):
            label = entry.positions[-1] if entry.positions else None
            if isinstance(label, Entry) and _are_labels(
                network[label.tensor], network[entry.tensor]
            ):
                found[label.tensor, entry.tensor] = None
    return [*found]


def _are_labels(target: Tensor, prediction: Tensor) -> bool:
    """Does an integer input have the letters of a computed tensor, but that of the classes?"""
    computed = prediction.kind not in GIVEN and prediction.letters
    return bool(target.integer and computed) and {*target.letters} == {*prediction.letters[:-1]}


def _sources(network: Network) -> dict[str, set[str]]:
    """Return, for each tensor, all tensors that it depends on; states on a cycle share theirs."""
    sources: dict[str, set[str]] = {name: set() for name in network.tensors}
    for _ in range(2):  # Why twice? A state is read by equations that stand before its own.
        for equation in network.equations:
            for name in reads(equation):
                sources[equation.target] |= {name} | sources[name]
    return sources


def _checked_pair(network: Network, goal: str, asked: str, metric: Metric) -> tuple[str, str]:
    target, prediction = network[metric.target], network[metric.prediction]
    known = _sources(network)[goal] | {e.target for e in network.equations}
    unknown = [t for t in (target, prediction) if t.name not in known]
    if unknown:
        raise TrainingError(
            asked, f"{unknown[0]}, which the loss does not depend on", "name another tensor"
        )
    if target.letters != prediction.letters and not _are_labels(target, prediction):
        raise TrainingError(
            asked, f"the target {target} and the prediction {prediction}, whose letters differ",
            "compare tensors with the same letters",
        )  # fmt: skip
    return target.name, prediction.name


def measured(network: Network, metric: Metric, pair: tuple[str, str], values: Values) -> float:
    """Return the metric of one pair of tensors; raises TrainingError where it has no value."""
    kind = KINDS[metric.name]
    target, prediction = pair
    targets, predictions = values[target], values[prediction]
    asked = f"the metric {metric.name!r} of {prediction} for {target} was asked for"
    if kind.of_classes:
        return kind.formula(*classes(network, pair, asked, targets, predictions))
    if kind.formula is r2 and np.ptp(targets) == 0:
        raise TrainingError(
            asked, f"all targets are {targets.flat[0]:g}, so there is no variance to explain",
            "give data with different targets, or use 'mae'",
        )  # fmt: skip
    return kind.formula(targets, predictions)


def are_many(network: Network, pair: tuple[str, str]) -> bool:
    """Does the prediction of a pair have an entry for each class, and not one probability?"""
    target, prediction = (network[name] for name in pair)
    return target.one_hot or _are_labels(target, prediction)


def classes(
    network: Network,
    pair: tuple[str, str],
    asked: str,
    targets: np.ndarray,
    predictions: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:
    """Return the classes of targets and of predictions as integers; raises TrainingError.

    Of a one-hot target and its prediction it is the largest entry, an integer target is the class
    itself; else the target is 0 or 1, the prediction a probability of 1, and the answer is 1 from
    1/2 on.
    """
    target, prediction = (network[name] for name in pair)
    if target.one_hot:
        return targets.argmax(axis=-1), predictions.argmax(axis=-1)
    if _are_labels(target, prediction):
        order = [target.letters.index(letter) for letter in prediction.letters[:-1]]
        return targets.transpose(order).astype(int), predictions.argmax(axis=-1)
    if not np.isin(targets, (0, 1)).all():
        found, helps = "targets that are not 0 or 1", "use 'r2' or 'mae' for targets on a scale"
    elif not ((predictions >= 0) & (predictions <= 1)).all():
        found = "predictions outside of 0 … 1, which are no probabilities"
        helps = "name the tensor of probabilities, as in sb.Metric('accuracy', prediction='p')"
    else:
        return targets.astype(int), (predictions >= 0.5).astype(int)
    raise TrainingError(asked, found, helps)
