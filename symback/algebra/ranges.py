"""What brackets about letters say: inequalities between positions, and what follows from what.

An inequality is an affine position g that stands for g ≥ 0. It surely holds if its smallest value
over the box of its letters is not negative, or if it is not less than others that are given.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import combinations

from sympy import Expr, Integer

from symback.algebra.letters import Index
from symback.algebra.nodes import Delta, InRange, Iverson
from symback.algebra.operators import Both, Comparison, Condition, Not
from symback.algebra.positions import (
    affine,
    bounds,
    combined,
    is_affine,
    parts,
    position_of_value,
    surely_nonnegative,
)

Inequalities = tuple[Expr, ...]
MOST_TOGETHER = 2  # given inequalities whose sum may imply another


def inequalities(condition: Condition) -> Inequalities | None:
    """Return the inequalities that a condition consists of; None if it is about anything else."""
    if isinstance(condition, Both):
        sides = [inequalities(part) for part in condition.args]
        return None if None in sides else tuple(g for side in sides for g in side)
    if isinstance(condition, InRange):
        position, low, high = condition.args
        if not all(map(is_affine, condition.args)):
            return None
        return combined((1, position), (-1, low)), _less(position, high)
    if isinstance(condition, Comparison) and condition.operator in SIDES:
        positions = compared(condition)
        return None if positions is None else SIDES[condition.operator](*positions)
    return None


def compared(condition: Comparison) -> tuple[Expr, Expr] | None:
    """Return the two affine positions that a comparison compares; None if it compares values."""
    left, right = map(position_of_value, condition.args[1:])
    both = left is not None and right is not None and is_affine(left) and is_affine(right)
    return (left, right) if both else None


def _less(left: Expr, right: Expr) -> Expr:
    """left < right, of integers: right - left - 1 ≥ 0."""
    return combined((1, right), (-1, left), (-1, Integer(1)))


def _not_more(left: Expr, right: Expr) -> Expr:
    return combined((1, right), (-1, left))


SIDES = {
    "<": lambda left, right: (_less(left, right),),
    "<=": lambda left, right: (_not_more(left, right),),
    ">": lambda left, right: (_less(right, left),),
    ">=": lambda left, right: (_not_more(right, left),),
    "==": lambda left, right: (_not_more(left, right), _not_more(right, left)),
}


def known_from(factors: Iterable[Expr]) -> Inequalities:
    """Return what holds where a product is not 0: the inequalities of its brackets and deltas."""
    found: Inequalities = ()
    for factor in factors:
        if isinstance(factor, Iverson):
            found += inequalities(factor.args[0]) or ()
        elif isinstance(factor, Delta) and all(map(is_affine, factor.args)):
            found += SIDES["=="](*factor.args)
    return found


def surely_holds(inequality: Expr, given: Sequence[Expr] = ()) -> bool:
    """Does g ≥ 0 hold for all letters and sizes, by itself or because the given ones hold?

    If h ≥ 0 is given and g - h is never negative, then g ≥ 0; so with the sum of two given ones.
    """
    if _never_negative(inequality):
        return True
    return any(
        _never_negative(combined((1, inequality), *((-1, h) for h in chosen)))
        for count in range(1, MOST_TOGETHER + 1)
        for chosen in combinations(given, count)
    )


def surely_fails(inequality: Expr, given: Sequence[Expr] = ()) -> bool:
    """Is g ≥ 0 impossible for all letters and sizes, by itself or beside the given ones?"""
    return surely_holds(_opposite(inequality), given)


def _opposite(inequality: Expr) -> Expr:
    """Not g ≥ 0, of an integer: -g - 1 ≥ 0."""
    return combined((-1, inequality), (-1, Integer(1)))


@lru_cache(maxsize=4096)
def _never_negative(position: Expr) -> bool:
    return surely_nonnegative(bounds(position)[0])


def what_remains(condition: Condition, given: Sequence[Expr]) -> Condition | None:
    """Return the part of a condition that does not follow from what is given; None if all does.

    The sides of a conjunction are looked at one by one.
    """
    if isinstance(condition, Both):
        left, right = condition.args
        kept = what_remains(left, (*given, *(inequalities(right) or ())))
        also = inequalities(kept) or () if kept is not None else ()
        rest = what_remains(right, (*given, *also))
        if kept is None or rest is None:
            return rest if kept is None else kept
        return condition if (kept, rest) == (left, right) else Both(kept, rest)
    own = inequalities(condition)
    if own is not None and all(surely_holds(g, given) for g in own):
        return None
    return None if _surely_differ(condition, given) else condition


def _surely_differ(condition: Condition, given: Sequence[Expr]) -> bool:
    """Is this the condition a ≠ b of positions that are never equal?"""
    if isinstance(condition, Not):
        equal = condition.args[0]
        if not (isinstance(equal, Comparison) and equal.operator == "=="):
            return False
    elif isinstance(condition, Comparison) and condition.operator == "!=":
        equal = condition
    else:
        return False
    positions = compared(equal)
    return positions is not None and any(
        surely_holds(g, given) for g in (_less(*positions), _less(*reversed(positions)))
    )


def split(position: Expr, letter: Index) -> tuple[int, Expr]:
    """Return (c, rest) of an affine position c·letter + rest."""
    constant, coefficients = parts(position)
    coefficients = dict(coefficients)
    coefficient = coefficients.pop(letter, 0)
    return coefficient, affine(constant, coefficients)
