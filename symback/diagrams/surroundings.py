"""What stands around the nodes and edges: group frames, the legend, notes and the margin."""

from __future__ import annotations

from math import ceil

from symback.diagrams.figure import (
    Box,
    Figure,
    LegendMark,
    PlacedEdge,
    PlacedGroup,
    PlacedNode,
    PlacedRow,
    moved,
)
from symback.diagrams.model import DiagramGraph
from symback.diagrams.richtext import plain
from symback.diagrams.typography import Row, set_row

MARGIN, FRAME_MARGIN = 14.0, 12.0
NARROWEST, NOTE_GAP = 460.0, 10.0  # of the texts below a figure
LEGEND_GAP, SWATCH_WIDTH, SWATCH_HEIGHT, ENTRY_GAP = 22.0, 26.0, 14.0, 22.0


def complete_figure(
    graph: DiagramGraph, nodes: list[PlacedNode], edges: list[PlacedEdge], hidden: int
) -> Figure:
    """Return the figure with frames, legend and notes, its margin starting at (0, 0)."""
    order = {node.id: number for number, node in enumerate(graph.nodes)}
    nodes = sorted(nodes, key=lambda placed: order[placed.node.id])
    edges = sorted(edges, key=lambda placed: placed.number)
    groups = _frames(graph, nodes, edges)
    box = _bounds(
        [*(node.box for node in nodes), *(group.box for group in groups), *_edge_boxes(edges)]
    )
    dx, dy = MARGIN - box.x, MARGIN - box.y
    nodes = [moved(node, dx, dy) for node in nodes]
    edges = [moved(edge, dx, dy) for edge in edges]
    groups = [
        PlacedGroup(group.group, moved(group.box, dx, dy), group.row and moved(group.row, dx, dy))
        for group in groups
    ]
    bottom, right = MARGIN + box.height, MARGIN + box.width
    legend = _legend(graph, bottom, right)
    for mark in legend:
        right = max(right, mark.row.x + mark.row.row.width)
        bottom = max(bottom, mark.box.y + mark.box.height)
    notes = _notes(graph, hidden, bottom, right)
    for note in notes:
        right, bottom = max(right, note.x + note.row.width), max(bottom, note.y + 4)
    # Whole numbers: a picture of so many pixels has no transparent rim.
    return Figure(
        graph,
        ceil(right + MARGIN),
        ceil(bottom + MARGIN),
        tuple(nodes),
        tuple(edges),
        tuple(groups),
        tuple(legend),
        tuple(notes),
        hidden,
    )


def _edge_boxes(edges: list[PlacedEdge]) -> list[Box]:
    boxes = []
    for edge in edges:
        points = [edge.start, *(point for segment in edge.segments for point in segment)]
        points += [corner for row in edge.rows for corner in row.corners()]
        boxes.append(_hull(points))
    return boxes


def _hull(points) -> Box:
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return Box(min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys))


def _bounds(boxes: list[Box]) -> Box:
    return _hull([corner for box in boxes for corner in box.corners()])


def _frames(
    graph: DiagramGraph, nodes: list[PlacedNode], edges: list[PlacedEdge]
) -> list[PlacedGroup]:
    """Frame a group only where the frame touches no other node and no other frame."""
    frames: list[PlacedGroup] = []
    for group in graph.groups:
        own = [node.box for node in nodes if node.node.group == group.id]
        if not own:
            continue
        inner = _bounds(own).grown(FRAME_MARGIN)
        row = set_row([("group", group.label)]) if group.label else None
        head = row.height + 2 if row else 0.0
        width = max(inner.width, row.width + 12 if row else 0.0)
        box = Box(inner.x, inner.y - head, width, inner.height + head)
        others = [node.box for node in nodes if node.node.group != group.id]
        others += [frame.box for frame in frames]
        if any(_boxes_meet(box, other) for other in others):
            continue
        placed = row and PlacedRow(row, box.x + 8, box.y + 4 + row.baseline)
        frames.append(PlacedGroup(group, box, placed))
    return frames


def _boxes_meet(one: Box, other: Box) -> bool:
    return (
        one.x < other.x + other.width
        and other.x < one.x + one.width
        and one.y < other.y + other.height
        and other.y < one.y + one.height
    )


def _legend(graph: DiagramGraph, top: float, width: float) -> list[LegendMark]:
    """Entries in lines below the figure, as wide as the figure or a readable width."""
    marks: list[LegendMark] = []
    widest = max(width, NARROWEST)
    x, y = MARGIN, top + LEGEND_GAP
    for entry in graph.legend:
        row = set_row([("legend", plain(entry.text))])
        length = SWATCH_WIDTH + 8 + row.width
        if x > MARGIN and x + length > widest:
            x, y = MARGIN, y + SWATCH_HEIGHT + 8
        box = Box(x, y, SWATCH_WIDTH, SWATCH_HEIGHT)
        baseline = y + SWATCH_HEIGHT / 2 - row.height / 2 + row.baseline
        marks.append(LegendMark(entry.kind, box, PlacedRow(row, x + SWATCH_WIDTH + 8, baseline)))
        x += length + ENTRY_GAP
    return marks


def _notes(graph: DiagramGraph, hidden: int, bottom: float, width: float) -> list[PlacedRow]:
    """Sentences below the legend, broken into lines as wide as the figure or a readable width."""
    sentences = list(graph.notes)
    if hidden:
        sentences.append(
            f"{hidden} arrows carry texts that have no room here; point at an arrow to read its "
            "text."
        )
    rows = []
    for sentence in sentences:
        for line in _lines(sentence, max(width, NARROWEST)):
            bottom += NOTE_GAP if not rows else 0
            rows.append(PlacedRow(line, MARGIN, bottom + line.baseline))
            bottom += line.height
    return rows


def _lines(sentence: str, width: float) -> list[Row]:
    lines: list[Row] = []
    words: list[str] = []
    for word in sentence.split():
        longer = set_row([("shape", plain(" ".join([*words, word])))])
        if words and longer.width > width:
            lines.append(set_row([("shape", plain(" ".join(words)))]))
            words = []
        words.append(word)
    return [*lines, set_row([("shape", plain(" ".join(words)))])]
