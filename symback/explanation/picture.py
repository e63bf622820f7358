"""The network at the top of a page: neurons in columns, the graph of the equations, or layers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from symback.diagrams.diagram import Diagram
from symback.diagrams.edgewise import arrows_of
from symback.diagrams.model import DiagramGraph
from symback.diagrams.sketch import Sketch, sketch
from symback.diagrams.svg import describe
from symback.errors import SymbackError
from symback.explanation.values import values_at
from symback.render.document import Figure
from symback.render.parts import figure

# A larger picture would be too small to read on a page.
MOST_NODES, WIDEST = 40, 1300.0
# What is higher would take a page of its own; layers are the last resort.
HIGHEST = {"scalars": 1000.0, "equations": 1000.0, "layers": 1600.0}
# More than this is not even laid out: nodes and operands that are drawn as part of others.
MOST_TENSORS = 200
# Numbers for more arrows than these would not be read, and each takes a derivation of its own.
MOST_OCCURRENCES = 300
ARROWS = "An arrow leads from what is read to what reads it."
CAPTIONS = {
    "scalars": "The network {name}. A weight stands along the arrow on which it acts.",
    "equations": "The network {name}. " + ARROWS,
    "layers": "The network {name}, a box for each layer. " + ARROWS,
}
NUMBERS = " Values stand {value} the arrows; the gradients, which flow back, {gradient} them."
SIDES = {"right": ("above", "below"), "down": ("left of", "right of")}


def picture(derivation: Any, at: Mapping[str, object] | None = None) -> Figure | None:
    """Return the forward network as a figure; None where it has no picture that is readable.

    With values, the figure has numbers where there is room for them.
    """
    network = getattr(derivation, "forward", None)
    if network is None:
        return None
    for level, graph in _graphs(derivation, at):
        if len(graph.nodes) > MOST_NODES:
            continue
        diagram = Diagram(graph)
        if diagram.figure.width <= WIDEST and diagram.figure.height <= HIGHEST[level]:
            caption = CAPTIONS[level].format(name=network.name) + _numbers(graph)
            words = describe(graph)
            return figure(diagram.svg(), caption, words, label="network", drawing=diagram.figure)
    return None


def _graphs(derivation: Any, at: Mapping[str, object] | None) -> Iterator[tuple[str, DiagramGraph]]:
    """Yield the network at its levels, finest first; with its numbers, then without."""
    tensors = derivation.forward.tensors.values()
    fine = "equations" if any(tensor.rank for tensor in tensors) else "scalars"
    occurrences = sum(len(arrows_of(e)) for e in derivation.forward.equations)
    numbered = bool(at) and occurrences <= MOST_OCCURRENCES
    for level in (fine, "layers") if len(tensors) <= MOST_TENSORS else ("layers",):
        plan = sketch(derivation, level)
        bare = plan.graph()
        readable = numbered and len(bare.nodes) <= MOST_NODES
        numbers = _with_numbers(plan, at) if readable else None
        if numbers:
            yield level, numbers
        yield level, bare


def _with_numbers(plan: Sketch, at: Mapping[str, object]) -> DiagramGraph | None:
    network, wanted = plan.program(at)
    try:
        return plan.graph(at, values_at(network, at, wanted).world.tensors)
    except SymbackError:
        # A value that is not finite: the page itself says so.
        return None


def _numbers(graph: DiagramGraph) -> str:
    if not any(edge.value for edge in graph.edges):
        return ""
    value, gradient = SIDES[graph.direction]
    return NUMBERS.format(value=value, gradient=gradient)
