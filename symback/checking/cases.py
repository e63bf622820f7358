"""A claim as numbers, and the altered versions that are compared with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import prod

import numpy as np

from symback.checking.catalogue import RANK, Mistake
from symback.checking.claim import Point
from symback.checking.factors import named_factor
from symback.checking.route import computed_versions
from symback.checking.tracks import Track

MOST_COMPARED = 200  # entries of each point by which two effects are told apart
# Mistakes that leave something out: a share of it other than 0 may have been put there.
LEAVES_OUT = (
    "missing adjoint",
    "missing term",
    "missing path",
    "missing regulariser",
    "one occurrence only",
)


@dataclass(frozen=True, slots=True)
class Case:
    """What was claimed of one adjoint and what is right, as float64 arrays at the same points.

    ``tolerance`` is relative to the largest entry, ``rounding`` absolute.
    """

    name: str
    points: tuple[Point, ...]
    claimed: tuple[np.ndarray, ...]
    right: tuple[np.ndarray, ...]
    tolerance: float
    rounding: float = 0.0
    numbers: Mapping[str, float] | None = None  # further numbers that a factor may be

    def allowed(self, place: int) -> float:
        """Return the largest difference at a point that counts as none."""
        arrays = (self.claimed[place], self.right[place])
        largest = max((float(np.max(np.abs(a), initial=0)) for a in arrays), default=0.0)
        return self.tolerance * largest + self.rounding

    @property
    def digits(self) -> float:
        """How many digits of all claimed numbers together are compared: what a cause must fit."""
        found = 0.0
        with np.errstate(all="ignore"):
            for place, (claimed, right) in enumerate(zip(self.claimed, self.right, strict=True)):
                scale = np.maximum(np.abs(claimed), np.abs(right))
                allowed = max(self.allowed(place), 1e-300)
                found += float(np.sum(np.log10(np.maximum(scale / allowed, 1.0))))
        return found

    def fits(self, rows: np.ndarray, place: int = 0) -> np.ndarray:
        """Return for each row whether it is what was claimed at a point."""
        difference = np.abs(rows - self.claimed[place])
        return largest(difference) <= self.allowed(place)


@dataclass(frozen=True, slots=True)
class Finding:
    """The mistakes that give what was claimed, and the factor and order of axes that remain."""

    mistakes: tuple[Mistake, ...] = ()
    factor: str | None = None
    axes: tuple[int, ...] | None = None

    @property
    def count(self) -> int:
        """How many mistakes it takes."""
        return len(self.mistakes) + (self.factor is not None) + (self.axes is not None)


def largest(array: np.ndarray) -> np.ndarray:
    """Return the largest entry of every row; NaN counts as infinite."""
    # Why not -1? Of no rows, or of no entries, NumPy cannot tell what it should be.
    flat = array.reshape(array.shape[0], prod(array.shape[1:]))
    found = flat.max(axis=1, initial=0)
    return np.where(np.isnan(found), np.inf, found)


def common_factor(
    case: Case, arrays: Sequence[np.ndarray], scalars: bool = True
) -> str | None:  # fmt: skip
    """Return the name of the factor that makes these arrays the claimed ones."""
    factors = []
    for place, (array, claimed) in enumerate(zip(arrays, case.claimed, strict=True)):
        square = float(np.sum(array * array))
        if not np.isfinite(square) or square == 0:
            return None
        factor = float(np.sum(array * claimed)) / square
        if not np.all(np.abs(factor * array - claimed) <= case.allowed(place)):
            return None
        factors.append(factor)
    largest = max(float(np.max(np.abs(a), initial=0)) for a in arrays)
    tolerance = max(case.tolerance, case.rounding / largest if largest else 0.0) * 4
    if tolerance > 1e-3 or all(abs(f - 1) <= tolerance for f in factors):
        return None
    return named_factor(factors, case.points, tolerance, case.numbers, scalars=scalars)


@dataclass(frozen=True, slots=True)
class Pool:
    """Mistakes that change the tensor, and the rows of it that they give at every point."""

    mistakes: tuple[Mistake, ...]
    rows: tuple[np.ndarray, ...]

    def everywhere(self, place: int) -> list[np.ndarray]:
        """Return the tensor under one mistake at every point."""
        return [rows[place] for rows in self.rows]


def effective(case: Case, track: Track) -> Pool:
    """Return the mistakes that matter, one of each effect, in the order of likelihood."""
    # Of equal ones, that in the claim's own line is the nearest thing to look at.
    mistakes = sorted(track.mistakes, key=lambda m: (RANK[m.row], m.stage != case.name))
    versions = [m.version for m in mistakes]
    rows = [rows_of(case, track, versions, place) for place in range(len(case.points))]
    # Why all points? Of two functions with a kink, one point may not tell the two apart.
    flat = np.concatenate([_leading(r) for r in rows], axis=1)
    right = np.concatenate([r.ravel()[:MOST_COMPARED] for r in case.right])
    scale = np.max(np.abs(right), initial=0) or 1.0
    changed = np.flatnonzero(largest(np.abs(flat - right)) > 1e-12 * scale)
    effects, kept = set(), []
    for place in changed[np.all(np.isfinite(flat[changed]), axis=1)]:
        # A share of what is left out may be there: such a mistake is kept beside its equals.
        effect = (np.round(flat[place] / scale, 9).tobytes(), mistakes[place].row in LEAVES_OUT)
        if effect not in effects:
            effects.add(effect)
            kept.append(place)
    return Pool(tuple(mistakes[i] for i in kept), tuple(r[kept] for r in rows))


def _leading(rows: np.ndarray) -> np.ndarray:
    return rows.reshape(len(rows), prod(rows.shape[1:]))[:, :MOST_COMPARED]


def rows_of(case: Case, track: Track, versions: Sequence[dict], place: int = 0) -> np.ndarray:
    """Return the tensor under each version at a point."""
    if not versions:
        return np.zeros((0, *case.right[place].shape))
    point = case.points[place]
    more, known = track.more(place), track.known
    found = computed_versions(track.route, point, versions, [case.name], more, known)
    return found[case.name]


def share_of(case: Case, right: np.ndarray, without: np.ndarray, place: int) -> float | None:
    """Return the share of what was left out that gives what was claimed; None if none does."""
    term = right - without
    square = float(np.sum(term * term))
    if not np.isfinite(square) or square == 0:
        return None
    share = float(np.sum(term * (case.claimed[place] - without))) / square
    rest = np.abs(without + share * term - case.claimed[place])
    return share if np.all(rest <= case.allowed(place)) else None


def with_share(mistake: Mistake, share: str) -> Mistake:
    """Return the mistake of a term that is there with a wrong factor instead of left out."""
    row, instead = "factor of a term", f"{share} times"
    if mistake.row == "missing adjoint":
        row = "factor of an adjoint"
    elif share == "-1":
        row, instead = "sign of a term", ""
    what = f"through {mistake.what}" if mistake.row == "missing path" else mistake.what
    return Mistake(row, mistake.stage, mistake.changes, what, instead)


def proportional(case: Case, rows: np.ndarray, place: int = 0) -> np.ndarray:
    """Return the rows that a factor makes what was claimed at a point."""
    scaled = factors_of(case.claimed[place], rows).reshape(-1, *[1] * (rows.ndim - 1)) * rows
    difference = largest(np.abs(scaled - case.claimed[place]))
    return np.flatnonzero(difference <= case.allowed(place))


def factors_of(wanted: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """Return the factor of each row that brings it closest to what is wanted."""
    axes = tuple(range(1, rows.ndim))
    with np.errstate(all="ignore"):
        return np.sum(rows * wanted, axis=axes) / np.sum(rows * rows, axis=axes)
