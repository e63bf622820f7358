"""Names for what a layer adds: W1, b1, Z1, A1 by number, or W_hidden, b_hidden, hidden by name."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import count

from symback.algebra.letters import Index, as_size, checked_name
from symback.network.network import Network


def names_of(
    net: Network, name: str | None, output: str, *roles: str, beside: Iterable[Index] = ()
) -> dict[str, str]:
    """Return {role: name of its tensor}, the output among them.

    With a name the output has it, and the others are role_name. Without one all get the first
    number with which all are free: W1, b1, Z1; W_i_1, U_i_1 for the parts of an LSTM. ``beside``
    are letters that the network does not know yet.
    """
    roles = (*roles, output)
    if name is not None:
        checked_name(name, "name")
        return {role: f"{role}_{name}" for role in roles} | {output: name}
    used = taken(net) | {letter.name for letter in beside}
    for number in count(1):
        found = {role: f"{role}_{number}" if "_" in role else f"{role}{number}" for role in roles}
        if used.isdisjoint(found.values()):
            return found
    raise AssertionError("counting does not end")


def part(name: str | None, role: str) -> str | None:
    """Return the name of a layer within a named layer; None lets it be numbered."""
    return None if name is None else f"{role}_{name}"


def taken(net: Network) -> set[str]:
    """Return every name that the network uses: tensors, letters, sizes."""
    return {*net.tensors, *net.letters, *net.sizes}


def fresh(net: Network, stem: str, size: object, beside: Iterable[Index] = ()) -> Index:
    """Return a letter that the network does not have: ``stem``, else stem1, stem2, …

    ``beside`` are letters that the same equation gets and the network does not know yet. A stem
    that ends in a number counts on: y1 follows y and becomes y2.
    """
    used = taken(net) | {letter.name for letter in beside}
    base = stem.rstrip("0123456789") or stem
    for candidate in (base, *(f"{base}{number}" for number in range(1, len(used) + 2))):
        if candidate not in used:
            return Index(candidate, size)
    raise AssertionError("one more candidate than names")


def bound(net: Network, stem: str, size: object, beside: Iterable[Index]) -> Index:
    """Return a letter to sum over: one of this stem and size that the network has, or a new one.

    Why not always a new one? Rows of a 3×3 kernel are r in every convolution.
    """
    size = as_size(size, f"the size of {stem}")
    barred = {letter.name for letter in beside}
    known = [k for name, k in net.letters.items() if _is_numbered(name, stem) and k.size == size]
    free = [letter for letter in known if letter.name not in barred]
    return free[0] if free else fresh(net, stem, size, beside)


def _is_numbered(name: str, stem: str) -> bool:
    return name.startswith(stem) and (name == stem or name[len(stem) :].isdigit())


def letter_of(
    net: Network, units: object, stem: str, what: str, beside: Iterable[Index] = ()
) -> Index:
    """Return the letter itself, or a fresh one of the given size: 32, "H", n.size."""
    return units if isinstance(units, Index) else fresh(net, stem, as_size(units, what), beside)


def written_latex(net: Network, tensor: str, symbol: str, name: str | None) -> None:
    r"""Let a tensor print as a symbol with % for its subscript: \hat{X}_{%}, its number or name."""
    subscript = tensor.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_")
    if name is not None:
        subscript = r"\mathrm{" + name.replace("_", r"\_") + "}"
    net.set_latex(tensor, symbol.replace("%", subscript))
