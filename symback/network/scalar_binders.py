"""Sums, means, maxima, products and softmax written out: one term for each value of the letters."""

from __future__ import annotations

from collections.abc import Callable

from sympy import Expr, Integer, Rational, oo

from symback.algebra.letters import Index
from symback.algebra.nodes import (
    Binder,
    Bounded,
    IndexMax,
    IndexMean,
    IndexMin,
    IndexProduct,
    IndexSum,
    LogSumExp,
    Softmax,
)
from symback.algebra.operators import Plus, Pointwise, Quotient, product_of, quotient, sum_of
from symback.algebra.positions import Entry
from symback.algebra.traversal import free_letters
from symback.network.scalar_writing import (
    ONE,
    ZERO,
    Denominator,
    Letters,
    Writing,
    letter_of,
    vanishes,
)


def _index_sum(writing: Writing, node: IndexSum, letters: Letters) -> Expr:
    body, present = node.body, free_letters(node.body)
    # A letter that the body does not read counts its repetitions.
    repeated = [
        b for b in node.binders if not isinstance(b, Bounded) and letter_of(b) not in present
    ]
    binders = [b for b in node.binders if b not in repeated]
    count = 1
    for letter in repeated:
        count *= writing.number(letter.size, letters)
    terms: list[Expr] = []
    for place in writing.places(binders, letters):
        value = writing.value(body, place)
        if not vanishes(body, value):
            nested = isinstance(body, IndexSum) and isinstance(value, Plus)
            terms.extend(value.args if nested else (value,))
    total = sum_of(terms)
    if count == 1 or total == ZERO:
        return total
    if isinstance(total, Rational):
        return total * count
    return product_of((Integer(count), total))


def _index_mean(writing: Writing, node: IndexMean, letters: Letters) -> Expr:
    total = _index_sum(writing, IndexSum(*node.args), letters)
    count = 1
    for letter in node.letters:
        count *= writing.number(letter.size, letters)
    if isinstance(total, Rational):
        return total / count
    return total if count == 1 else quotient(total, Integer(count))


def _log_sum_exp(writing: Writing, node: LogSumExp, letters: Letters) -> Expr:
    terms = IndexSum(Pointwise("exp", node.body), *node.binders)
    return Pointwise("log", _index_sum(writing, terms, letters))


def _softmax(writing: Writing, node: Softmax, letters: Letters) -> Expr:
    letter = node.letters[0]
    at = writing.number(node.at, letters)
    if not 0 <= at < writing.number(letter.size, letters):
        raise writing.error(f"{node} is read at {at}", "choose other sizes")
    above = writing.value(Pointwise("exp", node.body), {**letters, letter: at})
    if above == ZERO:
        return ZERO
    return Quotient(above, Entry(_denominator(writing, node, letter, letters).name))


def _denominator(writing: Writing, node: Softmax, letter: Index, letters: Letters) -> Denominator:
    """Return the sum below a softmax: one scalar for all entries that share it."""
    own = free_letters(node.body) - {letter}
    order = [k for k in letters if k in own]
    place = tuple(letters[k] for k in order)
    known, target = writing.scalars.known, writing.equation.target
    kinds = writing.scalars.kinds.setdefault(target, {})
    number = kinds.setdefault((node.body, letter), len(kinds))
    key = (target, number, place)
    if key not in known:
        name = "_".join((f"{target}_sum{number or ''}", *map(str, place)))
        total = _index_sum(writing, IndexSum(Pointwise("exp", node.body), letter), letters)
        known[key] = Denominator(name, place, total)
        writing.new.append(known[key])
    return known[key]


def _extreme(name: str, none: Expr) -> Callable[[Writing, Binder, Letters], Expr]:
    """Return the form of a maximum or minimum over letters: maximum(x_2, maximum(x_1, x_0)).

    Why in this order? At equal arguments the derivative goes to the second: the first entry counts.
    """

    def written_out(writing: Writing, node: Binder, letters: Letters) -> Expr:
        values = (
            writing.value(node.body, place) for place in writing.places(node.binders, letters)
        )
        kept = list(dict.fromkeys(value for value in values if value != none))
        if not kept:
            return none
        result = kept[0]
        for value in kept[1:]:
            both = isinstance(value, Rational) and isinstance(result, Rational)
            chosen = max if name == "maximum" else min
            result = chosen(value, result) if both else Pointwise(name, value, result)
        return result

    return written_out


def _index_product(writing: Writing, node: IndexProduct, letters: Letters) -> Expr:
    factors: list[Expr] = []
    for place in writing.places(node.binders, letters):
        value = writing.value(node.body, place)
        if vanishes(node.body, value):
            return ZERO
        if value != ONE or node.body == ONE:
            factors.append(value)
    return product_of(factors)


BINDERS: dict[type, Callable[[Writing, Expr, Letters], Expr]] = {
    IndexSum: _index_sum,
    IndexMean: _index_mean,
    IndexMax: _extreme("maximum", -oo),
    IndexMin: _extreme("minimum", oo),
    IndexProduct: _index_product,
    LogSumExp: _log_sum_exp,
    Softmax: _softmax,
}
