"""Texts cut into lines: one a statement; "= …" is equal to what stood before it.

An open bracket continues a line on the next one. dW1 = X.T @ dZ1 = … makes two claims about dW1.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from symback.checking.reading.names import without_fraction
from symback.checking.reading.script import Line
from symback.checking.reading.text import statements_of, text_of
from symback.errors import ValuesError

MOST_LINES = 2000
EQUALS = re.compile(r"(?<![<>=!+\-*/:@%&|^])=(?!=)")


def lines_of(written: str | Sequence[str], file: str) -> list[Line]:
    """Return the lines of a text or of a list of texts; raises TextError."""
    texts = [written] if isinstance(written, str) else list(written)
    pieces = [piece for text in texts for piece in _logical(text)]
    if len(pieces) > MOST_LINES:
        raise ValuesError(f"{file}: lines were asked for", f"{len(pieces)}", f"up to {MOST_LINES}")
    found: list[Line] = []
    target = ""
    for number, piece in enumerate(pieces, start=1):
        sides = _sides(piece)
        goes_on = not sides[0] and len(sides) > 1
        if len(sides) > 1 and sides[0]:
            target = without_fraction(sides[0])
        for place, side in enumerate(sides[1:] or sides):
            later = goes_on or place > 0
            whole = f"{target} = {side}" if len(sides) > 1 and target else side
            # Why empty lines before it? So that errors and reports count the person's lines.
            text = text_of("\n" * (number - 1) + " ".join(whole.split("\n")), file)
            found += [Line(text, statement, later) for statement in statements_of(text)]
    return found


def _logical(text: str) -> Iterator[str]:
    """Yield lines without comments; one goes on while a bracket is open; a ; ends one too."""
    depth, collected = 0, ""
    for character in _without_comments(text):
        depth += (character in "([{") - (character in ")]}")
        if character in "\n;" and depth <= 0:
            if collected.strip():
                yield collected.strip()
            depth, collected = 0, ""
        else:
            collected += character
    if collected.strip():
        yield collected.strip()


def _without_comments(text: str) -> str:
    return re.sub(r"#[^\n]*", "", text.replace("\r\n", "\n").replace("\r", "\n"))


def _sides(piece: str) -> list[str]:
    """Return what stands between the = outside of brackets, also before the first."""
    sides, start = [], 0
    for match in EQUALS.finditer(piece):
        before = piece[: match.start()]
        if all(before.count(a) == before.count(b) for a, b in ("()", "[]", "{}")):
            sides.append(piece[start : match.start()].strip())
            start = match.end()
    return [*sides, piece[start:].strip()]
