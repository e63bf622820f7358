"""The catalogue of mistakes: one row for each, from the commonest to the rarest.

``law`` says what the mistake does to a right derivation; the mistakes themselves are made by
``equation_mistakes`` (an adjoint equation altered), ``rule_mistakes`` (a rule of differentiation
altered), ``stale`` and ``factors``. ``kind_hint`` is the second hint, ``cause`` the third: {what}
is what was left out or changed, {instead} what stands in its place, {adjoint} where.
"""

from __future__ import annotations

from dataclasses import dataclass

from sympy import Expr

from symback.derivation.adjoint import Problem


@dataclass(frozen=True, slots=True)
class CatalogueRow:
    """A mistake by name: what it does to the right derivation, and how a hint speaks of it."""

    name: str
    law: str
    kind_hint: str
    cause: str


@dataclass(frozen=True, slots=True)
class Mistake:
    """One mistake made in one derivation: the adjoint equations that it alters, and its words.

    ``stage`` is the tensor at whose adjoint it happens, empty for a mistake of an update;
    ``changes`` are (tensor, altered equation).
    ``problem`` is what was derived wrongly, where a rule was misapplied.
    """

    row: str
    stage: str
    changes: tuple[tuple[str, Expr], ...]
    what: str = ""
    instead: str = ""
    problem: Problem | None = None

    @property
    def version(self) -> dict[str, Expr]:
        """The altered adjoint equations, by forward tensor."""
        return dict(self.changes)


_R = CatalogueRow
ROWS: tuple[CatalogueRow, ...] = (
    _R(
        "constant factor",
        "all of it is multiplied by a number or a size",
        "Every entry is off by the same factor.",
        "It is exactly {what} what it should be.",
    ),
    _R(
        "transposed",
        "rows and columns are exchanged",
        "The numbers are right, their places are not.",
        "It is transposed: {what}.",
    ),
    _R(
        "missing activation derivative",
        "f'(z) is left out where z passes through f",
        "A function stands on the way, and its derivative must be a factor.",
        "The derivative of {what} is missing in {adjoint}.",
    ),
    _R(
        "derivative at the output",
        "f'(f(z)) for f'(z)",
        "A derivative is taken at the wrong place.",
        "The derivative of {what} is taken at its output instead of at its argument.",
    ),
    _R(
        "output formula at the argument",
        "a formula in the output a, such as 1 - a², is read with the argument z",
        "A derivative is taken at the wrong place.",
        "The derivative of {what} is written with its output, and the argument was put in: "
        "{instead}.",
    ),
    _R(
        "function for its derivative",
        "f(z) for f'(z)",
        "A derivative is not one.",
        "The value of {what} stands where its derivative should.",
    ),
    _R(
        "derivative twice",
        "f'(z)² for f'(z)",
        "A factor stands there once too often.",
        "The derivative of {what} is multiplied in twice.",
    ),
    _R(
        "missing path",
        "one of the equations that read the tensor is left out",
        "The contributions of all paths add; one is missing.",
        "The path through {what} is missing in {adjoint}.",
    ),
    _R(
        "missing adjoint",
        "the adjoint of a tensor is taken to be 0, and so all paths through it",
        "The contributions of all paths add; some are missing.",
        "{adjoint} is missing: it was taken to be 0.",
    ),
    _R(
        "missing regulariser",
        "a term of the loss itself is left out",
        "The loss has several terms, and each has a derivative.",
        "The derivative of the term {what} of {goal} is missing.",
    ),
    _R(
        "missing term",
        "a term of a sum is treated as a constant",
        "A term is missing.",
        "The term {what} is missing in {adjoint}.",
    ),
    _R(
        "sign of a term",
        "a term has the wrong sign",
        "A sign is wrong.",
        "The term {what} has the wrong sign in {adjoint}.",
    ),
    _R(
        "softmax without cross terms",
        "∂p_i/∂z_j only for i = j",
        "Every output of a softmax depends on all its inputs.",
        "The cross terms of {what} are missing: it is differentiated as if {instead}.",
    ),
    _R(
        "taken to add up to 1",
        "Σ t = 1 is used though nobody declared it",
        "Something was used that need not be true.",
        "{what} was taken to be 1 in {adjoint}.",
    ),
    _R(
        "one occurrence only",
        "a tensor that is read more than once in an equation is differentiated once",
        "A tensor is read more than once, and each reading contributes.",
        "{what} is differentiated at one of its places only: the one in {instead} is missing.",
    ),
    _R(
        "power rule",
        "x**n is differentiated to n·x**n, or without the n",
        "A power is differentiated wrongly.",
        "{what} is differentiated to {instead}.",
    ),
    _R(
        "quotient rule",
        "a/b is differentiated by b to -a/b, or with a plus",
        "A quotient is differentiated wrongly.",
        "{what} is differentiated by what stands below to {instead}.",
    ),
    _R(
        "factor of a term",
        "one term is multiplied by a number or a size",
        "One term is off by a factor.",
        "The term {what} of {adjoint} is {instead} what it should be.",
    ),
    _R(
        "factor of an adjoint",
        "the adjoint of one tensor on the way is multiplied by a number or a size",
        "Some of the paths are off by a factor.",
        "{adjoint} is {instead} what it should be.",
    ),
    _R(
        "missing sum over samples",
        "Σ over the batch is left out: the first sample only",
        "A sum is missing.",
        "The sum over the samples {what} is missing in {adjoint}: it holds {instead} only.",
    ),
    _R(
        "missing sum",
        "Σ over a letter is left out: its first value only",
        "A sum is missing.",
        "The sum over {what} is missing in {adjoint}: it holds {instead} only.",
    ),
    _R(
        "mean for sum",
        "Σ over a letter is divided by its size",
        "A sum was taken for something else.",
        "In {adjoint} a mean over {what} stands where the sum should.",
    ),
    _R(
        "missing upstream adjoint",
        "the adjoint of the reader is left out of the chain rule",
        "A factor of the chain rule is missing.",
        "The upstream adjoint {what} is missing in {adjoint}.",
    ),
    _R(
        "missing factor",
        "a factor is left out",
        "A factor is missing.",
        "The factor {what} is missing in {adjoint}.",
    ),
    _R(
        "missing division",
        "a divisor is left out",
        "A division is missing.",
        "The division by {what} is missing in {adjoint}.",
    ),
    _R(
        "missing power",
        "x for a power of x",
        "A power is wrong.",
        "In {adjoint} {instead} stands where {what} should.",
    ),
    _R(
        "derivative of another function",
        "g'(z) for f'(z)",
        "A derivative is that of another function.",
        "{what} is differentiated as if it were {instead}.",
    ),
    _R(
        "adjoint of another tensor",
        "∂L/∂z for ∂L/∂a",
        "The derivative by one tensor was taken for that by another.",
        "{instead} stands where {adjoint} should.",
    ),
    _R(
        "swapped letters",
        "two letters of an entry are exchanged: Wᵀ for W",
        "The right tensor is read at the wrong place.",
        "In {adjoint} {instead} stands where {what} should: the letters are exchanged.",
    ),
    _R(
        "off by one",
        "an entry is read one place further",
        "A position is off by one.",
        "In {adjoint} {instead} stands where {what} should.",
    ),
    _R(
        "wrong position",
        "a position lacks a letter, or has one with the wrong sign: X[p - r] for X[p + r]",
        "The right tensor is read at the wrong place.",
        "In {adjoint} {instead} stands where {what} should.",
    ),
    _R(
        "window turned round",
        "a filter is read from its other end: W[R - 1 - r] for W[r]",
        "The right tensor is read at the wrong place.",
        "In {adjoint} a window runs the wrong way round: {instead} stands where {what} should.",
    ),
    _R(
        "step the wrong way",
        "what comes back is read at t - 1, or at t, instead of at t + 1",
        "A gradient comes back from later steps of time.",
        "In {adjoint} {instead} stands where {what} should.",
    ),
    _R(
        "gradient to all ties",
        "of several largest entries each gets the gradient, and not the first alone",
        "Of several largest entries one is the winner.",
        "In {adjoint} every entry that is largest gets the gradient; only the first counts: "
        "{what}.",
    ),
    _R(
        "product with its own factor",
        "the derivative of a product by one factor is taken to be the whole product",
        "A factor stands there once too often.",
        "In {adjoint} {instead} stands where the product of the other factors should.",
    ),
    _R(
        "overwritten",
        "a scatter keeps the last contribution to each row instead of adding them",
        "The contributions of all reads add; some are lost.",
        "In {adjoint} the last read through {what} overwrites the earlier ones; they add.",
    ),
    _R(
        "condition turned",
        "a bracket holds where it should not",
        "A condition is the wrong way round.",
        "The condition {what} is the wrong way round in {adjoint}.",
    ),
    _R(
        "wrong tensor",
        "another tensor of the same shape is read",
        "A tensor was taken for another one.",
        "In {adjoint} {instead} stands where {what} should.",
    ),
    _R(
        "factor twice",
        "a factor is multiplied in twice",
        "A factor stands there once too often.",
        "The factor {what} stands twice in {adjoint}.",
    ),
    _R(
        "derivative too much",
        "f'(z) is multiplied in where no function stands, or where it is in the formula already",
        "A derivative stands there that does not belong there.",
        "{adjoint} is multiplied by {what}, as if there were one more {instead} on the way.",
    ),
    _R(
        "factor too much",
        "a tensor is multiplied in that does not belong there",
        "A factor stands there that does not belong there.",
        "{adjoint} is multiplied by {what}, which does not belong there.",
    ),
    _R(
        "term too much",
        "a multiple of a tensor is added, such as a weight decay that the loss does not have",
        "A term stands there that does not belong there.",
        "To {adjoint} {what} is added, and the loss has no such term.",
    ),
    _R(
        "stale weights",
        "weights that were updated already are used in the backward pass",
        "The values are not those of the forward pass.",
        "{adjoint} was computed with {what} after the update (rate {instead}); all gradients are "
        "taken before any weight changes.",
    ),
    _R(
        "no update",
        "a parameter keeps its old value in the update",
        "Some of the parameters are the old ones.",
        "{what} kept the old values: not updated.",
    ),
    _R(
        "update uphill",
        "the step is added instead of subtracted",
        "The step has the wrong direction.",
        "The gradient points uphill and is to be subtracted; it was added.",
    ),
)  # fmt: skip

CATALOGUE: dict[str, CatalogueRow] = {row.name: row for row in ROWS}
RANK: dict[str, int] = {row.name: place for place, row in enumerate(ROWS)}
