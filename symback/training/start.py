"""What training is given: options, data and starting values, checked before the first step."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from sympy import Symbol

from symback.derivation.derive import Derivation
from symback.errors import TrainingError, ValuesError
from symback.network.network import Network, reads
from symback.network.recurrences import needed_for
from symback.network.tensors import BUFFER, INPUT, PARAMETER
from symback.network.values import bound_sizes, checked_values
from symback.training.batches import WHOLE, Sampling, sampling
from symback.training.buffers import initial_buffers
from symback.training.clipping import Clipping
from symback.training.initial import initial_parameters
from symback.training.optimisers import Optimizer
from symback.training.sources import is_mapped
from symback.training.updating import BACKENDS

Arrays = dict[str, np.ndarray]
# So many samples of mapped arrays are looked at before training; the others are as they come.
LOOKED_AT = 64


def check_options(optimizer: object, **counts: tuple[object, int]) -> None:
    """Raise TrainingError for an optimiser that is none, or a count below its least value."""
    if not isinstance(optimizer, Optimizer):
        raise TrainingError(
            f"train: optimizer={str(optimizer)[:40]} was asked for",
            f"a {type(optimizer).__name__}", "write optimizer=sb.Adam(1e-3) or sb.SGD(0.1)",
        )  # fmt: skip
    for name, (value, least) in counts.items():
        if isinstance(value, bool) or not isinstance(value, int | np.integer) or value < least:
            raise TrainingError(
                f"train: {name}={str(value)[:40]} was asked for", f"no whole number from {least}",
                f"use a number such as {name}=20",
            )  # fmt: skip


def check_clipping(clip: object) -> None:
    """Raise TrainingError unless it is a clipping or None."""
    if clip is not None and not isinstance(clip, Clipping):
        raise TrainingError(
            f"train: clip={str(clip)[:40]} was asked for", f"a {type(clip).__name__}",
            "use sb.ClipNorm(1.0) or sb.ClipValue(0.5)",
        )  # fmt: skip


def check_backend(backend: object) -> None:
    """Raise TrainingError unless it is the name of a backend."""
    if not isinstance(backend, str) or backend not in BACKENDS:
        raise TrainingError(
            f"train: backend={str(backend)[:40]!r} was asked for", "no such backend",
            f"use {' or '.join(map(repr, BACKENDS))}",
        )  # fmt: skip


def check_derivation(derivation: Derivation) -> None:
    """Raise TrainingError for one that is of no scalar or lacks the gradient of a parameter."""
    goal = derivation.forward[derivation.of]
    if goal.rank:
        raise TrainingError(
            f"train: a derivation of {goal}", "no scalar, so nothing to make small",
            "derive a loss: add one with net.loss(…) and train the network",
        )  # fmt: skip
    # Why not by some only? A parameter without a gradient would stand still unseen.
    missing = [t.name for t in derivation.forward.parameters if t.name not in derivation.wrt]
    if missing:
        raise TrainingError(
            f"train: a derivation by {', '.join(derivation.wrt[:8])}",
            f"no gradient by {', '.join(missing[:8])}",
            "derive by all parameters, derive(net); what shall not change is an input",
        )


def check_shuffle(shuffle: object) -> None:
    """Raise TrainingError unless it is True or False."""
    if not isinstance(shuffle, bool | np.bool):
        raise TrainingError(
            f"train: shuffle={str(shuffle)[:40]} was asked for", f"a {type(shuffle).__name__}",
            "use True or False",
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Start:
    """Inputs that the loss needs, parameters and buffers at their start, how batches are cut.

    Arrays in mapped files that are cut are as they were given; others are converted and checked.
    """

    inputs: Arrays
    parameters: Arrays
    buffers: Arrays
    cut: Sampling


def start_of(
    network: Network,
    loss: str,
    data: Mapping[str, object],
    parameters: Mapping[str, object],
    *,
    seed: int,
    dtype: str,
    batch_size: object,
    batch: object,
) -> Start:
    """Return what training starts from; raises ValuesError, TrainingError.

    A parameter starts as given in ``parameters``, else as its ``init`` says, else by the default.
    """
    given = given_parameters(network, parameters)
    data = _of_kind(network, data, INPUT, "data")
    inputs = inputs_of(network, loss)
    mapped = {n: array for n, array in data.items() if is_mapped(array)}
    if batch_size is None or not mapped:
        arrays, sizes = _checked(network, data, given, inputs, dtype)
        cut = sampling(network, {n: arrays[n] for n in inputs}, batch_size, batch)
    else:
        cut, sizes, arrays = _mapped(network, data, given, inputs, dtype, batch_size, batch)
    return _started(network, inputs, arrays, given, sizes, cut, seed)


def _started(
    network: Network, inputs: Iterable[str], arrays: Arrays, given: Iterable[str],
    sizes: Mapping[Symbol, int], cut: Sampling, seed: int,
) -> Start:  # fmt: skip
    """Return the start, what is not given at its first value."""
    kept = {b.name for b in network.buffers}
    known = {n: arrays[n] for n in given if n not in kept}
    learned = initial_parameters(network, sizes, known, seed)
    buffers = initial_buffers(network, sizes) | {n: arrays[n] for n in given if n in kept}
    return Start({n: arrays[n] for n in inputs}, learned, buffers, cut)


def _mapped(
    network: Network, data: dict[str, object], given: dict[str, object], inputs: list[str],
    dtype: str, batch_size: object, batch: object,
) -> tuple[Sampling, dict[Symbol, int], Arrays]:  # fmt: skip
    """Return the sampling, sizes and arrays of data of which a part is read batch by batch."""
    whole = {n: _as_array(network, n, a, dtype) for n, a in data.items() if n in inputs}
    for name, array in whole.items():
        rank = network[name].rank
        if array.ndim != rank and not (network[name].one_hot and array.ndim == rank - 1):
            # Why at once? What follows cuts arrays along their axes.
            _checked(network, {name: np.zeros(array.ndim * (1,))}, {}, [name], dtype)
    cut = sampling(network, whole, batch_size, batch)
    first = range(min(cut.length, LOOKED_AT))
    few = {n: a.take(first, cut.axes[n]) if n in cut.axes else a for n, a in whole.items()}
    arrays, _ = _checked(network, {**data, **few}, given, inputs, dtype)
    shapes = {n: (*a.shape, *(None,) * (network[n].rank - a.ndim)) for n, a in whole.items()}
    shapes |= {name: arrays[name].shape for name in given}
    sizes = bound_sizes(network, shapes)
    held = {n: a for n, a in data.items() if n in inputs and not is_mapped(a)}
    arrays |= _checked(network, held, given, [*held], dtype)[0]
    return cut, sizes, arrays | {n: a for n, a in whole.items() if is_mapped(a)}


def _as_array(network: Network, name: str, value: object, dtype: str) -> np.ndarray:
    try:
        return value if is_mapped(value) else np.asarray(value)
    except (ValueError, TypeError, OverflowError):
        return _checked(network, {name: value}, {}, [name], dtype)[0][name]


def stream_start(
    network: Network,
    loss: str,
    first: object,
    parameters: Mapping[str, object],
    *,
    seed: int,
    dtype: str,
) -> Start:
    """Return what training starts from, by the first batch of a stream; raises ValuesError."""
    given = given_parameters(network, parameters)
    inputs = inputs_of(network, loss)
    values = _of_kind(network, first, INPUT, "data")
    arrays, sizes = _checked(network, values, given, inputs, dtype)
    return _started(network, inputs, arrays, given, sizes, WHOLE, seed)


def given_parameters(network: Network, parameters: Mapping[str, object]) -> dict[str, object]:
    """Return the starting values that are given, with the call or with the parameter itself.

    Those of buffers may be among them.
    """
    given = {t.name: t.init for t in network.parameters if not isinstance(t.init, str | None)}
    return given | _of_kind(network, parameters, PARAMETER, "parameters", also=BUFFER)


def _checked(
    network: Network, data: Mapping[str, object], given: Mapping[str, object],
    inputs: Iterable[str], dtype: str,
) -> tuple[Arrays, dict[Symbol, int]]:  # fmt: skip
    needed = [*inputs, *(name for name in given if name in network)]
    what = "train: data and starting values"
    return checked_values(
        network, {**data, **given}, needed, dtype=dtype, check_finite=True, what=what
    )


def checked_data(
    network: Network,
    data: Mapping[str, object],
    parameters: Arrays,
    inputs: Iterable[str],
    dtype: str,
    what: str = "validation",
) -> Arrays:
    """Return the arrays of the inputs with the parameters; raises ValuesError."""
    given = _of_kind(network, data, INPUT, what)
    arrays, _ = checked_values(
        network, {**given, **parameters}, [*inputs, *parameters],
        dtype=dtype, check_finite=True, what=f"train: {what}",
    )  # fmt: skip
    return arrays


class BatchCheck:
    """Converts and checks what was just read: ``check(values, what)`` returns its arrays.

    Of a batch that is ``whole``, every input of the loss must be there.
    """

    def __init__(
        self, network: Network, inputs: Iterable[str], parameters: Arrays, dtype: str, whole: bool
    ) -> None:
        self._network, self._inputs, self._dtype = network, tuple(inputs), dtype
        self._whole = whole
        # Why parameters? The number of classes may be a size that only they have.
        self._sizes_from = parameters

    def __call__(self, values: object, what: str) -> Arrays:
        given = _of_kind(self._network, values, INPUT, what)
        names = [name for name in self._inputs if self._whole or name in given]
        arrays, _ = checked_values(
            self._network, {**given, **self._sizes_from}, [*names, *self._sizes_from],
            dtype=self._dtype, check_finite=True, what=what,
        )  # fmt: skip
        return {name: arrays[name] for name in names}


def _of_kind(
    network: Network, values: Mapping[str, object], kind: str, what: str, also: str = ""
) -> dict[str, object]:
    """Return the values by name; a known tensor of another kind is an error."""
    if not isinstance(values, Mapping):
        raise ValuesError(
            f"train: {what}", f"a {type(values).__name__}", 'write {"X": …}, an array for each name'
        )
    named = {getattr(key, "name", key): value for key, value in values.items()}
    for name in named:
        found = network.tensors.get(name) if isinstance(name, str) else None
        if found is not None and found.kind not in (kind, also):
            other = "data" if found.kind == INPUT else "parameters"
            is_given = found.kind in (INPUT, PARAMETER, BUFFER)
            helps = f"give it in {other}=" if is_given else "leave it out"
            kind = f"{'an' if found.kind == INPUT else 'a'} {found.kind}"
            raise ValuesError(f"train: {what} with {name}", f"{name} is {kind}", helps)
    return named


def inputs_of(network: Network, loss: str) -> list[str]:
    """Return the inputs that the loss and the updates depend on, in the order of declaration."""
    updated = (name for equation in network.updates.values() for name in reads(equation))
    needed = needed_for({e.target: reads(e) for e in network.equations}, (loss, *updated))
    return [t.name for t in network.inputs if t.name in needed]
