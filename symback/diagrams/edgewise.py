"""The gradient that comes back along each arrow, from the engine that derives all others.

An arrow is one occurrence of a tensor in an equation. Each occurrence is made to read a copy of
its own (copy[n,h] = Z1[n,h]); the adjoint of the copy is what that arrow contributes to the
adjoint of Z1. So no derivative is computed here: the network with copies is derived and evaluated
like any other.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from sympy import Expr

from symback.algebra.positions import Entry
from symback.algebra.traversal import entries
from symback.derivation.derive import Derivation, derive
from symback.network.network import Network
from symback.network.rebuilding import remade
from symback.network.tensors import CONSTANT, STATE, Equation, Tensor

# (the equation that reads, the place of the occurrence in it in the order of reading)
Arrow = tuple[str, int]


@dataclass(frozen=True)
class Arrows:
    """A network in which every arrow has a copy, and the copy's name for each arrow."""

    network: Network
    copies: Mapping[Arrow, str]


@dataclass(frozen=True)
class Numbers:
    """What is written into a diagram; what was not computed is absent.

    ``values`` by tensor, ``gradients`` by tensor (through all its arrows), ``flows`` by arrow.
    """

    values: Mapping[str, np.ndarray]
    gradients: Mapping[str, np.ndarray]
    flows: Mapping[Arrow, np.ndarray]


NO_NUMBERS = Numbers({}, {}, {})


def arrows_of(equation: Equation) -> list[tuple[int, str]]:
    """Return (place, tensor) of every occurrence in an equation, in the order of reading."""
    return [(place, entry.tensor) for place, entry in enumerate(entries(equation.written))]


def initial_arrows_of(equation: Equation) -> list[tuple[int, str]]:
    """Return (place, tensor) of what the initial value of a state reads, counted after the rest."""
    if equation.initial is None:
        return []
    read = dict.fromkeys(entry.tensor for entry in entries(equation.initial))
    return list(enumerate(read, len(arrows_of(equation))))


def with_copies(network: Network) -> Arrows:
    """Return the network in which each occurrence of a real tensor reads its own copy."""
    copies: dict[Arrow, str] = {}
    waiting: list[tuple[str, Tensor]] = []  # copies of states that have no equation so far

    def define_copies(made: Network) -> None:
        for copy, source in [pair for pair in waiting if made[pair[1].name].kind != STATE]:
            made.define(copy, source.letters, source.entry)
            waiting.remove((copy, source))

    def reading_copies(made: Network, equation: Equation) -> Equation:
        define_copies(made)
        own: dict[int, str] = {}
        for place, name in arrows_of(equation):
            source = network[name]
            if source.integer or source.kind == CONSTANT or name not in made:
                continue
            own[place] = copy = copies[equation.target, place] = f"sb_copy_{len(copies)}"
            if source.is_state:
                # Earlier steps of a state are those of its copy.
                made.generated_state(copy, made[name])
                waiting.append((copy, source))
                define_copies(made)
            else:
                made.adjoint(copy, source.letters, source.entry)
        return replace(equation, written=_read_copies(equation.written, own))

    other = remade(network, reading_copies)
    define_copies(other)
    return Arrows(other, copies)


def _read_copies(expression: Expr, copies: Mapping[int, str]) -> Expr:
    """Return the expression with the occurrence at each place reading the copy of that place."""
    count = 0

    def change(node: Expr) -> Expr:
        nonlocal count
        if isinstance(node, Entry):
            name = copies.get(count, node.tensor)
            count += 1
            return Entry(name, *(change(position) for position in node.positions))
        if not any(True for _ in entries(node)):
            return node
        return node.func(*(change(part) if isinstance(part, Expr) else part for part in node.args))

    return change(expression)


@dataclass(frozen=True)
class Flows:
    """The derivation of what flows back along every arrow."""

    arrows: Arrows
    derivation: Derivation

    @property
    def network(self) -> Network:
        """The network to evaluate; it asks for the values that the forward network asks for."""
        return self.derivation.network

    @property
    def adjoints(self) -> list[str]:
        """The adjoints of all copies and tensors: to be computed after the forward pass."""
        return [self.derivation.adjoint_name(name) for name in self.derivation.wrt]

    def numbers(self, forward: Network, computed: Mapping[str, object]) -> Numbers:
        """Return the numbers of a diagram from the computed tensors and the given values."""
        name_of = self.derivation.adjoint_name
        values = {n: np.asarray(computed[n]) for n in forward.tensors if n in computed}
        flows = {
            arrow: np.asarray(computed[name_of(copy)])
            for arrow, copy in self.arrows.copies.items()
            if name_of(copy) in computed
        }
        gradients = {
            name: np.asarray(computed[name_of(name)])
            for name in forward.tensors
            if name_of(name) in computed
        }
        return Numbers(values, gradients, flows)


def derive_flows(network: Network, of: str) -> Flows:
    """Return the derivation of the goal by every copy and every tensor that is not an integer."""
    arrows = with_copies(network)
    wrt = [
        name
        for name, tensor in network.tensors.items()
        if name != of and not tensor.integer and tensor.kind != CONSTANT
    ]
    return Flows(arrows, derive(arrows.network, [*wrt, *arrows.copies.values()], of))
