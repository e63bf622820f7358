"""Sums of pieces: Σ distributed, factors taken out, independent parts separated.

Input: a piece and the letters to sum over. Output: a piece in which the body of every ``sum`` is
connected: no factor without summed letters, no groups of factors that share no summed letter.
"""

from __future__ import annotations

from collections.abc import Iterable

from sympy import Expr, Max, Mul, oo

from symback.algebra.letters import Index
from symback.algebra.traversal import fresh_letter
from symback.compiler.forms import Forms
from symback.compiler.pieces import MAX, MIN, ONE, PLUS, PROD, PRODUCT, SUM, ZERO, Piece

Factors = tuple[tuple[Piece, int], ...]
MOST_DISTRIBUTED = 3
LARGEST_PRODUCT = 16  # powers up to this are products; beyond it NumPy's power rounds once
EMPTY = {SUM: ZERO, MAX: -oo, MIN: oo, PROD: ONE}  # what a reduction over no values is


def count(letter: Index) -> Expr:
    """Return how many values a letter has; a letter made for a bounded sum may have none."""
    size = letter.size
    return size if size.is_Integer or size.is_Symbol else Max(0, size)


def opened(piece: Piece) -> tuple[Piece, tuple[Index, ...]]:
    """Return the body and the bound letters of a sum or maximum, in letters that do not clash."""
    operands, bound = opened_operands(piece)
    return operands[0], bound


def opened_operands(piece: Piece) -> tuple[tuple[Piece, ...], tuple[Index, ...]]:
    """Return all operands and the bound letters of a form, in letters that do not clash."""
    form = piece.form
    renaming = dict(zip(form.letters, piece.letters, strict=True))
    names = {k.name for k in piece.letters}
    bound = []
    for letter in form.bound:
        own = fresh_letter(letter, names) if letter.name in names else letter
        names.add(own.name)
        renaming[letter] = own
        bound.append(own)
    return tuple(operand.at(renaming) for operand in form.operands), tuple(bound)


def total(forms: Forms, piece: Piece, letters: Iterable[Index]) -> Piece:
    """Return Σ_letters piece in normal form."""
    letters = tuple(letters)
    if piece.form.kind == PLUS and is_outer(piece):
        return _distributed(forms, (), piece, ONE, letters)
    coefficient, rest = forms.split(piece)
    factors = forms.factors(rest)
    outer = [
        p for p, (f, e) in enumerate(factors) if e == 1 and f.form.kind == PLUS and is_outer(f)
    ]
    # Why a limit? A product of k sums of two has 2**k summands.
    for place in outer if len(outer) <= MOST_DISTRIBUTED else ():
        factor, others = factors[place][0], factors[:place] + factors[place + 1 :]
        if not any(set(factor.letters) <= set(other.letters) for other, _ in others):
            return _distributed(forms, others, factor, coefficient, letters)
    return _total_of_product(forms, factors, coefficient, letters)


def is_outer(piece: Piece) -> bool:
    """Would a sum or product as an array be larger than all that it is made of?"""
    covered = any(set(t.letters) == set(piece.letters) for t in piece.operands)
    if piece.form.kind == PLUS:
        return not covered or any(t.form.kind == PRODUCT and is_outer(t) for t in piece.operands)
    return not covered


def _distributed(
    forms: Forms, others: Factors, plus: Piece, coefficient: Expr, letters: tuple[Index, ...]
) -> Piece:
    """Return Σ coefficient · others · (c + Σ weight · summand) summand by summand."""
    constant, summands = forms.summands(plus)
    parts = [
        (weight, total(forms, forms.product((*others, (summand, 1))), letters))
        for weight, summand in summands
    ]
    if constant is not ZERO:
        parts.append((constant, total(forms, forms.product(others), letters)))
    return forms.product(((forms.plus(parts), 1),), coefficient)


def _total_of_product(
    forms: Forms, factors: Factors, coefficient: Expr, letters: tuple[Index, ...]
) -> Piece:
    summed = set(letters)
    for letter in letters:
        if not any(letter in factor.letters for factor, _ in factors):
            # A letter that the summand does not mention counts its repetitions.
            coefficient = coefficient * count(letter)
            summed.discard(letter)
    result = [(f, e) for f, e in factors if not summed.intersection(f.letters)]
    inside = [(f, e) for f, e in factors if summed.intersection(f.letters)]
    for part in connected(inside, summed):
        result.append((_connected_total(forms, part, summed), 1))
    return forms.product(result, coefficient)


def _connected_total(forms: Forms, part: Factors, summed: set[Index]) -> Piece:
    body = forms.product(part)
    bound = tuple(k for k in body.letters if k in summed)
    if body.form.kind == SUM:
        # Σ_i Σ_j is one sum over both, so that the order of summation is free.
        inner, own = opened(body)
        return forms.make(SUM, (), (inner,), (*bound, *own))
    return forms.make(SUM, (), (body,), bound)


def connected(factors: Iterable[tuple[Piece, int]], summed: set[Index]) -> list[Factors]:
    """Return the factors in groups that share no summed letter, in order of appearance."""
    groups: list[tuple[set[Index], list[tuple[Piece, int]]]] = []
    for factor in factors:
        own, members = summed.intersection(factor[0].letters), [factor]
        apart = []
        for letters, group in groups:
            if own & letters:
                own, members = own | letters, [*group, *members]
            else:
                apart.append((letters, group))
        groups = [*apart, (own, members)]
    return [tuple(members) for _, members in groups]


def extreme(forms: Forms, kind: str, piece: Piece, letters: Iterable[Index]) -> Piece:
    """Return the largest, smallest or product (``kind``) of the values over all letters."""
    letters = tuple(letters)
    bound = tuple(k for k in letters if k in piece.letters)
    idle = [k for k in letters if k not in piece.letters]
    if kind == PROD and idle:
        values = Mul(*map(count, idle))
        powers = values.is_Integer and values <= LARGEST_PRODUCT
        number = forms.constant(values)
        piece = (
            forms.product(((piece, int(values)),)) if powers else forms.call("power", piece, number)
        )
    elif any(not count(k).is_positive for k in idle):
        some = forms.compare("<", forms.constant(ZERO), forms.constant(Mul(*map(count, idle))))
        piece = forms.select(some, piece, forms.constant(EMPTY[kind]))
    return forms.make(kind, (), (piece,), bound) if bound else piece
