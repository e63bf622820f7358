"""Central differences: of the literal interpreter in many digits, or of a program in floats.

The interpreter's are taken with one tiny step, its error far below any tolerance. A program's
floats allow no such step: several are tried, and what rounding can explain is no mistake.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import mpmath
import numpy as np
from sympy import Expr

from symback.algebra.letters import Index
from symback.compiler.interpreter import slopes
from symback.compiler.world import World

STEPS = (1e-1, 1e-2, 1e-3, 1e-4, 1e-5, 1e-6, 1e-7)  # relative to the entries that are moved
KINK = 1e-6  # slopes from below and above that differ by more, relatively, stand at a kink
FLAT = 1e-3  # slopes below it count as it: at the lowest point of x² they differ in sign

Place = tuple[int, ...]
Direction = dict[Place, float]


@dataclass(frozen=True, slots=True)
class Comparison:
    """A gradient against a difference along one direction, most often along one entry.

    ``error`` is relative, and ``rounding`` how much of it may be rounding in the difference;
    ``kinked`` says that a kink is there and the comparison means nothing.
    """

    name: str
    gradient: float
    difference: float
    error: float
    rounding: float = 0.0
    kinked: bool = False

    def passes(self, tolerance: float) -> bool:
        """Is the error within the tolerance, rounding allowed for? NaN is not."""
        return self.error <= tolerance + self.rounding


def entry_name(tensor: str, place: Iterable[int]) -> str:
    """Return W1[2, 0], or the bare name of a scalar."""
    numbers = ", ".join(map(str, place))
    return f"{tensor}[{numbers}]" if numbers else tensor


def directions(
    shape: tuple[int, ...], most: int, rng: np.random.Generator
) -> list[tuple[str, Direction]]:
    """Return (label, direction) for each entry; of more than ``most``, some and one through all.

    A direction through all entries shows a mistake in any of them.
    """
    count = int(np.prod(shape))
    if count <= most:
        chosen = range(count)
    else:
        chosen = sorted(rng.choice(count, size=max(1, most - 1), replace=False).tolist())
    places = [tuple(int(i) for i in np.unravel_index(c, shape)) for c in chosen]
    found = [(entry_name("", place), {place: 1.0}) for place in places]
    if count > most:
        through = rng.choice([-1.0, 1.0], size=shape) * rng.uniform(0.5, 1.5, size=shape)
        through /= count**0.5
        found.append((" along a direction", dict(np.ndenumerate(through))))
    return found


def along(gradient: np.ndarray, direction: Direction) -> object:
    """Return Σ gradient·direction."""
    return sum((gradient[place] * length for place, length in direction.items()), 0)


def relative_error(one: object, other: object, floor: object) -> float:
    """Return |one - other| / max(|one|, |other|, floor): between near zeros it would be noise."""
    return float(abs(one - other) / max(abs(one), abs(other), floor))


def interpreted_comparison(
    world: World,
    goal: Expr,
    tensor: str,
    direction: Direction,
    gradient: object,
    letters: Mapping[Index, int],
) -> Comparison:
    """Compare Σ gradient·direction with (goal(v+h) - goal(v-h)) / 2h in the world's digits."""
    below, above = slopes(world, goal, tensor, direction, letters)
    with mpmath.workdps(world.kind.digits):
        difference = (below + above) / 2
        error = relative_error(gradient, difference, world_floor(world))
        kinked = abs(above - below) > KINK * max(abs(above), abs(below), FLAT)
    return Comparison(tensor, float(gradient), float(difference), error, kinked=bool(kinked))


def world_floor(world: World) -> object:
    """Return the size below which numbers of this world count as zero when they are compared."""
    return mpmath.mpf(10) ** -(world.kind.digits * 3 // 8)


def program_comparison(
    goal: Callable[[Mapping[str, np.ndarray]], float],
    values: Mapping[str, np.ndarray],
    tensor: str,
    direction: Direction,
    gradient: float,
) -> Comparison:
    """Compare Σ gradient·direction with the program's central difference along it."""
    base = np.asarray(values[tensor], dtype=float)
    arrow = np.zeros(base.shape)
    for place, length in direction.items():
        arrow[place] = length
    difference, rounding = best_difference(
        lambda step: goal({**values, tensor: base + step * arrow}),
        max(1.0, float(np.max(np.abs(base), initial=0.0))),
    )
    scale = max(abs(difference), abs(gradient), np.finfo(float).tiny)
    error = abs(gradient - difference) / scale
    return Comparison(tensor, float(gradient), difference, float(error), rounding / scale)


def best_difference(along: Callable[[float], float], reach: float) -> tuple[float, float]:
    """Return (derivative at 0, how much of it may be rounding), from central differences.

    Two steps h and 10h give (100 d(h) - d(10h)) / 99, whose error falls with h⁴; of the steps, the
    one is taken whose value changes least from the one before. A kink within reach changes it much.
    """
    found, differences, values = [], [], []
    for step in (reach * relative for relative in STEPS):
        above, below = along(step), along(-step)
        differences.append((above - below) / (2 * step))
        rounding = 4 * np.finfo(float).eps * max(abs(above), abs(below), 1.0) / step
        if found and rounding > min(found)[0]:
            break  # smaller steps round more
        if len(differences) > 1:
            values.append((100 * differences[-1] - differences[-2]) / 99)
        if len(values) > 1:
            found.append((abs(values[-1] - values[-2]) + rounding, values[-1], rounding))
    _, value, rounding = min(found)
    return value, rounding
