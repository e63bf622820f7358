"""The local derivative: ∂expression/∂v[K], one rule for each form, recorded as a tree.

The result is a sum of terms in which every occurrence of v has become deltas; nothing is simplified
here. Occurrences, not values, are differentiated: x·x has two, and their contributions add.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from sympy import Expr, Integer, Rational

from symback.algebra.nodes import (
    Bounded,
    Delta,
    IndexMean,
    IndexSum,
    Iverson,
    LogSumExp,
    Partial,
    Softmax,
    Where,
)
from symback.algebra.operators import (
    Decimal,
    Negative,
    Not,
    Plus,
    Pointwise,
    Power,
    Quotient,
    Times,
)
from symback.algebra.pointwise import pointwise_row
from symback.algebra.positions import Entry
from symback.algebra.terms import (
    ONE,
    Term,
    Terms,
    expression_of,
    product_parts,
    raised,
    unbound,
)
from symback.algebra.traversal import entries, with_letters
from symback.derivation.guards import chosen, guarded
from symback.derivation.knowledge import Named, named_entry
from symback.derivation.term_moves import decimal
from symback.errors import DerivationError
from symback.record.steps import Step

NOTHING: Terms = ()
# A constant part of a product: its number, and its factors in order.
Constant = tuple[Rational, tuple[Expr, ...]]
NO_CONSTANT: Constant = (ONE, ())


@dataclass(slots=True)
class Site:
    """Where we differentiate: by which entry, which letters are taken, what has a name."""

    variable: Entry
    taken: set[str]
    named: Named = field(default_factory=dict)

    @property
    def tensor(self) -> str:
        return self.variable.tensor

    def occurs_in(self, expression: Expr) -> bool:
        return any(entry.tensor == self.tensor for entry in entries(expression))

    def name_of(self, expression: Expr) -> Expr:
        """Return the entry that already holds this value, or the expression itself."""
        return named_entry(expression, self.named) or expression


Outcome = tuple[Terms, Step | None]


def local_derivative(expression: Expr, site: Site) -> Outcome:
    """Return (terms of ∂expression/∂variable, the step that derives them); no terms where it is 0.

    The terms hold the deltas as they come. Raises DerivationError for a form without a rule.
    """
    if not site.occurs_in(expression):
        return NOTHING, None
    for kind in type(expression).__mro__:
        rule = FORMS.get(kind)
        if rule:
            return rule(expression, site)
    raise DerivationError(
        f"the derivative of {expression} by {site.variable}",
        f"no derivative rule for {type(expression).__name__}",
        f"forms with a rule: {', '.join(sorted(k.__name__ for k in FORMS))}",
    )


def _step(
    rule: str,
    expression: Expr,
    site: Site,
    terms: Terms,
    parts: list[Step | None],
    *facts: tuple[str, Expr | str],
) -> Outcome:
    """Record that by ``rule`` the derivative of the expression is the sum of the terms."""
    return terms, Step(
        identifier="",
        rule=rule,
        before=Partial(expression, site.variable),
        after=expression_of(terms),
        facts=(("variable", site.variable), *facts),
        substeps=tuple(p for p in parts if p is not None),
    )


def _entry(expression: Entry, site: Site) -> Outcome:
    if expression.tensor != site.tensor:
        return _nothing(expression, site)
    pairs = zip(expression.positions, site.variable.positions, strict=True)
    deltas = tuple(Delta(position, letter) for position, letter in pairs)
    return _step("entry" if deltas else "itself", expression, site, (Term(ONE, deltas),), [])


def _plus(expression: Plus, site: Site) -> Outcome:
    terms, parts = NOTHING, []
    vanishing: list[tuple[str, Expr]] = []
    for operand in expression.args:
        own, part = local_derivative(operand, site)
        if not own and part is None:
            vanishing.append(("vanishing", operand))
        terms += own
        parts.append(part)
    return _step("sum", expression, site, terms, parts, *vanishing)


def _product_like(expression: Negative | Times | Quotient, site: Site) -> Outcome:
    """Take all constant factors out in one move; what is left is a product, a quotient, a core."""
    core, before, behind = _core(expression, site)
    if core is not expression:
        own, part = local_derivative(core, site)
        terms = _surrounded(own, before, behind)
        return _step("constant factor", expression, site, terms, [part])
    return _times(core, site) if isinstance(core, Times) else _quotient(core, site)


def _core(expression: Expr, site: Site) -> tuple[Expr, Constant, Constant]:
    """Return (the operand with the variable, the constants before it, the constants behind it)."""
    before, behind = NO_CONSTANT, NO_CONSTANT
    while True:
        if isinstance(expression, Negative):
            before = (-before[0], before[1])
            expression = expression.args[0]
        elif isinstance(expression, Quotient) and not site.occurs_in(expression.args[1]):
            behind = _joined(product_parts(Quotient(ONE, expression.args[1])), behind)
            expression = expression.args[0]
        elif isinstance(expression, Times) and len(_active(expression, site)) == 1:
            (place,) = _active(expression, site)
            before = _joined(before, _constants(expression.args[:place]))
            behind = _joined(_constants(expression.args[place + 1 :]), behind)
            expression = expression.args[place]
        else:
            return expression, before, behind


def _active(product: Times, site: Site) -> list[int]:
    return [place for place, factor in enumerate(product.args) if site.occurs_in(factor)]


def _times(expression: Times, site: Site) -> Outcome:
    terms, parts = NOTHING, []
    for place in _active(expression, site):
        own, part = local_derivative(expression.args[place], site)
        before = _constants(expression.args[:place])
        terms += _surrounded(own, before, _constants(expression.args[place + 1 :]))
        parts.append(part)
    return _step("product", expression, site, terms, parts)


def _quotient(expression: Quotient, site: Site) -> Outcome:
    above, below = expression.args
    top, part_above = local_derivative(above, site)
    bottom, part_below = local_derivative(below, site)
    once = product_parts(Quotient(ONE, below))
    # Why each factor by itself? In a²·b² a later step may cancel; (a·b)² hides them.
    twice = once[0] ** 2, tuple(raised(f, Integer(2)) for f in once[1])
    coefficient, factors = _joined(product_parts(above), twice)
    terms = _surrounded(top, NO_CONSTANT, once)
    terms += _surrounded(bottom, (-coefficient, factors), NO_CONSTANT)
    return _step("quotient", expression, site, terms, [part_above, part_below])


def _power(expression: Power, site: Site) -> Outcome:
    base, exponent = expression.args
    if site.occurs_in(exponent):
        return _general_power(expression, site)
    terms, part = local_derivative(base, site)
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
    return _step(
        "power", expression, site, _surrounded(terms, (coefficient, factors), NO_CONSTANT), [part]
    )


def _general_power(expression: Power, site: Site) -> Outcome:
    base, exponent = expression.args
    by_exponent, part_exponent = local_derivative(exponent, site)
    by_base, part_base = local_derivative(base, site)
    terms = _surrounded(
        by_exponent, product_parts(Times(expression, Pointwise("log", base))), NO_CONSTANT
    )
    lowered = Power(base, Plus(exponent, Negative(ONE)))
    terms += _surrounded(by_base, product_parts(Times(exponent, lowered)), NO_CONSTANT)
    return _step("general power", expression, site, terms, [part_base, part_exponent])


def _pointwise(expression: Pointwise, site: Site) -> Outcome:
    row = pointwise_row(expression.name)
    output = site.name_of(expression)
    terms, parts = NOTHING, []
    for argument, derivative in zip(expression.arguments, row.derivatives, strict=True):
        own, part = local_derivative(argument, site)
        slope = derivative(*expression.arguments, output)
        if part is not None and slope != 0:
            terms += _surrounded(own, product_parts(slope), NO_CONSTANT)
        parts.append(part)
    convention = f" ({row.convention})" if row.convention else ""
    return _step("pointwise", expression, site, terms, parts, ("function", row.reason + convention))


def _over_index(name: str) -> Callable[[Expr, Site], Outcome]:
    def rule(expression: IndexSum | IndexMean, site: Site) -> Outcome:
        body, letters = unbound(expression, site.taken)
        site.taken |= {k.name for k in letters}
        terms, part = local_derivative(body, site)
        if any(isinstance(b, Bounded) for b in expression.binders):
            terms = tuple(map(guarded, terms))
        summed = tuple(Term(t.coefficient, t.factors, letters + t.letters) for t in terms)
        return _step(name, expression, site, summed, [part])

    return rule


def _logsumexp(expression: LogSumExp, site: Site) -> Outcome:
    body, letters = unbound(expression, site.taken)
    site.taken |= {k.name for k in letters}
    terms, part = local_derivative(body, site)
    if len(letters) == 1:
        share = site.name_of(Softmax(expression.body, expression.letters[0], letters[0]))
    else:
        share = Pointwise("exp", Plus(body, Negative(expression)))
    weighted = tuple(Term(t.coefficient, (share, *t.factors), letters + t.letters) for t in terms)
    return _step("log-sum-exp", expression, site, weighted, [part])


def _softmax(expression: Softmax, site: Site) -> Outcome:
    body, letters = unbound(expression, site.taken)
    (letter,) = letters
    site.taken.add(letter.name)
    share = site.name_of(expression)
    other = site.name_of(Softmax(expression.body, expression.letters[0], letter))
    terms, part = local_derivative(body, site)
    own = tuple(
        Term(
            t.coefficient,
            (share, *(with_letters(f, {letter: expression.at}) for f in t.factors)),
            t.letters,
        )
        for t in terms
    )
    spread = tuple(
        Term(-t.coefficient, (share, other, *t.factors), letters + t.letters) for t in terms
    )
    return _step("softmax", expression, site, own + spread, [part])


def _where(expression: Where, site: Site) -> Outcome:
    condition, then, otherwise = expression.args
    yes, part_yes = local_derivative(then, site)
    no, part_no = local_derivative(otherwise, site)
    terms = tuple(chosen(condition, t) for t in yes) + tuple(chosen(Not(condition), t) for t in no)
    return _step("branch", expression, site, terms, [part_yes, part_no])


def _nothing(expression: Expr, site: Site) -> Outcome:
    return _step("constant", expression, site, NOTHING, [])


def _constants(operands: tuple[Expr, ...]) -> Constant:
    return product_parts(Times(*operands)) if operands else NO_CONSTANT


def _joined(left: Constant, right: Constant) -> Constant:
    return left[0] * right[0], (*left[1], *right[1])


def _surrounded(terms: Terms, before: Constant, behind: Constant) -> Terms:
    """Put constant factors before and behind every term, in the order of writing."""
    coefficient = before[0] * behind[0]
    return tuple(
        Term(t.coefficient * coefficient, (*before[1], *t.factors, *behind[1]), t.letters)
        for t in terms
    )


FORMS: dict[type, Callable[[Expr, Site], Outcome]] = {
    Entry: _entry,
    Plus: _plus,
    Negative: _product_like,
    Times: _product_like,
    Quotient: _product_like,
    Power: _power,
    Pointwise: _pointwise,
    IndexSum: _over_index("sum over index"),
    IndexMean: _over_index("mean over index"),
    LogSumExp: _logsumexp,
    Softmax: _softmax,
    Where: _where,
    Iverson: _nothing,
}
