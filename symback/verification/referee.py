"""``verify``: gradients against differences, programs against meanings, steps on both sides."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from math import prod
from typing import Any

import numpy as np
from sympy import Expr, Symbol

from symback.compiler.arithmetic import arithmetic
from symback.compiler.interpreter import interpreted
from symback.compiler.rounding import rounding_bounds
from symback.compiler.world import World
from symback.derivation.derive import Derivation
from symback.derivation.fusions import fusions
from symback.errors import NotYetError, ValuesError
from symback.network.network import Network
from symback.network.values import checked_values, size_value
from symback.network.wellformed import letters_of
from symback.record.steps import AdjointRecord
from symback.verification.alike import claim_key
from symback.verification.chains import Sides, check_chain, points_for, same_chain
from symback.verification.gradients import (
    MOST_ENTRIES,
    Program,
    goal_of,
    interpreted_row,
    program_difference_row,
    program_row,
)
from symback.verification.report import Report, Row
from symback.verification.sampling import drawn_values, generator, random_sample
from symback.verification.smaller import Smaller, smaller

DIGITS = 40
AFFORDABLE = 30_000  # products that the interpreter may spend on one tensor's differences
TOGETHER = 150_000  # products that it may spend on those of all tensors
KEPT = (8, 4)  # integer sizes above it are made smaller, one after the other until it is enough
LARGE = 3_000  # products of one pass above which a better way is looked for
PROGRAM_LARGE = 100_000  # above this, gradients are checked by the differences of a program
TOO_LARGE = 400_000  # products of one pass that the interpreter cannot do in time
MOST_NUMBERS = 50_000_000  # in all arrays of a program that is run at the real sizes
PROGRAM_ENTRIES = 10  # of one tensor, by the differences of a program


@dataclass(frozen=True, slots=True)
class Bench:
    """A derivation, perhaps at smaller sizes, with values and all its tensors computed."""

    derivation: Any
    values: dict[str, np.ndarray]
    world: World
    styles: Mapping[str, int]
    rng: np.random.Generator
    tolerance: float


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

    Without values, sizes and values are random (from ``seed``) and stay away from kinks; large
    integer sizes are made small for it. With values, gradients are checked at these; steps still at
    random ones: a step must hold everywhere. ``program(values) -> (value, gradients)`` is checked
    against the interpreter, entry by entry; where a network is too large for that, its gradients
    are checked by its own differences. Raises ValuesError for values that do not fit, CheckError
    where no random values are found, NotYetError for what is too large to check.
    """
    rows, settings = [], []
    if values is not None:
        setting, rows = _rows_at(derivation, values, program, seed, tolerance)
        settings.append(setting)
    if values is None or steps:
        subject = _subject(derivation)
        bench = _bench(subject, seed, tolerance)
        settings.append(_setting(bench, seed, "" if values is None else "steps at "))
        by_program = program is not None and _only_by_program(bench.derivation)
        found = _gradient_rows(bench) if values is None and not by_program else []
        found += _step_rows(bench) if steps else []
        rows += _looked_at_again(derivation, subject, found, seed, tolerance)
        if values is None and program is not None:
            rows += _program_rows(derivation, bench, program, seed)
    return Report(derivation.network.name, tuple(rows), "; ".join(settings), tolerance)


def multiplications(network: Network, sizes: Mapping[Symbol, int]) -> int:
    """Return about how many products one pass takes: Σ over equations, Π over letters."""
    total = 0
    for equation in network.equations:
        letters = {*equation.letters, *letters_of(equation.written)}
        total += int(np.prod([float(size_value(k.size, sizes)) for k in letters]))
    return total


def _work(derivation: Any) -> int:
    """Return about how many products a pass takes if symbolic sizes are small."""
    network = derivation.network
    return multiplications(network, dict.fromkeys(network.sizes.values(), 3))


def _subject(derivation: Any) -> Any:
    """Return the derivation to look at: the given one, or the same at smaller sizes."""
    found = derivation
    for kept in KEPT:
        if _work(found) <= (LARGE if kept == KEPT[0] else TOO_LARGE):
            return found
        found = smaller(derivation, kept) or found
    if _work(found) > TOO_LARGE:
        raise NotYetError(
            f"the check of {derivation.network.name} at random values",
            "integer sizes too large for the literal interpreter",
            "declare sizes as names (n:N), or give values, a program and steps=False",
        )
    return found


def _bench(derivation: Any, seed: int, tolerance: float) -> Bench:
    alive = [derivation.adjoint_name(name) for name in derivation.wrt]
    sample = random_sample(derivation.differentiated, seed=seed, alive=alive)
    world = _world(derivation.differentiated, sample.values)
    rng = generator(seed)
    return Bench(derivation, sample.values, world, sample.styles, rng, tolerance)


def _world(network: Network, values: Mapping[str, object]) -> World:
    return interpreted(network, values, None, arithmetic(DIGITS))


def _setting(bench: Bench, seed: int, what: str) -> str:
    sizes = _shown(bench.world.sizes)
    changed = bench.derivation.setting if isinstance(bench.derivation, Smaller) else ""
    return f"{what}random values, seed {seed}{sizes}" + (f", {changed}" if changed else "")


def _shown(sizes: Mapping[Symbol, int]) -> str:
    return "".join(f", {symbol} = {size}" for symbol, size in sizes.items())


# Rows --------------------------------------------------------------------------------------------


def _gradient_rows(bench: Bench) -> list[Row]:
    work = multiplications(bench.derivation.forward, bench.world.sizes)
    share = TOGETHER // max(1, len(bench.derivation.wrt))
    most = min(MOST_ENTRIES, max(4, min(AFFORDABLE, share) // max(1, work)))
    return [
        interpreted_row(bench.derivation, name, bench.world, most, bench.rng, bench.tolerance)
        for name in bench.derivation.wrt
    ]


def _step_rows(bench: Bench) -> list[Row]:
    points = points_for(multiplications(bench.derivation.network, bench.world.sizes))
    sides = Sides(bench.world, bench.rng, points, {})
    goal = goal_of(bench.derivation)
    rows = []
    together = fusions(bench.derivation) if isinstance(bench.derivation, Derivation) else {}
    known: dict[tuple, Row] = {}
    for name in bench.derivation.adjoints:
        gradient = bench.derivation[name]
        same = known.get(claim_key(bench.derivation, name))
        if same is None or not same.passed or name in together:
            record, written = _told(gradient, together.get(name))
            row = check_chain(record, goal, written, sides, bench.tolerance)
            known.setdefault(claim_key(bench.derivation, name), row)
        else:
            row = same_chain(gradient.record, goal, gradient.written, same)
        rows.append(row)
    return rows


def _told(gradient: Any, made: Any) -> tuple[AdjointRecord, Expr]:
    """Return the record of a gradient with all its lines, those that put it together included."""
    if made is None:
        return gradient.record, gradient.written
    return replace(gradient.record, steps=(*gradient.steps, *made.steps)), made.written


def _looked_at_again(
    derivation: Any, subject: Any, rows: list[Row], seed: int, tolerance: float
) -> list[Row]:
    """Return the rows, those that failed at smaller sizes checked again at the real ones."""
    if subject is derivation or all(r.passed for r in rows) or _work(derivation) > TOO_LARGE:
        return rows
    bench = _bench(derivation, seed, tolerance)
    again = {(r.what, r.name): r for r in (*_gradient_rows(bench), *_step_rows(bench))}
    return [row if row.passed else again[row.what, row.name] for row in rows]


def _program_rows(derivation: Any, bench: Bench, program: Program, seed: int) -> list[Row]:
    """Return the rows of a program at the real sizes."""
    values, world = bench.values, bench.world
    if bench.derivation is not derivation:
        numbers = _numbers(derivation.network, world.sizes)
        if numbers > MOST_NUMBERS:
            note = f"not run: its arrays would hold {numbers:,} numbers"
            return [Row("program", derivation.of, 0, 0.0, "", True, note)]
        rng = generator(seed)
        values = drawn_values(derivation.network, world.sizes, bench.styles, rng)
    if _only_by_program(derivation):
        return _rows_of_program(derivation, program, values, bench.rng, bench.tolerance)
    if bench.derivation is not derivation:
        world = _world(derivation.differentiated, values)
    return _compared_rows(derivation, program, values, world, bench.tolerance)


def _only_by_program(derivation: Any) -> bool:
    """Are differences of the literal interpreter too slow, and are those of a program possible?"""
    return _work(derivation) > PROGRAM_LARGE and not derivation.goal_letters


def _numbers(network: Network, sizes: Mapping[Symbol, int]) -> int:
    """Return how many numbers the arrays of all tensors hold."""
    shapes = [tensor.shape for tensor in network.tensors.values()]
    return sum(prod(size_value(size, sizes) for size in shape) for shape in shapes)


def _compared_rows(
    derivation: Any,
    program: Program,
    values: Mapping[str, np.ndarray],
    world: World,
    tolerance: float,
) -> list[Row]:
    """Return the rows that compare every entry of a program with the interpreter's."""
    found, gradients = program(values)

    @cache
    def known() -> Mapping[str, np.ndarray]:
        try:
            return rounding_bounds(derivation.network, values)
        except ValuesError:
            return {}  # floats do not reach: nothing is explained by their rounding

    def row(name: str, held: str, array: object) -> Row:
        def bounds() -> np.ndarray:
            return known().get(held, np.zeros(()))

        return program_row(name, array, world.tensors[held], tolerance, bounds)

    own = row(derivation.of, derivation.of, found)
    names = derivation.wrt
    return [own, *(row(n, derivation.adjoint_name(n), gradients[n]) for n in names)]


def _rows_of_program(
    derivation: Any,
    program: Program,
    values: Mapping[str, np.ndarray],
    rng: np.random.Generator,
    tolerance: float,
) -> list[Row]:
    """Return the rows that compare a program's gradients with its own differences."""
    return [
        program_difference_row(derivation, program, n, values, PROGRAM_ENTRIES, rng, tolerance)
        for n in derivation.wrt
    ]


def _rows_at(
    derivation: Any,
    values: Mapping[str, object],
    program: Program | None,
    seed: int,
    tolerance: float,
) -> tuple[str, list[Row]]:
    """Return (setting, rows) of the gradients at the caller's values."""
    network, rng = derivation.differentiated, generator(seed)
    leaves = [tensor.name for tensor in network.given]
    arrays, sizes = checked_values(network, values, leaves, check_finite=True)
    setting = f"given values{_shown(sizes)}"
    work = multiplications(network, sizes)
    if work > PROGRAM_LARGE and program is not None and not derivation.goal_letters:
        return setting, _rows_of_program(derivation, program, arrays, rng, tolerance)
    if work > PROGRAM_LARGE:
        raise NotYetError(
            f"the check of {network.name} at these values",
            f"sizes too large for the literal interpreter{_shown(sizes)}",
            "pass the compiled program, verify(d, values, program=lambdify(d)), or give fewer rows",
        )
    world = _world(network, arrays)
    rows = _gradient_rows(Bench(derivation, arrays, world, {}, rng, tolerance))
    if program is not None:
        rows += _compared_rows(derivation, program, arrays, world, tolerance)
    return setting, rows
