"""Texts cut into lines: one a statement; "= …" is equal to what stood before it.

An open bracket continues a line on the next one. dW1 = X.T @ dZ1 = … makes two claims about dW1.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from symback.checking.reading.definitions import Line
from symback.checking.reading.names import without_fraction
from symback.checking.reading.text import LONGEST_TEXT, statements_of, text_of
from symback.errors import TextError

MOST_LINES = 2000
EQUALS = re.compile(r"(?<![<>=!+\-*/:@%&|^])=(?!=)")


def lines_of(written: str | Sequence[str], file: str) -> list[Line]:
    """Return the lines of a text or of a list of texts; raises TextError."""
    whole = written if isinstance(written, str) else "\n".join(written)
    if len(whole) > LONGEST_TEXT:
        found = f"{len(whole)} characters"
        raise TextError(f"{file}: lines were asked for", found, f"up to {LONGEST_TEXT}")
    pieces = list(_logical(whole.strip("\r\n")))
    if len(pieces) > MOST_LINES:
        raise TextError(f"{file}: lines were asked for", f"{len(pieces)}", f"up to {MOST_LINES}")
    found: list[Line] = []
    target = ""
    for number, piece in pieces:
        sides = _sides(piece)
        goes_on = not sides[0] and len(sides) > 1
        if len(sides) > 1 and sides[0]:
            target = without_fraction(sides[0])
        for place, side in enumerate(sides[1:] or sides):
            later = goes_on or place > 0
            shown = f"{target} = {side}" if len(sides) > 1 and target else side
            # Why empty lines before it? So that errors and reports count the person's lines.
            text = text_of("\n" * (number - 1) + " ".join(shown.split("\n")), file)
            found += [Line(text, statement, later) for statement in statements_of(text)]
    return found


def _logical(text: str) -> Iterator[tuple[int, str]]:
    """Yield (number, line) without comments; an open bracket goes on, a ; ends a line too."""
    depth, number, first, collected = 0, 1, 1, []
    for character in _without_comments(text) + "\n":
        depth += (character in "([{") - (character in ")]}")
        if character in "\n;" and depth <= 0:
            piece = "".join(collected).strip()
            if piece:
                yield first, piece
            depth, collected = 0, []
            first = number + (character == "\n")
        else:
            collected.append(character)
        number += character == "\n"
    piece = "".join(collected).strip()
    if piece:
        yield first, piece


def _without_comments(text: str) -> str:
    return re.sub(r"#[^\n]*", "", text.replace("\r\n", "\n").replace("\r", "\n"))


def _sides(piece: str) -> list[str]:
    """Return what stands between the = outside of brackets, also before the first."""
    equals = {match.start() for match in EQUALS.finditer(piece)}
    sides, start, depth = [], 0, 0
    for place, character in enumerate(piece):
        depth += (character in "([{") - (character in ")]}")
        if place in equals and depth == 0:
            sides.append(piece[start:place].strip())
            start = place + 1
    return [*sides, piece[start:].strip()]
