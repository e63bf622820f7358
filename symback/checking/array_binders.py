"""Binders as operations on whole arrays: sums, maxima, products, softmax, first places."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

import numpy as np
from sympy import Expr

from symback.algebra.letters import Index
from symback.algebra.nodes import (
    Binder,
    Bounded,
    First,
    IndexMax,
    IndexMean,
    IndexMin,
    IndexProduct,
    IndexSum,
    LogSumExp,
    Softmax,
)
from symback.algebra.operators import Times
from symback.algebra.terms import opened, unbound
from symback.checking.named_axes import (
    Named,
    aligned,
    called,
    combined,
    contracted,
    divided,
    summed,
)
from symback.network.values import size_value

if TYPE_CHECKING:
    from symback.checking.arrays import Field


def _sum(node: IndexSum | IndexMean, field: Field) -> Named:
    if isinstance(node, IndexMean) or any(isinstance(b, Bounded) for b in node.binders):
        body, letters = unbound(node, set())
    else:
        body, letters = node.body, node.letters
    names = {k.name: size_value(k.size, field.sizes) for k in letters}
    if isinstance(body, Times) and not field.exact:
        total = contracted([field.value(f) for f in body.args], names)
        if np.all(np.isfinite(total[0])):
            return total
    return summed(field.value(body), names)


def _exponentials(node: LogSumExp | Softmax, field: Field) -> tuple[Named, Named, Named]:
    """Return (largest, exp(body - largest), its sum) over the bound letters."""
    names = {k.name: size_value(k.size, field.sizes) for k in node.letters}
    body = combined(np.add, field.value(node.body), _letters_as_zero(node.letters, field))
    array, axes = body
    over = tuple(i for i, name in enumerate(axes) if name in names)
    largest = array.max(axis=over, keepdims=True)
    powers = called("exp", [(array - largest, axes)], field.exact)
    left = tuple(name for name in axes if name not in names)
    return (np.asarray(largest.squeeze(axis=over)), left), powers, summed(powers, names)


def _letters_as_zero(letters: Iterable[Index], field: Field) -> Named:
    """Return zeros over these letters: a body that does not read them is repeated."""
    shape = {k.name: size_value(k.size, field.sizes) for k in letters}
    zeros = np.zeros([shape[name] for name in sorted(shape)])
    return zeros.astype(object) * 0 if field.exact else zeros, tuple(sorted(shape))


def _logsumexp(node: LogSumExp, field: Field) -> Named:
    largest, _, total = _exponentials(node, field)
    return combined(np.add, largest, called("log", [total], field.exact))


def _softmax(node: Softmax, field: Field) -> Named:
    _, powers, total = _exponentials(node, field)
    shares = divided(powers, total, field.exact)
    (letter,) = node.letters
    if node.at == letter:
        return shares
    array, axes = shares
    # The bound axis is read at another position; the other letters stay where they are.
    places = [(np.arange(n), (name,)) for name, n in zip(axes, array.shape, strict=True)]
    places[axes.index(letter.name)] = field.places(node.at)
    indices, union = aligned(places)
    return array[tuple(indices)], union


def _over(operation: Callable[[np.ndarray, int], np.ndarray], none: float):
    """Return the form of an operation over all values of letters; ``none`` is that over none."""

    def form(node: Binder, field: Field) -> Named:
        body, letters, brackets = opened(node, set())
        value = combined(np.add, field.value(body), _letters_as_zero(letters, field))
        for bracket in brackets:
            inside, axes = field.condition(bracket.args[0])
            value = combined(np.where, (inside.astype(bool), axes), value, (np.asarray(none), ()))
        array, axes = value
        for letter in letters:
            place = axes.index(letter.name)
            array, axes = operation(array, place), axes[:place] + axes[place + 1 :]
        return np.asarray(array), axes

    return form


def _first(node: First, field: Field) -> Named:
    """Return 1 where the letter is the first at which the body is largest, else 0."""
    (letter,) = node.letters
    body, axes = combined(np.add, field.value(node.body), _letters_as_zero([letter], field))
    place = axes.index(letter.name)
    winner = np.asarray(body.argmax(axis=place)), axes[:place] + axes[place + 1 :]
    array, union = combined(np.equal, winner, field.places(node.at))
    return field.numbers((array.astype(int), union))


BINDERS: dict[type, Callable[[Expr, Field], Named]] = {
    IndexSum: _sum,
    IndexMean: _sum,
    LogSumExp: _logsumexp,
    Softmax: _softmax,
    IndexMax: _over(lambda array, axis: array.max(axis=axis), -np.inf),
    IndexMin: _over(lambda array, axis: array.min(axis=axis), np.inf),
    IndexProduct: _over(lambda array, axis: array.prod(axis=axis), 1.0),
    First: _first,
}
