"""A derivation at smaller sizes: the same formulas, with i:784 become i:3 wherever the size stands.

A formula does not know how large its letters are: what holds for i:3 by accident only is rare, and
what fails there is looked at again at the real sizes. Replaced is every letter of a large integer
size, and every number equal to one: Σ_i 1 = 784 must become 3 as well.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from sympy import Expr, Rational

from symback.algebra.letters import Index
from symback.algebra.positions import Affine, affine
from symback.algebra.traversal import rebuilt
from symback.errors import SymbackError
from symback.network.network import Network
from symback.network.rebuilding import rebuilt_network
from symback.record.steps import AdjointRecord, Step
from symback.verification.ties import smaller_sizes

LARGEST_KEPT = 8


@dataclass(frozen=True)
class SmallGradient:
    """What is checked of a gradient, at the smaller sizes."""

    written: Expr
    record: AdjointRecord


class Smaller:
    """What ``verify`` reads of a derivation, at the sizes of ``sizes``: {784: 3}."""

    def __init__(self, derivation: Any, sizes: Mapping[int, int]) -> None:
        self.derivation, self.sizes = derivation, sizes
        self.of, self.wrt, self.upstream = derivation.of, derivation.wrt, derivation.upstream
        self.adjoints, self.adjoint_name = derivation.adjoints, derivation.adjoint_name
        self.goal_letters = tuple(resized(k, sizes) for k in derivation.goal_letters)
        self.forward = self._network(derivation.forward)
        self.network = self._network(derivation.network)
        self.differentiated = (
            self.network
            if derivation.differentiated is derivation.network
            else self._network(derivation.differentiated)
        )

    def _network(self, network: Network) -> Network:
        return rebuilt_network(network, lambda part: resized(part, self.sizes))

    def __getitem__(self, name: str) -> SmallGradient:
        gradient = self.derivation[name]
        record = replace(
            gradient.record,
            letters=tuple(resized(k, self.sizes) for k in gradient.record.letters),
            steps=tuple(self._step(step) for step in gradient.record.steps),
        )
        return SmallGradient(resized(gradient.written, self.sizes), record)

    def _step(self, step: Step) -> Step:
        return replace(
            step,
            before=resized(step.before, self.sizes),
            after=resized(step.after, self.sizes),
            changed=tuple(
                (resized(a, self.sizes), resized(b, self.sizes)) for a, b in step.changed
            ),
            substeps=tuple(self._step(s) for s in step.substeps),
        )

    @cached_property
    def setting(self) -> str:
        """How the sizes were changed, with a letter of each."""
        letters = {}
        for letter in self.derivation.network.letters.values():
            letters.setdefault(letter.size, letter.name)
        return ", ".join(f"{letters[s]}:{new} for {s}" for s, new in self.sizes.items())


def smaller(derivation: Any, kept: int = LARGEST_KEPT) -> Smaller | None:
    """Return the derivation with sizes above ``kept`` made small; None where that cannot be.

    Sizes that hang together, as an image and the places of its window, stay so.
    """
    sizes = smaller_sizes(derivation.network, kept)
    try:
        return Smaller(derivation, sizes) if sizes else None
    except SymbackError:
        return None


def resized(expression: Expr, sizes: Mapping[int, int]) -> Expr:
    """Return the expression with every large size replaced, in letters, positions and numbers."""

    def change(node: Expr) -> Expr | None:
        if isinstance(node, Index):
            return Index(node.name, _number(node.size, sizes))
        if isinstance(node, Affine):
            pairs = {change(letter): c for letter, c in node.coefficients.items()}
            return affine(rebuilt(node.constant, change), pairs)
        return _number(node, sizes) if isinstance(node, Rational) else None

    return rebuilt(expression, change)


def _number(value: Expr, sizes: Mapping[int, int]) -> Expr:
    if not isinstance(value, Rational):
        return value
    above, below = (sizes.get(abs(int(part)), abs(int(part))) for part in (value.p, value.q))
    return Rational(above if value.p >= 0 else -above, below)
