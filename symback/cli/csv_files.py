"""Tables of text: a CSV file, or what comes through a pipe, read in bounded memory.

The first line names the columns. Commas, semicolons or tabs separate cells, whichever makes most of
the first line. Rows are turned into numbers a chunk at a time; only the wanted columns are kept.
"""

from __future__ import annotations

import csv
import io
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from itertools import chain
from typing import BinaryIO

import numpy as np

from symback.errors import FileError, ValuesError
from symback.files import reason_of

STANDARD_INPUT = "-"
NUMBER, LABEL = "number", "label"
SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs"}
MISSING = ("", "na", "n/a", "nan", "null", "?")
MOST_BYTES = 2**32
LONGEST_LINE = 2**24
CHUNK = 2**14  # rows that are text at the same time
MOST_LABELS = 10_000
LONE_RETURN = re.compile(r"\r(?!\n)")

Wish = Callable[[list[str]], Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Form:
    """How a table is written: with names in its first line or not, and its decimal sign.

    ``drop`` leaves out rows in which a wanted cell is missing, instead of refusing them.
    """

    header: bool = True
    decimal: str = "."
    drop: bool = False


@dataclass(frozen=True, slots=True)
class Labels:
    """Texts, as positions in the list of the different ones; ``place`` says where one stands."""

    codes: np.ndarray
    texts: tuple[str, ...]
    place: Callable[[int], str]


@dataclass(frozen=True, slots=True)
class Table:
    """The wanted columns by name, and how many rows were left out since a cell was missing."""

    columns: Mapping[str, np.ndarray | Labels]
    dropped: int


def read_table(path: str, wish: Wish, form: Form) -> Table:
    """Return the columns that ``wish(names)`` maps to NUMBER or LABEL; ``-`` is standard input.

    Raises FileError and ValuesError, which name file, line and column.
    """
    asked = f"the data of {path} was to be read"
    try:
        with _opened(path) as file:
            return _Reading(path, form).table(_decoded(file, path), wish)
    except OSError as error:
        raise FileError(asked, reason_of(error), "check the path") from None


def _opened(path: str) -> AbstractContextManager[BinaryIO]:
    if path == STANDARD_INPUT:
        return nullcontext(sys.stdin.buffer)
    if "\0" in path:
        raise FileNotFoundError(f"no name of a file: {path[:60]!r}")
    return open(path, "rb")


def _decoded(file: BinaryIO, path: str) -> Iterator[str]:
    """Yield the lines as text; raises FileError for what is no text in UTF-8, or too much of it."""
    read, number = 0, 0
    while line := file.readline(LONGEST_LINE):
        read, number = read + len(line), number + 1
        if read > MOST_BYTES or len(line) == LONGEST_LINE:
            found = "more than 4 GiB of text" if read > MOST_BYTES else "a line of 16 MiB"
            helps = "is it the right file? large data is better stored as .npz"
            raise FileError(f"{path}, line {number}: a table was asked for", found, helps)
        try:
            text = line.decode("utf-8-sig" if number == 1 else "utf-8")
        except UnicodeDecodeError as error:
            found = f"bytes that are no text in UTF-8, at byte {error.start + 1} of the line"
            helps = "save the file as CSV in UTF-8"
            raise FileError(f"{path}, line {number}: text was asked for", found, helps) from None
        if "\r" in text and LONE_RETURN.search(text):
            # Old spreadsheets end lines so; the csv module wants the ends of this one.
            yield from io.StringIO(LONE_RETURN.sub("\n", text), newline="\n")
        else:
            yield text


@dataclass(slots=True)
class _Column:
    """One wanted column while its file is read."""

    name: str
    place: int
    kind: str
    parts: list[np.ndarray] = field(default_factory=list)
    texts: dict[str, int] = field(default_factory=dict)


class _Reading:
    """A table on its way: its wanted columns, and which line each row ended on."""

    def __init__(self, path: str, form: Form) -> None:
        self.path, self.form = path, form
        self.names: list[str] = []
        self.columns: list[_Column] = []
        self.lines: list[np.ndarray] = []
        self.dropped = 0

    def table(self, text: Iterator[str], wish: Wish) -> Table:
        """Return the table; raises ValuesError."""
        first = next(text, "")
        separator = max(SEPARATORS, key=lambda mark: len(_cells(first, mark)))
        rows = csv.reader(
            chain([first], text), delimiter=separator, strict=True, skipinitialspace=True
        )
        for chunk, lines in self._chunks(rows, wish):
            self._take(chunk, lines)
        if not any(map(len, self.lines)):
            left = f" that has no missing cell ({self.dropped} have)" if self.dropped else ""
            raise ValuesError(
                f"the data of {self.path}", f"no line below the columns' names{left}",
                "a line for each sample, a cell for each column",
            )  # fmt: skip
        lines = np.concatenate(self.lines)
        return Table({c.name: self._column(c, lines) for c in self.columns}, self.dropped)

    # Names ---------------------------------------------------------------------------------------

    def _head(self, cells: list[str], wish: Wish) -> None:
        """Read the names of the columns and find those that are wanted."""
        self.names = [cell.strip() for cell in cells]
        if not any(self.names):
            raise ValuesError(
                f"the data of {self.path}", "no first line with the columns' names",
                "write the names of the columns into its first line",
            )  # fmt: skip
        if not self.form.header:
            self.names = [str(number) for number in range(1, len(cells) + 1)]
        for name, kind in wish(self.names).items():
            self.columns.append(_Column(name, self.names.index(name), kind))

    # Rows ----------------------------------------------------------------------------------------

    def _chunks(self, rows: Iterator[list[str]], wish: Wish) -> Iterator[tuple[list, list[int]]]:
        """Read the names, then yield rows that hold something with the lines that they end on."""
        chunk: list[list[str]] = []
        lines: list[int] = []
        try:
            names = next(rows, [])
            self._head(names, wish)
            for row in rows if self.form.header else chain([names], rows):
                if not any(row):
                    continue
                if len(row) != len(names):
                    raise self._ragged(rows.line_num, len(row))
                chunk.append(row)
                lines.append(rows.line_num)
                if len(chunk) == CHUNK:
                    yield chunk, lines
                    chunk, lines = [], []
        except csv.Error as error:
            where = f"{self.path}, line {rows.line_num}"
            helps = "look for a quote that is opened and not closed"
            raise ValuesError(f"{where}: a line of a table", str(error), helps) from None
        yield chunk, lines

    def _ragged(self, line: int, width: int) -> ValuesError:
        return ValuesError(
            f"{self.path}, line {line}", f"{width} cells, line 1 has {len(self.names)}",
            "give every line a cell for each column; quote text that holds the separator",
        )  # fmt: skip

    def _take(self, chunk: list[list[str]], lines: list[int]) -> None:
        """Turn rows into numbers and labels, and keep them."""
        if self.form.drop:
            whole = [place for place, row in enumerate(chunk) if not self._is_missing(row)]
            self.dropped += len(chunk) - len(whole)
            chunk, lines = [chunk[place] for place in whole], [lines[place] for place in whole]
        for column in self.columns:
            cells = [row[column.place] for row in chunk]
            read = self._numbers if column.kind == NUMBER else self._codes
            column.parts.append(read(column, cells, lines))
        self.lines.append(np.array(lines, dtype=np.int64))

    def _is_missing(self, row: list[str]) -> bool:
        """Is a wanted cell of the row missing?"""
        return any(row[column.place].strip().lower() in MISSING for column in self.columns)

    def _numbers(self, column: _Column, cells: list[str], lines: list[int]) -> np.ndarray:
        try:
            if self.form.decimal != ".":
                cells = [_pointed(cell, self.form.decimal) for cell in cells]
            numbers = np.fromiter(map(float, cells), float, len(cells))
            # Why the underscore? Python reads 1_000 as a number; a table that holds it is broken.
            sound = np.isfinite(numbers).all() and "_" not in "".join(cells)
        except ValueError:
            sound = False
        if not sound:
            self._complain(column, cells, lines)
        return numbers

    def _codes(self, column: _Column, cells: list[str], lines: list[int]) -> np.ndarray:
        texts = column.texts
        codes = [texts.setdefault(cell.strip(), len(texts)) for cell in cells]
        for text in [text for text in texts if text.lower() in MISSING][:1]:
            self._complain_of_none(column, lines[codes.index(texts[text])], text)
        if len(texts) > MOST_LABELS:
            raise ValuesError(
                f"{self.path}, column {column.name}: classes were asked for",
                f"more than {MOST_LABELS} different texts", "is it the right column?",
            )  # fmt: skip
        return np.array(codes, dtype=np.int64)

    def _column(self, column: _Column, lines: np.ndarray) -> np.ndarray | Labels:
        values = np.concatenate(column.parts)
        if column.kind == NUMBER:
            return values
        where = f"{self.path}, line {{}}, column {column.name}"
        return Labels(values, tuple(column.texts), lambda row: where.format(lines[row]))

    # Complaints ----------------------------------------------------------------------------------

    def _complain(self, column: _Column, cells: list[str], lines: list[int]) -> None:
        """Raise ValuesError for the first cell that is no finite number."""
        for line, cell in zip(lines, cells, strict=True):
            if cell.strip().lower() in MISSING:
                self._complain_of_none(column, line, cell.strip())
            if not _is_number(cell):
                where = f"{self.path}, line {line}, column {column.name}"
                raise ValuesError(
                    f"{where}: a number was asked for", repr(cell.strip()[:40]), _helps(cell)
                )

    def _complain_of_none(self, column: _Column, line: int, cell: str = "") -> None:
        raise ValuesError(
            f"{self.path}, line {line}, column {column.name}: a value was asked for",
            f"{cell!r}, a missing one" if cell else "an empty cell",
            "fill it in, or leave out such lines: --drop-missing",
        )


def _cells(line: str, separator: str) -> list[str]:
    """Return the cells of the first line; it may be broken, which is said later."""
    try:
        return next(csv.reader([line], delimiter=separator, skipinitialspace=True), [])
    except csv.Error:
        return [line]


def _pointed(cell: str, decimal: str) -> str:
    """Return a number with a decimal point; 1.000 with another sign than the point is no number."""
    return "no number" if "." in cell else cell.replace(decimal, ".")


def _is_number(cell: str) -> bool:
    try:
        return "_" not in cell and bool(np.isfinite(float(cell)))
    except ValueError:
        return False


def _helps(cell: str) -> str:
    """Return what helps with a cell that is no number."""
    bare = cell.strip()
    if re.fullmatch(r"-?\d+,\d+", bare):
        return "is the comma a decimal sign? say --decimal , or write the number with a point"
    if re.fullmatch(r"\D{0,3}-?\d[\d,. ]*\D{0,3}", bare):
        return "write the number alone, with a point and without unit, percent or thousands mark"
    return "classes as text are read with --one-hot TENSOR=COLUMN; mend other cells"
