"""The local derivative: ∂expression/∂v[K], one rule for each form, recorded as a tree.

The result is a sum of terms in which every occurrence of v has become deltas; nothing is simplified
here. Occurrences, not values, are differentiated: x·x has two, and their contributions add.
"""

from __future__ import annotations

from collections.abc import Callable

from sympy import Expr, Integer, Rational

from symback.algebra.nodes import Delta, First, Floored, Iverson, Padded, Remainder, Where
from symback.algebra.operators import (
    Decimal,
    Negative,
    Plus,
    Pointwise,
    Power,
    Quotient,
    Times,
)
from symback.algebra.pointwise import pointwise_row
from symback.algebra.positions import Entry
from symback.algebra.terms import ONE, Term, product_parts, raised
from symback.derivation.guards import chosen, opposite
from symback.derivation.knowledge import Named
from symback.derivation.over_letters import OVER_LETTERS
from symback.derivation.site import (
    NO_CONSTANT,
    NOTHING,
    Constant,
    Outcome,
    Site,
    constants,
    derivative,
    joined,
    recorded,
    surrounded,
)
from symback.derivation.term_moves import decimal


def local_derivative(expression: Expr, variable: Entry, taken: set[str], named: Named) -> Outcome:
    """Return (terms of ∂expression/∂variable, the step that derives them); no terms where it is 0.

    ``taken`` are names of letters that may not be bound anew, ``named`` what forward tensors hold.
    Raises DerivationError for a form without a rule.
    """
    return derivative(expression, Site(variable, taken, named, FORMS))


def _entry(expression: Entry, site: Site) -> Outcome:
    if expression.tensor != site.tensor:
        return _nothing(expression, site)
    pairs = zip(expression.positions, site.variable.positions, strict=True)
    deltas = tuple(Delta(position, letter) for position, letter in pairs)
    if not deltas:
        return recorded("itself", expression, site, (Term(ONE, ()),), [])
    gathered = [("gathered", p) for p in expression.positions if isinstance(p, Entry)]
    rule = "gather" if gathered else "entry"
    return recorded(rule, expression, site, (Term(ONE, deltas),), [], *gathered)


def _padded(expression: Padded, site: Site) -> Outcome:
    terms, part = derivative(expression.entry, site)
    return recorded("padded entry", expression, site, terms, [part])


def _plus(expression: Plus, site: Site) -> Outcome:
    terms, parts = NOTHING, []
    vanishing: list[tuple[str, Expr]] = []
    for operand in expression.args:
        own, part = derivative(operand, site)
        if not own and part is None:
            vanishing.append(("vanishing", operand))
        terms += own
        parts.append(part)
    return recorded("sum", expression, site, terms, parts, *vanishing)


def _product_like(expression: Negative | Times | Quotient, site: Site) -> Outcome:
    """Take all constant factors out in one move; what is left is a product, a quotient, a core."""
    core, before, behind = _core(expression, site)
    if core is not expression:
        own, part = derivative(core, site)
        terms = surrounded(own, before, behind)
        return recorded("constant factor", expression, site, terms, [part])
    return _times(core, site) if isinstance(core, Times) else _quotient(core, site)


def _core(expression: Expr, site: Site) -> tuple[Expr, Constant, Constant]:
    """Return (the operand with the variable, the constants before it, the constants behind it)."""
    before, behind = NO_CONSTANT, NO_CONSTANT
    while True:
        if isinstance(expression, Negative):
            before = (-before[0], before[1])
            expression = expression.args[0]
        elif isinstance(expression, Quotient) and not site.occurs_in(expression.args[1]):
            behind = joined(product_parts(Quotient(ONE, expression.args[1])), behind)
            expression = expression.args[0]
        elif isinstance(expression, Times) and len(_active(expression, site)) == 1:
            (place,) = _active(expression, site)
            before = joined(before, constants(expression.args[:place]))
            behind = joined(constants(expression.args[place + 1 :]), behind)
            expression = expression.args[place]
        else:
            return expression, before, behind


def _active(product: Times, site: Site) -> list[int]:
    return [place for place, factor in enumerate(product.args) if site.occurs_in(factor)]


def _times(expression: Times, site: Site) -> Outcome:
    terms, parts = NOTHING, []
    for place in _active(expression, site):
        own, part = derivative(expression.args[place], site)
        before = constants(expression.args[:place])
        terms += surrounded(own, before, constants(expression.args[place + 1 :]))
        parts.append(part)
    return recorded("product", expression, site, terms, parts)


def _quotient(expression: Quotient, site: Site) -> Outcome:
    above, below = expression.args
    top, part_above = derivative(above, site)
    bottom, part_below = derivative(below, site)
    once = product_parts(Quotient(ONE, below))
    # Why each factor by itself? In a²·b² a later step may cancel; (a·b)² hides them.
    twice = once[0] ** 2, tuple(raised(f, Integer(2)) for f in once[1])
    coefficient, factors = joined(product_parts(above), twice)
    terms = surrounded(top, NO_CONSTANT, once)
    terms += surrounded(bottom, (-coefficient, factors), NO_CONSTANT)
    return recorded("quotient", expression, site, terms, [part_above, part_below])


def _power(expression: Power, site: Site) -> Outcome:
    base, exponent = expression.args
    if site.occurs_in(exponent):
        return _general_power(expression, site)
    terms, part = derivative(base, site)
    if isinstance(exponent, Decimal):
        lowered = exponent.value - 1
        power = raised(base, lowered) if lowered.is_Integer else Power(base, decimal(lowered))
        coefficient, factors = ONE, (exponent, power) if lowered else (exponent,)
    elif isinstance(exponent, Rational):
        lowered = exponent - 1
        coefficient, factors = exponent, () if lowered == 0 else (raised(base, lowered),)
    else:
        coefficient, factors = product_parts(
            Times(exponent, Power(base, Plus(exponent, Negative(ONE))))
        )
    return recorded(
        "power", expression, site, surrounded(terms, (coefficient, factors), NO_CONSTANT), [part]
    )


def _general_power(expression: Power, site: Site) -> Outcome:
    base, exponent = expression.args
    by_exponent, part_exponent = derivative(exponent, site)
    by_base, part_base = derivative(base, site)
    terms = surrounded(
        by_exponent, product_parts(Times(expression, Pointwise("log", base))), NO_CONSTANT
    )
    lowered = Power(base, Plus(exponent, Negative(ONE)))
    terms += surrounded(by_base, product_parts(Times(exponent, lowered)), NO_CONSTANT)
    return recorded("general power", expression, site, terms, [part_base, part_exponent])


def _pointwise(expression: Pointwise, site: Site) -> Outcome:
    row = pointwise_row(expression.name)
    output = site.name_of(expression)
    terms, parts = NOTHING, []
    for argument, form in zip(expression.arguments, row.derivatives, strict=True):
        own, part = derivative(argument, site)
        slope = form(*expression.arguments, output)
        if part is not None and slope != 0:
            terms += surrounded(own, product_parts(slope), NO_CONSTANT)
        parts.append(part)
    convention = f" ({row.convention})" if row.convention else ""
    return recorded(
        "pointwise", expression, site, terms, parts, ("function", row.reason + convention)
    )


def _where(expression: Where, site: Site) -> Outcome:
    condition, then, otherwise = expression.args
    yes, part_yes = derivative(then, site)
    no, part_no = derivative(otherwise, site)
    terms = tuple(chosen(condition, t) for t in yes) + tuple(
        chosen(opposite(condition), t) for t in no
    )
    return recorded("branch", expression, site, terms, [part_yes, part_no])


def _nothing(expression: Expr, site: Site) -> Outcome:
    return recorded("constant", expression, site, NOTHING, [])


def _jumps(expression: Expr, site: Site) -> Outcome:
    return recorded("piecewise constant", expression, site, NOTHING, [])


FORMS: dict[type, Callable[[Expr, Site], Outcome]] = {
    Entry: _entry,
    Padded: _padded,
    Plus: _plus,
    Negative: _product_like,
    Times: _product_like,
    Quotient: _product_like,
    Power: _power,
    Pointwise: _pointwise,
    Where: _where,
    Iverson: _jumps,
    First: _jumps,
    Floored: _nothing,
    Remainder: _nothing,
    **OVER_LETTERS,
}
