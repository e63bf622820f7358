"""Coordinates across the columns: edges as straight as the order allows, nothing too close.

After Brandes and Köpf (Fast and simple horizontal coordinate assignment, 2002): sites are aligned
into straight blocks in four ways (from either side, packed to either end), and each site takes
the mean of the two middle results. Ours differs in that edges with a stronger pull are aligned
first, so the flow of data is straight and parameters make room.
"""

from __future__ import annotations

from bisect import bisect_left
from itertools import pairwise

from symback.diagrams.lattice import Lattice

NODE_GAP, MIXED_GAP, STOP_GAP = 24.0, 16.0, 10.0


def place_across(lattice: Lattice) -> list[float]:
    """Return the centre of every site across the columns; the smallest edge is at 0."""
    layouts = []
    for forward in (True, False):
        for upward in (False, True):
            layouts.append(_packed_layout(lattice, forward, upward))
    narrow = min(range(4), key=lambda number: _extent(lattice, layouts[number]))
    low, high = _ends(lattice, layouts[narrow])
    for number, layout in enumerate(layouts):
        own_low, own_high = _ends(lattice, layout)
        shift = high - own_high if number % 2 else low - own_low
        layouts[number] = [value + shift for value in layout]
    centre = []
    for site in range(len(lattice.across)):
        _, second, third, _ = sorted(layout[site] for layout in layouts)
        centre.append((second + third) / 2)
    for sites in lattice.columns:
        keep_apart(sites, centre, lattice)
    low, _ = _ends(lattice, centre)
    return [value - low for value in centre]


def needed_distance(lattice: Lattice, upper: int, lower: int) -> float:
    """Return the least distance of two neighbours of a column, from centre to centre."""
    stops = (upper >= lattice.count) + (lower >= lattice.count)
    gap = (NODE_GAP, MIXED_GAP, STOP_GAP)[stops]
    return (lattice.across[upper] + lattice.across[lower]) / 2 + gap


def _ends(lattice: Lattice, layout: list[float]) -> tuple[float, float]:
    halves = [size / 2 for size in lattice.across]
    low = min(value - half for value, half in zip(layout, halves, strict=True))
    high = max(value + half for value, half in zip(layout, halves, strict=True))
    return low, high


def _extent(lattice: Lattice, layout: list[float]) -> float:
    low, high = _ends(lattice, layout)
    return high - low


def _packed_layout(lattice: Lattice, forward: bool, upward: bool) -> list[float]:
    """One of the four layouts: aligned with the column before (or after), packed up (or down)."""
    columns = [list(reversed(sites)) for sites in lattice.columns] if upward else lattice.columns
    root = _aligned_roots(lattice, columns, forward)
    layout = _packed_blocks(lattice, columns, root)
    return [-value for value in layout] if upward else layout


def _aligned_roots(lattice: Lattice, columns: list[list[int]], forward: bool) -> list[int]:
    """Return for each site the first site of its block: the run of sites on one straight line."""
    position = [0] * len(lattice.across)
    for sites in columns:
        for place, site in enumerate(sites):
            position[site] = place
    neighbours = lattice.before if forward else lattice.after
    root = list(range(len(lattice.across)))
    walk = columns[1:] if forward else list(reversed(columns[:-1]))
    for sites in walk:
        for site, partner in _partners(lattice, sites, neighbours, position, forward):
            root[site] = root[partner]
    return root


def _partners(
    lattice: Lattice,
    sites: list[int],
    neighbours: list[list[int]],
    position: list[int],
    forward: bool,
) -> list[tuple[int, int]]:
    """Match sites with their middle neighbours, strongest pull first, no two matches crossing."""
    by_pull: dict[int, list[tuple[int, list[int]]]] = {}
    for site in sites:
        groups: dict[int, list[int]] = {}
        for other in neighbours[site]:
            ends = (other, site) if forward else (site, other)
            groups.setdefault(lattice.pull[ends], []).append(other)
        for pull, others in groups.items():
            by_pull.setdefault(pull, []).append((site, sorted(others, key=position.__getitem__)))
    matches: list[tuple[int, int]] = []
    own_places: list[int] = []
    other_places: list[int] = []
    matched: set[int] = set()
    for pull in sorted(by_pull, reverse=True):
        for site, others in by_pull[pull]:
            if site in matched:
                continue
            middle = sorted({(len(others) - 1) // 2, len(others) // 2})
            for partner in (others[number] for number in middle):
                slot = bisect_left(own_places, position[site])
                above = other_places[slot - 1] if slot else -1
                below = other_places[slot] if slot < len(other_places) else len(position)
                if above < position[partner] < below:
                    own_places.insert(slot, position[site])
                    other_places.insert(slot, position[partner])
                    matched.add(site)
                    matches.append((site, partner))
                    break
    return matches


def _packed_blocks(lattice: Lattice, columns: list[list[int]], root: list[int]) -> list[float]:
    """Place blocks as low as their neighbours allow, then close the gaps towards what follows."""
    after: dict[int, list[tuple[int, float]]] = {site: [] for site in root}
    missing = dict.fromkeys(root, 0)
    for sites in columns:
        for upper, lower in pairwise(sites):
            after[root[upper]].append((root[lower], needed_distance(lattice, upper, lower)))
            missing[root[lower]] += 1
    ready = [block for block, count in missing.items() if not count]
    place = dict.fromkeys(missing, 0.0)
    order = []
    while ready:
        block = ready.pop()
        order.append(block)
        for other, distance in after[block]:
            place[other] = max(place[other], place[block] + distance)
            missing[other] -= 1
            if not missing[other]:
                ready.append(other)
    for block in reversed(order):
        if after[block]:
            place[block] = max(place[block], min(place[other] - gap for other, gap in after[block]))
    return [place[block] for block in root]


def keep_apart(sites: list[int], centre: list[float], lattice: Lattice) -> None:
    """Move the sites of one column apart where they are too close, as little as possible.

    Least squares under the distances: runs of sites that collide move together to their mean place.
    """
    runs: list[list] = []  # [sum of wishes, number of sites, sites with their offsets]
    offset = 0.0
    for place, site in enumerate(sites):
        if place:
            offset += needed_distance(lattice, sites[place - 1], site)
        runs.append([centre[site] - offset, 1, [(site, offset)]])
        while len(runs) > 1 and runs[-2][0] / runs[-2][1] > runs[-1][0] / runs[-1][1]:
            total, number, members = runs.pop()
            runs[-1][0] += total
            runs[-1][1] += number
            runs[-1][2].extend(members)
    for total, number, members in runs:
        for site, offset in members:
            centre[site] = total / number + offset
