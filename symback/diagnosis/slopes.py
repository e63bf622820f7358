"""Slopes of pointwise functions: how steep a function can be, and where a network uses it.

Everything is read from the table of pointwise functions: a function's largest slope and whether it
is bounded are found on a fine grid, not known by its name.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from sympy import Expr, Integer

from symback.algebra.letters import Index, indices
from symback.algebra.operators import Pointwise
from symback.algebra.pointwise import POINTWISE, pointwise_row
from symback.algebra.traversal import entries, free_letters, subexpressions
from symback.compiler.program import compile_network
from symback.network.network import Network
from symback.network.tensors import ADJOINT, CONSTANT

# The grid holds 0, and reaches far beyond where any usual function still bends.
REACH, POINTS = 40.0, 32_001
# A larger slope counts as growing without bound; the same for what a function itself reaches.
UNBOUNDED_SLOPE, UNBOUNDED_GROWTH = 20.0, 1.05
SLOPE = "sb_slope"


@dataclass(frozen=True, slots=True)
class Shape:
    """What a function of one argument can do.

    ``steepest`` is the largest |f'|, None where it grows without bound; ``bounded``: is |f| bounded
    on both sides?
    """

    steepest: float | None
    bounded: bool


@dataclass(frozen=True, slots=True)
class Use:
    """A function in an equation: f'(argument) is held by the tensor ``name``, with these letters.

    ``target`` is the tensor of the equation, ``function`` the name of f, ``whole`` says whether the
    equation is this function and nothing else.
    """

    name: str
    target: str
    function: str
    argument: Expr
    letters: tuple[Index, ...]
    whole: bool


@lru_cache(maxsize=64)
def shape_of(function: str) -> Shape:
    """Return the shape of a function; of one with several arguments nothing is known."""
    row = POINTWISE[function]
    if row.arguments > 1:
        return Shape(None, False)
    letter = indices("n:N")
    network = Network("shape")
    x = network.input("x", letter)[letter]
    y = network.define("y", (letter,), Pointwise(function, x))[letter]
    slope = row.derivatives[0](x, y)
    network.adjoint(SLOPE, (letter,), slope)
    grid = np.linspace(-REACH, REACH, POINTS)
    found = compile_network(network, ["y", SLOPE])({"x": grid})
    inner = np.abs(grid) <= REACH / 2
    steepest, largest = _largest(found[SLOPE]), _largest(found["y"])
    grows = largest > UNBOUNDED_GROWTH * _largest(found["y"][inner])
    # Why the first test? log is not defined on both sides, and reaches further below any grid.
    bounded = bool(np.isfinite(found["y"]).all()) and not grows
    return Shape(steepest if steepest < UNBOUNDED_SLOPE else None, bounded)


def _largest(values: np.ndarray) -> float:
    finite = values[np.isfinite(values)]
    return float(np.abs(finite).max()) if finite.size else np.inf


def uses_of(network: Network) -> Iterator[tuple[Use, Expr]]:
    """Yield each use of a function of something computed, with the expression of its slope.

    What stands inside a sum, as the logarithm of a loss does, is not among them.
    """
    count = 0
    for equation in network.equations:
        if equation.kind == ADJOINT:
            continue
        for node in subexpressions(equation.written):
            if not isinstance(node, Pointwise) or not node.arguments:
                continue
            own = free_letters(node)
            whole = node is equation.written
            argument, slope = _slope(network, node, equation.entry if whole else node)
            if slope == 0 or not own <= set(equation.letters):
                continue
            letters = tuple(k for k in equation.letters if k in own)
            name = f"{SLOPE}_{count}"
            count += 1
            yield Use(name, equation.target, node.name, argument, letters, whole), slope


def _slope(network: Network, node: Pointwise, output: Expr) -> tuple[Expr, Expr]:
    """Return the argument that is computed, and the slope by it; 0 if there are none or several."""
    computed = [
        (argument, derivative)
        for argument, derivative in zip(
            node.arguments, pointwise_row(node.name).derivatives, strict=True
        )
        if any(network[e.tensor].kind != CONSTANT for e in entries(argument))
    ]
    if len(computed) != 1:
        return node, Integer(0)
    ((argument, derivative),) = computed
    return argument, derivative(*node.arguments, output)
