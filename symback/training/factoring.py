"""Numbers taken out of vectors: what is multiplied once need not be multiplied entry by entry.

An expression over the entries of vectors is written as Σ number · vector, the numbers in front:
(a·x)/b = (a/b)·x, √(a·x) = √a·√x for a > 0, a·x + b = a·(x + b/a) for a > 0, a·(x + b·y) = a·x +
ab·y. Each only regroups factors, and none adds an operation on numbers that depends on the size of
the vectors. A number here is an expression that reads scalars only.
"""

from __future__ import annotations

from collections.abc import Callable

from sympy import Expr, Integer

from symback.algebra.operators import (
    Negative,
    Plus,
    Pointwise,
    Power,
    Quotient,
    Times,
    product_of,
    sum_of,
    without_minus,
)
from symback.algebra.traversal import entries, free_letters

ONE = Integer(1)
# vector: the number in front of it; the vector ONE stands for a sum's own number.
Sum = dict[Expr, Expr]
Named = Callable[[Expr], Expr]


def is_number(expression: Expr) -> bool:
    """Does the expression read scalars only?"""
    return not free_letters(expression) and not any(e.positions for e in entries(expression))


class Factoring:
    """The rewrites; ``is_positive`` says which numbers are sure to be above 0.

    ``named`` returns what stands for a number that is in front of a vector or was taken out of a
    sum: a name of it. With ``opened`` a·(x + y) becomes a·x + a·y.
    """

    def __init__(self, is_positive: Callable[[Expr], bool], named: Named, opened: bool) -> None:
        self._is_positive, self._named, self._opened = is_positive, named, opened

    def __call__(self, expression: Expr) -> Expr:
        """Return the expression with its numbers in front."""
        return self._written(self._sum(expression))

    def _sum(self, expression: Expr) -> Sum:
        """Return the expression as a sum of vectors with numbers in front."""
        if is_number(expression):
            return {ONE: expression}
        if isinstance(expression, Plus):
            return self._added(expression.args)
        if isinstance(expression, Negative):
            return {x: Negative(a) for x, a in self._sum(expression.args[0]).items()}
        if isinstance(expression, Times | Quotient) and self._opened:
            number, rest = self._split(expression)
            if isinstance(rest, Plus) and number != ONE:
                return {x: times(number, a) for x, a in self._sum(rest).items()}
        number, vector = self._split(expression)
        return {vector: number}

    def _added(self, terms: tuple[Expr, ...]) -> Sum:
        found: Sum = {}
        for term in terms:
            for vector, number in self._sum(term).items():
                found[vector] = sum_of([found[vector], number]) if vector in found else number
        return found

    def _split(self, expression: Expr) -> tuple[Expr, Expr]:
        """Return (a, x) with a·x the expression: a number, and what is left of the vector."""
        if is_number(expression):
            return expression, ONE
        if isinstance(expression, Times):
            pairs = [self._split(factor) for factor in expression.args]
            return times(*(a for a, _ in pairs)), times(*(x for _, x in pairs))
        if isinstance(expression, Quotient):
            (a, x), (b, y) = map(self._split, expression.args)
            return over(a, b), over(x, y)
        if isinstance(expression, Plus):
            return self._split_sum(self._added(expression.args))
        if isinstance(expression, Power) and expression.args[1].is_Integer:
            a, x = self._split(expression.args[0])
            return (ONE if a == ONE else Power(a, expression.args[1])), x ** expression.args[1]
        if isinstance(expression, Pointwise):
            return self._split_function(expression)
        return ONE, expression

    def _split_sum(self, found: Sum) -> tuple[Expr, Expr]:
        """Take out the number that all vectors of a sum have in front, if there is one."""
        numbers = list(dict.fromkeys(a for x, a in found.items() if x != ONE))
        if len(numbers) != 1 or numbers[0] == ONE or not self._is_positive(numbers[0]):
            return ONE, self._written(found)
        name = self._named(numbers[0])
        inner = {x: over(a, name) if x == ONE else ONE for x, a in found.items()}
        return name, self._written(inner)

    def _split_function(self, expression: Pointwise) -> tuple[Expr, Expr]:
        if expression.name == "sqrt":
            a, x = self._split(expression.arguments[0])
            if a != ONE and self._is_positive(a):
                return Pointwise("sqrt", a), Pointwise("sqrt", x)
        return ONE, Pointwise(expression.name, *map(self, expression.arguments))

    def _written(self, found: Sum) -> Expr:
        """Return Σ number · vector as an expression."""
        terms = []
        for vector, number in found.items():
            positive = without_minus(number)
            made = weighted(self._named(number if positive is None else positive), vector)
            terms.append(made if positive is None else Negative(made))
        return sum_of(terms)


def weighted(number: Expr, vector: Expr) -> Expr:
    """Return number·vector; a quotient of numbers stays one number."""
    if ONE in (number, vector) or not isinstance(number, Quotient):
        return times(number, vector)
    return Times(number, vector)


def times(*factors: Expr) -> Expr:
    """Return the product without factors 1, a quotient as one: a·(x/b) is (a·x)/b."""
    above = [f.args[0] if isinstance(f, Quotient) else f for f in factors]
    below = [f.args[1] for f in factors if isinstance(f, Quotient)]
    product = _product(above)
    return over(product, _product(below)) if below else product


def _product(factors: list[Expr]) -> Expr:
    flat = [g for f in factors for g in (f.args if isinstance(f, Times) else (f,))]
    return product_of([f for f in flat if f != ONE] or [ONE])


def over(above: Expr, below: Expr) -> Expr:
    """Return above/below as one quotient: (a/b)/(c/d) is (a·d)/(b·c)."""
    if below == ONE:
        return above
    (a, b), (c, d) = (
        f.args if isinstance(f, Quotient) else (f, ONE) for f in (above, below)
    )
    top, bottom = _product([a, d]), _product([b, c])
    return top if bottom == ONE else Quotient(top, bottom)


def operations(expression: Expr) -> int:
    """Return how many operations on whole vectors an expression takes."""
    if is_number(expression) or not expression.args:
        return 0
    vectors = [a for a in expression.args if isinstance(a, Expr) and not is_number(a)]
    inside = sum(map(operations, vectors))
    if isinstance(expression, Plus | Times | Quotient):
        numbers = len(expression.args) > len(vectors)
        return inside + len(vectors) - 1 + numbers
    if isinstance(expression, Negative):
        return inside
    return inside + isinstance(expression, Power | Pointwise)
