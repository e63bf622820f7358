"""From an expression to the tree of its formula, in one notation and with one network's symbols."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from sympy import Expr, Integer
from sympy.core.numbers import Number as SympyNumber

from symback.algebra.positions import combined, is_affine, parts
from symback.errors import NotYetError
from symback.notation.forms import CONSTANTS, FORMS, affine_form, number_form
from symback.notation.numbers import number
from symback.notation.options import DEFAULT, Notation
from symback.notation.symbols import NONE, Symbols, adjoint_of
from symback.notation.tree import Derivative, Product, Relation, Symbol, Tree


@dataclass(frozen=True)
class Typesetter:
    """Lays out expressions in one notation with one network's symbols: ``show(expression)``."""

    notation: Notation = DEFAULT
    symbols: Symbols = NONE
    parts: Mapping[Expr, Tree] = field(default_factory=dict)

    def __call__(self, expression: Expr, parts: Mapping[Expr, object] | None = None) -> Tree:
        """Return the tree of an expression; raises NotYetError for forms without one.

        ``parts`` replaces subexpressions: by numbers, which gives the line with values put in, or
        by trees, for example a part with a brace and a name under it.
        """
        if parts is None:
            return self.tree(expression)
        trees = {k: v if isinstance(v, Tree) else self.number(v) for k, v in parts.items()}
        return replace(self, parts=trees).tree(expression)

    def tree(self, expression: Expr) -> Tree:
        """Return the tree of a part of an expression."""
        if self.parts and expression in self.parts:
            return self.parts[expression]
        kind = type(expression)
        form = FORMS.get(kind)
        if form:
            return form(expression, self)
        if isinstance(expression, SympyNumber):
            return number_form(expression, self)
        if kind in CONSTANTS:
            return CONSTANTS[kind]
        raise NotYetError(
            f"the formula of {str(expression)[:60]} was asked for",
            f"a node {kind.__name__}, which has no printed form",
            "use the functions of symback",
        )

    def trees(self, expressions: Iterable[Expr]) -> tuple[Tree, ...]:
        """Return the trees of several parts."""
        return tuple(self.tree(e) for e in expressions)

    def name(self, name: str) -> Tree:
        """Return the symbol of a whole tensor, without indices."""
        return self.entry(name, ())

    def entry(self, name: str, indices: tuple[Tree, ...]) -> Tree:
        """Return the symbol of an entry, an adjoint in the style that the notation asks for."""
        primal = adjoint_of(name) if self.notation.adjoint != "bar" else ""
        if primal and self.notation.adjoint == "delta":
            text = f"delta_{primal}"
            return Symbol(text, "delta", (primal,), indices=indices, adjoint_of=primal)
        if primal and self.symbols.of:
            return Derivative(self.name(self.symbols.of), self.entry(primal, indices))
        symbol = self._counted(self.symbols.symbol(name))
        has_axes = indices or self.symbols.ranks.get(name)
        if self.notation.numbered == "superscript" and has_axes and symbol.label:
            first = symbol.label[0]
            if first.isdigit() and not symbol.layer:
                symbol = replace(symbol, label=symbol.label[1:], layer=first)
        return replace(symbol, indices=indices) if indices else symbol

    def _counted(self, symbol: Symbol) -> Symbol:
        """Count the place in the name of a scalar, such as W1_0_1, from the first index too."""
        placed = symbol.layer or len(symbol.label) > 1
        if not self.notation.first_index or not placed or not all(map(str.isdigit, symbol.label)):
            return symbol
        return replace(symbol, label=tuple(str(int(part) + 1) for part in symbol.label))

    def position(self, position: Expr) -> Tree:
        """Return an index position, counted from the notation's first index."""
        if self.parts and position in self.parts:
            return self.parts[position]
        shift = self.notation.first_index
        if not shift or not is_affine(position):
            return self.tree(position)
        # Each letter i stands for its value plus the shift, and so does the position.
        used = sum(parts(position)[1].values())
        return affine_form(combined((1, position), (shift - shift * used, Integer(1))), self)

    def number(self, value: object) -> Tree:
        """Return a value as a number with the notation's digits."""
        return number(value, self.notation.digits)

    def related(self, left: Expr, sign: str, right: Expr) -> Tree:
        """Return a relation such as m = n or w > 0, for prose."""
        return Relation(self.trees((left, right)), (sign,))

    def shape(self, sizes: Iterable[Expr]) -> Tree:
        """Return sizes as a shape: 64 × 32."""
        return Product(self.trees(sizes), "×")


def layout(
    expression: Expr,
    notation: Notation = DEFAULT,
    symbols: Symbols = NONE,
    parts: Mapping[Expr, object] | None = None,
) -> Tree:
    """Return the tree of an expression; raises NotYetError for forms without one."""
    return Typesetter(notation, symbols)(expression, parts)
