"""Diagrams for the tests: by hand and at random, and what is wrong with a placed figure."""

from math import hypot

from hypothesis import strategies as st

from symback.diagrams.figure import Figure
from symback.diagrams.model import DiagramEdge, DiagramGraph, DiagramNode
from symback.diagrams.richtext import plain, symbol


def simple_graph(arrows: str, **options) -> DiagramGraph:
    """simple_graph("x z, w z, z E") has the nodes x z w E and three edges."""
    pairs = [tuple(arrow.split()) for arrow in arrows.split(",")]
    names = dict.fromkeys(name for pair in pairs for name in pair)
    return DiagramGraph(
        "simple",
        tuple(DiagramNode(name, "tensor", symbol(name)) for name in names),
        tuple(DiagramEdge(*pair) for pair in pairs),
        **options,
    )


def fully_connected(sizes: list[int], texts: bool = True, bias: bool = False) -> DiagramGraph:
    """A layered network of scalars as textbooks draw it, weights on its edges."""
    nodes, edges = [], []
    for column, size in enumerate(sizes):
        names = [f"a{column}_{number}" for number in range(size)]
        kind = "neuron" if column else "input"
        nodes += [
            DiagramNode(name, kind, symbol("a", str(number)), value="0.593", column=column)
            for number, name in enumerate(names)
        ]
        if column + 1 == len(sizes):
            break
        sources = list(names)
        if bias:
            nodes.append(DiagramNode(f"unit{column}", "unit", plain("1"), column=column))
            sources.append(f"unit{column}")
        written = {"label": symbol("w", "12"), "value": "0.1234", "gradient": "−0.0567"}
        for source in sources:
            for number in range(sizes[column + 1]):
                target = f"a{column + 1}_{number}"
                edges.append(DiagramEdge(source, target, **(written if texts else {})))
    return DiagramGraph("network", tuple(nodes), tuple(edges), arrangement="columns")


TEXTS = st.sampled_from(["", "", "0.5", "−0.0456789", "a rather long value 1.234e-05"])
LABELS = st.sampled_from([symbol("x"), symbol("Z", "12", "(1)", bar=True), plain("a longer name")])


@st.composite
def any_graphs(draw) -> DiagramGraph:
    """Any multigraph: cycles, loops, parallel edges, several parts, all kinds of text."""
    kinds = st.sampled_from(
        ["input", "parameter", "operation", "tensor", "neuron", "loss", "constant"]
    )
    count = draw(st.integers(1, 11))
    nodes = tuple(
        DiagramNode(
            f"n{number}",
            draw(kinds),
            draw(LABELS),
            shape=draw(st.sampled_from(["", "N × 10"])),
            value=draw(TEXTS),
            gradient=draw(TEXTS),
            column=draw(st.sampled_from([None, None, None, 0, 2])),
        )
        for number in range(count)
    )
    ends = st.integers(0, count - 1)
    pairs = draw(st.lists(st.tuples(ends, ends), max_size=18))
    edges = tuple(
        DiagramEdge(f"n{source}", f"n{target}", value=draw(TEXTS), gradient=draw(TEXTS))
        for source, target in pairs
    )
    direction = draw(st.sampled_from(["right", "down"]))
    return DiagramGraph("random", nodes, edges, direction=direction)


def complaints(figure: Figure, lines_may_cross_texts: bool = False) -> list[str]:
    """What overlaps, leaves its node, or leaves the paper."""
    found = []
    boxes = [(placed.node.id, placed.box.corners()) for placed in figure.nodes]
    texts = [
        (f"text of edge {placed.number}", row.corners())
        for placed in figure.edges
        for row in placed.rows
    ]
    solid = boxes + texts
    for place, (name, polygon) in enumerate(solid):
        for x, y in polygon:
            if not (0 <= x <= figure.width and 0 <= y <= figure.height):
                found.append(f"{name} leaves the paper")
        for other, rival in solid[:place]:
            if overlap(polygon, rival):
                found.append(f"{name} overlaps {other}")
    for placed in figure.nodes:
        for row in placed.rows:
            if row.row.width > placed.box.width + 0.01:
                found.append(f"{placed.node.id} is narrower than its text")
    for placed in figure.edges:
        ends = (placed.edge.source, placed.edge.target)
        obstacles = [part for part in boxes if part[0] not in ends]
        if not lines_may_cross_texts:
            obstacles += texts
        for point in sampled_line(placed):
            for name, polygon in obstacles:
                if contains(polygon, point):
                    found.append(f"edge {placed.number} runs through {name}")
    return found


def sampled_line(placed) -> list[tuple[float, float]]:
    """Points on the line of an edge, closer together than anything that it could jump over."""
    points, here = [placed.start], placed.start
    for segment in placed.segments:
        controls = (here, *segment)
        if len(segment) == 1:
            controls = (here, here, segment[0], segment[0])
        for step in range(1, 25):
            t = step / 24
            weights = ((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3)
            points.append(
                tuple(
                    sum(
                        weight * point[axis]
                        for weight, point in zip(weights, controls, strict=True)
                    )
                    for axis in (0, 1)
                )
            )
        here = segment[-1]
    return points


def contains(polygon, point, margin: float = 0.3) -> bool:
    """Whether an upright rectangle holds ``point``, not counting its rim."""
    xs, ys = [x for x, _ in polygon], [y for _, y in polygon]
    return (
        min(xs) + margin < point[0] < max(xs) - margin
        and min(ys) + margin < point[1] < max(ys) - margin
    )


def overlap(
    one: tuple[tuple[float, float], ...],
    other: tuple[tuple[float, float], ...],
    margin: float = 0.0,
) -> bool:
    """Whether two convex polygons come closer than ``margin``."""
    return separation(one, other) < margin - 1e-9


def separation(
    one: tuple[tuple[float, float], ...], other: tuple[tuple[float, float], ...]
) -> float:
    """Return the widest gap of two convex polygons across their sides; negative if they meet."""
    widest = float("-inf")
    for polygon in (one, other):
        for (x0, y0), (x1, y1) in zip(polygon, (*polygon[1:], polygon[0]), strict=True):
            length = hypot(x1 - x0, y1 - y0)
            if length < 1e-12:
                continue
            nx, ny = (y1 - y0) / length, (x0 - x1) / length
            first = [nx * x + ny * y for x, y in one]
            second = [nx * x + ny * y for x, y in other]
            widest = max(widest, min(second) - max(first), min(first) - max(second))
    return widest
