"""The arrangement "steps": a column for each step of time, a row for what each step computes.

Nodes keep the column and the row that the builder gave them. Column 0 is what all steps share, the
last column what is computed after them. Within a column arrows run down. What comes from elsewhere
runs in a lane above its target's row, one lane for each source: so a weight is one line with a
branch to every step. No line runs through a node. Returns None for a graph that does not fit.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from symback.diagrams.bodies import Body, EdgeText
from symback.diagrams.figure import PlacedEdge, PlacedNode, Point, Segment, outline_half
from symback.diagrams.grid import CHANNEL, STUB, Grid
from symback.diagrams.model import DiagramGraph
from symback.diagrams.styles import CIRCLE

CORNER = 7.0


def place_steps(
    graph: DiagramGraph,
    bodies: Sequence[Body],
    texts: Sequence[EdgeText | None],
    ends: Sequence[tuple[int, int]],
) -> tuple[list[PlacedNode], list[PlacedEdge]] | None:
    """Return the placed nodes and edges; None if a node has no place, or an arrow no way."""
    columns = [node.column for node in graph.nodes]
    rows = [node.row for node in graph.nodes]
    if None in columns or None in rows:
        return None
    grid = Grid(list(bodies), list(texts), list(ends), columns, rows)
    if any(not columns[target] or not grid.is_way(source, target) for source, target in ends):
        return None
    grid.place()
    nodes = [body.placed((grid.x[n], grid.y[n])) for n, body in enumerate(grid.bodies)]
    edges = []
    for number in range(len(ends)):
        start, segments, middle, is_level = _line(grid, number)
        text = texts[number]
        rows_of_text = ()
        if text is not None:
            rows_of_text = text.beside(middle) if is_level else text.left_and_right(middle)
        edge = graph.edges[number]
        edges.append(PlacedEdge(edge, number, start, tuple(segments), rows_of_text))
    return nodes, edges


def _line(grid: Grid, number: int) -> tuple[Point, list[Segment], Point, bool]:
    """Return where an arrow starts, its line, the middle of its last stretch, if level."""
    source, target = grid.ends[number]
    if grid.crosses(number):
        return _level_curve(grid, source, target)
    end = grid.x[target] + grid.into[number]
    port = _port(grid, target, grid.into[number])
    tip = (grid.x[target] + port, grid.y[target] - _reach(grid, target, port))
    above = (end, grid.row_top[grid.row[target]] - 2.0)
    middle = (end, above[1] - STUB / 2 + 2.0)
    last = [tip] if abs(end - tip[0]) < 0.05 else [above, tip]
    if grid.falls(number):
        begin = grid.x[source] + grid.out[number]
        start = (begin, grid.y[source] + _reach(grid, source, grid.out[number]))
        return start, _fall(start, (end, middle[1]), last), middle, False
    points = [*_departure(grid, source, target), (end, grid.lane_of(source, grid.row[target]))]
    return points[0], _rounded([*points, *last]), middle, False


def _port(grid: Grid, node: int, offset: float) -> float:
    """Return where an arrow ends at a node that is narrower than the texts beside it."""
    body = grid.bodies[node]
    half = body.width / 2 * 0.62 if body.outline == CIRCLE else body.width / 2
    return min(max(offset, -half), half)


def _departure(grid: Grid, source: int, target: int) -> list[Point]:
    """Return the points of a line from its source to its lane above the target's row."""
    lane = grid.lane_of(source, grid.row[target])
    if grid.leaves_right(source):
        begin = grid.x[source] + grid.bodies[source].width / 2
        track = grid.tracks[source]
        return [(begin, grid.y[source]), (track, grid.y[source]), (track, lane)]
    start = (grid.x[source], grid.y[source] + _reach(grid, source, 0.0))
    below = grid.lane_of(source, grid.row[source] + 1)
    if grid.row[target] == grid.row[source] + 1:
        return [start, (start[0], below)]
    track = grid.tracks[source]
    return [start, (start[0], below), (track, below), (track, lane)]


def _reach(grid: Grid, node: int, offset: float) -> float:
    body = grid.bodies[node]
    return outline_half(body.outline, body.height / 2, body.width / 2, offset)


def _level_curve(grid: Grid, source: int, target: int) -> tuple[Point, list[Segment], Point, bool]:
    start = (grid.x[source] + grid.bodies[source].width / 2, grid.y[source])
    tip = (grid.x[target] - grid.bodies[target].width / 2, grid.y[target])
    tracks = [grid.tracks[s] for s in grid.leaving(grid.column[source])]
    bend = max([grid.right_of(grid.column[source]), *tracks]) + CHANNEL / 4
    last = (min(bend + CHANNEL / 2, tip[0] - 8.0), tip[1])
    half = (bend + last[0]) / 2
    segments: list[Segment] = [((bend, start[1]),)]
    if abs(start[1] - tip[1]) < 0.05:
        return start, [(tip,)], ((bend + tip[0]) / 2, tip[1]), True
    segments += [((half, start[1]), (half, tip[1]), last), (tip,)]
    return start, segments, ((last[0] + tip[0]) / 2, tip[1]), True


def _fall(start: Point, bend: Point, last: list[Point]) -> list[Segment]:
    """Return a line down: a curve as far as the last stretch, which is straight."""
    straight: list[Segment] = [(point,) for point in last]
    if abs(start[0] - bend[0]) < 0.05:
        return straight
    half = (start[1] + bend[1]) / 2
    return [((start[0], half), (bend[0], half), bend), *straight]


def _rounded(points: Iterable[Point]) -> list[Segment]:
    """Return a line through points with round corners."""
    path = _without_repeats(points)
    segments: list[Segment] = []
    for place in range(1, len(path) - 1):
        before, corner, after = path[place - 1 : place + 2]
        radius = min(CORNER, _distance(before, corner) / 2, _distance(corner, after) / 2)
        leave, arrive = _towards(corner, before, radius), _towards(corner, after, radius)
        segments += [(leave,), (corner, corner, arrive)]
    return [*segments, (path[-1],)]


def _without_repeats(points: Iterable[Point]) -> list[Point]:
    kept: list[Point] = []
    for point in points:
        if not kept or _distance(kept[-1], point) > 0.05:
            kept.append(point)
    return kept


def _distance(one: Point, other: Point) -> float:
    return abs(one[0] - other[0]) + abs(one[1] - other[1])


def _towards(start: Point, end: Point, length: float) -> Point:
    part = length / _distance(start, end)
    return start[0] + part * (end[0] - start[0]), start[1] + part * (end[1] - start[1])
