"""The confusion matrix: how many samples of each class were taken for which class."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

import numpy as np

from symback.errors import DefinitionError


@dataclass(frozen=True, slots=True, eq=False)
class Confusion:
    """``counts[true, answer]``: rows are the true classes, columns the answers.

    A class that does not occur has no recall, one that is never answered no precision: nan.
    """

    counts: np.ndarray
    names: tuple[str, ...]
    target: str
    prediction: str

    @property
    def accuracy(self) -> float:
        """The share of the samples that were answered rightly."""
        return float(np.trace(self.counts) / self.counts.sum())

    @property
    def recall(self) -> np.ndarray:
        """For each class, the share of its samples that were found."""
        return _shares(self.counts.diagonal(), self.counts.sum(axis=1))

    @property
    def precision(self) -> np.ndarray:
        """For each class, the share of right ones among its answers."""
        return _shares(self.counts.diagonal(), self.counts.sum(axis=0))

    def __repr__(self) -> str:
        found = f"accuracy {100 * self.accuracy:.1f} %"
        return (
            f"Confusion({self.prediction} for {self.target}: {self.counts.sum()} samples, {found})"
        )

    def __str__(self) -> str:
        lines = self._cells()
        widths = [max(len(line[i]) for line in lines) for i in range(len(lines[0]))]
        table = [
            "  ".join(cell.rjust(width) for cell, width in zip(line, widths, strict=True))
            for line in lines
        ]
        return "\n".join([self._title(), *table])

    def _repr_html_(self) -> str:
        head, *rows = self._cells()
        lines = [f"<tr>{''.join(f'<th>{escape(cell)}</th>' for cell in head)}</tr>"]
        for first, *row in rows:
            cells = "".join(f"<td>{escape(cell)}</td>" for cell in row)
            lines.append(f"<tr><th>{escape(first)}</th>{cells}</tr>")
        return f"<p>{escape(self._title())}</p><table>{''.join(lines)}</table>"

    def _title(self) -> str:
        right = int(np.trace(self.counts))
        return (
            f"{self.prediction} for {self.target}: {right} of {self.counts.sum()} right "
            f"({100 * self.accuracy:.1f} %); a row for each true class, a column for each answer"
        )

    def _cells(self) -> list[list[str]]:
        rows = [
            [name, *map(str, counts), _percent(recall)]
            for name, counts, recall in zip(self.names, self.counts, self.recall, strict=True)
        ]
        last = ["precision", *map(_percent, self.precision), ""]
        return [["", *self.names, "recall"], *rows, last]


def confusion(
    truth: np.ndarray, answers: np.ndarray, names: object, count: int, target: str, prediction: str
) -> Confusion:
    """Return the confusion matrix of ``count`` classes; raises DefinitionError for wrong names."""
    given = tuple(map(str, range(count) if names is None else names))
    if len(given) != count:
        raise DefinitionError(
            f"a confusion matrix with {len(given)} names", f"{count} classes", "name each class"
        )
    counts = np.zeros((count, count), int)
    np.add.at(counts, (truth.ravel(), answers.ravel()), 1)
    return Confusion(counts, given, target, prediction)


def _shares(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    return np.divide(part, whole, out=np.full(len(whole), np.nan), where=whole > 0)


def _percent(share: float) -> str:
    return "–" if np.isnan(share) else f"{100 * share:.1f} %"
