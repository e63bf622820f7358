"""Who reads whom on the way to the goal, and which equations are read in their stable form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sympy import Expr

from symback.derivation.stabilise import Rewrite, stabilised_equations
from symback.derivation.time_reads import Form, TimeReads
from symback.network.network import Network
from symback.network.recurrences import needed_for

Rewritten = Mapping[str, tuple[Expr, tuple[Rewrite, ...]]]


@dataclass(frozen=True, slots=True)
class Paths:
    """The readers of each tensor, the tensors that reach the goal, the stable forms."""

    network: Network
    goal: str
    time: TimeReads
    rewritten: Rewritten
    readers: Mapping[str, tuple[str, ...]]
    reaching: frozenset[str]

    def form(self, target: str, variable: str) -> Form:
        """Return a right-hand side as differentiated by a tensor, and how it was rewritten."""
        written, rewrites = self.rewritten.get(target) or (
            self.network.equation(target).written,
            (),
        )
        written, more = self.time.form(target, written, variable)
        return written, rewrites + more

    def consumers(self, name: str) -> tuple[str, ...]:
        """Return the targets that read a tensor on a way to the goal, in network order.

        In a recurrence, those that read it at other steps come last.
        """
        if name == self.goal and not self.goal_recurs:
            return ()
        found = (t for t in self.readers.get(name, ()) if t == self.goal or t in self.reaching)
        return tuple(sorted(found, key=lambda target: self.time.reads_later(target, name)))

    @property
    def goal_recurs(self) -> bool:
        """Does the goal depend on itself, at other steps of a recurrence?"""
        return self.goal in self.reaching

    def between(self, wanted: tuple[str, ...]) -> tuple[str, ...]:
        """Return the tensors whose adjoints lead from the goal to those wanted, backwards."""
        below = needed_for(self.readers, wanted)
        return tuple(
            name
            for name in reversed(self.network.tensors)
            if (name != self.goal or self.goal_recurs)
            and name in below
            and (name in self.reaching or name in wanted)
        )


def textbook_paths(time: TimeReads, goal: str) -> Paths:
    """Return the paths through the equations exactly as they were written."""
    return _paths(time, goal, {})


def stable_paths(time: TimeReads, goal: str) -> Paths:
    """Return the paths with stable forms where a bypassed tensor is then read nowhere else.

    Why not all stable forms? A tensor that is also read directly would get an adjoint that misses
    what went through its logarithm.
    """
    rewritten = stabilised_equations(time.network)
    while True:
        paths = _paths(time, goal, rewritten)
        half = {
            target
            for target, (_, rewrites) in rewritten.items()
            for rewrite in rewrites
            if rewrite.bypassed and paths.consumers(rewrite.bypassed)
        }
        if not half:
            return paths
        rewritten = {t: form for t, form in rewritten.items() if t not in half}


def _paths(time: TimeReads, goal: str, rewritten: Rewritten) -> Paths:
    readers: dict[str, list[str]] = {}
    sources: dict[str, tuple[str, ...]] = {}
    for equation in time.network.equations:
        written = rewritten.get(equation.target, (equation.written,))[0]
        sources[equation.target] = time.sources(written)
        for name in sources[equation.target]:
            readers.setdefault(name, []).append(equation.target)
    reaching = needed_for(sources, sources.get(goal, ()))
    frozen = {name: tuple(targets) for name, targets in readers.items()}
    return Paths(time.network, goal, time, rewritten, frozen, frozenset(reaching))
