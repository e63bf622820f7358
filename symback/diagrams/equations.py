"""Level "equations": a node for each tensor, an arrow for each time that an equation reads one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice

import numpy as np

from symback.algebra.traversal import entries
from symback.diagrams.edgewise import NO_NUMBERS, Numbers, arrows_of, initial_arrows_of
from symback.diagrams.model import DiagramEdge, DiagramGraph, DiagramNode, LegendEntry
from symback.diagrams.naming import Namer, constant_text, number_of, value_of
from symback.diagrams.operations import Look
from symback.diagrams.richtext import RichText, plain, to_unicode
from symback.diagrams.routes import Route
from symback.diagrams.styles import NODE_STYLES
from symback.network.network import Network
from symback.network.recurrences import Recurrence, shift, stages
from symback.network.tensors import (
    ADJOINT,
    BUFFER,
    CONSTANT,
    DEFINED,
    INPUT,
    LOSS,
    PARAMETER,
    RANDOM,
    Tensor,
)

KINDS = {
    INPUT: "input",
    PARAMETER: "parameter",
    CONSTANT: "constant",
    RANDOM: "random",
    BUFFER: "buffer",
    DEFINED: "tensor",
    LOSS: "loss",
    ADJOINT: "adjoint",
}
LONGEST_FORMULA = 52
# About how much a box and its arrow take of a line: with a formula, as one operation; and what
# numbers add. A longer chain goes down, since a page is not that wide.
FORMULA_ROOM, OPERATION_ROOM, NUMBER_ROOM = 190, 100, 85
WIDEST_CHAIN = 1700


@dataclass(frozen=True)
class Drawing:
    """What a diagram shows: a network, the goal of its gradients ("" if none), names and numbers.

    ``routes`` are highlighted. ``looks`` says which operation each tensor of a rewritten network
    is, ``backward`` in which order a backward pass finds the adjoints. What is ``in_time`` shows
    each step by itself.
    """

    network: Network
    of: str
    namer: Namer
    numbers: Numbers = NO_NUMBERS
    routes: Sequence[Route] = ()
    looks: Mapping[str, Look] = field(default_factory=dict)
    backward: tuple[str, ...] = ()
    in_time: bool = False

    def order(self, name: str) -> int | None:
        """Return the place of a tensor's adjoint in the backward pass; None if it has none."""
        return self._orders.get(name)

    @cached_property
    def recurrences(self) -> Mapping[str, Recurrence]:
        """The recurrence of each tensor that is computed step by step."""
        return {t: r for r in stages(self.network) if isinstance(r, Recurrence) for t in r.targets}

    def step(self, target: str, place: int) -> RichText:
        """Return t−1 where an arrow brings what another step of time made; nothing else."""
        inner = self.recurrences.get(target)
        if inner is None:
            return ()
        read = next(islice(entries(self.network.equation(target).written), place, None))
        if read.tensor not in inner.targets:
            return ()
        position = read.positions[inner.axis(read.tensor)]
        return () if shift(position, inner.times[target]) == 0 else self.namer.formula(position)

    @cached_property
    def _orders(self) -> Mapping[str, int]:
        return {name: place for place, name in enumerate(self.backward)}

    def paths_through(self, *names: str) -> tuple[int, ...]:
        """Return the numbers of the routes through a tensor, or along an arrow between two."""
        return tuple(
            number
            for number, route in enumerate(self.routes, 1)
            if (names in route.arrows if len(names) == 2 else route.runs_through(*names))
        )

    def is_generated(self, name: str) -> bool:
        """Whether a tensor was made by rewriting, as a part of an equation."""
        return name in self.looks and self.looks[name].generated

    def value(self, name: str) -> str:
        """Return a tensor's value as text, "" if it was not computed."""
        return value_of(self.numbers.values[name]) if name in self.numbers.values else ""

    def gradient(self, name: str) -> str:
        """Return ∂goal/∂tensor as text, "" if it was not computed."""
        if name == self.of and self.numbers.flows and not self.network[name].rank:
            return "1"
        gradients = self.numbers.gradients
        return value_of(gradients[name]) if name in gradients else ""

    def flow(self, target: str, place: int) -> str:
        """Return what flows back along an arrow as text, "" if it was not computed."""
        flows = self.numbers.flows
        return value_of(flows[target, place]) if (target, place) in flows else ""


def equations_graph(drawing: Drawing) -> DiagramGraph:
    """Return the diagram of a network's equations."""
    network = drawing.network
    leaving: dict[str, int] = {}
    edges = []
    for equation in network.equations:
        for place, source in arrows_of(equation):
            leaving[source] = leaving.get(source, 0) + 1
            edges.append(arrow(drawing, source, equation.target, place))
        for place, source in initial_arrows_of(equation):
            edges.append(initial_arrow(drawing, source, equation.target, place))
            leaving[source] = leaving.get(source, 0) + 1
    nodes = [
        tensor_node(drawing, tensor, leaving.get(tensor.name, 0))
        for tensor in network.tensors.values()
        if tensor.kind != CONSTANT or tensor.name in leaving
    ]
    room = OPERATION_ROOM if drawing.looks else FORMULA_ROOM
    room += NUMBER_ROOM if any(edge.value for edge in edges) else 0
    chain = longest_chain([node.id for node in nodes], edges)
    direction = "down" if drawing.in_time or chain * room > WIDEST_CHAIN else "right"
    return DiagramGraph(
        network.name,
        tuple(nodes),
        tuple(edges),
        legend=legend(drawing, [node.kind for node in nodes], edges, direction),
        direction=direction,
        backward=drawing.backward,
    )


def longest_chain(nodes: Iterable[str], edges: Iterable[DiagramEdge]) -> int:
    """Return how many nodes stand one behind the other; edges come in an order of computing."""
    place = dict.fromkeys(nodes, 1)
    for edge in (e for e in edges if not e.earlier):
        place[edge.target] = max(place[edge.target], place.get(edge.source, 0) + 1)
    return max(place.values(), default=0)


def arrow(drawing: Drawing, source: str, target: str, place: int) -> DiagramEdge:
    """Return the arrow of one occurrence of ``source`` in the equation of ``target``."""
    constant = drawing.network[source].kind == CONSTANT
    step = drawing.step(target, place)
    return DiagramEdge(
        source,
        target,
        place,
        label=step,
        value="" if constant else drawing.value(source),
        gradient=drawing.flow(target, place),
        tooltip=_arrow_words(drawing, source, target, place),
        paths=drawing.paths_through(source, target),
        order=drawing.order(source),
        earlier=bool(step),
    )


def initial_arrow(drawing: Drawing, source: str, target: str, place: int) -> DiagramEdge:
    """Return the arrow of an initial value; all of its gradient comes back along it."""
    only = not any(name == source for e in drawing.network.equations for _, name in arrows_of(e))
    return DiagramEdge(
        source,
        target,
        place,
        label=plain("initial"),
        value=drawing.value(source),
        gradient=drawing.gradient(source) if only else "",
        tooltip=f"{to_unicode(_label(drawing, drawing.network[source]))}: initial value",
        paths=drawing.paths_through(source, target),
        order=drawing.order(source),
    )


def _arrow_words(drawing: Drawing, source: str, target: str, place: int) -> str:
    names = [to_unicode(_label(drawing, drawing.network[name])) for name in (source, target)]
    words = f"{names[0]} → {names[1]}, operand {place + 1}"
    if source in drawing.numbers.values:
        words += f": value {_in_full(drawing.numbers.values[source])}"
    if (target, place) in drawing.numbers.flows:
        goal = to_unicode(drawing.namer.name(drawing.of))
        flow = _in_full(drawing.numbers.flows[target, place])
        words += f", its part of ∂{goal}/∂{names[0]}: {flow}"
    return words


def _in_full(array: np.ndarray) -> str:
    """Return a scalar with nine digits, of a tensor its norm."""
    if np.ndim(array) == 0:
        return f"{float(array):.9g}".replace("-", "−")
    return f"a tensor of norm {number_of(np.linalg.norm(np.ravel(array)))}"


def tensor_node(drawing: Drawing, tensor: Tensor, leaving: int) -> DiagramNode:
    """Return the node of a tensor, from which ``leaving`` arrows go.

    Its value stands on those arrows, on the node itself if there are none.
    """
    formula: RichText = ()
    equation = drawing.network.equation(tensor.name)
    look = drawing.looks.get(tensor.name)
    if look is not None:
        formula = () if look.generated else look.operation
    elif equation is not None:
        formula = drawing.namer.formula(equation.written)
        if sum(len(piece.text) for piece in formula) > LONGEST_FORMULA:
            formula = ()
    kind = "operation" if look and look.generated else KINDS[tensor.kind]
    if kind == "tensor" and tensor.name == drawing.of:
        kind = "output"
    return DiagramNode(
        tensor.name,
        kind,
        _label(drawing, tensor),
        formula,
        drawing.namer.shape(tensor),
        value="" if leaving else drawing.value(tensor.name),
        gradient="" if leaving == 1 else drawing.gradient(tensor.name),
        tooltip=node_words(drawing, tensor),
        paths=drawing.paths_through(tensor.name),
        names=(tensor.name,),
        order=drawing.order(tensor.name),
    )


def _label(drawing: Drawing, tensor: Tensor) -> RichText:
    look = drawing.looks.get(tensor.name)
    if look and look.generated:
        return look.operation
    if tensor.kind == CONSTANT:
        return constant_text(drawing.namer, tensor)
    return drawing.namer.name(tensor.name)


def node_words(drawing: Drawing, tensor: Tensor) -> str:
    """Return what a pointer sees at a node: the equation, and the numbers in nine digits."""
    equation = drawing.network.equation(tensor.name)
    words = drawing.namer.entry(tensor)
    if equation is not None and not drawing.is_generated(tensor.name):
        words = drawing.namer.equation(tensor, equation.written)
    elif tensor.kind in (INPUT, PARAMETER, RANDOM, BUFFER):
        words += f", {NODE_STYLES[KINDS[tensor.kind]].meaning}"
    if tensor.name in drawing.numbers.values:
        words += f"; value {_in_full(drawing.numbers.values[tensor.name])}"
    if tensor.name in drawing.numbers.gradients:
        goal, name = (to_unicode(drawing.namer.name(n)) for n in (drawing.of, tensor.name))
        words += f"; ∂{goal}/∂{name} {_in_full(drawing.numbers.gradients[tensor.name])}"
    return words


SIDES = {
    "right": ("above", "below"),
    "down": ("left", "right"),
    "steps": ("left or above", "right or below"),
}


def legend(
    drawing: Drawing, kinds: list[str], edges: list[DiagramEdge], direction: str = "right"
) -> tuple[LegendEntry, ...]:
    """Return the kinds that occur, and what stands on each side of arrows if anything does."""
    entries = [
        LegendEntry(kind, style.meaning)
        for kind, style in NODE_STYLES.items()
        if kind in kinds and kind not in ("constant", "ellipsis")
    ]
    before, behind = SIDES["steps" if drawing.in_time else direction]
    if any(edge.value for edge in edges):
        entries.append(LegendEntry("value", f"forward value, {before}"))
    if any(edge.gradient for edge in edges):
        goal = to_unicode(drawing.namer.name(drawing.of))
        entries.append(LegendEntry("gradient", f"gradient of {goal} that flows back, {behind}"))
    for number, route in enumerate(drawing.routes, 1):
        shown = (name for name in route.stations if not drawing.is_generated(name))
        words = " → ".join(to_unicode(drawing.namer.name(name)) for name in shown)
        entries.append(LegendEntry(f"path {number}", f"path {number}: {route.words or words}"))
    return tuple(entries)
