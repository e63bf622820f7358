"""Highlighted routes: the paths of a weight to the goal, or paths that a person names."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from symback.errors import DefinitionError
from symback.network.graph import ancestors, descendants, path_count, paths
from symback.network.network import Network, reads

# More paths than this would hide each other: they are shown as one.
MOST_PATHS = 6


@dataclass(frozen=True, slots=True)
class Route:
    """Arrows (source, target) that are highlighted together, and how the legend calls them.

    ``stations`` are the tensors of a single path; a route of many paths has ``words`` instead.
    """

    arrows: frozenset[tuple[str, str]]
    stations: tuple[str, ...] = ()
    words: str = ""

    def runs_through(self, name: str) -> bool:
        """Whether a tensor lies on the route."""
        return name in self.stations or any(name in arrow for arrow in self.arrows)


def named_route(network: Network, names: Sequence[str], inner: Iterable[str] = ()) -> Route:
    """Return the route along the named tensors.

    Where one is not read by the next, it leads through ``inner``: tensors that a rewriting made.
    """
    inner = set(inner)
    arrows: set[tuple[str, str]] = set()
    for source, target in pairwise(names):
        equation = network.equation(target)
        if equation is not None and source in reads(equation):
            arrows.add((source, target))
        else:
            arrows |= _between(network, source, target, inner)
    return Route(frozenset(arrows), tuple(names))


def weight_routes(network: Network, weight: str, of: str) -> list[Route]:
    """Return each path from a weight to the goal; of more than MOST_PATHS one route of all.

    Raises DefinitionError where there is no goal, or no path to it.
    """
    asked = f"the paths of {weight}"
    if not of:
        raise DefinitionError(asked, "a network without a loss", "draw a derivation: derive(net)")
    count = path_count(network, weight, of)
    if not count or weight == of:
        raise DefinitionError(asked, f"{of} does not depend on it", "name a tensor that it reads")
    if count <= MOST_PATHS:
        return [named_route(network, path) for path in paths(network, weight, of)]
    return [Route(_between(network, weight, of), words=f"{count} paths from {weight} to {of}")]


def _between(
    network: Network, source: str, target: str, inner: set[str] | None = None
) -> frozenset[tuple[str, str]]:
    """Return the arrows of all paths between two tensors (through ``inner`` tensors only)."""
    nodes = set(descendants(network, [source])) & set(ancestors(network, [target]))
    if inner is not None:
        nodes &= inner | {source, target}
    return frozenset(
        (name, equation.target)
        for equation in network.equations
        for name in reads(equation)
        if name in nodes and equation.target in nodes and equation.target != source
    )
