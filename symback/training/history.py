"""What training saw: one row of numbers for each epoch."""

from __future__ import annotations

from collections.abc import Iterator

SHARES = ("accuracy",)  # columns that print as per cent
MOST_ROWS = 12


class History:
    """The rows of a training: ``history["loss"]`` is a column, ``history[-1]`` a row.

    Columns are epoch (from 1), loss, and with validation data validation_loss and accuracy. The
    loss of an epoch is the mean over its batches, each measured before its step.
    """

    def __init__(self) -> None:
        self._rows: list[dict[str, float]] = []

    def add(self, row: dict[str, float]) -> None:
        """Append the row of the next epoch."""
        self._rows.append({"epoch": len(self._rows) + 1, **row})

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(self._rows[0]) if self._rows else ()

    def __getitem__(self, what: str | int) -> list[float] | dict[str, float]:
        if isinstance(what, str):
            return [row[what] for row in self._rows]
        return dict(self._rows[what])

    def __iter__(self) -> Iterator[dict[str, float]]:
        return (dict(row) for row in self._rows)

    def __len__(self) -> int:
        return len(self._rows)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, History) and self._rows == other._rows

    __hash__ = None

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
        head, *rows = self._cells()
        lines = [f"<tr>{''.join(f'<th>{cell}</th>' for cell in head)}</tr>"]
        lines += [f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows]
        return f"<table>{''.join(lines)}</table>"

    def _cells(self) -> list[list[str]]:
        """Return the table that prints, its head first."""
        head = [column.replace("_", " ") for column in self.columns]
        return [head, *([shown(c, row[c]) for c in self.columns] for row in self._chosen())]

    def _chosen(self) -> list[dict[str, float]]:
        """Return the rows that are printed: all, or the first, the last and some between."""
        last = len(self._rows) - 1
        if last < MOST_ROWS:
            return self._rows
        return [self._rows[round(i * last / (MOST_ROWS - 1))] for i in range(MOST_ROWS)]


def shown(column: str, value: float) -> str:
    """Return a number of a column as people read it: 0.02314, 97.5 %."""
    if column == "epoch":
        return str(value)
    return f"{100 * value:.1f} %" if column in SHARES else f"{value:.5g}"
