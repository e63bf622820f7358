"""The form of each node of the language as a tree: one row of ``FORMS``, one short function.

Order is the order of writing. SymPy's own Add, Mul and Pow, which sizes and evaluated forms are
made of, have forms too, with fractions and minus signs gathered as a person would write them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

import sympy
from sympy import Add, Expr, Integer, Mul, Pow
from sympy.core.numbers import Number as SympyNumber

from symback.algebra import operators
from symback.algebra.letters import Index
from symback.algebra.nodes import (
    Binder,
    Bounded,
    Delta,
    IndexMean,
    IndexSum,
    InRange,
    Iverson,
    LogSumExp,
    Partial,
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
from symback.notation.numbers import spelled
from symback.notation.tree import (
    ATOM,
    Big,
    Bound,
    Call,
    Cases,
    Derivative,
    Fenced,
    Fraction,
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

# Arithmetic


def number_form(value: SympyNumber, show: Typesetter) -> Tree:
    """Return the form of one of SymPy's numbers: 3, 1/2, ∞."""
    if value.is_Integer:
        return Number(str(abs(int(value))), negative=value.is_negative)
    if value.is_Rational:
        over = Fraction(Number(str(abs(value.p))), Number(str(value.q)))
        return Sum((("-", over),)) if value.is_negative else over
    if value in (sympy.oo, -sympy.oo):
        return Number("∞", negative=value == -sympy.oo)
    return show.number(value)


def added(terms: Iterable[tuple[str, Tree]]) -> Tree:
    """Return a sum; one positive term alone is that term."""
    terms = tuple(terms)
    return terms[0][1] if len(terms) == 1 and terms[0][0] == "+" else Sum(terms)


def multiplied(factors: Iterable[Tree]) -> Tree:
    """Return a product; a product among the factors is continued, one factor alone is itself."""
    flat: list[Tree] = []
    for factor in factors:
        spliced = isinstance(factor, Product) and not factor.sign
        flat.extend(factor.factors if spliced else (factor,))
    return flat[0] if len(flat) == 1 else Product(tuple(flat))


def divided(top: Tree, bottom: Tree) -> Tree:
    """Return top over bottom; a large operator stands beside the fraction: (1/N) Σ_n x_n."""
    if isinstance(top, Big) or (isinstance(top, Product) and isinstance(top.factors[-1], Big)):
        before = top.factors[:-1] if isinstance(top, Product) else ()
        over = Fraction(multiplied(before) if before else Number("1"), bottom)
        return Product((over, top.factors[-1] if before else top))
    return Fraction(top, bottom)


def _sum(terms: Iterable[Expr], show: Typesetter) -> Tree:
    return added(
        ("-", show.tree(t.args[0])) if isinstance(t, Negative) and t not in show.parts
        else ("+", show.tree(t))
        for t in terms
    )


def _sympy_sum(expression: Add, show: Typesetter) -> Tree:
    terms = expression.as_ordered_terms()
    # N - 1 reads better than -1 + N, and H - R + 1 as it was.
    first = next((t for t in terms if not t.as_coeff_Mul()[0].is_negative), terms[0])
    terms.sort(key=lambda t: t is not first)
    return added(
        ("-", show.tree(-t)) if t.as_coeff_Mul()[0].is_negative else ("+", show.tree(t))
        for t in terms
    )


def _sympy_product(expression: Mul, show: Typesetter) -> Tree:
    coefficient, rest = expression.as_coeff_Mul()
    if coefficient.is_negative:
        return Sum((("-", show.tree(Mul(-coefficient, rest))),))
    above: list[Tree] = []
    below: list[Tree] = []
    for factor in Mul.make_args(expression):
        if isinstance(factor, Pow) and factor.exp.is_Rational and factor.exp.is_negative:
            below.append(show.tree(Pow(factor.base, -factor.exp)))
        elif factor.is_Rational:
            above += [show.tree(Integer(factor.p))] if factor.p != 1 else []
            below += [show.tree(Integer(factor.q))] if factor.q != 1 else []
        else:
            above.append(show.tree(factor))
    top = multiplied(above) if above else Number("1")
    return divided(top, multiplied(below)) if below else top


def _sympy_power(expression: Pow, show: Typesetter) -> Tree:
    base, exponent = expression.args
    if exponent.is_Rational and exponent.is_negative:
        return Fraction(Number("1"), show.tree(Pow(base, -exponent)))
    if exponent == sympy.Rational(1, 2):
        return Root(show.tree(base))
    return Power(show.tree(base), show.tree(exponent))


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


def _reduction(latex: str, unicode: str) -> Callable[[Binder, Typesetter], Tree]:
    def lay_out(node: Binder, show: Typesetter) -> Tree:
        over = tuple(show.symbols.letter(letter.name) for letter in node.letters)
        at = getattr(node, "at", over and node.letters[0])
        chosen = None if at == node.letters[0] else show.position(at)
        return Call(latex, unicode, (show.tree(node.body),), over, chosen)

    return lay_out


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
    Plus: lambda e, show: _sum(e.args, show),
    Times: lambda e, show: multiplied(show.trees(e.args)),
    Negative: lambda e, show: Sum((("-", show.tree(e.args[0])),)),
    Quotient: lambda e, show: divided(*show.trees(e.args)),
    operators.Power: lambda e, show: Power(*show.trees(e.args)),
    Add: _sympy_sum,
    Mul: _sympy_product,
    Pow: _sympy_power,
    sympy.floor: lambda e, show: Fenced("⌊", show.tree(e.args[0])),
    Pointwise: _pointwise,
    IndexSum: lambda e, show: Big("Σ", _bounds(e, show), show.tree(e.body)),
    IndexMean: lambda e, show: Big("mean", _bounds(e, show), show.tree(e.body)),
    LogSumExp: _reduction(r"\operatorname{logsumexp}", "logsumexp"),
    Softmax: _reduction(r"\operatorname{softmax}", "softmax"),
    Delta: lambda e, show: Kronecker(*(show.position(p) for p in e.args)),
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
    sympy.MatAdd: lambda e, show: _sum(e.args, show),
    sympy.Transpose: lambda e, show: Power(show.tree(e.args[0]), Words("⊤")),
    sympy.HadamardProduct: lambda e, show: Product(show.trees(e.args), "⊙"),
}
