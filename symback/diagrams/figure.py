"""A figure: a diagram in which every part has its place. Layout makes it, writers print it.

Coordinates are in user units (pixels at 100 %), x to the right, y down, the figure's corner at
(0, 0).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import cos, hypot, radians, sin, sqrt

from symback.diagrams.model import DiagramEdge, DiagramGraph, DiagramGroup, DiagramNode
from symback.diagrams.styles import ARROW_LENGTH, CIRCLE, corner_radius
from symback.diagrams.typography import Row

Point = tuple[float, float]
# A segment is one point (a line to it) or three (a cubic curve: two controls and the end).
Segment = tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class PlacedRow:
    """A row of text: the left end of its base line, and a turn about ``pivot`` in degrees.

    ``crossed`` rows have an arrow running through them, which a writer should cover.
    """

    row: Row
    x: float
    y: float
    angle: float = 0.0
    pivot: Point = (0.0, 0.0)
    crossed: bool = False

    def corners(self) -> tuple[Point, ...]:
        """Return the four corners of the room that the row takes."""
        top = self.y - self.row.baseline
        box = Box(self.x, top, self.row.width, self.row.height)
        return tuple(turn(corner, self.pivot, self.angle) for corner in box.corners())


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle by its corner and its size."""

    x: float
    y: float
    width: float
    height: float

    @property
    def centre(self) -> Point:
        """The middle of the box."""
        return self.x + self.width / 2, self.y + self.height / 2

    def corners(self) -> tuple[Point, ...]:
        """Return the corners, clockwise from the top left."""
        right, bottom = self.x + self.width, self.y + self.height
        return (self.x, self.y), (right, self.y), (right, bottom), (self.x, bottom)

    def grown(self, margin: float) -> Box:
        """Return the box with ``margin`` more on each side."""
        return Box(
            self.x - margin, self.y - margin, self.width + 2 * margin, self.height + 2 * margin
        )


@dataclass(frozen=True, slots=True)
class PlacedNode:
    """A node with its outline (a key of styles), its box and its rows."""

    node: DiagramNode
    outline: str
    box: Box
    rows: tuple[PlacedRow, ...]

    def half_width(self, offset: float) -> float:
        """Return the distance of the outline from the middle, at ``offset`` above or below it."""
        return outline_half(self.outline, self.box.width / 2, self.box.height / 2, offset)

    def towards(self, point: Point, shift: Point = (0.0, 0.0)) -> Point:
        """Return where a straight line leaves the outline on its way to ``point``.

        The line begins in the middle; ``shift`` moves the whole line.
        """
        x, y = self.box.centre
        dx, dy = point[0] - x, point[1] - y
        inside, outside = 0.0, 1.0
        for _ in range(40):
            part = (inside + outside) / 2
            across = shift[1] + part * dy
            within = abs(across) <= self.box.height / 2
            if within and abs(shift[0] + part * dx) <= self.half_width(across):
                inside = part
            else:
                outside = part
        return x + shift[0] + inside * dx, y + shift[1] + inside * dy


@dataclass(frozen=True, slots=True)
class PlacedEdge:
    """An edge with the path of its line; ``number`` is its position in the graph."""

    edge: DiagramEdge
    number: int
    start: Point
    segments: tuple[Segment, ...]
    rows: tuple[PlacedRow, ...] = ()

    @property
    def tip(self) -> Point:
        """Where the arrow ends."""
        return self.segments[-1][-1] if self.segments else self.start

    @property
    def heading(self) -> Point:
        """The direction of the arrow's head, of length 1."""
        points = [self.start, *(point for segment in self.segments for point in segment)]
        tip = points[-1]
        for point in reversed(points[:-1]):
            length = hypot(tip[0] - point[0], tip[1] - point[1])
            if length > 0.01:
                return (tip[0] - point[0]) / length, (tip[1] - point[1]) / length
        return 1.0, 0.0

    def shaft(self) -> tuple[Segment, ...]:
        """Return the segments cut short, so that the line ends inside the head of the arrow."""
        if not self.segments:
            return ()
        (x, y), (dx, dy) = self.tip, self.heading
        end = (x - dx * ARROW_LENGTH * 0.7, y - dy * ARROW_LENGTH * 0.7)
        return (*self.segments[:-1], (*self.segments[-1][:-1], end))


@dataclass(frozen=True, slots=True)
class PlacedGroup:
    """The frame of a group."""

    group: DiagramGroup
    box: Box
    row: PlacedRow | None


@dataclass(frozen=True, slots=True)
class LegendMark:
    """A swatch of the legend (its kind decides what is drawn in ``box``) and its text."""

    kind: str
    box: Box
    row: PlacedRow


@dataclass(frozen=True, slots=True)
class Figure:
    """The placed diagram; ``hidden_texts`` counts edges whose text had no room (tooltip only)."""

    graph: DiagramGraph
    width: float
    height: float
    nodes: tuple[PlacedNode, ...]
    edges: tuple[PlacedEdge, ...]
    groups: tuple[PlacedGroup, ...] = ()
    legend: tuple[LegendMark, ...] = ()
    notes: tuple[PlacedRow, ...] = ()
    hidden_texts: int = 0


def outline_half(outline: str, half_width: float, half_height: float, offset: float) -> float:
    """Return how far an outline reaches to the side at ``offset`` from its middle line."""
    radius = half_width if outline == CIRCLE else corner_radius(outline, 2 * half_height)
    into_corner = abs(offset) - (half_height - radius)
    if into_corner <= 0:
        return half_width
    return half_width - radius + sqrt(max(radius**2 - into_corner**2, 0.0))


def turn(point: Point, pivot: Point, angle: float) -> Point:
    """Return ``point`` turned about ``pivot`` by ``angle`` degrees, clockwise as y points down."""
    if not angle:
        return point
    x, y = point[0] - pivot[0], point[1] - pivot[1]
    c, s = cos(radians(angle)), sin(radians(angle))
    return pivot[0] + c * x - s * y, pivot[1] + s * x + c * y


def moved(figure_part, dx: float, dy: float):
    """Return a placed part moved by (dx, dy)."""
    if isinstance(figure_part, Box):
        return replace(figure_part, x=figure_part.x + dx, y=figure_part.y + dy)
    if isinstance(figure_part, PlacedRow):
        pivot = (figure_part.pivot[0] + dx, figure_part.pivot[1] + dy)
        return replace(figure_part, x=figure_part.x + dx, y=figure_part.y + dy, pivot=pivot)
    if isinstance(figure_part, PlacedNode):
        rows = tuple(moved(row, dx, dy) for row in figure_part.rows)
        return replace(figure_part, box=moved(figure_part.box, dx, dy), rows=rows)
    segments = tuple(
        tuple((x + dx, y + dy) for x, y in segment) for segment in figure_part.segments
    )
    start = (figure_part.start[0] + dx, figure_part.start[1] + dy)
    rows = tuple(moved(row, dx, dy) for row in figure_part.rows)
    return replace(figure_part, start=start, segments=segments, rows=rows)
