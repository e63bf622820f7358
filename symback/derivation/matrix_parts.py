"""Whole matrices: what a matrix formula is made of, each part with the letters of its two sides.

A part stands for the matrix of its entries: rows along ``row``, columns along ``column``. A column
has no column letter, a row no row letter. Products are not transposed but their factors, so that
each transpose of a formula can be justified by the indices of what it stands on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from sympy import Expr, Rational

from symback.algebra.letters import Index

Side = Index | None


@dataclass(frozen=True, slots=True)
class Part:
    """The base of all parts."""

    row: Side
    column: Side

    @property
    def letters(self) -> tuple[Index, ...]:
        """The letters of the sides that are longer than 1."""
        return tuple(k for k in (self.row, self.column) if k is not None)


@dataclass(frozen=True, slots=True)
class Named(Part):
    """A tensor, ``transposed`` if its letters stand the other way round in the network.

    A vector is a column, and a row if transposed.
    """

    tensor: str
    transposed: bool = False


@dataclass(frozen=True, slots=True)
class Ones(Part):
    """A matrix, column or row of ones."""


@dataclass(frozen=True, slots=True)
class Unit(Part):
    """The identity: the matrix of a Kronecker delta."""


@dataclass(frozen=True, slots=True)
class Diagonal(Part):
    """The diagonal matrix of a column."""

    vector: Part


@dataclass(frozen=True, slots=True)
class Chain(Part):
    """A matrix product: the column letter of each factor is summed with the next one's rows."""

    factors: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Entrywise(Part):
    """A product entry by entry."""

    factors: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Raised(Part):
    """Each entry to a power."""

    base: Part
    exponent: Expr


@dataclass(frozen=True, slots=True)
class Applied(Part):
    """A pointwise function of matrices of one shape, entry by entry."""

    function: str
    arguments: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Compared(Part):
    """1 where left and right stand in a relation, else 0, entry by entry."""

    operator: str
    left: Part
    right: Part


@dataclass(frozen=True, slots=True)
class Scaled(Part):
    """coefficient · Π scalars · Π numbers · matrix.

    ``scalars`` are expressions without letters, ``numbers`` parts without sides such as aᵀ·b.
    """

    coefficient: Rational
    scalars: tuple[Expr, ...]
    numbers: tuple[Part, ...]
    matrix: Part


@dataclass(frozen=True, slots=True)
class Total(Part):
    """A sum of matrices of one shape."""

    terms: tuple[Scaled, ...]


@dataclass(frozen=True, slots=True)
class Traced(Part):
    """The sum of left·right over all entries, as the trace of a product: tr(leftᵀ·right).

    With the same on both sides it is the sum of squares ‖left‖².
    """

    left: Part
    right: Part


@dataclass(frozen=True, slots=True)
class Turned(Part):
    """The transpose of what is made entry by entry: (A ⊙ B)ᵀ."""

    inner: Part


def flipped(part: Part) -> Part:
    """Return the transpose, with every transpose moved to the tensors: (A·B)ᵀ = Bᵀ·Aᵀ."""
    if isinstance(part, Turned):
        return part.inner
    sides = {"row": part.column, "column": part.row}
    if isinstance(part, Named):
        return replace(part, **sides, transposed=not part.transposed)
    if isinstance(part, Chain):
        return replace(part, **sides, factors=tuple(flipped(f) for f in reversed(part.factors)))
    if isinstance(part, Entrywise):
        return replace(part, **sides, factors=tuple(flipped(f) for f in part.factors))
    if isinstance(part, Raised):
        return replace(part, **sides, base=flipped(part.base))
    if isinstance(part, Applied):
        return replace(part, **sides, arguments=tuple(flipped(a) for a in part.arguments))
    if isinstance(part, Compared):
        return replace(part, **sides, left=flipped(part.left), right=flipped(part.right))
    if isinstance(part, Scaled):
        return replace(part, **sides, matrix=flipped(part.matrix))
    if isinstance(part, Total):
        return replace(part, **sides, terms=tuple(flipped(t) for t in part.terms))
    return replace(part, **sides)


def oriented(part: Part, row: Side) -> Part:
    """Return a part with this row letter, transposed if need be."""
    return part if part.row == row else flipped(part)


def inner_parts(part: Part) -> tuple[Part, ...]:
    """Return the parts of which a part is made, in reading order."""
    if isinstance(part, (Chain, Entrywise)):
        return part.factors
    if isinstance(part, Scaled):
        return (*part.numbers, part.matrix)
    if isinstance(part, Total):
        return part.terms
    if isinstance(part, Applied):
        return part.arguments
    if isinstance(part, Compared):
        return (part.left, part.right)
    if isinstance(part, Traced):
        return (part.left, part.right)
    if isinstance(part, Raised):
        return (part.base,)
    if isinstance(part, Turned):
        return (part.inner,)
    return (part.vector,) if isinstance(part, Diagonal) else ()


def changed(part: Part, change: Callable[[Part], Part]) -> Part:
    """Return a part whose inner parts are replaced by what ``change`` makes of them."""
    if isinstance(part, (Chain, Entrywise)):
        return replace(part, factors=tuple(map(change, part.factors)))
    if isinstance(part, Scaled):
        numbers = tuple(map(change, part.numbers))
        return replace(part, numbers=numbers, matrix=change(part.matrix))
    if isinstance(part, Total):
        return replace(part, terms=tuple(map(change, part.terms)))
    if isinstance(part, Applied):
        return replace(part, arguments=tuple(map(change, part.arguments)))
    if isinstance(part, (Compared, Traced)):
        return replace(part, left=change(part.left), right=change(part.right))
    if isinstance(part, Raised):
        return replace(part, base=change(part.base))
    if isinstance(part, Turned):
        return replace(part, inner=change(part.inner))
    return replace(part, vector=change(part.vector)) if isinstance(part, Diagonal) else part


def fewest_transposes(part: Part) -> Part:
    """Return the same matrix, with one transpose in place of one on each factor of A ⊙ B.

    Vectors stay columns.
    """
    entry_by_entry = isinstance(part, (Entrywise, Raised, Applied, Compared, Total))
    if entry_by_entry and len(part.letters) == 2:
        turned = flipped(part)
        if _transposes(turned) < _transposes(part):
            return Turned(part.row, part.column, changed(turned, fewest_transposes))
    return changed(part, fewest_transposes)


def _transposes(part: Part) -> int:
    named = (p for p in walk(part) if isinstance(p, Named) and len(p.letters) == 2)
    return sum(p.transposed for p in named)


def in_columns(part: Part) -> Part:
    """Return the formula for networks whose samples are columns: every matrix is the transpose.

    There a name stands for the transpose of the network's matrix, and so does the result.
    """
    part = _unturned(part)
    whole = flipped(part) if len(part.letters) == 2 else part
    return fewest_transposes(_renamed(whole))


def _unturned(part: Part) -> Part:
    """Return a part with every transpose on a tensor."""
    if isinstance(part, Turned):
        return flipped(_unturned(part.inner))
    return changed(part, _unturned)


def _renamed(part: Part) -> Part:
    if isinstance(part, Named) and len(part.letters) == 2:
        return replace(part, transposed=not part.transposed)
    return changed(part, _renamed)


def walk(part: Part) -> Iterator[Part]:
    """Yield a part and all within it, outer before inner, in reading order."""
    yield part
    for inner in inner_parts(part):
        yield from walk(inner)
