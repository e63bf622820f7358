"""``verify``: gradients against differences, programs against meanings, steps on both sides."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from sympy import Symbol

from symback.compiler.arithmetic import arithmetic
from symback.compiler.interpreter import interpreted
from symback.compiler.meanings import World
from symback.errors import NotYetError
from symback.network.network import Network
from symback.network.values import checked_values, size_value
from symback.network.wellformed import letters_of
from symback.verification.chains import Sides, check_chain, points_for
from symback.verification.gradients import (
    MOST_ENTRIES,
    Program,
    goal_of,
    interpreted_row,
    program_difference_row,
    program_row,
)
from symback.verification.report import Report, Row
from symback.verification.sampling import random_sample

DIGITS = 40
AFFORDABLE = 30_000  # multiplications that the interpreter may spend on one tensor's differences
TOO_LARGE = 1_000_000  # multiplications of one forward pass that the interpreter cannot do in time


def verify(
    derivation: Any,
    values: Mapping[str, object] | None = None,
    *,
    seed: int = 0,
    tolerance: float = 1e-6,
    steps: bool = True,
    program: Program | None = None,
) -> Report:
    """Return a Report: every gradient against central differences, every step on both sides.

    Without values, sizes and values are random (from ``seed``) and stay away from kinks. With
    values, gradients are checked at these; steps still at random ones: a step must hold everywhere.
    ``program(values) -> (value, gradients)`` is checked against the interpreter, entry by entry;
    where a network is too large for that, its gradients are checked by its own differences.
    Raises ValuesError for values that do not fit and CheckError where no random values are found.
    """
    network = derivation.network
    sample = (
        random_sample(network, seed=seed, alive=_alive(derivation))
        if values is None or steps
        else None
    )
    world = _world(network, sample.values) if sample else None
    rng = np.random.default_rng(seed)
    if values is None:
        setting = f"random values, seed {seed}{_shown(sample.sizes)}"
        rows = _interpreted_rows(derivation, world, program, sample.values, rng, tolerance)
    else:
        setting, rows = _rows_at(derivation, values, program, rng, tolerance)
    if steps:
        rows += _step_rows(derivation, world, rng, tolerance)
        setting += "" if values is None else f"; steps at random values{_shown(sample.sizes)}"
    return Report(network.name, tuple(rows), setting, tolerance)


def _alive(derivation: Any) -> list[str]:
    return [derivation.adjoint_name(name) for name in derivation.wrt]


def _shown(sizes: Mapping[Symbol, int]) -> str:
    return "".join(f", {symbol} = {size}" for symbol, size in sizes.items())


def _world(network: Network, values: Mapping[str, object]) -> World:
    return interpreted(network, values, None, arithmetic(DIGITS))


def multiplications(network: Network, sizes: Mapping[Symbol, int]) -> int:
    """Return about how many products one pass takes: Σ over equations, Π over letters."""
    total = 0
    for equation in network.equations:
        letters = {*equation.letters, *letters_of(equation.written)}
        total += int(np.prod([float(size_value(k.size, sizes)) for k in letters]))
    return total


def _rows_at(
    derivation: Any,
    values: Mapping[str, object],
    program: Program | None,
    rng: np.random.Generator,
    tolerance: float,
) -> tuple[str, list[Row]]:
    """Return (setting, rows) of the gradients at the caller's values."""
    network = derivation.network
    leaves = [t.name for t in (*network.inputs, *network.parameters)]
    arrays, sizes = checked_values(network, values, leaves, check_finite=True)
    setting = f"given values{_shown(sizes)}"
    if multiplications(derivation.forward, sizes) <= TOO_LARGE:
        world = _world(network, arrays)
        return setting, _interpreted_rows(derivation, world, program, arrays, rng, tolerance)
    if program is None or derivation.goal_letters:
        raise NotYetError(
            f"the check of {network.name} at these values",
            f"sizes too large for the literal interpreter{_shown(sizes)}",
            "pass the compiled program: verify(d, values, program=lambdify(d)); or fewer rows",
        )
    rows = [
        program_difference_row(derivation, program, name, arrays, 20, rng, tolerance)
        for name in derivation.wrt
    ]
    return setting, rows


def _interpreted_rows(
    derivation: Any,
    world: World,
    program: Program | None,
    values: Mapping[str, np.ndarray],
    rng: np.random.Generator,
    tolerance: float,
) -> list[Row]:
    work = multiplications(derivation.forward, world.sizes)
    most = min(MOST_ENTRIES, max(4, AFFORDABLE // max(1, work)))
    rows = [
        interpreted_row(derivation, name, world, most, rng, tolerance) for name in derivation.wrt
    ]
    if program is not None:
        found, gradients = program(values)
        rows.append(program_row(derivation.of, found, world.tensors[derivation.of], tolerance))
        for name in derivation.wrt:
            array = world.tensors[derivation.adjoint_name(name)]
            rows.append(program_row(name, gradients[name], array, tolerance))
    return rows


def _step_rows(
    derivation: Any, world: World, rng: np.random.Generator, tolerance: float
) -> list[Row]:
    points = points_for(multiplications(derivation.network, world.sizes))
    sides = Sides(world, rng, points, {})
    goal = goal_of(derivation)
    rows = []
    for name in derivation.adjoints:
        gradient = derivation[name]
        rows.append(check_chain(gradient.record, goal, gradient.written, sides, tolerance))
    return rows
