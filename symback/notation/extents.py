"""How wide LaTeX will set a tree, estimated without TeX: what line breaking goes by."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from symback.notation.big import is_sign
from symback.notation.symbols import GREEK
from symback.notation.tree import (
    ATOM,
    PRODUCT,
    SUM,
    Big,
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
    height,
    needs_brackets,
    starts_with_number,
)

# Scripts are smaller; each figure is in widths of an M.
SCRIPT = 0.72
LETTER, WORD_LETTER, DIGIT, SIGN = 0.75, 0.52, 0.5, 1.5


def extent(tree: Tree, flat: bool = False) -> float:
    """Return about how wide a tree is, in widths of an M; ``flat`` is within a line of prose."""
    return EXTENTS[type(tree)](tree, flat)


def _total(trees: Iterable[Tree], between: float, flat: bool) -> float:
    widths = [extent(tree, flat) for tree in trees]
    return sum(widths) + between * max(0, len(widths) - 1)


def _symbol(symbol: Symbol, flat: bool) -> float:
    is_letter = len(symbol.base) == 1 or (symbol.base in GREEK and not symbol.verbatim)
    base = LETTER if is_letter else WORD_LETTER * len(symbol.base)
    if symbol.latex:
        base = LETTER * max(1, len(symbol.latex) // 4)
    below = DIGIT * len(",".join(symbol.label)) + _total(symbol.indices, 0.3, True)
    above = 1.2 * bool(symbol.layer) + 0.4 * symbol.primes
    return base + SCRIPT * max(below + 0.15 * bool(below), above)


def _brackets(tree: Tree, place: int, flat: bool) -> float:
    if not needs_brackets(tree, place, flat):
        return 0.0
    return 1.0 if flat or height(tree) == 1 else 1.5


def _sum(tree: Sum, flat: bool) -> float:
    signs = SIGN * (len(tree.terms) - 1) + 0.8 * (tree.terms[0][0] == "-")
    return signs + sum(extent(t, flat) + _brackets(t, SUM + 1, flat) for _, t in tree.terms)


def _product(tree: Product, flat: bool) -> float:
    sign = 2.4 if tree.sign == "mod" else 0.7
    gaps = sum(sign if tree.sign or starts_with_number(f) else 0.2 for f in tree.factors[1:])
    return gaps + sum(extent(f, flat) + _brackets(f, PRODUCT, flat) for f in tree.factors)


def _ratio(tree: Fraction | Derivative, flat: bool) -> float:
    if isinstance(tree, Derivative) and tree.sign == "∇":
        return LETTER + SCRIPT * extent(tree.bottom, True) + extent(tree.top, flat)
    sides = [extent(part, flat) for part in (tree.top, tree.bottom) if part is not None]
    signs = 0.6 if isinstance(tree, Derivative) else 0.0
    return sum(sides) + 2 * signs + 0.6 if flat else max(sides) + signs + 0.3


def _power(tree: Power, flat: bool) -> float:
    base = extent(tree.base, flat) + _brackets(tree.base, ATOM, flat)
    return base + SCRIPT * extent(tree.exponent, True)


def _big(tree: Big, flat: bool) -> float:
    under = SCRIPT * sum(
        extent(b.letter, True) + (0.0 if b.low is None else 1 + extent(b.low, True)) + 0.3
        for b in tree.bounds
    )
    sign = 1.5 if is_sign(tree.operator) else 0.5 * len(tree.operator) + 0.4
    head = (sign + under if flat else max(under, sign)) + 0.2
    if tree.body is None:
        return head
    return head + extent(tree.body, flat) + _brackets(tree.body, PRODUCT, flat)


def _call(tree: Call, flat: bool) -> float:
    at = 0.0 if tree.at is None else SCRIPT * extent(tree.at, True)
    name = _COMMAND.sub("", tree.latex) or tree.unicode
    head = 0.5 * len(name) + SCRIPT * _total(tree.over, 0.3, True)
    return head + (1.0 + _total(tree.arguments, 0.6, flat) if tree.arguments else 0.0) + at


def _cases(tree: Cases, flat: bool) -> float:
    tests = [extent(test, True) + 1.2 if test else 4.5 for _, test in tree.rows]
    return 2.2 + max(extent(value, flat) for value, _ in tree.rows) + max(tests)


def _number(tree: Number, flat: bool) -> float:
    power = 0.0 if tree.exponent is None else 3.0
    return DIGIT * len(tree.mantissa) + power + 0.8 * tree.negative


_COMMAND = re.compile(r"\\operatorname|\\sigma|[\\{}_]")
GLYPHS = {"(": 0.5, ")": 0.5, " ": 0.2, "·": 0.7, ",": 0.6}
EXTENTS: dict[type[Tree], Callable[..., float]] = {
    Number: _number,
    Symbol: _symbol,
    Indexed: lambda t, flat: (
        extent(t.body, flat) + _brackets(t.body, ATOM, flat) + SCRIPT * _total(t.indices, 0.3, True)
    ),
    Sum: _sum,
    Product: _product,
    Fraction: _ratio,
    Derivative: _ratio,
    Power: _power,
    Big: _big,
    Call: _call,
    Kronecker: lambda t, flat: 0.5 + SCRIPT * _total((t.left, t.right), 0.3, True),
    Fenced: lambda t, flat: extent(t.body, flat) + 1.2,
    Root: lambda t, flat: extent(t.body, flat) + 1.0,
    Cases: _cases,
    Relation: lambda t, flat: _total(t.parts, 1.6, flat),
    Logic: lambda t, flat: _total(t.parts, 2.4, flat),
    Words: lambda t, flat: 0.5 * len(t.text),
    Brace: lambda t, flat: max(extent(t.body, flat), SCRIPT * extent(t.label, True)),
    Glyph: lambda t, flat: GLYPHS.get(t.text, SIGN),
    Row: lambda t, flat: _total(t.items, 0.0, flat),
}
