"""A network of tensors as the network of its entries, so that level "scalars" can draw it."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product

from symback.derivation.derive import Derivation, derive
from symback.errors import DefinitionError
from symback.network.network import Network
from symback.network.scalar_names import name_of_entry
from symback.network.scalarize import scalarize
from symback.network.values import checked_values, size_value

MOST_DRAWN = 400


def entries_of(
    x: Network | Derivation, at: Mapping[str, object] | None
) -> tuple[Network | Derivation, Mapping[str, object] | None]:
    """Return a network or derivation of scalars, and its values; what is scalar stays as it is.

    Open sizes are those of the arrays in ``at``. Raises DefinitionError for sizes that nothing
    gives, and for more entries than a picture shows; ValuesError for values that do not fit.
    """
    network = x.forward if isinstance(x, Derivation) else x
    if not any(tensor.rank for tensor in network.tensors.values()):
        return x, at
    given = {getattr(name, "name", name): value for name, value in (at or {}).items()}
    arrays, sizes = checked_values(network, given, list(given), what="values to draw")
    small = scalarize(network, **{symbol.name: size for symbol, size in sizes.items()})
    if len(small.tensors) > MOST_DRAWN:
        raise DefinitionError(
            f"draw {network.name} at level 'scalars'",
            f"{len(small.tensors)} entries; a picture shows at most {MOST_DRAWN}",
            "draw level='equations', or give fewer samples and smaller sizes",
        )
    values = {
        name_of_entry(name, place): array[place]
        for name, array in arrays.items()
        for place in product(*map(range, array.shape))
    }
    if isinstance(x, Derivation):
        wanted = [
            name_of_entry(name, place)
            for name in x.wrt
            for place in product(*(range(size_value(k, sizes)) for k in network[name].shape))
        ]
        small = derive(small, wanted, x.of)
    return small, (values if at is not None else None)
