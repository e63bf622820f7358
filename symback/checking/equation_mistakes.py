"""Mistakes in an adjoint equation as it stands on paper: each place of it, altered in each way.

A place is a node of the expression together with what puts another node there. The ways to alter it
stand in the table ``WAYS``, by the type of the node.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sympy import Expr, Integer

from symback.algebra.letters import Index
from symback.algebra.nodes import (
    Binder,
    Bounded,
    Delta,
    First,
    IndexProduct,
    IndexSum,
    InRange,
    Iverson,
)
from symback.algebra.operators import (
    Condition,
    Decimal,
    Negative,
    Not,
    Plus,
    Power,
    Quotient,
    Times,
    negative,
)
from symback.algebra.positions import Affine, Entry, combined
from symback.algebra.traversal import free_letters, with_letters
from symback.checking.catalogue import Mistake
from symback.checking.position_mistakes import products, scatters, ties, whole_mistakes
from symback.checking.route import Stage
from symback.network.tensors import Tensor

ONE = Integer(1)
# Derivatives that are written with the function's output a.
SLOPES: tuple[tuple[str, Callable[[Expr], Expr]], ...] = (
    ("sigmoid", lambda a: Times(a, Plus(ONE, Negative(a)))),
    ("tanh", lambda a: Plus(ONE, Negative(Power(a, Integer(2))))),
)
Replace = Callable[[Expr], Expr]
# The row of the catalogue, the altered expression, what it was, what stands in its place.
Altered = tuple[str, Expr, str, str]


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What an alteration may know: the network, the adjoints' names, tensors that may be mixed up.

    ``tensors`` has the adjoints too.

    ``alike`` are the tensors and adjoints of one shape that can be taken for each other.
    """

    derivation: Any
    adjoints: Mapping[str, str]
    alike: Mapping[str, tuple[str, ...]]
    samples: frozenset[str]
    tensors: Mapping[str, Tensor] = field(default_factory=dict)


def places(expression: Expr) -> Iterator[tuple[Expr, Replace]]:
    """Yield every node that stands for a number, with the function that puts another there."""
    yield expression, lambda new: new
    if isinstance(expression, (Entry, Index, Affine, Delta, Condition, InRange, Decimal)):
        return
    inner = 1 if isinstance(expression, Binder) else len(expression.args)
    for number, operand in enumerate(expression.args[:inner]):
        if not isinstance(operand, Expr):
            continue
        for node, back in places(operand):
            yield node, _inside(expression, number, back)


def _inside(expression: Expr, number: int, back: Replace) -> Replace:
    def put(new: Expr) -> Expr:
        arguments = list(expression.args)
        arguments[number] = back(new)
        return expression.func(*arguments)

    return put


def equation_mistakes(stage: Stage, expression: Expr, around: Surroundings) -> Iterator[Mistake]:
    """Yield every way in which the right-hand side of an adjoint equation may be altered."""
    yield Mistake("missing adjoint", stage.name, ((stage.name, Integer(0)),))
    yield from _besides(stage, expression, around)
    for row, altered, what, instead in whole_mistakes(expression, around.tensors):
        yield Mistake(row, stage.name, ((stage.name, altered),), what, instead)
    for node, put in places(expression):
        for kind, ways in WAYS:
            if isinstance(node, kind):
                for row, altered, what, instead in ways(node, around):
                    change = ((stage.name, put(altered)),)
                    yield Mistake(row, stage.name, change, what, instead)


def _besides(stage: Stage, expression: Expr, around: Surroundings) -> Iterator[Mistake]:
    """The adjoint of a tensor nearby in its place, or a factor before all of it."""

    def altered(row: str, right: Expr, what: str = "", instead: str = "") -> Mistake:
        return Mistake(row, stage.name, ((stage.name, right),), what, instead)

    goal = around.derivation.of
    for name in around.alike.get(stage.adjoint, ()):
        other = around.adjoints[name]
        words = f"∂{goal}/∂{other}"
        yield altered("adjoint of another tensor", Entry(name, *stage.letters), instead=words)
    for name in (stage.name, *around.alike.get(stage.name, ())):
        entry = Entry(name, *stage.letters)
        yield altered("factor too much", Times(expression, entry), str(entry))
        for function, slope in SLOPES:
            factor = slope(entry)
            product = Times(expression, factor)
            yield altered("derivative too much", product, str(factor), function)


# The ways ----------------------------------------------------------------------------------------


def _terms(node: Plus, around: Surroundings) -> Iterator[Altered]:
    for place, term in enumerate(node.args):
        others = node.args[:place] + node.args[place + 1 :]
        rest = others[0] if len(others) == 1 else Plus(*others)
        shown = str(term.args[0] if isinstance(term, Negative) else term)
        yield "missing term", rest, shown, ""
        turned = term.args[0] if isinstance(term, Negative) else negative(term)
        yield "sign of a term", Plus(*_at(node.args, place, turned)), shown, ""
        if not term.is_Number:
            for factor, words in ((Integer(2), "2 times"), (ONE / 2, "1/2 of")):
                scaled = Plus(*_at(node.args, place, Times(factor, term)))
                yield "factor of a term", scaled, shown, words


def _factors(node: Times, around: Surroundings) -> Iterator[Altered]:
    for place, factor in enumerate(node.args):
        others = node.args[:place] + node.args[place + 1 :]
        rest = others[0] if len(others) == 1 else Times(*others)
        yield (*_dropped(factor, rest, around), "")
        if not factor.is_Number:
            yield "factor twice", Times(*node.args, factor), str(factor), ""


def _dropped(factor: Expr, rest: Expr, around: Surroundings) -> tuple[str, Expr, str]:
    """Say which row of the catalogue a product without this factor belongs to."""
    tensor = factor.tensor if isinstance(factor, Entry) else None
    if tensor in around.adjoints:
        return "missing upstream adjoint", rest, str(factor)
    if isinstance(factor, IndexSum) and isinstance(factor.body, Entry):
        if set(factor.letters) & free_letters(factor.body):
            return "taken to add up to 1", rest, str(factor)
    return "missing factor", rest, str(factor)


def _alone(node: Expr, around: Surroundings) -> Iterator[Altered]:
    """A factor that stands alone in a sum: without it, 1 is left."""
    body = node.args[0]
    if not isinstance(body, (Times, Quotient, Plus, Negative, IndexSum)) and body != ONE:
        row, altered, what = _dropped(body, node.func(ONE, *node.args[1:]), around)
        yield row, altered, what, ""


def _divisors(node: Quotient, around: Surroundings) -> Iterator[Altered]:
    above, below = node.args
    yield "missing division", above, str(below), ""
    if isinstance(below, Times):
        for place, factor in enumerate(below.args):
            others = below.args[:place] + below.args[place + 1 :]
            rest = others[0] if len(others) == 1 else Times(*others)
            yield "missing division", Quotient(above, rest), str(factor), ""
    if not isinstance(above, (Times, Negative)) and above != ONE:
        row, altered, what = _dropped(above, Quotient(ONE, below), around)
        yield row, altered, what, ""
    if not below.is_Number and not free_letters(below):
        yield "missing division", Times(above, below), f"{below} (it multiplies instead)", ""


def _powers(node: Power, around: Surroundings) -> Iterator[Altered]:
    base = node.args[0]
    yield "missing power", base, str(node), str(base)


def _sums(node: IndexSum, around: Surroundings) -> Iterator[Altered]:
    """One value of a letter only, the first; and the mean."""
    if len(node.args) != 1 + len(node.letters) or node.letters != node.binders:
        return
    for place, letter in enumerate(node.letters):
        others = node.letters[:place] + node.letters[place + 1 :]
        first = with_letters(node.body, {letter: Integer(0)})
        rest = IndexSum(first, *others) if others else first
        samples = letter.name in around.samples
        row = "missing sum over samples" if samples else "missing sum"
        yield row, rest, letter.name, f"{letter.name} = 0"
        last = with_letters(node.body, {letter: combined((1, letter.size), (-1, ONE))})
        rest = IndexSum(last, *others) if others else last
        yield row, rest, letter.name, f"the last {letter.name}"
        yield "mean for sum", Quotient(node, letter.size), letter.name, ""
        end = combined((1, letter.size), (-1, ONE))
        for low, high, what in ((ONE, end, "first"), (Integer(0), end - ONE, "last")):
            bounded = IndexSum(node.body, Bounded(letter, low, high), *others)
            yield "off by one", bounded, str(node), f"the same without its {what} {letter.name}"


def _entries(node: Entry, around: Surroundings) -> Iterator[Altered]:
    shown, positions = str(node), node.positions
    for a in range(len(positions)):
        for b in range(a + 1, len(positions)):
            if _size(positions[a]) is not None and _size(positions[a]) == _size(positions[b]):
                swapped = list(positions)
                swapped[a], swapped[b] = positions[b], positions[a]
                altered = Entry(node.tensor, *swapped)
                if altered != node:
                    yield "swapped letters", altered, shown, str(altered)
    for name in around.alike.get(node.tensor, ()):
        altered = Entry(name, *positions)
        yield "wrong tensor", altered, shown, str(altered)
    for place, position in enumerate(positions):
        if place == 0 and isinstance(position, Index) and _is_state(node, around):
            before = combined((1, position), (-1, ONE))
            altered = Entry(node.tensor, before, *positions[1:])
            yield "off by one", altered, shown, str(altered)
        if isinstance(position, Affine):
            for row, moved in _moved(position):
                altered = Entry(node.tensor, *_at(positions, place, moved))
                yield row, altered, shown, str(altered)


def _is_state(node: Entry, around: Surroundings) -> bool:
    tensor = around.tensors.get(node.tensor)
    return tensor is not None and tensor.is_state and node.tensor not in around.adjoints


def _moved(position: Affine) -> Iterator[tuple[str, Expr]]:
    """A position one further; with a letter turned, left out, or without its constant."""
    for shift in (1, -1):
        yield "off by one", combined((1, position), (shift, ONE))
    for letter, coefficient in position.coefficients.items():
        yield "wrong position", combined((1, position), (-2 * coefficient, letter))
        yield "wrong position", combined((1, position), (-coefficient, letter))
    if position.constant != 0:
        yield "wrong position", combined((1, position), (-1, position.constant))


def _conditions(node: Iverson, around: Surroundings) -> Iterator[Altered]:
    if not isinstance(node.args[0], InRange):
        yield "condition turned", Iverson(Not(node.args[0])), str(node.args[0]), ""


def _size(position: Expr) -> Expr | None:
    return position.size if isinstance(position, Index) else None


def _at(items: tuple[Expr, ...], place: int, new: Expr) -> tuple[Expr, ...]:
    return (*items[:place], new, *items[place + 1 :])


WAYS: tuple[tuple[type | tuple[type, ...], Callable[..., Iterator[Altered]]], ...] = (
    (Plus, _terms),
    (Times, _factors),
    ((IndexSum, Negative), _alone),
    (IndexSum, scatters),
    (First, ties),
    (IndexProduct, products),
    (Quotient, _divisors),
    (Power, _powers),
    (IndexSum, _sums),
    (Entry, _entries),
    (Iverson, _conditions),
)
