"""The search for the cause: which known mistake, or pair of mistakes, gives what was claimed?

Cheapest first: a factor, exchanged axes, one mistake, one mistake and a factor, two mistakes. What
fits at the first point must fit at the others too. The work is bounded by counts, not by a clock,
so that the same claim always gets the same answer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import permutations, product

import numpy as np

from symback.checking.catalogue import RANK, Mistake
from symback.checking.claim import Point
from symback.checking.equation_mistakes import equation_mistakes
from symback.checking.factors import named_factor
from symback.checking.route import computed_versions
from symback.checking.tracks import Track

MOST_IN_PAIRS = 240  # mistakes of which all pairs are tried
MOST_NUMBERS_IN_PAIRS = 40_000_000  # entries that all pairs together may compute
MOST_AT_ONE_PLACE = 3_000  # pairs of mistakes in one equation
MOST_COMPARED = 200  # entries of each point by which two effects are told apart
MOST_WITH_FACTOR = 50  # pairs of which a factor is measured at all points
# Mistakes that can be made in so many ways that they come last where pairs are tried.
RARE_IN_PAIRS = ("wrong tensor", "derivative of another function", "off by one")
# Mistakes that leave something out: a share of it other than 0 may have been put there.
LEAVES_OUT = ("missing term", "missing path", "missing regulariser", "one occurrence only")


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

    def fits(self, rows: np.ndarray, place: int = 0) -> np.ndarray:
        """Return for each row whether it is what was claimed at a point."""
        difference = np.abs(rows - self.claimed[place])
        return _largest(difference) <= self.allowed(place)


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


def _largest(array: np.ndarray) -> np.ndarray:
    """Return the largest entry of every row; NaN counts as infinite."""
    flat = array.reshape(array.shape[0], -1)
    found = flat.max(axis=1, initial=0) if flat.size else np.zeros(array.shape[0])
    return np.where(np.isnan(found), np.inf, found)


def search(
    case: Case, tracks: Sequence[Track], special: Callable[[], Finding | None] = lambda: None
) -> Finding | None:
    """Return the first finding, in the order of likelihood; None if nothing known fits.

    ``special`` is a search of its own, asked between one mistake and two.
    """
    found = _factor(case) or _axes(case)
    if found:
        return found
    pools = [(track, _effective(case, track)) for track in tracks]
    for looks in ((_single, _share), (), (_single_with_factor, _pairs, _pairs_at_one_place)):
        found = special() if not looks else None
        for look, (track, pool) in product(looks, pools):
            found = found or look(case, track, pool)
        if found:
            return found
    return None


# One mistake -------------------------------------------------------------------------------------


def _factor(case: Case) -> Finding | None:
    name = _common_factor(case, case.right)
    return Finding(factor=name) if name else None


def _common_factor(case: Case, arrays: Sequence[np.ndarray]) -> str | None:
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
    return named_factor(factors, case.points, tolerance, case.numbers)


def _axes(case: Case) -> Finding | None:
    """Is it the right array with axes of the same length exchanged?"""
    for order in permutations(range(case.right[0].ndim)):
        if order == tuple(sorted(order)):
            continue
        moved = [array.transpose(order) for array in case.right]
        same = all(m.shape == c.shape for m, c in zip(moved, case.claimed, strict=True))
        if same and all(case.fits(m[None], place)[0] for place, m in enumerate(moved)):
            return Finding(axes=order)
    return None


@dataclass(frozen=True, slots=True)
class Pool:
    """Mistakes that change the tensor, and the rows of it that they give at every point."""

    mistakes: tuple[Mistake, ...]
    rows: tuple[np.ndarray, ...]

    def everywhere(self, place: int) -> list[np.ndarray]:
        """Return the tensor under one mistake at every point."""
        return [rows[place] for rows in self.rows]


def _effective(case: Case, track: Track) -> Pool:
    """Return the mistakes that matter, one of each effect, in the order of likelihood."""
    mistakes = sorted(track.mistakes, key=lambda m: RANK[m.row])
    versions = [m.version for m in mistakes]
    rows = [_rows(case, track, versions, place) for place in range(len(case.points))]
    # Why all points? Of two functions with a kink, one point may not tell the two apart.
    flat = np.concatenate([r.reshape(len(r), -1)[:, :MOST_COMPARED] for r in rows], axis=1)
    right = np.concatenate([r.ravel()[:MOST_COMPARED] for r in case.right])
    scale = np.max(np.abs(right), initial=0) or 1.0
    changed = np.flatnonzero(_largest(np.abs(flat - right)) > 1e-12 * scale)
    effects, kept = set(), []
    for place in changed[np.all(np.isfinite(flat[changed]), axis=1)]:
        effect = np.round(flat[place] / scale, 9).tobytes()
        if effect not in effects:
            effects.add(effect)
            kept.append(place)
    return Pool(tuple(mistakes[i] for i in kept), tuple(r[kept] for r in rows))


def _rows(case: Case, track: Track, versions: Sequence[dict], place: int = 0) -> np.ndarray:
    """Return the tensor under each version at a point."""
    if not versions:
        return np.zeros((0, *case.right[place].shape))
    point = case.points[place]
    found = computed_versions(track.route, point, versions, [case.name], track.more(place))
    return found[case.name]


def _single(case: Case, track: Track, pool: Pool) -> Finding | None:
    fitting = [case.fits(rows, place) for place, rows in enumerate(pool.rows)]
    for place in np.flatnonzero(np.all(fitting, axis=0)):
        return Finding((pool.mistakes[place],))
    return None


def _share(case: Case, track: Track, pool: Pool) -> Finding | None:
    """Is a term there with a wrong factor? Claimed = left out + share·(right - left out)."""
    for place, mistake in enumerate(pool.mistakes):
        if mistake.row not in LEAVES_OUT:
            continue
        trios = zip(case.right, pool.everywhere(place), range(len(case.points)), strict=True)
        shares = [_share_of(case, right, without, number) for right, without, number in trios]
        if any(share is None for share in shares):
            continue
        name = named_factor(shares, case.points, 1e-6, case.numbers)
        if name == "-1":
            return Finding((_as_row(mistake, "sign of a term", ""),))
        if name:
            return Finding((_as_row(mistake, "factor of a term", f"{name} times"),))
    return None


def _share_of(case: Case, right: np.ndarray, without: np.ndarray, place: int) -> float | None:
    term = right - without
    square = float(np.sum(term * term))
    if not np.isfinite(square) or square == 0:
        return None
    share = float(np.sum(term * (case.claimed[place] - without))) / square
    rest = np.abs(without + share * term - case.claimed[place])
    return share if np.all(rest <= case.allowed(place)) else None


def _as_row(mistake: Mistake, row: str, instead: str) -> Mistake:
    return Mistake(row, mistake.stage, mistake.changes, mistake.what, instead)


def _single_with_factor(case: Case, track: Track, pool: Pool) -> Finding | None:
    found = None
    for place in _proportional(case, pool.rows[0]):
        name = _common_factor(case, pool.everywhere(place))
        if name and not name.startswith("-"):
            return Finding((pool.mistakes[place],), factor=name)
        # Why go on? -2·(-P - Y) is also 2·(P + Y): the one without a second minus reads better.
        if name and found is None:
            found = Finding((pool.mistakes[place],), factor=name)
    return found


def _proportional(case: Case, rows: np.ndarray, place: int = 0) -> np.ndarray:
    """Return the rows that a factor makes what was claimed at a point."""
    scaled = _factors(case, rows, place).reshape(-1, *[1] * (rows.ndim - 1)) * rows
    difference = _largest(np.abs(scaled - case.claimed[place]))
    return np.flatnonzero(difference <= case.allowed(place))


def _factors(case: Case, rows: np.ndarray, place: int) -> np.ndarray:
    """Return the factor of each row that brings it closest to what was claimed."""
    axes = tuple(range(1, rows.ndim))
    with np.errstate(all="ignore"):
        return np.sum(rows * case.claimed[place], axis=axes) / np.sum(rows * rows, axis=axes)


# Two mistakes ------------------------------------------------------------------------------------


def _pairs(case: Case, track: Track, pool: Pool) -> Finding | None:
    """Two mistakes in the adjoints of two different tensors."""
    entries = max(int(np.prod(case.points[0].shape(s.name))) for s in track.route)
    most = int((MOST_NUMBERS_IN_PAIRS / (entries * max(1, len(track.route)))) ** 0.5 * 1.4)
    chosen = pool.mistakes[: min(MOST_IN_PAIRS, most)]
    pairs = [
        (first, second)
        for second in chosen
        for first in chosen
        if track.order[first.stage] < track.order[second.stage]
    ]
    return _first_pair(case, track, pairs)


def _first_pair(
    case: Case, track: Track, pairs: Sequence[tuple[Mistake, Mistake]]
) -> Finding | None:
    """Return the first pair that fits, or that fits with a factor."""
    proportional: list[tuple[Mistake, Mistake]] = []
    for part in _batches(pairs, 4_000):
        versions = [first.version | second.version for first, second in part]
        rows = _rows(case, track, versions)
        for place in np.flatnonzero(case.fits(rows)):
            if _fits_everywhere(case, track, versions[place]):
                return Finding(part[place])
        proportional += [part[place] for place in _scaled(case, track, versions, rows)]
    for first, second in proportional[:MOST_WITH_FACTOR]:
        version = first.version | second.version
        arrays = [_rows(case, track, [version], place)[0] for place in range(len(case.points))]
        name = _common_factor(case, arrays)
        if name:
            return Finding((first, second), factor=name)
    return None


def _fits_everywhere(case: Case, track: Track, version: dict) -> bool:
    places = range(1, len(case.points))
    return all(case.fits(_rows(case, track, [version], p), p)[0] for p in places)


def _scaled(case: Case, track: Track, versions: Sequence[dict], rows: np.ndarray) -> Iterable[int]:
    """Return the versions that a factor makes what was claimed.

    One number is a multiple of every other: a scalar must have the same factor at two points.
    """
    found = _proportional(case, rows)
    if case.right[0].size > 1:
        return found
    if len(case.points) < 2:
        return ()
    factors = [_factors(case, rows, 0), _factors(case, _rows(case, track, versions, 1), 1)]
    with np.errstate(all="ignore"):
        return np.flatnonzero(np.abs(factors[1] / factors[0] - 1) <= 1e3 * case.tolerance)


def _batches(items: Sequence, size: int) -> Iterator[Sequence]:
    return (items[start : start + size] for start in range(0, len(items), size))


def _pairs_at_one_place(case: Case, track: Track, pool: Pool) -> Finding | None:
    """Two mistakes in one equation: the second is made in what the first has left."""
    pairs = []
    for stage in track.considered:
        for first in (m for m in pool.mistakes if m.stage == stage.name):
            altered = first.version[stage.name]
            seconds = equation_mistakes(stage, altered, track.around)
            pairs += [(first, second) for second in seconds]
    pairs.sort(key=lambda pair: sum(mistake.row in RARE_IN_PAIRS for mistake in pair))
    return _first_pair(case, track, pairs[:MOST_AT_ONE_PLACE])
