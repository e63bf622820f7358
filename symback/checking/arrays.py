"""Expressions as whole arrays: every letter is an axis with a name, every node a NumPy operation.

The catalogue of mistakes asks for hundreds of altered equations at the same values. The literal
interpreter is too slow for that, a compiled program too slow to make; this computes each node once,
over all of its letters, in float64 or in objects (mpmath numbers). An axis named "" may come first:
its rows are altered versions of the same equation, computed side by side.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace

import numpy as np
from sympy import Add, Expr, Integer, Mul, Pow, Symbol, floor
from sympy.core.numbers import Number, NumberSymbol

from symback.algebra.letters import Index
from symback.algebra.nodes import Delta, Floored, InRange, Iverson, Padded, Remainder, Where
from symback.algebra.operators import (
    Both,
    Comparison,
    Decimal,
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
from symback.algebra.traversal import with_letters
from symback.checking.array_binders import BINDERS
from symback.checking.named_axes import (
    ROWS,
    Axes,
    Named,
    called,
    combined,
    divided,
    exact_power,
    guarded,
    product,
)
from symback.checking.positions import fits, gathered, position_array
from symback.compiler.arithmetic import Arithmetic, constant_number
from symback.compiler.meanings import RELATIONS
from symback.errors import NotYetError
from symback.network.tensors import Equation
from symback.network.values import size_value


@dataclass(frozen=True, slots=True)
class Field:
    """Where expressions are arrays: the tensors, the sizes, the kind of number.

    Tensors named in ``rowed`` have one more axis, the first: one row for each altered version.
    ``known`` keeps what was computed, for many expressions with common parts; ``states`` are the
    equations of tensors that have an initial value before their first step.
    """

    tensors: Mapping[str, np.ndarray]
    sizes: Mapping[Symbol, int]
    kind: Arithmetic
    rowed: frozenset[str] = frozenset()
    known: dict[Expr, Named] | None = None
    states: Mapping[str, Equation] = field(default_factory=dict)

    @property
    def exact(self) -> bool:
        return self.kind.digits > 17

    def value(self, expression: Expr) -> Named:
        """Return the array of an expression over its own letters."""
        return _value(expression, self)

    def condition(self, node: Expr) -> Named:
        """Return the array of truths of a condition over its letters."""
        return _condition(node, self)

    def places(self, position: Expr) -> Named:
        """Return the integers that a position is, over its letters."""
        return position_array(position, self.sizes, self.value)

    def numbers(self, integers: Named) -> Named:
        """Return integers as numbers of the field's kind."""
        array, axes = integers
        if not self.exact:
            return array.astype(float), axes
        return self.kind.array(array.ravel().tolist(), array.shape), axes


def array_of(expression: Expr, letters: Iterable[Index], field: Field) -> np.ndarray:
    """Return the array over these letters that the expression is; its rows first, if it has any.

    What divides by zero or leaves a function's domain is not finite, and no error.
    """
    with np.errstate(all="ignore"):
        array, axes = _value(expression, field)
    names = [letter.name for letter in letters]
    wanted = ([ROWS] if ROWS in axes else []) + names
    missing = tuple(name for name in names if name not in axes)
    array = array.reshape(array.shape + (1,) * len(missing))
    order = [(*axes, *missing).index(name) for name in wanted]
    lengths = {k.name: size_value(k.size, field.sizes) for k in letters if k.name in missing}
    array = array.transpose(order)
    shape = tuple(lengths.get(n, length) for n, length in zip(wanted, array.shape, strict=True))
    return np.broadcast_to(array, shape)


def _value(expression: Expr, field: Field) -> Named:
    """Return the array of an expression over its own letters."""
    form = FORMS.get(type(expression))
    if form is not None and field.known is None:
        return form(expression, field)
    if form is not None:
        found = field.known.get(expression)
        if found is None:
            found = field.known[expression] = form(expression, field)
        return found
    if isinstance(expression, (Number, NumberSymbol)):
        return np.asarray(constant_number(field.kind, expression)), ()
    raise NotYetError(
        f"the array of {str(expression)[:60]}",
        f"a {type(expression).__name__}",
        f"forms with arrays: {', '.join(t.__name__ for t in FORMS)}",
    )


def _folded(operation: Callable) -> Callable[[Expr, Field], Named]:
    def fold(expression: Expr, field: Field) -> Named:
        total = _value(expression.args[0], field)
        for operand in expression.args[1:]:
            total = combined(operation, total, _value(operand, field))
        return total

    return fold


def _times(expression: Expr, field: Field) -> Named:
    """Multiply; a bracket or delta that is 0 makes the product 0 whatever the others are."""
    guards = [f for f in expression.args if isinstance(f, (Iverson, Delta))]
    if len(guards) in (0, len(expression.args)):
        return _folded(np.multiply)(expression, field)
    guard = product([_value(g, field) for g in guards])
    rest = [_value(f, field) for f in expression.args if not isinstance(f, (Iverson, Delta))]
    return combined(guarded, guard, product(rest))


def _quotient(expression: Quotient, field: Field) -> Named:
    above, below = expression.args
    return divided(_value(above, field), _value(below, field), field.exact)


def _power(expression: Power, field: Field) -> Named:
    base, exponent = expression.args
    exponent = exponent.value if isinstance(exponent, Decimal) else exponent
    if isinstance(exponent, Number) and exponent.is_Integer and abs(exponent) < 100:
        array, axes = _value(base, field)
        whole = int(exponent)
        if whole < 0:
            return divided((np.asarray(field.kind.one), ()), (array**-whole, axes), field.exact)
        return np.asarray(array**whole), axes
    values = _value(base, field), _value(exponent, field)
    return combined(exact_power if field.exact else np.power, *values)


# Entries and positions ---------------------------------------------------------------------------


def _padded(node: Padded, field: Field) -> Named:
    """Read an entry; what lies outside is 0, before a state's first step too."""
    return _entry(node.entry, replace(field, states={}, known=None))


def _entry(entry: Entry, field: Field) -> Named:
    array = field.tensors[entry.tensor]
    rows = (ROWS,) if entry.tensor in field.rowed else ()
    names = (*rows, *(p.name for p in entry.positions if isinstance(p, Index)))
    plain = len(names) == array.ndim and len(set(names)) == len(names)
    if plain and fits(entry.positions, array.shape[len(rows) :], field.sizes):
        order = sorted(range(len(names)), key=names.__getitem__)
        return array.transpose(order), tuple(names[axis] for axis in order)
    found = gathered(array, rows, [field.places(p) for p in entry.positions])
    if entry.tensor not in field.states:
        return found
    equation = field.states[entry.tensor]
    others = zip(equation.letters[1:], entry.positions[1:], strict=True)
    initial = _value(with_letters(equation.initial, dict(others)), field)
    step, axes = field.places(entry.positions[0])
    return combined(np.where, (step < 0, axes), initial, found)


# Functions, conditions ---------------------------------------------------------------------------


def _pointwise(node: Pointwise, field: Field) -> Named:
    form = pointwise_row(node.name).runs_as
    if not field.exact and not isinstance(form, str):
        return _value(form(*node.arguments), field)
    return called(node.name, [_value(a, field) for a in node.arguments], field.exact)


def _condition(node: Expr, field: Field) -> tuple[np.ndarray, Axes]:
    if isinstance(node, Comparison):
        left, right = (_value(a, field) for a in node.args[1:])
        return combined(RELATIONS[node.operator], left, right)
    if isinstance(node, InRange):
        position, low, high = (field.places(p) for p in node.args)
        inside = combined(lambda p, a, b: (a <= p) & (p < b), position, low, high)
        return inside
    if isinstance(node, Not):
        array, axes = _condition(node.args[0], field)
        return ~array.astype(bool), axes
    joined = np.logical_and if isinstance(node, Both) else np.logical_or
    total = _condition(node.args[0], field)
    for operand in node.args[1:]:
        total = combined(joined, total, _condition(operand, field))
    return total


def _iverson(node: Iverson, field: Field) -> Named:
    array, axes = _condition(node.args[0], field)
    return field.numbers((array.astype(int), axes))


def _where(node: Where, field: Field) -> Named:
    condition, then, otherwise = node.args
    taken = _condition(condition, field)
    taken = taken[0].astype(bool), taken[1]
    return combined(np.where, taken, _value(then, field), _value(otherwise, field))


def _delta(node: Delta, field: Field) -> Named:
    left, right = (field.places(p) for p in node.args)
    array, axes = combined(np.equal, left, right)
    return field.numbers((array.astype(int), axes))


def _size(expression: Expr, field: Field) -> Named:
    """Return a number made of sizes, such as 1/N."""
    sizes = {symbol: Integer(size) for symbol, size in field.sizes.items()}
    return np.asarray(constant_number(field.kind, expression.xreplace(sizes))), ()


FORMS: dict[type, Callable[[Expr, Field], Named]] = {
    Entry: _entry,
    Plus: _folded(np.add),
    Times: _times,
    Negative: lambda e, field: combined(np.negative, _value(e.args[0], field)),
    Quotient: _quotient,
    Power: _power,
    Decimal: lambda e, field: (np.asarray(constant_number(field.kind, e.value)), ()),
    Pointwise: _pointwise,
    Padded: _padded,
    **BINDERS,
    Delta: _delta,
    Iverson: _iverson,
    Where: _where,
    **dict.fromkeys(
        (Index, Affine, Floored, Remainder), lambda e, field: field.numbers(field.places(e))
    ),
    **dict.fromkeys((Symbol, Add, Mul, Pow, floor), _size),
}  # fmt: skip
