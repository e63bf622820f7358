"""The way from the goal back to a tensor, as adjoint equations; and altered versions of it.

A version of a backward pass is a mapping from tensors to the altered right-hand side of their
adjoint. Many versions are computed side by side, as rows of the same arrays.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
from sympy import Expr

from symback.algebra.letters import Index
from symback.algebra.traversal import entries
from symback.checking.arrays import Field, array_of
from symback.checking.claim import Point
from symback.checking.points import float_kind
from symback.derivation.adjoint import Problem

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
    return Field(tensors, point.sizes, float_kind())


def computed_versions(
    route: Route,
    point: Point,
    versions: Sequence[Version],
    targets: Iterable[str],
    more: Mapping[str, np.ndarray] | None = None,
) -> dict[str, np.ndarray]:
    """Return the adjoints of the targets, one row for each version.

    ``more`` are further tensors that altered equations may read.
    """
    targets = list(targets)
    largest = max((int(np.prod(point.shape(s.name))) for s in route), default=1)
    step = max(1, MOST_NUMBERS // max(1, largest))
    parts = [
        _rows(route, point, versions[start : start + step], targets, more or {})
        for start in range(0, len(versions), step)
    ]
    return {name: np.concatenate([part[name] for part in parts]) for name in targets}


def _rows(
    route: Route,
    point: Point,
    versions: Sequence[Version],
    targets: Iterable[str],
    more: Mapping[str, np.ndarray],
) -> dict[str, np.ndarray]:
    base = replace(forward_field(point), known={})
    tensors, rowed = {**base.tensors, **more}, set()
    found: dict[str, np.ndarray] = {}
    for stage in route:
        groups: dict[Expr, list[int]] = {}
        for row, version in enumerate(versions):
            if stage.name in version:
                groups.setdefault(version[stage.name], []).append(row)
        reads = {e.tensor for e in entries(stage.written)}
        field = Field(tensors, base.sizes, base.kind, frozenset(rowed & reads))
        array = array_of(stage.written, stage.letters, field)
        if groups or rowed & reads:
            shape = (len(versions), *point.shape(stage.name))
            array = np.array(np.broadcast_to(array, shape))
            for altered, rows in groups.items():
                array[rows] = _altered_rows(altered, stage, rows, tensors, rowed, base)
            rowed.add(stage.adjoint)
        tensors[stage.adjoint] = found[stage.name] = array
    shapes = {name: (len(versions), *point.shape(name)) for name in targets}
    return {name: np.broadcast_to(found[name], shape) for name, shape in shapes.items()}


def _altered_rows(
    altered: Expr,
    stage: Stage,
    rows: list[int],
    tensors: Mapping[str, np.ndarray],
    rowed: set[str],
    base: Field,
) -> np.ndarray:
    """Return an altered equation in those rows to which it belongs."""
    reads = {e.tensor for e in entries(altered)} & rowed if rowed else set()
    if reads:
        own = {**tensors, **{name: tensors[name][rows] for name in reads}}
        field = Field(own, base.sizes, base.kind, frozenset(reads))
    else:
        field = Field(tensors, base.sizes, base.kind, frozenset(), base.known)
    return array_of(altered, stage.letters, field)
