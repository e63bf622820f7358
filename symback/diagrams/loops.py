"""Arrows from a node to itself: arcs beside it, one outside the other, their texts beyond."""

from __future__ import annotations

from symback.diagrams.bodies import EdgeText
from symback.diagrams.figure import PlacedEdge, PlacedNode, PlacedRow
from symback.diagrams.model import DiagramEdge

ARC_HEIGHT, ARC_STEP, ARC_HALF_WIDTH = 24.0, 9.0, 9.0
TEXT_DISTANCE = 4.0


def loop_room(texts: list[EdgeText | None], down: bool) -> tuple[float, float]:
    """Return the room that the loops of a node need: across on one side of it, and along in all."""
    if not texts:
        return 0.0, 0.0
    across = ARC_HEIGHT + ARC_STEP * (len(texts) - 1) + 2 * TEXT_DISTANCE
    along = 2 * (ARC_HALF_WIDTH + 5.0 * (len(texts) - 1)) + 8.0
    rows = [row for text in texts if text for row in (text.above, text.below) if row]
    if down:
        across += max((row.width for row in rows), default=0.0)
        along = max(along, sum(row.height for row in rows))
    else:
        across += sum(row.height for row in rows)
        along = max(along, *(row.width for row in rows), 0.0)
    return across, along


def place_loops(
    loops: list[tuple[int, DiagramEdge, EdgeText | None]], node: PlacedNode, down: bool
) -> list[PlacedEdge]:
    """Return the loops of one node, above it (left of it in a diagram that goes down)."""
    x, y = node.box.centre
    top = node.box.height / 2 if not down else node.box.width / 2
    outermost = top + ARC_HEIGHT + ARC_STEP * (len(loops) - 1) + TEXT_DISTANCE
    placed = []
    level = -outermost
    heights = [
        row.height for _, _, text in loops if text for row in (text.above, text.below) if row
    ]
    stack = y - sum(heights) / 2

    def to_xy(along: float, across: float) -> tuple[float, float]:
        return (x + across, y + along) if down else (x + along, y + across)

    for place, (number, edge, text) in enumerate(loops):
        half = ARC_HALF_WIDTH + 5.0 * place
        # A cubic reaches three quarters of the height of its controls.
        height = top + (ARC_HEIGHT + ARC_STEP * place) / 0.75
        curve = (to_xy(half * 1.6, -height), to_xy(-half * 1.6, -height), to_xy(-half, -top))
        rows = []
        for row in (text.above, text.below) if text else ():
            if row is None:
                continue
            if down:
                rows.append(PlacedRow(row, x + level - row.width, stack + row.baseline))
                stack += row.height
            else:
                level -= row.height
                rows.append(PlacedRow(row, x - row.width / 2, y + level + row.baseline))
        placed.append(PlacedEdge(edge, number, to_xy(half, -top), (curve,), tuple(rows)))
    return placed
