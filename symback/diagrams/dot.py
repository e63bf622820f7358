"""A diagram as DOT text, for Graphviz and for whoever lays graphs out in another way.

Labels are plain Unicode text, never HTML; nodes are numbered, so that no name can be read as a
port. The text is made by the graphviz package and needs no ``dot`` program.
"""

from __future__ import annotations

from symback.diagrams.model import DiagramEdge, DiagramGraph, DiagramNode
from symback.diagrams.richtext import clean, to_unicode
from symback.diagrams.styles import BARE, BOX, CIRCLE, COLOURS, NODE_STYLES, ROUNDED, STADIUM

SHAPES = {BOX: "box", ROUNDED: "box", STADIUM: "box", CIRCLE: "circle", BARE: "plaintext"}
FONT = "Times"


def write_dot(graph: DiagramGraph) -> str:
    """Return the diagram as the text of a DOT file."""
    from graphviz import Digraph

    number_of = {node.id: f"n{number}" for number, node in enumerate(graph.nodes)}
    dot = Digraph(
        graph_attr={
            "rankdir": "TB" if graph.direction == "down" else "LR",
            "label": _label([graph.title]),
            "fontname": FONT,
            "fontsize": "12",
            "nodesep": "0.35",
            "ranksep": "0.6",
            "tooltip": _label([graph.title]),
        },
        node_attr={"fontname": FONT, "fontsize": "14", "color": COLOURS["line"][0]},
        edge_attr={
            "fontname": FONT,
            "fontsize": "11",
            "color": COLOURS["line"][0],
            "arrowsize": "0.7",
        },
    )
    for node in graph.nodes:
        dot.node(number_of[node.id], **_node_attributes(node))
    if graph.arrangement == "columns":
        _same_columns(dot, graph, number_of)
    for edge in graph.edges:
        dot.edge(number_of[edge.source], number_of[edge.target], **_edge_attributes(edge))
    return dot.source


def _label(lines: list[str]) -> str:
    """Return lines as one DOT label in which nothing is markup and no backslash an escape."""
    from graphviz import escape, nohtml

    # Graphviz reads &amp; and the like in every label, so an ampersand is written as one.
    shown = [str(escape(clean(line).replace("&", "&amp;"))) for line in lines if line]
    return nohtml("\\n".join(shown))


def _node_attributes(node: DiagramNode) -> dict[str, str]:
    style = NODE_STYLES[node.kind]
    looks = ["filled"]
    if style.outline in (ROUNDED, STADIUM):
        looks.append("rounded")
    if style.dashed:
        looks.append("dashed")
    lines = [to_unicode(node.label), to_unicode(node.formula), node.shape]
    lines += [
        f"value {node.value}" if node.value else "",
        f"gradient {node.gradient}" if node.gradient else "",
    ]
    attributes = {
        "label": _label(lines),
        "shape": SHAPES[style.outline],
        "style": ",".join(looks),
        "fillcolor": COLOURS[style.tint][0],
        "tooltip": _label([node.tooltip or to_unicode(node.label)]),
    }
    if style.double:
        attributes["peripheries"] = "2"
    return attributes


def _edge_attributes(edge: DiagramEdge) -> dict[str, str]:
    name = to_unicode(edge.label)
    above = f"{name} = {edge.value}" if name and edge.value else name or edge.value
    below = f"gradient {edge.gradient}" if edge.gradient else ""
    attributes = {}
    if above or below:
        attributes["label"] = _label([above, below])
        attributes["fontcolor"] = COLOURS["value" if not below else "ink"][0]
    if edge.tooltip:
        attributes["tooltip"] = _label([edge.tooltip])
    if edge.paths:
        attributes["penwidth"] = "2.5"
    return attributes


def _same_columns(dot, graph: DiagramGraph, number_of: dict[str, str]) -> None:
    columns: dict[int, list[str]] = {}
    for node in graph.nodes:
        if node.column is not None:
            columns.setdefault(node.column, []).append(number_of[node.id])
    for column in sorted(columns):
        with dot.subgraph() as rank:
            rank.attr(rank="same")
            for name in columns[column]:
                rank.node(name)
