"""Large operators: signs such as Σ and Π, and words such as max, with letters under them."""

from __future__ import annotations

from symback.notation.tree import ATOM, PRODUCT, Big, Bound

SIGNS = ("Σ", "Π")


def is_sign(operator: str) -> bool:
    """Is this a sign, whose last value stands above it, and not a word?"""
    return operator in SIGNS


def body_place(big: Big) -> int:
    """Return how tightly the body must bind: a word acts on one factor."""
    return PRODUCT if is_sign(big.operator) else ATOM


def sharing(big: Big) -> list[list[Bound]]:
    """Return the letters under each sign: a letter with bounds has a Σ of its own.

    A word has all its letters below it, and their bounds: min_{0 ≤ j ≤ i}.
    """
    if not is_sign(big.operator):
        return [list(big.bounds)]
    runs: list[list[Bound]] = []
    for bound in big.bounds:
        if not runs or bound.low is not None or runs[-1][0].low is not None:
            runs.append([])
        runs[-1].append(bound)
    return runs
