"""Expressions at given steps of time: what time decides is decided, the other letters stay."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from operator import eq, ge, gt, le, lt, ne

from sympy import Expr, Integer

from symback.algebra.letters import Index
from symback.algebra.nodes import (
    Binder,
    Bounded,
    Delta,
    Floored,
    IndexMean,
    IndexSum,
    InRange,
    Iverson,
    Padded,
    Remainder,
    Where,
)
from symback.algebra.operators import (
    Comparison,
    Condition,
    Either,
    Negative,
    Not,
    Plus,
    Quotient,
    Times,
    negative,
    product_of,
    sum_of,
)
from symback.algebra.positions import Affine, Entry, as_value, combined, parts
from symback.algebra.traversal import with_letters
from symback.errors import DefinitionError, NotYetError

ZERO, ONE = Integer(0), Integer(1)
RELATIONS = {"<": lt, "<=": le, ">": gt, ">=": ge, "==": eq, "!=": ne}
Values = Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Steps:
    """How many steps there are, which axis of a tensor is time, what states are before them.

    ``initials`` holds the other letters of a state and its initial value; ``name`` names the
    tensor of one step.
    """

    network: str
    count: int
    times: frozenset[str]  # the names of the letters of time
    axes: Mapping[str, int]
    initials: Mapping[str, tuple[tuple[Index, ...], Expr]]
    name: Callable[[str, int], str]


def written_at(expression: Expr, values: Values, steps: Steps) -> Expr:
    """Return the expression at these steps: entries of time are those of one step, sums are terms.

    Raises DefinitionError for a read outside the steps, NotYetError for a function along time that
    is no sum.
    """
    return _Writing(steps).value(expression, values)


@dataclass(frozen=True, slots=True)
class _Writing:
    steps: Steps

    def value(self, node: Expr, values: Values) -> Expr:
        for kind, form in FORMS.items():
            if isinstance(node, kind):
                return form(self, node, values)
        if not node.args:
            return node
        # Names (Str) are operands too, and are no expressions.
        return node.func(*(self.value(a, values) if isinstance(a, Expr) else a for a in node.args))

    def position(self, position: Expr, values: Values) -> Expr:
        """Return a position with numbers for the letters of time."""
        if isinstance(position, (Floored, Remainder)):
            inner, divisor = (self.position(p, values) for p in position.args)
            if inner.is_Integer and divisor.is_Integer:
                return inner // divisor if isinstance(position, Floored) else inner % divisor
            return position.func(inner, divisor)
        if isinstance(position, Entry):
            return self.value(position, values)
        constant, coefficients = parts(position)
        known = [(c, Integer(values[k.name])) for k, c in coefficients.items() if k.name in values]
        rest = [(c, k) for k, c in coefficients.items() if k.name not in values]
        return combined((1, constant), *known, *rest)

    def condition(self, node: Condition, values: Values) -> Condition | bool:
        """Return a condition; True or False where time decides it."""
        if isinstance(node, InRange):
            where, low, high = (self.position(p, values) for p in node.args)
            if where.is_Integer and low.is_Integer and high.is_Integer:
                return bool(low <= where < high)
            return InRange(where, low, high)
        if isinstance(node, Comparison):
            left, right = (self.value(a, values) for a in node.args[1:])
            if left.is_Integer and right.is_Integer:
                return bool(RELATIONS[node.operator](left, right))
            return Comparison(node.operator, left, right)
        parts = [self.condition(a, values) for a in node.args]
        if isinstance(node, Not):
            return Not(parts[0]) if isinstance(parts[0], Condition) else not parts[0]
        decides = isinstance(node, Either)
        if any(part is decides for part in parts):
            return decides
        open_parts = [part for part in parts if isinstance(part, Condition)]
        if not open_parts:
            return not decides
        return node.func(*open_parts) if len(open_parts) > 1 else open_parts[0]

    # Forms ----------------------------------------------------------------------------------------

    def entry(self, node: Entry, values: Values) -> Expr:
        positions = [self.position(p, values) for p in node.positions]
        axis = self.steps.axes.get(node.tensor)
        if axis is None:
            return Entry(node.tensor, *positions)
        step, rest = positions[axis], positions[:axis] + positions[axis + 1 :]
        if not step.is_Integer:
            raise NotYetError(f"{self.steps.network} unrolled: {node}", "a step that is no number",
                              "draw the network as it is")  # fmt: skip
        if 0 <= step < self.steps.count:
            return Entry(self.steps.name(node.tensor, int(step)), *rest)
        if step < 0 and node.tensor in self.steps.initials:
            letters, initial = self.steps.initials[node.tensor]
            return with_letters(initial, dict(zip(letters, rest, strict=True)))
        raise DefinitionError(
            f"{self.steps.network} unrolled for {self.steps.count} steps: {node}",
            f"step {step}", "unroll more steps",
        )  # fmt: skip

    def padded(self, node: Padded, values: Values) -> Expr:
        axis = self.steps.axes.get(node.entry.tensor)
        if axis is None:
            return Padded(self.entry(node.entry, values))
        step = self.position(node.entry.positions[axis], values)
        inside = not step.is_Integer or 0 <= step < self.steps.count
        return Padded(self.entry(node.entry, values)) if inside else ZERO

    def times(self, node: Times, values: Values) -> Expr:
        """Multiply; a bracket or delta that is 0 comes first: what it excludes is not read."""
        guards = {a: self.value(a, values) for a in node.args if isinstance(a, (Iverson, Delta))}
        if ZERO in guards.values():
            return ZERO
        factors = [guards[a] if a in guards else self.value(a, values) for a in node.args]
        return ZERO if ZERO in factors else product_of([f for f in factors if f != ONE])

    def plus(self, node: Plus, values: Values) -> Expr:
        terms = [self.value(a, values) for a in node.args]
        return sum_of([term for term in terms if term != ZERO] or [ZERO])

    def quotient(self, node: Quotient, values: Values) -> Expr:
        above, below = (self.value(a, values) for a in node.args)
        return above if above == ZERO or below == ONE else Quotient(above, below)

    def iverson(self, node: Iverson, values: Values) -> Expr:
        holds = self.condition(node.args[0], values)
        return Iverson(holds) if isinstance(holds, Condition) else Integer(int(holds))

    def where(self, node: Where, values: Values) -> Expr:
        holds = self.condition(node.args[0], values)
        if isinstance(holds, Condition):
            return Where(holds, *(self.value(a, values) for a in node.args[1:]))
        return self.value(node.args[1 if holds else 2], values)

    def delta(self, node: Delta, values: Values) -> Expr:
        left, right = (self.position(p, values) for p in node.args)
        is_known = left.is_Integer and right.is_Integer
        return Integer(int(left == right)) if is_known else Delta(left, right)

    def binder(self, node: Binder, values: Values) -> Expr:
        """Write a sum or mean over time out; over other letters it stays."""
        times = [b for b in node.binders if self._is_time(b)]
        if not times:
            body = self.value(node.body, values)
            rest = (self._bound(b, values) for b in node.args[1:])
            return ZERO if body == ZERO and isinstance(node, IndexSum) else node.func(body, *rest)
        if not isinstance(node, (IndexSum, IndexMean)):
            raise NotYetError(
                f"{self.steps.network} unrolled: {str(node)[:60]}",
                f"a {type(node).__name__} along time", "draw the network as it is",
            )  # fmt: skip
        others = [self._bound(b, values) for b in node.binders if b not in times]
        runs = list(self._runs(times, values))
        bodies = [self.value(node.body, {**values, **run}) for run in runs]
        terms = [node.func(b, *others) if others else b for b in bodies if b != ZERO]
        total = sum_of(terms or [ZERO])
        is_mean = isinstance(node, IndexMean) and total != ZERO
        return Quotient(total, Integer(len(runs))) if is_mean else total

    def _is_time(self, binder: Expr) -> bool:
        letter = binder.letter if isinstance(binder, Bounded) else binder
        return letter.name in self.steps.times

    def _bound(self, binder: Expr, values: Values) -> Expr:
        if isinstance(binder, Bounded):
            ends = (self.position(p, values) for p in (binder.low, binder.high))
            return Bounded(binder.letter, *ends)
        return self.position(binder, values)

    def _runs(self, times: list[Expr], values: Values) -> Iterator[dict[str, int]]:
        ranges = []
        for binder in times:
            if isinstance(binder, Bounded):
                low, high = (int(self.position(p, values)) for p in (binder.low, binder.high))
                ranges.append((binder.letter.name, range(low, high + 1)))
            else:
                ranges.append((binder.name, range(int(binder.size))))
        for numbers in product(*(numbers for _, numbers in ranges)):
            yield dict(zip((name for name, _ in ranges), numbers, strict=True))


def _number(writing: _Writing, node: Expr, values: Values) -> Expr:
    return as_value(writing.position(node, values))


def _negative(writing: _Writing, node: Negative, values: Values) -> Expr:
    inner = writing.value(node.args[0], values)
    return ZERO if inner == ZERO else negative(inner)


FORMS: dict[type, Callable[[_Writing, Expr, Values], Expr]] = {
    Entry: _Writing.entry,
    Padded: _Writing.padded,
    Index: _number,
    Affine: _number,
    Floored: _number,
    Remainder: _number,
    Times: _Writing.times,
    Plus: _Writing.plus,
    Negative: _negative,
    Quotient: _Writing.quotient,
    Iverson: _Writing.iverson,
    Where: _Writing.where,
    Delta: _Writing.delta,
    Binder: _Writing.binder,
}
