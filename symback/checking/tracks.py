"""The tracks on which mistakes are looked for: the derivation as shown, and the textbook's.

Where the derivation reads an equation in a stable form (log of a softmax), people may have gone the
long way through every tensor; mistakes on that way are looked for on a track of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np

from symback.algebra.letters import Index
from symback.checking.catalogue import Mistake
from symback.checking.claim import Point
from symback.checking.equation_mistakes import Surroundings, equation_mistakes
from symback.checking.route import Route, Stage, route_to
from symback.checking.rule_mistakes import rule_mistakes
from symback.network.network import reads
from symback.network.recurrences import Recurrence, stages

NEAR = 2  # equations between two tensors that are taken for each other


@dataclass(frozen=True)
class Track:
    """A route, the stages of it in which mistakes are looked for, and the mistakes.

    The adjoints of ``known`` tensors are right: the claim reads them.
    """

    route: Route
    considered: Route
    around: Surroundings
    points: tuple[Point, ...]
    known: frozenset[str] = frozenset()

    @cached_property
    def mistakes(self) -> tuple[Mistake, ...]:
        """Every mistake of the catalogue that can be made in the stages considered."""
        return tuple(m for stage in self.considered for m in _mistakes_in(stage, self.around))

    @cached_property
    def order(self) -> dict[str, int]:
        """The place of every tensor in the backward pass."""
        return {stage.name: place for place, stage in enumerate(self.route)}

    def more(self, place: int) -> Mapping[str, np.ndarray]:
        """Return the right adjoints at a point: altered equations may read any of them."""
        point = self.points[place]
        name_of = point.derivation.adjoint_name
        return {name_of(name): array for name, array in point.adjoints.items()}


def tracks_to(
    derivation: Any,
    names: Sequence[str],
    points: Sequence[Point],
    reads_adjoints: Iterable[str] = (),
) -> tuple[Track, ...]:
    """Return the tracks on which claims about the adjoints of these tensors may have gone wrong.

    A claim that reads adjoints made its mistakes behind these.
    """
    around, known = surroundings(derivation), frozenset(reads_adjoints)
    stable = route_to(derivation, names)
    considered = _behind(stable, names, known)
    tracks = [Track(stable, considered, around, tuple(points), known)]
    textbook = route_to(derivation, names, textbook=True)
    written = {stage.name: stage.written for stage in stable}
    other = tuple(
        stage
        for stage in _behind(textbook, names, known)
        if written.get(stage.name) != stage.written
    )
    if other:
        tracks.append(Track(textbook, other, around, tuple(points), known))
    return tuple(tracks)


def _behind(route: Route, names: Sequence[str], known: frozenset[str]) -> Route:
    """Return the stages that claims derived themselves: from the adjoints they read on."""
    stages = {stage.name: stage for stage in route}
    found, stack = set(), list(names)
    while stack:
        stage = stages.get(stack.pop())
        if stage is None or stage.name in found:
            continue
        found.add(stage.name)
        readers = (c.entry.tensor for c in stage.problem.consumers)
        stack += [reader for reader in readers if reader not in known]
    return tuple(stage for stage in route if stage.name in found)


def surroundings(derivation: Any) -> Surroundings:
    """Return what the alterations of this derivation's equations may know."""
    network = derivation.forward
    adjoints = {derivation.adjoint_name(n): n for n in network.tensors}
    tensors = dict(network.tensors)
    tensors |= {bar: network[name] for bar, name in adjoints.items()}
    return Surroundings(derivation, adjoints, _alike(derivation), _samples(derivation), tensors)


def _alike(derivation: Any) -> dict[str, tuple[str, ...]]:
    """Return for each tensor and adjoint those near it that have the same sizes."""
    network = derivation.forward
    beside: dict[str, set[str]] = {name: set() for name in network.tensors}
    for equation in network.equations:
        for name in reads(equation):
            beside[name].add(equation.target)
            beside[equation.target].add(name)
    found: dict[str, tuple[str, ...]] = {}
    for name, tensor in network.tensors.items():
        near = {name}
        for _ in range(NEAR):
            near |= {other for inner in near for other in beside[inner]}
        same = [
            other
            for other in network.tensors
            if other in near and other != name and network[other].shape == tensor.shape
        ]
        found[name] = tuple(same)
        known = [n for n in same if n in derivation.adjoints]
        found[derivation.adjoint_name(name)] = tuple(map(derivation.adjoint_name, known))
    return found


def _samples(derivation: Any) -> frozenset[str]:
    """Return the letters of inputs that no parameter has: they run over samples, but for time."""
    network = derivation.forward
    times = {
        time for r in stages(network) if isinstance(r, Recurrence) for time in r.times.values()
    }
    learned: set[Index] = {k for t in network.parameters for k in t.letters}
    given = {k for t in network.inputs for k in t.letters}
    return frozenset(k.name for k in given - learned - times)


# By the derivation and, by identity, the stage: a derivation keeps its stages.
_MISTAKES: WeakKeyDictionary[Any, dict[int, tuple[Mistake, ...]]] = WeakKeyDictionary()


def _mistakes_in(stage: Stage, around: Surroundings) -> tuple[Mistake, ...]:
    """Return the mistakes that can be made in one adjoint equation, of rules and on paper."""
    known = _MISTAKES.setdefault(around.derivation, {})
    if id(stage) not in known:
        on_paper = equation_mistakes(stage, stage.written, around)
        known[id(stage)] = (*rule_mistakes(stage), *on_paper)
    return known[id(stage)]
