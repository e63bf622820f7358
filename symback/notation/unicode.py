"""Trees as one line of Unicode: Σ_i X[n,i]·W1[i,h], ∂L/∂W1[i,h], Z̄1[n,h], a/(b·c), h′.

Names stand as they are typed, so that a reader finds them again in the program; only Greek names,
accents and scalars of a tensor (w⁽¹⁾₀₁) are set. A product that is a line of its own is spaced;
inside a sum it is tight.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping

from sympy import Expr

from symback.notation.big import body_place
from symback.notation.layout import layout
from symback.notation.numbers import RAISED, number_text
from symback.notation.options import DEFAULT, Notation
from symback.notation.symbols import ACCENTS, GREEK, NONE, Symbols
from symback.notation.tree import (
    ATOM,
    PRODUCT,
    SUM,
    Big,
    Bound,
    Brace,
    Call,
    Cases,
    Derivative,
    Fenced,
    Fraction,
    Glyph,
    Indexed,
    Kronecker,
    Logic,
    Number,
    Power,
    Product,
    Relation,
    Root,
    Row,
    Sum,
    Symbol,
    Tree,
    Words,
    binding,
    factor_needs_brackets,
    is_operator,
    is_transpose,
    needs_brackets,
    open_ended,
)


def unicode(
    expression: Expr,
    notation: Notation = DEFAULT,
    symbols: Symbols = NONE,
    parts: Mapping[Expr, object] | None = None,
) -> str:
    """Return an expression as one line of Unicode; raises NotYetError."""
    return unicode_of(layout(expression, notation, symbols, parts))


def unicode_of(tree: Tree) -> str:
    """Return a tree as one line of Unicode."""
    return unicodedata.normalize("NFC", text_of(tree, False))


def text_of(tree: Tree, tight: bool) -> str:
    """Return a tree as text, products spaced or ``tight``; accents are not yet composed."""
    return EMIT[type(tree)](tree, tight)


def width(text: str) -> int:
    """Return how many columns a text takes on a terminal: accents take none, wide letters two."""
    if text.isascii():
        return len(text)
    return sum(_columns(character) for character in text)


def _columns(character: str) -> int:
    if unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in ("W", "F") else 1


def _in(tree: Tree, place: int, tight: bool = True) -> str:
    """Return an operand, in brackets if it binds less tightly than its place asks for."""
    if needs_brackets(tree, place, flat=True):
        return f"({text_of(tree, True)})"
    return text_of(tree, tight)


# Symbols


BOLD = str.maketrans("0123456789", "𝟎𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟖𝟗")
LOWERED = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
PRIMES = ("", "′", "″", "‴")


def _symbol(symbol: Symbol, tight: bool) -> str:
    is_greek = symbol.base in GREEK and not symbol.verbatim
    base = GREEK[symbol.base][1] if is_greek else symbol.base
    if symbol.bold and base.isdigit():
        base = base.translate(BOLD)
    text = accented(base, symbol.accents)
    indices = [_squeezed(index) for index in symbol.indices]
    many = len(symbol.label) > 1 and all(map(str.isdigit, symbol.label))
    if symbol.layer or many:
        # A scalar of a tensor: w⁽¹⁾₀₁.
        layer = symbol.layer.translate(RAISED)
        text += (layer if symbol.bare else f"⁽{layer}⁾") if layer else ""
        single = all(len(part) == 1 for part in symbol.label)
        text += "".join(symbol.label).translate(LOWERED) if single else ""
        indices = indices if single else [*symbol.label, *indices]
    elif symbol.primes:
        text += symbol.name[len(symbol.base) :].rpartition("_")[0] + PRIMES[symbol.primes]
    else:
        text += symbol.name[len(symbol.base) :]
    return f"{text}[{','.join(indices)}]" if indices else text


def _indexed(tree: Indexed, tight: bool) -> str:
    body = text_of(tree.body, True) if is_transpose(tree.body) else _in(tree.body, ATOM)
    return f"{body}[{','.join(map(_squeezed, tree.indices))}]"


def accented(base: str, accents: tuple[str, ...]) -> str:
    """Return a letter with accents above; a word has them above each of its letters."""
    text = base
    for accent in accents:
        order = accent.lstrip("bardot")
        combining = ACCENTS.get(accent, ACCENTS[accent.rstrip("0123456789")])[2]
        if len(base) > 1:
            combining = "\u0305" if combining == "\u0304" else combining
            text = "".join(letter + combining for letter in text)
        else:
            text += combining
        text += order.translate(RAISED) if accent not in ACCENTS else ""
    return text


# Arithmetic


def _sum(tree: Sum, tight: bool) -> str:
    alone = len(tree.terms) == 1
    text = ""
    for number, (sign, term) in enumerate(tree.terms):
        place = SUM if number == 0 and sign == "+" else PRODUCT if sign == "-" else SUM + 1
        shown = _in(term, place, tight or not alone)
        shown_sign = "−" if sign == "-" else "+"
        text += (shown_sign if sign == "-" else "") if number == 0 else f" {shown_sign} "
        text += shown
    return text


# Why spaces that do not break? Those of an index are left out: X[t mod 4], h[t−1].
SIGNS = {"": "·", "⊙": " ⊙ ", "×": "×", "mod": "\u00a0mod\u00a0", "/": "/"}


def _product(tree: Product, tight: bool) -> str:
    last = len(tree.factors) - 1
    between = " · " if not tree.sign and not tight else SIGNS[tree.sign]
    shown = ""
    for number, factor in enumerate(tree.factors):
        text = text_of(factor, True)
        brackets = factor_needs_brackets(factor, number == last, flat=True)
        shown += f"({text})" if brackets else text
        if number < last:
            shown += " " if is_operator(factor) else between
    return shown


def _fraction(tree: Fraction, tight: bool) -> str:
    # Σ_i x_i / N would leave open what is divided.
    top = _in(tree.top, ATOM if open_ended(tree.top) else PRODUCT)
    is_number = isinstance(tree.top, Number) and isinstance(tree.bottom, Number)
    bar = "/" if tight or is_number else " / "
    return f"{top}{bar}{_in(tree.bottom, PRODUCT + 1)}"


def _derivative(tree: Derivative, tight: bool) -> str:
    top = "" if tree.top is None else _in(tree.top, ATOM - 1)
    if tree.sign == "∇":
        return f"∇_{_in(tree.bottom, ATOM - 1)} {top}"
    return f"{tree.sign}{top}/{tree.sign}{_in(tree.bottom, ATOM - 1)}"


RAISABLE = frozenset("0123456789-+−")


def _power(tree: Power, tight: bool) -> str:
    exponent = text_of(tree.exponent, True)
    base = _in(tree.base, ATOM)
    if exponent == "⊤":
        return base + "ᵀ"
    if set(exponent) <= RAISABLE:
        return base + exponent.replace("−", "-").translate(RAISED)
    return f"{base}^{_in(tree.exponent, ATOM)}"


# Operators with a body


def _big(tree: Big, tight: bool) -> str:
    head = big_head(tree)
    if tree.body is None:
        return head + " "
    return f"{head} {_in(tree.body, body_place(tree), tight)}"


def big_head(tree: Big) -> str:
    """Return a large operator with its letters: Σ_i, Σ_{n,k}, Σ_{j=0..i−1}."""
    letters = ",".join(_bound(bound) for bound in tree.bounds)
    return f"{tree.operator}_{letters if len(letters) == 1 else '{' + letters + '}'}"


def _bound(bound: Bound) -> str:
    letter = text_of(bound.letter, True)
    if bound.low is None:
        return letter
    return f"{letter}={_squeezed(bound.low)}..{_squeezed(bound.high)}"


def _squeezed(tree: Tree) -> str:
    return text_of(tree, True).replace(" ", "")


def _call(tree: Call, tight: bool) -> str:
    over = ",".join(text_of(letter, True) for letter in tree.over)
    head = tree.unicode + (f"_{over}" if over else "")
    if not tree.arguments:
        return head
    text = f"{head}({', '.join(text_of(argument, True) for argument in tree.arguments)})"
    return text if tree.at is None else f"{text}[{text_of(tree.at, True)}]"


FENCES = {"‖": ("‖", "‖"), "|": ("|", "|"), "⌊": ("⌊", "⌋"), "[": ("[", "]"), "(": ("(", ")")}


def _fenced(tree: Fenced, tight: bool) -> str:
    before, after = FENCES[tree.fence]
    return f"{before}{text_of(tree.body, True)}{after}"


def _cases(tree: Cases, tight: bool) -> str:
    (value, condition), (other, _) = tree.rows[0], tree.rows[-1]
    shown = [text_of(part, True) for part in (value, condition, other)]
    return f"{shown[0]} if {shown[1]} else {shown[2]}"


# Conditions and the rest


RELATIONS = {"<=": "≤", ">=": "≥", "==": "=", "!=": "≠"}


def relation_text(sign: str) -> str:
    """Return a relation such as =, ≤ or ←."""
    return RELATIONS.get(sign, sign)


def _relation(tree: Relation, tight: bool) -> str:
    text = _in(tree.parts[0], SUM)
    for sign, part in zip(tree.operators, tree.parts[1:], strict=True):
        text += f" {relation_text(sign)} {_in(part, SUM)}"
    return text


def _logic(tree: Logic, tight: bool) -> str:
    if tree.word == "not":
        return f"not {_in(tree.parts[0], ATOM)}"
    return f" {tree.word} ".join(_in(part, binding(tree) + 1) for part in tree.parts)


def _glyph(tree: Glyph, tight: bool) -> str:
    signs = {" ": "·", "·": "·", "-": " − ", ",": ", ", "(": "(", ")": ")", "×": "×"}
    return signs.get(tree.text) or f" {tree.text} "


EMIT: dict[type[Tree], Callable[..., str]] = {
    Number: lambda tree, tight: number_text(tree),
    Symbol: _symbol,
    Indexed: _indexed,
    Sum: _sum,
    Product: _product,
    Fraction: _fraction,
    Derivative: _derivative,
    Power: _power,
    Big: _big,
    Call: _call,
    Kronecker: lambda tree, tight: f"δ({_squeezed(tree.left)},{_squeezed(tree.right)})",
    Fenced: _fenced,
    Root: lambda tree, tight: f"√{_in(tree.body, ATOM)}",
    Cases: _cases,
    Relation: _relation,
    Logic: _logic,
    Words: lambda tree, tight: tree.text,
    Brace: lambda tree, tight: text_of(tree.body, tight),
    Glyph: _glyph,
    Row: lambda tree, tight: "".join(text_of(item, True) for item in tree.items).strip(),
}
