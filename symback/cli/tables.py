"""Data for training from a table of text or an npz file, by the tensors of a network."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import prod
from pathlib import Path

import numpy as np

from symback.cli.columns import Columns, resolved, unknown_columns
from symback.cli.csv_files import LABEL, NUMBER, STANDARD_INPUT, Form, Labels, read_table
from symback.errors import FileError, ValuesError
from symback.network.network import Network
from symback.network.tensors import Tensor
from symback.network.text_scope import did_you_mean
from symback.training.storage import load_arrays

TABLES = (".csv", ".tsv", ".txt", ".data", "")
Data = Mapping[str, "np.ndarray | Labels"]


@dataclass(frozen=True, slots=True)
class Request:
    """What is wanted of a file: columns by tensor, and ``classes``, tensors whose values are names.

    ``needed`` are the inputs that the file must hold; without columns each is the one of its name.
    """

    columns: Columns = field(default_factory=dict)
    classes: frozenset[str] = frozenset()
    needed: tuple[str, ...] = ()
    form: Form = field(default_factory=Form)


@dataclass(frozen=True, slots=True)
class Found:
    """The data by tensor, of which columns it is, and how many rows were left out."""

    data: Data
    columns: dict[str, tuple[str, ...]]
    dropped: int = 0


def read_data(path: str, request: Request, network: Network) -> Found:
    """Return the data of a file; raises SymbackError with file, line and column."""
    for name in (*request.columns, *request.classes):
        _check_input(network, name)
    scalars = [name for name in sorted(request.classes) if not network[name].rank]
    if scalars:
        raise ValuesError(
            f"--one-hot {scalars[0]}", "a scalar input, which has no samples",
            f"give it a letter: input {scalars[0]}[n]",
        )  # fmt: skip
    suffix = Path(path).suffix.lower()
    if suffix == ".npz":
        return _from_arrays(path, request, network)
    if suffix in TABLES or path == STANDARD_INPUT:
        return _from_table(path, request, network)
    raise FileError(
        f"the data of {path} was to be read", f"the suffix {suffix!r}",
        "save it as .csv (comma-separated values in UTF-8) or .npz",
    )  # fmt: skip


def _check_input(network: Network, name: str) -> None:
    """Raise ValuesError unless it is an input of the network."""
    inputs = [t.name for t in network.inputs]
    if name not in inputs:
        kind = f"a {network[name].kind}" if name in network else "no tensor of the network"
        known = ", ".join(map(str, network.inputs)) or "none; declare one: input X[n,i]"
        helps = did_you_mean(name, inputs) or f"its inputs: {known}"
        raise ValuesError(f"data for {name[:60]} was asked for", f"it is {kind}", helps)


def _wanted(path: str, request: Request, known: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Return the columns of each tensor, by default that of its name; raises ValuesError."""
    columns = resolved(path, request.columns, known)
    missing = [name for name in request.needed if name not in columns and name not in known]
    if missing:
        raise unknown_columns(path, missing, known)
    columns |= {name: (name,) for name in request.needed if name not in columns}
    twice = [c for listed in columns.values() for c in listed if known.count(c) > 1]
    if twice:
        found = f"{known.count(twice[0])} columns of this name"
        raise ValuesError(f"the column {twice[0]} of {path}", found, "rename one of them")
    return columns


# Arrays ------------------------------------------------------------------------------------------


def _from_arrays(path: str, request: Request, network: Network) -> Found:
    arrays = load_arrays(path)
    columns = _wanted(path, request, tuple(arrays))
    data: dict[str, np.ndarray | Labels] = {}
    for tensor, names in columns.items():
        is_text = len(names) == 1 and arrays[names[0]].dtype.kind in "US"
        if tensor in request.classes or (is_text and network[tensor].one_hot):
            data[tensor] = _labels(path, names[0], arrays[names[0]])
            continue
        for name in names:
            _check_numbers(path, name, arrays[name])
        data[tensor] = arrays[names[0]] if len(names) == 1 else _stacked(path, names, arrays)
    return Found(data, columns)


def _check_numbers(path: str, name: str, array: np.ndarray) -> None:
    """Raise ValuesError for an array of anything but finite numbers; it names the first entry."""
    asked = "numbers were asked for"
    if array.dtype.kind not in "biuf":
        helps = "classes as text are read with --one-hot TENSOR=ARRAY"
        raise ValuesError(f"{path}, {name}: {asked}", f"an array of type {array.dtype}", helps)
    finite = np.isfinite(array)
    if not finite.all():
        place = np.unravel_index(int(np.argmin(finite)), array.shape)
        shown = f"[{', '.join(map(str, place))}]" if place else ""
        count = int(array.size - finite.sum())
        raise ValuesError(
            f"{path}, {name}{shown}: {asked}",
            f"{array[place]} ({count} of {array.size} are not finite)",
            "leave such samples out, or fill them in",
        )  # fmt: skip


def _stacked(path: str, names: Sequence[str], arrays: Mapping[str, np.ndarray]) -> np.ndarray:
    shapes = {arrays[name].shape for name in names}
    if len(shapes) > 1:
        listed = ", ".join(f"{name} {arrays[name].shape}" for name in names[:8])
        raise ValuesError(
            f"the arrays {', '.join(names)[:200]} of {path}", f"their shapes differ: {listed}",
            "arrays that are laid side by side have one shape",
        )  # fmt: skip
    return np.stack([arrays[name] for name in names], axis=-1)


def _labels(path: str, name: str, array: np.ndarray) -> Labels:
    texts, codes = np.unique(array, return_inverse=True)
    shown = tuple(t.decode("utf-8", "replace") if isinstance(t, bytes) else str(t) for t in texts)

    def place(number: int) -> str:
        return f"{path}, {name}[{', '.join(map(str, np.unravel_index(number, array.shape)))}]"

    return Labels(codes.reshape(array.shape), shown, place)


# Tables ------------------------------------------------------------------------------------------


def _from_table(path: str, request: Request, network: Network) -> Found:
    columns: dict[str, tuple[str, ...]] = {}

    def wish(known: list[str]) -> dict[str, str]:
        columns.update(_wanted(path, request, known))
        kinds: dict[str, str] = {}
        for tensor, names in columns.items():
            _check_width(network[tensor], names)
            kind = LABEL if _holds_classes(network[tensor], names, request) else NUMBER
            for name in names:
                if kinds.setdefault(name, kind) != kind:
                    found = "classes for one tensor, numbers for another"
                    helps = "write the column twice, under two names"
                    raise ValuesError(f"the column {name} of {path}", found, helps)
        return kinds

    table = read_table(path, wish, request.form)
    data = {
        tensor: _shaped(network[tensor], [table.columns[name] for name in names])
        for tensor, names in columns.items()
    }
    return Found(data, columns, table.dropped)


def _holds_classes(tensor: Tensor, names: Sequence[str], request: Request) -> bool:
    if tensor.name in request.classes and len(names) > 1:
        raise ValuesError(
            f"--one-hot {tensor.name}={','.join(names)[:60]}", f"{len(names)} columns",
            "classes stand in one column; columns of ones and zeros go to --columns",
        )  # fmt: skip
    return len(names) == 1 and (tensor.one_hot or tensor.name in request.classes)


def _check_width(tensor: Tensor, names: Sequence[str]) -> None:
    """Raise ValuesError for a scalar, and for a matrix without a column for each entry of a row.

    One column of classes is enough for rows of ones and zeros.
    """
    if not tensor.rank:
        raise ValuesError(
            f"--columns: the scalar {tensor.name} was asked for", f"a column: {names[0]}",
            f"give it a letter for the samples, input {tensor.name}[n], or a number: --at "
            f"{tensor.name}=2",
        )  # fmt: skip
    size = tensor.shape[-1] if tensor.rank == 2 else None
    if size is None or not size.is_Integer or int(size) == len(names):
        return
    if tensor.one_hot and len(names) == 1:
        return
    raise ValuesError(
        f"--columns: {tensor} was asked for, which has {size} along {tensor.letters[-1]}",
        f"{len(names)} column{'s' * (len(names) > 1)}: {', '.join(names)[:200]}",
        f"name {size} columns, or write index {tensor.letters[-1]}:{len(names)} in the network",
    )


def _shaped(tensor: Tensor, columns: Sequence[np.ndarray | Labels]) -> np.ndarray | Labels:
    """Return one column as a vector, several as a matrix, or as what the tensor's sizes ask for."""
    if isinstance(columns[0], Labels):
        return columns[0]
    if len(columns) == 1 and tensor.rank == 1:
        return columns[0]
    matrix = np.stack(columns, axis=-1)
    sizes = tensor.shape[1:]
    fixed = all(size.is_Integer for size in sizes)
    if len(sizes) > 1 and fixed and prod(map(int, sizes)) == matrix.shape[1]:
        return matrix.reshape(-1, *map(int, sizes))
    return matrix
