"""The border to SymPy's own nodes: accepted on the way in, produced on request on the way out."""

from __future__ import annotations

from collections.abc import Iterable

import sympy
from sympy import Expr, Rational, Symbol

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
    Both,
    Comparison,
    Either,
    Negative,
    Node,
    Not,
    Plus,
    Pointwise,
    Power,
    Quotient,
    Times,
)
from symback.algebra.positions import Affine, Entry, parts
from symback.algebra.traversal import free_letters, fresh_letter, rename
from symback.errors import DefinitionError

FUNCTIONS = {
    sympy.exp: "exp",
    sympy.log: "log",
    sympy.sin: "sin",
    sympy.cos: "cos",
    sympy.tanh: "tanh",
    sympy.Abs: "abs",
    sympy.sign: "sign",
    sympy.erf: "erf",
    sympy.Max: "maximum",
    sympy.Min: "minimum",
}
RELATIONS = {
    sympy.StrictLessThan: "<",
    sympy.LessThan: "<=",
    sympy.StrictGreaterThan: ">",
    sympy.GreaterThan: ">=",
    sympy.Equality: "==",
    sympy.Unequality: "!=",
}


def from_sympy(expression: Expr, tensors: Iterable[str], what: str) -> Expr:
    """Return the expression in our own nodes; a plain symbol that names a tensor becomes its entry.

    Raises DefinitionError for SymPy forms that are not in the language.
    """
    if isinstance(expression, (Entry, Index, Affine)) or not isinstance(expression, sympy.Basic):
        return expression
    if isinstance(expression, Symbol):
        return Entry(expression.name) if expression.name in tensors else expression
    if not expression.args:
        return expression
    convert = CONVERSIONS.get(type(expression))
    if convert is None and not isinstance(expression, Node):
        name = FUNCTIONS.get(type(expression)) or RELATIONS.get(type(expression))
        if name is None:
            raise DefinitionError(
                f"{what}",
                f"SymPy's {type(expression).__name__} in {str(expression)[:60]}",
                "it has no counterpart in the language",
            )
    args = tuple(
        from_sympy(a, tensors, what) if isinstance(a, Expr | sympy.logic.boolalg.Boolean) else a
        for a in expression.args
    )
    if isinstance(expression, Node):
        return expression if args == expression.args else expression.func(*args)
    if convert:
        return convert(args)
    if type(expression) in RELATIONS:
        return Comparison(name, *args)
    return _nested(name, args)


def _nested(name: str, args: tuple[Expr, ...]) -> Expr:
    """Turn SymPy's Max of many arguments into maximum of two and two."""
    if name not in ("maximum", "minimum"):
        return Pointwise(name, *args)
    result = args[0]
    for argument in args[1:]:
        result = Pointwise(name, result, argument)
    return result


def _product(args: tuple[Expr, ...]) -> Expr:
    if args[0] == -1:
        return Negative(_product(args[1:]))
    above = [a for a in args if not (isinstance(a, Quotient) and a.args[0] == 1)]
    below = [a.args[1] for a in args if isinstance(a, Quotient) and a.args[0] == 1]
    top = (above[0] if len(above) == 1 else Times(*above)) if above else sympy.Integer(1)
    if not below:
        return top
    return Quotient(top, below[0] if len(below) == 1 else Times(*below))


def _power(args: tuple[Expr, ...]) -> Expr:
    base, exponent = args
    if exponent == Rational(1, 2):
        return Pointwise("sqrt", base)
    if exponent.is_Rational and exponent.is_negative:
        return Quotient(sympy.Integer(1), _power((base, -exponent)))
    return base if exponent == 1 else Power(base, exponent)


CONVERSIONS = {
    sympy.Add: lambda args: Plus(*args),
    sympy.Mul: _product,
    sympy.Pow: _power,
}


def to_sympy(expression: Expr) -> Expr:
    """Return the value in plain SymPy: Indexed, Idx, Sum, KroneckerDelta, Piecewise and SymPy's functions."""
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


def _ranges(node: IndexSum) -> tuple:
    return tuple(
        (_out(b.letter), _out(b.low), _out(b.high))
        if isinstance(b, Bounded)
        else (_out(b), 0, b.size - 1)
        for b in node.binders
    )


def _out_softmax(node: Softmax) -> Expr:
    letter = node.letters[0]
    top = sympy.exp(_out(rename(node.body, {letter: node.at})))
    inner = fresh_letter(letter, {k.name for k in free_letters(node.body) | free_letters(node.at)})
    below = sympy.Sum(
        sympy.exp(_out(rename(node.body, {letter: inner}))), (_out(inner), 0, letter.size - 1)
    )
    return top / below


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
