"""A claim compared: its values at the points, as claimed and as right.

A claim that is a formula is compared in mpmath numbers of 30 digits, so that a right formula in
another form is right and nothing else is; arrays and functions are compared in float64.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from symback.checking.claim import ADJOINT, FORWARD, UPDATED, Claim, Point
from symback.checking.points import (
    Equations,
    Values,
    exact_kind,
    float_kind,
    given_values,
    points_at,
    precise,
    random_values,
    size_of_all,
)
from symback.checking.updates import after_update
from symback.errors import SymbackError
from symback.training.optimisers import Optimizer

POINTS = 3
# How many of the points are exact, by the numbers in all tensors: one says it with certainty
# but for formulas with branches, and mpmath numbers are slow.
EXACT_POINTS = ((2_000, 3), (300_000, 1))
EXACT_TOLERANCE = 1e-20  # relative, of 30 digits
TOLERANCES = {"f8": 1e-9, "f4": 1e-4, "f2": 1e-2}  # relative, by the type of an array
CLOSE = 1e-5  # relative: what finite differences reach


@dataclass(slots=True)
class Setting:
    """The points of all claims that hold at the same values, exact where formulas ask for it."""

    equations: Equations
    drawn: list[Values]
    text: str
    update: Optimizer | None
    exact_count: int  # of the points, how many are computed in mpmath numbers for formulas
    _exact: list[Point] = field(default_factory=list)
    _floats: list[Point] = field(default_factory=list)

    def points(self, exact: bool) -> list[Point]:
        """Return the points, computed when first asked for."""
        if exact and not self._exact:
            with precise():
                drawn = self.drawn[: self.exact_count]
                self._exact += points_at(self.equations, drawn, exact_kind)
        if not exact and not self._floats:
            self._floats += points_at(self.equations, self.drawn, float_kind)
        return self._exact if exact else self._floats


@dataclass(frozen=True, slots=True)
class Compared:
    """A claim's values at the points, as claimed and as right; ``trouble`` if it has none."""

    claim: Claim
    points: Sequence[Point]
    claimed: tuple[np.ndarray, ...] = ()
    right: tuple[np.ndarray, ...] = ()
    trouble: str = ""

    @property
    def tolerance(self) -> float:
        """The relative difference that counts as none."""
        if self.points and self.points[0].exact:
            return EXACT_TOLERANCE
        kinds = {array.dtype.str[1:] for array in self.claimed}
        return max((TOLERANCES.get(kind, 1e-9) for kind in kinds), default=1e-9)

    @property
    def fits_shape(self) -> bool:
        pairs = zip(self.claimed, self.right, strict=True)
        return all(np.shape(c) == np.shape(r) for c, r in pairs)

    @property
    def is_finite(self) -> bool:
        return all(np.all(np.isfinite(np.asarray(a).astype(float))) for a in self.claimed)

    def allowed(self, place: int, tolerance: float) -> float:
        """Return the largest difference at a point that counts as none."""
        return tolerance * _largest(self.right[place], self.claimed[place]) + self.claim.rounding

    def agrees(self, tolerance: float) -> bool:
        """Do claim and truth agree at all points, to a relative difference?"""
        places = range(len(self.points))
        return (
            self.fits_shape
            and self.is_finite
            and all(
                bool(np.all(np.abs(self.claimed[p] - self.right[p]) <= self.allowed(p, tolerance)))
                for p in places
            )
        )

    @property
    def difference(self) -> float:
        """The largest difference of an entry at any point."""
        pairs = zip(self.claimed, self.right, strict=True)
        return max((_largest(np.asarray(c - r)) for c, r in pairs), default=0.0)


def _largest(*arrays: np.ndarray) -> float:
    return max((float(np.max(np.abs(a), initial=0)) for a in arrays), default=0.0)


def setting_for(
    equations: Equations,
    values: Mapping[str, object] | None,
    update: Optimizer | None,
    seed: int,
) -> Setting:
    """Return the points for claims that hold everywhere, or at these values alone."""
    if values is None:
        drawn = random_values(equations, seed, POINTS)
        text = f"{len(drawn)} random points, seed {seed}"
    else:
        drawn, text = [given_values(equations, values)], "the given values"
    largest = max(size_of_all(equations, sizes) for _, sizes in drawn)
    exact_count = next((count for most, count in EXACT_POINTS if largest <= most), 0)
    text += "" if exact_count else ", in float64 for their size"
    return Setting(equations, drawn, text, update, exact_count)


def compared(
    claim: Claim, setting: Setting, known: Sequence[Compared]
) -> tuple[Compared, Compared]:
    """Return the claim's line judged alone, and with what was claimed before it put in."""
    points = setting.points(claim.exact and setting.exact_count > 0)
    own = {c.claim.name: c for c in known if c.claim.about == ADJOINT and _usable(c, points)}
    with precise():
        right = tuple(true_value(claim, point, setting) for point in points)
        line = valued(claim, points, points, right)
        built_on = [name for name in claim.reads if name in own]
        if not built_on:
            return line, line
        changed = [
            point.with_adjoints({name: _as(own[name].claimed[place], point) for name in built_on})
            for place, point in enumerate(points)
        ]
        return line, valued(claim, points, changed, right)


def _usable(compared: Compared, points: Sequence[Point]) -> bool:
    enough = len(compared.points) >= len(points)
    same = enough and compared.points[0].sizes == points[0].sizes
    return same and bool(compared.claimed) and compared.fits_shape


def _as(array: np.ndarray, point: Point) -> np.ndarray:
    """Return an array in the point's kind of number."""
    if point.exact == (array.dtype == object):
        return array
    if point.exact:
        return exact_kind().array(array.ravel().tolist(), array.shape)
    return array.astype(float)


def true_value(claim: Claim, point: Point, setting: Setting) -> np.ndarray:
    """Return what the tensor or its adjoint is at a point."""
    if claim.about == FORWARD:
        return point.tensors[claim.name]
    if claim.about == UPDATED:
        return after_update(point, setting.update, point.adjoints).tensors[claim.name]
    return point.adjoints[claim.name]


def valued(
    claim: Claim, points: Sequence[Point], read: Sequence[Point], right: tuple[np.ndarray, ...]
) -> Compared:
    """Return the claim with its values, computed with what the points to ``read`` hold."""
    try:
        with np.errstate(all="ignore"):
            claimed = tuple(np.asarray(claim.value(point)) for point in read)
    except SymbackError as error:
        return Compared(claim, points, (), right, trouble=str(error))
    return Compared(claim, points, claimed, right)
