"""How large arrays are, about: an open size counts as a typical one.

Only costs are compared with these numbers; no result depends on them.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from sympy import Expr, Integer

from symback.algebra.letters import Index

TYPICAL_SIZE = Integer(64)


@lru_cache(maxsize=4096)
def typical(size: Expr) -> int:
    """Return the size as an integer, at least 1."""
    if not size.is_Integer:
        size = size.xreplace(dict.fromkeys(size.free_symbols, TYPICAL_SIZE))
    return max(1, int(size))


def length(letter: Index) -> int:
    """Return about how many values a letter has."""
    return typical(letter.size)


def volume(letters: Iterable[Index]) -> int:
    """Return about how many entries an array with these axes has."""
    product = 1
    for letter in letters:
        product *= typical(letter.size)
    return product
