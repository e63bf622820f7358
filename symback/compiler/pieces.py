"""Forms: expressions as the compiler holds them, shared where they are equal up to letters' names.

A ``Form`` is a node whose free letters are numbered in order of appearance: two expressions that
differ only in the names of their letters, bound or free, are one form. A ``Piece`` is a form read
at letters of one's own. One form is therefore one array, computed once, whatever its readers call
its axes.

    constant   a number or an expression of sizes     call     a ufunc of the operands
    letter     the value of a letter                  compare  a truth value (both, either, ...)
    read       an entry at affine positions           mask     1 where a condition holds, else 0
    take       an entry at positions of any kind      select   (condition, a, b)
    place      a position as an integer               sum, max, min, prod over the bound letters
    product    coefficient · Π factor**exponent       argmax   the first letter at which it is max
    plus       constant + Σ coefficient · operand     first    1 at the first letter of the largest
    scatter    Σ_bound body · Π δ(place, letter)      divided  ⌊place / d⌋, or place mod d

``algebra.canonical.value_key`` is the same idea on SymPy trees; here the key of a node is made from
the identities of its operands, so that a network of any size is numbered in linear time.
"""

from __future__ import annotations

from typing import NamedTuple

from sympy import Expr, Integer

from symback.algebra.letters import Index

# SymPy keeps one object each: numbers are compared with these by identity, which is far quicker.
ONE, ZERO, MINUS_ONE = Integer(1), Integer(0), Integer(-1)
CONSTANT, LETTER, READ, PRODUCT, PLUS, CALL = (
    "constant",
    "letter",
    "read",
    "product",
    "plus",
    "call",
)
COMPARE, BOTH, EITHER, NEGATION, MASK, SELECT = (
    "compare",
    "both",
    "either",
    "negation",
    "mask",
    "select",
)
SUM, MAX, MIN, PROD, ARGMAX = "sum", "max", "min", "prod", "argmax"
TAKE, PLACE, DIVIDED = "take", "place", "divided"
SCATTER, FIRST = "scatter", "first"
MOST_TAPS = 64  # windows up to this are taken apart, one array operation for each place in them
TRUTHS = (COMPARE, BOTH, EITHER, NEGATION)


class Read(NamedTuple):
    """Which tensor is read; without ``places`` at letters alone, in the order of its axes.

    A place is (constant, ((number of a letter, its coefficient), …)), one for each axis. A guarded
    read may lie outside, where a bracket makes it 0; a ``padded`` one is this number there.
    ``integer``: of an integer tensor, as a place.
    """

    tensor: str
    places: tuple[tuple[Expr, tuple[tuple[int, int], ...]], ...] | None = None
    sizes: tuple[Expr, ...] = ()
    guarded: bool = False
    integer: bool = False
    padded: Expr | None = None


class Form:
    """One node: its operands are forms in the form's own ``letters`` and ``bound`` letters."""

    __slots__ = (
        "bound",
        "data",
        "depth",
        "finite",
        "identifier",
        "infinite",
        "kind",
        "letters",
        "operands",
        "static",
    )

    def __init__(
        self,
        identifier: int,
        kind: str,
        data: tuple,
        operands: tuple[Piece, ...],
        letters: tuple[Index, ...],
        bound: tuple[Index, ...],
    ) -> None:
        self.identifier, self.kind, self.data = identifier, kind, data
        self.operands, self.letters, self.bound = operands, letters, bound
        # Static: known as soon as the sizes are, because no tensor is read.
        self.static = kind not in (READ, TAKE) and all(t.form.static for t in operands)
        # Finite: surely so for finite tensors of moderate size; 0 times it is then 0.
        self.finite = all(t.form.finite for t in operands) and _keeps_finite(kind, data, operands)
        # Infinite: entries may be infinite on purpose, to mask them.
        self.infinite = any(t.form.infinite for t in operands) and kind not in (CALL, MASK)
        if kind == CONSTANT:
            self.infinite = data[0].is_infinite is True
        self.depth = 1 + max((t.form.depth for t in operands), default=0)


class Piece(NamedTuple):
    """A form read at ``letters``, one for each letter of the form."""

    form: Form
    letters: tuple[Index, ...]

    def at(self, renaming: dict[Index, Index]) -> Piece:
        """Return the piece with its letters renamed one to one."""
        return Piece(self.form, tuple(renaming.get(k, k) for k in self.letters))

    @property
    def operands(self) -> tuple[Piece, ...]:
        """The operands in the piece's own letters (of forms that bind nothing)."""
        renaming = dict(zip(self.form.letters, self.letters, strict=True))
        return tuple(t.at(renaming) for t in self.form.operands)

    @property
    def constant(self) -> Expr | None:
        """The value of a constant; None for everything else."""
        return self.form.data[0] if self.form.kind == CONSTANT else None


def _keeps_finite(kind: str, data: tuple, operands: tuple[Piece, ...]) -> bool:
    """Are the values finite if those of the operands are?"""
    if kind == CONSTANT:
        return data[0].is_finite is not False
    if kind == PRODUCT:
        return all(exponent > 0 for exponent in data[1])
    if kind == CALL and data[0] in ("exp", "expm1"):
        return _is_shifted(operands[0])
    return kind != CALL or data[0] not in ("log", "log1p", "sqrt", "power")


def _is_shifted(piece: Piece) -> bool:
    """Is this body - max body, which is never positive?"""
    form = piece.form
    return form.kind == PLUS and any(
        weight is MINUS_ONE and operand.form.kind == MAX
        for weight, operand in zip(form.data[1], form.operands, strict=True)
    )
