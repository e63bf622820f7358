"""The options that say what a data file holds, as the request that reads it."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterable

from symback.cli.columns import read_columns
from symback.cli.complaints import note
from symback.cli.csv_files import Form
from symback.cli.tables import Found, Request


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


def told(path: str, found: Found) -> Found:
    """Return what was found after saying how many lines were left out."""
    if found.dropped:
        lines = "line" if found.dropped == 1 else "lines"
        note(f"left out {found.dropped} {lines} of {path} with a missing cell")
    return found
