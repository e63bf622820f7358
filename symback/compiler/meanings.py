"""What every node means: numbers for letters and tensors in, one number out.

Slow on purpose; it shares nothing with derivation or compiler but the expressions. A bracket or
delta that is 0 makes its product 0, whatever the other factors are (Iverson's convention): the
guarded read X[a-r]·[0 <= a-r] is then no read outside of X.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator
from functools import lru_cache
from itertools import product

import mpmath
from sympy import Add, Expr, Mul, Pow, Symbol, floor

from symback.algebra.letters import Index
from symback.algebra.nodes import (
    Binder,
    Bounded,
    Delta,
    First,
    Floored,
    IndexMax,
    IndexMean,
    IndexMin,
    IndexProduct,
    IndexSum,
    InRange,
    Iverson,
    LogSumExp,
    Padded,
    Remainder,
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
from symback.compiler.arithmetic import constant_number
from symback.compiler.world import (
    Letters,
    Meaning,
    World,
    entry_value,
    letter_value,
    meaning,
    padded_value,
    position_of,
)
from symback.network.values import size_value


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


def _position(expression: Expr, letters: Letters, world: World) -> object:
    return world.kind.number(position_of(expression, letters, world))


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


def body_values(node: Binder, letters: Letters, world: World) -> list[object]:
    """Return the numbers of the body for each value of the bound letters, in row order."""
    return [meaning(node.body, inner, world) for inner in _runs(node, letters, world)]


def _largest(node: IndexMax, letters: Letters, world: World) -> object:
    bodies = body_values(node, letters, world)
    return max(bodies) if bodies else world.kind.constant(mpmath.ninf)


def _smallest(node: IndexMin, letters: Letters, world: World) -> object:
    bodies = body_values(node, letters, world)
    return min(bodies) if bodies else world.kind.constant(mpmath.inf)


def _multiplied(node: IndexProduct, letters: Letters, world: World) -> object:
    total = world.kind.one
    for body in body_values(node, letters, world):
        total = total * body
    return total


def _known(what: Callable, node: Binder, letters: Letters, world: World) -> object:
    """Return what(node, …), kept for each value of the letters around a binder read at a place.

    A softmax asks once for every entry of a row.
    """
    outer = _names(free_letters(node.body).difference(node.letters))
    known = (what, node.body, node.letters, tuple(map(letters.get, outer)))
    if known not in world.known:
        world.known[known] = what(node, letters, world)
    return world.known[known]


def _winner(node: First, letters: Letters, world: World) -> int:
    """Return the first place at which the body is largest."""
    bodies = body_values(node, letters, world)
    return bodies.index(max(bodies))


def _first(node: First, letters: Letters, world: World) -> object:
    here = position_of(node.at, letters, world) == _known(_winner, node, letters, world)
    return world.kind.number(int(here))


def _summed_exponentials(node: Binder, letters: Letters, world: World) -> tuple[object, object]:
    """Return (largest, Σ exp(body - largest)): no exponential can overflow.

    Where every body is -∞ the largest counts as 0, and the sum of the exponentials is 0.
    """
    bodies = body_values(node, letters, world)
    largest = max(bodies)
    if largest == -mpmath.inf:
        largest = world.kind.zero
    total = world.kind.zero
    for body in bodies:
        total = total + _function("exp", body - largest, world)
    return largest, total


def _function(name: str, argument: object, world: World) -> object:
    return world.kind.function(pointwise_row(name), (argument,))


def _logsumexp(node: LogSumExp, letters: Letters, world: World) -> object:
    largest, total = _known(_summed_exponentials, node, letters, world)
    if total == 0:
        return world.kind.constant(mpmath.ninf)
    return largest + _function("log", total, world)


def _softmax(node: Softmax, letters: Letters, world: World) -> object:
    """Return the share; where every body is -∞ there is nothing to share, and all shares are 0."""
    largest, total = _known(_summed_exponentials, node, letters, world)
    if total == 0:
        return world.kind.zero
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
    Entry: entry_value,
    Padded: padded_value,
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
    Index: lambda e, letters, world: world.kind.number(letter_value(e, letters, world)),
    Affine: _position,
    Floored: _position,
    Remainder: _position,
    floor: _floor,
    Pointwise: _pointwise,
    IndexSum: _sum,
    IndexMean: _mean,
    IndexMax: _largest,
    IndexMin: _smallest,
    IndexProduct: _multiplied,
    First: _first,
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
