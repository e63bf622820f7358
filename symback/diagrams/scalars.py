"""Level "scalars": scalars as textbooks draw them, neurons in columns and weights on arrows.

A *neuron* is an equation that sums products of a parameter and a signal, with the function
applied to the sum if nothing else reads the sum: net_h1 = w1*i1 + w2*i2 + b1, h1 =
sigmoid(net_h1). Its weights stand on the arrows from its signals, its bias on an arrow from a
unit that is always 1. What is no neuron (the loss, its parts) stays a node for each equation.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from sympy import Expr

from symback.algebra.operators import Plus, Pointwise, Times
from symback.algebra.positions import Entry
from symback.algebra.traversal import entries
from symback.diagrams.edgewise import arrows_of
from symback.diagrams.equations import (
    Drawing,
    arrow,
    equations_graph,
    legend,
    node_words,
    tensor_node,
)
from symback.diagrams.model import DiagramEdge, DiagramGraph, DiagramNode
from symback.diagrams.richtext import plain
from symback.errors import DefinitionError
from symback.network.network import Network
from symback.network.tensors import CONSTANT, INPUT, PARAMETER, Equation

UNIT = "1"

# What stands between the part of a gradient that comes through one arrow, and the whole gradient.
SHARED = " of "
SHARED_WORDS = (
    "a of b: the part a of a weight's gradient b that comes through this arrow; its parts add up."
)


@dataclass(frozen=True, slots=True)
class Wire:
    """A signal with its weight, a bias alone (no signal), or a signal alone (no weight).

    Each is (tensor, place among the occurrences of the equation).
    """

    weight: tuple[str, int] | None
    signal: tuple[str, int] | None


@dataclass(frozen=True, slots=True)
class Neuron:
    """The tensor that a neuron puts out, the one that holds its sum, and the wires of it."""

    output: str
    total: str
    wires: tuple[Wire, ...]


def scalars_graph(drawing: Drawing) -> DiagramGraph:
    """Return the diagram of a network of scalars; DefinitionError if a tensor has axes."""
    network = drawing.network
    for tensor in network.tensors.values():
        if tensor.rank:
            raise DefinitionError(
                f'draw {network.name} at level "scalars"',
                f"{tensor} has {tensor.rank} axes",
                "make the network scalar first, with sizes for its letters: sb.scalarize",
            )
    neurons = find_neurons(network)
    if not neurons:
        return equations_graph(drawing)
    edges, units = _edges(drawing, neurons)
    columns = _columns(drawing, neurons, edges)
    nodes = [_node(drawing, name, neurons.get(name), edges) for name in _names(drawing, neurons)]
    nodes += [DiagramNode(unit, "unit", plain("1"), tooltip="always 1") for unit in units]
    straight = all(columns[edge.target] == columns[edge.source] + 1 for edge in edges)
    if straight:
        nodes = [replace(node, column=columns[node.id]) for node in nodes]
    return DiagramGraph(
        network.name,
        tuple(nodes),
        tuple(edges),
        legend=legend(drawing, [node.kind for node in nodes], edges),
        arrangement="columns" if straight else "layers",
        notes=(SHARED_WORDS,) if any(SHARED in edge.gradient for edge in edges) else (),
        backward=drawing.backward,
    )


def find_neurons(network: Network) -> dict[str, Neuron]:
    """Return the neurons of a network by the tensors that they put out."""
    readers: dict[str, int] = {}
    for equation in network.equations:
        for _, name in arrows_of(equation):
            readers[name] = readers.get(name, 0) + 1
    sums: dict[str, tuple[Wire, ...]] = {}
    neurons: dict[str, Neuron] = {}
    for equation in network.equations:
        wires = weighted_sum(network, equation.written)
        if wires:
            sums[equation.target] = wires
            neurons[equation.target] = Neuron(equation.target, equation.target, wires)
            continue
        total = _activated(equation)
        if total in sums and readers[total] == 1:
            del neurons[total]
            neurons[equation.target] = Neuron(equation.target, total, sums[total])
            continue
        if isinstance(equation.written, Pointwise) and len(equation.written.arguments) == 1:
            wires = weighted_sum(network, equation.written.arguments[0])
            if wires:
                neurons[equation.target] = Neuron(equation.target, equation.target, wires)
    return neurons


def weighted_sum(network: Network, expression: Expr) -> tuple[Wire, ...]:
    """Return the wires of Σ weight·signal + bias; none if the expression is something else."""
    wires: list[Wire] = []
    place = 0
    for part in expression.args if isinstance(expression, Plus) else (expression,):
        wire = _wire(network, part, place)
        if wire is None:
            return ()
        wires.append(wire)
        place += sum(1 for _ in entries(part))
    has_weight = any(wire.weight and wire.signal for wire in wires)
    return tuple(wires) if has_weight else ()


def _wire(network: Network, part: Expr, place: int) -> Wire | None:
    if isinstance(part, Entry):
        own = (part.tensor, place)
        return Wire(own, None) if _is_weight(network, part) else Wire(None, own)
    if not isinstance(part, Times) or len(part.args) != 2:
        return None
    first, second = part.args
    if not isinstance(first, Entry) or not isinstance(second, Entry):
        return None
    left, right = (first.tensor, place), (second.tensor, place + 1)
    if _is_weight(network, first) == _is_weight(network, second):
        return None
    return Wire(left, right) if _is_weight(network, first) else Wire(right, left)


def _is_weight(network: Network, entry: Entry) -> bool:
    return network[entry.tensor].kind == PARAMETER


def _activated(equation: Equation) -> str | None:
    """Return the tensor to which an equation applies one function, if that is all that it does."""
    written = equation.written
    if isinstance(written, Pointwise) and len(written.arguments) == 1:
        argument = written.arguments[0]
        return argument.tensor if isinstance(argument, Entry) else None
    return None


def _edges(drawing: Drawing, neurons: dict[str, Neuron]) -> tuple[list[DiagramEdge], list[str]]:
    """Return the arrows, and the bias units that they come from: one for each column of neurons."""
    hidden = {neuron.total for neuron in neurons.values() if neuron.total != neuron.output}
    level = _levels(drawing.network, neurons)
    edges: list[DiagramEdge] = []
    units: list[str] = []
    for equation in drawing.network.equations:
        neuron = neurons.get(equation.target)
        if equation.target in hidden:
            continue
        if neuron is None:
            edges += [
                arrow(drawing, source, equation.target, place)
                for place, source in arrows_of(equation)
            ]
            continue
        for wire in neuron.wires:
            source = wire.signal[0] if wire.signal else f"{UNIT} {level[equation.target]}"
            if not wire.signal and source not in units:
                units.append(source)
            edges.append(_wire_edge(drawing, neuron, wire, source))
    return edges, units


def _wire_edge(drawing: Drawing, neuron: Neuron, wire: Wire, source: str) -> DiagramEdge:
    if wire.weight is None:
        plain_arrow = arrow(drawing, wire.signal[0], neuron.total, wire.signal[1])
        return replace(plain_arrow, target=neuron.output)
    name, place = wire.weight
    weight_arrow = arrow(drawing, name, neuron.total, place)
    total, part = drawing.gradient(name), weight_arrow.gradient
    shared = part and total and part != total
    own = drawing.paths_through(name, neuron.total) + drawing.paths_through(name, neuron.output)
    through = drawing.paths_through(source, neuron.total)
    through += drawing.paths_through(source, neuron.output) if not through else ()
    return DiagramEdge(
        source,
        neuron.output,
        place,
        drawing.namer.name(name),
        weight_arrow.value,
        f"{part}{SHARED}{total}" if shared else part,
        tooltip=weight_arrow.tooltip,
        paths=tuple(sorted({*own, *through})),
        names=(name,),
        order=drawing.order(name),
    )


def _names(drawing: Drawing, neurons: dict[str, Neuron]) -> list[str]:
    """Return the tensors that are nodes: no sums inside neurons, no weights on arrows."""
    hidden = {neuron.total for neuron in neurons.values() if neuron.total != neuron.output}
    read: set[str] = set()
    for equation in drawing.network.equations:
        if equation.target in hidden:
            continue
        neuron = neurons.get(equation.target)
        wired = [w.signal[0] for w in neuron.wires if w.signal] if neuron else None
        read.update(wired if neuron else (name for _, name in arrows_of(equation)))
    names = []
    for name, tensor in drawing.network.tensors.items():
        on_arrows_only = tensor.kind in (PARAMETER, CONSTANT) and name not in read
        if name not in hidden and not on_arrows_only:
            names.append(name)
    return names


def _levels(network: Network, neurons: dict[str, Neuron]) -> dict[str, int]:
    """Return the longest way from an input to each tensor; a neuron's sum adds nothing."""
    inside = {neuron.total for neuron in neurons.values() if neuron.total != neuron.output}
    level = dict.fromkeys(network.tensors, 0)
    for equation in network.equations:
        reached = [level[name] for _, name in arrows_of(equation)]
        step = 0 if equation.target in inside else 1
        if equation.target in neurons and neurons[equation.target].total in inside:
            reached = [level[neurons[equation.target].total]]
        level[equation.target] = max(reached, default=-1) + step
    return level


def _columns(
    drawing: Drawing, neurons: dict[str, Neuron], edges: list[DiagramEdge]
) -> dict[str, int]:
    """Return the column of each node; inputs and units stand just before what reads them first."""
    level = _levels(drawing.network, neurons)
    columns = {edge.target: level[edge.target] for edge in edges}
    for edge in edges:
        if edge.source not in level or drawing.network.equation(edge.source) is None:
            before = level[edge.target] - 1
            columns[edge.source] = min(columns.get(edge.source, before), before)
    for name in level:
        columns.setdefault(name, 0)
    return columns


def _node(
    drawing: Drawing, name: str, neuron: Neuron | None, edges: list[DiagramEdge]
) -> DiagramNode:
    """Return a node; here every node shows its value, as its arrows show weights."""
    tensor = drawing.network[name]
    leaving = sum(edge.source == name for edge in edges)
    node = replace(tensor_node(drawing, tensor, leaving), value=drawing.value(name))
    if neuron is None:
        return replace(node, gradient="") if tensor.kind == INPUT else node
    words, names = node.tooltip, (name,)
    if neuron.total != neuron.output:
        words += "; " + node_words(drawing, drawing.network[neuron.total])
        names = (neuron.total, name)
    return replace(
        node,
        kind="neuron",
        formula=(),
        gradient=drawing.gradient(name),
        tooltip=words,
        names=names,
        paths=node.paths or drawing.paths_through(neuron.total),
    )
