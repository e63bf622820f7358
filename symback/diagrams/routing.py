"""Lines of edges: level through every column, curved between columns.

Input: the lattice, the places across, the extent of every column along. Output: for each edge a
start and segments in (along, across) coordinates. As a line is level inside a column, and sites
of a column are apart, no line runs through a node or a text.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from symback.diagrams.figure import Point, Segment, outline_half
from symback.diagrams.lattice import Lattice
from symback.diagrams.styles import CIRCLE

SMALLEST_GAP, ARROW_ROOM = 22.0, 12.0
PORT_DISTANCE = 9.0
# A line that ends off the middle of a node by a part of how far it comes from looks natural.
PORT_LEAN = 0.22


@dataclass(frozen=True, slots=True)
class Columns:
    """Where each column begins and ends along the figure."""

    start: list[float]
    end: list[float]
    of_site: list[int]


def place_columns(lattice: Lattice, centre: list[float]) -> Columns:
    """Return the columns one after the other, with room between them for the steepest line."""
    of_site = [0] * len(lattice.across)
    start, end = [], []
    along = 0.0
    for number, sites in enumerate(lattice.columns):
        for site in sites:
            of_site[site] = number
        start.append(along)
        end.append(along + max(lattice.along[site] for site in sites))
        rise, arrows = 0.0, False
        for site in sites:
            for other in lattice.after[site]:
                rise = max(rise, abs(centre[site] - centre[other]))
                arrows = arrows or other < lattice.count
        gap = SMALLEST_GAP + (ARROW_ROOM if arrows else 0.0) + min(0.3 * rise, 90.0)
        along = end[-1] + gap
    return Columns(start, end, of_site)


@dataclass(frozen=True, slots=True)
class Port:
    """Where a line meets a node: the distance across from its middle, and along from its middle."""

    across: float
    along: float


def choose_ports(
    lattice: Lattice, centre: list[float], outlines: list[str]
) -> tuple[list[Port], list[Port]]:
    """Return for each edge the port at its source and the port at its target."""
    leaving: list[list[int]] = [[] for _ in range(lattice.count)]
    arriving: list[list[int]] = [[] for _ in range(lattice.count)]
    for number, stops in enumerate(lattice.stops):
        leaving[stops[0]].append(number)
        arriving[stops[-1]].append(number)
    out: list[Port] = [Port(0, 0)] * len(lattice.stops)
    into: list[Port] = [Port(0, 0)] * len(lattice.stops)
    for node in range(lattice.count):
        for numbers, ports, neighbour in ((leaving[node], out, 1), (arriving[node], into, -2)):
            rises = [centre[lattice.stops[number][neighbour]] - centre[node] for number in numbers]
            order = sorted(range(len(numbers)), key=rises.__getitem__)
            half = lattice.across[node] / 2
            offsets = port_offsets([rises[place] for place in order], half, outlines[node])
            for place, offset in zip(order, offsets, strict=True):
                reach = outline_half(outlines[node], lattice.along[node] / 2, half, offset)
                ports[numbers[place]] = Port(offset, reach)
    return out, into


def port_offsets(rises: list[float], half: float, outline: str) -> list[float]:
    """Spread ports over a side ``half`` high each way; a straight line keeps the middle."""
    if not rises:
        return []
    room = half * 0.62 if outline == CIRCLE else max(half - 9.0, 0.0)
    straight = [place for place, rise in enumerate(rises) if abs(rise) < 0.5]
    last = len(rises) - 1
    if len(straight) == 1:
        middle = straight[0]
        distance = min(PORT_DISTANCE, room / max(middle, last - middle, 1))
    else:
        middle = None
        distance = min(PORT_DISTANCE, 2 * room / max(last, 1))
    wishes = [max(-room, min(room, PORT_LEAN * rise)) for rise in rises]
    offsets = spread(wishes, distance, middle)
    for place in range(len(offsets)):
        low, high = -room + place * distance, room - (last - place) * distance
        offsets[place] = min(max(offsets[place], low), high) if place != middle else 0.0
    return offsets


def spread(wishes: list[float], distance: float, middle: int | None) -> list[float]:
    """Return rising numbers at least ``distance`` apart near their wishes; the middle one is 0."""
    offsets = list(wishes)
    if middle is None:
        shift = 0.0
        for place in range(1, len(offsets)):
            offsets[place] = max(offsets[place], offsets[place - 1] + distance)
        shift = (sum(offsets) - sum(wishes)) / len(offsets)
        return [offset - shift for offset in offsets]
    offsets[middle] = 0.0
    for place in range(middle + 1, len(offsets)):
        offsets[place] = max(offsets[place], offsets[place - 1] + distance)
    for place in range(middle - 1, -1, -1):
        offsets[place] = min(offsets[place], offsets[place + 1] - distance)
    return offsets


def route(
    stops: list[int], out: Port, into: Port, centre: list[float], columns: Columns
) -> tuple[Point, list[Segment]]:
    """Return the line of one edge from its source to its target in (along, across) coordinates."""
    source, target = stops[0], stops[-1]
    here = (_middle(columns, source) + out.along, centre[source] + out.across)
    start, segments = here, []
    for left, right in pairwise(stops):
        leave = (columns.end[columns.of_site[left]], here[1])
        level = centre[target] + into.across if right == target else centre[right]
        arrive = (columns.start[columns.of_site[right]], level)
        if right == target:
            # The last stretch is straight, so that the head of the arrow does not bend.
            arrive = (
                min(arrive[0], _middle(columns, target) - into.along) - ARROW_ROOM * 0.8,
                level,
            )
        _line_to(segments, here, leave)
        if abs(level - leave[1]) < 0.05:
            _line_to(segments, leave, arrive)
        else:
            half = (leave[0] + arrive[0]) / 2
            segments.append(((half, leave[1]), (half, level), arrive))
        here = arrive
    tip = (_middle(columns, target) - into.along, here[1])
    _line_to(segments, here, tip)
    return start, segments


def _middle(columns: Columns, site: int) -> float:
    column = columns.of_site[site]
    return (columns.start[column] + columns.end[column]) / 2


def _line_to(segments: list[Segment], here: Point, there: Point) -> None:
    """Append a level line, or lengthen the level line before it."""
    if abs(there[0] - here[0]) < 1e-9:
        return
    if segments and len(segments[-1]) == 1 and abs(segments[-1][0][1] - there[1]) < 0.05:
        segments[-1] = (there,)
    else:
        segments.append((there,))


def reversed_line(start: Point, segments: list[Segment]) -> tuple[Point, list[Segment]]:
    """Return the same line walked from its end to its start."""
    points = [start, *(segment[-1] for segment in segments)]
    back: list[Segment] = []
    for number in range(len(segments) - 1, -1, -1):
        segment = segments[number]
        if len(segment) == 1:
            back.append((points[number],))
        else:
            back.append((segment[1], segment[0], points[number]))
    return points[-1], back
