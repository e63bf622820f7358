"""Stage read, binders: sums, means, softmax, maxima and products over letters become pieces.

Input: a node that binds letters, and the reader of its body. Output: a piece. A bound that depends
on another letter becomes a condition, beside which the body counts as 0, 1, −∞ or ∞: what a
reduction over no values is. Softmax and log-sum-exp share max, exp and sum.

A row whose every logit is −∞ (all masked) has the softmax 0 and the log-sum-exp −∞.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sympy import Expr, Float

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
    Iverson,
    LogSumExp,
    Softmax,
)
from symback.algebra.operators import Both, Comparison
from symback.algebra.positions import bounds, is_affine, surely_nonnegative
from symback.algebra.traversal import free_letters, rename
from symback.compiler.pieces import (
    ARGMAX,
    FIRST,
    MAX,
    MIN,
    MOST_TAPS,
    ONE,
    PLACE,
    PROD,
    ZERO,
    Piece,
)
from symback.compiler.ranges import shifted
from symback.compiler.scattering import read_scatter
from symback.compiler.sums import EMPTY, count, extreme, total

if TYPE_CHECKING:
    from symback.compiler.reading import Guards, Reader

# As the largest of a row: no number of either type lies below, and what is less than it is masked.
LOWEST = Float("-3.4028234663852886e38", 20)
EXTREMES = {IndexMax: MAX, IndexMin: MIN, IndexProduct: PROD}


class Ranged(NamedTuple):
    """A binder whose letters all begin at 0; ``conditions`` say where its body counts."""

    body: Expr
    letters: tuple[Index, ...]
    conditions: tuple[Expr, ...]


def ranged(node: Binder) -> Ranged:
    """Return the node's body, letters and conditions, with bounds taken care of."""
    body, letters, conditions = node.body, [], []
    for binder in node.binders:
        if not isinstance(binder, Bounded):
            letters.append(binder)
            continue
        box, moves = binder, free_letters(binder.low) | free_letters(binder.high)
        if moves:
            conditions += [
                Comparison("<=", binder.low, binder.letter),
                Comparison("<=", binder.letter, binder.high),
            ]
            box = _box(binder)
        letter, places = shifted(box, node.letters)
        letters.append(letter)
        if places:
            body = rename(body, places)
            conditions = [rename(c, places) for c in conditions]
    return Ranged(body, tuple(letters), tuple(conditions))


def _box(binder: Bounded) -> Bounded:
    """Return constant bounds that hold all values of bounds with letters."""
    letter = binder.letter
    if is_affine(binder.low) and is_affine(binder.high):
        low, high = bounds(binder.low)[0], bounds(binder.high)[1]
        if not (surely_nonnegative(low) and surely_nonnegative(letter.size - 1 - high)):
            return Bounded(letter, low, high)
    return Bounded(letter, ZERO, letter.size - 1)


def read_sum(reader: Reader, node: IndexSum, guards: Guards) -> Piece:
    """Σ_letters body."""
    scattered = read_scatter(reader, node, guards)
    if scattered is not None:
        return scattered
    body, letters, conditions = ranged(node)
    if any(k.size.is_Integer and k.size <= 0 for k in letters):
        return reader.forms.constant(ZERO)
    if not conditions:
        return total(reader.forms, reader.read(body, guards), letters)
    condition = Both(*conditions)
    inside = reader.read(body, (*guards, Iverson(condition)))
    mask = reader.forms.mask(reader.read(condition, guards))
    return total(reader.forms, reader.masked([mask], inside), letters)


def read_mean(reader: Reader, node: IndexMean, guards: Guards) -> Piece:
    """(1 / number of values) Σ_letters body."""
    values = ONE
    for letter in node.letters:
        values = values * count(letter)
    summed = total(reader.forms, reader.read(node.body, guards), node.letters)
    return reader.forms.product(((summed, 1),), ONE / values)


def read_extreme(reader: Reader, node: Binder, guards: Guards) -> Piece:
    """The largest, the smallest or the product of all values of the body."""
    kind, (body, letters, conditions) = EXTREMES[type(node)], ranged(node)
    if any(k.size.is_Integer and k.size <= 0 for k in letters):
        return reader.forms.constant(EMPTY[kind])
    if not conditions:
        return extreme(reader.forms, kind, reader.read(body, guards), letters)
    condition = Both(*conditions)
    inside = reader.read(body, (*guards, Iverson(condition)))
    outside = reader.forms.constant(EMPTY[kind])
    counted = reader.forms.select(reader.read(condition, guards), inside, outside)
    return extreme(reader.forms, kind, counted, letters)


def read_first(reader: Reader, node: First, guards: Guards) -> Piece:
    """1 where ``at`` is the first letter at which the body is largest, else 0."""
    letter, at = node.letters[0], node.at
    body = reader.read(node.body, guards)
    by_taps = letter in body.letters and letter.size.is_Integer and letter.size <= MOST_TAPS
    if by_taps and isinstance(at, Index) and at.size == letter.size and at not in body.letters:
        leaf = reader.forms.leaf(PLACE, (ZERO, ((0, 1),), (letter.size,)), (letter,))
        return reader.forms.make(FIRST, (), (body, leaf)).at({letter: at})
    place = extreme(reader.forms, ARGMAX, body, (letter,))
    if place.form.kind != ARGMAX:
        place = reader.forms.constant(ZERO)
    return reader.forms.mask(reader.forms.compare("==", place, reader.place(node.at, guards)))


def _exponentials(reader: Reader, body: Piece, letters: tuple[Index, ...]) -> tuple[Piece, Piece]:
    """Return (m, e): m = max_letters body, e = exp(body - m), which cannot overflow."""
    forms = reader.forms
    highest = extreme(forms, MAX, body, letters)
    if body.form.infinite:
        # −∞ − (−∞) is no number.
        highest = forms.call("maximum", highest, forms.constant(LOWEST))
    return highest, forms.call("exp", forms.plus(((ONE, body), (-ONE, highest))))


def read_logsumexp(reader: Reader, node: LogSumExp, guards: Guards) -> Piece:
    """log Σ_letters exp(body)."""
    body = reader.read(node.body, guards)
    highest, exponentials = _exponentials(reader, body, node.letters)
    summed = total(reader.forms, exponentials, node.letters)
    return reader.forms.plus(((ONE, reader.forms.call("log", summed)), (ONE, highest)))


def read_softmax(reader: Reader, node: Softmax, guards: Guards) -> Piece:
    """exp(body at position) / Σ_letter exp(body)."""
    forms, letter, body, at = reader.forms, node.letters[0], node.body, node.at
    piece = reader.read(body, guards)
    if letter not in piece.letters:
        return forms.constant(ONE / count(letter))
    highest, exponentials = _exponentials(reader, piece, (letter,))
    below = total(forms, exponentials, (letter,))
    if piece.form.infinite:
        # The largest entry counts 1, so a sum below 1 is the 0 of a row that is all masked.
        below = forms.call("maximum", below, forms.constant(ONE))
    if at == letter:
        above = exponentials
    elif isinstance(at, Index) and at not in piece.letters and at.size == letter.size:
        above = exponentials.at({letter: at})
    else:
        chosen = reader.read(rename(body, {letter: at}), guards)
        above = forms.call("exp", forms.plus(((ONE, chosen), (-ONE, highest))))
    return forms.product(((above, 1), (below, -1)))


BINDERS = {
    IndexSum: read_sum,
    IndexMean: read_mean,
    IndexMax: read_extreme,
    IndexMin: read_extreme,
    IndexProduct: read_extreme,
    First: read_first,
    LogSumExp: read_logsumexp,
    Softmax: read_softmax,
}
