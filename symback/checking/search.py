"""The search for the cause: which known mistake, or pair of mistakes, gives what was claimed?

Cheapest first: a factor, exchanged axes, one mistake, one mistake and a factor, two mistakes. What
fits at the first point must fit at the others too. The work is bounded by counts, not by a clock,
so that the same claim always gets the same answer.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import permutations, product

import numpy as np

from symback.checking.cases import (
    LEAVES_OUT,
    Case,
    Finding,
    Pool,
    common_factor,
    effective,
    factors_of,
    largest,
    proportional,
    share_of,
    with_share,
)
from symback.checking.catalogue import Mistake
from symback.checking.factors import named_factor, short_number
from symback.checking.pairs import pairs, pairs_at_one_place
from symback.checking.tracks import Track

# How many digits of a claim a cause must explain. There are some hundred single mistakes and a
# hundred thousand pairs, with factors; with fewer digits than these one of them fits by chance.
DIGITS_OF_ONE = 3
DIGITS_OF_TWO = 7

Look = Callable[[Case, Track, Pool], Finding | None]


def search(
    case: Case, tracks: Sequence[Track], special: Callable[[], Finding | None] = lambda: None
) -> Finding | None:
    """Return the first finding, in the order of likelihood; None if nothing known fits.

    ``special`` is a search of its own, asked between one mistake and two.
    """
    digits = case.digits
    if digits < DIGITS_OF_ONE:
        return Finding(factor="-1") if _is_turned(case) else None
    found = _factor(case) or _axes(case)
    if found:
        return found
    pools = [(track, effective(case, track)) for track in tracks]

    def looked(*looks: Look) -> Finding | None:
        found = (look(case, track, pool) for look, (track, pool) in product(looks, pools))
        return next(filter(None, found), None)

    found = looked(_single)
    if found or digits < DIGITS_OF_TWO:
        return found
    return (
        _factor(case, scalars=True)
        or looked(_share, _surplus)
        or special()
        or looked(_single_with_factor, pairs, pairs_at_one_place)
    )


# One mistake -------------------------------------------------------------------------------------


def _factor(case: Case, scalars: bool = False) -> Finding | None:
    name = common_factor(case, case.right, scalars)
    return Finding(factor=name) if name else None


def _is_turned(case: Case) -> bool:
    """Has only the sign been lost? Of all mistakes this is the commonest."""
    return all(case.fits(-right[None], place)[0] for place, right in enumerate(case.right))


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
        shares = [share_of(case, right, without, number) for right, without, number in trios]
        if any(share is None for share in shares):
            continue
        name = named_factor(shares, case.points, 1e-6, case.numbers)
        if name:
            return Finding((with_share(mistake, name),))
    return None


def _surplus(case: Case, track: Track, pool: Pool) -> Finding | None:
    """Is a multiple of a tensor added: weight decay for a loss that has none?"""
    extra = [c - r for c, r in zip(case.claimed, case.right, strict=True)]
    if extra[0].size * len(extra) < 2:
        return None
    network = track.around.derivation.forward
    alike = (network[name] for name in (case.name, *track.around.alike.get(case.name, ())))
    for tensor in alike:
        factors = []
        for place, point in enumerate(case.points):
            rows = np.asarray(point.tensors[tensor.name])[None]
            factor = factors_of(extra[place], rows)
            rest = np.abs(factor.reshape(-1, *[1] * extra[place].ndim) * rows - extra[place])
            factors += [float(factor[0]) if largest(rest)[0] <= case.allowed(place) else 0.0]
        name = named_factor(factors, case.points, 1e-6, case.numbers) or short_number(factors)
        if name:
            what = str(tensor) if name == "1" else f"{name}·{tensor}"
            return Finding((Mistake("term too much", case.name, (), what),))
    return None


def _single_with_factor(case: Case, track: Track, pool: Pool) -> Finding | None:
    found = None
    for place in proportional(case, pool.rows[0]):
        name = common_factor(case, pool.everywhere(place))
        if name and not name.startswith("-"):
            return Finding((pool.mistakes[place],), factor=name)
        # Why go on? -2·(-P - Y) is also 2·(P + Y): the one without a second minus reads better.
        if name and found is None:
            found = Finding((pool.mistakes[place],), factor=name)
    return found
