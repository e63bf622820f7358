"""The table of pointwise functions: all that symback knows about tanh stands in the row of tanh.

To add a function, add a row. ``derivatives`` has one entry per argument and may use the output y,
which the forward pass has computed (tanh' = 1 - y²). ``runs_as`` is the form that NumPy computes: a
ufunc's name, or an expression of such that is stable for large arguments. ``kinks`` lists what must
not be near 0 where finite differences are to mean anything, ``positive`` what must be positive.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import mpmath
from sympy import Expr, Integer, Rational, pi

from symback.algebra.nodes import Iverson, Where
from symback.algebra.operators import Comparison, Decimal, Pointwise, quotient, times
from symback.errors import DefinitionError

Form = Callable[..., Expr]


@dataclass(frozen=True, slots=True)
class PointwiseRow:
    """One pointwise function: its names, derivatives, numerical forms, where it is not smooth."""

    name: str
    arguments: int
    derivatives: tuple[Form, ...]  # each (x, …, y) -> expression, y the output
    exact: Callable  # mpmath numbers in, one out: what the literal interpreter computes
    runs_as: str | Form
    latex: str
    unicode: str
    reason: str  # "the derivative of tanh is 1 - tanh², written with its own output"
    kinks: Form = lambda *x: ()
    positive: Form = lambda *x: ()
    convention: str = ""  # the value chosen at a kink, as a sentence


def _call(name: str) -> Callable[..., Pointwise]:
    return lambda *arguments: Pointwise(name, *arguments)


_exp, _log, _sqrt, _sin, _cos, _tanh, _sigmoid, _erf, _abs, _sign = map(
    _call, ("exp", "log", "sqrt", "sin", "cos", "tanh", "sigmoid", "erf", "abs", "sign")
)
_log1p, _expm1, _maximum, _minimum = map(_call, ("log1p", "expm1", "maximum", "minimum"))
_ZERO, _ONE, _TWO, _HALF = Integer(0), Integer(1), Integer(2), Rational(1, 2)


def _test(operator: str, left: Expr, right: Expr) -> Iverson:
    return Iverson(Comparison(operator, left, right))


def _times_normal_density(x: Expr) -> Expr:
    return x * _exp(-(x**2) / _TWO) / _sqrt(times(_TWO, pi))


def _normal_distribution(x: Expr) -> Expr:
    return (_ONE + _erf(x / _sqrt(_TWO))) / _TWO


def _gelu_inner(x: Expr) -> Expr:
    return _sqrt(quotient(_TWO, pi)) * (x + Decimal("0.044715") * x**3)


def _gelu_tanh_derivative(x: Expr, y: Expr) -> Expr:
    bend = _tanh(_gelu_inner(x))
    slope = _sqrt(quotient(_TWO, pi)) * (_ONE + 3 * Decimal("0.044715") * x**2)
    return (_ONE + bend) / _TWO + x * (_ONE - bend**2) * slope / _TWO


def _exact_sigmoid(x):
    return 1 / (1 + mpmath.exp(-x)) if x >= 0 else mpmath.exp(x) / (1 + mpmath.exp(x))


def _exact_softplus(x):
    return (x if x > 0 else 0) + mpmath.log1p(mpmath.exp(-abs(x)))


def _exact_gelu_tanh(x):
    return (
        x * (1 + mpmath.tanh(mpmath.sqrt(2 / mpmath.pi) * (x + mpmath.mpf("0.044715") * x**3))) / 2
    )


_R = PointwiseRow
ROWS: tuple[PointwiseRow, ...] = (
    _R(
        "exp",
        1,
        (lambda x, y: y,),
        mpmath.exp,
        "exp",
        r"\exp",
        "exp",
        "the exponential is its own derivative",
    ),
    _R(
        "log",
        1,
        (lambda x, y: _ONE / x,),
        mpmath.log,
        "log",
        r"\log",
        "log",
        "the derivative of log x is 1/x",
        positive=lambda x: (x,),
    ),
    _R(
        "log1p",
        1,
        (lambda x, y: _ONE / (_ONE + x),),
        mpmath.log1p,
        "log1p",
        r"\operatorname{log1p}",
        "log1p",
        "the derivative of log(1 + x) is 1/(1 + x)",
        positive=lambda x: (_ONE + x,),
    ),
    _R(
        "expm1",
        1,
        (lambda x, y: y + _ONE,),
        mpmath.expm1,
        "expm1",
        r"\operatorname{expm1}",
        "expm1",
        "the derivative of exp(x) - 1 is exp(x), which is the output plus 1",
    ),
    _R(
        "sqrt",
        1,
        (lambda x, y: _ONE / (2 * y),),
        mpmath.sqrt,
        "sqrt",
        r"\sqrt",
        "√",
        "the derivative of √x is 1/(2√x), written with its own output",
        positive=lambda x: (x,),
    ),
    _R(
        "sin",
        1,
        (lambda x, y: _cos(x),),
        mpmath.sin,
        "sin",
        r"\sin",
        "sin",
        "the derivative of sin is cos",
    ),
    _R(
        "cos",
        1,
        (lambda x, y: -_sin(x),),
        mpmath.cos,
        "cos",
        r"\cos",
        "cos",
        "the derivative of cos is -sin",
    ),
    _R(
        "tanh",
        1,
        (lambda x, y: _ONE - y**2,),
        mpmath.tanh,
        "tanh",
        r"\tanh",
        "tanh",
        "the derivative of tanh is 1 - tanh², written with its own output",
    ),
    _R(
        "sigmoid",
        1,
        (lambda x, y: y * (_ONE - y),),
        _exact_sigmoid,
        lambda x: _HALF * _tanh(_HALF * x) + _HALF,
        r"\sigma",
        "σ",
        "the derivative of the logistic function is a(1 - a), written with its own output a",
    ),
    _R(
        "relu",
        1,
        (lambda x, y: _test(">", x, _ZERO),),
        lambda x: x if x > 0 else 0 * x,
        lambda x: _maximum(x, _ZERO),
        r"\operatorname{relu}",
        "relu",
        "the derivative of relu is 1 where its argument is positive, else 0",
        kinks=lambda x: (x,),
        convention="relu'(0) = 0",
    ),
    _R(
        "leaky_relu",
        2,
        (
            lambda x, s, y: Where(Comparison(">", x, _ZERO), _ONE, s),
            lambda x, s, y: _minimum(x, _ZERO),
        ),
        lambda x, s: x if x > 0 else s * x,
        lambda x, s: _maximum(x, _ZERO) + s * _minimum(x, _ZERO),
        r"\operatorname{lrelu}",
        "leaky_relu",
        "the derivative of the leaky relu is 1 where its argument is positive, else the slope",
        kinks=lambda x, s: (x,),
        convention="leaky_relu'(0) = slope",
    ),
    _R(
        "elu",
        2,
        (
            lambda x, a, y: Where(Comparison(">=", x, _ZERO), _ONE, y + a),
            lambda x, a, y: _expm1(_minimum(x, _ZERO)),
        ),
        lambda x, a: x if x > 0 else a * mpmath.expm1(x),
        lambda x, a: _maximum(x, _ZERO) + a * _expm1(_minimum(x, _ZERO)),
        r"\operatorname{elu}",
        "elu",
        "the derivative of elu is 1 for x ≥ 0, else α exp(x), which is the output plus α",
        kinks=lambda x, a: (x,),
        convention="elu'(0) = 1",
    ),
    _R(
        "softplus",
        1,
        (lambda x, y: _sigmoid(x),),
        _exact_softplus,
        lambda x: _maximum(x, _ZERO) + _log1p(_exp(-_abs(x))),
        r"\operatorname{softplus}",
        "softplus",
        "the derivative of softplus is the logistic function",
    ),
    _R(
        "silu",
        1,
        (lambda x, y: _sigmoid(x) + y * (_ONE - _sigmoid(x)),),
        lambda x: x * _exact_sigmoid(x),
        lambda x: x * (_HALF * _tanh(_HALF * x) + _HALF),
        r"\operatorname{silu}",
        "silu",
        "silu is x·σ(x); by the product rule its derivative is σ(x) + silu(x)(1 - σ(x))",
    ),
    _R(
        "gelu",
        1,
        (lambda x, y: _normal_distribution(x) + _times_normal_density(x),),
        lambda x: x * mpmath.ncdf(x),
        lambda x: x * _normal_distribution(x),
        r"\operatorname{gelu}",
        "gelu",
        "gelu is x·Φ(x); by the product rule its derivative is Φ(x) + x φ(x)",
    ),
    _R(
        "gelu_tanh",
        1,
        (_gelu_tanh_derivative,),
        _exact_gelu_tanh,
        lambda x: x * (_ONE + _tanh(_gelu_inner(x))) / _TWO,
        r"\operatorname{gelu}_{\tanh}",
        "gelu_tanh",
        "product rule and chain rule on ½x(1 + tanh(√(2/π)(x + 0.044715x³)))",
    ),
    _R(
        "erf",
        1,
        (lambda x, y: 2 * _exp(-(x**2)) / _sqrt(pi),),
        mpmath.erf,
        "erf",
        r"\operatorname{erf}",
        "erf",
        "the derivative of erf is 2 exp(-x²)/√π",
    ),
    _R(
        "abs",
        1,
        (lambda x, y: _sign(x),),
        abs,
        "absolute",
        r"\operatorname{abs}",
        "abs",
        "the derivative of |x| is the sign of x",
        kinks=lambda x: (x,),
        convention="abs'(0) = 0",
    ),
    _R(
        "sign",
        1,
        (lambda x, y: _ZERO,),
        lambda x: (x > 0) - (x < 0),
        "sign",
        r"\operatorname{sign}",
        "sign",
        "sign is constant on both sides of 0",
        kinks=lambda x: (x,),
        convention="sign' = 0 everywhere",
    ),
    _R(
        "maximum",
        2,
        (lambda a, b, y: _test(">", a, b), lambda a, b, y: _test("<=", a, b)),
        lambda a, b: a if a > b else b,
        "maximum",
        r"\max",
        "maximum",
        "the derivative of the maximum goes to the larger argument",
        kinks=lambda a, b: (a - b,),
        convention="at a = b the derivative of maximum(a, b) goes to b",
    ),
    _R(
        "minimum",
        2,
        (lambda a, b, y: _test("<", a, b), lambda a, b, y: _test(">=", a, b)),
        lambda a, b: a if a < b else b,
        "minimum",
        r"\min",
        "minimum",
        "the derivative of the minimum goes to the smaller argument",
        kinks=lambda a, b: (a - b,),
        convention="at a = b the derivative of minimum(a, b) goes to b",
    ),
    _R(
        "stop_gradient",
        1,
        (lambda x, y: _ZERO,),
        lambda x: x,
        lambda x: x,
        r"\operatorname{sg}",
        "stop_gradient",
        "the derivative is declared to stop here",
    ),
)

POINTWISE: dict[str, PointwiseRow] = {row.name: row for row in ROWS}


def pointwise_row(name: str) -> PointwiseRow:
    """Return the row of a pointwise function; raises DefinitionError for an unknown name."""
    try:
        return POINTWISE[name]
    except KeyError:
        raise DefinitionError(
            f"the function {name!r} was asked for",
            "no such row",
            f"functions: {', '.join(POINTWISE)}",
        ) from None
