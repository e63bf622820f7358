"""The contraction recogniser: Σ_letters a[…]·b[…] as a matrix product.

Each letter of two factors plays one of four parts:

    batch    in both factors, not summed      one product for each value
    rows     in the first only, not summed    rows of the product
    columns  in the second only, not summed   columns of the product
    inner    in both, summed                  what a matrix product sums over

A letter that is summed and stands in one factor only is summed there first (``first``, ``second``).
The compiler makes GEMMs of it, the matrix notation writes Xᵀ Z̄.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass

from symback.algebra.letters import Index

Letters = tuple[Index, ...]


@dataclass(frozen=True, slots=True)
class Contraction:
    """The part of every letter, in the order of the first factor, then of the second."""

    batch: Letters
    rows: Letters
    columns: Letters
    inner: Letters
    first: Letters = ()
    second: Letters = ()

    @property
    def is_product(self) -> bool:
        """Is this a product of two matrices, a matrix and a vector, or two vectors?"""
        return bool(self.inner) and not self.batch and not self.first and not self.second


def contraction(
    first: Sequence[Index], second: Sequence[Index], summed: Collection[Index]
) -> Contraction:
    """Return the part that each letter plays in Σ_summed first·second."""
    in_both = [k for k in first if k in second]
    return Contraction(
        batch=tuple(k for k in in_both if k not in summed),
        rows=tuple(k for k in first if k not in second and k not in summed),
        columns=tuple(k for k in second if k not in first and k not in summed),
        inner=tuple(k for k in in_both if k in summed),
        first=tuple(k for k in first if k not in second and k in summed),
        second=tuple(k for k in second if k not in first and k in summed),
    )


# The order of more than two factors ---------------------------------------------------------------

# What one multiplication costs: in a GEMM, in a dot product along one axis, in an array product.
GEMM_COST, DOT_COST, ARRAY_COST = 1, 4, 16
MOST_FACTORS_SEARCHED = 5

Pair = tuple[int, int]


def pairwise_order(
    factors: Sequence[frozenset[Index]],
    summed: frozenset[Index],
    size: Callable[[Index], int],
) -> list[Pair]:
    """Return which two factors to contract, again and again, until one is left.

    Each pair (i, j) with i < j takes the factors i and j of the list so far out of it and appends
    their product, with every letter summed that no other factor mentions. The cheapest order up to
    five factors, the cheapest next pair beyond.
    """
    factors = list(factors)
    if len(factors) > MOST_FACTORS_SEARCHED:
        order = []
        while len(factors) > 1:
            pair = min(_pairs(factors), key=lambda p: _cost(factors, p, summed, size))
            factors = _contracted(factors, pair, summed)
            order.append(pair)
        return order
    return _cheapest(factors, summed, size)[1]


def summed_now(
    factors: Sequence[frozenset[Index]], pair: Pair, summed: Iterable[Index]
) -> frozenset[Index]:
    """Return the letters that can be summed as soon as the pair is multiplied."""
    others = frozenset().union(*(f for place, f in enumerate(factors) if place not in pair))
    both = factors[pair[0]] | factors[pair[1]]
    return frozenset(k for k in summed if k in both and k not in others)


def _pairs(factors: Sequence[frozenset[Index]]) -> list[Pair]:
    return [(i, j) for j in range(len(factors)) for i in range(j)]


def _contracted(
    factors: list[frozenset[Index]], pair: Pair, summed: frozenset[Index]
) -> list[frozenset[Index]]:
    result = factors[pair[0]] | factors[pair[1]]
    rest = [f for place, f in enumerate(factors) if place not in pair]
    return [*rest, result - summed_now(factors, pair, summed)]


def _cost(
    factors: list[frozenset[Index]],
    pair: Pair,
    summed: frozenset[Index],
    size: Callable[[Index], int],
) -> int:
    first, second = (factors[place] for place in pair)
    volume = 1
    for letter in sorted(first | second, key=lambda k: k.name):
        volume *= size(letter)
    if not summed_now(factors, pair, summed):
        return ARRAY_COST * volume
    is_matrix = bool(first - second) or bool(second - first)
    return (GEMM_COST if is_matrix else DOT_COST) * volume


def _cheapest(
    factors: list[frozenset[Index]], summed: frozenset[Index], size: Callable[[Index], int]
) -> tuple[int, list[Pair]]:
    if len(factors) == 1:
        return 0, []
    best: tuple[int, list[Pair]] | None = None
    for pair in _pairs(factors):
        cost = _cost(factors, pair, summed, size)
        if best is not None and cost >= best[0]:
            continue
        further, order = _cheapest(_contracted(factors, pair, summed), summed, size)
        if best is None or cost + further < best[0]:
            best = cost + further, [pair, *order]
    return best
