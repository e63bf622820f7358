"""``train``: a data file in, what was learned from it out, with the units of the data."""

from __future__ import annotations

import tempfile
from argparse import Namespace
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np

import symback as sb
from symback.cli.complaints import complain, note
from symback.cli.data_options import kept_units, loaded, request_of, scales_of
from symback.cli.scaled import scaled
from symback.cli.source import check_loss, network_of
from symback.cli.units import Units
from symback.cli.values import values_of
from symback.errors import FileError, TrainingError, ValuesError
from symback.network.network import Network
from symback.training.batches import sampling
from symback.training.engine import INTERRUPTED as BY_CTRL_C
from symback.training.start import inputs_of
from symback.training.storage import save_arrays

PASSED, FAILED, INTERRUPTED = 0, 1, 130
AFTER_FAULT = (
    "a smaller rate, --scale, or another --seed; --save keeps what was learned until then"
)
# Numbers beyond this make gradients that no usual rate fits.
LARGE = 100.0
Arrays = dict[str, np.ndarray]


# Training ----------------------------------------------------------------------------------------


def train(options: Namespace) -> int:
    """Train on a data file, print the history, and save the parameters."""
    _check_checkpoint(options)
    _check_held_back(options)
    network = network_of(options.source)
    check_loss(network)
    given = values_of(options.at)
    data, held, units = _training_data(options, network, given)
    try:
        run = sb.train(
            network,
            data,
            optimizer=options.optimizer,
            epochs=options.epochs,
            batch_size=options.batch,
            parameters={n: v for n, v in given.items() if n not in data},
            validation=held,
            metrics=options.metrics,
            schedule=options.schedule,
            clip=options.clip,
            seed=options.seed,
            dtype=options.dtype,
            checkpoint=options.checkpoint,
            patience=options.patience,
        )
    except TrainingError as error:
        # Nothing is lost: what was learned before the fault is shown and saved like any run.
        run, status = getattr(error, "run", None), FAILED
        if run is None:
            raise
        complain(TrainingError(error.asked, error.found, AFTER_FAULT))
    else:
        status = INTERRUPTED if run.stopped == BY_CTRL_C else PASSED
    print(run)
    _keep(run, options, units)
    _advise_scales(network, data, units)
    return status


def _advise_scales(network: Network, data: Arrays, units: Units) -> None:
    """Say which data are so large that a network learns slowly from them, if any are."""
    large = [
        name
        for name, array in data.items()
        if name not in units.scales and not network[name].integer and np.size(array)
        and max(np.max(array), -np.min(array)) > LARGE
    ]  # fmt: skip
    if large:
        holds = f"{' and '.join(large)} hold{'s' * (len(large) == 1)} numbers beyond {LARGE:g}"
        wish = " ".join(f"{name}=standard" for name in large)
        note(f"{holds}, from which a network learns slowly or not at all: try --scale {wish}")


def _check_checkpoint(options: Namespace) -> None:
    """Refuse to go on from a checkpoint unasked, and to replace it."""
    there = options.checkpoint and Path(options.checkpoint).exists()
    if there and not options.resume:
        raise FileError(
            f"--checkpoint {options.checkpoint} was asked for", "the file is there already",
            "--resume goes on from it; else name another file",
        )  # fmt: skip
    if options.resume and not options.checkpoint:
        raise FileError(
            "--resume was asked for", "no checkpoint", "name its file: --checkpoint run.npz"
        )
    if options.resume and not there:
        note(f"no checkpoint {options.checkpoint} yet: training begins anew")


def _check_held_back(options: Namespace) -> None:
    """Refuse what is measured on data held back if none is."""
    for flag, wanted in (("--metrics", options.metrics), ("--patience", options.patience)):
        if wanted and options.val is None:
            raise ValuesError(
                f"{flag} was asked for", "no data that is held back",
                "hold a share of it back, --val 0.2, or name a file, --val FILE",
            )  # fmt: skip


def _training_data(
    options: Namespace, network: Network, given: Mapping[str, object]
) -> tuple[dict[str, object], object, Units]:
    """Return the data, the data held back or None, and the units of both."""
    names = [t.name for t in network.inputs if t.name in given]
    needed = [n for n in inputs_of(network, network.loss_name) if n not in names]
    request = request_of(options, needed)
    known = kept_units(options.at)
    found = loaded(options.data, request, network, known)
    arrays, held, share = found.arrays, None, _share(options.val)
    if share is not None:
        arrays, held = _split(network, arrays, share, options.seed)
    elif options.val is not None:
        held = loaded(options.val, request, network, found.units).arrays
    scales = scales_of(options, arrays, network, known)
    fixed = {name: given[name] for name in names}
    if held is not None:
        held = scaled(network, scales, held) | fixed
    return scaled(network, scales, arrays) | fixed, held, replace(found.units, scales=scales)


def _share(text: str | None) -> float | None:
    """Return the share that --val asks for; None if it names a file."""
    try:
        return float(text) if text is not None else None
    except ValueError:
        return None


def _split(network: Network, arrays: Arrays, share: float, seed: int) -> tuple[Arrays, Arrays]:
    """Return what is left and what is held back; which samples, the seed says. TrainingError."""
    try:
        cut = sampling(network, arrays, 1, None)
        rest, held = cut.split(seed, share)
    except TrainingError as error:
        helps = "give another share, such as --val 0.2, or a file of its own: --val FILE"
        raise TrainingError(f"--val {share:g} was asked for", error.found, helps) from None
    kept: tuple[Arrays, Arrays] = {}, {}
    for name, array in arrays.items():
        for part, places in zip(kept, (rest.among, held), strict=True):
            axis = cut.axes.get(name)
            part[name] = array if axis is None else np.take(array, places, axis)
    return kept


def _keep(run: sb.Run, options: Namespace, units: Units) -> None:
    """Write what was asked for: the parameters, the best ones with --patience, and the history."""
    if options.save:
        kept = run.best if options.patience else run
        if kept is not run:
            note(f"the best epoch was {len(kept.history)}; its parameters are kept")
        _save(options.save, kept.parameters | kept.buffers | units.arrays)
    for path in options.history:
        note(f"wrote {run.history.save(path)}")


def _save(path: str, arrays: Arrays) -> None:
    """Write the parameters; where that fails, elsewhere first, so that they are not lost."""
    try:
        note(f"wrote {save_arrays(path, arrays)}")
    except FileError:
        folder = Path(tempfile.mkdtemp(prefix="symback-"))
        note(f"kept what was learned in {save_arrays(folder / Path(path).name, arrays)}")
        raise
