"""What training saw: one row of numbers for each epoch, as a table, a chart or a file."""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Iterator, Sequence
from html import escape
from os import PathLike
from pathlib import Path

from symback.charts.chart import Chart, Sheet, line_chart
from symback.errors import DefinitionError, FileError
from symback.files import read_text, write_whole

SHARES = ("accuracy",)  # columns that print as per cent
LOSSES = ("loss", "validation_loss")
RATE = "rate"
MOST_ROWS = 12
LONGEST_FILE = 2**28
KIND, VERSION = "symback history", 1
# From this ratio on a loss is drawn on a logarithmic axis.
WIDE = 50


class History:
    """The rows of a training: ``history["loss"]`` is a column, ``history[-1]`` a row.

    Columns are epoch (from 1), loss, with validation data validation_loss and the metrics, and with
    a schedule the rate of the epoch's last step. The loss of an epoch is the mean over its batches,
    each measured before its step.
    """

    def __init__(self, rows: Sequence[dict[str, float]] = ()) -> None:
        self._rows: list[dict[str, float]] = [dict(row) for row in rows]

    def add(self, row: dict[str, float]) -> None:
        """Append the row of the next epoch."""
        self._rows.append({"epoch": len(self._rows) + 1, **row})

    def until(self, epoch: int) -> History:
        """Return the history of the first epochs."""
        return History(self._rows[:epoch])

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(self._rows[0]) if self._rows else ()

    def __getitem__(self, what: str | int) -> list[float] | dict[str, float]:
        if not isinstance(what, str):
            return dict(self._rows[what])
        if self._rows and what not in self.columns:
            raise DefinitionError(
                f"the column {what[:40]!r} of a history", f"its columns: {', '.join(self.columns)}",
                "metrics need validation data: sb.train(…, validation=…, metrics=…)",
            )  # fmt: skip
        return [row[what] for row in self._rows]

    def __iter__(self) -> Iterator[dict[str, float]]:
        return (dict(row) for row in self._rows)

    def __len__(self) -> int:
        return len(self._rows)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, History) and self._rows == other._rows

    __hash__ = None

    # Files ---------------------------------------------------------------------------------------

    def save(self, path: str | PathLike[str]) -> Path:
        """Write the history as .json, .csv, or as a chart, .svg or .png; raises FileError."""
        suffix = Path(path).suffix.lower()
        if suffix in (".svg", ".png"):
            return self.chart().save(path)
        if suffix == ".json":
            return write_whole(path, self.json())
        if suffix == ".csv":
            return write_whole(path, self._csv())
        raise FileError(
            f"save the history as {str(path)[:200]!r}", f"the suffix {suffix!r}",
            "use .json, .csv, .svg or .png",
        )  # fmt: skip

    def json(self) -> str:
        """Return the history as JSON, from which ``load`` makes the very same numbers."""
        columns = {c: [_plain(row[c]) for row in self._rows] for c in self.columns}
        return json.dumps({"kind": KIND, "version": VERSION, "columns": columns}, indent=1) + "\n"

    @classmethod
    def load(cls, path: str | PathLike[str]) -> History:
        """Return the history in a .json file that ``save`` wrote; raises FileError."""
        asked = f"the history in {str(path)[:200]!r} was to be read"
        text = read_text(path, asked, LONGEST_FILE)
        try:
            found = json.loads(text)
            if found["kind"] != KIND or found["version"] != VERSION:
                raise ValueError("another kind or version")
            columns = found["columns"]
            rows = [dict(zip(columns, c, strict=True)) for c in zip(*columns.values(), strict=True)]
            return cls(rows_from(rows))
        except (KeyError, TypeError, ValueError, AttributeError, RecursionError):
            raise FileError(
                asked, "no history", 'write one with run.history.save("history.json")'
            ) from None

    def _csv(self) -> str:
        text = io.StringIO()
        lines = csv.writer(text, lineterminator="\n")
        lines.writerow(self.columns)
        lines.writerows([repr(row[c]) for c in self.columns] for row in self._rows)
        return text.getvalue()

    # Reading -------------------------------------------------------------------------------------

    def chart(self) -> Chart | Sheet:
        """Return the losses over the epochs, and beside them each metric; raises DefinitionError.

        A loss that falls by more than a factor of 50 is drawn on a logarithmic axis.
        """
        if not self._rows:
            raise DefinitionError("a chart of a history", "no epoch was finished", "train first")
        losses = [c for c in LOSSES if c in self.columns]
        others = [c for c in self.columns if c not in ("epoch", *LOSSES)]
        charts = [self._drawn("Loss", losses), *(self._drawn(_words(c), [c]) for c in others)]
        return charts[0] if len(charts) == 1 else Sheet(tuple(charts), min(len(charts), 2))

    def _drawn(self, title: str, columns: list[str]) -> Chart:
        numbers = [row[c] for c in columns for row in self._rows if math.isfinite(row[c])]
        wide = columns[0] in LOSSES and min(numbers, default=0) > 0
        scale = "log" if wide and max(numbers) > WIDE * min(numbers) else "linear"
        names = {"loss": "training", "validation_loss": "validation"} if len(columns) > 1 else {}
        lines = {names.get(c, _words(c)): (self["epoch"], self[c]) for c in columns}
        title = title[:1].upper() + title[1:]
        return line_chart(title, lines, x_label="epoch", y_label=_words(columns[0]), y_scale=scale)

    def __repr__(self) -> str:
        return f"History({len(self)} epochs: {', '.join(self.columns)})"

    def __str__(self) -> str:
        if not self._rows:
            return "no epoch was finished"
        lines = self._cells()
        widths = [max(len(line[i]) for line in lines) for i in range(len(self.columns))]
        return "\n".join(
            "  ".join(cell.rjust(width) for cell, width in zip(line, widths, strict=True))
            for line in lines
        )

    def _repr_html_(self) -> str:
        if not self._rows:
            return f"<p>{self}</p>"
        head, *rows = self._cells()
        lines = [f"<tr>{''.join(f'<th>{escape(cell)}</th>' for cell in head)}</tr>"]
        lines += [f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows]
        return f"<table>{''.join(lines)}</table>"

    def _cells(self) -> list[list[str]]:
        """Return the table that prints, its head first."""
        head = [_words(column) for column in self.columns]
        return [head, *([shown(c, row[c]) for c in self.columns] for row in self._chosen())]

    def _chosen(self) -> list[dict[str, float]]:
        """Return the rows that are printed: all, or the first, the last and some between."""
        last = len(self._rows) - 1
        if last < MOST_ROWS:
            return self._rows
        return [self._rows[round(i * last / (MOST_ROWS - 1))] for i in range(MOST_ROWS)]


def rows_from(rows: object) -> list[dict[str, float]]:
    """Return rows read from JSON, in which nan and inf are text; raises ValueError, TypeError."""
    made = []
    for number, row in enumerate(rows, start=1):
        values = {str(c): value if c == "epoch" else _number(value) for c, value in row.items()}
        if values.get("epoch") != number or "loss" not in values:
            raise ValueError("a row that is no epoch")
        made.append(values)
    return made


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise TypeError("no number")
    return float(value)


def _plain(value: float) -> float | str:
    # Why text? JSON has no nan and no infinity.
    return value if math.isfinite(value) else str(value)


def _words(column: str) -> str:
    return column.replace("_", " ")


def shown(column: str, value: float) -> str:
    """Return a number of a column as people read it: 0.02314, 97.5 %."""
    if column == "epoch":
        return str(value)
    if column in SHARES:
        return f"{100 * value:.1f} %"
    return f"{value:.3g}" if column == RATE else f"{value:.5g}"
