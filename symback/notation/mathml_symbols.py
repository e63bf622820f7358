"""One number or one symbol in MathML: letter, accents, primes, superscript and subscripts.

A symbol that was given in LaTeX (``Z^{(1)}``, ``\\hat{y}``) is read: the commands that a name may
hold are few (``latex_names``), so a short reader knows them all.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace

from symback.notation.mathml_text import (
    THIN,
    Elements,
    digits,
    element,
    escaped,
    gap,
    infix,
    letter,
    operator,
    row,
    scripted,
    word,
)
from symback.notation.numbered import LETTER
from symback.notation.numbers import grouped
from symback.notation.symbols import ACCENTS, GREEK
from symback.notation.tree import Number, Symbol

SIGNS = {"bar": "‾", "bar2": "˜", "bar3": "ˆ", "dot": "˙", "dot2": "¨"}
COMMA = gap(",", "0")


@dataclass(frozen=True, slots=True)
class Scripted:
    """A base with what stands below and above it; "" for nothing."""

    base: str
    below: str = ""
    above: str = ""

    def element(self) -> str:
        """Return it as one element."""
        return scripted(self.base, self.below, self.above)


def number_elements(tree: Number) -> Elements:
    """Return a number: −0.038098237, 12,500, 2·10⁻¹⁰."""
    sign = [operator("−", form="prefix")] if tree.negative else []
    shown = letter("∞") if tree.mantissa == "∞" else digits(grouped(tree.mantissa, ","))
    if tree.exponent is None:
        return [*sign, shown]
    minus = [operator("−", form="prefix")] if tree.exponent < 0 else []
    power = element("msup", digits("10"), row([*minus, digits(str(abs(tree.exponent)))]))
    return [*sign, power] if tree.mantissa == "1" else [*sign, shown, infix("⋅"), power]


def symbol_mathml(symbol: Symbol, indices: Elements, glued: bool) -> Scripted:
    """Return a symbol with its indices; ``glued`` says that these are letters without commas."""
    shown = indices
    if symbol.latex:
        return _given(symbol, shown, glued)
    places = all(len(part) == 1 and part.isdigit() for part in symbol.label)
    below = joined([row(_label(part)) for part in symbol.label], "" if places else ",")
    if below and shown:
        below += [gap("," if glued else ";", "0")]
    base = accented(row(_base(symbol)), symbol.accents, len(symbol.base) > 1)
    base = row([base, _prime(symbol.primes)]) if symbol.primes else base
    above = _label(symbol.layer) if symbol.layer else []
    above = above if symbol.bare or not above else [_plain("("), *above, _plain(")")]
    below += shown
    return Scripted(base, row(below) if below else "", row(above) if above else "")


def linked(shown: str, symbol: Symbol) -> str:
    """Return markup with the name of its tensor, by which a page finds it in the picture."""
    name = {"data-name": escaped(symbol.adjoint_of or symbol.name)}
    is_adjoint = symbol.adjoint_of or any(a.startswith("bar") for a in symbol.accents)
    return element("mrow", shown, **name, **({"data-adjoint": ""} if is_adjoint else {}))


def _prime(number: int) -> str:
    # Why not as a superscript? The sign is a raised one already.
    return operator("′" * number, form="postfix", lspace="0", rspace="0")


def _plain(sign: str) -> str:
    return operator(sign, stretchy="false")


def joined(parts: Elements, between: str = "") -> Elements:
    """Return elements beside each other, or with "," or ", " between them."""
    if not between:
        return list(parts)
    sign = gap(",", THIN) if between == ", " else COMMA
    return [piece for part in parts for piece in (sign, part)][1:]


def _base(symbol: Symbol) -> Elements:
    if symbol.bold:
        shown = GREEK.get(symbol.base, ("", symbol.base))[1]
        style = "BOLD ITALIC" if len(shown) == 1 and shown.isalpha() else "BOLD"
        return [element("mi", *(in_alphabet(c, style) for c in shown))]
    if symbol.base in GREEK and not symbol.verbatim:
        return [letter(GREEK[symbol.base][1])]
    return [letter(symbol.base) if len(symbol.base) == 1 else word(symbol.base)]


def _label(part: str) -> Elements:
    """Return a part of a subscript: h1 and xh in italics, longer words upright."""
    if part in GREEK:
        return [letter(GREEK[part][1])]
    if part.startswith(LETTER):
        return [letter(LETTER), *_offset(part[1:])]
    letters = part.rstrip("0123456789")
    if len(letters) > 2 or not (part.isascii() and part.isalnum()):
        return [word(part)]
    number = part[len(letters) :]
    return [*map(letter, letters), *([digits(number)] if number else [])]


def _offset(text: str) -> Elements:
    """Return the −1 of the layer ℓ−1."""
    return [operator(text[0]), digits(text[1:])] if text else []


def accented(core: str, accents: tuple[str, ...], is_word: bool) -> str:
    """Return a letter with accents above it; over a word they are as wide as the word."""
    for accent in accents:
        sign = SIGNS.get(accent, SIGNS[accent.rstrip("0123456789")])
        core = over(core, sign, is_word)
        if accent not in ACCENTS:
            core = element("mover", core, digits(accent.lstrip("bardot")))
    return core


def over(core: str, sign: str, wide: bool) -> str:
    """Return an accent over a letter, or ``wide`` over all of its base."""
    stretchy = "true" if wide else "false"
    return element("mover", core, operator(sign, stretchy=stretchy), accent="true")


# Symbols given in LaTeX


def _given(symbol: Symbol, indices: Elements, glued: bool) -> Scripted:
    first, *rest = latex_atoms(symbol.latex) or [Scripted(word(symbol.base))]
    if symbol.accents and first.above.startswith("<mn>"):
        # The adjoint of σ², and not the square of the adjoint of σ.
        squared = Scripted(first.base, above=first.above).element()
        first = Scripted(accented(squared, symbol.accents, True), first.below)
    else:
        first = replace(first, base=accented(first.base, symbol.accents, False))
    *before, last = [first, *rest]
    shown = row(indices) if indices else ""
    if shown and last.below:
        shown = row([last.below, gap("," if glued else ";", "0"), *indices])
    last = replace(last, below=shown or last.below)
    if not before:
        return last
    return Scripted(row([*(atom.element() for atom in before), last.element()]))


_TOKEN = re.compile(r"\\[A-Za-z]+|\\.|[^\s]", re.DOTALL)
STYLES = {
    "mathbf": "BOLD", "boldsymbol": "BOLD ITALIC", "mathcal": "SCRIPT", "mathbb": "DOUBLE-STRUCK",
    "mathfrak": "FRAKTUR", "mathsf": "SANS-SERIF", "mathtt": "MONOSPACE",
}  # fmt: skip
UPRIGHT = frozenset("mathrm operatorname text textbf textit textrm".split())
OVER = {
    "bar": "‾", "hat": "ˆ", "tilde": "˜", "vec": "→", "dot": "˙", "ddot": "¨", "check": "ˇ",
    "breve": "˘", "acute": "´", "grave": "`", "overline": "‾", "widehat": "ˆ", "widetilde": "˜",
}  # fmt: skip
OTHER = {
    "partial": "∂", "nabla": "∇", "infty": "∞", "aleph": "ℵ", "hbar": "ℏ", "imath": "ı",
    "jmath": "ȷ", "prime": "′", "top": "⊤", "star": "⋆", "ast": "∗", "dagger": "†",
    "ddagger": "‡", "circ": "∘", "bullet": "•", "odot": "⊙", "otimes": "⊗", "oplus": "⊕",
    "times": "×", "cdot": "⋅", "pm": "±", "to": "→", "mid": "∣", "vert": "|", "Vert": "‖",
    "langle": "⟨", "rangle": "⟩", "quad": "\u2003", "epsilon": "ϵ", "vartheta": "ϑ",
    "omicron": "ο", "varpi": "ϖ", "varrho": "ϱ", "varsigma": "ς", "varphi": "φ", "phi": "ϕ",
    "varepsilon": "ε", "lambda": "λ",
}  # fmt: skip


def latex_atoms(text: str) -> list[Scripted]:
    r"""Return the symbols that LaTeX such as \hat{y}_{in} spells, each with its scripts."""
    return _row(_TOKEN.findall(text), 0)[0]


def _row(tokens: list[str], start: int) -> tuple[list[Scripted], int]:
    atoms: list[Scripted] = []
    while start < len(tokens) and tokens[start] != "}":
        token = tokens[start]
        if token in ("_", "^") and atoms:
            script, start = _atom(tokens, start + 1)
            place = "below" if token == "_" else "above"
            atoms[-1] = replace(atoms[-1], **{place: script})
        elif token == "'" and atoms:
            atoms[-1] = replace(atoms[-1], base=row([atoms[-1].base, _prime(1)]))
            start += 1
        else:
            shown, start = _atom(tokens, start)
            atoms.append(Scripted(shown))
    return atoms, start


def _atom(tokens: list[str], start: int) -> tuple[str, int]:
    if start >= len(tokens):
        return element("mrow"), start
    token = tokens[start]
    if token == "{":
        atoms, end = _row(tokens, start + 1)
        return row(atom.element() for atom in atoms), end + 1
    command = token[1:] if token.startswith("\\") else ""
    if command in OVER:
        core, end = _atom(tokens, start + 1)
        wide = command.startswith(("over", "wide"))
        return over(core, OVER[command], wide), end
    if command == "underline":
        core, end = _atom(tokens, start + 1)
        return element("munder", core, operator("_", stretchy="true")), end
    if command in STYLES or command in UPRIGHT or command == "mathit":
        return _styled(command, tokens, start + 1)
    return _sign(token, command), start + 1


def _sign(token: str, command: str) -> str:
    if command:
        plain = {r"\,": "\u2009", r"\;": "\u2005", r"\ ": "\u00a0", r"\|": "‖"}.get(token)
        greek = GREEK.get(command, ("", ""))[1]
        shown = plain or OTHER.get(command) or greek or command
        return letter(shown) if len(shown) == 1 and shown.isalpha() else word(shown)
    if token.isdigit():
        return digits(token)
    return letter(token) if token.isalpha() else operator(token, stretchy="false")


def _styled(command: str, tokens: list[str], start: int) -> tuple[str, int]:
    """Return the letters that follow, or the group, in another alphabet."""
    if tokens[start : start + 1] != ["{"]:
        inside, end = tokens[start : start + 1], start + 1
    else:
        end = next((n for n in range(start, len(tokens)) if tokens[n] == "}"), len(tokens))
        inside, end = tokens[start + 1 : end], end + 1
    if not inside or any(token in "{}_^" or token.startswith("\\") for token in inside):
        # Something else than letters is inside: it is set as it is.
        return _atom(tokens, start)
    text = "".join(inside)
    if command in STYLES:
        return element("mi", *(in_alphabet(c, STYLES[command]) for c in text)), end
    return (row(map(letter, text)) if command == "mathit" else word(text)), end


def in_alphabet(character: str, style: str) -> str:
    """Return a letter or digit of one of the alphabets that Unicode has for mathematics."""
    kind = "DIGIT" if character.isdigit() else "CAPITAL" if character.isupper() else "SMALL"
    name = unicodedata.name(character, "").rpartition(" ")[2]
    older = {"FRAKTUR": "BLACK-LETTER"}.get(style, style)
    for candidate in (f"MATHEMATICAL {style} {kind} {name}", f"{older} {kind} {name}"):
        try:
            return unicodedata.lookup(candidate)
        except KeyError:
            continue
    return escaped(character)
