"""Which columns are which tensor: ``X=sqft,rooms Y=price``, ranges ``a..d``, and all others ``..``.

A name of a column that holds a comma is quoted, as in CSV: ``X="price, net",rooms``.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence

from symback.errors import ValuesError
from symback.network.text_scope import did_you_mean

Columns = Mapping[str, Sequence[str]]
RANGE = ".."
HELPS = "write --columns X=sqft,rooms Y=price"
MOST_SHOWN = 20


def read_columns(parts: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Return {"X": ("sqft", "rooms")} for ``X=sqft,rooms``; raises ValuesError."""
    columns: dict[str, tuple[str, ...]] = {}
    for part in parts:
        name, equals, listed = (piece.strip() for piece in part.partition("="))
        names = _listed(listed)
        asked = f"--columns {part[:60]}"
        if not equals or not name or not all(names):
            raise ValuesError(asked, "no tensor with its columns", HELPS)
        if name in columns:
            helps = f"list all its columns at once: {name}=…"
            raise ValuesError(asked, f"{name} is there twice", helps)
        columns[name] = names
    return columns


def read_choices(parts: Iterable[str], flag: str, example: str) -> dict[str, str]:
    """Return {"X": "standard"} for ``X=standard``; raises ValuesError."""
    choices: dict[str, str] = {}
    for part in parts:
        name, equals, choice = (piece.strip() for piece in part.partition("="))
        if not equals or not name or not choice or name in choices:
            found = "is there twice" if name in choices else "no tensor with a choice"
            raise ValuesError(f"{flag} {part[:60]}", found, f"write {flag} {example}")
        choices[name] = choice
    return choices


def resolved(path: str, columns: Columns, known: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Return the columns with ranges written out; raises ValuesError for what the file lacks.

    ``a..d`` are the columns from a to d as they stand in the file, ``..`` all that are not named.
    """
    asked = [c for listed in columns.values() for c in listed if c != RANGE or RANGE in known]
    missing = [end for column in asked for end in _ends(column, known) if end not in known]
    if missing:
        raise unknown_columns(path, missing, known)
    named = {column: _between(path, column, known) for column in asked}
    used = {column for found in named.values() for column in found}
    rest = tuple(column for column in known if column not in used)
    return {
        tensor: tuple(c for column in listed for c in named.get(column, rest))
        for tensor, listed in columns.items()
    }


def unknown_columns(path: str, missing: Sequence[str], known: Sequence[str]) -> ValuesError:
    """Return the error of columns that a file does not have."""
    shown = ", ".join(known[:MOST_SHOWN]) + ", …" * (len(known) > MOST_SHOWN)
    helps = did_you_mean(missing[0], known) or HELPS
    if any(_is_number(name) for name in known):
        helps = "does line 1 hold data? then say --no-header: the columns are 1, 2, 3, …"
    return ValuesError(
        f"the column{'s' * (len(missing) > 1)} {', '.join(missing)[:200]} of {path}",
        f"its columns are {shown[:400]}", helps,
    )  # fmt: skip


def _listed(text: str) -> tuple[str, ...]:
    rows = list(csv.reader([text], skipinitialspace=True))
    return tuple(cell.strip() for cell in rows[0]) if rows and rows[0] else ("",)


def _ends(column: str, known: Sequence[str]) -> tuple[str, ...]:
    """Return the first and the last name of a range, or a name alone."""
    if column in known or RANGE not in column:
        return (column,)
    return tuple(end.strip() for end in column.split(RANGE, 1))


def _between(path: str, column: str, known: Sequence[str]) -> tuple[str, ...]:
    """Return the columns that a name or a range stands for."""
    ends = _ends(column, known)
    first, last = known.index(ends[0]), known.index(ends[-1])
    if last < first:
        raise ValuesError(
            f"the columns {column} of {path}", f"{ends[1]} stands before {ends[0]}",
            f"write {ends[1]}..{ends[0]}",
        )  # fmt: skip
    return tuple(known[first : last + 1])


def _is_number(text: str) -> bool:
    try:
        return bool(float(text)) or True
    except ValueError:
        return False
