"""The network at the top of a page: neurons in columns, or the graph of the equations."""

from __future__ import annotations

from typing import Any

from symback.diagrams.diagram import Diagram
from symback.diagrams.sketch import sketch
from symback.diagrams.svg import describe
from symback.errors import SymbackError
from symback.render.document import Figure
from symback.render.parts import figure

# A larger picture would be too small to read at the width of a page.
MOST_NODES, WIDEST = 40, 1300.0
# More than this is not even laid out: nodes and operands that are drawn as part of others.
MOST_TENSORS = 200
CAPTIONS = {
    "scalars": "The network {name}. A weight stands along the arrow on which it acts.",
    "equations": "The network {name}. An arrow leads from what is read to what reads it.",
}


def picture(derivation: Any) -> Figure | None:
    """Return the forward network as a figure; None where it has no picture that is readable."""
    network = getattr(derivation, "forward", None)
    if network is None:
        return None
    tensors = network.tensors.values()
    if len(tensors) > MOST_TENSORS:
        return None
    level = "equations" if any(tensor.rank for tensor in tensors) else "scalars"
    try:
        diagram = Diagram(sketch(network, level).graph())
        fits = len(diagram.graph.nodes) <= MOST_NODES and diagram.figure.width <= WIDEST
    except SymbackError:
        return None
    if not fits:
        return None
    caption = CAPTIONS[level].format(name=network.name)
    words = describe(diagram.graph)
    return figure(diagram.svg(), caption, words, label="network", drawing=diagram.figure)
