"""Tensors and equations: the data that a network is made of."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sympy import Expr

from symback.algebra.canonical import key
from symback.algebra.evaluated import evaluated
from symback.algebra.letters import Index
from symback.algebra.operators import Operators
from symback.algebra.positions import Entry, as_position
from symback.algebra.traversal import entries
from symback.errors import DefinitionError
from symback.network.distributions import Distribution

INPUT, PARAMETER, CONSTANT, RANDOM, BUFFER = "input", "parameter", "constant", "random", "buffer"
DEFINED, LOSS, ADJOINT, UPDATE = "defined", "loss", "adjoint", "update"
STATE = "state"  # declared, without its equation so far
GIVEN = (INPUT, PARAMETER, RANDOM, BUFFER)  # what has no equation, and a value at each call


@dataclass(frozen=True, eq=False)
class Tensor(Operators):
    """A tensor of a network: ``X[n, i]`` is an entry of it; a rank-0 tensor stands for itself.

    ``kind`` is one of input, parameter, constant, random, buffer, defined, loss, adjoint; a state
    is of the kind state until it has its equation. The first letter of a state is its time.
    """

    name: str
    letters: tuple[Index, ...]
    kind: str
    one_hot: bool = False  # exactly one 1 along the last letter, else 0: a declared fact
    integer: bool = False
    init: Any = None  # "glorot", "he", "zeros", "ones" or an array; None is the default of its rank
    value: Expr | None = None  # of a constant
    latex: str | None = None
    is_state: bool = False
    initial: Expr | None = None  # of a state before time 0, of a buffer before the first step; 0
    distribution: Distribution | None = None  # of a random tensor

    @property
    def rank(self) -> int:
        return len(self.letters)

    @property
    def shape(self) -> tuple[Expr, ...]:
        """The sizes of the axes, as SymPy expressions."""
        return tuple(letter.size for letter in self.letters)

    @property
    def entry(self) -> Entry:
        """The entry at the tensor's own letters."""
        return Entry(self.name, *self.letters)

    def __getitem__(self, positions: object) -> Entry:
        positions = positions if isinstance(positions, tuple) else (positions,)
        if len(positions) != self.rank:
            raise DefinitionError(
                f"an entry of {self} was asked for",
                f"{len(positions)} position{'s' * (len(positions) != 1)} for rank {self.rank}",
                f"write {self}",
            )
        return Entry(self.name, *(as_position(p, f"{self.name}[…]") for p in positions))

    def _sympy_(self) -> Entry:
        if self.letters:
            raise DefinitionError(
                f"the tensor {self.name} was used as a number",
                f"rank {self.rank}",
                f"write an entry of it: {self}",
            )
        return Entry(self.name)

    def __iter__(self) -> None:
        raise DefinitionError(
            f"the items of the tensor {self.name} were asked for",
            "a tensor without values",
            f"write an entry of it: {self}; Python's sum and max do not reduce it, sb.sum does",
        )

    def __str__(self) -> str:
        return str(self.entry)

    def __repr__(self) -> str:
        return f"{self.kind} {self.entry}"

    def facts(self) -> tuple:
        """Return what two equal tensors share; initial values in an array are values, not facts."""
        init = self.init if isinstance(self.init, str) else None
        value = None if self.value is None else key(self.value)
        initial = None if self.initial is None else key(self.initial)
        drawn = None if self.distribution is None else self.distribution.facts()
        declared = (self.one_hot, self.integer, init, value, self.latex, initial, drawn)
        return (self.name, self.letters, self.kind, *declared)


@dataclass(frozen=True)
class Equation:
    """target[letters] = written; ``expr`` is the same in SymPy's own arithmetic.

    ``kind`` is defined, loss, adjoint or update. ``initial`` is what a state is before time 0.
    """

    target: str
    letters: tuple[Index, ...]
    written: Expr
    kind: str = DEFINED
    initial: Expr | None = None
    _evaluated: list[Expr] = field(default_factory=list, compare=False, repr=False)

    @property
    def entry(self) -> Entry:
        return Entry(self.target, *self.letters)

    @property
    def expr(self) -> Expr:
        """The right-hand side as a SymPy expression (made when first read)."""
        if not self._evaluated:
            self._evaluated.append(evaluated(self.written))
        return self._evaluated[0]

    def __str__(self) -> str:
        return f"{self.entry} = {self.written}"


def reads(equation: Equation) -> tuple[str, ...]:
    """Return the tensors that an equation reads, each once, in the order of writing.

    A state reads its initial value too: who reads the state needs both.
    """
    sides = (side for side in (equation.written, equation.initial) if side is not None)
    return tuple(dict.fromkeys(e.tensor for side in sides for e in entries(side)))
