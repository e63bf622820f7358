"""One entry of one equation being written out: numbers for letters, names for entries."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from sympy import Expr, Integer, Symbol

from symback.algebra.letters import Index
from symback.algebra.nodes import Bounded, Floored, Remainder
from symback.algebra.operators import Node
from symback.algebra.positions import Entry, parts
from symback.errors import DefinitionError
from symback.network.tensors import Equation

ZERO, ONE = Integer(0), Integer(1)
MOST_TERMS = 200_000
Letters = Mapping[Index, int]


@dataclass(frozen=True, slots=True)
class Denominator:
    """The sum below a softmax, as a scalar of its own."""

    name: str
    place: tuple[int, ...]
    total: Expr


@dataclass
class Scalars:
    """What every scalar is called, and how long every axis is; ``states`` are their equations."""

    sizes: Mapping[Symbol, Integer]
    lengths: Mapping[str, tuple[int, ...]]
    names: Mapping[tuple[str, tuple[int, ...]], str]
    states: Mapping[str, Equation]
    terms: int = 0
    kinds: dict[str, dict[tuple[Expr, Index], int]] = field(default_factory=dict)
    known: dict[tuple[str, int, tuple[int, ...]], Denominator] = field(default_factory=dict)


class Writing:
    """One entry of one equation being written out by a table of forms."""

    def __init__(
        self, scalars: Scalars, equation: Equation, shown: str, forms: Mapping[type, Callable]
    ) -> None:
        self.scalars, self.equation, self.shown, self.forms = scalars, equation, shown, forms
        self.new: list[Denominator] = []

    def number(self, position: Expr, letters: Letters) -> int:
        """Return the number that a position or a size is."""
        if isinstance(position, Index):
            return letters[position]
        if isinstance(position, Entry):
            raise self.error(
                f"{position} is a position that only values tell",
                "scalarize a network without gathers: sum(onehot[n,v]*E[v,j], v)",
            )
        if isinstance(position, (Floored, Remainder)):
            above, below = (self.number(a, letters) for a in position.args)
            return above // below if isinstance(position, Floored) else above % below
        constant, coefficients = parts(position)
        value = constant.xreplace(self.scalars.sizes)
        if not value.is_Integer:
            raise self.error(f"{position} is {value}", "choose other sizes")
        return int(value) + sum(c * letters[letter] for letter, c in coefficients.items())

    def error(self, found: str, helps: str = "") -> DefinitionError:
        """Return an error that names the entry that is being written out."""
        return DefinitionError(f"scalarize: the equation of {self.shown}", found, helps)

    def value(self, node: Expr, letters: Letters) -> Expr:
        """Return the expression with numbers for letters."""
        form = self.forms.get(type(node))
        if form:
            return form(self, node, letters)
        if isinstance(node, Node):
            args = (self.value(a, letters) if isinstance(a, Expr) else a for a in node.args)
            return node.func(*args)
        return Integer(self.number(node, letters)) if node.free_symbols else node

    def places(self, binders: list[Expr], outer: Letters) -> list[Letters]:
        """Return the letters for every term of a binder; bounds are read outside of it."""
        ranges = []
        for binder in binders:
            low, high = 0, self.number(letter_of(binder).size, outer) - 1
            if isinstance(binder, Bounded):
                low, high = self.number(binder.low, outer), self.number(binder.high, outer)
            ranges.append((letter_of(binder), range(low, high + 1)))
        places: list[dict[Index, int]] = [dict(outer)]
        for letter, values in ranges:
            self.scalars.terms += len(places) * len(values)
            if self.scalars.terms > MOST_TERMS:
                found = f"with all before it more than {MOST_TERMS} terms"
                raise self.error(found, "choose smaller sizes")
            places = [{**place, letter: value} for place in places for value in values]
        return places


def letter_of(binder: Expr) -> Index:
    """Return the letter of a binder, with or without bounds."""
    return binder.letter if isinstance(binder, Bounded) else binder


def vanishes(node: Expr, value: Expr) -> bool:
    """Is this a zero that was not written as one?"""
    return value == ZERO and node != ZERO
