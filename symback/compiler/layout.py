"""Stage place, the order of axes: the letter that no filter knows is last in memory.

Input: equations. Output: the letters that count samples of windowed reads, and the order of axes.
In Σ_{c,r} X[n,c,p+r] K[o,c,r] the letter n goes straight from the windowed read to the result and
stands in no other factor. As the last axis its values are neighbours in memory, and every tap of a
window is a long run of numbers: columns, pooling and additions by tap are then several times faster
than with channels or positions last.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from sympy import Expr

from symback.algebra.letters import Index
from symback.algebra.nodes import Binder, Delta, IndexSum
from symback.algebra.positions import is_affine, parts
from symback.algebra.traversal import entries, free_letters, subexpressions
from symback.compiler.nests import factors_of
from symback.network.tensors import ADJOINT, Equation

SMALLEST_RANK = 3  # a matrix of samples keeps its order


def batch_letters(equations: Iterable[Equation], learned: Collection[str]) -> frozenset[Index]:
    """Return the letters that go straight through a contraction with a windowed read.

    ``learned`` names the parameters, whose letters do not count samples.
    """
    # Why not adjoints? In the gradient of a filter its channels go straight through.
    nodes = [
        node
        for equation in equations
        if equation.kind != ADJOINT
        for node in subexpressions(equation.written)
        if isinstance(node, Binder)
    ]
    sums = (_straight(node, learned) for node in nodes if isinstance(node, IndexSum))
    found = frozenset().union(*sums)
    return found or frozenset().union(*(_beside_window(node, learned) for node in nodes))


def _beside_window(node: Binder, learned: Collection[str]) -> set[Index]:
    """Return the bare letters of windowed reads, of a network that only pools."""
    return {
        position
        for entry in entries(node.body)
        if entry.tensor not in learned and _is_windowed(entry.positions)
        for position in entry.positions
        if isinstance(position, Index) and position not in node.letters
    }


def _straight(node: IndexSum, learned: Collection[str]) -> set[Index]:
    factors = factors_of(node.body)
    found: set[Index] = set()
    written_apart = any(_is_windowed(f.args) for f in factors if isinstance(f, Delta))
    for number, factor in enumerate(factors):
        others = set().union(*(free_letters(f) for i, f in enumerate(factors) if i != number))
        if others & free_letters(factor) & set(node.letters):
            for entry in entries(factor):
                if entry.tensor in learned and written_apart:
                    continue
                if not (written_apart or _is_windowed(entry.positions)):
                    continue
                bare = {p for p in entry.positions if isinstance(p, Index)}
                found |= bare - others - set(node.letters)
    return found


def _is_windowed(positions: Iterable[Expr]) -> bool:
    """Is one of the positions a sum of several letters?"""
    return any(is_affine(p) and len(parts(p)[1]) > 1 for p in positions)


def ordered(letters: tuple[Index, ...], batch: frozenset[Index]) -> tuple[Index, ...]:
    """Return the letters in the order of their axes in memory."""
    if len(letters) < SMALLEST_RANK:
        return letters
    return tuple(sorted(letters, key=lambda k: k in batch))
