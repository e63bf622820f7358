"""The form of each node of the language as a tree: one row of ``FORMS``, one short function.

The forms of arithmetic are in ``arithmetic_forms``; those of letters and what binds them are here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import sympy
from sympy import Add, Expr, Integer, Mul, Pow

from symback.algebra import operators
from symback.algebra.letters import Index
from symback.algebra.nodes import (
    Binder,
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
    Iverson,
    LogSumExp,
    Padded,
    Partial,
    Remainder,
    Softmax,
    Total,
    Where,
)
from symback.algebra.operators import (
    Both,
    Comparison,
    Decimal,
    Either,
    Negative,
    Not,
    Plus,
    Pointwise,
    Quotient,
    Times,
)
from symback.algebra.pointwise import POINTWISE
from symback.algebra.positions import Affine, Entry, combined, is_affine, parts
from symback.algebra.traversal import free_letters, fresh_letter, rename
from symback.notation.arithmetic_forms import added as added
from symback.notation.arithmetic_forms import (
    divided,
    sum_form,
    sympy_power,
    sympy_product,
    sympy_sum,
)
from symback.notation.arithmetic_forms import multiplied as multiplied
from symback.notation.numbers import spelled
from symback.notation.tree import (
    ATOM,
    Big,
    Bound,
    Call,
    Cases,
    Derivative,
    Fenced,
    Kronecker,
    Logic,
    Number,
    Power,
    Product,
    Relation,
    Root,
    Sum,
    Symbol,
    Tree,
    Words,
    binding,
)

if TYPE_CHECKING:
    from symback.notation.layout import Typesetter

def _pointwise(node: Pointwise, show: Typesetter) -> Tree:
    return pointwise_form(node.name, show.trees(node.arguments))


def pointwise_form(name: str, arguments: tuple[Tree, ...]) -> Tree:
    """Return the form of a pointwise function: tanh(z), √z, |z|."""
    if name == "sqrt":
        return Root(arguments[0])
    if name == "abs":
        return Fenced("|", arguments[0])
    row = POINTWISE[name]
    return Call(row.latex, row.unicode, arguments)


# Indices


def _letter(letter: Index, show: Typesetter) -> Tree:
    """Lay out a letter that stands for a number: its value, which is counted from 0."""
    symbol = show.symbols.letter(letter.name)
    return Sum((("+", symbol), ("-", Number("1")))) if show.notation.first_index else symbol


def affine_form(position: Expr, show: Typesetter) -> Tree:
    """Return the form of letters with coefficients and a constant: 2p + r - 1."""
    constant, coefficients = parts(position)
    terms = []
    for letter, coefficient in sorted(coefficients.items(), key=lambda p: (p[1] < 0, p[0].name)):
        shown = show.symbols.letter(letter.name)
        if abs(coefficient) != 1:
            shown = Product((Number(str(abs(coefficient))), shown))
        terms.append(("-" if coefficient < 0 else "+", shown))
    if constant != 0 or not terms:
        tree = show.tree(constant)
        if isinstance(tree, Number):
            own = [("-" if tree.negative else "+", replace(tree, negative=False))]
        else:
            own = list(tree.terms) if isinstance(tree, Sum) else [("+", tree)]
        # T - 1 - t: something positive comes first.
        terms = own + terms if terms and terms[0][0] == "-" and own[0][0] == "+" else terms + own
    return added(terms)


def _affine_value(position: Affine, show: Typesetter) -> Tree:
    """Lay out an affine combination that stands for a number: its value, counted from 0."""
    shift = -show.notation.first_index * sum(position.coefficients.values())
    return affine_form(combined((1, position), (shift, Integer(1))), show)


def _entry(entry: Entry, show: Typesetter) -> Tree:
    return show.entry(entry.tensor, tuple(show.position(p) for p in entry.positions))


def _bounds(node: Binder, show: Typesetter) -> tuple[Bound, ...]:
    return tuple(
        Bound(show.symbols.letter(b.letter.name), show.position(b.low), show.position(b.high))
        if isinstance(b, Bounded) else Bound(show.symbols.letter(b.name))
        for b in node.binders
    )


def _over_letters(operator: str) -> Callable[[Binder, Typesetter], Tree]:
    return lambda node, show: Big(operator, _bounds(node, show), show.tree(node.body))


def _reduction(latex: str, unicode: str) -> Callable[[Binder, Typesetter], Tree]:
    def lay_out(node: Binder, show: Typesetter) -> Tree:
        over = tuple(show.symbols.letter(letter.name) for letter in node.letters)
        at = getattr(node, "at", over and node.letters[0])
        chosen = None if at == node.letters[0] else show.position(at)
        return Call(latex, unicode, (show.tree(node.body),), over, chosen)

    return lay_out


def _first(node: First, show: Typesetter) -> Tree:
    """Lay out the mask of a maximum: [m = arg max_k z_k]."""
    (letter,) = node.letters
    outside = free_letters(node.at) | free_letters(node.body) - {letter}
    if letter in outside:
        # Why renamed? The letter that is read and the one that runs would look the same.
        inner = fresh_letter(letter, {k.name for k in outside})
        return _first(First(rename(node.body, {letter: inner}), inner, node.at), show)
    largest = Big("argmax", _bounds(node, show), show.tree(node.body))
    return Fenced("[", Relation((show.position(node.at), largest), ("==",)))


def _floored(node: Floored, show: Typesetter) -> Tree:
    return Fenced("⌊", Product(show.trees(node.args), "/"))


def _sympy_floor(size: sympy.floor, show: Typesetter) -> Tree:
    above, below = size.args[0].as_numer_denom()
    body = show.tree(above) if below == 1 else Product(show.trees((above, below)), "/")
    return Fenced("⌊", body)


def _remainder(node: Remainder, show: Typesetter) -> Tree:
    return Product(show.trees(node.args), "mod")


def _delta(node: Delta, show: Typesetter) -> Tree:
    """Lay out a delta: δ of letters, but [ids_n = k] where a position has a form of its own."""
    sides = tuple(show.position(side) for side in node.args)
    plain = all(is_affine(side) for side in node.args)
    return Kronecker(*sides) if plain else Fenced("[", Relation(sides, ("==",)))


# Conditions and derivatives


def _side(side: Expr, both_affine: bool, show: Typesetter) -> Tree:
    return show.position(side) if both_affine else show.tree(side)


def _relation(sides: tuple[Expr, ...], operators: tuple[str, ...], show: Typesetter) -> Tree:
    # Where letters are compared with letters the shift of the first index falls out on both sides.
    affine = all(is_affine(side) for side in sides)
    return Relation(tuple(_side(side, affine, show) for side in sides), operators)


def _derivative(node: Expr, show: Typesetter) -> Tree:
    top, bottom = show.trees(node.args)
    sign = derivative_sign(node.args[0])
    if isinstance(top, Symbol):
        return Derivative(top, bottom, sign)
    body = top if binding(top, flat=True) == ATOM else Fenced("(", top)
    return Product((Derivative(None, bottom, sign), body))


def _as_factor(tree: Tree) -> Tree:
    """Bracket the derivative of a formula among factors: without, it would take those behind it."""
    first = tree.factors[0] if isinstance(tree, Product) else None
    is_operator = isinstance(first, Derivative) and first.top is None
    return Fenced("(", tree) if is_operator else tree


def derivative_sign(expression: Expr) -> str:
    """Return "d" for a formula of one scalar, "∂" for one of several and for a named tensor.

    An entry with indices stands for several: logsumexp over k of z[k] depends on all of them.
    """
    found = expression.atoms(Entry)
    scalar = len(found) == 1 and not any(entry.positions for entry in found)
    return "d" if scalar and not isinstance(expression, Entry) else "∂"


CONSTANTS = {type(sympy.pi): Symbol("pi", "pi"), type(sympy.E): Symbol("e", "e")}
FORMS: dict[type, Callable[[Expr, Typesetter], Tree]] = {
    Entry: _entry,
    Index: _letter,
    Affine: _affine_value,
    sympy.Symbol: lambda e, show: show.symbols.symbol(e.name),
    Decimal: lambda e, show: spelled(e.text),
    Plus: lambda e, show: sum_form(e.args, show),
    Times: lambda e, show: multiplied(map(_as_factor, show.trees(e.args))),
    Negative: lambda e, show: Sum((("-", show.tree(e.args[0])),)),
    Quotient: lambda e, show: divided(*show.trees(e.args)),
    operators.Power: lambda e, show: Power(*show.trees(e.args)),
    Add: sympy_sum,
    Mul: sympy_product,
    Pow: sympy_power,
    sympy.floor: _sympy_floor,
    Pointwise: _pointwise,
    IndexSum: _over_letters("Σ"),
    IndexMean: _over_letters("mean"),
    IndexMax: _over_letters("max"),
    IndexMin: _over_letters("min"),
    IndexProduct: _over_letters("Π"),
    First: _first,
    # What lies outside is 0: a page says so, the formula stays as books print it.
    Padded: lambda e, show: show.tree(e.entry),
    Floored: _floored,
    Remainder: _remainder,
    LogSumExp: _reduction(r"\operatorname{logsumexp}", "logsumexp"),
    Softmax: _reduction(r"\operatorname{softmax}", "softmax"),
    Delta: _delta,
    Iverson: lambda e, show: Fenced("[", show.tree(e.args[0])),
    Where: lambda e, show: Cases(
        ((show.tree(e.args[1]), show.tree(e.args[0])), (show.tree(e.args[2]), None))
    ),
    Comparison: lambda e, show: _relation(e.args[1:], (e.operator,), show),
    InRange: lambda e, show: _relation((e.args[1], e.args[0], e.args[2]), ("<=", "<"), show),
    Both: lambda e, show: Logic("and", show.trees(e.args)),
    Either: lambda e, show: Logic("or", show.trees(e.args)),
    Not: lambda e, show: Logic("not", show.trees(e.args)),
    Partial: _derivative,
    Total: _derivative,
    # Matrix formulas, as SymPy writes them.
    sympy.MatrixSymbol: lambda e, show: show.name(e.name),
    sympy.MatMul: lambda e, show: multiplied(show.trees(e.args)),
    sympy.MatAdd: lambda e, show: sum_form(e.args, show),
    sympy.Transpose: lambda e, show: Power(show.tree(e.args[0]), Words("⊤")),
    sympy.HadamardProduct: lambda e, show: Product(show.trees(e.args), "⊙"),
}
