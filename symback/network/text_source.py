"""Text cut into logical lines, and errors that show the place: file, line, column, and a caret.

A comment runs from # to the end of its line; an open bracket continues a line on the next one.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from symback.errors import NotYetError, SymbackError, TextError

LONGEST_TEXT = 10_000_000
LONGEST_LINE = 200_000
SHOWN = 90
CONTINUED = "\n         "  # lines up with the text behind "  found: "

MARKS = re.compile(r"""[#"'()\[\]{}]""")
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
NOT_ASCII = re.compile(r"[^\x00-\x7f]")
OPENING = {")": "(", "]": "[", "}": "{"}

# What people paste from books, and what the language writes for it.
SPELLINGS = {
    "−": "-", "–": "-", "—": "-", "×": "*", "·": "*", "⋅": "*", "∗": "*", "⊙": "*", "÷": "/",
    "²": "**2", "³": "**3", "½": "1/2", "≤": "<=", "≥": ">=", "≠": "!=", "∑": "sum(…, i)",
    "Σ": "sum(…, i)", "√": "sqrt(…)", "∞": "oo", "“": '"', "”": '"', "‘": "'", "’": "'", "…": "...",
    "σ": "sigmoid(…), or sigma for a name", "λ": "lam",
    "\u00a0": "a space", "\u2009": "a space", "\u200b": "nothing", "\ufeff": "nothing",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Source:
    """A text and the name that errors give it."""

    file: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a source, comments cut out; ``line`` and ``column`` are 0-based."""

    source: Source
    text: str
    line: int
    column: int

    def part(self, start: int, end: int | None = None) -> Piece:
        """Return the stretch from one offset to another."""
        line, column = self.place(start)
        return Piece(self.source, self.text[start:end], line, column)

    def place(self, offset: int) -> tuple[int, int]:
        """Return (line, column) of an offset into the text."""
        before = self.text[:offset]
        newlines = before.count("\n")
        if not newlines:
            return self.line, self.column + offset
        return self.line + newlines, offset - before.rindex("\n") - 1

    def where(self, offset: int = 0) -> str:
        """Return file, line and column of an offset, as errors begin."""
        line, column = self.place(offset)
        return f"{self.source.file}, line {line + 1}, column {column + 1}"

    def error(self, offset: int, asked: str, found: str, helps: str = "") -> TextError:
        """Return a TextError at an offset, showing the line with a caret."""
        line, column = self.place(offset)
        shown = CONTINUED + CONTINUED.join(_pointed(self.source.lines[line], column))
        return TextError(f"{self.where(offset)}: {asked}", found + shown, helps)

    def located(self, offset: int, error: SymbackError) -> SymbackError:
        """Return an error of the network or the algebra as one of this place if it has none."""
        if error.asked.startswith(f"{self.source.file}, line "):
            return error
        located = self.error(offset, error.asked, error.found, error.helps)
        if isinstance(error, NotYetError):
            return NotYetError(located.asked, located.found, located.helps)
        return located


def _pointed(line: str, column: int) -> tuple[str, str]:
    """Return the line, clipped, and a line with a caret under the column."""
    start = max(0, column - SHOWN * 2 // 3) if len(line) > SHOWN else 0
    stretch = line[start : start + SHOWN]
    shown = "".join(c if c.isprintable() else " " if c == "\t" else "?" for c in stretch)
    front, back = "…" if start else "", "…" if start + SHOWN < len(line) else ""
    return f"{front}{shown}{back}", " " * (len(front) + column - start) + "^"


def source_of(text: str, file: str) -> Source:
    """Return the source of a text; raises TextError for one that is too long or not text."""
    if not isinstance(text, str):
        raise TextError(f"{file}: text was asked for", type(text).__name__, "read files with read")
    if len(text) > LONGEST_TEXT:
        found = f"{len(text)} characters"
        raise TextError(f"{file}: the text of a network", found, f"texts run to {LONGEST_TEXT}")
    source = Source(file, tuple(re.split(r"\r\n|\r|\n", text)))
    match = CONTROL.search(text.replace("\r", "\n"))
    if match:
        before = re.split(r"\r\n|\r|\n", text[: match.start()])
        piece = Piece(source, "", len(before) - 1, len(before[-1]))
        raise piece.error(0, "text was asked for", f"the control character {match[0]!r}")
    return source


def logical_lines(source: Source) -> Iterator[Piece]:
    """Yield every line that says something, comments cut, continuation lines joined by newlines.

    Raises TextError for brackets and quotes that do not match, and characters of other alphabets.
    """
    opened: list[tuple[str, int, int]] = []
    first, collected = 0, []
    for number, line in enumerate(source.lines):
        if not collected:
            first = number
        collected.append(_without_comment(source, number, line, opened))
        if opened:
            continue
        piece = Piece(source, "\n".join(collected), first, 0)
        collected = []
        if piece.text.strip():
            _check_characters(piece)
            yield piece
    if opened:
        bracket, line, column = opened[-1]
        place = Piece(source, bracket, line, column)
        raise place.error(0, f"a bracket {bracket}", "it is never closed", "close it")


def _without_comment(
    source: Source, number: int, line: str, opened: list[tuple[str, int, int]]
) -> str:
    """Return a line up to its comment, and note on ``opened`` the brackets it opens and closes."""
    quoted = 0
    for mark in MARKS.finditer(line):
        if mark.start() < quoted:
            continue
        place = Piece(source, line, number, 0)
        character = mark[0]
        if character == "#":
            return line[: mark.start()]
        if character in "\"'":
            quoted = line.find(character, mark.end()) + 1
            if not quoted:
                raise place.error(mark.start(), "a text in quotes", "it is never closed")
        elif character not in OPENING:
            opened.append((character, number, mark.start()))
        elif not opened or opened[-1][0] != OPENING[character]:
            found = f"nothing that it closes: {opened[-1][0]} is open" if opened else "nothing open"
            raise place.error(mark.start(), f"a bracket {character}", found)
        else:
            opened.pop()
    return line


def _check_characters(piece: Piece) -> None:
    if len(piece.text) > LONGEST_LINE:
        found = f"{len(piece.text)} characters in one line"
        raise piece.error(0, "a line was asked for", found, "give parts names of their own")
    match = NOT_ASCII.search(piece.text)
    if match:
        character = match[0]
        name = unicodedata.name(character, "a character without a name").lower()
        raise piece.error(
            match.start(),
            "the letters, digits and signs of ASCII were asked for",
            f"{character!r} ({name})" if character.isprintable() else name,
            _spelled(character, name),
        )


def _spelled(character: str, name: str) -> str:
    """Return what the language writes for a character of another alphabet."""
    if character in SPELLINGS:
        return f"write {SPELLINGS[character]}"
    if name.startswith("greek small letter "):
        return f"write its name: {name.removeprefix('greek small letter ').split()[0]}"
    base = unicodedata.normalize("NFKD", character)[0]
    return f"type {base}" if base.isascii() and base.isprintable() else "type an ASCII letter"
