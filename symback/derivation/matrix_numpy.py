"""A matrix formula as the line of NumPy that a person would write: W1_bar = X.T @ Z1_bar.

Vectors have one axis there, so a column of ones is a sum along an axis, a diagonal matrix scales
rows or columns, and what is repeated is broadcast. It says the formula; what runs is the program,
which is made from the index form and plans its memory.
"""

from __future__ import annotations

from collections.abc import Callable

from symback.algebra.operators import Pointwise
from symback.algebra.terms import Term, expression_of
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
    Total,
    Traced,
    Turned,
    Unit,
)

# How tightly Python binds: a sum, a product (* and @ alike), a power, a name or call.
SUM, PRODUCT, POWER, NAME = range(4)
Code = tuple[str, int]

FUNCTIONS = {
    **{name: (f"np.{name}({{}})", NAME)
       for name in ("tanh", "exp", "log", "sqrt", "abs", "sin", "cos", "sign")},
    "maximum": ("np.maximum({}, {})", NAME), "minimum": ("np.minimum({}, {})", NAME),
    "relu": ("np.maximum({}, 0)", NAME), "sigmoid": ("1 / (1 + np.exp(-({})))", PRODUCT),
}  # fmt: skip


class _NoLine(Exception):
    """What has no short line of NumPy; caught in this module only."""


def numpy_line(name: str, part: Part) -> str | None:
    """Return the assignment ``name = formula``; None where it would be no line of its own."""
    try:
        return f"{name} = {_code(part)[0]}"
    except _NoLine:
        return None


def _code(part: Part) -> Code:
    return CODES[type(part)](part)


def _within(code: Code, least: int) -> str:
    text, binding = code
    return text if binding >= least else f"({text})"


def _named(part: Named) -> Code:
    return part.tensor + (".T" if part.transposed and len(part.letters) == 2 else ""), NAME


def _ones(part: Ones) -> Code:
    sizes = [str(k.size) for k in part.letters]
    return f"np.ones({sizes[0] if len(sizes) == 1 else '(' + ', '.join(sizes) + ')'})", NAME


def _chain(part: Chain) -> Code:
    return _product(list(part.factors), broadcast=False)


def _product(factors: list[Part], broadcast: bool) -> Code:
    """Return a product from left to right; ``broadcast`` lets what is repeated stand once."""
    first, *rest = factors
    if len(rest) == 1 and first.column is None and rest[0].row is None and first.row is not None:
        return _outer(first, rest[0], broadcast)
    if isinstance(first, Diagonal):
        scaled = _within(_product(rest, False), POWER)
        return f"{_within(_code(first.vector), POWER)}[:, None] * {scaled}", PRODUCT
    if isinstance(first, Ones) and first.row is None:
        return _added_up(_product(rest, False), axis=0 if rest[-1].column is not None else None)
    made = _code(first)
    for factor in rest:
        if isinstance(factor, Ones):
            made = _along(first, made, only=len(rest) == 1)
        elif isinstance(factor, Diagonal):
            made = f"{_within(made, PRODUCT)} * {_within(_code(factor.vector), POWER)}", PRODUCT
        else:
            made = f"{_within(made, PRODUCT)} @ {_within(_code(factor), POWER)}", PRODUCT
    return made


def _along(first: Part, made: Code, only: bool) -> Code:
    """Return the sum over the columns; a transposed tensor alone is summed over its rows."""
    if first.row is None:
        return _added_up(made, None)
    if only and isinstance(first, Named) and first.transposed and len(first.letters) == 2:
        return _added_up((first.tensor, NAME), 0)
    if only and isinstance(first, Turned):
        return _added_up(_code(first.inner), 0)
    return _added_up(made, 1 if len(first.letters) == 2 else None)


def _added_up(code: Code, axis: int | None) -> Code:
    text = _within(code, NAME)
    return f"{text}.sum({'' if axis is None else f'axis={axis}'})", NAME


def _outer(column: Part, row: Part, broadcast: bool) -> Code:
    if broadcast and isinstance(column, Ones):
        return _code(row)
    if broadcast and isinstance(row, Ones):
        return f"{_within(_code(column), NAME)}[:, None]", NAME
    return f"np.outer({_code(column)[0]}, {_code(row)[0]})", NAME


def _entrywise(part: Entrywise) -> Code:
    first, *rest = part.factors
    texts = [_within(_code(first), PRODUCT), *(_within(_code(f), POWER) for f in rest)]
    return " * ".join(texts), PRODUCT


def _raised(part: Raised) -> Code:
    base, exponent = _code(part.base), part.exponent
    if exponent.is_negative:
        below = Raised(part.row, part.column, part.base, -exponent)
        return f"1 / {_within(base if exponent == -1 else _code(below), POWER)}", PRODUCT
    shown = str(exponent) if exponent.is_Integer else f"({exponent})"
    return f"{_within(base, NAME)}**{shown}", POWER


def _applied(part: Applied) -> Code:
    if part.function not in FUNCTIONS:
        raise _NoLine(part.function)
    form, binding = FUNCTIONS[part.function]
    return form.format(*(_code(a)[0] for a in part.arguments)), binding


def _compared(part: Compared) -> Code:
    left, right = (_term(side, True)[1] for side in (part.left, part.right))
    return f"({_within(left, SUM)} {part.operator} {_within(right, SUM)})", NAME


def _scaled(part: Scaled) -> Code:
    sign, code = _term(part, False)
    return (f"-{_within(code, PRODUCT)}", SUM) if sign == "-" else code


def _term(part: Part, broadcast: bool) -> tuple[str, Code]:
    """Return (sign, code) of a term; in a sum numbers and what is repeated are broadcast."""
    if not isinstance(part, Scaled):
        return "+", _code(part)
    sign = "-" if part.coefficient < 0 else "+"
    number = expression_of((Term(abs(part.coefficient), part.scalars),))
    if number.atoms(Pointwise):
        raise _NoLine(str(number))
    factors = [_within(_code(inner), POWER) for inner in part.numbers]
    factors = ([] if number == 1 else [str(number)]) + factors
    matrix = part.matrix
    if matrix != Ones(None, None) and not (broadcast and isinstance(matrix, Ones)):
        is_chain = isinstance(matrix, Chain)
        code = _product(list(matrix.factors), broadcast) if is_chain else _code(matrix)
        if not factors:
            return sign, code
        over = str(number).removeprefix("1/")
        if not part.numbers and over != str(number) and over.isidentifier():
            return sign, (f"{_within(code, PRODUCT)} / {over}", PRODUCT)
        factors.append(_within(code, POWER))
    return sign, (" * ".join(factors) or "1", PRODUCT if factors else NAME)


def _total(part: Total) -> Code:
    whole = any(len(p.letters) == 2 and not _is_repeated(p.matrix) for p in part.terms)
    text = ""
    for place, term in enumerate(part.terms):
        sign, code = _term(term, broadcast=whole or len(part.letters) < 2)
        shown = _within(code, PRODUCT)
        text += f" {sign} {shown}" if place else ("-" if sign == "-" else "") + shown
    return text, SUM


def _is_repeated(part: Part) -> bool:
    return isinstance(part, Ones) or (
        isinstance(part, Chain) and any(isinstance(f, Ones) for f in part.factors)
    )


def _traced(part: Traced) -> Code:
    if part.left == part.right:
        return f"np.sum({_within(_code(part.left), NAME)}**2)", NAME
    pair = Entrywise(part.left.row, part.left.column, (part.left, part.right))
    return f"np.sum({_code(pair)[0]})", NAME


CODES: dict[type[Part], Callable[..., Code]] = {
    Named: _named,
    Ones: _ones,
    Unit: lambda part: (f"np.eye({part.row.size})", NAME),
    Diagonal: lambda part: (f"np.diag({_code(part.vector)[0]})", NAME),
    Chain: _chain,
    Entrywise: _entrywise,
    Raised: _raised,
    Applied: _applied,
    Compared: _compared,
    Scaled: _scaled,
    Total: _total,
    Turned: lambda part: (f"{_within(_code(part.inner), NAME)}.T", NAME),
    Traced: _traced,
}
