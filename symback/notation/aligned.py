"""Breaking a long formula into rows: at + first, then inside brackets, then at products.

A formula is cut into pieces. Before some of them the row may be broken, at a price: how deep in the
formula the place is. Rows are filled greedily; among the places that leave a row well filled the
cheapest is taken. A fraction that is itself too long becomes 1/bottom times its top in brackets.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

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
    factor_needs_brackets,
    height,
    is_operator,
    needs_brackets,
    numeric,
    starts_with_number,
)

# How large a tree is when printed, in one or more units, each with its limit.
Measure = Callable[[Tree], tuple[float, ...]]
# A row is well filled from this share of its limit on.
WELL_FILLED = 0.45
# Brackets are kept whole up to this share of a row.
KEPT_WHOLE = 0.6


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a row; ``price`` is None where no row may begin with it."""

    tree: Tree
    price: int | None = None


def broken(
    tree: Tree, measure: Measure, limits: tuple[float, ...], flat: bool = False
) -> tuple[Tree, ...]:
    """Return the rows of a formula, each within the limits as far as it can be broken at all."""
    if _fits(measure(tree), limits):
        return (tree,)
    breaker = _Breaker(measure, limits, flat)
    return tuple(_row(pieces) for pieces in breaker.filled(breaker.pieces(tree, 0)))


def _fits(sizes: tuple[float, ...], limits: tuple[float, ...]) -> bool:
    return all(size <= limit for size, limit in zip(sizes, limits, strict=True))


def _row(pieces: list[Piece]) -> Row:
    items = [piece.tree for piece in pieces]
    # A product that goes on in a new row shows its sign; a space there would be lost.
    if items[0] == Glyph(" "):
        items[0] = Glyph("·")
    return Row(tuple(items))


@dataclass(frozen=True, slots=True)
class _Breaker:
    measure: Measure
    limits: tuple[float, ...]
    flat: bool

    def filled(self, pieces: list[Piece]) -> list[list[Piece]]:
        """Fill rows one after the other."""
        rows: list[list[Piece]] = []
        while pieces:
            end = self._end_of_row(pieces)
            rows.append(pieces[:end])
            pieces = pieces[end:]
        return rows

    def _end_of_row(self, pieces: list[Piece]) -> int:
        used = [0.0] * len(self.limits)
        places: list[tuple[int, int, bool]] = []  # (price, number of pieces, well filled?)
        for number, piece in enumerate(pieces):
            if number and piece.price is not None:
                share = max(u / limit for u, limit in zip(used, self.limits, strict=True))
                places.append((piece.price, number, share >= WELL_FILLED))
            used = [u + size for u, size in zip(used, self.measure(piece.tree), strict=True)]
            if not _fits(tuple(used), self.limits) and places:
                break
        else:
            return len(pieces)
        candidates = [place for place in places if place[2]] or places
        cheapest = min(price for price, _, _ in candidates)
        return max(number for price, number, _ in candidates if price == cheapest)

    def pieces(self, tree: Tree, depth: int) -> list[Piece]:
        """Cut a tree; the first piece has no price: its place decides that."""
        cut = CUTS.get(type(tree))
        return cut(self, tree, depth) if cut else [Piece(tree)]

    def _operand(self, tree: Tree, brackets: bool, depth: int) -> list[Piece]:
        if not brackets:
            return self.pieces(tree, depth)
        tall = 1 if self.flat else height(tree)
        # Brackets that find room in one row are broken only where nothing else can be.
        roomy = tuple(KEPT_WHOLE * limit for limit in self.limits)
        inside = self.pieces(tree, depth + (7 if _fits(self.measure(tree), roomy) else 2))
        return [Piece(Glyph("(", tall)), *inside, Piece(Glyph(")", tall))]

    def sum(self, tree: Sum, depth: int) -> list[Piece]:
        pieces: list[Piece] = []
        for number, (sign, term) in enumerate(tree.terms):
            place = SUM if number == 0 and sign == "+" else PRODUCT if sign == "-" else SUM + 1
            if number:
                pieces.append(Piece(Glyph(sign), depth))
            elif sign == "-":
                pieces.append(Piece(Sum((("-", Row(())),))))
            brackets = needs_brackets(term, place, self.flat)
            pieces += self._operand(term, brackets, depth + 1)
        return pieces

    def product(self, tree: Product, depth: int) -> list[Piece]:
        pieces: list[Piece] = []
        last = len(tree.factors) - 1
        for number, factor in enumerate(tree.factors):
            brackets = factor_needs_brackets(factor, number == last, self.flat)
            if number:
                before = tree.factors[number - 1]
                dotted = starts_with_number(factor) or (numeric(factor) and numeric(before))
                glued = isinstance(factor, Big) or is_operator(before)
                sign = Glyph(tree.sign or ("·" if dotted else " "))
                pieces.append(Piece(sign, None if glued else depth + 3))
            pieces += self._operand(factor, brackets, depth + 1)
        return pieces

    def big(self, tree: Big, depth: int) -> list[Piece]:
        place = PRODUCT if tree.operator == "Σ" else ATOM
        brackets = needs_brackets(tree.body, place, self.flat)
        return [Piece(replace(tree, body=None)), *self._operand(tree.body, brackets, depth + 1)]

    def fraction(self, tree: Fraction, depth: int) -> list[Piece]:
        if _fits(self.measure(tree), self.limits):
            return [Piece(tree)]
        plain = isinstance(tree.top, Product) and not tree.top.sign
        top = tree.top.factors if plain else (Fenced("(", tree.top),)
        over = Product((Fraction(Number("1"), tree.bottom), *top))
        return self.product(over, depth)

    def fenced(self, tree: Fenced, depth: int) -> list[Piece]:
        if tree.fence == "(":
            return self._operand(tree.body, True, depth)
        return [Piece(tree)]

    def call(self, tree: Call, depth: int) -> list[Piece]:
        if len(tree.arguments) != 1 or tree.at is not None:
            return [Piece(tree)]
        inside = self._operand(tree.arguments[0], True, depth)
        return [Piece(replace(tree, arguments=())), *inside]

    def brace(self, tree: Brace, depth: int) -> list[Piece]:
        fits = not self.flat and _fits(self.measure(tree), self.limits)
        return [Piece(tree)] if fits else self.pieces(tree.body, depth)


CUTS = {
    Sum: _Breaker.sum,
    Product: _Breaker.product,
    Big: _Breaker.big,
    Fraction: _Breaker.fraction,
    Fenced: _Breaker.fenced,
    Call: _Breaker.call,
    Brace: _Breaker.brace,
}


def extent(tree: Tree) -> float:
    """Return about how wide LaTeX sets a tree on a line of its own, in widths of an M."""
    return EXTENTS[type(tree)](tree)


SCRIPT = 0.72


def _total(trees: tuple[Tree, ...], between: float = 0.0) -> float:
    return sum(map(extent, trees)) + between * max(0, len(trees) - 1)


def _symbol_extent(symbol: Symbol) -> float:
    base = 0.75 if len(symbol.base) == 1 else 0.52 * len(symbol.base)
    if symbol.latex:
        base = 0.75 * max(1, len(symbol.latex) // 4)
    below = 0.5 * len(",".join(symbol.label)) + _total(symbol.indices, 0.3)
    above = 1.2 * bool(symbol.layer) + 0.4 * symbol.primes
    return base + SCRIPT * max(below + 0.15 * bool(below), above)


def _big_extent(tree: Big) -> float:
    under = SCRIPT * sum(
        extent(b.letter) + (0 if b.low is None else 1 + extent(b.low)) + 0.3 for b in tree.bounds
    )
    head = max(under, 1.5 if tree.operator == "Σ" else 2.6)
    return head + 0.2 + (extent(tree.body) + _brackets(tree.body, PRODUCT) if tree.body else 0)


def _brackets(tree: Tree, place: int) -> float:
    return (1.0 if height(tree) == 1 else 1.5) if needs_brackets(tree, place) else 0.0


def _sum_extent(tree: Sum) -> float:
    signs = 1.5 * (len(tree.terms) - 1) + 0.8 * (tree.terms[0][0] == "-")
    return signs + sum(extent(term) + _brackets(term, SUM + 1) for _, term in tree.terms)


def _product_extent(tree: Product) -> float:
    gaps = sum(
        0.7 if tree.sign or starts_with_number(factor) else 0.2 for factor in tree.factors[1:]
    )
    return gaps + sum(extent(f) + _brackets(f, PRODUCT) for f in tree.factors)


def _ratio_extent(tree: Fraction | Derivative) -> float:
    sides = [extent(part) for part in (tree.top, tree.bottom) if part is not None]
    return max(sides) + (0.9 if isinstance(tree, Derivative) else 0.3)


def _call_extent(tree: Call) -> float:
    at = 0.0 if tree.at is None else SCRIPT * extent(tree.at)
    over = SCRIPT * _total(tree.over, 0.3)
    return 0.5 * len(tree.unicode) + over + 1.0 + _total(tree.arguments, 0.6) + at


def _cases_extent(tree: Cases) -> float:
    tests = [extent(test) + 1.2 if test else 4.5 for _, test in tree.rows]
    return 2.2 + max(extent(value) for value, _ in tree.rows) + max(tests)


EXTENTS: dict[type[Tree], Callable[..., float]] = {
    Number: lambda t: 0.5 * len(t.mantissa) + (0 if t.exponent is None else 3.0) + 0.8 * t.negative,
    Symbol: _symbol_extent,
    Sum: _sum_extent,
    Product: _product_extent,
    Fraction: _ratio_extent,
    Derivative: _ratio_extent,
    Power: lambda t: extent(t.base) + _brackets(t.base, ATOM) + SCRIPT * extent(t.exponent),
    Big: _big_extent,
    Call: _call_extent,
    Kronecker: lambda t: 0.5 + SCRIPT * (extent(t.left) + extent(t.right) + 0.3),
    Fenced: lambda t: extent(t.body) + 1.2,
    Root: lambda t: extent(t.body) + 1.0,
    Cases: _cases_extent,
    Relation: lambda t: _total(t.parts, 1.6),
    Logic: lambda t: _total(t.parts, 2.4),
    Words: lambda t: 0.5 * len(t.text),
    Brace: lambda t: max(extent(t.body), SCRIPT * extent(t.label)),
    Glyph: lambda t: {"(": 0.5, ")": 0.5, " ": 0.2, "·": 0.7, ",": 0.6}.get(t.text, 1.5),
    Row: lambda t: _total(t.items),
}
