"""From indices to whole matrices: Σ_n X[n,i]·Z̄[n,h] is Xᵀ·Z̄.

A letter of a term is a place where factors meet. Factors with the same letters are joined entry by
entry. Then the summed letters go one by one: where one matrix has the letter, it is summed with a
vector or with ones; where two have it, they become a product, and a vector at the same letter
becomes a diagonal matrix between them. Each move removes one letter, so it ends. Where three
matrices meet there is no product of matrices, and the reason is said.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sympy import Expr, Integer, Rational

from symback.algebra.letters import Index
from symback.algebra.nodes import Delta, IndexMean, IndexSum, Iverson, LogSumExp, Softmax, Where
from symback.algebra.operators import Comparison, Plus, Pointwise, Power
from symback.algebra.positions import Entry
from symback.algebra.terms import Term, base_and_exponent, product_parts, terms_of, unbound
from symback.algebra.traversal import entries, free_letters
from symback.derivation.matrix_parts import (
    Applied,
    Chain,
    Compared,
    Diagonal,
    Entrywise,
    Named,
    Ones,
    Part,
    Raised,
    Scaled,
    Side,
    Total,
    Traced,
    Unit,
    flipped,
    oriented,
)

Letters = tuple[Index, ...]


class NoMatrixForm(Exception):
    """Why an expression has no matrix form; never leaves this package."""


def recognised(expression: Expr, row: Side, column: Side) -> Part:
    """Return an expression as one matrix with these sides; raises NoMatrixForm with the reason."""
    terms = [_term(term, row, column) for term in terms_of(expression)]
    if not terms:
        raise NoMatrixForm("it is zero")
    if len(terms) > 1:
        return Total(row, column, tuple(terms))
    only = terms[0]
    plain = only.coefficient == 1 and not only.scalars and not only.numbers
    return only.matrix if plain else only


def _term(term: Term, row: Side, column: Side) -> Scaled:
    scalars: list[Expr] = []
    parts: list[Part] = []
    factors, summed = _opened(term, {k.name for k in (row, column) if k is not None})
    for factor in factors:
        if free_letters(factor) or any(entry.positions for entry in entries(factor)):
            parts.append(_factor(factor))
        else:
            scalars.append(factor)
    used = {k for part in parts for k in part.letters}
    scalars += [k.size for k in summed if k not in used]
    numbers = [part for part in parts if not part.letters]
    parts = [part for part in parts if part.letters]
    matrix, more = _product(parts, [k for k in summed if k in used], row, column)
    return Scaled(row, column, term.coefficient, tuple(scalars), (*numbers, *more), matrix)


def _opened(term: Term, taken: set[str]) -> tuple[list[Expr], list[Index]]:
    """Return factors and summed letters of a term, with sums of sums opened too."""
    factors: list[Expr] = []
    letters = list(term.letters)
    taken = taken | term.names()
    for factor in term.factors:
        if type(factor) in (IndexSum, IndexMean):
            body, bound = unbound(factor, taken)
            taken |= {k.name for k in bound}
            letters.extend(bound)
            coefficient, inner = product_parts(body)
            factors.extend(inner if coefficient == 1 else (coefficient, *inner))
        else:
            factors.append(factor)
    return factors, letters


def letters_in_order(expression: Expr) -> Letters:
    """Return the free letters of an expression in the order in which its entries have them."""
    free = free_letters(expression)
    read = [p for e in entries(expression) for p in e.positions if p in free]
    return tuple(dict.fromkeys([*read, *sorted(free, key=lambda k: k.name)]))


# One factor


def _factor(factor: Expr) -> Part:
    """Return a factor of a term as one matrix over its letters."""
    letters = letters_in_order(factor)
    if len(letters) > 2:
        names = ", ".join(k.name for k in letters)
        raise NoMatrixForm(f"{factor} has {len(letters)} letters ({names}); a matrix has two")
    row, column = (*letters, None, None)[:2]
    make = FACTORS.get(type(factor))
    if make is None:
        raise NoMatrixForm(f"{factor} is no product or sum of matrices")
    return make(factor, row, column)


def _entry(entry: Entry, row: Side, column: Side) -> Part:
    if not all(isinstance(p, Index) for p in entry.positions):
        raise NoMatrixForm(f"{entry} is not a matrix or vector at plain letters")
    if len(set(entry.positions)) < len(entry.positions):
        raise NoMatrixForm(f"{entry} is a diagonal")
    return Named(row, column, entry.tensor)


def _power(power: Power, row: Side, column: Side) -> Part:
    base, exponent = base_and_exponent(power)
    if base is power or not isinstance(exponent, Rational):
        raise NoMatrixForm(f"the exponent of {power} is no number")
    return Raised(row, column, recognised(base, row, column), exponent)


def _pointwise(call: Pointwise, row: Side, column: Side) -> Part:
    arguments = tuple(recognised(a, row, column) for a in call.arguments)
    return Applied(row, column, call.name, arguments)


def _bracket(bracket: Iverson, row: Side, column: Side) -> Part:
    condition = bracket.args[0]
    if not isinstance(condition, Comparison) or not any(entries(condition)):
        raise NoMatrixForm(f"{bracket} depends on the letters themselves")
    _, left, right = condition.args
    sides = [Scaled(row, column, Integer(0), (), (), Ones(row, column)) if side == 0
             else recognised(side, row, column) for side in (left, right)]  # fmt: skip
    return Compared(row, column, condition.operator, *sides)


def _delta(delta: Delta, row: Side, column: Side) -> Part:
    if set(delta.args) != {row, column}:
        raise NoMatrixForm(f"{delta} is no delta of two plain letters")
    return Unit(row, column)


def _along(node: Softmax | LogSumExp, row: Side, column: Side) -> Part:
    name = type(node).__name__.lower()
    axis = ", ".join(k.name for k in node.letters)
    raise NoMatrixForm(f"{name} runs along {axis}, which no product of matrices does")


def _where(node: Where, row: Side, column: Side) -> Part:
    raise NoMatrixForm(f"{node} chooses between cases entry by entry")


FACTORS = {
    Entry: _entry,
    Power: _power,
    Pointwise: _pointwise,
    Plus: recognised,
    Iverson: _bracket,
    Delta: _delta,
    Softmax: _along,
    LogSumExp: _along,
    Where: _where,
}


# The product of the factors of a term


def _product(
    parts: Sequence[Part], summed: Iterable[Index], row: Side, column: Side
) -> tuple[Part, list[Part]]:
    """Return (the matrix of Σ_summed Π parts, the sums that became single numbers)."""
    joined, numbers = _joined(parts), []
    remaining = list(summed)
    while remaining:
        letter = min(remaining, key=lambda k: len(_matrices(joined, k)))
        remaining.remove(letter)
        meeting = [p for p in joined if letter in p.letters]
        others = [p for p in joined if letter not in p.letters]
        made = _summed(letter, meeting, _alone(meeting, others, remaining))
        if made.letters:
            joined = _joined([*others, made])
        else:
            joined, numbers = others, [*numbers, made]
            remaining = [k for k in remaining if any(k in p.letters for p in others)]
    return _framed(joined, row, column), numbers


def _matrices(parts: Sequence[Part], letter: Index) -> list[Part]:
    return [p for p in parts if letter in p.letters and len(p.letters) == 2]


def _joined(parts: Sequence[Part]) -> list[Part]:
    """Join the parts that have the same letters entry by entry."""
    joined: list[Part] = []
    for part in parts:
        place = next((n for n, p in enumerate(joined) if set(p.letters) == set(part.letters)), None)
        if place is None:
            joined.append(part)
        else:
            known = joined[place]
            own = known.factors if isinstance(known, Entrywise) else (known,)
            part = oriented(part, known.row)
            more = part.factors if isinstance(part, Entrywise) else (part,)
            joined[place] = Entrywise(known.row, known.column, (*own, *more))
    return joined


def _alone(meeting: Sequence[Part], others: Sequence[Part], remaining: Iterable[Index]) -> bool:
    """Is one matrix, entry by entry, all that is summed over both of its letters?"""
    if len(meeting) != 1 or len(meeting[0].letters) != 2:
        return False
    if not isinstance(meeting[0], Entrywise) and not _is_square(meeting[0]):
        return False
    own = set(meeting[0].letters)
    return len(own & set(remaining)) == 1 and not any(own & set(p.letters) for p in others)


def _is_square(part: Part) -> bool:
    return isinstance(part, Raised) and part.exponent == 2


def _summed(letter: Index, meeting: Sequence[Part], alone: bool) -> Part:
    """Return the sum over a letter of the product of what meets there."""
    matrices = [p for p in meeting if len(p.letters) == 2]
    vectors = [p for p in meeting if len(p.letters) == 1]
    vector = oriented(vectors[0], letter) if vectors else None
    if len(matrices) > 2:
        found = f"{len(matrices)} factors; a matrix product joins two"
        raise NoMatrixForm(f"the letter {letter} stands on {found}")
    if alone and _is_square(matrices[0]):
        return Traced(None, None, matrices[0].base, matrices[0].base)
    if alone:
        first, *rest = matrices[0].factors
        right = rest[0] if len(rest) == 1 else Entrywise(first.row, first.column, tuple(rest))
        return Traced(None, None, first, right)
    if not matrices and _is_square(vector):
        return Traced(None, None, vector.base, vector.base)
    if not matrices:
        own = vector.factors if isinstance(vector, Entrywise) else (Ones(letter, None), vector)
        right = own[1] if len(own) == 2 else Entrywise(letter, None, own[1:])
        return _chained([flipped(own[0]), right])
    if len(matrices) == 1:
        end = Ones(letter, None) if vector is None else vector
        return _chained([_ending(matrices[0], letter), end])
    left, right = _ending(matrices[0], letter), oriented(matrices[1], letter)
    between = [] if vector is None else [Diagonal(letter, letter, vector)]
    return _chained([left, *between, right])


def _ending(part: Part, letter: Index) -> Part:
    """Return a matrix with this letter last."""
    return part if part.column == letter else flipped(part)


def _chained(factors: Sequence[Part]) -> Part:
    """Return a matrix product; products among the factors are continued."""
    flat: list[Part] = []
    for factor in factors:
        flat += factor.factors if isinstance(factor, Chain) else [factor]
    return flat[0] if len(flat) == 1 else Chain(flat[0].row, flat[-1].column, tuple(flat))


def _framed(parts: Sequence[Part], row: Side, column: Side) -> Part:
    """Return the product of what is left, over the letters of the result."""
    stray = [k for p in parts for k in p.letters if k not in (row, column)]
    if stray:
        raise NoMatrixForm(f"the letter {stray[0]} is neither summed nor an axis of the result")
    matrix = next((p for p in parts if len(p.letters) == 2), None)
    left = next((oriented(p, row) for p in parts if p.letters == (row,)), None)
    right = next((p for p in parts if p.letters == (column,)), None)
    if column is None or row is None:
        return next(iter(parts), None) or Ones(row, column)
    if matrix is None:
        if left is None and right is None:
            return Ones(row, column)
        right = Ones(None, column) if right is None else oriented(right, None)
        return _chained([Ones(row, None) if left is None else left, right])
    before = [] if left is None else [Diagonal(row, row, left)]
    after = [] if right is None else [Diagonal(column, column, oriented(right, column))]
    return _chained([*before, oriented(matrix, row), *after])
