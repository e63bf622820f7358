"""One formula for many layers: the numbers in names made the letter ℓ, as in Z_ℓ = A_{ℓ−1} W_ℓ."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import fields, replace

from symback.notation.tree import Symbol, Tree

LETTER, MINUS = "ℓ", "−"
_LAST_NUMBER = re.compile(r"(.+?)([1-9]\d{0,5}|0)(\D*)\Z")

# {name: (its number, what is added to ℓ in its place)}
Shifts = Mapping[str, tuple[int, int]]


def numbered(name: str) -> tuple[str, int] | None:
    """Return (name with {} for its last number, number): ("net_h{}", 12); None without one."""
    found = _LAST_NUMBER.match(name)
    return (f"{found[1]}{{}}{found[3]}", int(found[2])) if found else None


def shifted(offset: int) -> str:
    """Return ℓ, ℓ−1 or ℓ+1."""
    return f"{LETTER}{MINUS if offset < 0 else '+'}{abs(offset)}" if offset else LETTER


def lettered(tree: Tree, shifts: Shifts) -> Tree:
    """Return a formula in which the numbers of these names are ℓ, each moved by its offset."""
    if isinstance(tree, Symbol):
        name = tree.adjoint_of or tree.name
        if name in shifts:
            tree = _lettered(tree, *shifts[name])
    changed = {}
    for field in fields(tree):
        old = getattr(tree, field.name)
        new = _inside(old, shifts)
        if new is not old:
            changed[field.name] = new
    return replace(tree, **changed) if changed else tree


def _inside(value: object, shifts: Shifts) -> object:
    if isinstance(value, Tree):
        return lettered(value, shifts)
    if isinstance(value, tuple):
        new = tuple(_inside(item, shifts) for item in value)
        return value if all(a is b for a, b in zip(new, value, strict=True)) else new
    return value


def _lettered(symbol: Symbol, number: int, offset: int) -> Symbol:
    """Return the symbol with ℓ for its number: in its layer, its label, or behind its letter."""
    digits, text = str(number), shifted(offset)
    before, _, after = symbol.name.rpartition(digits)
    name = before + (f"({text})" if offset else text) + after
    symbol = replace(symbol, name=name, latex="", verbatim=False)
    if symbol.layer == digits:
        return replace(symbol, layer=text)
    for place in range(len(symbol.label) - 1, -1, -1):
        stem = symbol.label[place].removesuffix(digits)
        if stem != symbol.label[place]:
            parts = (*symbol.label[:place], *([stem] if stem else ()), text)
            return replace(symbol, label=parts + symbol.label[place + 1 :])
    return replace(symbol, base=symbol.base.removesuffix(digits), label=(text, *symbol.label))
