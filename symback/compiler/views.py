"""Views as text: how a statement reads an array whose axes are permuted or merged."""

from __future__ import annotations

from collections.abc import Sequence

from sympy import Integer

from symback.compiler.plan import Groups
from symback.compiler.sizes import size_text


def view_text(base: str, axes: Sequence, groups: Groups) -> tuple[str, str]:
    """Return the text of a view and a word for it: reshape, then transpose, then new axes."""
    text, word = base, "view"
    full = [g for g in groups if g]
    in_memory = sorted(full)
    if any(len(g) > 1 for g in full):
        sizes = []
        for group in in_memory:
            product = Integer(1)
            for axis in group:
                product = product * axes[axis].size
            sizes.append(size_text(product))
        text, word = f"{text}.reshape({', '.join(sizes)})", "flat"
    order = [in_memory.index(g) for g in full]
    if order != sorted(order):
        text += ".T" if order == [1, 0] else f".transpose({', '.join(map(str, order))})"
        word = "T" if order == [1, 0] else "moved"
    if len(full) < len(groups):
        text += f"[{', '.join(':' if g else 'None' for g in groups)}]"
        word = "column" if groups == ((0,), ()) else word
    return text, word
