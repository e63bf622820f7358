"""form="scalar": a network of tensors explained number by number, each entry a symbol."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product
from typing import Any

import numpy as np

from symback.derivation.derive import Derivation, derive
from symback.errors import DefinitionError
from symback.network.network import Network
from symback.network.scalar_names import name_of_entry
from symback.network.scalarize import scalarize
from symback.network.tensors import BUFFER
from symback.network.values import checked_values, size_value

# More gradients than these fill a book that nobody reads.
MOST_GRADIENTS = 400


def in_scalars(
    derivation: Any,
    names: tuple[str, ...],
    place: tuple[int, ...] | None,
    at: Mapping[str, object] | None,
) -> tuple[Derivation, tuple[str, ...], dict[str, float] | None]:
    """Return (derivation by every entry, the entries that are wanted, the values of entries).

    Open sizes come from the values. Raises DefinitionError for too many gradients or scalars, and
    where what is differentiated is a tensor.
    """
    network = derivation.forward
    if network[derivation.of].rank:
        raise DefinitionError(
            "explain: form='scalar'",
            f"{network[derivation.of]} is differentiated, and it is no single number",
            "derive one entry of it: scalarize(network, …), then derive(…, of="
            f"{name_of_entry(derivation.of, (0,) * network[derivation.of].rank)!r})",
        )
    arrays: dict[str, np.ndarray] = {}
    sizes: dict = {}
    if at is not None:
        # Why not all buffers? One that a step only writes needs no value.
        named = {getattr(name, "name", name) for name in at} if isinstance(at, Mapping) else ()
        leaves = [t.name for t in network.given if t.kind != BUFFER or t.name in named]
        arrays, sizes = checked_values(network, at, leaves, what="explain: at")
    scalars = scalarize(network, **{symbol.name: size for symbol, size in sizes.items()})
    wanted = [entry for name in names for entry in _entries(network, name, place, sizes)]
    if len(wanted) > MOST_GRADIENTS:
        raise DefinitionError(
            f"explain: {', '.join(names)} entry by entry",
            f"{len(wanted)} gradients",
            'name one entry: explain(d, "W1", weight=(0, 0), form="scalar", at=…)',
        )
    values = {
        name_of_entry(name, where): float(value)
        for name, array in arrays.items()
        for where, value in np.ndenumerate(array)
    }
    # All entries of all parameters: an update moves them at once.
    every = [e for name in derivation.wrt for e in _entries(network, name, None, sizes)]
    derived = derive(scalars, dict.fromkeys([*every, *wanted]), derivation.of)
    return derived, tuple(wanted), values if at is not None else None


def _entries(
    network: Network, name: str, place: tuple[int, ...] | None, sizes: Mapping
) -> list[str]:
    if place is not None:
        return [name_of_entry(name, place)]
    shape = [size_value(size, sizes) for size in network[name].shape]
    return [name_of_entry(name, where) for where in product(*map(range, shape))]
