"""lay_out(graph) gives every part of a diagram its place.

Stages: components (what hangs together is laid out together) → columns (``layering``) → lattice
of nodes and stops (``lattice``) → order within columns (``ordering``) → places across
(``placement``) → places along and lines (``routing``) → components side by side → groups, legend
and notes (``surroundings``). The arrangement "columns" replaces the middle stages by ``neurons``,
"steps" by ``timeline``.
"""

from __future__ import annotations

from symback.diagrams.bodies import Body, EdgeText, edge_text, node_body
from symback.diagrams.figure import Box, Figure, PlacedEdge, PlacedNode, Point, Segment, moved
from symback.diagrams.lattice import Extent, build_lattice
from symback.diagrams.layering import assign_columns, forward_edges
from symback.diagrams.loops import loop_room, place_loops
from symback.diagrams.model import DiagramGraph
from symback.diagrams.neurons import place_neurons
from symback.diagrams.ordering import order_columns
from symback.diagrams.placement import place_across
from symback.diagrams.routing import choose_ports, place_columns, reversed_line, route
from symback.diagrams.surroundings import complete_figure
from symback.diagrams.timeline import place_steps
from symback.errors import NotYetError

LARGEST_LATTICE = 40_000
MOST_EDGE_TEXTS = 400
COMPONENT_GAP = 36.0
MINOR_KINDS = frozenset(("parameter", "constant", "buffer", "random", "unit"))

Component = tuple[list[PlacedNode], list[PlacedEdge]]


def lay_out(graph: DiagramGraph) -> Figure:
    """Return the placed figure. Raises NotYetError for a diagram too large to be read or placed."""
    bodies = [node_body(node) for node in graph.nodes]
    texts = [edge_text(edge) for edge in graph.edges]
    hidden = sum(text is not None for text in texts)
    if hidden > MOST_EDGE_TEXTS:
        texts = [None] * len(texts)
    else:
        hidden = 0
    number_of = {node.id: number for number, node in enumerate(graph.nodes)}
    ends = [(number_of[edge.source], number_of[edge.target]) for edge in graph.edges]
    if graph.arrangement == "columns":
        placed = place_neurons(graph, bodies, texts, ends)
        if placed is not None:
            nodes, edges, dropped = placed
            return complete_figure(graph, nodes, edges, hidden + dropped)
    if graph.arrangement == "steps":
        in_time = place_steps(graph, bodies, texts, ends)
        if in_time is not None:
            return complete_figure(graph, *in_time, hidden)
    components = [
        _lay_out_component(graph, members, bodies, texts, ends)
        for members in _components(len(bodies), ends)
    ]
    nodes, edges = _side_by_side(components)
    return complete_figure(graph, nodes, edges, hidden)


def _components(count: int, ends: list[tuple[int, int]]) -> list[tuple[list[int], list[int]]]:
    """Return (nodes, edges) of every part that hangs together, in the order of the user."""
    root = list(range(count))

    def find(node: int) -> int:
        while root[node] != node:
            root[node] = root[root[node]]
            node = root[node]
        return node

    for source, target in ends:
        one, other = sorted((find(source), find(target)))
        root[other] = one
    parts: dict[int, tuple[list[int], list[int]]] = {}
    for node in range(count):
        parts.setdefault(find(node), ([], []))[0].append(node)
    for number, (source, _) in enumerate(ends):
        parts[find(source)][1].append(number)
    return list(parts.values())


def _lay_out_component(
    graph: DiagramGraph,
    members: tuple[list[int], list[int]],
    bodies: list[Body],
    texts: list[EdgeText | None],
    ends: list[tuple[int, int]],
) -> Component:
    """Place one part; its corner is at (0, 0)."""
    nodes, numbers = members
    down = graph.direction == "down"
    local = {node: place for place, node in enumerate(nodes)}
    loops = [number for number in numbers if ends[number][0] == ends[number][1]]
    lines = [number for number in numbers if ends[number][0] != ends[number][1]]
    pairs, turned = forward_edges(
        len(nodes),
        [(local[ends[number][0]], local[ends[number][1]]) for number in lines],
        [graph.edges[number].earlier for number in lines],
    )
    columns = assign_columns(len(nodes), pairs, [graph.nodes[node].column for node in nodes])
    _refuse_giant(graph, len(nodes), pairs, columns)
    loops_of: dict[int, list[int]] = {}
    for number in loops:
        loops_of.setdefault(ends[number][0], []).append(number)
    extents = [
        _node_extent(bodies[node], [texts[number] for number in loops_of.get(node, [])], down)
        for node in nodes
    ]
    minor = _minor_nodes([graph.nodes[node].kind in MINOR_KINDS for node in nodes], pairs)
    rooms = [_text_extent(texts[number], down) for number in lines]
    lattice = build_lattice(columns, extents, pairs, rooms, minor)
    order_columns(lattice, minor)
    centre = place_across(lattice)
    placed_columns = place_columns(lattice, centre)

    def to_xy(point: Point) -> Point:
        return (point[1], point[0]) if down else point

    def site_middle(site: int) -> Point:
        column = placed_columns.of_site[site]
        along = (placed_columns.start[column] + placed_columns.end[column]) / 2
        return to_xy((along, centre[site]))

    placed_nodes = [bodies[node].placed(site_middle(site)) for site, node in enumerate(nodes)]
    # Why across - loop room? The lattice reserves room for loops; ports belong to the node alone.
    for site, node in enumerate(nodes):
        lattice.across[site] = bodies[node].width if down else bodies[node].height
        lattice.along[site] = bodies[node].height if down else bodies[node].width
    outlines = [bodies[node].outline for node in nodes]
    out, into = choose_ports(lattice, centre, outlines)
    placed_edges = []
    for place, number in enumerate(lines):
        start, segments = route(
            lattice.stops[place], out[place], into[place], centre, placed_columns
        )
        if turned[place]:
            start, segments = reversed_line(start, segments)
        rows = ()
        if texts[number] is not None and lattice.text_stop[place] is not None:
            middle = site_middle(lattice.text_stop[place])
            rows = texts[number].left_and_right(middle) if down else texts[number].beside(middle)
        turned_segments: list[Segment] = [
            tuple(to_xy(point) for point in part) for part in segments
        ]
        placed_edges.append(
            PlacedEdge(graph.edges[number], number, to_xy(start), tuple(turned_segments), rows)
        )
    for node, own in loops_of.items():
        arcs = [(number, graph.edges[number], texts[number]) for number in own]
        placed_edges += place_loops(arcs, placed_nodes[local[node]], down)
    return placed_nodes, placed_edges


def _minor_nodes(minor: list[bool], pairs: list[tuple[int, int]]) -> list[bool]:
    """Mark the nodes that make room for the flow of data: parameters, and inputs that join late.

    The targets Y join at the loss; the prediction that comes from afar should run straight into it.
    """
    starts = [True] * len(minor)
    for _, target in pairs:
        starts[target] = False
    from_afar = [False] * len(minor)
    for source, target in pairs:
        from_afar[target] = from_afar[target] or not starts[source]
    joins_late = list(starts)
    for source, target in pairs:
        joins_late[source] = joins_late[source] and from_afar[target]
    return [own or late for own, late in zip(minor, joins_late, strict=True)]


def _node_extent(body: Body, loops: list[EdgeText | None], down: bool) -> Extent:
    across, along = loop_room(loops, down)
    if down:
        return body.width + 2 * across, max(body.height, along)
    return body.height + 2 * across, max(body.width, along)


def _text_extent(text: EdgeText | None, down: bool) -> Extent | None:
    if text is None:
        return None
    if down:
        return 2 * (text.width + text.lift) + 12.0, text.half_height + 6.0
    return 2 * text.half_height + 4.0, text.width + 12.0


def _refuse_giant(
    graph: DiagramGraph, count: int, pairs: list[tuple[int, int]], columns: list[int]
):
    """Refuse before the work starts: every column that an edge passes costs a stop."""
    stops = sum(columns[target] - columns[source] for source, target in pairs)
    if count + stops > LARGEST_LATTICE:
        raise NotYetError(
            f"a layout of {graph.title!r}",
            f"{count} nodes whose edges pass {stops} columns: too many to place or to read",
            'draw level="layers", or save as .dot for another viewer',
        )


def _side_by_side(components: list[Component]) -> Component:
    """Set the parts in rows, like words: about one and a half times as wide as high in all."""
    sizes = [_size(component) for component in components]
    area = sum((width + COMPONENT_GAP) * (height + COMPONENT_GAP) for width, height in sizes)
    widest = max(max(width for width, _ in sizes), (1.5 * area) ** 0.5)
    x = y = row_height = 0.0
    nodes: list[PlacedNode] = []
    edges: list[PlacedEdge] = []
    for component, (width, height) in zip(components, sizes, strict=True):
        if x and x + width > widest:
            x, y, row_height = 0.0, y + row_height + COMPONENT_GAP, 0.0
        left, top = _corner(component)
        nodes += [moved(node, x - left, y - top) for node in component[0]]
        edges += [moved(edge, x - left, y - top) for edge in component[1]]
        x += width + COMPONENT_GAP
        row_height = max(row_height, height)
    return nodes, edges


def _boxes(component: Component) -> list[Box]:
    boxes = [node.box for node in component[0]]
    for edge in component[1]:
        points = [edge.start, *(point for segment in edge.segments for point in segment)]
        points += [corner for row in edge.rows for corner in row.corners()]
        xs, ys = [x for x, _ in points], [y for _, y in points]
        boxes.append(Box(min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys)))
    return boxes


def _corner(component: Component) -> Point:
    boxes = _boxes(component)
    return min(box.x for box in boxes), min(box.y for box in boxes)


def _size(component: Component) -> tuple[float, float]:
    boxes = _boxes(component)
    left, top = _corner(component)
    return max(box.x + box.width for box in boxes) - left, max(
        box.y + box.height for box in boxes
    ) - top
