"""To plain SymPy, for use elsewhere: Indexed, Sum, KroneckerDelta, Piecewise, its functions.

What SymPy has no form for becomes a function with our name: max(body, (k, 0, K - 1)), padded(X[i]).
"""

from __future__ import annotations

import sympy
from sympy import Expr

from symback.algebra.evaluated import evaluated
from symback.algebra.inward import FUNCTIONS, RELATIONS
from symback.algebra.letters import Index
from symback.algebra.nodes import (
    BINDER_NAMES,
    Binder,
    Bounded,
    Delta,
    First,
    Floored,
    IndexMax,
    IndexMean,
    IndexMin,
    IndexProduct,
    IndexSum,
    InRange,
    Iverson,
    LogSumExp,
    Padded,
    Remainder,
    Softmax,
    Where,
)
from symback.algebra.operators import (
    Both,
    Comparison,
    Either,
    Not,
    Pointwise,
)
from symback.algebra.positions import Affine, Entry, parts
from symback.algebra.traversal import bound_apart, free_letters, fresh_letter, rename


def to_sympy(expression: Expr) -> Expr:
    """Return the value in plain SymPy: Indexed, Sum, KroneckerDelta, Piecewise and functions."""
    return _out(evaluated(expression))


def _out(expression: Expr) -> Expr:
    if isinstance(expression, Index):
        return sympy.Symbol(expression.name, integer=True)
    if isinstance(expression, Affine):
        constant, coefficients = parts(expression)
        return constant + sympy.Add(*(c * _out(k) for k, c in coefficients.items()))
    if isinstance(expression, Entry):
        if not expression.positions:
            return sympy.Symbol(expression.tensor, real=True)
        return sympy.Indexed(
            sympy.IndexedBase(expression.tensor), *(_out(p) for p in expression.positions)
        )
    outward = OUTWARD.get(type(expression))
    if outward:
        return outward(expression)
    if not expression.args:
        return expression
    return expression.func(*(_out(a) for a in expression.args))


def _ranges(node: Binder) -> tuple:
    return tuple(
        (_out(b.letter), _out(b.low), _out(b.high))
        if isinstance(b, Bounded)
        else (_out(b), 0, b.size - 1)
        for b in node.binders
    )


def _out_softmax(node: Softmax) -> Expr:
    letter = node.letters[0]
    free = free_letters(node.body) | free_letters(node.at)
    inner = fresh_letter(letter, {k.name for k in free})
    # Why not renamed to the position? 2*j + 1 has no form of ours for j = n//2; SymPy has one.
    apart = bound_apart(node.body, free_letters(node.at))
    top = sympy.exp(_out(rename(apart, {letter: inner})).xreplace({_out(inner): _out(node.at)}))
    below = sympy.Sum(
        sympy.exp(_out(rename(node.body, {letter: inner}))), (_out(inner), 0, letter.size - 1)
    )
    return top / below


def _out_named(node: Binder) -> Expr:
    """Return a reduction that SymPy lacks as a function of the body and the ranges of letters."""
    ranges = (sympy.Tuple(*limits) for limits in _ranges(node))
    rest = (_out(a) for a in node.args[1 + len(node.binders) :])
    return sympy.Function(BINDER_NAMES[type(node)])(_out(node.body), *ranges, *rest)


def _out_pointwise(node: Pointwise) -> Expr:
    arguments = tuple(_out(a) for a in node.arguments)
    function = POINTWISE_OUT.get(node.name)
    return function(*arguments) if function else sympy.Function(node.name)(*arguments)


POINTWISE_OUT = {name: function for function, name in FUNCTIONS.items()} | {
    "sqrt": sympy.sqrt,
    "sigmoid": lambda x: 1 / (1 + sympy.exp(-x)),
    "relu": lambda x: sympy.Max(x, 0),
    "softplus": lambda x: sympy.log(1 + sympy.exp(x)),
    "silu": lambda x: x / (1 + sympy.exp(-x)),
    "log1p": lambda x: sympy.log(1 + x),
    "expm1": lambda x: sympy.exp(x) - 1,
    "gelu": lambda x: x * (1 + sympy.erf(x / sympy.sqrt(2))) / 2,
    "leaky_relu": lambda x, s: sympy.Piecewise((x, x > 0), (s * x, True)),
    "elu": lambda x, a: sympy.Piecewise((x, x > 0), (a * (sympy.exp(x) - 1), True)),
}
_RELATIONS_OUT = {text: relation for relation, text in RELATIONS.items()}
OUTWARD = {
    IndexSum: lambda e: sympy.Sum(_out(e.body), *_ranges(e)),
    IndexMean: lambda e: _out(evaluated(e)),
    IndexProduct: lambda e: sympy.Product(_out(e.body), *_ranges(e)),
    IndexMax: _out_named,
    IndexMin: _out_named,
    First: _out_named,
    Padded: lambda e: sympy.Function("padded")(_out(e.entry)),
    Floored: lambda e: sympy.floor(_out(e.args[0]) / _out(e.args[1])),
    Remainder: lambda e: sympy.Mod(*(_out(a) for a in e.args)),
    LogSumExp: lambda e: sympy.log(_out(IndexSum(Pointwise("exp", e.body), *e.letters))),
    Softmax: _out_softmax,
    Delta: lambda e: sympy.KroneckerDelta(*(_out(a) for a in e.args)),
    Iverson: lambda e: sympy.Piecewise((1, _out(e.args[0])), (0, True)),
    Where: lambda e: sympy.Piecewise((_out(e.args[1]), _out(e.args[0])), (_out(e.args[2]), True)),
    InRange: lambda e: sympy.And(
        _out(e.args[1]) <= _out(e.args[0]), _out(e.args[0]) < _out(e.args[2])
    ),
    Comparison: lambda e: _RELATIONS_OUT[e.operator](*(_out(a) for a in e.args[1:])),
    Both: lambda e: sympy.And(*(_out(a) for a in e.args)),
    Either: lambda e: sympy.Or(*(_out(a) for a in e.args)),
    Not: lambda e: sympy.Not(_out(e.args[0])),
    Pointwise: _out_pointwise,
}
