"""What training is given: options, data and starting values, checked before the first step."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np

from symback.errors import NotYetError, TrainingError, ValuesError
from symback.network.network import Network, reads
from symback.network.tensors import INPUT, PARAMETER
from symback.network.values import checked_values
from symback.training.initial import initial_parameters
from symback.training.optimisers import Optimizer

Arrays = dict[str, np.ndarray]


def check_options(optimizer: object, epochs: object, seed: object, later: dict) -> None:
    """Raise TrainingError for options that are none, NotYetError for those of ``later``."""
    if not isinstance(optimizer, Optimizer):
        raise TrainingError(
            f"train: optimizer={str(optimizer)[:40]} was asked for",
            f"a {type(optimizer).__name__}", "write optimizer=sb.Adam(1e-3) or sb.SGD(0.1)",
        )  # fmt: skip
    for name, value, least in (("epochs", epochs, 1), ("seed", seed, 0)):
        if isinstance(value, bool) or not isinstance(value, int | np.integer) or value < least:
            raise TrainingError(
                f"train: {name}={str(value)[:40]} was asked for", f"no whole number from {least}",
                f"use a number such as {name}=20",
            )  # fmt: skip
    for name, value in later.items():
        if value is not None:
            raise NotYetError(
                f"train: {name} was asked for", "a later version has it", f"leave {name}= out"
            )


def starting_arrays(
    network: Network,
    loss: str,
    data: Mapping[str, object],
    parameters: Mapping[str, object],
    seed: int,
    dtype: str,
) -> tuple[Arrays, Arrays]:
    """Return the inputs that the loss needs and all parameters at their start; raises ValuesError.

    A parameter starts as given in ``parameters``, else as its ``init`` says, else by the default.
    """
    given = {t.name: t.init for t in network.parameters if not isinstance(t.init, str | None)}
    given |= _of_kind(network, parameters, PARAMETER, "parameters")
    data = _of_kind(network, data, INPUT, "data")
    inputs = _inputs_of(network, loss)
    arrays, sizes = checked_values(
        network, {**data, **given}, [*inputs, *(name for name in given if name in network)],
        dtype=dtype, check_finite=True, what="train: data and starting values",
    )  # fmt: skip
    learned = initial_parameters(network, sizes, {name: arrays[name] for name in given}, seed)
    return {name: arrays[name] for name in inputs}, learned


def checked_data(
    network: Network,
    data: Mapping[str, object],
    parameters: Arrays,
    inputs: Iterable[str],
    dtype: str,
) -> Arrays:
    """Return the arrays of the inputs with the parameters; raises ValuesError."""
    given = _of_kind(network, data, INPUT, "validation")
    arrays, _ = checked_values(
        network, {**given, **parameters}, [*inputs, *parameters],
        dtype=dtype, check_finite=True, what="train: validation",
    )  # fmt: skip
    return arrays


def _of_kind(
    network: Network, values: Mapping[str, object], kind: str, what: str
) -> dict[str, object]:
    """Return the values by name; a known tensor of another kind is an error."""
    if not isinstance(values, Mapping):
        raise ValuesError(
            f"train: {what}", f"a {type(values).__name__}", 'write {"X": …}, an array for each name'
        )
    named = {getattr(key, "name", key): value for key, value in values.items()}
    for name in named:
        found = network.tensors.get(name) if isinstance(name, str) else None
        if found is not None and found.kind != kind:
            other = "parameters" if found.kind == PARAMETER else "data"
            helps = f"give it in {other}=" if found.kind in (INPUT, PARAMETER) else "leave it out"
            raise ValuesError(f"train: {what} with {name}", f"{name} is a {found.kind}", helps)
    return named


def _inputs_of(network: Network, loss: str) -> list[str]:
    """Return the inputs that the loss depends on, in the order of declaration."""
    needed, equations = {loss}, {e.target: e for e in network.equations}
    for equation in reversed(list(equations.values())):
        if equation.target in needed:
            needed.update(reads(equation))
    return [t.name for t in network.inputs if t.name in needed]
