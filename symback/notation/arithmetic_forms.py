"""The forms of sums, products, quotients and numbers, ours and SymPy's own.

Order is the order of writing. In SymPy's Add, Mul and Pow, of which sizes and evaluated forms are
made, fractions and minus signs are gathered as a person would write them.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import sympy
from sympy import Add, Expr, Integer, Mul, Pow
from sympy.core.numbers import Number as SympyNumber

from symback.algebra.operators import Negative
from symback.notation.tree import Big, Fraction, Number, Power, Product, Root, Sum, Tree

if TYPE_CHECKING:
    from symback.notation.layout import Typesetter


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


def sum_form(terms: Iterable[Expr], show: Typesetter) -> Tree:
    """Return the form of a + b - c, in the order of writing."""
    return added(
        ("-", show.tree(t.args[0])) if isinstance(t, Negative) and t not in show.parts
        else ("+", show.tree(t))
        for t in terms
    )


def sympy_sum(expression: Add, show: Typesetter) -> Tree:
    """Return the form of SymPy's Add, a positive term first."""
    terms = expression.as_ordered_terms()
    # N - 1 reads better than -1 + N, and H - R + 1 as it was.
    first = next((t for t in terms if not t.as_coeff_Mul()[0].is_negative), terms[0])
    terms.sort(key=lambda t: t is not first)
    return added(
        ("-", show.tree(-t)) if t.as_coeff_Mul()[0].is_negative else ("+", show.tree(t))
        for t in terms
    )


def sympy_product(expression: Mul, show: Typesetter) -> Tree:
    """Return the form of SymPy's Mul: one fraction, a minus before it."""
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


def sympy_power(expression: Pow, show: Typesetter) -> Tree:
    """Return the form of SymPy's Pow: 1/b, √b, b²."""
    base, exponent = expression.args
    if exponent.is_Rational and exponent.is_negative:
        return Fraction(Number("1"), show.tree(Pow(base, -exponent)))
    if exponent == sympy.Rational(1, 2):
        return Root(show.tree(base))
    return Power(show.tree(base), show.tree(exponent))
