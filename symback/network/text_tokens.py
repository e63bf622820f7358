"""The words and signs of an expression, looked at one by one before Python's ast sees the whole.

This is where a slip gets the sentence that helps: ``^`` for a power, ``2x``, ``W @ X``, ``lambda``.
"""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterator

from symback.algebra.letters import KEYWORD_SUGGESTIONS
from symback.errors import SymbackError, TextError
from symback.network.magnitude import checked_literal
from symback.network.text_source import Piece

TOKEN = re.compile(
    r"(?P<space>\s+)"
    r"|(?P<number>(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:[eE][+-]?\d+)?)"
    r"|(?P<name>[A-Za-z_][A-Za-z0-9_]*)"
    r"|(?P<sign>\*\*|//|<=|>=|==|!=|<<|>>|->|:=|&&|\|\||\.\.\.|\.T\b|.)"
)
SIGNS = frozenset(("+", "-", "*", "/", "**", "//", "%", "<", "<=", ">", ">=", "==", "!=", "&", "|"))
SIGNS |= frozenset(("~", "(", ")", "[", "]", ",", "="))
OPERATOR_WORDS = frozenset(("and", "or", "not"))

# A sign that is not in the language -> what to write.
INSTEAD = {
    "^": "powers are written **: x**2",
    "@": "write the sum of a matrix product: sum(X[n,i]*W[i,h], i)",
    ".T": "swap the letters to transpose: W[h,i] for W.T",
    "&&": "write & or and",
    "||": "write | or or; abs(x) for |x|",
    "!": "write not or ~; not equal is !=",
    "...": "write all terms, or a sum over a letter",
    ".": "functions stand alone: exp(x), not np.exp(x)",
    ":": "write a letter for every axis: X[n,i]",
    "{": "brackets are ( ) and [ ]",
    "}": "brackets are ( ) and [ ]",
    ";": "one equation a line",
    '"': "there is no text in an equation",
    "'": "there is no text in an equation; derivatives come from derive",
}
WORDS_INSTEAD = {
    "if": "write where(condition, a, b)",
    "else": "write where(condition, a, b)",
    "for": "write sum(…, i) over a letter",
    "in": "compare with <= and <",
    "is": "write ==",
    "True": "write 1",
    "False": "write 0",
    "None": "leave it out",
}


def check_tokens(piece: Piece) -> None:
    """Raise TextError for the first word, number or sign that cannot stand in an expression."""
    last, last_kind = "", "sign"
    for kind, text, place in _tokens(piece):
        if kind == "number":
            _check_number(piece, text, place)
        elif kind == "name":
            _check_word(piece, text, place)
        elif text not in SIGNS:
            asked = f"the sign {text}"
            raise piece.error(place, asked, "it is not in the language", INSTEAD.get(text, ""))
        elif text == "=" and last != "at":
            helps = "write == to compare; an equation has one = , behind its name"
            raise piece.error(place, "an expression was asked for", "a second =", helps)
        starts = kind != "sign" and text not in OPERATOR_WORDS
        if text in ("(", "[") and last in (")", "]"):
            starts = True
        if text == "(" and last_kind == "number":
            starts = True
        ends = last in (")", "]") or (last_kind != "sign" and last not in OPERATOR_WORDS)
        if starts and ends:
            helps = (
                f"write {last} * {text}" if last_kind != "sign" else f"write * or , before {text}"
            )
            found = f"{text} right behind {last}"
            raise piece.error(place, "an operator was asked for", found, helps)
        last, last_kind = text, kind


def _tokens(piece: Piece) -> Iterator[tuple[str, str, int]]:
    for match in TOKEN.finditer(piece.text):
        if match.lastgroup != "space":
            yield match.lastgroup, match[0], match.start()


def _check_number(piece: Piece, text: str, place: int) -> None:
    try:
        checked_literal("a number", text.replace("_", ""))
    except SymbackError as error:
        raise piece.located(place, error) from None
    if text.isdecimal() and text.startswith("0") and text.strip("0"):
        raise piece.error(
            place, f"the number {text}", "a leading zero", f"write {text.lstrip('0')}"
        )


def _check_word(piece: Piece, text: str, place: int) -> None:
    if text.startswith("_"):
        raise piece.error(place, f"the name {text}", "it begins with _", "begin with a letter")
    if keyword.iskeyword(text) and text not in OPERATOR_WORDS:
        suggested = KEYWORD_SUGGESTIONS.get(text, text + "_")
        helps = WORDS_INSTEAD.get(text, f"if it is meant as a name, use {suggested}")
        raise piece.error(place, f"the word {text}", "a keyword of Python", helps)


def syntax_error(piece: Piece, error: SyntaxError) -> TextError:
    """Return a TextError at the place where Python's parser stopped reading."""
    asked, lines = "an expression was asked for", piece.text.split("\n")
    # The piece stood in brackets, which moves its first line by one.
    line = min(max((error.lineno or 1) - 1, 0), len(lines) - 1)
    column = min(max((error.offset or 1) - 1 - (line == 0), 0), len(lines[line]))
    place, end = sum(len(t) + 1 for t in lines[:line]) + column, len(piece.text.rstrip())
    if "too many nested" in (error.msg or ""):
        helps = "give its parts names of their own"
        return piece.error(place, asked, "too many brackets in each other", helps)
    if place >= end:
        return piece.error(end, asked, "it ends too early")
    return piece.error(place, asked, "something that does not fit here")
