"""Names, formulas, shapes and numbers of a network as the typeset text of a diagram."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from sympy import Expr

from symback.diagrams.richtext import (
    BASE,
    SUBSCRIPT,
    SUPERSCRIPT,
    Piece,
    RichText,
    plain,
    to_unicode,
)
from symback.network.network import Network
from symback.network.tensors import Tensor
from symback.notation.numbers import number_text
from symback.notation.symbols import ACCENTS, GREEK, Symbols, symbols_of
from symback.notation.tree import Number, Symbol
from symback.notation.unicode import unicode

# A name in a formula is first one character of Unicode's private use area, then typeset.
FIRST_MARK, LAST_MARK = 0xE000, 0xF8FF
# Why not before two letters of a word? gelu_tanh is the name of a function.
LOWERED = re.compile(r"_(\{[^}]*\}|(?![a-z]{2}).)")
PRIMES = ("", "′", "″", "‴")
DIGITS = 4
SMALLEST, LARGEST = 1e-4, 1e6  # beyond these a number is a power of ten
MOST_SHOWN_ENTRIES = 3


@dataclass(frozen=True)
class Namer:
    """The typeset names of one network."""

    symbols: Symbols
    marks: Mapping[str, str] = field(default_factory=dict)
    marked: Symbols = field(default_factory=Symbols)
    letters: frozenset[str] = frozenset()
    spelled: Mapping[str, RichText] = field(default_factory=dict)

    def name(self, name: str) -> RichText:
        """Return the symbol of a tensor; of one that has no symbol what it stands for."""
        return self.spelled.get(name) or symbol_text(self.symbols.symbol(name))

    def formula(self, expression: Expr) -> RichText:
        """Return an expression on one line, its names typeset as in ``name``."""
        text = unicode(expression, symbols=self.marked)
        pieces: list[Piece] = []
        end = 0
        for found in LOWERED.finditer(text):
            pieces += self._set(text[end : found.start()], BASE)
            pieces += self._set(found[1].strip("{}"), SUBSCRIPT)
            end = found.end()
        return _joined([*pieces, *self._set(text[end:], BASE)])

    def entry(self, tensor: Tensor) -> str:
        """Return "Z1[n,h]" as plain text."""
        return to_unicode(self.formula(tensor.entry))

    def equation(self, tensor: Tensor, expression: Expr) -> str:
        """Return "Z1[n,h] = Σ_i X[n,i]·W1[i,h]" as plain text."""
        return f"{self.entry(tensor)} = {to_unicode(self.formula(expression))}"

    def shape(self, tensor: Tensor) -> str:
        """Return "N × 64"; nothing for a scalar."""
        return " × ".join(unicode(size, symbols=self.symbols) for size in tensor.shape)

    def _set(self, text: str, place: str) -> list[Piece]:
        """Cut text at the marks of names and set the names in their places."""
        pieces: list[Piece] = []
        for character in text:
            name = self.marks.get(character)
            if name is None:
                pieces.append(Piece(character, place))
                continue
            is_letter = name in self.letters
            own = symbol_text(self.symbols.letter(name)) if is_letter else self.name(name)
            pieces += own if place == BASE else [Piece(p.text, place, p.italic) for p in own]
        return pieces


def namer_of(
    network: Network, of: str = "", spelled: Mapping[str, RichText] | None = None
) -> Namer:
    """Return the typeset names of a network's tensors, letters and sizes.

    ``spelled`` are the texts of tensors that have no symbol of their own.
    """
    symbols = symbols_of(network, of)
    names = [*network.tensors, *network.letters, *network.sizes][: LAST_MARK - FIRST_MARK]
    marks = {chr(FIRST_MARK + number): name for number, name in enumerate(names)}
    marked = {name: Symbol(mark, mark) for mark, name in marks.items()}
    return Namer(symbols, marks, Symbols(marked), frozenset(network.letters), spelled or {})


def symbol_text(symbol: Symbol) -> RichText:
    """Return a symbol with its accents, subscript and superscript in place."""
    base = GREEK[symbol.base][1] if symbol.base in GREEK else symbol.base
    bar = "bar" in symbol.accents
    italic = len(base) == 1 and base.isalpha()
    for accent in symbol.accents:
        if accent != "bar":
            # Higher orders stack as combining characters over the last letter.
            base += ACCENTS.get(accent, ACCENTS["dot2"])[2]
    pieces = [Piece(base + PRIMES[symbol.primes], BASE, italic, bar)]
    single = all(len(part) == 1 for part in symbol.label)
    if symbol.label:
        pieces.append(Piece(("" if single else ",").join(symbol.label), SUBSCRIPT))
    if symbol.layer:
        pieces.append(Piece(f"({symbol.layer})", SUPERSCRIPT))
    return tuple(pieces)


def _joined(pieces: list[Piece]) -> RichText:
    """Return neighbouring pieces of one style as one piece."""
    joined: list[Piece] = []
    for piece in pieces:
        last = joined[-1] if joined else None
        if last and not (last.bar or piece.bar) and _style(last) == _style(piece):
            joined[-1] = Piece(last.text + piece.text, piece.place, piece.italic)
        else:
            joined.append(piece)
    return tuple(joined)


def _style(piece: Piece) -> tuple:
    return piece.place, piece.italic


def number_of(value: float, digits: int = DIGITS) -> str:
    """Return a number with four significant digits: 0.1385, −12, 4.386·10⁻⁵.

    A rounded number keeps its zeros (0.99999 is 1.000), an exact one has none (0.4).
    """
    value = float(value)
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "∞" if value > 0 else "−∞"
    if value and not SMALLEST <= abs(value) < LARGEST:
        mantissa, _, exponent = f"{abs(value):.{digits - 1}e}".partition("e")
        if _is_exact(f"{mantissa}e{exponent}", abs(value)):
            mantissa = mantissa.rstrip("0").rstrip(".")
        return number_text(Number(mantissa, int(exponent), value < 0))
    text = f"{value:.{digits}g}"
    if abs(value) >= 10**digits:
        text = f"{value:.0f}"
    elif not _is_exact(text, value):
        text = f"{value:#.{digits}g}".rstrip(".")
    return text.replace("-", "−") if value else "0"


def _is_exact(text: str, value: float) -> bool:
    """Whether a text spells a number, but for the last digits of arithmetic on floats."""
    return abs(float(text) - value) <= 1e-12 * abs(value)


def value_of(array: object) -> str:
    """Return a scalar as a number, a few entries as they are, and of anything larger its norm."""
    array = np.asarray(array, dtype=float)
    if array.ndim == 0:
        return number_of(array)
    if array.ndim == 1 and array.size <= MOST_SHOWN_ENTRIES:
        digits = DIGITS if array.size < MOST_SHOWN_ENTRIES else DIGITS - 1
        return f"({', '.join(number_of(entry, digits) for entry in array)})"
    return f"norm {number_of(np.linalg.norm(array.ravel()))}"


def constant_text(namer: Namer, tensor: Tensor) -> RichText:
    """Return "λ = 0.01"."""
    value = unicode(tensor.value, symbols=namer.symbols)
    return (*namer.name(tensor.name), *plain(f" = {value}"))
