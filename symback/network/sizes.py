"""Size expressions as numbers."""

from __future__ import annotations

from collections.abc import Mapping

from sympy import Expr, Symbol

from symback.algebra.plain import plain
from symback.errors import ValuesError


def size_value(size: Expr, sizes: Mapping[Symbol, int]) -> int:
    """Return the integer that a size expression is; raises ValuesError if it has none.

    Why may it be negative? The constants of positions are size expressions too: T - 1 - 5.
    """
    if size.is_Integer:
        return int(size)
    if isinstance(size, Symbol) and size in sizes:
        return sizes[size]
    value = size.xreplace(sizes)
    if value.free_symbols:
        unbound = ", ".join(sorted(s.name for s in value.free_symbols))
        raise ValuesError(
            f"the size {plain(size)} was asked for",
            f"no value for {unbound}",
            f"give the values of a tensor that has an axis of size {unbound}",
        )
    if not value.is_Integer:
        raise ValuesError(
            f"the size {plain(size)} was asked for",
            f"{value}, which is no integer",
            "check the sizes",
        )
    return int(value)
