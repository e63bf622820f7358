"""How random tensors are drawn: the names of distributions, their numbers, their means."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from sympy import Expr, Integer, Rational

from symback.algebra.canonical import key
from symback.algebra.evaluated import evaluated
from symback.algebra.operators import as_expression
from symback.algebra.plain import plain
from symback.algebra.positions import Entry
from symback.algebra.traversal import rebuilt
from symback.errors import DefinitionError


@dataclass(frozen=True, slots=True)
class Row:
    """A distribution: the names of its numbers, what they are by default, its mean, a draw."""

    defaults: Mapping[str, Expr]
    is_legal: Callable[..., bool]
    must: str
    mean: Callable[..., Expr]
    draw: Callable[..., np.ndarray]


ROWS: dict[str, Row] = {
    "bernoulli": Row(
        {"p": Rational(1, 2)},
        lambda p: 0 <= p <= 1,
        "p lies between 0 and 1",
        lambda p: p,
        lambda generator, shape, p: (generator.random(shape) < p).astype(float),
    ),
    "normal": Row(
        {"mean": Integer(0), "deviation": Integer(1)},
        lambda mean, deviation: deviation >= 0,
        "deviation is at least 0",
        lambda mean, deviation: mean,
        lambda generator, shape, mean, deviation: generator.normal(mean, deviation, shape),
    ),
    "uniform": Row(
        {"low": Integer(0), "high": Integer(1)},
        lambda low, high: low <= high,
        "low is at most high",
        lambda low, high: as_expression(low + high) / 2,
        lambda generator, shape, low, high: generator.uniform(low, high, shape),
    ),
}


@dataclass(frozen=True)
class Distribution:
    """bernoulli(p), normal(mean, deviation), uniform(low, high): numbers, or made of constants."""

    name: str
    numbers: tuple[Expr, ...]

    def by_name(self) -> dict[str, Expr]:
        """Return the numbers by their names: p; mean and deviation; low and high."""
        return dict(zip(ROWS[self.name].defaults, self.numbers, strict=True))

    @property
    def mean(self) -> Expr:
        """The mean, which stands for the tensor at prediction."""
        return ROWS[self.name].mean(*self.numbers)

    def drawn(
        self, shape: tuple[int, ...], generator: np.random.Generator, constants: Mapping[str, Expr]
    ) -> np.ndarray:
        """Return an array of random numbers; ``constants`` are the values of those it reads."""
        numbers = (float(number_of(number, constants)) for number in self.numbers)
        return ROWS[self.name].draw(generator, shape, *numbers)

    def facts(self) -> tuple:
        """Return what two equal distributions share."""
        return (self.name, *map(key, self.numbers))

    def __str__(self) -> str:
        return f"{self.name}({', '.join(map(plain, self.numbers))})"


def number_of(expression: Expr, constants: Mapping[str, Expr]) -> Expr:
    """Return the SymPy number that an expression of constants is."""

    def value(node: Expr) -> Expr | None:
        return constants[node.tensor] if isinstance(node, Entry) else None

    return evaluated(rebuilt(expression, value))


def checked_numbers(
    what: str, name: object, given: Mapping[str, object]
) -> tuple[str, dict[str, object]]:
    """Return the name of a distribution and its numbers by name, defaults filled in.

    Raises DefinitionError for a name or a number that there is not.
    """
    row = ROWS.get(name) if isinstance(name, str) else None
    if row is None:
        known = ", ".join(f"{n}({', '.join(r.defaults)})" for n, r in ROWS.items())
        raise DefinitionError(
            f"{what}: the distribution {str(name)[:40]!r}", "no such name", f"use {known}"
        )
    unknown = [number for number in given if number not in row.defaults]
    if unknown:
        found = f"{unknown[0]}, which {name} does not have"
        helps = f"write {name}({', '.join(row.defaults)})"
        raise DefinitionError(f"{what}: {name}", found, helps)
    return name, {**row.defaults, **given}


def checked_distribution(
    what: str, name: str, numbers: tuple[Expr, ...], constants: Mapping[str, Expr]
) -> Distribution:
    """Return the distribution with these numbers; raises DefinitionError for impossible ones."""
    made = Distribution(name, numbers)
    if not ROWS[name].is_legal(*(number_of(number, constants) for number in numbers)):
        raise DefinitionError(f"{what}: {made}", "impossible numbers", ROWS[name].must)
    return made
