"""What every node means: numbers for letters and tensors in, one number out.

Slow on purpose; it shares nothing with derivation or compiler but the expressions. A bracket or
delta that is 0 makes its product 0, whatever the other factors are (Iverson's convention): the
guarded read X[a-r]·[0 <= a-r] is then no read outside of X.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import product

import numpy as np
from sympy import Add, Expr, Mul, Pow, Symbol, floor
from sympy.core.numbers import Number as SymPyNumber
from sympy.core.numbers import NumberSymbol

from symback.algebra.letters import Index
from symback.algebra.nodes import (
    Binder,
    Bounded,
    Delta,
    IndexMean,
    IndexSum,
    InRange,
    Iverson,
    LogSumExp,
    Softmax,
    Where,
)
from symback.algebra.operators import (
    Both,
    Comparison,
    Decimal,
    Either,
    Negative,
    Not,
    Plus,
    Pointwise,
    Power,
    Quotient,
    Times,
)
from symback.algebra.pointwise import pointwise_row
from symback.algebra.positions import Affine, Entry
from symback.algebra.traversal import free_letters
from symback.compiler.arithmetic import Arithmetic, constant_number
from symback.errors import NotYetError, ValuesError
from symback.network.network import Network
from symback.network.values import size_value

Letters = Mapping[str, int]
Meaning = Callable[[Expr, Letters, "World"], object]


@dataclass(frozen=True, slots=True)
class World:
    """Where expressions have values: the tensors' numbers, the sizes, and the network's equations.

    ``meanings`` is the table by type of node. ``sources`` lists what each equation reads, in
    network order. ``base`` is the world from which a difference departed: a stop_gradient reads it.
    """

    tensors: dict[str, np.ndarray]
    sizes: Mapping[Symbol, int]
    kind: Arithmetic
    meanings: Mapping[type, Meaning]
    network: Network | None = None
    sources: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
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


def _letter(letter: Index, letters: Letters, world: World) -> int:
    try:
        return letters[letter.name]
    except KeyError:
        raise ValuesError(
            f"the letter {letter}", "no value for it", f"give {letter} a number"
        ) from None


def position_of(position: Expr, letters: Letters, world: World) -> int:
    """Return the integer that a position is."""
    if isinstance(position, Index):
        return _letter(position, letters, world)
    if isinstance(position, Affine):
        total = size_value(position.constant, world.sizes)
        for letter, coefficient in position.coefficients.items():
            total += coefficient * _letter(letter, letters, world)
        return total
    if isinstance(position, Entry):
        return int(_entry(position, letters, world))
    return size_value(position, world.sizes)


def _entry(entry: Entry, letters: Letters, world: World) -> object:
    array = world.tensors.get(entry.tensor)
    if array is None:
        raise ValuesError(f"{entry} was read", f"no values of {entry.tensor}", "give them")
    names = _letter_names(entry)
    try:
        place = tuple([letters[name] for name in names])
    except (KeyError, TypeError):
        # Not letters alone, or one without a value.
        place = tuple([position_of(p, letters, world) for p in entry.args[1:]])
    if len(place) != array.ndim or any(map(_is_outside, place, array.shape)):
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


def _plus(expression: Expr, letters: Letters, world: World) -> object:
    total = world.kind.zero
    for term in expression.args:
        total = total + meaning(term, letters, world)
    return total


def _times(expression: Expr, letters: Letters, world: World) -> object:
    """Multiply; brackets and deltas come first, since a 0 among them settles the product."""
    if is_settled(expression, letters, world):
        return world.kind.zero
    total = world.kind.one
    for factor in expression.args:
        if not isinstance(factor, (Iverson, Delta)):
            total = total * meaning(factor, letters, world)
    return total


def is_settled(product: Expr, letters: Letters, world: World) -> bool:
    """Is a bracket or delta among the factors 0, also of a quotient's upper part?

    Those about ranges come first: the others may read what these allow.
    """
    return any(meaning(guard, letters, world) == 0 for guard in _ordered_guards(product))


@lru_cache(maxsize=8192)
def _ordered_guards(product: Expr) -> tuple[Expr, ...]:
    return tuple(sorted(_guards(product), key=lambda guard: not is_about_letters(guard)))


def _guards(product: Expr) -> Iterator[Expr]:
    for factor in product.args[: 1 if type(product) is Quotient else None]:
        kind = type(factor)
        if kind in (Iverson, Delta):
            yield factor
        elif kind in (Times, Quotient, Negative):
            yield from _guards(factor)


def is_about_letters(guard: Expr) -> bool:
    """Is this a delta, or a bracket about the range of a position?"""
    return type(guard) is Delta or type(guard.args[0]) is InRange


def _power(expression: Expr, letters: Letters, world: World) -> object:
    base, exponent = (meaning(a, letters, world) for a in expression.args)
    return world.kind.power(base, exponent)


def _quotient(expression: Quotient, letters: Letters, world: World) -> object:
    if is_settled(expression, letters, world):
        return world.kind.zero
    above, below = (meaning(a, letters, world) for a in expression.args)
    return above / below


def _floor(expression: Expr, letters: Letters, world: World) -> object:
    return world.kind.number(size_value(expression, world.sizes))


def _pointwise(expression: Pointwise, letters: Letters, world: World) -> object:
    if expression.name == "stop_gradient":
        return meaning(expression.arguments[0], letters, world.base or world)
    arguments = tuple(meaning(a, letters, world) for a in expression.arguments)
    return world.kind.function(pointwise_row(expression.name), arguments)


def _runs(node: Binder, letters: Letters, world: World) -> Iterator[dict[str, int]]:
    """Yield the values of all letters for each value of the bound ones; an empty range has none.

    It is one dictionary that is yielded again and again, to be read at once.
    """
    ranges = []
    for binder in node.binders:
        if isinstance(binder, Bounded):
            low, high = (position_of(x, letters, world) for x in (binder.low, binder.high))
            ranges.append(range(low, high + 1))
        else:
            ranges.append(range(size_value(binder.size, world.sizes)))
    names = [letter.name for letter in node.letters]
    inner = dict(letters)
    for numbers in product(*ranges):
        inner.update(zip(names, numbers, strict=True))
        yield inner


def _sum(node: IndexSum, letters: Letters, world: World) -> object:
    """Add; a sum that does not depend on all letters around it is kept for the other values."""
    outer = _names(free_letters(node))
    if len(outer) >= len(letters):
        return _added(node, letters, world)
    known = (node, tuple(map(letters.get, outer)))
    if known not in world.known:
        world.known[known] = _added(node, letters, world)
    return world.known[known]


@lru_cache(maxsize=8192)
def _names(letters: frozenset[Index]) -> tuple[str, ...]:
    return tuple(sorted({letter.name for letter in letters}))


def _added(node: IndexSum, letters: Letters, world: World) -> object:
    total = world.kind.zero
    for inner in _runs(node, letters, world):
        total = total + meaning(node.body, inner, world)
    return total


def _mean(node: IndexMean, letters: Letters, world: World) -> object:
    count = sum(1 for _ in _runs(node, letters, world))
    return _added(node, letters, world) / world.kind.number(count)


def _exponentials(node: Binder, letters: Letters, world: World) -> tuple[object, object]:
    """Return (largest, Σ exp(body - largest)): no exponential can overflow.

    Kept for each node and its outer letters: a softmax asks once for every entry of a row.
    """
    outer = _names(free_letters(node.body).difference(node.letters))
    known = (node.body, node.letters, tuple(map(letters.get, outer)))
    if known not in world.known:
        world.known[known] = _summed_exponentials(node, letters, world)
    return world.known[known]


def _summed_exponentials(node: Binder, letters: Letters, world: World) -> tuple[object, object]:
    bodies = [meaning(node.body, inner, world) for inner in _runs(node, letters, world)]
    largest = max(bodies)
    total = world.kind.zero
    for body in bodies:
        total = total + _function("exp", body - largest, world)
    return largest, total


def _function(name: str, argument: object, world: World) -> object:
    return world.kind.function(pointwise_row(name), (argument,))


def _logsumexp(node: LogSumExp, letters: Letters, world: World) -> object:
    largest, total = _exponentials(node, letters, world)
    return largest + _function("log", total, world)


def _softmax(node: Softmax, letters: Letters, world: World) -> object:
    largest, total = _exponentials(node, letters, world)
    here = {**letters, node.letters[0].name: position_of(node.at, letters, world)}
    return _function("exp", meaning(node.body, here, world) - largest, world) / total


def _delta(node: Delta, letters: Letters, world: World) -> object:
    left, right = (position_of(p, letters, world) for p in node.args)
    return world.kind.number(int(left == right))


def _where(node: Where, letters: Letters, world: World) -> object:
    """Only the branch that is taken is computed: the other may have no value."""
    condition, then, otherwise = node.args
    return meaning(then if meaning(condition, letters, world) else otherwise, letters, world)


def _in_range(condition: InRange, letters: Letters, world: World) -> bool:
    position, low, high = (position_of(p, letters, world) for p in condition.args)
    return low <= position < high


def _comparison(condition: Comparison, letters: Letters, world: World) -> bool:
    left, right = (meaning(a, letters, world) for a in condition.args[1:])
    return RELATIONS[condition.operator](left, right)


RELATIONS: dict[str, Callable[[object, object], bool]] = {
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
    "==": operator.eq, "!=": operator.ne,
}  # fmt: skip


MEANINGS: dict[type, Meaning] = {
    Entry: _entry,
    Plus: _plus,
    Add: _plus,
    Times: _times,
    Mul: _times,
    Negative: lambda e, letters, world: -meaning(e.args[0], letters, world),
    Quotient: _quotient,
    Power: _power,
    Pow: _power,
    Decimal: lambda e, letters, world: constant_number(world.kind, e.value),
    Symbol: lambda e, letters, world: world.kind.number(size_value(e, world.sizes)),
    Index: lambda e, letters, world: world.kind.number(_letter(e, letters, world)),
    Affine: lambda e, letters, world: world.kind.number(position_of(e, letters, world)),
    floor: _floor,
    Pointwise: _pointwise,
    IndexSum: _sum,
    IndexMean: _mean,
    LogSumExp: _logsumexp,
    Softmax: _softmax,
    Delta: _delta,
    Iverson: lambda e, letters, world: world.kind.number(int(meaning(e.args[0], letters, world))),
    Where: _where,
    InRange: _in_range,
    Comparison: _comparison,
    Both: lambda e, letters, world: all(meaning(a, letters, world) for a in e.args),
    Either: lambda e, letters, world: any(meaning(a, letters, world) for a in e.args),
    Not: lambda e, letters, world: not meaning(e.args[0], letters, world),
}
