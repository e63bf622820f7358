"""From what ``train`` is given to a training that can begin: checked, compiled, tied together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

import numpy as np

from symback.compiler.bound import Bound
from symback.compiler.program import compile_network
from symback.errors import TrainingError
from symback.network.values import bound_sizes
from symback.training.batches import WHOLE, Sampling, leading_letter, sampling
from symback.training.buffers import Buffers, with_updates
from symback.training.callbacks import Callback
from symback.training.checkpoint import digest, text_digest
from symback.training.draws import Draws
from symback.training.engine import Carried, Plan, Training
from symback.training.history import RATE
from symback.training.measures import Measures
from symback.training.parameters import Parameters, Stepper
from symback.training.sources import (
    ArraySource,
    Bind,
    First,
    Source,
    StreamSource,
    first_of,
    read_here_and_there,
)
from symback.training.start import BatchCheck, Start, checked_data, start_of, stream_start
from symback.training.updating import BACKENDS
from symback.training.watching import Watch

Arrays = dict[str, np.ndarray]


def prepared(
    plan: Plan,
    data: object,
    *,
    batch_size: object,
    batch: object,
    parameters: Mapping[str, object],
    validation: object,
    callbacks: Iterable[Callback],
    steps_per_epoch: int | None = None,
) -> Training:
    """Return the training, ready to run; raises SymbackError.

    A schedule counts its time by ``steps_per_epoch``, by default the batches of the data.
    """
    net, of = plan.derivation.forward, plan.derivation.of
    given = {"seed": plan.seed, "dtype": plan.dtype}
    first = _first_batch(data, batch_size, validation) if not isinstance(data, Mapping) else None
    if first is not None:
        start = stream_start(net, of, first.values, parameters, **given)
    else:
        start = start_of(net, of, data, parameters, batch_size=batch_size, batch=batch, **given)
    if plan.shuffled:
        read_here_and_there(start.inputs.values())
    learned = Parameters(start.parameters, plan.dtype)
    start, held, held_back = _validated(plan, start, learned, validation, batch_size, batch)
    buffers = Buffers(net, start.buffers, plan.dtype)
    bind, draws = _binding(plan, learned, buffers)
    check = BatchCheck(net, start.inputs, learned.arrays, plan.dtype, first is not None)
    if first is not None:
        letter = leading_letter(net, start.inputs, batch)
        source: Source = StreamSource(data, first, letter, net, bind, check)
    else:
        source = ArraySource(
            start.inputs, start.cut, bind, check, seed=plan.seed, shuffled=plan.shuffled
        )
    stepper = Stepper(
        plan.optimizer, learned, plan.schedule, plan.clip,
        epochs=plan.epochs, steps_per_epoch=steps_per_epoch or _steps_per_epoch(plan, source),
        compiled=BACKENDS[plan.backend],
    )  # fmt: skip
    measures = None
    if held is not None:
        measures = Measures(net.predictor(), of, held | buffers.arrays, plan.dtype, plan.metrics)
    columns = ("loss", *(measures.names if measures else ()), *((RATE,) if plan.schedule else ()))
    watch = Watch(callbacks, columns, plan.metrics)
    identity = _identity(plan, start, batch_size, first is not None, held, columns)
    carried = Carried(learned, buffers, draws)
    return Training(plan, carried, stepper, source, measures, watch, identity, held_back)


def _binding(plan: Plan, learned: Parameters, buffers: Buffers) -> tuple[Bind, Draws]:
    """Return what ties the program of a step to a batch, and what draws its random tensors.

    The program computes the loss, the gradients, and beside them what the buffers become.
    """
    derivation = plan.derivation
    network, updated = with_updates(derivation.network)
    program = compile_network(
        network, (), dtype=plan.dtype, value=derivation.of,
        gradients=derivation.gradient_names | updated,
    )  # fmt: skip
    draws = Draws(network, program.inputs, plan.seed, plan.dtype)

    def bind(values: Arrays) -> Bound:
        known = values | learned.arrays | buffers.arrays
        if draws.tensors:
            sizes = bound_sizes(network, {name: array.shape for name, array in known.items()})
            drawn = draws.arrays(sizes)
            values.update(drawn)
            known |= drawn
        given = {name: array for name, array in known.items() if name in program.inputs}
        return program.bind(given, into=learned.gradients | buffers.next).unguarded

    return bind, draws


def _first_batch(data: object, batch_size: object, validation: object) -> First:
    """Return the first batch of a function that yields batches; raises TrainingError."""
    if not callable(data):
        iterator = "an iterator, which ends with the first epoch"
        raise TrainingError(
            "train: data was asked for",
            iterator if isinstance(data, Iterable) and iter(data) is data
            else f"a {type(data).__name__}",
            'write {"X": …}, an array for each input, or give a function of the epoch\'s number '
            "that yields such batches",
        )  # fmt: skip
    if batch_size is not None:
        raise TrainingError(
            f"train: batch_size={str(batch_size)[:40]} was asked for",
            "a function, which yields batches that are cut already", "leave batch_size out",
        )  # fmt: skip
    if isinstance(validation, float):
        raise TrainingError(
            f"train: validation={validation:g}, a share of the samples, was asked for",
            "a function, of which nobody knows how many samples it will yield",
            "give data for validation: validation={…}",
        )  # fmt: skip
    return first_of(data)


def _steps_per_epoch(plan: Plan, source: Source) -> int:
    """Return how many batches an epoch has; raises TrainingError if a schedule cannot know it."""
    if plan.schedule and source.batches is None:
        raise TrainingError(
            f"train: schedule={plan.schedule!r} was asked for",
            "a function, of which nobody knows how many batches an epoch has",
            "give an object with __call__(epoch) and __len__(), the number of its batches",
        )
    return source.batches or 1


# Validation --------------------------------------------------------------------------------------


def _validated(
    plan: Plan, start: Start, learned: Parameters, validation: object, batch_size: object,
    batch: object,
) -> tuple[Start, Arrays | None, np.ndarray | None]:  # fmt: skip
    """Return the start without what is held back, the values to measure on, and their positions."""
    net = plan.derivation.forward
    if validation is None:
        return start, None, None
    if isinstance(validation, Mapping):
        held = checked_data(net, validation, learned.arrays, start.inputs, plan.dtype)
        return start, held, None
    share = _share(validation)
    try:
        cut = sampling(net, start.inputs, batch_size or 1, batch)
    except TrainingError as error:
        asked = f"train: validation={share:g}, a share of the samples, was asked for"
        raise TrainingError(asked, error.found, error.helps) from None
    rest, positions = cut.split(plan.seed, share)
    part = {n: start.inputs[n].take(positions, axis) for n, axis in cut.axes.items()}
    held = checked_data(net, start.inputs | part, learned.arrays, start.inputs, plan.dtype)
    if start.cut is not WHOLE:
        return replace(start, cut=rest), held, positions
    kept = {n: start.inputs[n].take(rest.among, axis) for n, axis in cut.axes.items()}
    return replace(start, inputs=start.inputs | kept), held, positions


def _share(validation: object) -> float:
    try:
        share = float(validation)
    except (TypeError, ValueError):
        share = 0.0
    if isinstance(validation, str | bool) or not 0 < share < 1:
        raise TrainingError(
            f"train: validation={str(validation)[:40]} was asked for", "no data and no share",
            'give data, validation={"X": …}, or the share that is held back, validation=0.2',
        )  # fmt: skip
    return share


# What a training is, in words --------------------------------------------------------------------


def _identity(
    plan: Plan, start: Start, batch_size: object, streamed: bool, held: Arrays | None,
    columns: Iterable[str],
) -> dict[str, str]:  # fmt: skip
    net, schedule = plan.derivation.forward, plan.schedule
    return {
        "network": f"{net.name} {text_digest(str(net))}",
        "loss": plan.derivation.of,
        "optimizer": repr(plan.optimizer),
        "schedule": repr(schedule.fitted(plan.epochs) if schedule else None),
        "clip": repr(plan.clip),
        "seed": str(plan.seed),
        "dtype": plan.dtype,
        "batches": "of a function" if streamed else _batches(start.cut, plan.shuffled),
        "data": digest(start.inputs),
        "start": digest(start.parameters | start.buffers),
        "validation": "none" if held is None else digest({n: held[n] for n in start.inputs}),
        "history": ", ".join(columns),
    }


def _batches(cut: Sampling, shuffled: bool) -> str:
    if cut.letter is None:
        return "all samples at once"
    return f"{cut.length} of {cut.count} along {cut.letter}{', shuffled' * shuffled}"
