"""Between which bounds a number of a rule lies in every step: is it sure to be positive?

A rewrite such as √(c·x) = √c·√x holds only where c is positive. What is known is what a setting is,
and that a count begins at 0 and grows; anything else may be any number.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from itertools import product

from sympy import Expr
from sympy.core.numbers import Number

from symback.algebra.operators import Decimal, Negative, Plus, Pointwise, Power, Quotient, Times
from symback.algebra.positions import Entry
from symback.network.network import Network
from symback.training.rule import NEXT, state_names

Bounds = tuple[float, float]
ANY: Bounds = (-math.inf, math.inf)
FROM_ZERO: Bounds = (0.0, math.inf)
Known = Mapping[str, Bounds]


def is_positive(expression: Expr, known: Known) -> bool:
    """Is the number above 0 for all values of what it reads?"""
    return bounds_of(expression, known)[0] > 0


def bounds_of(expression: Expr, known: Known) -> Bounds:
    """Return bounds of a number; ``known`` has those of what it reads."""
    if isinstance(expression, Entry):
        return ANY if expression.positions else known.get(expression.tensor, ANY)
    if isinstance(expression, Number | Decimal):
        value = float(getattr(expression, "value", expression))
        return value, value
    if isinstance(expression, Pointwise) and expression.name == "sqrt":
        low, high = bounds_of(expression.arguments[0], known)
        return (math.sqrt(low), math.sqrt(high)) if low >= 0 else ANY
    rule = RULES.get(type(expression))
    return rule(*(bounds_of(a, known) for a in expression.args)) if rule else ANY


def known_bounds(rule: Network, settings: Known) -> Known:
    """Return bounds of what a rule reads and computes in any step, given those of its settings.

    Its scalar states begin at 0. That none of them falls below is supposed, and then looked whether
    no next value does.
    """
    counts = [name for name in state_names(rule) if not rule[name].rank]
    for supposed in (dict.fromkeys(counts, FROM_ZERO), {}):
        found = dict(settings) | supposed
        for equation in rule.equations:
            found[equation.target] = bounds_of(equation.written, found)
        if all(found[name + NEXT][0] >= 0 for name in supposed):
            break
    return found


def _plus(*terms: Bounds) -> Bounds:
    return sum(low for low, _ in terms), sum(high for _, high in terms)


def _times(*factors: Bounds) -> Bounds:
    found = factors[0]
    for factor in factors[1:]:
        # Why 0? It is a bound here, and 0·x is 0 for every number x however large.
        ends = [0.0 if 0 in pair else pair[0] * pair[1] for pair in product(found, factor)]
        found = min(ends), max(ends)
    return found


def _quotient(above: Bounds, below: Bounds) -> Bounds:
    low, high = below
    if low > 0:
        return _times(above, (1 / high, 1 / low))
    return _quotient(_negative(above), _negative(below)) if high < 0 else ANY


def _negative(value: Bounds) -> Bounds:
    return -value[1], -value[0]


def _power(base: Bounds, exponent: Bounds) -> Bounds:
    """A share to a power from 0 stays a share, and becomes smaller; a square is not negative."""
    (low, high), (least, most) = base, exponent
    if low >= 0 and high <= 1 and least >= 0:
        return low**most, high**least
    return FROM_ZERO if low >= 0 or (least == most and least % 2 == 0) else ANY


RULES: dict[type, Callable[..., Bounds]] = {
    Plus: _plus, Times: _times, Quotient: _quotient, Negative: _negative, Power: _power,
}  # fmt: skip
