"""Which sizes hang together: an image of 28 under a window of 3 has 26 places for it.

Where a tensor is read at a position such as p + r, its axis is as long as the position reaches. So
a size that is made smaller takes along those that it reaches into.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from symback.algebra.letters import Index
from symback.algebra.nodes import Delta
from symback.algebra.positions import Affine
from symback.algebra.traversal import entries, subexpressions
from symback.network.network import Network

SMALL = (3, 4, 2, 5, 6)
Ties = Mapping[int, list[Affine]]


def smaller_sizes(network: Network, kept: int) -> dict[int, int]:
    """Return {784: 3, …} for the integer sizes above ``kept``, those that hang together alike."""
    letters = network.letters.values()
    large = dict.fromkeys(int(k.size) for k in letters if k.size.is_Integer and k.size > kept)
    ties: dict[int, list[Affine]] = {}
    for size, position in _reaches(network):
        known = position.constant.is_Integer
        if known and all(k.size.is_Integer and k.size != size for k in position.coefficients):
            ties.setdefault(size, []).append(position)
    free = [size for size in large if size not in ties]
    chosen = {size: min(size, SMALL[i % len(SMALL)]) for i, size in enumerate(free)}
    for size in (size for size in large if size in ties):
        _follow(size, ties, chosen, set())
    return {size: chosen[size] for size in large if chosen[size] != size}


def _reaches(network: Network) -> Iterator[tuple[int, Affine]]:
    """Yield (the length of an axis, a position on it) for positions that combine letters."""
    for equation in network.equations:
        for entry in entries(equation.written):
            for size, position in zip(network[entry.tensor].shape, entry.positions, strict=True):
                if isinstance(position, Affine) and size.is_Integer:
                    yield int(size), position
        for node in subexpressions(equation.written):
            if isinstance(node, Delta):
                for own, position in (node.args, node.args[::-1]):
                    if isinstance(own, Index) and isinstance(position, Affine):
                        if own.size.is_Integer:
                            yield int(own.size), position


def _follow(size: int, ties: Ties, chosen: dict[int, int], open_sizes: set[int]) -> int:
    """Return the new size of an axis, by the new sizes of the letters that reach into it."""
    if size in chosen or size not in ties or size in open_sizes:
        return chosen.get(size, size)
    open_sizes.add(size)
    reached = []
    for position in ties[size]:
        letters = {k: _follow(int(k.size), ties, chosen, open_sizes) for k in position.coefficients}
        high = _highest(position, {k: int(k.size) for k in letters})
        new = _highest(position, letters)
        # What lies behind the last place that is read stays as long, up to one entry.
        reached.append(max(1, new + 1 + min(1, max(0, size - 1 - high))))
    open_sizes.discard(size)
    chosen[size] = min(size, max(reached))
    return chosen[size]


def _highest(position: Affine, sizes: Mapping[Index, int]) -> int:
    """Return the largest value of a position for letters of these sizes."""
    high = position.constant
    for letter, coefficient in position.coefficients.items():
        high += max(0, coefficient * (sizes[letter] - 1))
    return int(high)
