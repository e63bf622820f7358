"""The rows of gradients: against differences of the forward pass, a program against both."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from itertools import product
from typing import Any

import mpmath
import numpy as np
from sympy import Expr

from symback.algebra.letters import Index
from symback.algebra.nodes import IndexSum
from symback.algebra.operators import Times
from symback.algebra.positions import Entry
from symback.compiler.world import World
from symback.network.values import size_value
from symback.verification.differences import (
    Comparison,
    along,
    directions,
    entry_name,
    interpreted_comparison,
    program_comparison,
)
from symback.verification.report import Row

Program = Callable[[Mapping[str, object]], tuple[object, Mapping[str, np.ndarray]]]
SAFETY = 8  # how many times the bound of rounding a program may be off: it may fuse and reorder
MOST_ENTRIES = 2000  # of one tensor, however cheap they are


def goal_of(derivation: Any) -> Expr:
    """Return what is differentiated: L, Σ Y_bar·Y, or an entry of Y for a Jacobian."""
    target = derivation.forward[derivation.of]
    if derivation.upstream:
        upstream = Entry(derivation.upstream, *target.letters)
        return IndexSum(Times(upstream, target.entry), *target.letters)
    return target.entry


def interpreted_row(
    derivation: Any, name: str, world: World, most: int, rng: np.random.Generator, tolerance: float
) -> Row:
    """Return the row of ∂of/∂name: its array in the derived network against differences."""
    array = world.tensors[derivation.adjoint_name(name)]
    goal, letters = goal_of(derivation), derivation.goal_letters
    ranges = [range(size_value(letter.size, world.sizes)) for letter in letters]
    comparisons = []
    for numbers in product(*ranges):
        own = array[numbers] if numbers else array
        own = np.asarray(own, dtype=object)
        for label, direction in directions(own.shape, max(1, most // _count(ranges)), rng):
            with mpmath.workdps(world.kind.digits):
                gradient = world.kind.number(along(own, direction))
            point = dict(zip(letters, numbers, strict=True))
            found = interpreted_comparison(world, goal, name, direction, gradient, point)
            comparisons.append(replace(found, name=_label(name, letters, numbers, label)))
    return gradient_row(name, comparisons, tolerance)


def _count(ranges: Sequence[range]) -> int:
    return int(np.prod([len(r) for r in ranges])) if ranges else 1


def _label(name: str, letters: Sequence[Index], numbers: tuple[int, ...], label: str) -> str:
    at = ", ".join(f"{k.name} = {i}" for k, i in zip(letters, numbers, strict=True))
    return f"{name}{label}" + (f" ({at})" if at else "")


def program_difference_row(
    derivation: Any,
    program: Program,
    name: str,
    values: Mapping[str, np.ndarray],
    most: int,
    rng: np.random.Generator,
    tolerance: float,
) -> Row:
    """Return the row of ∂of/∂name: the program's gradient against the program's differences."""
    _, gradients = program(values)
    array = np.asarray(gradients[name], dtype=float)
    goal = scalar_goal(derivation, program, values)
    comparisons = []
    for label, direction in directions(array.shape, most, rng):
        gradient = float(along(array, direction))
        found = program_comparison(goal, values, name, direction, gradient)
        comparisons.append(replace(found, name=f"{name}{label}"))
    return gradient_row(name, comparisons, tolerance, "program")


def scalar_goal(
    derivation: Any, program: Program, values: Mapping[str, np.ndarray]
) -> Callable[[Mapping[str, object]], float]:
    """Return values ↦ the number that is differentiated: the loss, or Σ Y_bar·Y."""
    if not derivation.upstream:
        return lambda changed: float(program(changed)[0])
    upstream = np.asarray(values[derivation.upstream], dtype=float)
    return lambda changed: float(np.sum(upstream * program(changed)[0]))


def gradient_row(
    name: str, comparisons: Sequence[Comparison], tolerance: float, what: str = "gradient"
) -> Row:
    """Return the row that the comparisons of one tensor make."""
    usable = [c for c in comparisons if not c.kinked]
    if not usable:
        # No failure: at a kink the two sides have two slopes, and the derivative is a convention.
        note = "at a kink, where differences do not tell: the derivative is a convention"
        return Row(what, name, 0, 0.0, "", True, note)
    worst = max(usable, key=lambda c: c.error if c.error == c.error else float("inf"))
    wrong = [c for c in usable if not c.passes(tolerance)]
    notes = []
    if len(usable) < len(comparisons):
        notes.append(f"{len(comparisons) - len(usable)} at a kink left out")
    if all(c.gradient == 0 and c.difference == 0 for c in usable):
        notes.append("all are 0 here")
    if wrong:
        notes.insert(0, diagnosis(wrong, usable))
    return Row(what, name, len(usable), worst.error, worst.name, not wrong, "; ".join(notes))


def diagnosis(wrong: Sequence[Comparison], usable: Sequence[Comparison]) -> str:
    """Say what is wrong: a factor, a sign, some entries; with one entry's two numbers.

    Entries that are 0 on both sides, behind a dead relu, bear out any factor.
    """
    first, checked = wrong[0], len(usable)
    largest = max(abs(c.difference) for c in usable)
    telling = [c for c in usable if abs(c.difference) > 1e-12 * largest]
    numbers = f"{first.name} is {first.gradient:.6g}, differences say {first.difference:.6g}"
    ratios = [c.gradient / c.difference for c in wrong if c.difference]
    same = len(ratios) == len(wrong) == len(telling) and np.ptp(ratios) <= 1e-6 * abs(ratios[0])
    if same and abs(ratios[0] + 1) < 1e-6:
        return f"the sign is turned ({numbers})"
    if same:
        return f"{ratios[0]:.6g} times what it should be ({numbers})"
    return f"{len(wrong)} of {checked} differ: {numbers}"


def program_row(
    name: str,
    found: object,
    world_array: np.ndarray,
    tolerance: float,
    bounds: Callable[[], np.ndarray] | None = None,
) -> Row:
    """Return the row that compares an array of the program with the interpreter's.

    Errors are relative to the largest entry. ``bounds`` is asked where one is too large: what is
    left of numbers that cancel has the rounding of those numbers, and is compared with their size.
    """
    expected = world_array.astype(float)
    array = np.asarray(found, dtype=float)
    if array.shape != expected.shape:
        note = f"shape {array.shape}, not {expected.shape}"
        return Row("program", name, 0, float("inf"), "", False, note)
    errors = _relative(array - expected, float(np.max(np.abs(expected), initial=0.0)))
    if bounds is not None and np.max(errors, initial=0.0) > tolerance:
        errors = _allowing(errors, array - expected, bounds(), _unit(found))
    place = tuple(int(i) for i in np.unravel_index(int(np.argmax(errors)), errors.shape))
    worst = float(errors[place])
    note = ""
    if worst > tolerance:
        note = f"{entry_name(name, place)} is {array[place]:.6g}, interpreted {expected[place]:.6g}"
    return Row("program", name, array.size, worst, entry_name(name, place), not note, note)


def _relative(difference: np.ndarray, size: float | np.ndarray) -> np.ndarray:
    """Return |difference| / size; of nothing, an error is infinite, and so is NaN."""
    distance = np.abs(difference)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        errors = np.where(distance == 0, 0.0, distance / size)
    return np.where(np.isfinite(errors), errors, np.inf)


def _unit(found: object) -> float:
    """Return half the last place of 1 in the numbers that a program returned."""
    kind = np.asarray(found).dtype
    return float(np.finfo(kind if kind.kind == "f" else float).eps) / 2


def _allowing(
    errors: np.ndarray, difference: np.ndarray, bounds: np.ndarray, unit: float
) -> np.ndarray:
    """Return the errors, those that rounding explains relative to the numbers that cancelled."""
    explained = np.abs(difference) <= SAFETY * unit * bounds
    return np.where(explained, np.minimum(errors, _relative(difference, bounds)), errors)
