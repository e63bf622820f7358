"""The graph of a network: tensors as nodes, one edge for each place where an equation reads one.

``graph_of`` is the view for people and graph algorithms; the other functions answer what symback
asks itself, without networkx and without recursion.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from symback.algebra.traversal import entries
from symback.errors import DefinitionError
from symback.network.network import Network, reads
from symback.network.recurrences import Recurrence, computed_order, needed_for, stages
from symback.network.tensors import Tensor

if TYPE_CHECKING:
    from networkx import MultiDiGraph

MOST_PATHS = 1000


def graph_of(network: Network) -> MultiDiGraph:
    """Return the graph of the tensors; x*x gives two edges from x.

    Nodes are names with the attributes kind, shape (as text) and equation (as text; none for what
    is given). The edges to a tensor are its operand slots: each has the attributes slot (its
    number, in the order of writing) and entry (what is read there, as text).
    """
    # Why here? networkx alone takes as long to import as all of symback.
    from networkx import MultiDiGraph

    graph = MultiDiGraph(name=network.name)
    for tensor in network.tensors.values():
        shape = ", ".join(map(str, tensor.shape)) + "," * (tensor.rank == 1)
        graph.add_node(tensor.name, kind=tensor.kind, shape=f"({shape})")
    for equation in network.equations:
        graph.nodes[equation.target]["equation"] = str(equation)
        for slot, entry in enumerate(entries(equation.written)):
            graph.add_edge(entry.tensor, equation.target, slot=slot, entry=str(entry))
    return graph


def consumers(network: Network) -> dict[str, tuple[str, ...]]:
    """Return, for every tensor, the targets whose equations read it, in the order of equations."""
    found: dict[str, list[str]] = {name: [] for name in network.tensors}
    for equation in network.equations:
        for name in reads(equation):
            found[name].append(equation.target)
    return {name: tuple(targets) for name, targets in found.items()}


def ancestors(network: Network, names: Iterable[object]) -> tuple[str, ...]:
    """Return the names and all that they depend on, in the order of the network."""
    sources = {e.target: reads(e) for e in network.equations}
    needed = needed_for(sources, _names(network, names))
    return tuple(name for name in network.tensors if name in needed)


def descendants(network: Network, names: Iterable[object]) -> tuple[str, ...]:
    """Return the names and all that depends on them, in the order of the network."""
    reached = needed_for(consumers(network), _names(network, names))
    return tuple(name for name in network.tensors if name in reached)


def path_count(network: Network, start: object, end: object) -> int:
    """Return how many paths lead from one tensor to another; counted, not walked.

    A path is a chain of tensors, each read by the equation of the next; 1 if start is end. Raises
    DefinitionError where paths lead through a recurrence, round and round.
    """
    return _counts(network, start, end).get(network[start].name, 0)


def paths(
    network: Network, start: object, end: object, limit: int = MOST_PATHS
) -> tuple[tuple[str, ...], ...]:
    """Return every path from one tensor to another, in the order of equations.

    Raises DefinitionError if there are more than ``limit``.
    """
    first, last = network[start].name, network[end].name
    counts = _counts(network, first, last)
    total = counts.get(first, 0)
    if total > limit:
        raise DefinitionError(
            f"the paths from {first} to {last}",
            f"{total} paths, more than {limit}",
            "path_count counts them; paths(…, limit=…) lists more",
        )
    readers = consumers(network)
    found, stack = [], [(first,)] if total else []
    while stack:
        path = stack.pop()
        if path[-1] == last:
            found.append(path)
            continue
        onward = [target for target in readers[path[-1]] if target in counts]
        stack.extend((*path, target) for target in reversed(onward))
    return tuple(found)


def _counts(network: Network, start: object, end: object) -> dict[str, int]:
    """Return, for every tensor from which the end can be reached, the number of paths to it."""
    first, last = network[start].name, network[end].name
    between = set(ancestors(network, [last])) & set(descendants(network, [first]))
    _refuse_recurrences(network, first, last, between)
    counts = {last: 1}
    for equation in reversed(computed_order(network)):
        below = counts.get(equation.target)
        if below:
            for name in reads(equation):
                counts[name] = counts.get(name, 0) + below
        if equation.target == first:
            break
    return counts


def _refuse_recurrences(network: Network, first: str, last: str, between: set[str]) -> None:
    for stage in stages(network):
        if isinstance(stage, Recurrence) and not between.isdisjoint(stage.targets):
            raise DefinitionError(
                f"the paths from {first} to {last}",
                f"they lead through time, in the recurrence of {', '.join(stage.targets)}",
                "unroll a few steps first: symback.network.unrolled.unrolled(network, steps=3)",
            )


def _names(network: Network, names: Iterable[object]) -> set[str]:
    # Why not set(names)? A text is an iterable of its letters.
    names = (names,) if isinstance(names, (str, Tensor)) else names
    return {network[name].name for name in names}


# The network cannot import its own view, so the property is attached here.
Network.graph = property(graph_of)
