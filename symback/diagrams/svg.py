"""A figure as SVG: one self-contained text, no script, no outside resource, the same bytes.

Every text is escaped and every element has a class. For a page that wants to light parts up:

- the svg element has ``data-backward``: the tensors in the order in which a backward pass finds
  their adjoints, separated by blanks;
- a node has ``data-node`` (its id) and ``data-names`` (the tensors that it stands for);
- an edge has ``data-edge`` (its number, also on the group of its texts), ``data-source`` and
  ``data-target`` (ids of nodes), ``data-slot`` and, if a weight stands on it, ``data-names``;
- both have ``data-paths`` (the numbers of the highlighted paths through them);
- the text of a gradient (class ``gradient``) has ``data-order``: the place in ``data-backward``,
  from 0, of the tensor whose adjoint it is or is a part of.

Colours are attributes (any renderer reads
them); a style sheet changes them where the reader prefers dark paper, or where the svg element
(of class ``symback-diagram``) has ``data-theme="dark"``; ``data-theme="light"`` keeps it light.
"""

from __future__ import annotations

from symback.diagrams.figure import (
    Box,
    Figure,
    LegendMark,
    PlacedEdge,
    PlacedNode,
    Segment,
)
from symback.diagrams.model import DiagramEdge, DiagramGraph, DiagramNode
from symback.diagrams.richtext import to_unicode
from symback.diagrams.styles import (
    ARROW_HALF_WIDTH,
    ARROW_LENGTH,
    BAND_WIDTH,
    BARE,
    CIRCLE,
    COLOURS,
    FONTS,
    LINE_WIDTH,
    NODE_STYLES,
    corner_radius,
    path_colour,
    path_dashes,
)
from symback.diagrams.svg_text import escape, fill, list_attribute, number, stroke, text_row

MOST_DESCRIBED = 60


def write_svg(figure: Figure) -> str:
    """Return the figure as the text of an SVG file."""
    graph = figure.graph
    width, height = number(figure.width), number(figure.height)
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" class="symback-diagram" width="{width}" '
        f'height="{height}" viewBox="0 0 {width} {height}" role="img"'
        f"{list_attribute('data-backward', graph.backward)} "
        f'font-family="{escape(FONTS)}">',
        f"<title>{escape(graph.title)}</title>",
        f"<desc>{escape(graph.description or describe(graph))}</desc>",
        f"<style>{_style_sheet()}</style>",
        f'<rect class="f-paper" width="{width}" height="{height}" {fill("paper")}/>',
    ]
    if figure.groups:
        lines += ['<g class="groups">', *_groups(figure), "</g>"]
    lines += ['<g class="edges">', *(_edge(edge) for edge in figure.edges), "</g>"]
    lines += ['<g class="nodes">', *(_node(node) for node in figure.nodes), "</g>"]
    texts = [_edge_texts(edge) for edge in figure.edges if edge.rows]
    if texts:
        lines += ['<g class="edge-texts">', *texts, "</g>"]
    if figure.legend or figure.notes:
        notes = [text_row(note) for note in figure.notes]
        lines += [
            '<g class="legend">',
            *(_legend_mark(mark, graph.direction) for mark in figure.legend),
            *notes,
            "</g>",
        ]
    lines.append("</svg>\n")
    return "\n".join(lines)


def describe(graph: DiagramGraph) -> str:
    """Return the diagram in words, for readers who do not see it."""
    label = {node.id: to_unicode(node.label) for node in graph.nodes}
    arrows = [
        f"{label[edge.source]} → {label[edge.target]}" for edge in graph.edges[:MOST_DESCRIBED]
    ]
    more = len(graph.edges) - len(arrows)
    words = f"{_count(len(graph.nodes), 'node')}, {_count(len(graph.edges), 'arrow')}"
    if arrows:
        words += ": " + ", ".join(arrows)
    return words + (f", and {more} more." if more else ".")


def _count(amount: int, word: str) -> str:
    return f"{amount} {word}" + ("" if amount == 1 else "s")


def _style_sheet() -> str:
    rules = []
    for name, (_, dark) in COLOURS.items():
        rules.append((f".f-{name}", f"fill:{dark}"))
        rules.append((f".s-{name}", f"stroke:{dark}"))
    system = "".join(
        f".symback-diagram:not([data-theme=light]) {at}{{{rule}}}" for at, rule in rules
    )
    chosen = "".join(f".symback-diagram[data-theme=dark] {at}{{{rule}}}" for at, rule in rules)
    return f"@media screen and (prefers-color-scheme:dark){{{system}}}{chosen}"


def _groups(figure: Figure) -> list[str]:
    lines = []
    for placed in figure.groups:
        box = placed.box
        text = text_row(placed.row) if placed.row else ""
        lines.append(
            f'<g class="group" data-group="{escape(placed.group.id)}">'
            f'<rect class="f-frame" {_place(box)} rx="10" {fill("frame")}/>{text}</g>'
        )
    return lines


def _place(box: Box) -> str:
    return (
        f'x="{number(box.x)}" y="{number(box.y)}" '
        f'width="{number(box.width)}" height="{number(box.height)}"'
    )


def _path(start: tuple[float, float], segments: tuple[Segment, ...]) -> str:
    parts = [f"M{number(start[0])} {number(start[1])}"]
    for segment in segments:
        letter = "L" if len(segment) == 1 else "C"
        parts.append(letter + " ".join(f"{number(x)} {number(y)}" for x, y in segment))
    return "".join(parts)


def _edge(placed: PlacedEdge) -> str:
    edge = placed.edge
    shaft = _path(placed.start, placed.shaft())
    bands = _bands(edge.paths, edge.current, f'd="{shaft}" fill="none"', "path")
    line = f'<path class="line s-line" d="{shaft}" fill="none" {stroke("line")}/>'
    head = f'<polygon class="head f-line" points="{_head(placed)}" {fill("line")}/>'
    return (
        f'<g class="edge" data-edge="{placed.number}" data-source="{escape(edge.source)}" '
        f'data-target="{escape(edge.target)}" data-slot="{edge.slot}"'
        f"{list_attribute('data-names', edge.names)}{list_attribute('data-paths', edge.paths)}>"
        f"<title>{escape(edge.tooltip or _edge_in_words(edge))}</title>{bands}{line}{head}</g>"
    )


def _edge_in_words(edge: DiagramEdge) -> str:
    words = f"{edge.source} → {edge.target}"
    parts = [to_unicode(edge.label), edge.value and f"value {edge.value}"]
    parts.append(edge.gradient and f"gradient {edge.gradient}")
    told = ", ".join(part for part in parts if part)
    return f"{words}: {told}" if told else words


def _head(placed: PlacedEdge) -> str:
    (x, y), (dx, dy) = placed.tip, placed.heading
    back_x, back_y = x - dx * ARROW_LENGTH, y - dy * ARROW_LENGTH
    notch_x, notch_y = x - dx * ARROW_LENGTH * 0.72, y - dy * ARROW_LENGTH * 0.72
    side_x, side_y = -dy * ARROW_HALF_WIDTH, dx * ARROW_HALF_WIDTH
    corners = (
        (x, y),
        (back_x + side_x, back_y + side_y),
        (notch_x, notch_y),
        (back_x - side_x, back_y - side_y),
    )
    return " ".join(f"{number(cx)},{number(cy)}" for cx, cy in corners)


def _bands(paths: tuple[int, ...], current: bool, shape: str, element: str) -> str:
    """Coloured bands under a line or outline, the first path widest, so that all are seen."""
    width = LINE_WIDTH + BAND_WIDTH * len(paths)
    bands = []
    if current:
        glow = stroke("gradient", width + BAND_WIDTH)
        bands.append(f'<{element} class="current s-gradient" {shape} {glow} opacity="0.45"/>')
    for path in sorted(paths):
        bands.append(
            f'<{element} class="band path-{path}" {shape} {_band(path)} '
            f'stroke-width="{number(width)}"/>'
        )
        width -= BAND_WIDTH
    return "".join(bands)


def _band(path: int) -> str:
    dashes = path_dashes(path)
    look = f'stroke-dasharray="{dashes}"' if dashes else 'stroke-linecap="round"'
    return f'stroke="{path_colour(path)}" {look}'


def _edge_texts(placed: PlacedEdge) -> str:
    parts = []
    for row in placed.rows:
        if row.crossed:
            corners = " ".join(f"{number(x)},{number(y)}" for x, y in row.corners())
            parts.append(
                f'<polygon class="f-paper" points="{corners}" {fill("paper")} opacity="0.8"/>'
            )
        parts.append(text_row(row, placed.edge.order))
    return f'<g class="edge-text" data-edge="{placed.number}">{"".join(parts)}</g>'


def _node(placed: PlacedNode) -> str:
    node, style = placed.node, NODE_STYLES[placed.node.kind]
    shapes = []
    if placed.outline != BARE:
        element, shape = _outline(placed.box, placed.outline)
        shapes.append(_bands(node.paths, node.current, f'{shape} fill="none"', element))
        dashes = ' stroke-dasharray="4 3"' if style.dashed else ""
        shapes.append(
            f'<{element} class="outline f-{style.tint} s-line" {shape} {fill(style.tint)} '
            f"{stroke('line')}{dashes}/>"
        )
        if style.double:
            element, shape = _outline(placed.box.grown(-3), placed.outline)
            shapes.append(f'<{element} class="s-line" {shape} fill="none" {stroke("line", 0.8)}/>')
    rows = "".join(text_row(row, node.order) for row in placed.rows)
    return (
        f'<g class="node kind-{node.kind}" data-node="{escape(node.id)}"'
        f"{list_attribute('data-names', node.names)}{list_attribute('data-paths', node.paths)}>"
        f"<title>{escape(node.tooltip or _node_in_words(node))}</title>{''.join(shapes)}{rows}</g>"
    )


def _node_in_words(node: DiagramNode) -> str:
    parts = [to_unicode(node.label), to_unicode(node.formula), node.shape]
    parts += [node.value and f"value {node.value}", node.gradient and f"gradient {node.gradient}"]
    return ", ".join(part for part in parts if part)


def _outline(box: Box, outline: str) -> tuple[str, str]:
    """Return the element and the attributes of an outline."""
    if outline == CIRCLE:
        x, y = box.centre
        return "circle", f'cx="{number(x)}" cy="{number(y)}" r="{number(box.width / 2)}"'
    return "rect", f'{_place(box)} rx="{number(corner_radius(outline, box.height))}"'


def _legend_mark(mark: LegendMark, direction: str) -> str:
    box, kind = mark.box, mark.kind
    x, y = box.centre
    if kind in NODE_STYLES and NODE_STYLES[kind].outline != BARE:
        style = NODE_STYLES[kind]
        shape_box = Box(x - 7, y - 7, 14, 14) if style.outline == CIRCLE else box
        element, shape = _outline(shape_box, style.outline)
        dashes = ' stroke-dasharray="4 3"' if style.dashed else ""
        swatch = (
            f'<{element} class="f-{style.tint} s-line" {shape} {fill(style.tint)} '
            f"{stroke('line')}{dashes}/>"
        )
        if style.double:
            element, shape = _outline(shape_box.grown(-2.5), style.outline)
            swatch += f'<{element} class="s-line" {shape} fill="none" {stroke("line", 0.8)}/>'
    elif kind in ("value", "gradient"):
        swatch = _side_mark(mark, direction)
    else:
        path = int(kind.removeprefix("path ")) if kind.removeprefix("path ").isdecimal() else 1
        swatch = (
            f'<path class="band path-{path}" d="M{number(box.x)} {number(y)}h{number(box.width)}" '
            f'{_band(path)} stroke-width="{number(BAND_WIDTH)}"/>'
        )
    return f'<g class="legend-entry" data-kind="{escape(kind)}">{swatch}{text_row(mark.row)}</g>'


def _side_mark(mark: LegendMark, direction: str) -> str:
    """An arrow's line with a bar on the side of values or of gradients: place tells, not colour."""
    (x, y), kind = mark.box.centre, mark.kind
    if direction == "down":
        line = f"M{number(x)} {number(mark.box.y)}v{number(mark.box.height)}"
        corner, size = (x - 12 if kind == "value" else x + 4, y - 2), (8, 4)
    else:
        line = f"M{number(mark.box.x)} {number(y)}h{number(mark.box.width)}"
        corner, size = (x - 8, y - 6.5 if kind == "value" else y + 2.5), (16, 4)
    return (
        f'<path class="s-line" d="{line}" {stroke("line")}/>'
        f'<rect class="f-{kind}" {_place(Box(*corner, *size))} {fill(kind)}/>'
    )
