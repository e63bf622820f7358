"""The nodes that bind letters or choose: sums, means, softmax, deltas, brackets, where.

A binder holds its letters under their own names; ``algebra.traversal`` renames without capture. No
node evaluates anything: a delta or bracket that vanished by itself could not be recorded as a step.
"""

from __future__ import annotations

from sympy import Expr

from symback.algebra.letters import Index
from symback.algebra.operators import Condition, Node


class Bounded(Node):
    """A bound letter with inclusive bounds: low ≤ letter ≤ high."""

    __slots__ = ()

    @property
    def letter(self) -> Index:
        return self.args[0]

    @property
    def low(self) -> Expr:
        return self.args[1]

    @property
    def high(self) -> Expr:
        return self.args[2]


class Binder(Node):
    """A node whose first operand, the body, is read for every value of the letters behind it."""

    __slots__ = ()

    @property
    def body(self) -> Expr:
        return self.args[0]

    @property
    def binders(self) -> tuple[Expr, ...]:
        """The bound letters as written: letters, or letters with bounds."""
        return self.args[1:]

    @property
    def letters(self) -> tuple[Index, ...]:
        """The bound letters."""
        return tuple(b.letter if isinstance(b, Bounded) else b for b in self.binders)


class IndexSum(Binder):
    """Σ_letters body."""

    __slots__ = ()


class IndexMean(Binder):
    """(1 / number of values) Σ_letters body."""

    __slots__ = ()


class LogSumExp(Binder):
    """log Σ_letters exp(body)."""

    __slots__ = ()


class ReadAt(Binder):
    """A binder of one letter: bound in the body, and read at a position, its last operand."""

    __slots__ = ()

    @property
    def binders(self) -> tuple[Expr, ...]:
        return self.args[1:2]

    @property
    def at(self) -> Expr:
        return self.args[2]


class Softmax(ReadAt):
    """exp(body at position) / Σ_letter exp(body): bound in the body, read at ``at``."""

    __slots__ = ()


class IndexMax(Binder):
    """The largest body over all values of the letters; −∞ over none."""

    __slots__ = ()


class IndexMin(Binder):
    """The smallest body over all values of the letters; ∞ over none."""

    __slots__ = ()


class IndexProduct(Binder):
    """Π_letters body; 1 over none."""

    __slots__ = ()


class First(ReadAt):
    """1 where ``at`` is the first letter at which the body is largest, else 0: arg max as a mask.

    Bound in the body, read at ``at``. Among equal values the first one counts, so a maximum has one
    winner, and the derivative of a maximum is this mask.
    """

    __slots__ = ()


class Padded(Node):
    """An entry that is 0 where its positions lie outside the tensor."""

    __slots__ = ()

    @property
    def entry(self) -> Expr:
        return self.args[0]


class Floored(Node):
    """⌊position / divisor⌋, the divisor a positive integer or size: a position and a value."""

    __slots__ = ()


class Remainder(Node):
    """position mod divisor, between 0 and divisor − 1: a position and a value."""

    __slots__ = ()


class Delta(Node):
    """1 where two positions are equal, else 0 (Kronecker)."""

    __slots__ = ()


class InRange(Condition):
    """low ≤ position < high."""

    __slots__ = ()


class Iverson(Node):
    """[condition]: 1 where it is true, else 0."""

    __slots__ = ()


class Where(Node):
    """a where the condition holds, else b; the branch not taken adds exactly 0 to derivatives."""

    __slots__ = ()


class Partial(Node):
    """∂a/∂b of an entry or expression by an entry: what a chain-rule line is made of.

    ``Partial(a, b)`` with a an Entry of a defined tensor means the derivative through its own
    equation only (direct); where a is the goal of the derivation, ``Total(a, b)`` is used instead.
    """

    __slots__ = ()


class Total(Node):
    """∂a/∂b through every path of the network: what an adjoint is."""

    __slots__ = ()


# The names of the binders in the language.
BINDER_NAMES = {
    IndexSum: "sum",
    IndexMean: "mean",
    IndexMax: "max",
    IndexMin: "min",
    IndexProduct: "prod",
    LogSumExp: "logsumexp",
    Softmax: "softmax",
    First: "first",
}
