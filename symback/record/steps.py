"""Steps and records of derivations: frozen data that renderers read and never compute.

A record is a chain of lines. Each step's ``after`` is the next step's ``before``; the first
``before`` is the goal ∂L/∂v and the last ``after`` is the gradient. Expressions are in the written
form, so their order of terms and factors is the order in which they are to be read.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sympy import Expr

from symback.algebra.letters import Index


@dataclass(frozen=True, slots=True)
class Step:
    """One move: by ``rule`` the line ``before`` becomes the line ``after``.

    ``facts`` fills the rule's reason: pairs (name, expression or text). ``changed`` pairs each part
    of the line that moved with what it became. ``substeps`` derive the parts that the step puts in;
    each of their chains begins with its own before. ``cites`` names equations (Z1) and adjoints
    (Z1_bar).
    """

    identifier: str
    rule: str
    before: Expr
    after: Expr
    facts: tuple[tuple[str, Expr | str], ...] = ()
    changed: tuple[tuple[Expr, Expr], ...] = ()
    substeps: tuple[Step, ...] = ()
    cites: tuple[str, ...] = ()

    def walk(self) -> Iterator[Step]:
        """Yield this step and all below it, outer before inner."""
        yield self
        for substep in self.substeps:
            yield from substep.walk()


@dataclass(frozen=True, slots=True)
class AdjointRecord:
    """How the adjoint of one tensor was derived: ∂of/∂tensor[letters] line by line.

    ``consumers`` are the equations that read the tensor on a way to ``of``, in network order.
    """

    tensor: str
    letters: tuple[Index, ...]
    adjoint: str
    of: str
    consumers: tuple[str, ...]
    steps: tuple[Step, ...]

    @property
    def goal(self) -> Expr:
        return self.steps[0].before

    @property
    def result(self) -> Expr:
        return self.steps[-1].after

    def walk(self) -> Iterator[Step]:
        """Yield every step, outer before inner."""
        for step in self.steps:
            yield from step.walk()
