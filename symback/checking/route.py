"""The way from the goal back to a tensor, as adjoint equations; and altered versions of it.

A version of a backward pass is a mapping from tensors to the altered right-hand side of their
adjoint. Many versions are computed side by side, as rows of the same arrays.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
from sympy import Expr

from symback.algebra.letters import Index
from symback.algebra.traversal import entries
from symback.checking.arrays import Field, array_of
from symback.checking.claim import Point
from symback.checking.in_time import at_step, states_of, steps_of
from symback.checking.points import float_kind
from symback.derivation.adjoint import Problem
from symback.network.recurrences import Recurrence, ordered
from symback.network.tensors import Equation

MOST_NUMBERS = 3_000_000  # in one array of all rows

Version = Mapping[str, Expr]


@dataclass(frozen=True, slots=True)
class Stage:
    """One adjoint equation: adjoint[letters] = written, the adjoint of the forward tensor."""

    name: str
    adjoint: str
    letters: tuple[Index, ...]
    written: Expr
    problem: Problem

    @property
    def equation(self) -> Equation:
        """The stage as an equation of the adjoint."""
        return Equation(self.adjoint, self.letters, self.written)


Route = tuple[Stage, ...]


# Why kept? Who checks once checks again, and the textbook's way is derived anew each time.
_STAGES: WeakKeyDictionary[Any, dict[tuple[str, bool], Stage]] = WeakKeyDictionary()


def stage_of(derivation: Any, name: str, textbook: bool = False) -> Stage:
    """Return the adjoint equation of a tensor; with ``textbook`` without stable forms."""
    known = _STAGES.setdefault(derivation, {})
    if (name, textbook) not in known:
        gradient = derivation.textbook(name) if textbook else derivation[name]
        known[name, textbook] = Stage(
            name, gradient.adjoint, gradient.indices, gradient.written, gradient.problem
        )
    return known[name, textbook]


def route_to(derivation: Any, names: Iterable[str], textbook: bool = False) -> Route:
    """Return the adjoint equations from the goal to these tensors, in the backward pass's order."""
    stages: dict[str, Stage] = {}
    stack = [name for name in names if name != derivation.of]
    while stack:
        name = stack.pop()
        if name not in stages:
            stages[name] = stage = stage_of(derivation, name, textbook)
            readers = (consumer.entry.tensor for consumer in stage.problem.consumers)
            stack += [reader for reader in readers if reader != derivation.of]
    return tuple(stages[n] for n in reversed(derivation.forward.tensors) if n in stages)


def forward_field(point: Point) -> Field:
    """Return the field of a float64 point: forward tensors, and the upstream adjoint if any."""
    derivation, tensors = point.derivation, dict(point.tensors)
    if derivation.upstream:
        tensors[derivation.upstream] = point.adjoints[derivation.of]
    states = states_of(derivation.forward)
    return Field(tensors, point.sizes, float_kind(), states=states)


def computed_versions(
    route: Route,
    point: Point,
    versions: Sequence[Version],
    targets: Iterable[str],
    more: Mapping[str, np.ndarray] | None = None,
    known: Collection[str] = (),
) -> dict[str, np.ndarray]:
    """Return the adjoints of the targets, one row for each version.

    ``more`` are further tensors that altered equations may read. Adjoints of ``known`` tensors
    are read as they are there, also where a recurrence leads back to them.
    """
    targets = list(targets)
    largest = max((int(np.prod(point.shape(s.name))) for s in route), default=1)
    step = max(1, MOST_NUMBERS // max(1, largest))
    parts = [
        _rows(route, point, versions[start : start + step], targets, more or {}, known)
        for start in range(0, len(versions), step)
    ]
    return {name: np.concatenate([part[name] for part in parts]) for name in targets}


def _rows(
    route: Route,
    point: Point,
    versions: Sequence[Version],
    targets: Iterable[str],
    more: Mapping[str, np.ndarray],
    known: Collection[str],
) -> dict[str, np.ndarray]:
    base = replace(forward_field(point), known={})
    tensors, rowed = {**base.tensors, **more}, set()
    found: dict[str, np.ndarray] = {}
    work = _Work(point, versions, base, tensors, rowed)
    for stages, recurrence in _groups(route, targets, known):
        if recurrence is None:
            work.compute(stages[0])
        else:
            work.compute_steps(stages, recurrence)
        found.update({stage.name: tensors[stage.adjoint] for stage in stages})
    shapes = {name: (len(versions), *point.shape(name)) for name in targets}
    return {name: np.broadcast_to(found[name], shape) for name, shape in shapes.items()}


def _groups(
    route: Route, targets: Iterable[str], known: Collection[str]
) -> Iterator[tuple[tuple[Stage, ...], Recurrence | None]]:
    """Yield the stages in the order of computing, those of a recurrence together.

    What is known is computed only as a target, and then last: it reads itself as it is known.
    """
    by_adjoint = {stage.adjoint: stage for stage in route}
    for group in ordered(stage.equation for stage in route if stage.name not in known):
        if isinstance(group, Recurrence):
            yield tuple(by_adjoint[target] for target in group.targets), group
        else:
            yield (by_adjoint[group.target],), None
    yield from (
        ((stage,), None) for stage in route if stage.name in known and stage.name in targets
    )


@dataclass(frozen=True, slots=True)
class _Work:
    """Versions of a backward pass side by side: what is computed, and which of it has rows."""

    point: Point
    versions: Sequence[Version]
    base: Field
    tensors: dict[str, np.ndarray]
    rowed: set[str]

    def compute(self, stage: Stage) -> None:
        """Compute one adjoint in all versions."""
        altered = self._altered(stage)
        is_rowed = bool(altered or self.rowed & _reads(stage))
        shape = self.point.shape(stage.name)
        array = self._array(stage.written, stage.letters, shape, altered, is_rowed)
        self.tensors[stage.adjoint] = array
        self.rowed.update({stage.adjoint} if is_rowed else ())

    def compute_steps(self, stages: tuple[Stage, ...], recurrence: Recurrence) -> None:
        """Compute the adjoints of a recurrence in all versions, one step after the other."""
        altered = {stage.name: self._altered(stage) for stage in stages}
        is_rowed = any(altered[stage.name] or self.rowed & _reads(stage) for stage in stages)
        rows = (len(self.versions),) if is_rowed else ()
        for stage in stages:
            self.tensors[stage.adjoint] = np.zeros(rows + self.point.shape(stage.name))
            self.rowed.update({stage.adjoint} if is_rowed else ())
        for step in steps_of(recurrence, self.base):
            for stage in stages:
                axis = recurrence.axis(stage.adjoint)
                now, letters = at_step(stage.written, stage.letters, axis, step)
                wrong = {
                    at_step(e, stage.letters, axis, step)[0]: r
                    for e, r in altered[stage.name].items()
                }
                shape = self.point.shape(stage.name)
                array = self._array(now, letters, shape[:axis] + shape[axis + 1 :], wrong, is_rowed)
                place = (slice(None),) * (axis + is_rowed) + (step,)
                self.tensors[stage.adjoint][place] = array

    def _altered(self, stage: Stage) -> dict[Expr, list[int]]:
        """Return the altered right-hand sides of a stage, each with the rows that have it."""
        groups: dict[Expr, list[int]] = {}
        for row, version in enumerate(self.versions):
            if stage.name in version:
                groups.setdefault(version[stage.name], []).append(row)
        return groups

    def _array(
        self,
        written: Expr,
        letters: tuple[Index, ...],
        shape: tuple[int, ...],
        altered: Mapping[Expr, list[int]],
        is_rowed: bool,
    ) -> np.ndarray:
        """Return a right-hand side as it is in each version; without rows where all agree."""
        rowed = frozenset(self.rowed & {e.tensor for e in entries(written)})
        field = replace(self.base, tensors=self.tensors, rowed=rowed, known=None)
        array = array_of(written, letters, field)
        if not is_rowed:
            return array
        array = np.array(np.broadcast_to(array, (len(self.versions), *shape)))
        for wrong, rows in altered.items():
            array[rows] = self._altered_rows(wrong, letters, rows)
        return array

    def _altered_rows(
        self, altered: Expr, letters: tuple[Index, ...], rows: list[int]
    ) -> np.ndarray:
        """Return an altered right-hand side in those rows to which it belongs."""
        reads = {e.tensor for e in entries(altered)} & self.rowed
        if reads:
            own = {**self.tensors, **{name: self.tensors[name][rows] for name in reads}}
            field = replace(self.base, tensors=own, rowed=frozenset(reads), known=None)
        else:
            field = replace(self.base, tensors=self.tensors)
        return array_of(altered, letters, field)


def _reads(stage: Stage) -> set[str]:
    return {entry.tensor for entry in entries(stage.written)}
