"""What is measured on data that training does not see: the loss, and metrics."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

import numpy as np

from symback.compiler.program import compile_network
from symback.errors import SymbackError, TrainingError
from symback.network.network import Network
from symback.training.metrics import KINDS, Metric, measured, pair_of, pairs_of

Function = Callable[[Mapping[str, np.ndarray]], float]
Metrics = tuple[tuple[str, Metric | Function], ...]


class Measures:
    """Measures of parameters on held-back data: ``measures()`` is a dict by name.

    ``values`` are the arrays of inputs and parameters, read anew by each call. A function gets the
    values of all tensors by name. Raises TrainingError for a metric that the network cannot have.
    """

    def __init__(
        self,
        network: Network,
        goal: str,
        values: Mapping[str, np.ndarray],
        dtype: str,
        metrics: Metrics,
        loss: str = "validation_loss",
    ) -> None:
        self.network, self.metrics, self.loss = network, metrics, loss
        self.names = (loss, *(name for name, _ in metrics))
        self._goal = goal
        self._pairs = {n: pair_of(network, goal, m) for n, m in metrics if isinstance(m, Metric)}
        computed = [equation.target for equation in network.equations]
        read = {name for pair in self._pairs.values() for name in pair} | {self._goal}
        if any(not isinstance(metric, Metric) for _, metric in metrics):
            read = set(computed)
        program = compile_network(network, [n for n in computed if n in read], dtype=dtype)
        needed = set(program.inputs)
        self._values = dict(values)
        self._bound = program.bind({n: a for n, a in values.items() if n in needed})

    def __call__(self) -> dict[str, float]:
        values = self._values | self._bound()
        found = {self.loss: float(values[self._goal])}
        for name, metric in self.metrics:
            if isinstance(metric, Metric):
                found[name] = measured(self.network, metric, self._pairs[name], values)
            else:
                found[name] = _by_function(name, metric, values)
        return found


def _by_function(name: str, function: Function, values: Mapping[str, np.ndarray]) -> float:
    asked = f"the metric {name!r}, a function of yours, was asked for"
    try:
        found = function({tensor: _read_only(array) for tensor, array in values.items()})
    except SymbackError:
        raise
    except Exception as error:
        raise TrainingError(
            asked, f"it raised {type(error).__name__}: {str(error)[:200]}",
            "it is called with the values of all tensors by name, and returns a number",
        ) from error  # fmt: skip
    try:
        return float(found)
    except (TypeError, ValueError):
        raise TrainingError(
            asked, f"it returned {str(found)[:60]!r}", "let it return one number"
        ) from None


def _read_only(array: np.ndarray) -> np.ndarray:
    # Why? These are the arrays of the training itself.
    view = np.asarray(array).view()
    view.flags.writeable = False
    return view


def chosen_metrics(
    network: Network, goal: str, metrics: object, data: object = True
) -> Metrics:
    """Return the metrics with their names; by default the accuracy where a target is one-hot.

    ``metrics`` is a name, a Metric, a function, a mapping of such by name, or several of them.
    Raises TrainingError, also for metrics without ``data`` to measure them on.
    """
    if metrics is None:
        hot = [target for target, _ in pairs_of(network, goal) if network[target].one_hot]
        return (("accuracy", Metric("accuracy")),) if len(hot) == 1 else ()
    if isinstance(metrics, Mapping):
        named = [(str(name), _metric(metric)) for name, metric in metrics.items()]
    elif isinstance(metrics, str | Metric) or callable(metrics):
        named = [_named(metrics)]
    elif isinstance(metrics, Iterable):
        named = [_named(metric) for metric in metrics]
    else:
        named = [_named(metrics)]
    if named and data is None:
        raise TrainingError(
            f"train: the metric {named[0][0]!r} was asked for", "no validation data",
            "give validation={…}, or validation=0.2 to hold a share of the samples back",
        )  # fmt: skip
    for name, metric in named:
        if isinstance(metric, Metric):
            pair_of(network, goal, metric)
        if [other for other, _ in named].count(name) > 1 or name in ("epoch", "loss"):
            raise TrainingError(
                f"train: the metric {name[:40]!r} was asked for", "a name that is taken",
                "name them: metrics={'of the prices': sb.Metric('r2', target='y')}",
            )  # fmt: skip
    return tuple(named)


def _named(metric: object) -> tuple[str, Metric | Function]:
    made = _metric(metric)
    return (made.name if isinstance(made, Metric) else _name(made)), made


def _name(function: Function) -> str:
    return getattr(function, "__name__", type(function).__name__).strip("<>")


def _metric(metric: object) -> Metric | Function:
    if isinstance(metric, str):
        return Metric(metric)
    if isinstance(metric, Metric) or callable(metric):
        return metric
    raise TrainingError(
        f"train: metrics={str(metric)[:40]!r} was asked for", f"a {type(metric).__name__}",
        f"use {', '.join(map(repr, KINDS))}, or a function",
    )  # fmt: skip


def more_is_better(name: str, metrics: Metrics) -> bool | None:
    """Is a larger number in the column ``name`` better? None: a function's, nobody knows."""
    if name in ("loss", "validation_loss"):
        return False
    metric = dict(metrics).get(name)
    return KINDS[metric.name].more_is_better if isinstance(metric, Metric) else None
