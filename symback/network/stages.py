"""Stages: a nested equation written as a chain of short ones, so that it can be read one by one.

    E = (sigmoid(w*x + b) - y)**2/2   becomes   z = w*x + b,  a = sigmoid(z),  E = (a - y)**2/2

What gets a name: the composite argument of a function (z), a function inside a formula (a; p for a
softmax), a sum over letters or of several tensors that is multiplied or raised to a power (s). A
logarithm stays where it is written, so that log of a probability is still seen as one form; what
stands in a ``where`` stays too, since only the branch that is taken may be computed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from sympy import Expr

from symback.algebra.canonical import key
from symback.algebra.letters import Index
from symback.algebra.nodes import (
    Binder,
    Bounded,
    Delta,
    Floored,
    IndexMean,
    IndexSum,
    Iverson,
    Padded,
    Remainder,
    Softmax,
    Where,
)
from symback.algebra.operators import (
    Decimal,
    Plus,
    Pointwise,
    Power,
    Quotient,
    Times,
)
from symback.algebra.positions import Affine, Entry
from symback.algebra.traversal import entries, free_letters, rename, subexpressions
from symback.network.network import Network
from symback.network.rebuilding import remade
from symback.network.tensors import ADJOINT, LOSS, Equation
from symback.network.wellformed import letters_of

ARGUMENT, FUNCTION, SHARE, SUM = "z", "a", "p", "s"
WHOLE = (Entry, Padded, Index, Affine, Floored, Remainder, Decimal, Where, Iverson, Delta)
NOT_SIMPLE = (Binder, Pointwise, Power, Where, Iverson, Delta)
UNNAMED_FUNCTIONS = ("log", "stop_gradient")


def staged(network: Network, loss: str | None = None) -> Network:
    """Return a network of the same values whose inner functions and sums are tensors of their own.

    New names are z, a, p and s, numbered when there are several, and none that the network uses.
    The equation of ``loss`` becomes the loss of a network that has none yet.
    """
    stages = _Stages(frozenset(c.name for c in network.constants))
    whole = [replace(e, kind=LOSS) if e.target == loss else e for e in network.equations]
    equations = [stage for equation in whole for stage in stages.split(equation)]
    names = _names(stages.made, {*network.tensors, *network.letters, *network.sizes})
    before: dict[str, list[Equation]] = {}
    inner: list[Equation] = []
    for stage in equations:
        inner.append(replace(stage, written=rename(stage.written, tensors=names)))
        if stage.target in network:
            before[stage.target], inner = inner, []

    def last_stage(made: Network, equation: Equation) -> Equation:
        *inner, last = before[equation.target]
        for stage in inner:
            made.define(names[stage.target], stage.letters, stage.written)
        return last

    return remade(network, last_stage)


@dataclass
class _Stages:
    """The stages so far: their entries by key, and (provisional name, stem, argument) in order.

    ``argument`` is the provisional name of what a function reads, whose number it shares.
    """

    constants: frozenset[str]
    named: dict[tuple, Entry] = field(default_factory=dict)
    made: list[tuple[str, str, str | None]] = field(default_factory=list)
    pending: list[Equation] = field(default_factory=list)
    letters: tuple[Index, ...] = ()

    def split(self, equation: Equation) -> Iterator[Equation]:
        """Yield the stages that an equation needs first, then what is left of it."""
        if equation.kind == ADJOINT:
            yield equation
            return
        self.letters = tuple(dict.fromkeys((*equation.letters, *letters_of(equation.written))))
        written = self._right_side(equation.written, frozenset())
        yield from self.pending
        self.pending = []
        yield Equation(equation.target, equation.letters, written, equation.kind)

    def _right_side(self, expression: Expr, limited: frozenset[Index]) -> Expr:
        """Split what stands on the right of an equation: its outermost function needs no name."""
        if _is_function(expression):
            return self._parts(expression, limited)
        return self._split(expression, limited, inner=False)

    def _split(self, node: Expr, limited: frozenset[Index], inner: bool) -> Expr:
        """Return the node with its stages named; an ``inner`` sum over letters is one."""
        if isinstance(node, WHOLE) or not node.args:
            return node
        if _is_function(node):
            stem = SHARE if isinstance(node, Softmax) else FUNCTION
            return self._name(stem, self._parts(node, limited), limited)
        if isinstance(node, (Binder, Pointwise)):
            new = self._parts(node, limited)
            return self._name(SUM, new, limited) if inner and _is_sum(node) else new
        operands = []
        for place, operand in enumerate(node.args):
            multiplied = self._is_multiplied(node, place)
            raised = isinstance(node, Power)
            new = self._split(operand, limited, inner or multiplied or raised)
            if multiplied and isinstance(new, Plus) and len(set(self._entries(new))) > 1:
                new = self._name(SUM, new, limited)
            operands.append(new)
        return node.func(*operands)

    def _parts(self, node: Expr, limited: frozenset[Index]) -> Expr:
        """Return a function or a sum with its operands split; composite arguments are stages."""
        if isinstance(node, Pointwise):
            return node.func(node.args[0], *(self._argument(a, limited) for a in node.arguments))
        limited |= {b.letter for b in node.binders if isinstance(b, Bounded)}
        if _is_sum(node):
            body = self._split(node.body, limited, inner=False)
        else:
            body = self._argument(node.body, limited)
        return node.func(body, *node.args[1:])

    def _argument(self, node: Expr, limited: frozenset[Index]) -> Expr:
        if self._is_simple(node):
            return node
        if _is_function(node):
            return self._split(node, limited, inner=False)
        new = self._right_side(node, limited)
        return new if self._is_simple(new) else self._name(ARGUMENT, new, limited)

    def _name(self, stem: str, expression: Expr, limited: frozenset[Index]) -> Expr:
        """Make the expression a stage and return its entry; under a bounded letter nothing changes.

        Why not there? A stage has an entry for each value of its letters, also beyond the bounds.
        """
        free = free_letters(expression)
        if free & limited:
            return expression
        found = self.named.get(key(expression))
        if found is None:
            letters = tuple(k for k in self.letters if k in free)
            name = f"sb_stage{len(self.made)}"
            self.named[key(expression)] = found = Entry(name, *letters)
            read = next((e.tensor for e in entries(expression)), None)
            self.made.append((name, stem, read))
            self.pending.append(Equation(name, letters, expression))
        return found

    def _is_multiplied(self, node: Expr, place: int) -> bool:
        """Is the operand multiplied by, or divided by or into, something that is no number?"""
        if not isinstance(node, (Times, Quotient)):
            return False
        others = (a for number, a in enumerate(node.args) if number != place)
        return any(next(self._entries(a), None) is not None for a in others) or (
            isinstance(node, Quotient) and place == 1
        )

    def _is_simple(self, node: Expr) -> bool:
        """Is this one entry up to numbers: x, -x, x/2, 1 - x?"""
        if any(isinstance(p, NOT_SIMPLE) for p in subexpressions(node)):
            return False
        return sum(1 for _ in self._entries(node)) <= 1

    def _entries(self, node: Expr) -> Iterator[Entry]:
        """Yield the entries that are read, but for constants, which count as numbers."""
        return (e for e in entries(node) if e.tensor not in self.constants)


def _is_function(node: Expr) -> bool:
    """Is this a function that gets a name where it stands inside a formula?"""
    if isinstance(node, Pointwise):
        return node.name not in UNNAMED_FUNCTIONS
    return isinstance(node, Softmax)


def _is_sum(node: Expr) -> bool:
    return isinstance(node, (IndexSum, IndexMean))


def _names(made: list[tuple[str, str, str | None]], taken: set[str]) -> dict[str, str]:
    """Return the final name of each stage: z, a if no stem occurs twice, else z1, a1, z2, a2."""
    stems = [stem for _, stem, _ in made]
    if len(set(stems)) == len(stems) and taken.isdisjoint(stems):
        return {provisional: stem for provisional, stem, _ in made}
    names: dict[str, str] = {}
    numbers: dict[str | None, int] = {}
    used = set(taken)
    for provisional, stem, argument in made:
        number = numbers.get(argument, 1) if stem in (FUNCTION, SHARE) else 1
        while f"{stem}{number}" in used:
            number += 1
        names[provisional], numbers[provisional] = f"{stem}{number}", number
        used.add(names[provisional])
    return names
