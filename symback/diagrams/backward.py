"""In which order a backward pass finds the adjoints of a network's tensors."""

from __future__ import annotations

from collections.abc import Iterable

from symback.network.graph import ancestors, consumers, descendants
from symback.network.network import Network
from symback.network.tensors import CONSTANT


def backward_order(network: Network, of: str, wrt: Iterable[str] = ()) -> tuple[str, ...]:
    """Return the goal, then what lies between it and ``wrt``, nearest to the goal first.

    Near is the longest path: so every adjoint comes after those that it is computed from. Tensors
    as near as each other keep the order of the network. Without ``wrt``: all parameters, of a
    network that has none all that the goal depends on.
    """
    if not of:
        return ()
    wanted = list(wrt) or [tensor.name for tensor in network.parameters] or list(network.tensors)
    between = set(ancestors(network, [of])) & set(descendants(network, wanted))
    readers = consumers(network)
    distance = {of: 0}
    for name in reversed(network.tensors):
        if name in between and name != of:
            distance[name] = 1 + max(distance[t] for t in readers[name] if t in between)
    place = {name: number for number, name in enumerate(network.tensors)}
    found = (name for name in distance if name == of or _has_adjoint(network, name))
    return tuple(sorted(found, key=lambda name: (distance[name], place[name])))


def _has_adjoint(network: Network, name: str) -> bool:
    return not network[name].integer and network[name].kind != CONSTANT
