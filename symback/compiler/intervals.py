"""Stage plan, recurrences: intervals of time in which each condition on time is true or is false.

Input: the equations of a recurrence. Output: the intervals, in the order of time, and equations
without conditions on time alone: [t+1 < T] is 0 in the last step and 1 in all others.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from sympy import Expr, Integer, Max, Min

from symback.algebra.letters import Index
from symback.algebra.nodes import Delta, IndexMean, IndexSum, InRange, Iverson, Where
from symback.algebra.operators import (
    Both,
    Comparison,
    Condition,
    Either,
    Negative,
    Not,
    Plus,
    Quotient,
    Times,
)
from symback.algebra.positions import (
    Affine,
    Entry,
    as_position,
    combined,
    is_affine,
    parts,
    surely_nonnegative,
)
from symback.algebra.traversal import subexpressions
from symback.errors import DefinitionError

# Every interval has statements of its own; beyond this a condition is a mask.
MOST_INTERVALS = 12
ZERO, ONE = Integer(0), Integer(1)
REVERSED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "==", "!=": "!="}
# t op p as demands on (t ≥ p, t ≥ p + 1); None demands nothing.
DEMANDS = {
    "<": (False, None),
    "<=": (None, False),
    ">": (None, True),
    ">=": (True, None),
    "==": (True, False),
}


@dataclass(frozen=True, slots=True)
class Interval:
    """The times from ``start`` on, ``length`` of them, which may be none.

    They lie in low ≤ t < low_end and T - high ≤ t < T - high_end; None is no bound.
    """

    time: Index
    low: int = 0
    low_end: int | None = None
    high: int | None = None
    high_end: int = 0

    @property
    def start(self) -> Expr:
        if self.high is None:
            return Integer(self.low)
        return _extreme(Max, Integer(self.low), self.time.size - self.high)

    @property
    def length(self) -> Expr:
        end = self.time.size - self.high_end
        if self.low_end is not None:
            end = _extreme(Min, end, Integer(self.low_end))
        length = end - self.start
        return length if surely_nonnegative(length) else Max(0, length)

    def is_from(self, threshold: Expr) -> bool | None:
        """Are all times at least the threshold (True), or none (False)? None: not known."""
        place = _place(threshold, self.time)
        if place is None:
            return None
        from_start, number = place
        if from_start:
            if number <= self.low:
                return True
            return False if self.low_end is not None and number >= self.low_end else None
        if self.high is not None and number >= self.high:
            return True
        return False if number <= self.high_end else None


def _extreme(function: type, a: Expr, b: Expr) -> Expr:
    """Return the larger or the smaller of two sizes, without a function where that is known."""
    larger = a if surely_nonnegative(a - b) else b if surely_nonnegative(b - a) else None
    if larger is None:
        return function(a, b)
    return larger if function is Max else a + b - larger


def _place(threshold: Expr, time: Index) -> tuple[bool, int] | None:
    """Return (True, p) for the threshold p, (False, q) for T - q; None for anything else."""
    if threshold.is_Integer and not (time.size.is_Integer and threshold >= time.size):
        return True, int(threshold)
    left = time.size - threshold
    return (False, int(left)) if left.is_Integer else None


def intervals(expressions: Iterable[Expr], time: Index) -> tuple[Interval, ...]:
    """Return the intervals in which the conditions on time in these expressions do not change."""
    lows, highs = set(), set()
    for expression in expressions:
        for threshold in _thresholds(expression, time):
            place = _place(threshold, time)
            if place is not None and place[1] > 0:
                (lows if place[0] else highs).add(place[1])
    if (len(lows) + 1) * (len(highs) + 1) > MOST_INTERVALS:
        return (Interval(time),)
    low_edges = [0, *sorted(lows), None]
    high_edges = [None, *sorted(highs, reverse=True), 0]
    return tuple(
        Interval(time, low, low_end, high, high_end)
        for low, low_end in pairwise(low_edges)
        for high, high_end in pairwise(high_edges)
    )


def _thresholds(expression: Expr, time: Index) -> Iterator[Expr]:
    for node in subexpressions(expression):
        if isinstance(node, (Comparison, InRange, Delta)):
            for _, threshold, demands in _demands(node, time) or ():
                yield from (threshold + n for n, demand in enumerate(demands) if demand is not None)


def _demands(
    node: Expr, time: Index
) -> list[tuple[bool, Expr, tuple[bool | None, bool | None]]] | None:
    """Return [(holds or not, p, demands on t ≥ p and t ≥ p + 1), …]; None if not about time."""
    if isinstance(node, InRange):
        position, low, high = node.args
        rows = ((">=", position, low), ("<", position, high))
    elif isinstance(node, Delta):
        rows = (("==", *node.args),)
    else:
        rows = ((node.operator, *node.args[1:]),)
    found = []
    for operator, left, right in rows:
        threshold = _threshold(operator, left, right, time)
        if threshold is None:
            return None
        operator, value = threshold
        found.append((operator != "!=", value, DEMANDS["==" if operator == "!=" else operator]))
    return found


def _threshold(operator: str, left: Expr, right: Expr, time: Index) -> tuple[str, Expr] | None:
    """Return (operator, p) such that left operator right is t operator p."""
    try:
        sides = [as_position(side, "a condition") for side in (left, right)]
    except DefinitionError:
        return None
    if not all(map(is_affine, sides)):
        return None
    constant, coefficients = parts(combined((1, sides[0]), (-1, sides[1])))
    if coefficients == {time: 1}:
        return operator, -constant
    return (REVERSED[operator], constant) if coefficients == {time: -1} else None


# Equations in an interval ------------------------------------------------------------------------


def decided(expression: Expr, interval: Interval) -> Expr:
    """Return the expression as it is within the interval; what a false bracket multiplies goes."""
    if isinstance(expression, Where):
        condition, then, otherwise = expression.args
        truth = _truth(condition, interval)
        if isinstance(truth, bool):
            return decided(then if truth else otherwise, interval)
        return Where(truth, decided(then, interval), decided(otherwise, interval))
    if isinstance(expression, (Iverson, Delta)):
        is_delta = isinstance(expression, Delta)
        truth = _truth(expression if is_delta else expression.args[0], interval)
        if isinstance(truth, bool):
            return ONE if truth else ZERO
        return expression if is_delta else Iverson(truth)
    if isinstance(expression, (Index, Affine, Entry)) or not expression.args:
        return expression
    args = [decided(a, interval) if isinstance(a, Expr) else a for a in expression.args]
    return _without_zeros(expression, args)


def _without_zeros(expression: Expr, args: list[Expr]) -> Expr:
    if isinstance(expression, Times) and ZERO in args:
        return ZERO
    if isinstance(expression, (Negative, Quotient, IndexSum, IndexMean)) and args[0] == ZERO:
        return ZERO
    if isinstance(expression, Plus):
        args = [a for a in args if a != ZERO]
        if len(args) < 2:
            return args[0] if args else ZERO
    return expression.func(*args)


def _truth(condition: Expr, interval: Interval) -> bool | Expr:
    """Return whether a condition holds in the interval, or what is left of it."""
    if isinstance(condition, (Comparison, InRange, Delta)):
        return _decided_demands(condition, interval)
    if isinstance(condition, Not):
        inner = _truth(condition.args[0], interval)
        return not inner if isinstance(inner, bool) else Not(inner)
    if isinstance(condition, (Both, Either)):
        wins = isinstance(condition, Either)
        found = [_truth(c, interval) for c in condition.args]
        open_ones = [c for c in found if not isinstance(c, bool)]
        if wins in found or not open_ones:
            return wins if wins in found else not wins
        return open_ones[0] if len(open_ones) == 1 else condition.func(*open_ones)
    if isinstance(condition, Condition):
        return condition
    return decided(condition, interval)


def _decided_demands(condition: Expr, interval: Interval) -> bool | Expr:
    demands = _demands(condition, interval.time)
    if demands is None:
        return condition
    truths: list[bool | None] = []
    for holds, threshold, wanted in demands:
        met: bool | None = True
        for number, demand in enumerate(wanted):
            if demand is not None:
                known = interval.is_from(threshold + number)
                if known is None:
                    met = None if met else met
                elif known != demand:
                    met = False
        truths.append(met if met is None else met == holds)
    if False in truths:
        return False
    return condition if None in truths else True
