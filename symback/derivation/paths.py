"""Who reads whom on the way to the goal, and which equations are read in their stable form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sympy import Expr

from symback.algebra.traversal import entries
from symback.derivation.stabilise import Rewrite, stabilised_equations
from symback.network.network import Network

Rewritten = Mapping[str, tuple[Expr, tuple[Rewrite, ...]]]


@dataclass(frozen=True, slots=True)
class Paths:
    """The readers of each tensor, the tensors that reach the goal, the stable forms."""

    network: Network
    goal: str
    rewritten: Rewritten
    readers: Mapping[str, tuple[str, ...]]
    reaching: frozenset[str]

    def form(self, target: str) -> tuple[Expr, tuple[Rewrite, ...]]:
        """Return an equation's right-hand side as differentiated, and how it was rewritten."""
        return self.rewritten.get(target) or (self.network.equation(target).written, ())

    def consumers(self, name: str) -> tuple[str, ...]:
        """Return the targets that read a tensor on a way to the goal, in network order."""
        if name == self.goal:
            return ()
        return tuple(t for t in self.readers.get(name, ()) if t == self.goal or t in self.reaching)

    def between(self, wanted: tuple[str, ...]) -> tuple[str, ...]:
        """Return the tensors whose adjoints lead from the goal to those wanted, backwards."""
        below = set(wanted)
        for equation in self.network.equations:
            if any(r in below for r in reads(self.form(equation.target)[0])):
                below.add(equation.target)
        return tuple(
            name
            for name in reversed(self.network.tensors)
            if name != self.goal and name in below and (name in self.reaching or name in wanted)
        )


def reads(expression: Expr) -> tuple[str, ...]:
    """Return the tensors that an expression reads, each once, in the order of writing."""
    return tuple(dict.fromkeys(e.tensor for e in entries(expression)))


def textbook_paths(network: Network, goal: str) -> Paths:
    """Return the paths through the equations exactly as they were written."""
    return _paths(network, goal, {})


def stable_paths(network: Network, goal: str) -> Paths:
    """Return the paths with stable forms where a bypassed tensor is then read nowhere else.

    Why not all stable forms? A tensor that is also read directly would get an adjoint that misses
    what went through its logarithm.
    """
    rewritten = stabilised_equations(network)
    while True:
        paths = _paths(network, goal, rewritten)
        half = {
            target
            for target, (_, rewrites) in rewritten.items()
            for rewrite in rewrites
            if rewrite.bypassed and paths.consumers(rewrite.bypassed)
        }
        if not half:
            return paths
        rewritten = {t: form for t, form in rewritten.items() if t not in half}


def _paths(network: Network, goal: str, rewritten: Rewritten) -> Paths:
    readers: dict[str, list[str]] = {}
    for equation in network.equations:
        for name in reads(rewritten.get(equation.target, (equation.written,))[0]):
            readers.setdefault(name, []).append(equation.target)
    reaching: set[str] = set()
    for name in reversed(network.tensors):
        if any(t == goal or t in reaching for t in readers.get(name, ())):
            reaching.add(name)
    frozen = {name: tuple(targets) for name, targets in readers.items()}
    return Paths(network, goal, rewritten, frozen, frozenset(reaching))
