"""The width of text without a font engine, and text set piece by piece.

Widths are those of the Times family (Times New Roman, Liberation Serif, STIX Two Text agree
within a few per cent); letters outside the table count as wide, so that reserved room is never
too small.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from symback.diagrams.richtext import BASE, SUBSCRIPT, SUPERSCRIPT, Piece, RichText, clean, unfolded
from symback.diagrams.styles import LINE_HEIGHT, TEXT_SIZES

# Advance widths in thousandths of the type size, upright and italic.
UPRIGHT_WIDTHS = {
    200: "\u202f",
    220: "'′",
    250: " .,·",
    278: "ijltI/:;\\",
    333: "-frJ()[]!`I",
    389: "sJ",
    420: "ετ",
    444: "acezγ?",
    500: "bdghknopquxvyλθρηπβ0123456789*_$#‖∂δ",
    564: "+=<>−×±÷≤≥≠~^FPSσμα√≈",
    600: "φΣΔ",
    611: "ELTZ",
    667: "BCRωψ",
    722: "ADGHKNOQUVXYwΠ∞∑",
    778: "m",
    833: "%&",
    900: "M",
    944: "W@",
    1000: "…→←",
}
ITALIC_WIDTHS = {
    278: "ijltf",
    333: "I",
    389: "rsz",
    444: "cekvxyJλ",
    500: "abdghnopquS",
    556: "LTYZ",
    611: "ABEFPRVX",
    667: "CKNw",
    722: "DGHOQUmω",
    833: "MW",
}


def _by_character(table: dict[int, str]) -> dict[str, int]:
    return {character: width for width, characters in table.items() for character in characters}


UPRIGHT = _by_character(UPRIGHT_WIDTHS)
ITALIC = UPRIGHT | _by_character(ITALIC_WIDTHS)
OTHER_LETTER, WIDE_LETTER = 680, 1040
# Small type, as in subscripts, and where it stands relative to the base line (down is positive).
SMALL = 0.7
SUBSCRIPT_DROP, SUPERSCRIPT_RISE = 0.22, 0.40
# A superscript keeps clear of the top of a slanted letter.
LEAN = 0.09
# The bar over a letter stands higher over Z than over x.
BAR_OVER_TALL, BAR_OVER_SHORT = 0.80, 0.58
BREAKS = re.compile(r"(?= [=+−] )")
SHORT_LETTERS = frozenset("acemnopqrsuvwxyzαγεηικμνοπρσςτυφχψω")


@dataclass(frozen=True, slots=True)
class SetPiece:
    """A piece with its place: ``x`` from the left end of the row, ``y`` down from its base line."""

    piece: Piece
    role: str
    x: float
    y: float
    size: float
    width: float
    bar_y: float


@dataclass(frozen=True, slots=True)
class Row:
    """A row of set text: its pieces, its width and its height."""

    pieces: tuple[SetPiece, ...]
    width: float
    height: float
    size: float

    @property
    def baseline(self) -> float:
        """The distance of the base line from the top of the row."""
        return self.height / 2 + 0.32 * self.size


def text_width(text: str, size: float, italic: bool = False) -> float:
    """Return the width of ``text`` in type of ``size``."""
    table = ITALIC if italic else UPRIGHT
    return sum(_advance(character, table) for character in text) * size / 1000


def has_known_width(text: str) -> bool:
    """Whether the table holds every character of ``text``."""
    return all(character in UPRIGHT for character in text)


def _advance(character: str, table: dict[str, int]) -> int:
    known = table.get(character)
    if known is not None:
        return known
    if unicodedata.combining(character):
        return 0
    wide = unicodedata.east_asian_width(character) in "WF" or ord(character) > 0xFFFF
    return WIDE_LETTER if wide else OTHER_LETTER


def set_row(parts: list[tuple[str, RichText]]) -> Row:
    """Return one row from (role, text) parts, set one after the other."""
    placed: list[SetPiece] = []
    x, row_size, raised = 0.0, 0.0, False
    for role, rich in parts:
        size = TEXT_SIZES[role]
        row_size = max(row_size, size)
        small_start, before = x, BASE
        for piece in unfolded(rich):
            # Why two ends? A superscript starts where the subscript before it starts, above it.
            stacked = piece.place != BASE and before not in (BASE, piece.place)
            start = small_start if stacked else x
            if piece.place == SUPERSCRIPT and placed and placed[-1].piece.italic:
                start += LEAN * size
            placed.append(_set_piece(piece, role, start, size))
            if piece.place != BASE and not stacked:
                small_start = start
            x = max(x, start + placed[-1].width)
            before = piece.place
            raised = raised or piece.bar or piece.place != BASE
    height = row_size * (LINE_HEIGHT + (0.16 if raised else 0.0))
    return Row(tuple(placed), x, height, row_size)


def broken_rows(rich: RichText, width: float, role: str = "formula") -> list[Row]:
    """Return a formula in rows no wider than ``width``, broken at = and + where it has any."""
    rows: list[Row] = []
    line: RichText = ()
    for part in _parts(rich):
        longer = set_row([(role, (*line, *part))])
        if line and longer.width > width:
            rows.append(set_row([(role, line)]))
            line = ()
        line = (*line, *part)
    return [*rows, set_row([(role, line)])] if line else rows


def _parts(rich: RichText) -> list[RichText]:
    """Return the parts between which a formula may be broken: each sign begins its part."""
    parts: list[list[Piece]] = [[]]
    for piece in rich:
        texts = BREAKS.split(piece.text) if piece.place == BASE else [piece.text]
        for place, text in enumerate(texts):
            if place:
                parts.append([])
            if text:
                parts[-1].append(Piece(text, piece.place, piece.italic, piece.bar))
    return [tuple(part) for part in parts if part]


def _set_piece(piece: Piece, role: str, x: float, size: float) -> SetPiece:
    text = clean(piece.text)
    piece = Piece(text, piece.place, piece.italic, piece.bar)
    if piece.place == BASE:
        own, y = size, 0.0
    else:
        own = size * SMALL
        y = size * SUBSCRIPT_DROP if piece.place == SUBSCRIPT else -size * SUPERSCRIPT_RISE
    # Slanted letters lean into what follows them; a hair of room keeps it clear.
    width = text_width(text, own, piece.italic) * 1.02 + (0.03 * own if piece.italic else 0.0)
    low = bool(text) and all(character in SHORT_LETTERS for character in text)
    bar_y = y - own * (BAR_OVER_SHORT if low else BAR_OVER_TALL)
    return SetPiece(piece, role, x, y, own, width, bar_y)
