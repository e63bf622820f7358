"""The options that say what a data file holds, and the data that they ask for."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from symback.cli.columns import read_choices, read_columns
from symback.cli.complaints import note
from symback.cli.csv_files import Form
from symback.cli.scaled import scaled
from symback.cli.tables import Request, read_data
from symback.cli.units import Scale, Units, encoded, fitted_scales, found_classes, units_of
from symback.network.network import Network
from symback.training.storage import load_arrays

Arrays = dict[str, np.ndarray]


@dataclass(frozen=True, slots=True)
class Loaded:
    """The data of a file, not scaled yet, and its units without scales."""

    arrays: Arrays
    units: Units


def request_of(options: Namespace, needed: Iterable[str]) -> Request:
    """Return what --columns, --one-hot and the options of a table ask for; raises ValuesError."""
    columns = read_columns(options.columns)
    classes = set()
    for part in options.one_hot:
        name, equals, _ = part.partition("=")
        classes.add(name.strip())
        if equals:
            columns |= read_columns([part])
    form = Form(not options.no_header, options.decimal, options.drop_missing)
    return Request(columns, frozenset(classes), tuple(needed), form)


def kept_units(texts: Iterable[str] | None) -> Units:
    """Return the units in the files of --at: parameters are used in the units they were learned in.

    Raises FileError.
    """
    found: dict[str, np.ndarray] = {}
    for text in texts or ():
        if "=" not in text and Path(text).suffix.lower() == ".npz":
            found |= load_arrays(text)
    return units_of(found)


def loaded(path: str, request: Request, network: Network, known: Units) -> Loaded:
    """Return the data of a file, with columns and classes that are known already; SymbackError."""
    columns = {name: known.columns[name] for name in request.needed if name in known.columns}
    classes = request.classes | {name for name in request.needed if name in known.classes}
    request = replace(request, columns=columns | request.columns, classes=classes)
    found = read_data(path, request, network)
    if found.dropped:
        lines = "line" if found.dropped == 1 else "lines"
        note(f"left out {found.dropped} {lines} of {path} with a missing cell")
    own = {name: known.classes[name] for name in found.data if name in known.classes}
    texts = found_classes(found.data, request.classes, network) | own
    return Loaded(encoded(found.data, texts, network), Units(found.columns, texts))


def scales_of(
    options: Namespace, arrays: Mapping[str, np.ndarray], network: Network, known: Units
) -> dict[str, Scale]:
    """Return the scales that are known and those that --scale asks for; raises ValuesError."""
    wished = read_choices(options.scale, "--scale", "X=standard Y=minmax")
    kept = {name: scale for name, scale in known.scales.items() if name in arrays}
    return kept | fitted_scales(wished, arrays, network)


def scaled_data(
    options: Namespace, network: Network, needed: Iterable[str], known: Units
) -> Arrays:
    """Return the data of --data as the network reads it; raises SymbackError."""
    found = loaded(options.data, request_of(options, needed), network, known)
    return scaled(network, scales_of(options, found.arrays, network, known), found.arrays)
