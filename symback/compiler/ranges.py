"""Ranges of letters: bounded sums that start at 0, and the reads to check when sizes are known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sympy import Expr, Max

from symback.algebra.letters import Index
from symback.algebra.nodes import Bounded
from symback.algebra.positions import affine, surely_nonnegative
from symback.algebra.traversal import fresh_letter
from symback.compiler.pieces import Piece


@dataclass(frozen=True, slots=True)
class RangeCheck:
    """0 ≤ ``place`` < ``size`` must hold wherever all the guards do.

    Checked at binding, or in every call if the place is read from a tensor.
    """

    what: str
    size: Expr
    place: Piece
    guards: tuple[Piece, ...]


def is_renaming(mapping: Mapping[Index, Expr]) -> bool:
    """Does each letter become a letter of its size, and no two the same?"""
    new = list(mapping.values())
    return len(set(new)) == len(new) and all(
        isinstance(n, Index) and n.size == k.size for k, n in mapping.items()
    )


def sized(name: str, size: Expr) -> Index:
    """Return a letter of any size, also of one that may be 0."""
    return Expr.__new__(Index, Index(name, 1).args[0], size)


def shifted(binder: Bounded, taken: tuple[Index, ...]) -> tuple[Index, dict[Index, Expr]]:
    """Return a letter that runs from 0 over as many values, and what the old one is in it."""
    size = binder.high - binder.low + 1
    if not (size.is_Integer or surely_nonnegative(size)):
        size = Max(0, size)
    if binder.low == 0 and size == binder.letter.size:
        return binder.letter, {}
    letter = sized(fresh_letter(binder.letter, {k.name for k in taken}).name, size)
    return letter, {binder.letter: affine(binder.low, {letter: 1})}
