"""A diagram as DOT text, for Graphviz and for whoever lays graphs out in another way.

Labels are typeset in Graphviz's own markup, in which every text is escaped; nodes are numbered, so
that no name can be read as a port. The text is made by the graphviz package and needs no ``dot``
program.
"""

from __future__ import annotations

from symback.diagrams.model import DiagramEdge, DiagramGraph, DiagramNode
from symback.diagrams.richtext import (
    SUBSCRIPT,
    SUPERSCRIPT,
    Piece,
    RichText,
    clean,
    plain,
    to_unicode,
    unfolded,
)
from symback.diagrams.styles import (
    BARE,
    BOX,
    CIRCLE,
    COLOURS,
    NODE_STYLES,
    ROUNDED,
    STADIUM,
    TEXT_COLOURS,
    TEXT_SIZES,
    path_colour,
)

SHAPES = {BOX: "box", ROUNDED: "box", STADIUM: "box", CIRCLE: "circle", BARE: "plaintext"}
FONT = "Times"


def write_dot(graph: DiagramGraph) -> str:
    """Return the diagram as the text of a DOT file."""
    from graphviz import Digraph

    number_of = {node.id: f"n{number}" for number, node in enumerate(graph.nodes)}
    dot = Digraph(
        graph_attr={
            "rankdir": "TB" if graph.direction == "down" else "LR",
            "label": _label([graph.title, *graph.notes]),
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


# Labels of set text ------------------------------------------------------------------------------

# Why the backslash in a tag? Graphviz puts the node's name in the place of \N, in markup too. Why
# "]"? Its reader takes it for the end of a CDATA section and sets it one line too low.
ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "]": "&#93;"} | {
    "\\": "<FONT>\\</FONT>"
}
Parts = list[tuple[str, RichText]]  # a role (a key of TEXT_SIZES) and its text


def _markup(rows: list[Parts]) -> str:
    """Return rows as one label in Graphviz's markup: sub- and superscripts, bars, colours."""
    lines = ["".join(_run(role, rich) for role, rich in row) for row in rows]
    return f"<{'<BR/>'.join(line for line in lines if line)}>"


def _run(role: str, rich: RichText) -> str:
    text = "".join(_piece(piece) for piece in unfolded(rich))
    colour, size = COLOURS[TEXT_COLOURS[role]][0], f"{TEXT_SIZES[role]:g}"
    return f'<FONT POINT-SIZE="{size}" COLOR="{colour}">{text}</FONT>' if text else ""


def _piece(piece: Piece) -> str:
    text = clean(piece.text)
    # Blanks at the ends of a tag are dropped, and a tag of nothing else is an error.
    inner = text.strip()
    lead = len(text) - len(text.lstrip())
    before, behind = lead, len(text) - len(inner) - lead
    for character, entity in ENTITIES.items():
        inner = inner.replace(character, entity)
    text = "&#160;" * before + inner + "&#160;" * behind
    if not text:
        return ""
    for wanted, tag in (
        (piece.italic, "I"),
        (piece.bar, "O"),
        (piece.place == SUBSCRIPT, "SUB"),
        (piece.place == SUPERSCRIPT, "SUP"),
    ):
        text = f"<{tag}>{text}</{tag}>" if wanted else text
    return text


def _node_attributes(node: DiagramNode) -> dict[str, str]:
    style = NODE_STYLES[node.kind]
    looks = ["filled"]
    if style.outline in (ROUNDED, STADIUM):
        looks.append("rounded")
    if style.dashed:
        looks.append("dashed")
    rows: list[Parts] = [[("label", node.label)], [("formula", node.formula)]]
    rows += [[("formula", line)] for line in node.details]
    rows += [[(role, plain(getattr(node, role)))] for role in ("shape", "value", "gradient")]
    attributes = {
        "label": _markup(rows),
        "shape": SHAPES[style.outline],
        "style": ",".join(looks),
        "fillcolor": COLOURS[style.tint][0],
        "tooltip": _label([node.tooltip or to_unicode(node.label)]),
    }
    if style.double:
        attributes["peripheries"] = "2"
    if node.paths or node.current:
        attributes |= {"color": _highlight(node), "penwidth": "2.5"}
    return attributes


def _edge_attributes(edge: DiagramEdge) -> dict[str, str]:
    attributes = {}
    if edge.has_text:
        above: Parts = [("edge label", edge.label)]
        if edge.label and edge.value:
            above.append(("edge label", plain(" = ")))
        above.append(("value", plain(edge.value)))
        attributes["label"] = _markup([above, [("gradient", plain(edge.gradient))]])
    if edge.tooltip:
        attributes["tooltip"] = _label([edge.tooltip])
    if edge.paths or edge.current:
        # Colours with colons between them are lines side by side.
        attributes |= {"color": _highlight(edge), "penwidth": "2.5"}
    return attributes


def _highlight(part: DiagramNode | DiagramEdge) -> str:
    if part.current:
        return COLOURS["gradient"][0]
    colours = [path_colour(number) for number in part.paths]
    return ":".join(colours) if isinstance(part, DiagramEdge) else colours[0]


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
