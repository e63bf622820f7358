"""Networks built anew from another one: the same declarations and equations, each part changed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from sympy import Expr

from symback.algebra.traversal import entries
from symback.network.network import Network
from symback.network.tensors import (
    ADJOINT,
    BUFFER,
    CONSTANT,
    INPUT,
    LOSS,
    PARAMETER,
    RANDOM,
    STATE,
    Equation,
    Tensor,
    reads,
)

Change = Callable[[Expr], Expr]


def declare(network: Network, tensor: Tensor, change: Change = lambda part: part) -> None:
    """Declare in a network what another one declares; nothing for what equations define alone.

    ``change`` is applied to letters and expressions. Raises DefinitionError.
    """
    name, letters = tensor.name, tuple(change(letter) for letter in tensor.letters)
    if tensor.kind == INPUT:
        network.input(name, *letters, one_hot=tensor.one_hot, integer=tensor.integer)
    elif tensor.kind == PARAMETER:
        network.parameter(name, *letters, init=tensor.init)
    elif tensor.kind == CONSTANT:
        network.constant(name, tensor.value)
    elif tensor.kind == RANDOM:
        drawn = tensor.distribution
        network.random(name, *letters, distribution=drawn.name, **drawn.by_name())
    elif tensor.kind == BUFFER:
        network.buffer(name, *letters, initial=tensor.initial)
    elif tensor.is_state:
        initial = None if tensor.initial is None else change(tensor.initial)
        network.state(name, *letters, initial=initial)
    else:
        return
    if tensor.latex:
        network.set_latex(name, tensor.latex)


# Returns what stands for an equation, None for nothing; may add what it reads to the network first.
Part = Callable[[Network, Equation], Equation | None]


def remade(network: Network, part: Part, change: Change = lambda part: part) -> Network:
    """Return the network with other equations; ``change`` is applied to all the rest of it.

    Raises DefinitionError where the result is no network.
    """
    made = Network(network.name)
    states = [tensor for tensor in network.tensors.values() if tensor.is_state]
    adjoints: list[tuple[str, tuple[Expr, ...], Expr]] = []  # that read each other
    for tensor in network.tensors.values():
        if not tensor.is_state:
            declare(made, tensor, change)
        for state in [state for state in states if is_ready(made, state)]:
            declare(made, state, change)
            states.remove(state)
        equation = network.equation(tensor.name)
        new = None if equation is None else part(made, equation)
        if new is None:
            continue
        if new.kind == ADJOINT and not all(name in made for name in reads(new)):
            adjoints.append((new.target, new.letters, new.written))
        else:
            equate(made, new)
        if tensor.latex and tensor.name in made:
            made.set_latex(tensor.name, tensor.latex)
    made.adjoints(adjoints)
    for name, equation in network.updates.items():
        made.update(name, change(equation.written))
    for name, equation in network.predictions.items():
        made.prediction(name, change(equation.written))
    return made


def equate(network: Network, equation: Equation) -> None:
    """Define in a network what an equation defines; raises DefinitionError."""
    if equation.kind == LOSS:
        network.loss(equation.target, equation.written)
    elif equation.kind == ADJOINT:
        network.adjoint(equation.target, equation.letters, equation.written)
    else:
        network.define(equation.target, equation.letters, equation.written)


def rebuilt_network(network: Network, change: Change) -> Network:
    """Return the network with every letter and every expression changed.

    Raises DefinitionError where it is then none.
    """

    def changed(made: Network, equation: Equation) -> Equation:
        letters = tuple(map(change, equation.letters))
        return replace(equation, letters=letters, written=change(equation.written))

    return remade(network, changed, change)


def is_ready(network: Network, state: Tensor) -> bool:
    """Does the network have what the initial value of a state reads?"""
    read = () if state.initial is None else {e.tensor for e in entries(state.initial)}
    return all(name in network and network[name].kind != STATE for name in read)
