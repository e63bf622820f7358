"""Typeset text: Z̄₁ is the base Z with a bar and a subscript 1, not a string to cut up.

A ``RichText`` is a tuple of ``Piece`` values in reading order. A subscript and a superscript that
follow the same base stand above each other. Writers with real typography (SVG) set the pieces;
writers without (DOT labels, tooltips, tables in a terminal) take ``to_unicode``.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from itertools import groupby

BASE, SUBSCRIPT, SUPERSCRIPT = "base", "sub", "sup"
PLACES = (BASE, SUBSCRIPT, SUPERSCRIPT)

MACRON, OVERLINE = "\u0304", "\u0305"
SUBSCRIPTS = dict(
    zip("0123456789+-=()aehijklmnoprstuvx", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ", strict=True)
)
SUPERSCRIPTS = dict(zip("0123456789+-=()inT", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁱⁿᵀ", strict=True))
PLACE_OF = dict.fromkeys(SUBSCRIPTS.values(), SUBSCRIPT) | dict.fromkeys(
    SUPERSCRIPTS.values(), SUPERSCRIPT
)
FULL_SIZE = {
    ord(small): "−" if full == "-" else full
    for table in (SUBSCRIPTS, SUPERSCRIPTS)
    for full, small in table.items()
}


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text in one place (base, sub, sup), upright or italic, with or without a bar."""

    text: str
    place: str = BASE
    italic: bool = False
    bar: bool = False


RichText = tuple[Piece, ...]


def plain(text: str) -> RichText:
    """Return ``text`` as one upright piece; no text gives no piece."""
    return (Piece(text),) if text else ()


def symbol(
    base: str, sub: str = "", sup: str = "", *, bar: bool = False, italic: bool | None = None
) -> RichText:
    """base_sub^sup, with a bar over the base if asked: symbol("Z", sub="1", bar=True) is Z̄₁.

    One letter is set in italics, as variables are; a longer base is a word and stands upright.
    """
    slanted = (len(base) == 1 and base.isalpha()) if italic is None else italic
    pieces = [Piece(base, BASE, slanted, bar)]
    if sub:
        pieces.append(Piece(sub, SUBSCRIPT))
    if sup:
        pieces.append(Piece(sup, SUPERSCRIPT))
    return tuple(pieces)


def clean(text: str) -> str:
    """Return ``text`` on one line and visible: control characters become their pictures (␛).

    XML cannot hold most control characters at all, and characters that reverse the reading
    direction could make a figure say something else than its data.
    """
    return "".join(_visible(character) for character in text)


def _visible(character: str) -> str:
    code = ord(character)
    if character in "\t\n\r":
        return " "
    if code < 0x20:
        return chr(0x2400 + code)
    if code == 0x7F:
        return "\u2421"
    category = unicodedata.category(character)
    if category in ("Cc", "Cf", "Cs", "Zl", "Zp") or code & 0xFFFE == 0xFFFE:
        return "\ufffd"
    return character


def clip(rich: RichText, limit: int) -> RichText:
    """Return ``rich`` with at most ``limit`` characters; an ellipsis shows what is cut off."""
    if sum(len(piece.text) for piece in rich) <= limit:
        return rich
    kept, room = [], limit - 1
    for piece in rich:
        kept.append(Piece(piece.text[:room], piece.place, piece.italic, piece.bar))
        room -= len(piece.text)
        if room <= 0:
            break
    last = kept[-1]
    kept[-1] = Piece(last.text + "…", last.place, last.italic, last.bar)
    return tuple(kept)


def shortened(rich: RichText, limit: int) -> RichText:
    """Return at most ``limit`` characters of a sum: whole terms, then an ellipsis."""
    if sum(len(piece.text) for piece in rich) <= limit:
        return rich
    used, kept = 0, ()
    for place, piece in enumerate(rich):
        cut = piece.text.rfind(" + ", 0, max(limit - used - 2, 0)) if piece.place == BASE else -1
        if cut >= 0:
            head = Piece(piece.text[:cut] + " + …", BASE, piece.italic, piece.bar)
            kept = (*rich[:place], head)
        used += len(piece.text)
        if used >= limit:
            break
    return kept or clip(rich, limit)


def unfolded(rich: RichText) -> RichText:
    """Return ``rich`` with small letters of Unicode as sub- and superscripts: 10⁻⁵, (y − a)².

    Few fonts have all of them, and what a font lacks comes from another in another size.
    """
    pieces: list[Piece] = []
    for piece in rich:
        if piece.place != BASE or not any(map(PLACE_OF.get, piece.text)):
            pieces.append(piece)
            continue
        for place, run in groupby(piece.text, lambda character: PLACE_OF.get(character, BASE)):
            text = "".join(run).translate(FULL_SIZE if place != BASE else {})
            pieces.append(Piece(text, place, piece.italic and place == BASE, piece.bar))
    return tuple(pieces)


def to_unicode(rich: RichText) -> str:
    """Return ``rich`` as one line of Unicode: Z̄₁, w⁽¹⁾₀₁, net_h1 where no small letters exist."""
    return "".join(_unicode_piece(piece) for piece in rich)


def _unicode_piece(piece: Piece) -> str:
    text = clean(piece.text)
    if piece.place == SUBSCRIPT:
        return _raised(text, SUBSCRIPTS, "_")
    if piece.place == SUPERSCRIPT:
        return _raised(text, SUPERSCRIPTS, "^")
    if not piece.bar:
        return text
    if len(text) == 1:
        return text + MACRON
    # Unicode has no bar over a word, so each of its characters gets one.
    return "".join(character + OVERLINE for character in text)


def _raised(text: str, table: dict[str, str], mark: str) -> str:
    if all(character in table for character in text):
        return "".join(table[character] for character in text)
    return f"{mark}{text}" if text.isalnum() else f"{mark}({text})"
