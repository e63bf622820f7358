"""Pairs of mistakes: in the adjoints of two tensors, or both in one equation."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np

from symback.checking.cases import (
    LEAVES_OUT,
    Case,
    Finding,
    Pool,
    largest,
    rows_of,
    share_of,
    with_share,
)
from symback.checking.catalogue import Mistake
from symback.checking.equation_mistakes import equation_mistakes
from symback.checking.factors import named_factor
from symback.checking.tracks import Track

MOST_IN_PAIRS = 240  # mistakes of which all pairs are tried
MOST_NUMBERS_IN_PAIRS = 40_000_000  # entries that all pairs together may compute
MOST_AT_ONE_PLACE = 3_000  # pairs of mistakes in one equation
MOST_LOOKED_AT = 50  # pairs of which a share is measured at all points
BATCH = 4_000
# Mistakes that can be made in so many ways that they come last where pairs are tried.
RARE_IN_PAIRS = (
    "wrong tensor",
    "derivative of another function",
    "off by one",
    "adjoint of another tensor",
    "factor twice",
    "factor too much",
    "derivative too much",
)

Pair = tuple[Mistake, Mistake]


def pairs(case: Case, track: Track, pool: Pool) -> Finding | None:
    """Two mistakes in the adjoints of two different tensors."""
    # Half of all pairs are of two different places.
    chosen = pool.mistakes[: min(MOST_IN_PAIRS, int((2 * _most(case, track)) ** 0.5))]
    found = [
        (first, second)
        for second in chosen
        for first in chosen
        if track.order[first.stage] < track.order[second.stage]
    ]
    return _first_pair(case, track, pool, found)


def _most(case: Case, track: Track) -> int:
    """Return how many pairs may be computed: few where the arrays are large."""
    entries = max((int(np.prod(case.points[0].shape(s.name))) for s in track.route), default=1)
    return MOST_NUMBERS_IN_PAIRS // (entries * max(1, len(track.route)))


@dataclass(frozen=True, slots=True)
class Batch:
    """Some pairs and what they give: at the first point, and of one number at the second too."""

    pairs: Sequence[Pair]
    rows: tuple[np.ndarray, ...]


def _first_pair(
    case: Case, track: Track, pool: Pool, found: Sequence[Pair]
) -> Finding | None:  # fmt: skip
    """Return the first pair that fits; else one that fits with a share of what is left out."""
    shared: list[tuple[Pair, int]] = []
    # Why two points? One number is a multiple of every other.
    places = range(2 if case.right[0].size == 1 and len(case.points) > 1 else 1)
    for part in _batches(found, BATCH):
        versions = [first.version | second.version for first, second in part]
        batch = Batch(part, tuple(rows_of(case, track, versions, place) for place in places))
        for place in np.flatnonzero(case.fits(batch.rows[0])):
            if _fits_everywhere(case, track, versions[place]):
                return Finding(part[place])
        shared += _shared(case, pool, batch)
    return _with_share(case, track, shared)


def _fits_everywhere(case: Case, track: Track, version: dict) -> bool:
    places = range(1, len(case.points))
    return all(case.fits(rows_of(case, track, [version], p), p)[0] for p in places)


def _everywhere(case: Case, track: Track, version: dict) -> list[np.ndarray]:
    """Return the tensor under a version at every point."""
    return [rows_of(case, track, [version], place)[0] for place in range(len(case.points))]


# A pair, but not quite ---------------------------------------------------------------------------


def _shared(case: Case, pool: Pool, batch: Batch) -> Iterator[tuple[Pair, int]]:
    """Yield (pair, 0 or 1): with a share of what that one of the two leaves out, the pair may fit.

    The other mistake alone is known from the pool; claimed = pair + share·(other alone - pair).
    """
    places = {id(mistake): place for place, mistake in enumerate(pool.mistakes)}
    for left in (0, 1):
        chosen = [
            (number, places[id(pair[1 - left])])
            for number, pair in enumerate(batch.pairs)
            if pair[left].row in LEAVES_OUT and id(pair[1 - left]) in places
        ]
        if not chosen or (case.right[0].size == 1 and len(batch.rows) == 1):
            continue
        numbers, alone = (np.array(column) for column in zip(*chosen, strict=True))
        shares = []
        fitting = np.ones(len(chosen), bool)
        for place, rows in enumerate(batch.rows):
            share, rest = _share(case, rows[numbers], pool.rows[place][alone], place)
            shares.append(share)
            fitting &= rest <= case.allowed(place)
        if len(shares) == 2:
            with np.errstate(all="ignore"):
                fitting &= np.abs(shares[1] / shares[0] - 1) <= 1e3 * case.tolerance
        yield from ((batch.pairs[numbers[row]], left) for row in np.flatnonzero(fitting))


def _share(
    case: Case, without: np.ndarray, whole: np.ndarray, place: int
) -> tuple[np.ndarray, np.ndarray]:
    """Return (share, what it leaves unexplained) of each row."""
    axes = tuple(range(1, without.ndim))
    term = whole - without
    with np.errstate(all="ignore"):
        share = np.sum(term * (case.claimed[place] - without), axis=axes)
        share = share / np.sum(term * term, axis=axes)
        spread = share.reshape(-1, *[1] * (without.ndim - 1))
        return share, largest(np.abs(without + spread * term - case.claimed[place]))


def _with_share(
    case: Case, track: Track, found: Sequence[tuple[Pair, int]]
) -> Finding | None:  # fmt: skip
    for pair, left in found[:MOST_LOOKED_AT]:
        without = _everywhere(case, track, pair[0].version | pair[1].version)
        whole = _everywhere(case, track, pair[1 - left].version)
        places = range(len(case.points))
        shares = [share_of(case, whole[place], without[place], place) for place in places]
        name = None if None in shares else named_factor(shares, case.points, 1e-6, case.numbers)
        if name:
            changed = with_share(pair[left], name)
            return Finding((changed, pair[1]) if left == 0 else (pair[0], changed))
    return None


def _batches(items: Sequence, size: int) -> Iterator[Sequence]:
    return (items[start : start + size] for start in range(0, len(items), size))


def pairs_at_one_place(case: Case, track: Track, pool: Pool) -> Finding | None:
    """Two mistakes in one equation: the second is made in what the first has left."""
    limit = min(MOST_AT_ONE_PLACE, _most(case, track))
    by_rarity: tuple[list[Pair], ...] = ([], [], [])
    for pair in _at_one_place(track, pool):
        by_rarity[sum(mistake.row in RARE_IN_PAIRS for mistake in pair)].append(pair)
        # What comes later would not be tried: the common ones come first.
        if len(by_rarity[0]) >= limit:
            break
    return _first_pair(case, track, pool, [*chain(*by_rarity)][:limit])


def _at_one_place(track: Track, pool: Pool) -> Iterator[Pair]:
    for stage in track.considered:
        for first in (m for m in pool.mistakes if m.stage == stage.name):
            left = first.version[stage.name]
            yield from ((first, second) for second in equation_mistakes(stage, left, track.around))
