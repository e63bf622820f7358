"""Expressions written out for one entry: letters become numbers, sums become terms.

Deltas and brackets on letters are decided, a term with a zero so found is left out, and arithmetic
of letters and sizes is done; everything else stays as it was written.
"""

from __future__ import annotations

from collections.abc import Callable

from sympy import Expr, Integer, Rational, oo

from symback.algebra.evaluated import evaluated
from symback.algebra.letters import Index
from symback.algebra.nodes import Delta, Floored, IndexSum, Iverson, Padded, Remainder
from symback.algebra.operators import (
    Decimal,
    Negative,
    Plus,
    Pointwise,
    Power,
    Quotient,
    Times,
    negative,
    product_of,
    quotient,
    sum_of,
)
from symback.algebra.positions import Affine, Entry
from symback.network.scalar_binders import BINDERS
from symback.network.scalar_choices import CHOICES
from symback.network.scalar_writing import (
    ONE,
    ZERO,
    Denominator,
    Letters,
    Scalars,
    Writing,
    vanishes,
)
from symback.network.tensors import Equation

LARGEST_FOLDED_EXPONENT = 16


def written_out(
    scalars: Scalars, equation: Equation, letters: Letters, shown: str
) -> tuple[Expr, tuple[Denominator, ...]]:
    """Return (expression of one entry, the denominators that it needs and that are new).

    Raises DefinitionError for a read outside a tensor and for sums that are too long.
    """
    writing = Writing(scalars, equation, shown, FORMS)
    return writing.value(equation.written, letters), tuple(writing.new)


def _entry(writing: Writing, entry: Entry, letters: Letters) -> Expr:
    place = tuple(writing.number(p, letters) for p in entry.positions)
    name = writing.scalars.names.get((entry.tensor, place))
    if name is not None:
        return Entry(name)
    state = writing.scalars.states.get(entry.tensor)
    if state is not None and place[0] < 0:
        return writing.value(state.initial, dict(zip(state.letters[1:], place[1:], strict=True)))
    read = f"{entry.tensor}[{','.join(map(str, place))}]"
    shape = ", ".join(map(str, writing.scalars.lengths[entry.tensor]))
    raise writing.error(f"it reads {read}, outside the shape ({shape})", "choose other sizes")


def _padded(writing: Writing, node: Padded, letters: Letters) -> Expr:
    place = tuple(writing.number(p, letters) for p in node.entry.positions)
    is_inside = (node.entry.tensor, place) in writing.scalars.names
    return _entry(writing, node.entry, letters) if is_inside else ZERO


def _pointwise(writing: Writing, node: Pointwise, letters: Letters) -> Expr:
    arguments = [writing.value(a, letters) for a in node.arguments]
    # A score of −∞ is how a network masks.
    is_masked = node.name == "exp" and arguments == [-oo]
    return ZERO if is_masked else Pointwise(node.name, *arguments)


def _sum(writing: Writing, node: Plus, letters: Letters) -> Expr:
    terms: list[Expr] = []
    for term in node.args:
        inner = term.args[0] if isinstance(term, Negative) else term
        value = writing.value(inner, letters)
        if vanishes(inner, value):
            continue
        if isinstance(term, Negative):
            terms.append(Negative(value))
        elif isinstance(inner, IndexSum) and isinstance(value, Plus):
            terms.extend(value.args)
        else:
            terms.append(value)
    return _done(node, terms, sum_of)


def _product(writing: Writing, node: Times, letters: Letters) -> Expr:
    decided = {}
    for place, factor in enumerate(node.args):
        # Why first? A bracket may exclude what another factor would read out of range.
        if isinstance(factor, (Iverson, Delta)):
            decided[place] = writing.value(factor, letters)
            if decided[place] == ZERO:
                return ZERO
    factors = []
    for place, factor in enumerate(node.args):
        value = decided.get(place) or writing.value(factor, letters)
        if vanishes(factor, value):
            return ZERO
        if value != ONE or factor == ONE:
            factors.append(value)
    return _done(node, factors, product_of)


def _negative(writing: Writing, node: Negative, letters: Letters) -> Expr:
    value = writing.value(node.args[0], letters)
    return ZERO if vanishes(node.args[0], value) else negative(value)


def _quotient(writing: Writing, node: Quotient, letters: Letters) -> Expr:
    above, below = (writing.value(a, letters) for a in node.args)
    if vanishes(node.args[0], above):
        return ZERO
    if below == ZERO:
        raise writing.error(f"{node} divides by zero", "choose other sizes")
    if below == ONE and node.args[1] != ONE:
        return above
    return _done(node, [above, below], lambda operands: quotient(*operands))


def _power(writing: Writing, node: Power, letters: Letters) -> Expr:
    base, exponent = (writing.value(a, letters) for a in node.args)
    if exponent.is_Integer and 0 <= exponent <= LARGEST_FOLDED_EXPONENT:
        return _done(node, [base, exponent], lambda operands: Power(*operands))
    return Power(base, exponent)


def _done(node: Expr, operands: list[Expr], build: Callable[[list[Expr]], Expr]) -> Expr:
    """Build a node from its written-out operands; do the arithmetic of letters and sizes."""
    written = [a for a in node.args if not isinstance(a, Rational)]
    if written and all(isinstance(a, Rational) for a in map(_bare, operands)):
        return evaluated(build(operands))
    return build(operands)


def _bare(operand: Expr) -> Expr:
    return operand.args[0] if isinstance(operand, Negative) else operand


def _place(writing: Writing, node: Expr, letters: Letters) -> Expr:
    return Integer(writing.number(node, letters))


ARITHMETIC: dict[type, Callable[[Writing, Expr, Letters], Expr]] = {
    Entry: _entry,
    Padded: _padded,
    Index: _place,
    Affine: _place,
    Floored: _place,
    Remainder: _place,
    Decimal: lambda writing, node, letters: node,
    Pointwise: _pointwise,
    Plus: _sum,
    Times: _product,
    Negative: _negative,
    Quotient: _quotient,
    Power: _power,
}
FORMS = ARITHMETIC | BINDERS | CHOICES
