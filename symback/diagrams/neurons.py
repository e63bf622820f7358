"""The arrangement of textbooks: neurons in columns, straight arrows, weights along them.

Every node keeps the column and the order that the builder gave it. Texts lie along their arrows;
the place of each is searched so that no two texts meet and no text meets a node, and the figure
grows until there is room. Returns None for a graph that this arrangement cannot hold (an edge
that skips a column): the layered arrangement then takes over.
"""

from __future__ import annotations

from math import hypot

from symback.diagrams.bodies import Body, EdgeText
from symback.diagrams.figure import PlacedEdge, PlacedNode
from symback.diagrams.model import DiagramGraph
from symback.diagrams.spokes import CLEARANCE, Spoke, slab_of, text_places, text_rows

ROW_GAP, COLUMN_GAP = 30.0, 84.0
ATTEMPTS, GROWTH = 8, 1.15
TWIN_DISTANCE = 10.0
STEEPEST = 0.28  # width of a gap for each unit that an arrow in it rises
MOST_TEXTS_IN_GAP = 36


def place_neurons(
    graph: DiagramGraph,
    bodies: list[Body],
    texts: list[EdgeText | None],
    ends: list[tuple[int, int]],
) -> tuple[list[PlacedNode], list[PlacedEdge], int] | None:
    """Return the placed nodes and edges and how many texts are left out for want of room.

    None if straight arrows cannot hold this graph.
    """
    columns = [node.column for node in graph.nodes]
    if graph.direction != "right" or any(column is None for column in columns):
        return None
    if any(columns[target] - columns[source] != 1 for source, target in ends):
        return None
    in_gap: dict[int, list[int]] = {}
    for number, (source, _) in enumerate(ends):
        in_gap.setdefault(columns[source], []).append(number)
    texts = list(texts)
    hidden = _drop_crowds(texts, in_gap)
    best, fewest, scale, successes = None, -1, 1.0, 0
    for _ in range(ATTEMPTS):
        nodes = _place_columns(columns, bodies, texts, ends, in_gap, scale)
        edges, crossings = _place_edges(graph, nodes, texts, ends, in_gap)
        if edges and (best is None or crossings < fewest):
            best, fewest = (nodes, edges, hidden), crossings
        successes += bool(edges)
        if best is not None and (not fewest or successes == 3):
            break
        scale *= GROWTH
    return best


def _drop_crowds(texts: list[EdgeText | None], in_gap: dict[int, list[int]]) -> int:
    """Drop the texts between two columns where nobody could read so many; return how many."""
    dropped = 0
    for numbers in in_gap.values():
        written = [number for number in numbers if texts[number]]
        if len(written) > MOST_TEXTS_IN_GAP:
            dropped += len(written)
            for number in written:
                texts[number] = None
    return dropped


def _place_columns(
    columns: list[int],
    bodies: list[Body],
    texts: list[EdgeText | None],
    ends: list[tuple[int, int]],
    in_gap: dict[int, list[int]],
    scale: float,
) -> list[PlacedNode]:
    """Place the columns from left to right, their neurons centred about the same line."""
    most = max((sum(texts[n] is not None for n in own) for own in in_gap.values()), default=0)
    tallest = max(body.height for body in bodies)
    step = tallest + ROW_GAP * scale * (1 + 0.08 * min(most, 16))
    level = _levels(columns, bodies, step)
    middle = {}
    x = 0.0
    for column in range(min(columns), max(columns) + 1):
        width, after = (
            max((b.width for b, own in zip(bodies, columns, strict=True) if own == c), default=0.0)
            for c in (column, column + 1)
        )
        middle[column] = x + width / 2
        widths = [texts[number].width for number in in_gap.get(column, []) if texts[number]]
        # The more texts, the longer the arrows: each needs its own stretch of free paper.
        lengths = 1.4 + 0.12 * min(len(widths), 16)
        gap = max(COLUMN_GAP, lengths * max(widths, default=0.0) + 40) * scale
        # An arrow may not be so steep that it runs into the next neuron of its own column.
        rises = [abs(level[a] - level[b]) for a, b in (ends[n] for n in in_gap.get(column, []))]
        half = max(width, after) / 2
        highest = max(rises, default=0.0)
        needed = highest * half / (step - tallest / 2 - CLEARANCE) - half
        x += width + max(gap, needed, STEEPEST * highest)
    return [
        body.placed((middle[column], y))
        for body, column, y in zip(bodies, columns, level, strict=True)
    ]


def _levels(columns: list[int], bodies: list[Body], step: float) -> list[float]:
    """Return the height of each node: what only joins in stands below and moves no neuron."""
    level = [0.0] * len(bodies)
    for column in sorted(set(columns)):
        members = [node for node, own in enumerate(columns) if own == column]
        joining = {node: _joins_in(bodies[node], column == min(columns)) for node in members}
        members.sort(key=joining.__getitem__)
        neurons = sum(not joining[node] for node in members) or len(members)
        for place, node in enumerate(members):
            level[node] = step * (place - (neurons - 1) / 2)
    return level


def _joins_in(body: Body, first_column: bool) -> int:
    """Rank bias units last, and before them the targets that join at the loss."""
    if body.node.kind == "unit":
        return 2
    return int(body.node.kind == "input" and not first_column)


def _place_edges(
    graph: DiagramGraph,
    nodes: list[PlacedNode],
    texts: list[EdgeText | None],
    ends: list[tuple[int, int]],
    in_gap: dict[int, list[int]],
) -> tuple[list[PlacedEdge], int]:
    """Return the edges and how many arrows run through texts; no edges if a text found no place."""
    edges: dict[int, PlacedEdge] = {}
    crossings = 0
    slabs = [slab_of(node.box) for node in nodes]
    for numbers in in_gap.values():
        shifts = _twin_shifts([ends[n] for n in numbers], [texts[n] for n in numbers])
        spokes = []
        for number, shift in zip(numbers, shifts, strict=True):
            source, target = (nodes[end] for end in ends[number])
            spokes.append(_spoke(number, source, target, shift, texts[number]))
        near = sorted({end for number in numbers for end in ends[number]})
        found = text_places(spokes, [slabs[node] for node in near])
        if found is None:
            return [], 0
        places, through = found
        crossings += through
        for spoke in spokes:
            rows = text_rows(spoke, places.get(spoke.number), spokes)
            line = ((spoke.end,),)
            edge = graph.edges[spoke.number]
            edges[spoke.number] = PlacedEdge(edge, spoke.number, spoke.start, line, rows)
    return [edges[number] for number in sorted(edges)], crossings


def _twin_shifts(ends: list[tuple[int, int]], texts: list[EdgeText | None]) -> list[float]:
    """Return how far to the side each arrow runs: arrows with the same ends run side by side."""
    height = max((2 * text.half_height + CLEARANCE for text in texts if text), default=0.0)
    distance = max(TWIN_DISTANCE, height)
    seen: dict[tuple[int, int], int] = {}
    places = []
    for pair in ends:
        places.append(seen.get(pair, 0))
        seen[pair] = places[-1] + 1
    return [
        distance * (place - (seen[pair] - 1) / 2) for place, pair in zip(places, ends, strict=True)
    ]


def _spoke(
    number: int, source: PlacedNode, target: PlacedNode, side: float, text: EdgeText | None
) -> Spoke:
    """Return the arrow between two outlines, moved by ``side`` to the right of its direction."""
    (x0, y0), (x1, y1) = source.box.centre, target.box.centre
    length = hypot(x1 - x0, y1 - y0)
    shift = (-(y1 - y0) / length * side, (x1 - x0) / length * side)
    start, end = source.towards((x1, y1), shift), target.towards((x0, y0), shift)
    return Spoke(number, start, end, text)
