"""Mistakes with windows, steps of time, ties and gathers, in an adjoint equation as on paper."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sympy import Expr, Integer

from symback.algebra.letters import Index
from symback.algebra.nodes import Delta, First, IndexMax, IndexProduct, IndexSum, Iverson, Where
from symback.algebra.operators import Both, Comparison, Condition, Either, Times
from symback.algebra.positions import Affine, Entry, combined, is_affine, parts
from symback.algebra.traversal import (
    entries,
    free_letters,
    fresh_letter,
    rebuilt,
    rename,
    subexpressions,
    with_letters,
)
from symback.network.tensors import Tensor

ONE = Integer(1)
# The row of the catalogue, the altered expression, what it was, what stands in its place.
Altered = tuple[str, Expr, str, str]


def whole_mistakes(expression: Expr, tensors: Mapping[str, Tensor]) -> Iterator[Altered]:
    """Yield a right-hand side with a filter read the other way round, or a step the wrong way."""
    yield from _turned_windows(expression, tensors)
    yield from _turned_steps(expression)


def _turned_windows(expression: Expr, tensors: Mapping[str, Tensor]) -> Iterator[Altered]:
    """W[R - 1 - r] for W[r]: along each axis that is read at a tap, all reads of it at once."""
    taps = _taps(expression)
    for tap in sorted(taps & free_letters(expression), key=lambda letter: letter.name):
        other = combined((1, tap.size), (-1, ONE), (-1, tap))
        yield "window turned round", rename(expression, {tap: other}), tap.name, str(other)
    met: set[tuple[str, int]] = set()
    for entry in entries(expression):
        tensor = tensors.get(entry.tensor)
        for axis, position in enumerate(entry.positions):
            is_tap = position in taps or len(parts(position)[1]) > 1
            if tensor is None or not is_tap or (entry.tensor, axis) in met:
                continue
            met.add((entry.tensor, axis))
            last = combined((1, tensor.letters[axis].size), (-1, ONE))

            def turned(node: Expr, name=entry.tensor, axis=axis, last=last) -> Expr | None:
                if not isinstance(node, Entry) or node.tensor != name:
                    return None
                if not is_affine(node.positions[axis]):
                    return None
                other = combined((1, last), (-1, node.positions[axis]))
                return Entry(name, *node.positions[:axis], other, *node.positions[axis + 1 :])

            yield "window turned round", rebuilt(expression, turned), str(entry), str(turned(entry))


def _taps(expression: Expr) -> set[Index]:
    """Return the letters that stand beside another one in a position: p + r."""
    found: set[Index] = set()
    for node in subexpressions(expression):
        if isinstance(node, Affine) and len(node.coefficients) > 1:
            found |= {*node.coefficients}
    return found


def _turned_steps(expression: Expr) -> Iterator[Altered]:
    """t - 1, or t, for t + 1 wherever it stands, in brackets too."""
    steps = dict.fromkeys(
        node
        for node in subexpressions(expression)
        if isinstance(node, Affine) and len(node.coefficients) == 1 and node.constant != 0
    )
    for position in steps:
        if not position.constant.is_Integer:
            continue
        for times in (-2, -1):
            other = combined((1, position), (times, position.constant))
            new = rebuilt(expression, lambda n, p=position, o=other: o if n == p else None)
            yield "step the wrong way", new, str(position), str(other)


def ties(node: First, around: object) -> Iterator[Altered]:
    """Every largest entry gets the gradient, and not the first of them alone."""
    (letter,) = node.letters
    own = with_letters(node.body, {letter: node.at})
    largest = IndexMax(node.body, letter)
    yield "gradient to all ties", Iverson(Comparison("==", own, largest)), str(node), ""


def products(node: IndexProduct, around: object) -> Iterator[Altered]:
    """The whole product stands where that of the other factors should."""
    if isinstance(node.body, Where):
        whole = IndexProduct(node.body.args[1], *node.binders)
        yield "product with its own factor", whole, str(node), str(whole)


def scatters(node: IndexSum, around: object) -> Iterator[Altered]:
    """Where several gathers read one row the last of them overwrites the others."""
    if node.letters != node.binders or not isinstance(node.body, Times):
        return
    for factor in node.body.args:
        if not isinstance(factor, Delta):
            continue
        for gather in (p for p in factor.args if isinstance(p, Entry)):
            letters = [k for k in gather.positions if k in node.letters]
            if not letters or len(letters) < len(gather.positions):
                continue
            last = Times(*node.body.args, _is_last(factor, letters))
            yield "overwritten", IndexSum(last, *node.binders), str(gather), ""


def _is_last(delta: Delta, letters: list[Index]) -> Expr:
    """Return 1 where no later value of the letters, in row order, makes the delta 1."""
    taken = {k.name for k in free_letters(delta)}
    others = {letter: fresh_letter(letter, taken) for letter in letters}
    later: Condition | None = None
    for letter in reversed(letters):
        behind = Comparison(">", others[letter], letter)
        same = Comparison("==", others[letter], letter)
        later = behind if later is None else Either(behind, Both(same, later))
    count = IndexSum(Times(with_letters(delta, others), Iverson(later)), *others.values())
    return Iverson(Comparison("==", count, Integer(0)))
