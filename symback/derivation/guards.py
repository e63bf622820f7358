"""Where a branch or the bounds of a sum leave something out, it adds exactly 0, never 0·∞."""

from __future__ import annotations

from functools import reduce

from sympy import Expr, Integer

from symback.algebra.letters import Index
from symback.algebra.nodes import Iverson, Where
from symback.algebra.operators import (
    Both,
    Comparison,
    Condition,
    Negative,
    Not,
    Plus,
    Pointwise,
    Power,
    Quotient,
    Times,
)
from symback.algebra.pointwise import pointwise_row
from symback.algebra.positions import Affine, Entry
from symback.algebra.ranges import compared, inequalities
from symback.algebra.terms import ONE, Term, expression_of, is_structural
from symback.algebra.traversal import entries, free_letters, subexpressions

OPPOSITES = {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "==": "!=", "!=": "=="}


def chosen(condition: Condition, term: Term) -> Term:
    """Select a term by a condition: its deltas stay outside, the rest counts where it holds.

    A condition on letters is a bracket where the rest is made of entries alone: it has a value.
    """
    outside = tuple(f for f in term.factors if is_structural(f))
    inside = [f for f in term.factors if not is_structural(f)]
    if inequalities(condition) is not None and all(map(_has_a_value, inside)):
        return term.times(Iverson(condition), first=True)
    if not inside:
        return Term(term.coefficient, (Iverson(condition), *outside), term.letters)
    chosen = Where(condition, expression_of((Term(ONE, tuple(inside)),)), Integer(0))
    return Term(term.coefficient, (chosen, *outside), term.letters)


def opposite(condition: Condition) -> Condition:
    """Return the condition that holds where this one does not; of letters, turned round: k > q."""
    if isinstance(condition, Not):
        return condition.args[0]
    if isinstance(condition, Comparison) and compared(condition) is not None:
        return Comparison(OPPOSITES[condition.operator], *condition.args[1:])
    return Not(condition)


def guarded(term: Term) -> Term:
    """Choose by where what may have no value where the bounds of its sum exclude it: 1/j at 0."""
    bounds = [f for f in term.factors if isinstance(f, Iverson)]
    others = tuple(f for f in term.factors if not isinstance(f, Iverson))
    if not any(map(_may_have_no_value, others)):
        return term
    condition = reduce(Both, (f.args[0] for f in bounds))
    return chosen(condition, Term(term.coefficient, others, term.letters))


def _may_have_no_value(expression: Expr) -> bool:
    """Does it divide, or take a power, root or logarithm, that some letters may not allow?"""
    return any(free_letters(part) for node in subexpressions(expression) for part in _risks(node))


def _has_a_value(factor: Expr) -> bool:
    """Is this made of entries, letters and numbers by products and sums, or divided by sizes?"""
    if isinstance(factor, (Plus, Times, Negative)):
        return all(map(_has_a_value, factor.args))
    if isinstance(factor, Quotient):
        return _has_a_value(factor.args[0]) and _is_a_size(factor.args[1])
    return isinstance(factor, (Entry, Index, Affine)) or _is_a_size(factor)


def _is_a_size(factor: Expr) -> bool:
    """Does this depend on numbers and sizes alone?"""
    return not free_letters(factor) and not any(True for _ in entries(factor))


def _risks(node: Expr) -> tuple[Expr, ...]:
    if isinstance(node, Quotient):
        return node.args[1:]
    if isinstance(node, Power):
        exponent = node.args[1]
        return () if exponent.is_Integer and exponent >= 0 else node.args
    return pointwise_row(node.name).positive(*node.arguments) if isinstance(node, Pointwise) else ()
