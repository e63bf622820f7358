"""The network that predicts: means for random tensors, running statistics for those of a batch."""

from __future__ import annotations

from dataclasses import replace

from sympy import Expr

from symback.algebra.positions import Entry
from symback.algebra.traversal import rebuilt
from symback.network.network import Network
from symback.network.recurrences import Recurrence, ordered
from symback.network.tensors import ADJOINT, RANDOM, Equation


def predictor(network: Network) -> Network:
    """Return the network that predicts; it has no random tensors and no updates.

    Random tensors are replaced by their means, and equations by those that ``prediction`` gave.
    """
    made = network.copy()
    for tensor in network.randoms:
        del made._tensors[tensor.name]
    replaced = {e.target: e for e in (*network.equations, *network.predictions.values())}
    given = [_predicting(made, network, equation) for equation in replaced.values()]
    made._updates, made._predictions, made._equations = {}, {}, {}
    for stage in ordered(given):
        for equation in stage.equations if isinstance(stage, Recurrence) else (stage,):
            made._store(equation, made[equation.target])
    return made


def _predicting(made: Network, network: Network, equation: Equation) -> Equation:
    """Return an equation with the means of the random tensors that it reads."""
    what = f"prediction {equation.entry}"
    generated = equation.kind == ADJOINT
    sides = []
    for letters, side in (
        (equation.letters, equation.written),
        (equation.letters[1:], equation.initial),
    ):
        changed = None if side is None else rebuilt(side, lambda node: _mean(network, node))
        is_same = changed is None or changed == side
        sides.append(side if is_same else made._checked_written(what, letters, changed, generated))
    return replace(equation, written=sides[0], initial=sides[1], _evaluated=[])


def _mean(network: Network, node: Expr) -> Expr | None:
    is_random = isinstance(node, Entry) and network[node.tensor].kind == RANDOM
    return network[node.tensor].distribution.mean if is_random else None


# The network cannot import what reads it, so the method is attached here.
Network.predictor = predictor
