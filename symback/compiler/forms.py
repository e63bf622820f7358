"""The constructors of forms, which keep them in normal form."""

from __future__ import annotations

from collections.abc import Iterable

from sympy import Expr, Integer

from symback.algebra.letters import Index
from symback.compiler.pieces import (
    BOTH,
    CALL,
    COMPARE,
    CONSTANT,
    EITHER,
    LETTER,
    MASK,
    MINUS_ONE,
    NEGATION,
    ONE,
    PLUS,
    PRODUCT,
    READ,
    SELECT,
    TAKE,
    ZERO,
    Form,
    Piece,
)


class Forms:
    """All forms of one program, and the constructors that keep them in normal form.

    Normal form: products and sums are flat, equal factors and equal summands are merged, the
    coefficient of a product stands apart, and one that all summands share stands in front.
    """

    def __init__(self) -> None:
        self._forms: dict[tuple, Form] = {}
        self.infinite: set[str] = set()  # tensors with entries that are infinite on purpose

    def make(
        self,
        kind: str,
        data: tuple,
        operands: Iterable[Piece],
        bound: Iterable[Index] = (),
        keyed: tuple[tuple, tuple[Piece, ...]] | None = None,
    ) -> Piece:
        """Return the piece of this kind; ``data`` is hashable and belongs to the node alone.

        ``keyed`` is data and operands in the order that identifies a node whose operands commute:
        a·b and b·a are one value. What is written then follows the first that was made.
        """
        operands, bound = tuple(operands), frozenset(bound)
        key_data, key_operands = keyed or (data, operands)
        seen = dict.fromkeys(k for t in key_operands for k in t.letters)
        free = tuple(k for k in seen if k not in bound)
        inner = tuple(k for k in seen if k in bound)
        number = {k: i for i, k in enumerate((*free, *inner))}
        key = (
            kind,
            key_data,
            len(free),
            tuple((t.form.identifier, tuple(number[k] for k in t.letters)) for t in key_operands),
        )
        form = self._forms.get(key)
        if form is None:
            form = self._forms[key] = Form(len(self._forms), kind, data, operands, free, inner)
            self._masked_read(form)
        return Piece(form, free)

    def leaf(self, kind: str, data: tuple, letters: tuple[Index, ...]) -> Piece:
        """Return a piece without operands whose letters are given."""
        key = (kind, data)
        form = self._forms.get(key)
        if form is None:
            form = self._forms[key] = Form(len(self._forms), kind, data, (), letters, ())
            self._masked_read(form)
        return Piece(form, letters)

    def _masked_read(self, form: Form) -> None:
        if form.kind in (READ, TAKE):
            tensor, frame = form.data.tensor, form.data.padded
            if tensor in self.infinite or (frame is not None and frame.is_infinite):
                form.infinite, form.finite = True, False

    def constant(self, value: Expr | int) -> Piece:
        if isinstance(value, int) or (value.is_Float and value in (0, 1)):
            value = Integer(value)
        return self.leaf(CONSTANT, (value,), ())

    def letter(self, letter: Index) -> Piece:
        return self.leaf(LETTER, (letter.size,), (letter,))

    def call(self, name: str, *arguments: Piece) -> Piece:
        return self.make(CALL, (name,), arguments)

    # Products ------------------------------------------------------------------------------------

    def product(self, factors: Iterable[tuple[Piece, int]], coefficient: Expr = ONE) -> Piece:
        """Return coefficient · Π factor**exponent.

        A numerator and an equal denominator are not cancelled: 0/0 is not 1.
        """
        powers: dict[tuple[Piece, bool], int] = {}
        for factor, exponent in factors:
            coefficient = self._collect(factor, exponent, powers, coefficient)
        if coefficient is ZERO:
            return self.constant(ZERO)
        if not powers:
            return self.constant(coefficient)
        if coefficient is ONE and len(powers) == 1 and next(iter(powers.values())) == 1:
            return next(iter(powers))[0]
        pairs = [(piece, exponent) for (piece, _), exponent in powers.items()]
        return self._commuting(PRODUCT, coefficient, pairs)

    def _commuting(self, kind: str, first: Expr, pairs: list[tuple[Piece, object]]) -> Piece:
        """Return the node of (operand, its number) pairs whose order does not matter."""
        ordered = sorted(pairs, key=lambda p: p[0].form.identifier)
        written, keyed = (
            ((first, tuple(number for _, number in row)), tuple(piece for piece, _ in row))
            for row in (pairs, ordered)
        )
        return self.make(kind, *written, keyed=keyed)

    def _collect(self, factor: Piece, exponent: int, powers: dict, coefficient: Expr) -> Expr:
        """Add factor**exponent to ``powers`` and return the new coefficient."""
        if factor.form.kind == CONSTANT and (factor.constant is not ZERO or exponent > 0):
            return coefficient * factor.constant**exponent
        if factor.form.kind == PRODUCT:
            inner, exponents = factor.form.data
            for operand, own in zip(factor.operands, exponents, strict=True):
                place = (operand, own * exponent > 0)
                powers[place] = powers.get(place, 0) + own * exponent
            return coefficient * inner**exponent
        place = (factor, exponent > 0)
        powers[place] = powers.get(place, 0) + exponent
        return coefficient

    def split(self, piece: Piece) -> tuple[Expr, Piece]:
        """Return (coefficient, the rest): piece = coefficient · rest."""
        if piece.form.kind == CONSTANT:
            return piece.constant, self.constant(ONE)
        if piece.form.kind == PRODUCT and piece.form.data[0] is not ONE:
            return piece.form.data[0], self.product(self.factors(piece))
        return ONE, piece

    def factors(self, piece: Piece) -> tuple[tuple[Piece, int], ...]:
        """Return (factor, exponent) for each factor but the coefficient."""
        if piece.form.kind == PRODUCT:
            return tuple(zip(piece.operands, piece.form.data[1], strict=True))
        return () if piece.form.kind == CONSTANT else ((piece, 1),)

    # Sums ----------------------------------------------------------------------------------------

    def plus(self, summands: Iterable[tuple[Expr, Piece]], constant: Expr = ZERO) -> Piece:
        """Return constant + Σ coefficient · summand."""
        found: dict[Piece, Expr] = {}
        for coefficient, summand in summands:
            own, rest = self.split(summand)
            weight = coefficient * own
            if rest.constant is not None:
                constant = constant + weight
            elif rest.form.kind == PLUS and (weight is ONE or weight is MINUS_ONE):
                inner, weights = rest.form.data
                constant = constant + weight * inner
                for operand, inner_weight in zip(rest.operands, weights, strict=True):
                    found[operand] = found.get(operand, ZERO) + weight * inner_weight
            else:
                found[rest] = found.get(rest, ZERO) + weight
        found = {t: c for t, c in found.items() if c is not ZERO}
        if not found:
            return self.constant(constant)
        if constant is ZERO and len(found) > 1:
            common = self._common_factors(found)
            if common:
                return self._factored(found, common)
        return self._shared_coefficient(found, constant)

    def _common_factors(self, found: dict[Piece, Expr]) -> dict[tuple[Piece, bool], int]:
        """Return the factors that all summands have, with the exponent that they share."""
        common: dict[tuple[Piece, bool], int] | None = None
        for summand in found:
            own = {(f, e > 0): abs(e) for f, e in self.factors(summand) if f.letters}
            if common is None:
                common = own
            else:
                common = {k: min(e, own[k]) for k, e in common.items() if k in own}
            if not common:
                return {}
        return common

    def _factored(self, found: dict[Piece, Expr], common: dict[tuple[Piece, bool], int]) -> Piece:
        """Return common factors · the sum of what is left of the summands; removes products."""
        inner = []
        for summand, weight in found.items():
            left = [
                (f, e - common.get((f, e > 0), 0) * (1 if e > 0 else -1))
                for f, e in self.factors(summand)
            ]
            inner.append((weight, self.product((f, e) for f, e in left if e)))
        outer = [(piece, e if above else -e) for (piece, above), e in common.items()]
        return self.product((*outer, (self.plus(inner), 1)))

    def _shared_coefficient(self, found: dict[Piece, Expr], constant: Expr) -> Piece:
        """Return the sum with its sign, and a coefficient that all summands share, in front.

        The sign is that of the constant, else of the summand made first: b - a is -(a - b).
        """
        if constant is ZERO and len(found) == 1:
            summand, weight = next(iter(found.items()))
            return self.product(((summand, 1),), weight)
        first = found[min(found, key=lambda t: t.form.identifier)]
        factor = ONE
        if constant is ZERO and all(c in (first, -first) for c in found.values()):
            factor = first
        elif (first if constant is ZERO else constant).could_extract_minus_sign():
            factor = MINUS_ONE
        if factor is ONE:
            return self._plus(found, constant)
        weights = {t: c / factor for t, c in found.items()}
        return self.product(((self._plus(weights, constant / factor), 1),), factor)

    def _plus(self, found: dict[Piece, Expr], constant: Expr) -> Piece:
        return self._commuting(PLUS, constant, list(found.items()))

    def opposite(self, plus: Piece) -> Piece:
        """Return minus a sum as a sum, whatever its sign."""
        constant, weights = plus.form.data
        return self._plus({t: -c for c, t in zip(weights, plus.operands, strict=True)}, -constant)

    def summands(self, piece: Piece) -> tuple[Expr, tuple[tuple[Expr, Piece], ...]]:
        """Return (constant, ((coefficient, summand), …)) of any piece."""
        if piece.form.kind == PLUS:
            constant, weights = piece.form.data
            return constant, tuple(zip(weights, piece.operands, strict=True))
        coefficient, rest = self.split(piece)
        return (coefficient, ()) if rest.constant is not None else (ZERO, ((coefficient, rest),))

    # Conditions ----------------------------------------------------------------------------------

    def compare(self, operator: str, left: Piece, right: Piece) -> Piece:
        return self.make(COMPARE, (operator,), (left, right))

    def both(self, *conditions: Piece) -> Piece:
        return conditions[0] if len(conditions) == 1 else self.make(BOTH, (), conditions)

    def either(self, *conditions: Piece) -> Piece:
        return self.make(EITHER, (), conditions)

    def negation(self, condition: Piece) -> Piece:
        return self.make(NEGATION, (), (condition,))

    def mask(self, condition: Piece) -> Piece:
        return self.make(MASK, (), (condition,))

    def select(self, condition: Piece, then: Piece, otherwise: Piece) -> Piece:
        return then if then == otherwise else self.make(SELECT, (), (condition, then, otherwise))
