"""Where a local derivative is taken, and the dispatch from a form to its rule.

A rule is a function (expression, site) -> (terms of the derivative, the step that records it). The
table of all rules is in ``derivation/local.py``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sympy import Expr, Rational

from symback.algebra.nodes import Partial
from symback.algebra.operators import Times
from symback.algebra.positions import Entry
from symback.algebra.terms import ONE, Term, Terms, expression_of, product_parts
from symback.algebra.traversal import entries
from symback.derivation.knowledge import Named, named_entry
from symback.errors import DerivationError
from symback.record.steps import Step

NOTHING: Terms = ()
Outcome = tuple[Terms, Step | None]
# A constant part of a product: its number, and its factors in order.
Constant = tuple[Rational, tuple[Expr, ...]]
NO_CONSTANT: Constant = (ONE, ())


@dataclass(slots=True)
class Site:
    """Where we differentiate: by which entry, which letters are taken, what has a name."""

    variable: Entry
    taken: set[str]
    named: Named
    forms: Mapping[type, Callable[[Expr, Site], Outcome]]

    @property
    def tensor(self) -> str:
        return self.variable.tensor

    def occurs_in(self, expression: Expr) -> bool:
        return any(entry.tensor == self.tensor for entry in entries(expression))

    def name_of(self, expression: Expr) -> Expr:
        """Return the entry that already holds this value, or the expression itself."""
        return named_entry(expression, self.named) or expression


def derivative(expression: Expr, site: Site) -> Outcome:
    """Return (terms of ∂expression/∂variable, the step that derives them); no terms where it is 0.

    The terms hold the deltas as they come. Raises DerivationError for a form without a rule.
    """
    if not site.occurs_in(expression):
        return NOTHING, None
    for kind in type(expression).__mro__:
        rule = site.forms.get(kind)
        if rule:
            return rule(expression, site)
    raise DerivationError(
        f"the derivative of {expression} by {site.variable}",
        f"no derivative rule for {type(expression).__name__}",
        f"forms with a rule: {', '.join(sorted(k.__name__ for k in site.forms))}",
    )


def recorded(
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


def constants(operands: tuple[Expr, ...]) -> Constant:
    """Return (number, factors) of a product of operands."""
    return product_parts(Times(*operands)) if operands else NO_CONSTANT


def joined(left: Constant, right: Constant) -> Constant:
    """Return the product of two constant parts."""
    return left[0] * right[0], (*left[1], *right[1])


def surrounded(terms: Terms, before: Constant, behind: Constant) -> Terms:
    """Put constant factors before and behind every term, in the order of writing."""
    coefficient = before[0] * behind[0]
    return tuple(
        Term(t.coefficient * coefficient, (*before[1], *t.factors, *behind[1]), t.letters)
        for t in terms
    )
