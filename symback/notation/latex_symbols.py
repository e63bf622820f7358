"""One symbol in LaTeX: its letter, accents, primes, superscript and subscripts."""

from __future__ import annotations

import re

from symback.notation.latex_text import MATHEMATICS, escaped
from symback.notation.numbered import LETTER, MINUS
from symback.notation.symbols import ACCENTS, GREEK
from symback.notation.tree import Number, Symbol, Tree


def joined(parts: list[str], between: str = "") -> str:
    """Return LaTeX texts beside each other; a command keeps its distance from a letter."""
    text = ""
    for part in parts:
        gap = " " if _ENDS_IN_COMMAND.search(text) and part[:1].isalpha() else ""
        text += (between if text else "") + gap + part
    return text


_ENDS_IN_COMMAND = re.compile(r"\\[A-Za-z]+\Z")
_HEAD = re.compile(r"(\\[a-z]+\{[^{}]*\}|\\[A-Za-z]+|.)(.*)\Z")
_SCRIPT = r"(?:\{(?:[^{}]|\{[^{}]*\})*\}|\\[A-Za-z]+|[^\\{}\s])"
_LOWERED = re.compile(rf"(.*)_({_SCRIPT})((?:\^{_SCRIPT}|')*)\Z")
_SQUARE = re.compile(r"\^(?:\d|\{\d+\})")


def base_latex(base: str, verbatim: bool = False) -> str:
    """Return a letter, a Greek letter unless ``verbatim``, or a word set upright."""
    if base in GREEK and not verbatim:
        return GREEK[base][0]
    if len(base) == 1 and base.isascii() and base.isalnum():
        return base
    return MATHEMATICS.get(base) or rf"\mathrm{{{escaped(base)}}}"


def label_latex(part: str) -> str:
    r"""Return a part of a name's subscript: h1 and xh in italics, longer words upright."""
    if part in GREEK:
        return GREEK[part][0]
    if part.startswith(LETTER):
        return part.replace(LETTER, r"\ell").replace(MINUS, "-")
    letters = part.rstrip("0123456789")
    is_short = len(letters) <= 2 and part.isascii() and part.isalnum()
    return part if is_short else rf"\mathrm{{{escaped(part)}}}"


def _accented(core: str, accents: tuple[str, ...], macros: bool, is_word: bool = False) -> str:
    is_word = is_word or core.startswith(r"\mathrm")
    for accent in accents:
        over_letter, over_word, _ = ACCENTS.get(accent, ACCENTS[accent.rstrip("0123456789")])
        if macros and accent == "bar":
            over_letter, over_word = r"\adj", r"\adjword"
        core = f"{over_word if is_word else over_letter}{{{core}}}"
        if accent not in ACCENTS:
            core = rf"\overset{{{accent.lstrip('bardot')}}}{{{core}}}"
    return core


def _given(symbol: Symbol, indices: str, glued: bool, macros: bool) -> str:
    """Return a symbol of given LaTeX; its indices follow what stands below its last letter.

    An accent goes over the first letter and over a number above it, as in the adjoint of σ².
    """
    head, rest = _HEAD.match(symbol.latex).groups()
    power = _SQUARE.match(rest) if symbol.accents else None
    if power:
        head, rest = head + power[0], rest[power.end() :]
    core = _accented(head, symbol.accents, macros, power is not None)
    lowered = _LOWERED.match(rest)
    if lowered and indices:
        before, below, above = lowered.groups()
        below = below[1:-1] if below.startswith("{") else below
        return f"{core}{before}{above}_{{{below}{',' if glued else ';'}{indices}}}"
    if "_" in rest and indices:
        # A group that holds nothing but an accented letter is that letter to TeX.
        core, rest = f"{{{{}}{core}{rest}}}", ""
    return f"{core}{rest}_{{{indices}}}" if indices else core + rest


def symbol_latex(symbol: Symbol, indices: str, glued: bool, macros: bool) -> str:
    """Return a symbol with its indices; ``glued`` says that these are letters without commas."""
    if symbol.latex:
        return _given(symbol, indices, glued, macros)
    label = [label_latex(part) for part in symbol.label]
    places = all(len(part) == 1 and part.isdigit() for part in symbol.label)
    subscript = joined(label, "" if places else ",")
    if indices:
        subscript += (("," if glued else ";") if subscript else "") + indices
    base = base_latex(symbol.base, symbol.verbatim)
    if symbol.bold:
        base = rf"\mathbf{{{base}}}" if base.isdigit() else rf"\boldsymbol{{{base}}}"
    text = _accented(base, symbol.accents, macros) + "'" * symbol.primes
    if symbol.layer:
        layer = label_latex(symbol.layer)
        text += script("^", layer) if symbol.bare else f"^{{({layer})}}"
    return text + (script("_", subscript) if subscript else "")


def script(mark: str, content: str) -> str:
    """Return a subscript or superscript."""
    return f"{mark}{content}" if len(content) == 1 else f"{mark}{{{content}}}"


def is_single_letter(symbol: Symbol) -> bool:
    """Is this one letter without scripts, so that ij needs no comma?"""
    return (len(symbol.base) == 1 or symbol.base in GREEK) and not (
        symbol.label or symbol.layer or symbol.latex or symbol.indices
    )


def comma(indices: tuple[Tree, ...]) -> str:
    """Return what stands between indices: nothing between letters, else "," or ", ".

    The space shows where a long index ends: X_{n, 2p + r − 1}.
    """
    if any(not isinstance(index, Number | Symbol) or is_entry(index) for index in indices):
        return ", "
    return "" if all(isinstance(i, Symbol) and is_single_letter(i) for i in indices) else ","


def is_entry(index: Tree) -> bool:
    """Is this an entry of a tensor, with indices of its own?"""
    return isinstance(index, Symbol) and bool(index.indices)


RELATIONS = {
    "<=": r"\le", ">=": r"\ge", "==": "=", "!=": r"\ne", "≈": r"\approx", "←": r"\leftarrow",
    "→": r"\to", "∈": r"\in", "≤": r"\le", "≥": r"\ge", "≠": r"\ne", "⇒": r"\Rightarrow",
    ":=": r"\mathrel{:=}",
}  # fmt: skip


def relation_latex(sign: str) -> str:
    """Return a relation such as =, ≤ or ←."""
    return RELATIONS.get(sign, sign)
