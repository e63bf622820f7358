"""The matrix form of a gradient: X.T * Z1_bar where the index form is Σ_n X[n,i] Z1_bar[n,h].

What is recognised (``matrix_recogniser``) is printed for readers elsewhere; here it becomes an
expression of SymPy. A product sums the last letter of its left factor with the first letter of its
right one, so a tensor whose letters stand the other way round is transposed.
"""

from __future__ import annotations

from collections.abc import Callable

import sympy
from sympy import (
    DiagMatrix,
    Dummy,
    Expr,
    HadamardPower,
    HadamardProduct,
    Identity,
    Lambda,
    MatAdd,
    MatMul,
    MatrixSymbol,
    OneMatrix,
    Piecewise,
    Transpose,
)
from sympy.matrices.expressions.applyfunc import ElementwiseApplyFunction
from sympy.matrices.expressions.matexpr import MatrixExpr

from symback.algebra.border import to_sympy
from symback.algebra.letters import Index
from symback.algebra.operators import Comparison, Pointwise
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
    Turned,
    Unit,
    fewest_transposes,
    flipped,
)
from symback.derivation.matrix_recogniser import NoMatrixForm, recognised


def matrix_parts(expression: Expr, letters: tuple[Index, ...]) -> tuple[Part | None, str | None]:
    """Return (the expression in whole matrices, None), or (None, the reason why there is none).

    ``letters`` are the free letters: rows, then columns; vectors are columns.
    """
    if len(letters) > 2:
        return None, f"it has {len(letters)} axes; a matrix has two"
    row, column = (*letters, None, None)[:2]
    try:
        return fewest_transposes(recognised(expression, row, column)), None
    except NoMatrixForm as reason:
        return None, str(reason)


def matrix_form(
    expression: Expr, letters: tuple[Index, ...]
) -> tuple[MatrixExpr | None, str | None]:
    """Return (the gradient as a SymPy matrix expression, None), or (None, the reason)."""
    if not letters:
        return None, "the gradient is a scalar"
    part, reason = matrix_parts(expression, letters)
    if part is None:
        return None, reason
    try:
        return in_sympy(part), None
    except NoMatrixForm as problem:
        return None, str(problem)


def in_sympy(part: Part) -> Expr:
    """Return a part as an expression of SymPy; raises NoMatrixForm for what SymPy lacks."""
    return SYMPY[type(part)](part)


def _size(side: Side) -> Expr:
    return sympy.Integer(1) if side is None else side.size


def _shape(part: Part) -> tuple[Expr, Expr]:
    return _size(part.row), _size(part.column)


def _named(part: Named) -> Expr:
    shape = _shape(part)
    # Vectors are columns: a row of the network's numbers is one transposed.
    held = MatrixSymbol(part.tensor, *(shape[::-1] if part.transposed else shape))
    return Transpose(held) if part.transposed else held


def _scaled(part: Scaled) -> Expr:
    number: Expr = to_sympy(part.coefficient)
    for scalar in part.scalars:
        more = to_sympy(scalar)
        number = number * more if number != 1 else more
    for inner in part.numbers:
        number = number * _number(inner)
    if part.matrix == Ones(None, None):
        return number
    matrix = in_sympy(part.matrix)
    return matrix if number == 1 else MatMul(number, matrix)


def _number(part: Part) -> Expr:
    """Return a product without sides as a scalar, which SymPy calls a trace."""
    found = in_sympy(part)
    return sympy.Trace(found) if isinstance(found, MatrixExpr) else found


def _raised(part: Raised) -> Expr:
    base, exponent = in_sympy(part.base), part.exponent
    if not part.letters:
        return _number(part.base) ** exponent
    if exponent.is_Integer and exponent > 1:
        return HadamardProduct(*[base] * int(exponent))
    return HadamardPower(base, exponent)


def _applied(part: Applied) -> Expr:
    if len(part.arguments) != 1:
        raise NoMatrixForm(f"{part.function} of several matrices, entry by entry, is not in SymPy")
    entry = Dummy("x", real=True)
    function = to_sympy(Pointwise(part.function, entry))
    if not part.letters:
        return function.subs(entry, _number(part.arguments[0]))
    return ElementwiseApplyFunction(Lambda(entry, function), in_sympy(part.arguments[0]))


def _compared(part: Compared) -> Expr:
    entry = Dummy("x", real=True)
    condition = to_sympy(Comparison(part.operator, entry, sympy.Integer(0)))
    difference = [
        in_sympy(side if sign > 0 else _negative(side))
        for sign, side in ((1, part.left), (-1, part.right))
        if not _is_zero(side)
    ]
    one = Lambda(entry, Piecewise((1, condition), (0, True)))
    whole = difference[0] if len(difference) == 1 else MatAdd(*difference)
    if not part.letters:
        raise NoMatrixForm("a bracket on a single number is no matrix")
    return ElementwiseApplyFunction(one, whole)


def _is_zero(part: Part) -> bool:
    return isinstance(part, Scaled) and part.coefficient == 0


def _negative(part: Part) -> Scaled:
    return Scaled(part.row, part.column, sympy.Integer(-1), (), (), part)


def _total(part: Total) -> Expr:
    if not part.letters:
        return sympy.Add(*map(_number, part.terms))
    return MatAdd(*map(in_sympy, part.terms))


SYMPY: dict[type[Part], Callable[..., Expr]] = {
    Named: _named,
    Ones: lambda part: OneMatrix(*_shape(part)),
    Unit: lambda part: Identity(_size(part.row)),
    Diagonal: lambda part: DiagMatrix(in_sympy(part.vector)),
    Chain: lambda part: MatMul(*map(in_sympy, part.factors)),
    Entrywise: lambda part: HadamardProduct(*map(in_sympy, part.factors)),
    Raised: _raised,
    Applied: _applied,
    Compared: _compared,
    Scaled: _scaled,
    Turned: lambda part: Transpose(in_sympy(part.inner)),
    Total: _total,
    Traced: lambda part: sympy.Trace(MatMul(in_sympy(flipped(part.left)), in_sympy(part.right))),
}
