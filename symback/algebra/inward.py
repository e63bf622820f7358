"""From SymPy's own nodes to ours, and from any spelling to the one that the text form reads back.

SymPy's functions and containers are accepted wherever they mean the same. A network lets every
expression through this door, so a network from Python and the same network from text are equal.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping
from functools import partial, reduce
from types import MappingProxyType
from typing import NoReturn

import sympy
from sympy import Expr, Rational, Symbol
from sympy.core.numbers import Infinity, NegativeInfinity

from symback.algebra.letters import Index, size_symbol
from symback.algebra.nodes import (
    Bounded,
    Delta,
    First,
    Floored,
    IndexMax,
    IndexMean,
    IndexMin,
    IndexProduct,
    IndexSum,
    InRange,
    LogSumExp,
    Remainder,
    Softmax,
    Where,
)
from symback.algebra.operators import (
    Both,
    Comparison,
    Decimal,
    Either,
    Negative,
    Node,
    Not,
    Plus,
    Pointwise,
    Power,
    Quotient,
    Times,
    as_expression,
    negative,
    product_of,
    quotient,
    sum_of,
)
from symback.algebra.positions import Affine, Entry, as_position, as_value, floored, remainder
from symback.errors import DefinitionError

FUNCTIONS = {
    sympy.exp: "exp",
    sympy.log: "log",
    sympy.sin: "sin",
    sympy.cos: "cos",
    sympy.tanh: "tanh",
    sympy.Abs: "abs",
    sympy.sign: "sign",
    sympy.erf: "erf",
    sympy.Max: "maximum",
    sympy.Min: "minimum",
}
RELATIONS = {
    sympy.StrictLessThan: "<",
    sympy.LessThan: "<=",
    sympy.StrictGreaterThan: ">",
    sympy.GreaterThan: ">=",
    sympy.Equality: "==",
    sympy.Unequality: "!=",
}


def from_sympy(
    expression: Expr,
    tensors: Container[str],
    what: str,
    letters: Mapping[str, Index] = MappingProxyType({}),
) -> Expr:
    """Return the expression in our own nodes, spelled as the text form reads it.

    A plain symbol that names a tensor becomes its entry, one that names a letter the letter; any
    other stands for a size. Raises DefinitionError for SymPy forms that are not in the language.
    """
    return _Inward(tensors, what, letters).converted(expression)


class _Inward:
    """One conversion from SymPy: the names that symbols may stand for, and the place for errors."""

    def __init__(self, tensors: Container[str], what: str, letters: Mapping[str, Index]) -> None:
        self.tensors, self.what, self.letters = tensors, what, letters

    def converted(self, expression: sympy.Basic) -> Expr:
        if isinstance(expression, Affine):
            # Where a value stands, a position is spelled out: the sum i - 1.
            return as_value(expression)
        if isinstance(expression, POSITIONAL):
            return expression
        if isinstance(expression, Node):
            return self._own(expression)
        if isinstance(expression, Symbol):
            return self._symbol(expression)
        special = SPECIAL.get(type(expression))
        if special:
            return special(self, expression)
        if isinstance(expression, sympy.Float):
            return as_expression(float(expression))
        if not expression.args:
            return self._atom(expression)
        convert = CONVERSIONS.get(type(expression))
        if convert is None:
            self._refuse(expression)
        terms = expression.as_ordered_terms() if expression.is_Add else expression.args
        return convert(tuple(self.converted(a) for a in terms))

    def _own(self, node: Node) -> Expr:
        kept = POSITIONS_FROM.get(type(node), len(node.args))
        args = tuple(
            self.converted(a) if place < kept and isinstance(a, Expr) else a
            for place, a in enumerate(node.args)
        )
        rebuild = SPELLINGS.get(type(node))
        if rebuild:
            return rebuild(args)
        same = all(new is old for new, old in zip(args, node.args, strict=True))
        return node if same else node.func(*args)

    def _symbol(self, symbol: Symbol) -> Expr:
        if symbol.name in self.tensors:
            return Entry(symbol.name)
        return self.letters.get(symbol.name) or size_symbol(symbol.name)

    def _atom(self, atom: sympy.Basic) -> Expr:
        if atom is sympy.E:
            return Pointwise("exp", sympy.Integer(1))
        if isinstance(atom, (sympy.Rational, Infinity, NegativeInfinity)) or atom is sympy.pi:
            return atom
        self._refuse(atom)

    def _refuse(self, expression: sympy.Basic) -> NoReturn:
        raise DefinitionError(
            self.what,
            f"SymPy's {type(expression).__name__} in {str(expression)[:60]}",
            "it has no counterpart in the language",
        )

    def _floor(self, size: sympy.floor) -> Expr:
        names = [s.name for s in sorted(size.free_symbols, key=str)]
        if any(name in self.tensors or name in self.letters for name in names):
            return self._divided(floored, size, size.args[0].as_numer_denom())
        return size.xreplace({s: size_symbol(s.name) for s in size.free_symbols})

    # SymPy's own forms with letters ---------------------------------------------------------------

    def _letter(self, symbol: sympy.Basic) -> Index:
        if isinstance(symbol, Index):
            return symbol
        name = str(symbol)
        if name not in self.letters:
            raise DefinitionError(
                self.what,
                f"SymPy's {type(symbol).__name__} {name[:40]}, which is no letter of the network",
                "use letters made by sb.indices in SymPy's Sum and Indexed too",
            )
        return self.letters[name]

    def _position(self, position: sympy.Basic) -> Expr:
        if isinstance(position, sympy.Idx):
            return self._letter(position.label)
        return as_position(self.converted(position), self.what)

    def _indexed(self, indexed: sympy.Indexed) -> Expr:
        return Entry(str(indexed.base.label), *(self._position(p) for p in indexed.indices))

    def _divided(
        self, divide: Callable[[Expr, Expr], Expr], expression: Expr, parts: tuple[Expr, ...]
    ) -> Expr:
        try:
            return divide(*map(self._position, parts))
        except DefinitionError as error:
            raise DefinitionError(f"{self.what}: {expression}", error.found, error.helps) from None

    def _over_letters(self, kind: type[IndexSum], total: sympy.Sum | sympy.Product) -> Expr:
        binders, own = [], {}
        for symbol, low, high in total.limits:
            if low == 0 and str(symbol) not in self.letters:
                # Its bounds give such a letter its size.
                own[str(symbol)] = letter = Index(str(symbol), high + 1)
            else:
                letter = self._letter(symbol)
            whole = low == 0 and high == letter.size - 1
            bounds = self._position(low), self._position(high)
            binders.append(letter if whole else Bounded(letter, *bounds))
        inner = _Inward(self.tensors, self.what, {**self.letters, **own})
        return kind(inner.converted(total.function), *binders)

    def _kronecker(self, delta: sympy.KroneckerDelta) -> Expr:
        return Delta(*(self._position(a) for a in delta.args[:2]))

    def _piecewise(self, cases: sympy.Piecewise) -> Expr:
        if cases.args[-1].cond != sympy.true:
            self._refuse(cases)
        result = self.converted(cases.args[-1].expr)
        for case in reversed(cases.args[:-1]):
            result = Where(self.converted(case.cond), self.converted(case.expr), result)
        return result


def _nested(name: str) -> Callable[[tuple[Expr, ...]], Expr]:
    """SymPy's Max of many arguments is maximum of two and two."""
    return lambda args: reduce(lambda left, right: Pointwise(name, left, right), args)


def _folded(kind: type[Node]) -> Callable[[tuple[Expr, ...]], Expr]:
    return lambda args: reduce(kind, args)


def _product(args: tuple[Expr, ...]) -> Expr:
    above = [a for a in args if not (isinstance(a, Quotient) and a.args[0] == 1)]
    below = [a.args[1] for a in args if isinstance(a, Quotient) and a.args[0] == 1]
    if len(above) > 1 and above[0] == -1:
        return negative(_product(args[1:]))
    top = product_of(above)
    return quotient(top, product_of(below)) if below else top


def _power(args: tuple[Expr, ...]) -> Expr:
    base, exponent = args
    if exponent == Rational(1, 2):
        return Pointwise("sqrt", base)
    if exponent.is_Rational and exponent.is_negative:
        return quotient(sympy.Integer(1), _power((base, -exponent)))
    return base if exponent == 1 else Power(base, exponent)


# Positions are integers, sizes or Affine, and have their final form when they are made.
POSITIONAL = (Entry, Index, Decimal, Bounded, Delta)
# Softmax(body, letter, at), InRange(position, low, high): from this operand on all are positions.
BINDERS = (
    IndexSum, IndexMean, IndexMax, IndexMin, IndexProduct, LogSumExp, Softmax, First,
)  # fmt: skip
POSITIONS_FROM = {InRange: 0, Floored: 0, Remainder: 0} | dict.fromkeys(BINDERS, 1)
SPELLINGS = {
    Plus: sum_of,
    Times: product_of,
    Negative: lambda args: negative(*args),
    Quotient: lambda args: quotient(*args),
    Both: _folded(Both),
    Either: _folded(Either),
    Floored: lambda args: floored(*args),
    Remainder: lambda args: remainder(*args),
}
SPECIAL = {
    sympy.Indexed: _Inward._indexed,
    sympy.Sum: lambda inward, total: inward._over_letters(IndexSum, total),
    sympy.Product: lambda inward, total: inward._over_letters(IndexProduct, total),
    sympy.Mod: lambda inward, of: inward._divided(remainder, of, of.args),
    sympy.KroneckerDelta: _Inward._kronecker,
    sympy.Piecewise: _Inward._piecewise,
    sympy.Idx: lambda inward, letter: inward._letter(letter.label),
    sympy.floor: _Inward._floor,
}
CONVERSIONS = {
    sympy.Add: sum_of,
    sympy.Mul: _product,
    sympy.Pow: _power,
    sympy.And: _folded(Both),
    sympy.Or: _folded(Either),
    sympy.Not: lambda args: Not(*args),
    sympy.Max: _nested("maximum"),
    sympy.Min: _nested("minimum"),
}
CONVERSIONS |= {
    function: partial(lambda name, args: Pointwise(name, *args), name)
    for function, name in FUNCTIONS.items()
    if name not in ("maximum", "minimum")
}
CONVERSIONS |= {
    relation: partial(lambda name, args: Comparison(name, *args), name)
    for relation, name in RELATIONS.items()
}
