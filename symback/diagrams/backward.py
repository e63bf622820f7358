"""In which order a backward pass finds the adjoints of a network's tensors."""

from __future__ import annotations

from collections.abc import Iterable

from symback.network.graph import ancestors, consumers, descendants
from symback.network.network import Network
from symback.network.recurrences import computed_order
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
    equations = [e.target for e in computed_order(network)]
    given = [name for name in network.tensors if network.equation(name) is None]
    for name in reversed([*given, *equations]):
        if name in between and name != of:
            # A reader without a distance yet reads an earlier step: it is no way to the goal.
            found = (distance[t] for t in readers[name] if t in distance)
            distance[name] = 1 + max(found, default=0)
    place = {name: number for number, name in enumerate(network.tensors)}
    found = (name for name in distance if name == of or _has_adjoint(network, name))
    return tuple(sorted(found, key=lambda name: (distance[name], place[name])))


def _has_adjoint(network: Network, name: str) -> bool:
    return not network[name].integer and network[name].kind != CONSTANT
