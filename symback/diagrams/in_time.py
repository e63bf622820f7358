"""A network or derivation drawn in time: its recurrence written out for a few steps."""

from __future__ import annotations

from collections.abc import Mapping

from symback.derivation.derive import derive
from symback.diagrams.entries import Drawable, network_of
from symback.diagrams.naming import namer_of
from symback.diagrams.steps import Timeline
from symback.network.network import Network
from symback.network.unrolled import first_steps, names_in_time, unrolled


def in_time(
    x: Drawable, steps: int, at: Mapping[str, object] | None
) -> tuple[Drawable, Mapping[str, object] | None, Timeline]:
    """Return the network or derivation of the first steps, the values of these, and their places.

    The goal and what is derived by are those of each step, the goal that of the last one. Raises
    DefinitionError for a network without states.
    """
    network = network_of(x)
    small = unrolled(network, steps)
    timeline = _timeline(network, steps)
    values = None if at is None else first_steps(network, steps, at)
    if isinstance(x, Network):
        return small, values, timeline
    wrt = [own for name in x.wrt for own in names_in_time(network, name, steps)]
    return derive(small, wrt, names_in_time(network, x.of, steps)[-1]), values, timeline


def _timeline(network: Network, steps: int) -> Timeline:
    places, equations = {}, []
    namer = namer_of(network)
    for tensor in network.tensors.values():
        names = names_in_time(network, tensor.name, steps)
        if names == (tensor.name,):
            continue
        places |= {name: (tensor.name, step) for step, name in enumerate(names)}
        equation = network.equation(tensor.name)
        if equation is not None:
            equations.append(namer.equation(tensor, equation.written))
    time = network.states[0].letters[0]
    return Timeline(steps, time.name, str(time.size), places, tuple(equations))
