"""The matrix form of a gradient: X.T * Z1_bar where the index form is Σ_n X[n,i] Z1_bar[n,h].

A product sums the last letter of its left factor with the first letter of its right one. So the
factors of a term are laid in a row from the row letter to the column letter, each summed letter
joining two neighbours; a factor whose letters stand the other way round is transposed. That is
where transposes come from.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sympy import Expr, HadamardProduct, MatAdd, MatMul, MatrixSymbol, OneMatrix, Transpose
from sympy.matrices.expressions.matexpr import MatrixExpr

from symback.algebra.border import to_sympy
from symback.algebra.letters import Index
from symback.algebra.operators import Plus, Power
from symback.algebra.positions import Entry
from symback.algebra.terms import Term, product_parts, terms_of
from symback.algebra.traversal import free_letters


class _NoMatrixForm(Exception):
    """Why an expression has no matrix form; caught in this module only."""


@dataclass(frozen=True, slots=True)
class _Factor:
    """A matrix, and the letters of its rows and columns; a vector has no column letter."""

    matrix: MatrixExpr
    row: Index
    column: Index | None

    @property
    def letters(self) -> frozenset[Index]:
        return frozenset((self.row,) if self.column is None else (self.row, self.column))


def matrix_form(
    expression: Expr, letters: tuple[Index, ...]
) -> tuple[MatrixExpr | None, str | None]:
    """Return (matrix expression, None), or (None, the reason why there is none).

    ``letters`` are the free letters: rows, then columns; vectors are columns.
    """
    if len(letters) > 2:
        return None, f"the gradient has {len(letters)} axes; a matrix has two"
    try:
        if not letters:
            raise _NoMatrixForm("the gradient is a scalar")
        row, column = (*letters, None)[:2]
        return _sum(expression, row, column), None
    except _NoMatrixForm as reason:
        return None, str(reason)


def _sum(expression: Expr, row: Index, column: Index | None) -> MatrixExpr:
    parts = [_term(term, row, column) for term in terms_of(expression)]
    if not parts:
        raise _NoMatrixForm("the gradient is zero")
    return parts[0] if len(parts) == 1 else MatAdd(*parts)


def _term(term: Term, row: Index, column: Index | None) -> MatrixExpr:
    scalar, factors = [term.coefficient], []
    for factor in term.factors:
        if free_letters(factor):
            factors.append(_elementwise(factor))
        else:
            scalar.append(to_sympy(factor))
    matrix = _product(_hadamard(factors), row, column, set(term.letters))
    number = to_sympy(scalar[0])
    for more in scalar[1:]:
        number = number * more if number != 1 else more
    return matrix if number == 1 else MatMul(number, matrix)


def _elementwise(factor: Expr) -> _Factor:
    """Return a factor of a term as one matrix over its letters."""
    if isinstance(factor, Entry):
        if not all(isinstance(p, Index) for p in factor.positions) or len(factor.positions) > 2:
            raise _NoMatrixForm(f"{factor} is not a matrix or vector at plain letters")
        if len(set(factor.positions)) < len(factor.positions):
            raise _NoMatrixForm(f"{factor} is a diagonal")
        row, column = (*factor.positions, None)[:2]
        columns = 1 if column is None else column.size
        return _Factor(MatrixSymbol(factor.tensor, row.size, columns), row, column)
    if isinstance(factor, Power) and factor.args[1].is_Integer and factor.args[1] > 1:
        base = _elementwise(factor.args[0])
        return _Factor(HadamardProduct(*[base.matrix] * int(factor.args[1])), base.row, base.column)
    if isinstance(factor, Plus):
        return _elementwise_sum(factor)
    raise _NoMatrixForm(f"{factor} is no product or sum of matrices")


def _elementwise_sum(expression: Plus) -> _Factor:
    parts, numbers = [], []
    for operand in expression.args:
        coefficient, factors = product_parts(operand)
        if not any(free_letters(f) for f in factors):
            numbers.append(to_sympy(operand))
            continue
        joined = _hadamard([_elementwise(f) for f in factors if free_letters(f)])
        scalars = [to_sympy(f) for f in factors if not free_letters(f)]
        if len(joined) != 1:
            raise _NoMatrixForm(f"{operand} joins different axes entry by entry")
        matrix = joined[0].matrix
        for scalar in (coefficient, *scalars):
            matrix = matrix if scalar == 1 else MatMul(scalar, matrix)
        parts.append(_Factor(matrix, joined[0].row, joined[0].column))
    if len({p.letters for p in parts}) != 1:
        raise _NoMatrixForm(f"{expression} broadcasts over an axis")
    first = parts[0]
    matrices = [_oriented(p, first.row) for p in parts]
    ones = OneMatrix(*first.matrix.shape)
    matrices += [ones if number == 1 else MatMul(number, ones) for number in numbers]
    return _Factor(MatAdd(*matrices) if len(matrices) > 1 else matrices[0], first.row, first.column)


def _hadamard(factors: Sequence[_Factor]) -> list[_Factor]:
    """Join the factors that have the same letters entry by entry."""
    joined: list[_Factor] = []
    for factor in factors:
        place = next((i for i, f in enumerate(joined) if f.letters == factor.letters), None)
        if place is None:
            joined.append(factor)
            continue
        known = joined[place]
        matrix = HadamardProduct(known.matrix, _oriented(factor, known.row))
        joined[place] = _Factor(matrix, known.row, known.column)
    return joined


def _oriented(factor: _Factor, row: Index) -> MatrixExpr:
    return factor.matrix if factor.row == row else Transpose(factor.matrix)


def _product(
    factors: list[_Factor], row: Index, column: Index | None, summed: set[Index]
) -> MatrixExpr:
    """Lay the factors in a row from the row letter to the column letter."""
    remaining, chain, here = list(factors), [], row
    while remaining:
        touching = [f for f in remaining if here in f.letters]
        if len(touching) != 1:
            raise _NoMatrixForm(_why_no_chain(here, touching))
        factor = touching[0]
        remaining.remove(factor)
        chain.append(_oriented(factor, here))
        if factor.column is None:
            return _closed(chain, here, remaining, column, row)
        here = factor.column if factor.row == here else factor.row
        if here == column and not remaining:
            break
        if here not in summed and remaining:
            raise _NoMatrixForm(f"the letter {here} is not summed, but stands on two factors")
    if here != column:
        if here not in summed or column is not None:
            raise _NoMatrixForm(f"nothing depends on {column if column is not None else here}")
        chain.append(OneMatrix(here.size, 1))
    return chain[0] if len(chain) == 1 else MatMul(*chain)


def _closed(
    chain: list[MatrixExpr], here: Index, remaining: list[_Factor], column: Index | None, row: Index
) -> MatrixExpr:
    """Finish a chain that a vector has ended: only an outer product goes on."""
    if column is None and not remaining:
        return chain[0] if len(chain) == 1 else MatMul(*chain)
    if here == row and len(remaining) == 1 and remaining[0].letters == {column}:
        return MatMul(*chain, Transpose(remaining[0].matrix))
    if not remaining:
        raise _NoMatrixForm(f"a term does not depend on {column}: it is repeated along {column}")
    raise _NoMatrixForm("it multiplies along an axis: a diagonal matrix would be needed")


def _why_no_chain(letter: Index, touching: list[_Factor]) -> str:
    if not touching:
        return f"no factor has the letter {letter}"
    return f"the letter {letter} stands on {len(touching)} factors; a matrix product joins two"
