"""How large nodes and edge texts are, before they have a place."""

from __future__ import annotations

from dataclasses import dataclass
from math import hypot

from symback.diagrams.figure import Box, PlacedNode, PlacedRow, Point
from symback.diagrams.model import DiagramEdge, DiagramNode
from symback.diagrams.richtext import clip, plain
from symback.diagrams.styles import (
    BAND_WIDTH,
    BARE,
    CIRCLE,
    LARGEST_RADIUS,
    NODE_STYLES,
    PADDING_ACROSS,
    PADDING_ALONG,
    SMALLEST_RADIUS,
    STADIUM,
)
from symback.diagrams.typography import Row, set_row

LONGEST_LABEL, LONGEST_FORMULA, LONGEST_VALUE = 40, 90, 36
SMALLEST_BOX = (46.0, 34.0)
TEXT_LIFT = 1.5  # the distance of an arrow from the texts above and below it


@dataclass(frozen=True, slots=True)
class Body:
    """The rows of a node one below the other, and the outline that holds them."""

    node: DiagramNode
    outline: str
    rows: tuple[Row, ...]
    width: float
    height: float

    def placed(self, centre: Point) -> PlacedNode:
        """Return the node with its middle at ``centre``; its rows are centred."""
        x, y = centre
        top = y - sum(row.height for row in self.rows) / 2
        rows = []
        for row in self.rows:
            rows.append(PlacedRow(row, x - row.width / 2, top + row.baseline))
            top += row.height
        box = Box(x - self.width / 2, y - self.height / 2, self.width, self.height)
        return PlacedNode(self.node, self.outline, box, tuple(rows))


@dataclass(frozen=True, slots=True)
class EdgeText:
    """What stands above an arrow (label and forward value) and below it (gradient)."""

    above: Row | None
    below: Row | None
    lift: float = TEXT_LIFT

    @property
    def width(self) -> float:
        """The width of the wider row."""
        return max((row.width for row in (self.above, self.below) if row), default=0.0)

    @property
    def half_height(self) -> float:
        """The room needed on each side of the line: its distance and the higher row."""
        return self.lift + max((row.height for row in (self.above, self.below) if row), default=0.0)

    def beside(self, centre: Point, angle: float = 0.0) -> tuple[PlacedRow, ...]:
        """Return the rows above and below the line through ``centre`` that rises by ``angle``."""
        x, y = centre
        rows = []
        if self.above:
            baseline = y - self.lift - self.above.height + self.above.baseline
            rows.append(PlacedRow(self.above, x - self.above.width / 2, baseline, angle, centre))
        if self.below:
            baseline = y + self.lift + self.below.baseline
            rows.append(PlacedRow(self.below, x - self.below.width / 2, baseline, angle, centre))
        return tuple(rows)

    def left_and_right(self, centre: Point) -> tuple[PlacedRow, ...]:
        """Return the rows to the left and right of an arrow that points down."""
        x, y = centre
        rows = []
        if self.above:
            baseline = y - self.above.height / 2 + self.above.baseline
            rows.append(PlacedRow(self.above, x - 3.5 - self.lift - self.above.width, baseline))
        if self.below:
            baseline = y - self.below.height / 2 + self.below.baseline
            rows.append(PlacedRow(self.below, x + 3.5 + self.lift, baseline))
        return tuple(rows)


def node_body(node: DiagramNode) -> Body:
    """Return the rows of ``node`` and the size of its outline."""
    rows = [set_row([("label", clip(node.label, LONGEST_LABEL))])]
    if node.formula:
        rows.append(set_row([("formula", clip(node.formula, LONGEST_FORMULA))]))
    rows += [set_row([("formula", clip(line, LONGEST_FORMULA))]) for line in node.details]
    for role in ("shape", "value", "gradient"):
        text = getattr(node, role)
        if text:
            rows.append(set_row([(role, clip(plain(text), LONGEST_VALUE))]))
    width, height = max(row.width for row in rows), sum(row.height for row in rows)
    outline = NODE_STYLES[node.kind].outline
    if outline == CIRCLE:
        radius = _radius(rows, height)
        if radius <= LARGEST_RADIUS:
            return Body(node, CIRCLE, tuple(rows), 2 * radius, 2 * radius)
        outline = STADIUM
    if outline == BARE:
        return Body(node, BARE, tuple(rows), width + 8, height + 4)
    height = max(height + 2 * PADDING_ACROSS, SMALLEST_BOX[1])
    ends = min(height, 40.0) / 2 if outline == STADIUM else 0.0
    width = max(width + 2 * PADDING_ALONG + 0.5 * ends, SMALLEST_BOX[0])
    return Body(node, outline, tuple(rows), width, height)


def _radius(rows: list[Row], height: float) -> float:
    """Return the radius that holds the corners of every row, less the air above its letters."""
    radius, top = SMALLEST_RADIUS, -height / 2
    for row in rows:
        air = 0.2 * row.height
        far = max(abs(top + air), abs(top + row.height - air))
        radius = max(radius, hypot(row.width / 2, far) + 4)
        top += row.height
    return radius


def edge_text(edge: DiagramEdge) -> EdgeText | None:
    """Return what is written beside ``edge``; None if nothing is."""
    if not edge.has_text:
        return None
    above = []
    if edge.label:
        above.append(("edge label", clip(edge.label, LONGEST_LABEL)))
    if edge.label and edge.value:
        above.append(("edge label", plain(" = ")))
    if edge.value:
        above.append(("value", clip(plain(edge.value), LONGEST_VALUE)))
    below = [("gradient", clip(plain(edge.gradient), LONGEST_VALUE))] if edge.gradient else []
    # The bands of highlighted paths widen the line.
    lift = TEXT_LIFT + BAND_WIDTH / 2 * len(edge.paths)
    return EdgeText(set_row(above) if above else None, set_row(below) if below else None, lift)
