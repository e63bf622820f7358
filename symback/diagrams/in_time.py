"""A network or derivation drawn in time: its recurrence written out for a few steps."""

from __future__ import annotations

from collections.abc import Mapping

from symback.derivation.derive import derive
from symback.diagrams.entries import Drawable, network_of
from symback.network.network import Network
from symback.network.unrolled import first_steps, names_in_time, unrolled


def in_time(
    x: Drawable, steps: int, at: Mapping[str, object] | None
) -> tuple[Drawable, Mapping[str, object] | None]:
    """Return the network or derivation of the first steps, and the values of these.

    The goal and what is derived by are those of each step, the goal that of the last one. Raises
    DefinitionError for a network without states.
    """
    network = network_of(x)
    small = unrolled(network, steps)
    values = None if at is None else first_steps(network, steps, at)
    if isinstance(x, Network):
        return small, values
    wrt = [own for name in x.wrt for own in names_in_time(network, name, steps)]
    return derive(small, wrt, names_in_time(network, x.of, steps)[-1]), values
