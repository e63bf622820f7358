"""What a line of a program computes, in the language: the comments of generated text."""

from __future__ import annotations

from collections.abc import Iterable

from sympy import Expr

from symback.algebra.letters import Index
from symback.algebra.plain import plain
from symback.algebra.positions import Entry, affine
from symback.algebra.traversal import fresh_letter
from symback.compiler.pieces import (
    ARGMAX,
    BOTH,
    CALL,
    COMPARE,
    CONSTANT,
    DIVIDED,
    EITHER,
    FIRST,
    LETTER,
    MASK,
    MAX,
    MIN,
    NEGATION,
    PLACE,
    PLUS,
    PROD,
    PRODUCT,
    READ,
    SCATTER,
    SELECT,
    SUM,
    TAKE,
    Form,
    Piece,
)
from symback.compiler.sums import opened
from symback.network.network import Network
from symback.network.tensors import Equation

OR, AND, COMPARISON, ADDED, MULTIPLIED, POWER, ATOM = range(7)
LONGEST = 94
DEEPEST = 12
DECIMALS = 9
REDUCTIONS = (SUM, MAX, MIN, PROD, ARGMAX)
SPELLED = {"absolute": "abs"}


def words(note: object, network: Network) -> str:
    """Return the equation or formula that a note is, cut short; nothing for no note."""
    if isinstance(note, (Equation, str)):
        text = str(note)
    elif isinstance(note, Form):
        text = _text(Piece(note, note.letters), network, 0)[0]
    else:
        return ""
    return text if len(text) <= LONGEST else text[: LONGEST - 2] + " …"


def _text(piece: Piece, network: Network, depth: int) -> tuple[str, int]:
    """Return (text, how tightly it binds); parts that lie very deep are left out."""
    form = piece.form
    if depth > DEEPEST:
        return "…", ATOM
    if form.kind == CONSTANT:
        text = _number(form.data[0])
        return text, ATOM if text.isalnum() else ADDED
    if form.kind == LETTER:
        return piece.letters[0].name, ATOM
    if form.kind == READ:
        return _entry(piece, network), ATOM
    if form.kind in REDUCTIONS:
        body, bound = opened(piece)
        names = ", ".join(k.name for k in bound)
        return f"{form.kind}({_text(body, network, depth + 1)[0]}, {names})", ATOM
    return WORDS[form.kind](piece, network, depth + 1)


def _in(piece: Piece, place: int, network: Network, depth: int) -> str:
    text, binding = _text(piece, network, depth)
    return text if binding >= place else f"({text})"


def _entry(piece: Piece, network: Network) -> str:
    data = piece.form.data
    if data.places is None:
        return plain(Entry(data.tensor, *piece.letters))
    positions = (_position(constant, pairs, piece) for constant, pairs in data.places)
    text = plain(Entry(data.tensor, *positions))
    if data.padded is None:
        return text
    return f"padded({text})" if data.padded == 0 else f"where(inside, {text}, {data.padded})"


def _position(constant: Expr, pairs: Iterable[tuple[int, int]], piece: Piece) -> Expr:
    coefficients: dict[Index, int] = {piece.letters[number]: c for number, c in pairs}
    return affine(constant, coefficients)


def _take(piece: Piece, network: Network, depth: int) -> tuple[str, int]:
    positions = (_text(t, network, depth)[0] for t in piece.operands)
    return f"{piece.form.data.tensor}[{', '.join(positions)}]", ATOM


def _place(piece: Piece, network: Network, depth: int) -> tuple[str, int]:
    constant, steps, _ = piece.form.data
    position = _position(constant, steps, piece)
    return plain(position), ATOM if position in piece.letters else ADDED


def _divided(piece: Piece, network: Network, depth: int) -> tuple[str, int]:
    function, divisor = piece.form.data
    symbol = "//" if function == "quotients" else "%"
    shown = _in(piece.operands[0], ATOM, network, depth)
    return f"{shown} {symbol} {_number(divisor)}", MULTIPLIED


def _number(number: Expr) -> str:
    """Return a number as people write it: 0.044715, 1/3, 0.797885, 2/N."""
    if number.is_Float:
        return f"{float(number):.6g}"
    if number.is_Rational and number.q > 2 and 10**DECIMALS % number.q == 0:
        return f"{int(number.p) / int(number.q):.{DECIMALS}f}".rstrip("0")
    return plain(number)


def _product(piece: Piece, network: Network, depth: int) -> tuple[str, int]:
    coefficient, exponents = piece.form.data
    above, below = [], []
    for factor, exponent in zip(piece.operands, exponents, strict=True):
        power = f"**{abs(exponent)}" if abs(exponent) > 1 else ""
        shown = _in(factor, ATOM if power else POWER, network, depth) + power
        (above if exponent > 0 else below).append(shown)
    number = _number(coefficient)
    sign = ""
    if number.startswith("-"):
        sign, number = "-", number[1:]
    if number != "1":
        above.insert(
            0, number if number.replace(".", "").isalnum() or "/" in number else f"({number})"
        )
    text = sign + ("*".join(above) or "1")
    if below:
        text += f"/{below[0]}" if len(below) == 1 else f"/({'*'.join(below)})"
    return text, ADDED if sign else MULTIPLIED


def _plus(piece: Piece, network: Network, depth: int) -> tuple[str, int]:
    constant, weights = piece.form.data
    text = "" if constant == 0 else _number(constant)
    for weight, summand in zip(weights, piece.operands, strict=True):
        taken = weight.could_extract_minus_sign()
        size = _number(-weight if taken else weight)
        shown = _in(summand, MULTIPLIED, network, depth)
        shown = shown if size == "1" else f"{size}*{shown}"
        text = f"{text} {'-' if taken else '+'} {shown}" if text else f"{'-' * taken}{shown}"
    return text, ADDED


def _call(piece: Piece, network: Network, depth: int) -> tuple[str, int]:
    name = SPELLED.get(piece.form.data[0], piece.form.data[0])
    return f"{name}({', '.join(_text(t, network, depth)[0] for t in piece.operands)})", ATOM


def _joined(symbol: str, place: int):
    def text(piece: Piece, network: Network, depth: int) -> tuple[str, int]:
        parts = (_in(t, place + 1, network, depth) for t in piece.operands)
        return f" {symbol or piece.form.data[0]} ".join(parts), place

    return text


def _function(name: str):
    def text(piece: Piece, network: Network, depth: int) -> tuple[str, int]:
        return f"{name}({', '.join(_text(t, network, depth)[0] for t in piece.operands)})", ATOM

    return text


def _scatter(piece: Piece, network: Network, depth: int) -> tuple[str, int]:
    form = piece.form
    taken = {k.name for k in piece.letters}
    renaming = dict(zip(form.letters, piece.letters, strict=True))
    for letter in form.bound:
        renaming[letter] = fresh_letter(letter, taken) if letter.name in taken else letter
        taken.add(renaming[letter].name)
    body, *pairs = (t.at(renaming) for t in form.operands)
    factors = [_in(body, MULTIPLIED, network, depth)]
    for place, letter in zip(pairs[::2], pairs[1::2], strict=True):
        factors.append(f"delta({_text(place, network, depth)[0]}, {letter.letters[0].name})")
    names = ", ".join(renaming[k].name for k in form.bound)
    return f"sum({'*'.join(factors)}, {names})", ATOM


def _first(piece: Piece, network: Network, depth: int) -> tuple[str, int]:
    body, letter = piece.operands
    return f"first({_text(body, network, depth)[0]}, {letter.letters[0].name})", ATOM


WORDS = {
    FIRST: _first,
    SCATTER: _scatter,
    TAKE: _take,
    PLACE: _place,
    DIVIDED: _divided,
    PRODUCT: _product,
    PLUS: _plus,
    CALL: _call,
    COMPARE: _joined("", COMPARISON),
    BOTH: _joined("&", AND),
    EITHER: _joined("|", OR),
    NEGATION: _function("~"),
    MASK: _function("iverson"),
    SELECT: _function("where"),
}
