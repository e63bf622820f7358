"""What a verification found: one row for each gradient and each chain of steps, and a verdict."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from symback.errors import CheckError

HEADINGS = ("what", "name", "checked", "worst", "at", "verdict")
NUMBERS = (2, 3)  # columns of numbers stand to the right


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a report.

    ``what`` is "gradient", "program" or "steps"; ``checked`` counts entries or steps; ``worst`` is
    the largest relative error, ``place`` where it is; ``note`` says what is wrong, or left out;
    ``like`` names the row whose steps are the same under other names, and were computed for both.
    """

    what: str
    name: str
    checked: int
    worst: float
    place: str
    passed: bool
    note: str = ""
    like: str = ""

    @property
    def cells(self) -> tuple[str, ...]:
        """The row as text, one for each heading."""
        verdict = "WRONG" if not self.passed else "ok" if self.checked else "not compared"
        note = f"{verdict}: {self.note}" if self.note else verdict
        return self.what, self.name, str(self.checked), f"{self.worst:.1e}", self.place, note


@dataclass(frozen=True, slots=True, repr=False)
class Report:
    """The rows of a verification; it prints as a table.

    ``setting`` says at which sizes and values, ``tolerance`` which relative error still passes.
    """

    name: str
    rows: tuple[Row, ...]
    setting: str
    tolerance: float

    @property
    def passed(self) -> bool:
        """Did every row pass, and was anything checked at all?"""
        return bool(self.rows) and all(row.passed for row in self.rows)

    @property
    def worst(self) -> float:
        """The largest relative error of all rows."""
        return max((row.worst for row in self.rows), default=0.0)

    def require(self) -> Report:
        """Return the report; raises CheckError if it has not passed."""
        if not self.passed:
            wrong = [row for row in self.rows if not row.passed]
            found = "; ".join(f"{r.what} {r.name}: {r.note or r.place}" for r in wrong[:5])
            raise CheckError(f"the check of {self.name}", found or "nothing to check", str(self))
        return self

    def __bool__(self) -> bool:
        return self.passed

    def __repr__(self) -> str:
        return f"Report({self.name!r}: {self.verdict})"

    def __str__(self) -> str:
        cells = [HEADINGS, *(row.cells for row in self.rows)]
        widths = [max(len(line[column]) for line in cells) for column in range(len(HEADINGS))]
        lines = [_aligned(line, widths) for line in cells]
        rule = "-" * max(map(len, lines))
        return "\n".join(
            [f"{self.name}: {self.setting}", lines[0], rule, *lines[1:], rule, self.verdict]
        )

    @property
    def verdict(self) -> str:
        """One sentence: what was checked, and whether all of it is right."""
        wrong = sum(not row.passed for row in self.rows)
        counted = ", ".join(f"{self._count(w)} {noun}" for w, noun in COUNTED if self._count(w))
        if self.passed:
            return f"passed: {counted}; worst relative error {self.worst:.1e}"
        return f"FAILED: {wrong} of {len(self.rows)} rows ({counted} checked)"

    def _count(self, what: str) -> int:
        return sum(row.checked for row in self.rows if row.what == what)

    def markdown(self) -> str:
        """Return the table in Markdown."""
        lines = [HEADINGS, ("---",) * len(HEADINGS), *(row.cells for row in self.rows)]
        table = "\n".join(
            "| " + " | ".join(c.replace("|", "\\|") for c in line) + " |" for line in lines
        )
        return f"{self.name}: {self.setting}\n\n{table}\n\n{self.verdict}\n"

    def _repr_markdown_(self) -> str:
        return self.markdown()

    def _repr_html_(self) -> str:
        head = "".join(_cell("th", h, column) for column, h in enumerate(HEADINGS))
        body = "".join(
            f"<tr>{''.join(_cell('td', c, column) for column, c in enumerate(row.cells))}</tr>"
            for row in self.rows
        )
        return (
            f"<p>{escape(self.name)}: {escape(self.setting)}</p>"
            f"<table><tr>{head}</tr>{body}</table><p>{escape(self.verdict)}</p>"
        )


COUNTED = (
    ("gradient", "entries by differences"),
    ("program", "entries of the program"),
    ("steps", "steps"),
)


def _cell(tag: str, text: str, column: int) -> str:
    side = "right" if column in NUMBERS else "left"
    return f'<{tag} style="text-align:{side}">{escape(text)}</{tag}>'


def _aligned(cells: Sequence[str], widths: Sequence[int]) -> str:
    """Align numbers to the right, text to the left; the last column is not padded."""
    padded = [
        cell.rjust(width) if column in NUMBERS else cell.ljust(width)
        for column, (cell, width) in enumerate(zip(cells, widths, strict=True))
    ]
    return "  ".join(padded).rstrip()
