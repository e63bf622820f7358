"""A network of tensors as the network of its entries, so that level "scalars" can draw it."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product
from math import prod

import numpy as np
from sympy import Symbol

from symback.derivation.derive import Derivation, derive
from symback.errors import DefinitionError
from symback.network.network import Network
from symback.network.scalar_names import name_of_entry
from symback.network.scalarize import scalarize
from symback.network.values import checked_values, size_value
from symback.record.archive import StoredDerivation

MOST_DRAWN = 800

Drawable = Network | Derivation | StoredDerivation
Place = tuple[int, ...]
Arrays = Mapping[str, np.ndarray]
Sizes = Mapping[Symbol, int]


def network_of(x: Drawable) -> Network:
    """Return the network itself, or the one whose gradients a derivation holds."""
    return x if isinstance(x, Network) else x.forward


def entries_of(
    x: Drawable, at: Mapping[str, object] | None
) -> tuple[Drawable, Mapping[str, object] | None]:
    """Return a network or derivation of scalars, and its values; what is scalar stays as it is.

    Open sizes are those of the arrays in ``at``. Raises DefinitionError for sizes that nothing
    gives, and for more entries than a picture shows; ValuesError for values that do not fit.
    """
    network = network_of(x)
    if not any(tensor.rank for tensor in network.tensors.values()):
        return x, at
    arrays, sizes = _sized(network, at)
    count = _count(network, sizes)
    if count > MOST_DRAWN:
        raise DefinitionError(
            f"draw {network.name} at level 'scalars'",
            f"{count} entries; a picture shows at most {MOST_DRAWN}",
            "draw level='layers' or 'equations', or give fewer samples and smaller sizes",
        )
    small = scalarize(network, **{symbol.name: size for symbol, size in sizes.items()})
    values = {
        name_of_entry(name, place): array[place]
        for name, array in arrays.items()
        for place in product(*map(range, array.shape))
    }
    if not isinstance(x, Network):
        wanted = [
            name_of_entry(name, place)
            for name in x.wrt
            for place in product(*(range(size_value(k, sizes)) for k in network[name].shape))
        ]
        small = derive(small, wanted, x.of)
    return small, (values if at is not None else None)


def entry_count(x: Drawable, at: Mapping[str, object] | None) -> int:
    """Return how many entries all tensors have together, at the sizes of the arrays in ``at``."""
    network = network_of(x)
    return _count(network, _sized(network, at)[1])


def _sized(network: Network, at: Mapping[str, object] | None) -> tuple[Arrays, Sizes]:
    given = {getattr(name, "name", name): value for name, value in (at or {}).items()}
    arrays, sizes = checked_values(network, given, list(given), what="values to draw")
    open_sizes = sorted(
        {
            str(s)
            for t in network.tensors.values()
            for k in t.shape
            for s in k.free_symbols
            if s not in sizes
        }
    )
    if open_sizes:
        raise DefinitionError(
            f"draw {network.name} at level 'scalars'",
            f"no value gives the size {', '.join(open_sizes)}",
            "give values of the tensors, at={…}, or make it scalar first: sb.scalarize",
        )
    return arrays, sizes


def _count(network: Network, sizes: Sizes) -> int:
    return sum(
        prod(size_value(size, sizes) for size in tensor.shape)
        for tensor in network.tensors.values()
    )


def named_entry(weight: object) -> tuple[str, Place]:
    """Return (name, place) of a weight given as a name, a tensor, or a pair (name, place)."""
    name, place = weight if isinstance(weight, tuple) and len(weight) == 2 else (weight, ())
    place = place if isinstance(place, tuple) else (place,)
    name = "" if name is None else getattr(name, "name", name)
    if not isinstance(name, str) or not all(isinstance(number, int) for number in place):
        raise DefinitionError(
            "the paths of a weight", f"weight={str(weight)[:60]}", 'weight="W1", or ("W1", (3, 5))'
        )
    return name, place


def entry_name(x: Drawable, name: str, place: Place) -> str:
    """Return the name of a weight's entry in the network of the entries; of a scalar its own."""
    tensor = network_of(x)[name]
    if len(place) != tensor.rank:
        raise DefinitionError(
            f"the paths of {name} at level 'scalars'",
            f"the place {place}" if place else f"no place, but {tensor} has many entries",
            f'name one, counted from 0: weight=("{name}", ({", ".join("0" * tensor.rank)}))',
        )
    return name_of_entry(tensor.name, place) if place else tensor.name
