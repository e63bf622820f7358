"""Expressions written out for one entry: letters become numbers, sums become terms.

Deltas and brackets on letters are decided, a term with a zero so found is left out, and arithmetic
of letters and sizes is done; everything else stays as it was written.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from sympy import Expr, Integer, Rational, Symbol

from symback.algebra.evaluated import evaluated
from symback.algebra.letters import Index
from symback.algebra.nodes import (
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
    Comparison,
    Condition,
    Decimal,
    Either,
    Negative,
    Node,
    Not,
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
from symback.algebra.positions import Affine, Entry, is_affine, parts
from symback.algebra.traversal import free_letters
from symback.errors import DefinitionError
from symback.network.tensors import Equation

ZERO, ONE = Integer(0), Integer(1)
MOST_TERMS = 200_000
LARGEST_FOLDED_EXPONENT = 16
Letters = Mapping[Index, int]


@dataclass(frozen=True, slots=True)
class Denominator:
    """The sum below a softmax, as a scalar of its own."""

    name: str
    place: tuple[int, ...]
    total: Expr


@dataclass
class Scalars:
    """What every scalar is called, and how long every axis is."""

    sizes: Mapping[Symbol, Integer]
    lengths: Mapping[str, tuple[int, ...]]
    names: Mapping[tuple[str, tuple[int, ...]], str]
    terms: int = 0
    kinds: dict[str, dict[tuple[Expr, Index], int]] = field(default_factory=dict)
    known: dict[tuple[str, int, tuple[int, ...]], Denominator] = field(default_factory=dict)

    def written_out(
        self, equation: Equation, letters: Letters, shown: str
    ) -> tuple[Expr, tuple[Denominator, ...]]:
        """Return (expression of one entry, the denominators that it needs and that are new).

        Raises DefinitionError for a read outside a tensor and for sums that are too long.
        """
        writing = _Writing(self, equation, shown)
        return writing.value(equation.written, letters), tuple(writing.new)


class _Writing:
    """One entry of one equation being written out."""

    def __init__(self, scalars: Scalars, equation: Equation, shown: str) -> None:
        self.scalars, self.equation, self.shown = scalars, equation, shown
        self.new: list[Denominator] = []

    # Numbers --------------------------------------------------------------------------------------

    def number(self, position: Expr, letters: Letters) -> int:
        """Return the number that a position or a size is."""
        if isinstance(position, Index):
            return letters[position]
        constant, coefficients = parts(position)
        value = constant.xreplace(self.scalars.sizes)
        if not value.is_Integer:
            raise self.error(f"{position} is {value}", "choose other sizes")
        return int(value) + sum(c * letters[letter] for letter, c in coefficients.items())

    def error(self, found: str, helps: str = "") -> DefinitionError:
        return DefinitionError(f"scalarize: the equation of {self.shown}", found, helps)

    # Values ---------------------------------------------------------------------------------------

    def value(self, node: Expr, letters: Letters) -> Expr:
        """Return the expression with numbers for letters."""
        form = FORMS.get(type(node))
        if form:
            return form(self, node, letters)
        if isinstance(node, Node):
            args = (self.value(a, letters) if isinstance(a, Expr) else a for a in node.args)
            return node.func(*args)
        return Integer(self.number(node, letters)) if node.free_symbols else node

    def entry(self, entry: Entry, letters: Letters) -> Expr:
        if not all(is_affine(p) for p in entry.positions):
            raise self.error(f"{entry} reads a place that only the values tell")
        place = tuple(self.number(p, letters) for p in entry.positions)
        name = self.scalars.names.get((entry.tensor, place))
        if name is None:
            read = f"{entry.tensor}[{','.join(map(str, place))}]"
            shape = ", ".join(map(str, self.scalars.lengths[entry.tensor]))
            raise self.error(f"it reads {read}, outside the shape ({shape})", "choose other sizes")
        return Entry(name)

    def sum(self, node: Plus, letters: Letters) -> Expr:
        terms: list[Expr] = []
        for term in node.args:
            inner = term.args[0] if isinstance(term, Negative) else term
            value = self.value(inner, letters)
            if _vanishes(inner, value):
                continue
            if isinstance(term, Negative):
                terms.append(Negative(value))
            elif isinstance(inner, IndexSum) and isinstance(value, Plus):
                terms.extend(value.args)
            else:
                terms.append(value)
        return _done(node, terms, sum_of)

    def product(self, node: Times, letters: Letters) -> Expr:
        decided = {}
        for place, factor in enumerate(node.args):
            # Why first? A bracket may exclude what another factor would read out of range.
            if isinstance(factor, (Iverson, Delta)):
                decided[place] = self.value(factor, letters)
                if decided[place] == ZERO:
                    return ZERO
        factors = []
        for place, factor in enumerate(node.args):
            value = decided.get(place) or self.value(factor, letters)
            if _vanishes(factor, value):
                return ZERO
            if value != ONE or factor == ONE:
                factors.append(value)
        return _done(node, factors, product_of)

    def negative(self, node: Negative, letters: Letters) -> Expr:
        value = self.value(node.args[0], letters)
        return ZERO if _vanishes(node.args[0], value) else negative(value)

    def quotient(self, node: Quotient, letters: Letters) -> Expr:
        above, below = (self.value(a, letters) for a in node.args)
        if _vanishes(node.args[0], above):
            return ZERO
        if below == ZERO:
            raise self.error(f"{node} divides by zero", "choose other sizes")
        if below == ONE and node.args[1] != ONE:
            return above
        return _done(node, [above, below], lambda operands: quotient(*operands))

    def power(self, node: Power, letters: Letters) -> Expr:
        base, exponent = (self.value(a, letters) for a in node.args)
        if exponent.is_Integer and 0 <= exponent <= LARGEST_FOLDED_EXPONENT:
            return _done(node, [base, exponent], lambda operands: Power(*operands))
        return Power(base, exponent)

    # Binders --------------------------------------------------------------------------------------

    def places(self, binders: list[Expr], outer: Letters) -> list[Letters]:
        """Return the letters for every term of a binder; bounds are read outside of it."""
        ranges = []
        for binder in binders:
            low, high = 0, self.number(_letter(binder).size, outer) - 1
            if isinstance(binder, Bounded):
                low, high = self.number(binder.low, outer), self.number(binder.high, outer)
            ranges.append((_letter(binder), range(low, high + 1)))
        places: list[dict[Index, int]] = [dict(outer)]
        for letter, values in ranges:
            self.scalars.terms += len(places) * len(values)
            if self.scalars.terms > MOST_TERMS:
                found = f"with all before it more than {MOST_TERMS} terms"
                raise self.error(found, "choose smaller sizes")
            places = [{**place, letter: value} for place in places for value in values]
        return places

    def index_sum(self, node: IndexSum, letters: Letters) -> Expr:
        body, present = node.body, free_letters(node.body)
        # A letter that the body does not read counts its repetitions.
        repeated = [
            b for b in node.binders if not isinstance(b, Bounded) and _letter(b) not in present
        ]
        binders = [b for b in node.binders if b not in repeated]
        count = 1
        for letter in repeated:
            count *= self.number(letter.size, letters)
        terms: list[Expr] = []
        for place in self.places(binders, letters):
            value = self.value(body, place)
            if not _vanishes(body, value):
                nested = isinstance(body, IndexSum) and isinstance(value, Plus)
                terms.extend(value.args if nested else (value,))
        total = sum_of(terms)
        if count == 1 or total == ZERO:
            return total
        if isinstance(total, Rational):
            return total * count
        return product_of((Integer(count), total))

    def index_mean(self, node: IndexMean, letters: Letters) -> Expr:
        total = self.index_sum(IndexSum(*node.args), letters)
        count = 1
        for letter in node.letters:
            count *= self.number(letter.size, letters)
        if isinstance(total, Rational):
            return total / count
        return total if count == 1 else quotient(total, Integer(count))

    def log_sum_exp(self, node: LogSumExp, letters: Letters) -> Expr:
        terms = IndexSum(Pointwise("exp", node.body), *node.binders)
        return Pointwise("log", self.index_sum(terms, letters))

    def softmax(self, node: Softmax, letters: Letters) -> Expr:
        letter = node.letters[0]
        at = self.number(node.at, letters)
        if not 0 <= at < self.number(letter.size, letters):
            raise self.error(f"{node} is read at {at}", "choose other sizes")
        above = Pointwise("exp", self.value(node.body, {**letters, letter: at}))
        return Quotient(above, Entry(self.denominator(node, letter, letters).name))

    def denominator(self, node: Softmax, letter: Index, letters: Letters) -> Denominator:
        """Return the sum below a softmax: one scalar for all entries that share it."""
        own = free_letters(node.body) - {letter}
        order = [k for k in letters if k in own]
        place = tuple(letters[k] for k in order)
        known, target = self.scalars.known, self.equation.target
        kinds = self.scalars.kinds.setdefault(target, {})
        number = kinds.setdefault((node.body, letter), len(kinds))
        key = (target, number, place)
        if key not in known:
            name = "_".join((f"{target}_sum{number or ''}", *map(str, place)))
            total = self.index_sum(IndexSum(Pointwise("exp", node.body), letter), letters)
            known[key] = Denominator(name, place, total)
            self.new.append(known[key])
        return known[key]

    # Decisions ------------------------------------------------------------------------------------

    def delta(self, node: Delta, letters: Letters) -> Expr:
        left, right = (self.number(a, letters) for a in node.args)
        return ONE if left == right else ZERO

    def iverson(self, node: Iverson, letters: Letters) -> Expr:
        holds = self.condition(node.args[0], letters)
        if isinstance(holds, bool):
            return ONE if holds else ZERO
        return Iverson(holds)

    def where(self, node: Where, letters: Letters) -> Expr:
        holds = self.condition(node.args[0], letters)
        if isinstance(holds, bool):
            return self.value(node.args[1 if holds else 2], letters)
        return Where(holds, *(self.value(a, letters) for a in node.args[1:]))

    def condition(self, node: Condition, letters: Letters) -> Condition | bool:
        """Return a condition with numbers for letters; True or False if letters decide it."""
        if isinstance(node, InRange):
            position, low, high = (self.number(a, letters) for a in node.args)
            return low <= position < high
        if isinstance(node, Comparison):
            left, right = (self.value(a, letters) for a in node.args[1:])
            if isinstance(left, Rational) and isinstance(right, Rational):
                return OPERATORS[node.operator](left, right)
            return Comparison(node.operator, left, right)
        inner = [self.condition(a, letters) for a in node.args]
        if isinstance(node, Not):
            return not inner[0] if isinstance(inner[0], bool) else Not(inner[0])
        deciding = isinstance(node, Either)
        if deciding in (i for i in inner if isinstance(i, bool)):
            return deciding
        open_ones = [i for i in inner if not isinstance(i, bool)]
        if not open_ones:
            return not deciding
        return node.func(*open_ones) if len(open_ones) > 1 else open_ones[0]


def _letter(binder: Expr) -> Index:
    return binder.letter if isinstance(binder, Bounded) else binder


def _vanishes(node: Expr, value: Expr) -> bool:
    """Is this a zero that was not written as one?"""
    return value == ZERO and node != ZERO


def _done(node: Expr, operands: list[Expr], build: Callable[[list[Expr]], Expr]) -> Expr:
    """Build a node from its written-out operands; do the arithmetic of letters and sizes."""
    written = [a for a in node.args if not isinstance(a, Rational)]
    if written and all(isinstance(a, Rational) for a in map(_bare, operands)):
        return evaluated(build(operands))
    return build(operands)


def _bare(operand: Expr) -> Expr:
    return operand.args[0] if isinstance(operand, Negative) else operand


OPERATORS: dict[str, Callable[[Rational, Rational], bool]] = {
    "<": lambda a, b: bool(a < b),
    "<=": lambda a, b: bool(a <= b),
    ">": lambda a, b: bool(a > b),
    ">=": lambda a, b: bool(a >= b),
    "==": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
}
FORMS: dict[type, Callable[[_Writing, Expr, Letters], Expr]] = {
    Entry: _Writing.entry,
    Index: lambda writing, node, letters: Integer(letters[node]),
    Affine: lambda writing, node, letters: Integer(writing.number(node, letters)),
    Decimal: lambda writing, node, letters: node,
    Plus: _Writing.sum,
    Times: _Writing.product,
    Negative: _Writing.negative,
    Quotient: _Writing.quotient,
    Power: _Writing.power,
    IndexSum: _Writing.index_sum,
    IndexMean: _Writing.index_mean,
    LogSumExp: _Writing.log_sum_exp,
    Softmax: _Writing.softmax,
    Delta: _Writing.delta,
    Iverson: _Writing.iverson,
    Where: _Writing.where,
}
