"""Where expressions have values: the numbers of letters, sizes and tensors.

``meaning`` looks up what a node means in the table of its world (``compiler/meanings.py``);
positions and entries are read here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
from sympy import Expr, Symbol
from sympy.core.numbers import Number as SymPyNumber
from sympy.core.numbers import NumberSymbol

from symback.algebra.letters import Index
from symback.algebra.nodes import Floored, Padded, Remainder
from symback.algebra.positions import Affine, Entry
from symback.compiler.arithmetic import Arithmetic, constant_number
from symback.errors import NotYetError, ValuesError
from symback.network.network import Network
from symback.network.recurrences import Recurrence
from symback.network.values import size_value

Letters = Mapping[str, int]
Meaning = Callable[[Expr, Letters, "World"], object]


@dataclass(frozen=True, slots=True)
class World:
    """Where expressions have values: the tensors' numbers, the sizes, and the network's equations.

    ``meanings`` is the table by type of node. ``sources`` lists what each equation reads, in the
    order in which they are computed; ``recurrences`` holds those that are computed step by step.
    ``base`` is the world from which a difference departed: a stop_gradient reads it.
    """

    tensors: dict[str, np.ndarray]
    sizes: Mapping[Symbol, int]
    kind: Arithmetic
    meanings: Mapping[type, Meaning]
    network: Network | None = None
    sources: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    recurrences: Mapping[str, Recurrence] = field(default_factory=dict)
    base: World | None = None
    known: dict[tuple, object] = field(default_factory=dict)  # what is asked for often


def meaning(expression: Expr, letters: Letters, world: World) -> object:
    """Return what the expression is for these numbers of its free letters."""
    found = world.meanings.get(type(expression))
    if found:
        return found(expression, letters, world)
    if isinstance(expression, (SymPyNumber, NumberSymbol)):
        return constant_number(world.kind, expression)
    raise NotYetError(
        f"the value of {str(expression)[:60]}",
        f"a {type(expression).__name__}",
        f"forms with a meaning: {', '.join(t.__name__ for t in world.meanings)}",
    )


def letter_value(letter: Index, letters: Letters, world: World) -> int:
    """Return the number that a letter stands for; raises ValuesError if it has none."""
    try:
        return letters[letter.name]
    except KeyError:
        raise ValuesError(
            f"the letter {letter}", "no value for it", f"give {letter} a number"
        ) from None


def position_of(position: Expr, letters: Letters, world: World) -> int:
    """Return the integer that a position is."""
    if isinstance(position, Index):
        return letter_value(position, letters, world)
    if isinstance(position, Affine):
        total = size_value(position.constant, world.sizes)
        for letter, coefficient in position.coefficients.items():
            total += coefficient * letter_value(letter, letters, world)
        return total
    if isinstance(position, Entry):
        return int(entry_value(position, letters, world))
    if isinstance(position, (Floored, Remainder)):
        inner, divisor = (position_of(p, letters, world) for p in position.args)
        return inner // divisor if isinstance(position, Floored) else inner % divisor
    return size_value(position, world.sizes)


def entry_value(entry: Entry, letters: Letters, world: World) -> object:
    """Return the number at the entry's positions; raises ValuesError outside of the tensor."""
    array = world.tensors.get(entry.tensor)
    if array is None:
        raise ValuesError(f"{entry} was read", f"no values of {entry.tensor}", "give them")
    names = _letter_names(entry)
    try:
        place = tuple([letters[name] for name in names])
    except (KeyError, TypeError):
        # Not letters alone, or one without a value.
        place = _place(entry, letters, world)
    if len(place) != array.ndim or any(map(_is_outside, place, array.shape)):
        if _is_before_the_first_step(entry, place, array, world):
            equation = world.network.equation(entry.tensor)
            others = (letter.name for letter in equation.letters[1:])
            return meaning(equation.initial, dict(zip(others, place[1:], strict=True)), world)
        raise ValuesError(
            f"{entry} was read", f"position {list(place)} of an array of shape {array.shape}",
            "guard the read with where(…) or iverson(…), or shorten the letters' sizes",
        )  # fmt: skip
    return array[place]


@lru_cache(maxsize=8192)
def _letter_names(entry: Entry) -> tuple[str, ...] | None:
    """Return the names of the letters a tensor is read at; None if it is read otherwise."""
    positions = entry.args[1:]
    return tuple(p.name for p in positions) if all(type(p) is Index for p in positions) else None


def _is_outside(position: int, length: int) -> bool:
    # Why not NumPy's own check? It takes -1 for the last.
    return not 0 <= position < length


def _is_before_the_first_step(
    entry: Entry, place: tuple[int, ...], array: np.ndarray, world: World
) -> bool:
    """Is this a read of a state at a negative time, and else inside?"""
    if world.network is None or entry.tensor not in world.network:
        return False
    inside = len(place) == array.ndim and not any(map(_is_outside, place[1:], array.shape[1:]))
    return inside and place[0] < 0 and world.network[entry.tensor].is_state


def _place(entry: Entry, letters: Letters, world: World) -> tuple[int, ...]:
    return tuple([position_of(p, letters, world) for p in entry.args[1:]])


def padded_value(node: Padded, letters: Letters, world: World) -> object:
    """Return the entry; 0 where a position lies outside of the tensor."""
    array, place = world.tensors.get(node.entry.tensor), _place(node.entry, letters, world)
    if array is not None and len(place) == array.ndim and any(map(_is_outside, place, array.shape)):
        return world.kind.zero
    return entry_value(node.entry, letters, world)
