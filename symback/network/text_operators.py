"""Python's operators in its syntax tree, and what each of them builds."""

from __future__ import annotations

import ast
from collections.abc import Callable

from sympy import Expr

from symback.algebra.operators import Both, Condition, Either, Negative, plus, quotient, times
from symback.algebra.positions import remainder

COMPARISONS = {
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.Eq: "==",
    ast.NotEq: "!=",
}
ARITHMETIC: dict[type[ast.operator], Callable[[Expr, Expr], Expr]] = {
    ast.Add: plus,
    ast.Sub: lambda left, right: plus(left, Negative(right)),
    ast.Mult: times,
    ast.Div: quotient,
    ast.Mod: remainder,
}
LOGIC: dict[type[ast.AST], Callable[[Condition, Condition], Condition]] = {
    ast.BitAnd: Both,
    ast.BitOr: Either,
    ast.And: Both,
    ast.Or: Either,
}
