"""Data for training from a CSV or an npz file, and which of its columns are which tensor."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np

from symback.errors import FileError, ValuesError
from symback.files import reason_of
from symback.network.network import Network
from symback.training.storage import load_arrays

MOST_BYTES = 2**30
Columns = Mapping[str, list[str]]


def read_columns(parts: Iterable[str]) -> dict[str, list[str]]:
    """Return {"X": ["sqft", "rooms"]} for ``X=sqft,rooms``; raises ValuesError."""
    columns: dict[str, list[str]] = {}
    for part in parts:
        name, equals, listed = part.partition("=")
        names = [column.strip() for column in listed.split(",")]
        if not equals or not name.strip() or not all(names):
            raise ValuesError(
                f"--columns {part[:60]}", "no tensor with its columns",
                "write --columns X=sqft,rooms Y=price",
            )  # fmt: skip
        columns[name.strip()] = names
    return columns


def read_data(path: str, columns: Columns, network: Network) -> dict[str, np.ndarray]:
    """Return the data arrays by tensor name; raises SymbackError with file, line and column."""
    suffix = Path(path).suffix.lower()
    if suffix == ".npz":
        return _from_arrays(path, load_arrays(path), columns)
    if suffix == ".csv":
        return _from_table(path, columns or _columns_by_name(network), network)
    raise FileError(
        f"the data of {path} was to be read", f"the suffix {suffix or 'none'!r}", "use .csv or .npz"
    )


def _from_arrays(
    path: str, arrays: dict[str, np.ndarray], columns: Columns
) -> dict[str, np.ndarray]:
    if not columns:
        return arrays
    _check_known(path, columns, arrays)
    joined = {}
    for tensor, names in columns.items():
        joined[tensor] = arrays[names[0]] if len(names) == 1 else _stacked(path, names, arrays)
    return joined


def _stacked(path: str, names: list[str], arrays: dict[str, np.ndarray]) -> np.ndarray:
    shapes = {arrays[name].shape for name in names}
    if len(shapes) > 1:
        raise ValuesError(
            f"the columns {', '.join(names)} of {path}", f"their shapes differ: {sorted(shapes)}"
        )
    return np.stack([arrays[name] for name in names], axis=-1)


def _columns_by_name(network: Network) -> Columns:
    return {t.name: [t.name] for t in network.inputs}


def _from_table(path: str, columns: Columns, network: Network) -> dict[str, np.ndarray]:
    asked = f"the data of {path} was to be read"
    try:
        with open(path, encoding="utf-8-sig", newline="") as file:
            if file.seek(0, 2) > MOST_BYTES:
                raise FileError(asked, "more than 1 GiB of text", "store it as .npz")
            file.seek(0)
            numbers = _numbers(path, csv.reader(file, strict=True), columns)
    except OSError as error:
        raise FileError(asked, reason_of(error), "check the path") from None
    except UnicodeDecodeError:
        raise FileError(asked, "bytes that are no text in UTF-8", "save it as CSV") from None
    except csv.Error as error:
        raise FileError(asked, str(error), "save it as CSV, separated by commas") from None
    return {tensor: _shaped(network, tensor, numbers, names) for tensor, names in columns.items()}


def _shaped(
    network: Network, tensor: str, numbers: dict[str, np.ndarray], names: list[str]
) -> np.ndarray:
    """Return one column as a vector, several as a matrix; one column of a matrix stays a matrix."""
    known = tensor in network
    vector = known and len(names) == 1 and (network[tensor].rank == 1 or network[tensor].one_hot)
    return numbers[names[0]] if vector else np.stack([numbers[n] for n in names], axis=-1)


def _numbers(path: str, rows: Iterable[list[str]], columns: Columns) -> dict[str, np.ndarray]:
    lines = iter(rows)
    header = [name.strip() for name in next(lines, [])]
    if not header:
        raise ValuesError(f"the data of {path}", "no first line with the columns' names")
    _check_known(path, columns, header)
    places = {n: header.index(n) for names in columns.values() for n in names}
    read: dict[str, list[float]] = {name: [] for name in places}
    for line, row in enumerate(lines, start=2):
        if not row:
            continue
        if len(row) != len(header):
            raise ValuesError(
                f"{path}, line {line}", f"{len(row)} cells, the first line has {len(header)} names",
                "give every line a cell for each column",
            )  # fmt: skip
        for name, place in places.items():
            read[name].append(_cell(path, line, name, row[place]))
    if len(next(iter(read.values()), [])) == 0:
        raise ValuesError(f"the data of {path}", "no line below the columns' names")
    return {name: np.array(values) for name, values in read.items()}


def _check_known(path: str, columns: Columns, known: Iterable[str]) -> None:
    known = list(known)
    missing = [n for names in columns.values() for n in names if n not in known]
    if missing:
        raise ValuesError(
            f"the columns {', '.join(missing)[:200]} of {path}",
            f"its columns are {', '.join(known)[:400]}",
            "name them: --columns X=sqft,rooms Y=price",
        )


def _cell(path: str, line: int, column: str, text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        found = repr(text.strip()[:40]) if text.strip() else "an empty cell"
        raise ValuesError(
            f"{path}, line {line}, column {column}: a number was asked for", found,
            "mend the file, or leave the line out",
        )  # fmt: skip
    return value
