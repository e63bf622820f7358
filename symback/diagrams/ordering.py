"""The order of the sites within each column, with few crossings.

Sweeps to and fro sort each column by the mean position of its neighbours; neighbours that cross
less when exchanged are exchanged; the best order seen is kept. Ties keep the order that stands,
which starts as the order of the user with parameters last, so the same graph always gives the
same figure.
"""

from __future__ import annotations

from symback.diagrams.lattice import Lattice

ROUNDS = 12
# Above this number of sites exchanging neighbours costs more than it improves.
LARGEST_FOR_EXCHANGES = 900
LARGEST_FOR_ROUNDS = 6000


def order_columns(lattice: Lattice, minor: list[bool]) -> None:
    """Reorder ``lattice.columns`` in place."""
    _start_order(lattice, minor)
    best, fewest = [list(sites) for sites in lattice.columns], count_crossings(lattice)
    size = len(lattice.across)
    rounds = ROUNDS if size <= LARGEST_FOR_ROUNDS else 2
    for turn in range(rounds):
        if not fewest:
            break
        _sweep(lattice, forward=turn % 2 == 1)
        if size <= LARGEST_FOR_EXCHANGES:
            _exchange_neighbours(lattice)
        crossings = count_crossings(lattice)
        if crossings < fewest:
            best, fewest = [list(sites) for sites in lattice.columns], crossings
    lattice.columns = best


def _start_order(lattice: Lattice, minor: list[bool]) -> None:
    """Sort each column by the mean position of its neighbours to the left, parameters last."""
    position = [0.0] * len(lattice.across)
    for sites in lattice.columns:
        keys = {}
        for site in sites:
            sources = lattice.before[site]
            late = site < lattice.count and minor[site]
            mean = sum(position[other] for other in sources) / len(sources) if sources else 0.0
            keys[site] = (late, mean, site)
        sites.sort(key=keys.__getitem__)
        for place, site in enumerate(sites):
            position[site] = place


def _sweep(lattice: Lattice, forward: bool) -> None:
    position = lattice.positions()
    neighbours = lattice.before if forward else lattice.after
    columns = lattice.columns if forward else list(reversed(lattice.columns))
    for sites in columns[1:]:
        joined = [site for site in sites if neighbours[site]]
        mean = {
            site: sum(position[other] for other in neighbours[site]) / len(neighbours[site])
            for site in joined
        }
        joined.sort(key=mean.__getitem__)
        # Sites without a neighbour on this side keep their places; the others share the rest.
        rest = iter(joined)
        sites[:] = [next(rest) if neighbours[site] else site for site in sites]
        for place, site in enumerate(sites):
            position[site] = place


def _exchange_neighbours(lattice: Lattice) -> None:
    position = lattice.positions()
    for _ in range(6):
        improved = False
        for sites in lattice.columns:
            for place in range(len(sites) - 1):
                upper, lower = sites[place], sites[place + 1]
                now = _pair_crossings(lattice, position, upper, lower)
                if now and _pair_crossings(lattice, position, lower, upper) < now:
                    sites[place], sites[place + 1] = lower, upper
                    position[lower], position[upper] = place, place + 1
                    improved = True
        if not improved:
            return


def _pair_crossings(lattice: Lattice, position: list[int], upper: int, lower: int) -> int:
    """Crossings between the edges of two sites of a column if ``upper`` stands above ``lower``."""
    total = 0
    for neighbours in (lattice.before, lattice.after):
        below = sorted(position[other] for other in neighbours[lower])
        for other in neighbours[upper]:
            place = position[other]
            for rival in below:
                if rival >= place:
                    break
                total += 1
    return total


def count_crossings(lattice: Lattice) -> int:
    """Return how many pairs of segments cross: inversions between neighbouring columns."""
    position = lattice.positions()
    total = 0
    for sites in lattice.columns:
        ends = [
            place
            for site in sites
            for place in sorted(position[other] for other in lattice.after[site])
        ]
        total += _inversions(ends)
    return total


def _inversions(numbers: list[int]) -> int:
    """Return how many pairs stand in the wrong order (binary indexed tree, n log n)."""
    if len(numbers) < 2:
        return 0
    size = max(numbers) + 1
    tree = [0] * (size + 1)
    total = 0
    for seen, number in enumerate(numbers):
        place, not_above = number + 1, 0
        while place:
            not_above += tree[place]
            place &= place - 1
        total += seen - not_above
        place = number + 1
        while place <= size:
            tree[place] += 1
            place += place & -place
    return total
