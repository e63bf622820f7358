r"""Rows of a figure's text as LaTeX, in its own type: $w_{1}$, $\bar{Z}_{2}$, $(y-a)^{2}$.

Whatever a text holds, it is printed and never obeyed. Needs graphicx and xcolor.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from symback.diagrams.richtext import BASE, SUBSCRIPT, SUPERSCRIPT, Piece
from symback.diagrams.styles import TEXT_COLOURS
from symback.diagrams.typography import Row
from symback.notation.latex_text import MATHEMATICS, escaped

# Why is a row scaled, and not set in small type? TeX's small faces are wider for their size.
TYPE_SIZE = 10.0
# Its face of this size, too, is wider than the one for which room was reserved.
NARROWER = 0.9
SIGNS = frozenset("+-=()[]/*,;.:|<>")


def row_latex(row: Row, scale: float) -> str:
    """Return a row of text with its size and colours; ``scale`` is points for each unit."""
    text = "".join(
        rf"\textcolor{{{colour_name(TEXT_COLOURS[role])}}}{{{pieces_latex(list(pieces))}}}"
        for role, pieces in _by_role(row)
    )
    share = NARROWER * scale * row.size / TYPE_SIZE
    return f"\\scalebox{{{share:.3f}}}{{%\n\\fontsize{{10}}{{12}}\\selectfont{{}}{text}}}"


def colour_name(colour: str) -> str:
    """Return what a colour of a figure is called in LaTeX: value is symbackvalue."""
    return "symback" + colour.replace(" ", "")


def _by_role(row: Row) -> list[tuple[str, list[Piece]]]:
    runs = groupby(row.pieces, lambda placed: placed.role)
    return [(role, [placed.piece for placed in run]) for role, run in runs]


def pieces_latex(pieces: Sequence[Piece]) -> str:
    """Return pieces in LaTeX: each base with the scripts that follow it."""
    text, position = "", 0
    while position < len(pieces):
        base = pieces[position] if pieces[position].place == BASE else Piece("")
        end = start = position + (pieces[position].place == BASE)
        while end < len(pieces) and pieces[end].place != BASE:
            end += 1
        text += _symbol(base, pieces[start:end])
        position = end
    return text


def _symbol(base: Piece, scripts: Sequence[Piece]) -> str:
    raised = "".join(
        f"{mark}{{{''.join(_script(piece) for piece in scripts if piece.place == place)}}}"
        for mark, place in (("_", SUBSCRIPT), ("^", SUPERSCRIPT))
        if any(piece.place == place for piece in scripts)
    )
    core = _core(base)
    if not core:
        # What carries the scripts is the end of a text: (y − a)².
        return escaped(base.text) + (f"${{}}{raised}$" if raised else "")
    if base.bar:
        core = rf"\{'bar' if len(base.text.strip()) == 1 else 'overline'}{{{core}}}"
    return f"${core}{raised}$"


def _core(base: Piece) -> str:
    """Return a letter or a word as a formula; "" for what is plain text."""
    text = base.text
    known = MATHEMATICS.get(text)
    if known and not text.isspace():
        return known
    if text.isascii() and text.isalnum():
        return (
            (text if len(text) == 1 else rf"\mathit{{{text}}}")
            if base.italic
            else (rf"\mathrm{{{text}}}")
        )
    if base.bar or base.italic:
        return rf"\mbox{{{escaped(text)}}}"
    return ""


def _script(piece: Piece) -> str:
    """Return a script: short names in italics, as within the formulas of a page, words upright."""
    if all(character in MATHEMATICS or _is_plain(character) for character in piece.text):
        return "".join(_plain_script(run, piece) for run in _runs(piece.text))
    return rf"\mbox{{\scriptsize {escaped(piece.text)}}}"


def _is_plain(character: str) -> bool:
    return character.isascii() and (character.isalnum() or character in SIGNS)


def _runs(text: str) -> list[str]:
    return ["".join(run) for _, run in groupby(text, lambda c: c.isascii() and c.isalnum())]


def _plain_script(run: str, piece: Piece) -> str:
    if not (run.isascii() and run.isalnum()):
        return "".join(_math(character) for character in run)
    letters = run.rstrip("0123456789")
    return run if piece.italic or len(letters) <= 2 else rf"\mathrm{{{run}}}"


def _math(character: str) -> str:
    known = MATHEMATICS.get(character)
    return f"{{{known}}}" if known else character
