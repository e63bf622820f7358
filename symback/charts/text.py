"""Words and numbers inside SVG: escaped, short, and about how wide they are."""

from __future__ import annotations

import unicodedata
from xml.sax.saxutils import escape

# Of an em, for a serif face: enough to keep words apart.
NARROW, WIDE, USUAL = 0.28, 0.75, 0.48


def escaped(words: str) -> str:
    """Return words as they stand in SVG, attributes included; control characters are replaced."""
    shown = "".join("\ufffd" if unicodedata.category(c)[0] == "C" else c for c in words)
    return escape(shown, {'"': "&quot;", "'": "&#39;"})


def width(words: str, size: float) -> float:
    """Return about how wide words are."""
    return size * sum(
        NARROW if c in "iljt.,:;'|!()[] " else WIDE if c in "mwMW—…" else USUAL for c in words
    )


def shortened(words: str, longest: int = 60) -> str:
    """Return at most so many characters."""
    return words if len(words) <= longest else words[: longest - 1] + "…"


def number(value: float) -> str:
    """Return a length for SVG: two decimals at most."""
    return f"{value:.2f}".rstrip("0").rstrip(".")
