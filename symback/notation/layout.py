"""From an expression to the tree of its formula, in one notation and with one network's symbols."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from sympy import Expr, Integer
from sympy.core.numbers import Number as SympyNumber

from symback.algebra.positions import Entry, combined, is_affine, parts
from symback.errors import NotYetError
from symback.notation.arithmetic_forms import number_form
from symback.notation.forms import CONSTANTS, FORMS, affine_form
from symback.notation.numbers import number
from symback.notation.options import DEFAULT, Notation
from symback.notation.symbols import NONE, Symbols, adjoint_of
from symback.notation.tree import (
    Derivative,
    Indexed,
    Number,
    Product,
    Relation,
    Sum,
    Symbol,
    Tree,
)


@dataclass(frozen=True)
class Typesetter:
    """Lays out expressions in one notation with one network's symbols: ``show(expression)``.

    ``signals`` are the symbols of error signals, by the tensors whose adjoints they are.
    """

    notation: Notation = DEFAULT
    symbols: Symbols = NONE
    parts: Mapping[Expr, Tree] = field(default_factory=dict)
    signals: Mapping[str, Symbol] = field(default_factory=dict)

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
        primal = adjoint_of(name)
        # An adjoint that the network itself defines is a tensor like any other.
        if primal and name not in self.symbols.ranks:
            style = ADJOINT_STYLES.get(self.notation.adjoint)
            shown = style and style(self, primal, indices)
            if shown:
                return shown
        symbol = self.styled(name, self.symbols.symbol(name), bool(indices))
        return replace(symbol, indices=self.placed(indices)) if indices else symbol

    def placed(self, indices: tuple[Tree, ...]) -> tuple[Tree, ...]:
        """Return the indices of an entry in their order: in columns, a matrix is its transpose."""
        is_matrix = len(indices) == 2
        return indices[::-1] if is_matrix and self.notation.layout == "columns" else indices

    def styled(self, name: str, symbol: Symbol, is_entry: bool) -> Symbol:
        """Return a symbol with its letter and the numbers in its name as the notation sets them.

        A LaTeX name that was given stays as it is.
        """
        symbol = self._counted(symbol)
        name = adjoint_of(name) or name
        axes = self.symbols.ranks.get(name, 1 if is_entry else 0)
        if symbol.latex or symbol.verbatim:
            return symbol
        first = symbol.label[0] if symbol.label else ""
        if self.notation.numbered != "subscript" and axes and first.isdigit() and not symbol.layer:
            symbol = replace(symbol, label=symbol.label[1:], layer=first)
        if self.notation.lowercase and axes and self.symbols.may_be_lowered(name):
            symbol = replace(symbol, base=symbol.base.lower())
        bare = self.notation.numbered == "raised" and bool(symbol.layer)
        bold = self.notation.bold and bool(axes) and not is_entry
        return replace(symbol, bare=bare, bold=bold) if bare or bold else symbol

    def _counted(self, symbol: Symbol) -> Symbol:
        """Return the symbol of a scalar such as W1_0_1 with its place as the notation counts it."""
        placed = symbol.layer or len(symbol.label) > 1
        if not placed or not all(map(str.isdigit, symbol.label)):
            return symbol
        label = [str(int(part) + self.notation.first_index) for part in symbol.label]
        if self.notation.layout == "columns" and len(label) == 2:
            label.reverse()
        return replace(symbol, label=tuple(label))

    def position(self, position: Expr) -> Tree:
        """Return an index position, counted from the notation's first index."""
        if self.parts and position in self.parts:
            return self.parts[position]
        shift = self.notation.first_index
        if not shift or isinstance(position, Entry):
            return self.tree(position)
        if not is_affine(position):
            # ⌊a/2⌋ and t mod 4 are printed with values counted from 0, and then shifted.
            return Sum((("+", self.tree(position)), ("+", Number(str(shift)))))
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
        """Return the sizes of a tensor as its shape: 64 × 32."""
        shown = self.trees(sizes)
        return Product(self.placed(shown), "×")


# The adjoint of a tensor in each style; None where the style has no symbol of its own for it.


def _delta(show: Typesetter, primal: str, indices: tuple[Tree, ...]) -> Tree:
    text = f"delta_{primal}"
    return Symbol(text, "delta", (primal,), indices=show.placed(indices), adjoint_of=primal)


def _partial(show: Typesetter, primal: str, indices: tuple[Tree, ...]) -> Tree | None:
    goal = show.symbols.of
    return Derivative(show.name(goal), show.entry(primal, indices)) if goal else None


def _signal(show: Typesetter, primal: str, indices: tuple[Tree, ...]) -> Tree | None:
    signal = show.signals.get(primal)
    if signal is None:
        return _partial(show, primal, indices)
    shown = show.styled(primal, signal, bool(indices))
    return replace(shown, indices=show.placed(indices))


def _nabla(show: Typesetter, primal: str, indices: tuple[Tree, ...]) -> Tree | None:
    if not show.symbols.of:
        return None
    whole = Derivative(show.name(show.symbols.of), show.name(primal), "∇")
    return Indexed(whole, show.placed(indices)) if indices else whole


def _d(show: Typesetter, primal: str, indices: tuple[Tree, ...]) -> Tree | None:
    own = show.entry(primal, indices)
    if not isinstance(own, Symbol):
        return None
    latex = rf"\mathrm{{d}}{own.latex}" if own.latex else ""
    return replace(own, name=f"d{own.name}", base=f"d{own.base}", latex=latex, adjoint_of=primal)


ADJOINT_STYLES = {
    "delta": _delta, "partial": _partial, "signal": _signal, "nabla": _nabla, "d": _d,
}  # fmt: skip


def layout(
    expression: Expr,
    notation: Notation = DEFAULT,
    symbols: Symbols = NONE,
    parts: Mapping[Expr, object] | None = None,
) -> Tree:
    """Return the tree of an expression; raises NotYetError for forms without one."""
    return Typesetter(notation, symbols)(expression, parts)
