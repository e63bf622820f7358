"""A backward pass as a series of figures: one for each adjoint, all with the same places."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import replace
from math import ceil
from pathlib import Path

from symback.diagrams.diagram import Diagram
from symback.diagrams.figure import Figure, PlacedEdge, PlacedNode, PlacedRow
from symback.diagrams.model import DiagramEdge, DiagramGraph, DiagramNode
from symback.diagrams.richtext import RichText, plain, to_unicode
from symback.diagrams.surroundings import MARGIN, NARROWEST
from symback.diagrams.svg import escape
from symback.diagrams.typography import Row, broken_rows, set_row
from symback.errors import DefinitionError

CAPTION_GAP = 12.0


class Series(Sequence[Diagram]):
    """The frames of a backward pass: ``series[k]`` is the figure after k adjoints are known.

    Frame 0 shows the forward pass alone. A gradient that is not known yet is blank, never 0; in
    frame k the adjoint found in step k is lit, and the caption says how it is computed.
    """

    def __init__(self, diagram: Diagram, captions: Sequence[RichText]) -> None:
        graph = diagram.graph
        if not graph.backward:
            raise DefinitionError(
                f"the backward pass of {graph.title!r}",
                "no goal to go back from",
                "draw a derivation, or a network with a loss",
            )
        self.title = graph.title
        self.captions: tuple[RichText, ...] = (
            plain("The forward pass is done; no gradient is known yet."),
            *captions,
        )
        self._frames = _frames(diagram.figure, self.captions)

    def __len__(self) -> int:
        return len(self._frames)

    def __getitem__(self, place):
        return self._frames[place]

    def __iter__(self) -> Iterator[Diagram]:
        return iter(self._frames)

    def __repr__(self) -> str:
        return f"Series({self.title!r}: {len(self)} figures)"

    def save(self, path: str | os.PathLike[str]) -> list[Path]:
        """Write every figure: "backward.svg" becomes backward-01.svg, …; return the paths.

        The suffix is one of those that a Diagram has. Raises FileError.
        """
        path = Path(path)
        width = max(2, len(str(len(self))))
        return [
            frame.save(path.with_name(f"{path.stem}-{number:0{width}}{path.suffix}"))
            for number, frame in enumerate(self, 1)
        ]

    def _repr_mimebundle_(self, include=None, exclude=None) -> dict[str, str]:
        parts = []
        for number, frame in enumerate(self):
            words = escape(f"{number}. {to_unicode(self.captions[number])}")
            state = " open" if number == len(self) - 1 else ""
            parts.append(f"<details{state}><summary>{words}</summary>{frame.image()}</details>")
        return {"text/html": "\n".join(parts), "text/plain": repr(self)}


def _frames(figure: Figure, captions: Sequence[RichText]) -> list[Diagram]:
    width = max(figure.width - 2 * MARGIN, NARROWEST)
    set_captions = [
        [set_row([("legend", plain(_heading(figure.graph, number)))]), *broken_rows(text, width)]
        for number, text in enumerate(captions)
    ]
    # The same paper for every frame: the figures lie exactly on each other.
    needed = max(sum(row.height for row in rows) for rows in set_captions)
    size = (
        ceil(max(figure.width, width + 2 * MARGIN)),
        ceil(figure.height + CAPTION_GAP + needed),
    )
    return [
        _frame(figure, number, to_unicode(text), rows, size)
        for number, (text, rows) in enumerate(zip(captions, set_captions, strict=True))
    ]


def _heading(graph: DiagramGraph, number: int) -> str:
    steps = len(graph.backward)
    return (
        f"Step {number} of {steps}. What is blank is not computed yet."
        if number
        else (f"Before step 1 of {steps}.")
    )


def _frame(
    figure: Figure, known: int, words: str, caption: list[Row], size: tuple[int, int]
) -> Diagram:
    """Return the figure with the first ``known`` adjoints of the pass."""
    graph = figure.graph
    current = graph.backward[known - 1] if known else ""
    nodes = tuple(_node_at(placed, known, current) for placed in figure.nodes)
    edges = tuple(_edge_at(placed, known, current) for placed in figure.edges)
    in_order = sorted(edges, key=lambda placed: placed.number)
    told = replace(
        graph,
        nodes=tuple(placed.node for placed in nodes),
        edges=tuple(placed.edge for placed in in_order),
        description=f"{graph.description} {words}".strip(),
        notes=(*graph.notes, words),
    )
    rows, top = [], figure.height - MARGIN + CAPTION_GAP
    for row in caption:
        rows.append(PlacedRow(row, MARGIN, top + row.baseline))
        top += row.height
    notes = (*figure.notes, *rows)
    placed = replace(
        figure, graph=told, nodes=nodes, edges=edges, notes=notes, width=size[0], height=size[1]
    )
    return Diagram(told, placed)


def _is_known(part: DiagramNode | DiagramEdge, known: int) -> bool:
    # A gradient without a place in this pass (of an input that nobody asked for) is not shown.
    return part.order is not None and part.order < known


def _node_at(placed: PlacedNode, known: int, current: str) -> PlacedNode:
    node = replace(placed.node, current=current in placed.node.names)
    if _is_known(node, known):
        return replace(placed, node=node)
    return replace(placed, node=replace(node, gradient=""), rows=_without_gradient(placed.rows))


def _edge_at(placed: PlacedEdge, known: int, current: str) -> PlacedEdge:
    edge = placed.edge
    edge = replace(edge, current=current in edge.names or (current == edge.source))
    if _is_known(edge, known):
        return replace(placed, edge=edge)
    return replace(placed, edge=replace(edge, gradient=""), rows=_without_gradient(placed.rows))


def _without_gradient(rows: tuple[PlacedRow, ...]) -> tuple[PlacedRow, ...]:
    return tuple(row for row in rows if row.row.pieces[0].role != "gradient")
