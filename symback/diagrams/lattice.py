"""Nodes and edges in columns: every edge has a stop in each column that it passes.

A *site* is a node or a stop. An edge that carries text, or has a twin with the same ends, gets a
column between two columns of nodes where its stop is as large as its text: so text has room
before anything is drawn, and two parallel arrows are two. Sites 0 … count-1 are the nodes.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise

from symback.diagrams.layering import Pair

Extent = tuple[float, float]  # across the columns (the height in a diagram to the right), and along
BARE_STOP: Extent = (8.0, 0.0)

# How strongly an edge wants to be straight: the middle of a long edge most, a parameter's least.
MIDDLE_PULL, DATA_PULL, LONG_PULL, MINOR_PULL = 8, 4, 2, 1


@dataclass(slots=True)
class Lattice:
    """The working state of the layout; ``columns`` holds sites in their order across."""

    columns: list[list[int]]
    across: list[float]
    along: list[float]
    before: list[list[int]] = field(default_factory=list)
    after: list[list[int]] = field(default_factory=list)
    pull: dict[Pair, int] = field(default_factory=dict)
    stops: list[list[int]] = field(default_factory=list)
    text_stop: list[int | None] = field(default_factory=list)
    count: int = 0

    def add_site(self, column: int, extent: Extent) -> int:
        """Append a stop to a column and return its number."""
        site = len(self.across)
        self.columns[column].append(site)
        self.across.append(extent[0])
        self.along.append(extent[1])
        self.before.append([])
        self.after.append([])
        return site

    def connect(self, source: int, target: int, pull: int) -> None:
        """Join two sites of neighbouring columns."""
        self.after[source].append(target)
        self.before[target].append(source)
        self.pull[source, target] = max(pull, self.pull.get((source, target), 0))

    def positions(self) -> list[int]:
        """Return the position of every site within its column."""
        position = [0] * len(self.across)
        for sites in self.columns:
            for place, site in enumerate(sites):
                position[site] = place
        return position


def build_lattice(
    columns: list[int],
    nodes: list[Extent],
    edges: list[Pair],
    texts: list[Extent | None],
    minor: list[bool],
) -> Lattice:
    """Return the lattice of forward edges.

    ``texts`` is the room of each edge's text; ``minor`` marks the nodes (parameters, constants)
    whose edges may bend so that the flow of data stays straight.
    """
    twins = _twins(edges)
    gap_of_text = [(columns[a] + columns[b] - 1) // 2 for a, b in edges]
    own_stop = [text is not None or number in twins for number, text in enumerate(texts)]
    spread = {gap for gap, needed in zip(gap_of_text, own_stop, strict=True) if needed}
    place, width = [0], max(columns) + 1
    for gap in range(width - 1):
        place.append(place[-1] + (2 if gap in spread else 1))

    lattice = Lattice([[] for _ in range(place[-1] + 1)], [], [], count=len(nodes))
    for node, extent in enumerate(nodes):
        lattice.add_site(place[columns[node]], extent)
    for number, (source, target) in enumerate(edges):
        text_column = place[gap_of_text[number]] + 1 if own_stop[number] else None
        first, last = place[columns[source]], place[columns[target]]
        stops, text_stop = [source], None
        for column in range(first + 1, last):
            extent = BARE_STOP
            if column == text_column and texts[number] is not None:
                extent = texts[number]
                text_stop = len(lattice.across)
            stops.append(lattice.add_site(column, extent))
        stops.append(target)
        lattice.stops.append(stops)
        lattice.text_stop.append(text_stop)
        _connect_stops(lattice, stops, minor[source], columns[target] - columns[source])
    return lattice


def _connect_stops(lattice: Lattice, stops: list[int], minor: bool, span: int) -> None:
    for left, right in pairwise(stops):
        if left >= lattice.count and right >= lattice.count:
            pull = MIDDLE_PULL
        elif minor:
            pull = MINOR_PULL
        else:
            pull = DATA_PULL if span == 1 else LONG_PULL
        lattice.connect(left, right, pull)


def _twins(edges: list[Pair]) -> set[int]:
    """Return the edges that share both ends with another edge."""
    first: dict[Pair, int] = {}
    twins: set[int] = set()
    for number, ends in enumerate(edges):
        if ends in first:
            twins.update((first[ends], number))
        else:
            first[ends] = number
    return twins
