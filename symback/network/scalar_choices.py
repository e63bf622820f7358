"""Deltas, brackets and conditions written out: what letters decide is decided."""

from __future__ import annotations

from collections.abc import Callable

from sympy import Expr, Number, oo

from symback.algebra.nodes import Delta, First, InRange, Iverson, Where
from symback.algebra.operators import Both, Comparison, Condition, Either, Not
from symback.network.scalar_writing import ONE, ZERO, Letters, Writing

Decided = Condition | bool
INFINITIES = (-oo, oo)


def _delta(writing: Writing, node: Delta, letters: Letters) -> Expr:
    left, right = (writing.number(a, letters) for a in node.args)
    return ONE if left == right else ZERO


def _iverson(writing: Writing, node: Iverson, letters: Letters) -> Expr:
    holds = _condition(writing, node.args[0], letters)
    if isinstance(holds, bool):
        return ONE if holds else ZERO
    return Iverson(holds)


def _where(writing: Writing, node: Where, letters: Letters) -> Expr:
    holds = _condition(writing, node.args[0], letters)
    if isinstance(holds, bool):
        return writing.value(node.args[1 if holds else 2], letters)
    return Where(holds, *(writing.value(a, letters) for a in node.args[1:]))


def _condition(writing: Writing, node: Condition, letters: Letters) -> Decided:
    """Return a condition with numbers for letters; True or False if letters decide it."""
    if isinstance(node, InRange):
        position, low, high = (writing.number(a, letters) for a in node.args)
        return low <= position < high
    if isinstance(node, Comparison):
        return _compared(node.operator, *(writing.value(a, letters) for a in node.args[1:]))
    inner = [_condition(writing, a, letters) for a in node.args]
    if isinstance(node, Not):
        return not inner[0] if isinstance(inner[0], bool) else Not(inner[0])
    return _joined(inner, isinstance(node, Either), node.func)


def _joined(parts: list[Decided], deciding: bool, join: type[Condition]) -> Decided:
    """Return conditions joined; ``deciding`` is the truth of one part that decides the whole."""
    if deciding in (part for part in parts if isinstance(part, bool)):
        return deciding
    undecided = [part for part in parts if not isinstance(part, bool)]
    if not undecided:
        return not deciding
    return join(*undecided) if len(undecided) > 1 else undecided[0]


def _compared(operator: str, left: Expr, right: Expr) -> Decided:
    """Return a comparison, decided between numbers; entries lie between -∞ and ∞."""
    if isinstance(left, Number) and isinstance(right, Number):
        return bool(OPERATORS[operator](left, right))
    if left in INFINITIES or right in INFINITIES:
        # Any number may stand for an entry here.
        sides = (side if side in INFINITIES else ZERO for side in (left, right))
        return bool(OPERATORS[operator](*sides))
    return Comparison(operator, left, right)


def _first(writing: Writing, node: First, letters: Letters) -> Expr:
    """Write out the mask of a maximum: x_1 > x_0 and x_1 >= x_2."""
    (letter,) = node.letters
    at, length = writing.number(node.at, letters), writing.number(letter.size, letters)
    if not 0 <= at < length:
        return ZERO
    values = [writing.value(node.body, {**letters, letter: place}) for place in range(length)]
    parts = [
        _compared(">" if place < at else ">=", values[at], value)
        for place, value in enumerate(values)
        if place != at
    ]
    holds = parts[0] if len(parts) == 1 else _folded(parts)
    if isinstance(holds, bool):
        return ONE if holds else ZERO
    return Iverson(holds)


def _folded(parts: list[Decided]) -> Decided:
    joined: Decided = True
    for part in parts:
        joined = _joined([joined, part], False, Both)
    return joined


OPERATORS: dict[str, Callable[[Number, Number], object]] = {
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
    "==": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
}
CHOICES: dict[type, Callable[[Writing, Expr, Letters], Expr]] = {
    Delta: _delta,
    Iverson: _iverson,
    Where: _where,
    First: _first,
}
