"""Breaking a long formula into rows: at + first, then inside brackets, then at products.

A formula is cut into pieces. Before some of them the row may be broken, at a price: how deep in the
formula the place is. Rows are filled greedily; among the places that leave a row well filled the
cheapest is taken. A fraction that is itself too long becomes 1/bottom times its top in brackets.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from symback.notation.big import body_place
from symback.notation.tree import (
    PRODUCT,
    SUM,
    Big,
    Brace,
    Call,
    Fenced,
    Fraction,
    Glyph,
    Number,
    Product,
    Row,
    Sum,
    Tree,
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
WELL_FILLED = 0.3
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
                # A term that goes on from the row above ends its row.
                ends = (pieces[0].price or 0) > piece.price
                places.append((piece.price, number, ends or share >= WELL_FILLED))
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
        brackets = needs_brackets(tree.body, body_place(tree), self.flat)
        return [Piece(replace(tree, body=None)), *self._operand(tree.body, brackets, depth + 1)]

    def fraction(self, tree: Fraction, depth: int) -> list[Piece]:
        over = Fraction(Number("1"), tree.bottom)
        if _fits(self.measure(tree), self.limits) or not _fits(self.measure(over), self.limits):
            return [Piece(tree)]
        plain = isinstance(tree.top, Product) and not tree.top.sign
        top = tree.top.factors if plain else (Fenced("(", tree.top),)
        return self.product(Product((over, *top)), depth)

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
