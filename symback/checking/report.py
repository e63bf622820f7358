"""What a check found: one row for each claim, a verdict, hints of rising strength, the answer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape

from symback.errors import CheckError

HEADINGS = ("claim", "exact", "approximate", "max difference", "diagnosis")

RIGHT = "right"
WRONG = "wrong"
FOLLOWS = "follows"  # the line is right, what it builds on is not
SHAPE = "wrong shape"
NO_VALUE = "no value"  # it cannot be computed

LONGEST_SHOWN = 200  # characters of what a person wrote
ANSWER = 4  # the strength of hints at which the right formula is shown


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """Why a claim is wrong: the names of the mistakes, three hints, and the right formula.

    ``where`` are the tensors at whose adjoints they happened, ``brief`` is the cause in a few
    words. ``known`` is False where no mistake of the catalogue explains the claim.
    """

    mistakes: tuple[str, ...]
    where: tuple[str, ...]
    brief: str
    hints: tuple[str, str, str]
    answer: str = ""
    known: bool = True

    @property
    def cause(self) -> str:
        """The strongest hint: the exact cause."""
        return self.hints[2]

    def shown(self, strength: int) -> tuple[str, ...]:
        """Return the hints up to this strength, with the answer behind the third."""
        told = tuple(dict.fromkeys(hint for hint in self.hints[: max(0, strength)] if hint))
        return (*told, self.answer) if strength >= ANSWER and self.answer else told


@dataclass(frozen=True, slots=True)
class CheckRow:
    """One claim and its verdict.

    ``subject`` is what was claimed ("∂L/∂W1"), ``source`` the claim as given, ``place`` where it
    stood. ``difference`` is the largest difference of an entry; ``note`` a fact beside the verdict.
    """

    name: str
    subject: str
    verdict: str
    source: str = ""
    place: str = ""
    exact: bool = False
    approximate: bool = False
    difference: float = 0.0
    note: str = ""
    diagnosis: Diagnosis | None = None

    @property
    def passed(self) -> bool:
        """Is what was claimed right?"""
        return self.verdict == RIGHT

    def cells(self, strength: int) -> tuple[str, ...]:
        """The row as text, one for each heading, with hints of this strength."""
        place = f" ({_one_line(self.place)})" if self.place else ""
        subject = f"{self.subject}{place}"
        found = (_yes(self.exact), _yes(self.approximate), f"{self.difference:.1e}")
        if self.verdict in (NO_VALUE, SHAPE):
            found = ("", "", "")
        return (subject, *found, ": ".join((self.verdict, *self._words(strength))))

    def _words(self, strength: int) -> tuple[str, ...]:
        """The diagnosis in a few words, after the verdict."""
        told = (_one_line(self.note),) if self.note else ()
        if self.diagnosis and strength >= 3:
            return (*told, self.diagnosis.brief)
        return (*told, *self.diagnosis.shown(strength)[-1:]) if self.diagnosis else told


@dataclass(frozen=True, slots=True)
class CheckReport:
    """The rows of a check, in the order in which they were claimed; it prints as a table.

    ``first`` is the place of the first wrong row in the order of the backward pass, or -1.
    ``strength`` says how much is told: 0 the verdicts, 1 where to look, 2 what kind of mistake,
    3 the cause, 4 the right formula too.
    """

    name: str
    rows: tuple[CheckRow, ...]
    setting: str
    first: int = -1
    strength: int = ANSWER

    @property
    def passed(self) -> bool:
        """Is every claim right, and was there any?"""
        return bool(self.rows) and all(row.passed for row in self.rows)

    def __bool__(self) -> bool:
        return self.passed

    @property
    def first_wrong(self) -> CheckRow | None:
        """The first wrong claim in the order of the backward pass; None if all are right."""
        return self.rows[self.first] if self.first >= 0 else None

    def __getitem__(self, name: object) -> CheckRow:
        """Return the row of a tensor by its name, the last one if it was claimed twice."""
        wanted = getattr(name, "name", name)
        for row in reversed(self.rows):
            if row.name == wanted:
                return row
        known = ", ".join(dict.fromkeys(row.name for row in self.rows))
        raise CheckError(f"the row of {wanted}", "nothing was claimed of it", f"rows: {known}")

    def __iter__(self) -> Iterator[CheckRow]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    def require(self) -> CheckReport:
        """Return the report; raise CheckError if a claim is wrong."""
        if not self.passed:
            raise CheckError(f"the claims about {self.name}", self.verdict, "see the report")
        return self

    @property
    def verdict(self) -> str:
        """One sentence: how many claims are right, and which is the first that is not."""
        wrong = sum(not row.passed for row in self.rows)
        if not wrong:
            return f"right: all {len(self.rows)} claims" if len(self.rows) > 1 else "right"
        row = self.first_wrong
        if len(self.rows) == 1:
            return f"{row.verdict}: {row.subject}"
        of = f"{wrong} of {len(self.rows)} claims are not right"
        place = f" ({_one_line(row.place)})" if row.place else ""
        return f"{of}; the first in the backward pass: {row.subject}{place}"

    @property
    def _explained(self) -> list[tuple[CheckRow, tuple[str, ...]]]:
        """The wrong rows with what is told of each, the first in the backward pass first."""
        order = sorted(range(len(self.rows)), key=lambda place: place != self.first)
        told = []
        for place in order:
            row = self.rows[place]
            hints = row.diagnosis.shown(self.strength) if row.diagnosis else ()
            if hints:
                told.append((row, hints))
        return told

    def __str__(self) -> str:
        cells = [HEADINGS, *(row.cells(self.strength) for row in self.rows)]
        widths = [max(len(line[c]) for line in cells) for c in range(len(HEADINGS) - 1)]
        lines = [_aligned(line, (*widths, 0)) for line in cells]
        rule = "-" * min(100, max(map(len, lines)))
        parts = [f"{self.name}: {self.setting}", lines[0], rule, *lines[1:], rule, self.verdict]
        for row, hints in self._explained:
            source = f"   claimed: {_one_line(row.source)}" if row.source else ""
            parts += ["", f"{row.subject}{source}"]
            parts += [f"  {line}" for hint in hints for line in hint.splitlines()]
        return "\n".join(parts)

    def markdown(self) -> str:
        """Return the table and the hints in Markdown."""
        lines = [HEADINGS, ("---",) * len(HEADINGS)]
        lines += [row.cells(self.strength) for row in self.rows]
        table = "\n".join("| " + " | ".join(_marked(c) for c in line) + " |" for line in lines)
        told = "".join(
            f"\n**{_marked(row.subject)}**\n\n" + "".join(f"- {_marked(h)}\n" for h in hints)
            for row, hints in self._explained
        )
        title = f"{_marked(self.name)}: {_marked(self.setting)}"
        return f"{title}\n\n{table}\n\n{_marked(self.verdict)}\n{told}"

    def _repr_markdown_(self) -> str:
        return self.markdown()

    def _repr_html_(self) -> str:
        # Why styles? Notebooks set the cells of a table flush right, words too.
        left = ' style="text-align:left"'
        head = "".join(f"<th{left}>{escape(h)}</th>" for h in HEADINGS)
        cells = ((f"<td{left}>{escape(c)}</td>" for c in row.cells(self.strength)) for row in self)
        body = "".join(f"<tr>{''.join(row)}</tr>" for row in cells)
        told = "".join(
            f"<p><b>{escape(row.subject)}</b></p><ol>"
            + "".join(f"<li>{_lines(h)}</li>" for h in hints)
            + "</ol>"
            for row, hints in self._explained
        )
        return (
            f"<p>{escape(self.name)}: {escape(self.setting)}</p><table><tr>{head}</tr>{body}"
            f"</table><p>{escape(self.verdict)}</p>{told}"
        )


def _one_line(text: str) -> str:
    """Return what a person wrote as one line without control characters, not too long."""
    shown = " ".join("".join(c if c.isprintable() else " " for c in text[:2000]).split())
    return shown if len(shown) <= LONGEST_SHOWN else f"{shown[: LONGEST_SHOWN - 1]}…"


def _lines(text: str) -> str:
    return escape(text).replace("\n", "<br>")


def _yes(value: bool) -> str:
    return "yes" if value else "no"


# What Markdown would take for its own signs.
SIGNS = str.maketrans({sign: f"\\{sign}" for sign in "\\`*_|<>[]$"})


def _marked(text: str) -> str:
    return text.translate(SIGNS)


def _aligned(cells: Sequence[str], widths: Sequence[int]) -> str:
    """Align text to the left; the last column is not padded."""
    pairs = zip(cells, widths, strict=True)
    return "  ".join(cell.ljust(width) for cell, width in pairs).rstrip()
