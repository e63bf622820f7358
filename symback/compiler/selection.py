"""Stage select: which equations and tensors the wanted outputs need.

Input: a network and names. Output: the equations in network order, with log of softmax and the like
in their stable forms, and the tensors that must be given.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import chain

from sympy import Expr, Symbol

from symback.algebra.letters import Index
from symback.algebra.positions import Affine
from symback.algebra.traversal import subexpressions
from symback.derivation.stabilise import stabilised_equations
from symback.network.network import Network, reads
from symback.network.tensors import GIVEN, Equation, Tensor


@dataclass(frozen=True, slots=True)
class Selection:
    """What a program is made of."""

    equations: tuple[Equation, ...]
    given: tuple[str, ...]
    sizes: tuple[Symbol, ...]


def selected(network: Network, outputs: Iterable[str], also_given: Iterable[str] = ()) -> Selection:
    """Return what the outputs need; the values of ``also_given`` are asked for anyway."""
    stable = stabilised_equations(network)
    equations = {e.target: e for e in network.equations}
    for target, (written, _) in stable.items():
        equations[target] = replace(equations[target], written=written)
    needed = _needed(equations, outputs)
    kept = tuple(e for e in equations.values() if e.target in needed)
    needed.update(also_given)
    leaves = [t for t in network.tensors.values() if t.kind in GIVEN]
    symbols = _sizes([t for t in leaves if t.name in needed], kept)
    _add_size_givers(leaves, needed, symbols)
    given = [t for t in leaves if t.name in needed]
    symbols.update(_sizes(given, ()))
    return Selection(kept, tuple(t.name for t in given), tuple(symbols))


def _sizes(tensors: Iterable[Tensor], equations: Iterable[Equation]) -> dict[Symbol, None]:
    """Return every symbol that a size mentions, in order of appearance."""
    found: dict[Expr, None] = {}
    for tensor in tensors:
        found.update(dict.fromkeys(tensor.shape))
    for equation in equations:
        found.update((letter.size, None) for letter in equation.letters)
        initial = () if equation.initial is None else subexpressions(equation.initial)
        for node in chain(subexpressions(equation.written), initial):
            if isinstance(node, Index):
                found[node.size] = None
            elif isinstance(node, Affine):
                found[node.constant] = None
                found.update((letter.size, None) for letter in node.coefficients)
            elif isinstance(node, Symbol):
                found[node] = None
    ordered = (s for size in found for s in sorted(size.free_symbols, key=str))
    return dict.fromkeys(ordered)


def _add_size_givers(leaves: Iterable[Tensor], needed: set[str], symbols: Iterable[Symbol]) -> None:
    """Ask for one more tensor for each size that no needed tensor has as an axis."""
    known = {size for t in leaves if t.name in needed for size in t.shape}
    for symbol in symbols:
        giver = next((t for t in leaves if symbol in t.shape), None)
        if symbol not in known and giver is not None:
            needed.add(giver.name)
            known.update(giver.shape)


def _needed(equations: dict[str, Equation], outputs: Iterable[str]) -> set[str]:
    needed, stack = set(), list(outputs)
    while stack:
        name = stack.pop()
        if name not in needed:
            needed.add(name)
            if name in equations:
                stack.extend(reads(equations[name]))
    return needed
