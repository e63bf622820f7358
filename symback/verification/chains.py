"""Every recorded step, both sides computed: one number before and after, at random points."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import product

import mpmath
import numpy as np
from sympy import Expr

from symback.algebra.canonical import key
from symback.algebra.letters import Index
from symback.algebra.nodes import Total
from symback.algebra.positions import Entry
from symback.algebra.traversal import free_letters
from symback.compiler.interpreter import value
from symback.compiler.world import World
from symback.errors import ValuesError
from symback.network.values import size_value
from symback.record.steps import AdjointRecord, Step
from symback.verification.differences import relative_error, world_floor
from symback.verification.report import Row

Point = dict[Index, int]


@dataclass(slots=True)
class Sides:
    """Computes the sides of steps at values of their letters, each side once.

    ``points`` is how many values of the letters are tried; all, if there are not twice as many.
    """

    world: World
    rng: np.random.Generator
    points: int
    known: dict[tuple, object]

    def compare(self, before: Expr, after: Expr) -> tuple[float, str]:
        """Return the worst relative difference and where it is."""
        worst, where = 0.0, ""
        for point in self._points(before, after):
            left, right = self._value(before, point), self._value(after, point)
            if left is None:
                # Why passed over? A part that is guarded where it stands may have no value alone.
                continue
            difference = float("inf") if right is None else self._difference(left, right)
            if difference > worst:
                worst, where = difference, _shown(point)
        return worst, where

    def _value(self, side: Expr, point: Point) -> object:
        """Return the value of one side; None where it has none."""
        letters = free_letters(side)
        known = (side, tuple(sorted((k.name, i) for k, i in point.items() if k in letters)))
        if known not in self.known:
            try:
                found = value(self.world, side, point)
                self.known[known] = None if mpmath.isnan(found) else found
            except ValuesError:
                self.known[known] = None
        return self.known[known]

    def _difference(self, left: object, right: object) -> float:
        if mpmath.isinf(left) or mpmath.isinf(right):
            return 0.0 if left == right else float("inf")
        with mpmath.workdps(self.world.kind.digits):
            return relative_error(left, right, world_floor(self.world))

    def _points(self, before: Expr, after: Expr) -> Iterator[Point]:
        letters = sorted(free_letters(before) | free_letters(after), key=lambda k: k.name)
        sizes = [size_value(letter.size, self.world.sizes) for letter in letters]
        if np.prod(sizes, dtype=float) <= 2 * self.points:
            for numbers in product(*map(range, sizes)):
                yield dict(zip(letters, numbers, strict=True))
            return
        telling = 0
        for number in range(4 * self.points):
            # Why up to four times as many? Where both sides are 0, a mistake would not show.
            drawn = {size: int(self.rng.integers(size)) for size in sizes}
            if number % 2:
                point = {k: int(self.rng.integers(s)) for k, s in zip(letters, sizes, strict=True)}
            else:
                # Letters of one size agree: there the deltas between them are 1.
                point = {k: drawn[s] for k, s in zip(letters, sizes, strict=True)}
            yield point
            telling += bool(self._value(before, point))
            if telling == self.points:
                return


def _shown(point: Point) -> str:
    return ", ".join(f"{letter.name} = {number}" for letter, number in point.items())


def check_chain(
    record: AdjointRecord, goal: Expr, written: Expr, sides: Sides, tolerance: float
) -> Row:
    """Return the row of one record: an unbroken chain from ∂goal/∂tensor to the gradient.

    Each step's two sides are computed, those of its substeps, and of the parts it says it changed.
    """
    count, worst, place, note = 0, 0.0, "", ""
    for step in record.walk():
        count += 1
        for part, before, after in _claims(step):
            difference, where = sides.compare(before, after)
            if difference > worst:
                worst, place = difference, f"step {step.identifier}"
            if difference > tolerance and not note:
                claim = f"{_clip(before)} is not {_clip(after)}"
                at = f" at {where}" if where else ""
                note = f"step {step.identifier}, {step.rule}{part}: {claim}{at}"
    note = note or _break(record, goal, written)
    return Row("steps", record.adjoint, count, worst, place, not note, note)


def same_chain(record: AdjointRecord, goal: Expr, written: Expr, like: Row) -> Row:
    """Return the row of a record whose steps are those of ``like`` under other names."""
    broken = _break(record, goal, written)
    note = broken or f"as {like.name}, with other names"
    return replace(like, name=record.adjoint, passed=not broken, note=note, like=like.name)


def _claims(step: Step) -> Iterator[tuple[str, Expr, Expr]]:
    yield "", step.before, step.after
    for before, after in step.changed:
        yield ", a part", before, after


def _clip(expression: Expr) -> str:
    text = str(expression)
    return text if len(text) <= 60 else text[:59] + "…"


def _break(record: AdjointRecord, goal: Expr, written: Expr) -> str:
    """Return where the chain is broken: each after must be the next before, up to the gradient."""
    if not record.steps:
        return "no steps"
    if key(record.goal) != key(Total(goal, Entry(record.tensor, *record.letters))):
        return f"the first line is {_clip(record.goal)}, not the derivative that was asked for"
    for step, following in zip(record.steps, record.steps[1:], strict=False):
        if key(step.after) != key(following.before):
            return f"step {following.identifier} does not begin where step {step.identifier} ends"
    if key(record.result) != key(written):
        return f"the last line is not the equation of {record.adjoint}"
    return ""


# (multiplications of one pass of the derived network, how many values of the letters to try)
POINTS = ((1_000, 6), (10_000, 3), (float("inf"), 2))


def points_for(work: int) -> int:
    """Return how many values of the letters to try, given the multiplications of one pass."""
    return next(points for limit, points in POINTS if work <= limit)
