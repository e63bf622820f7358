"""The functions of the language as people call them: ``sb.sum(X[n, i]*W[i, h], i)``."""

from __future__ import annotations

from sympy import Expr

from symback.algebra.letters import Index
from symback.algebra.nodes import (
    Binder,
    Bounded,
    Delta,
    First,
    IndexMax,
    IndexMean,
    IndexMin,
    IndexProduct,
    IndexSum,
    Iverson,
    LogSumExp,
    Padded,
    Softmax,
    Where,
)
from symback.algebra.operators import Comparison, Pointwise, as_expression, checked_condition
from symback.algebra.pointwise import pointwise_row
from symback.algebra.positions import Entry, as_position
from symback.errors import DefinitionError


def call(name: str, *arguments: object) -> Pointwise:
    """Return f(x, …); raises DefinitionError for an unknown function or a wrong count."""
    row = pointwise_row(name)
    if len(arguments) != row.arguments:
        raise DefinitionError(
            f"{name}: {row.arguments} argument{'s' * (row.arguments != 1)} expected",
            f"{len(arguments)}",
        )
    return Pointwise(name, *(as_expression(a) for a in arguments))


def _binders(name: str, letters: tuple[object, ...], bounds_allowed: bool) -> tuple[Expr, ...]:
    if not letters:
        raise DefinitionError(
            f"{name}: letters to run over were asked for", "none", f"{name}(X[n, i], i) runs over i"
        )
    binders = []
    for letter in letters:
        if (
            isinstance(letter, tuple)
            and len(letter) == 3
            and isinstance(letter[0], Index)
            and bounds_allowed
        ):
            low, high = (as_position(x, f"{name}: bounds of {letter[0]}") for x in letter[1:])
            binders.append(Bounded(letter[0], low, high))
        elif isinstance(letter, Index):
            binders.append(letter)
        else:
            pairwise = {"max": "maximum", "min": "minimum"}.get(name)
            raise DefinitionError(
                f"{name}: an index letter was asked for",
                f"{str(letter)[:60]!r}",
                "use letters made by sb.indices"
                + (", or (j, low, high)" if bounds_allowed else "")
                + (f"; of two values it is sb.{pairwise}(a, b)" if pairwise else ""),
            )
    names = [b.letter.name if isinstance(b, Bounded) else b.name for b in binders]
    if len(set(names)) < len(names):
        raise DefinitionError(
            f"{name}: letters {', '.join(names)}", "one of them twice", "name each once"
        )
    return tuple(binders)


def _reduction(kind: type[Binder], name: str, bounds_allowed: bool = False):
    def reduce(expression: object, *letters: object) -> Binder:
        hint = list(expression) if isinstance(expression, (list, tuple)) else None
        if hint is not None:
            raise DefinitionError(
                f"{name}: an expression was asked for",
                "a list",
                "Python's own sum adds the items of a list",
            )
        return kind(as_expression(expression), *_binders(name, letters, bounds_allowed))

    reduce.__name__ = reduce.__qualname__ = name
    reduce.__doc__ = f"Return {kind.__doc__} The letters are bound inside. Raises DefinitionError."
    return reduce


sum_over = _reduction(IndexSum, "sum", bounds_allowed=True)
mean_over = _reduction(IndexMean, "mean")
max_over = _reduction(IndexMax, "max", bounds_allowed=True)
min_over = _reduction(IndexMin, "min", bounds_allowed=True)
product_over = _reduction(IndexProduct, "prod", bounds_allowed=True)
logsumexp = _reduction(LogSumExp, "logsumexp")


def softmax(expression: object, letter: Index, at: object = None) -> Softmax:
    """Return exp(z[k]) / Σ_k exp(z[k]), indexed like its argument, or read at position ``at``."""
    return _read_at(Softmax, "softmax", expression, letter, at)


def first(expression: object, letter: Index, at: object = None) -> First:
    """Return 1 where ``at`` is the first letter at which the expression is largest, else 0."""
    return _read_at(First, "first", expression, letter, at)


def _read_at(kind: type[Binder], name: str, expression: object, letter: Index, at: object):
    (bound,) = _binders(name, (letter,), bounds_allowed=False)
    position = bound if at is None else as_position(at, f"{name}: at")
    return kind(as_expression(expression), bound, position)


def padded(entry: object) -> Padded:
    """Return an entry that is 0 outside of its tensor: padded(X[n, p + r - 1])."""
    entry = as_expression(entry)
    if not isinstance(entry, Entry):
        asked = "padded: an entry of a tensor was asked for"
        raise DefinitionError(asked, str(entry)[:60], "write padded(X[n, p - 1])")
    return Padded(entry)


def where(condition: object, then: object, otherwise: object) -> Where:
    """Return ``then`` where the condition holds, else ``otherwise``."""
    return Where(checked_condition(condition), as_expression(then), as_expression(otherwise))


def iverson(condition: object) -> Iverson:
    """Return 1 where the condition holds, else 0."""
    return Iverson(checked_condition(condition))


def delta(left: object, right: object) -> Delta:
    """Return 1 where two positions are equal, else 0."""
    return Delta(as_position(left, "delta"), as_position(right, "delta"))


def eq(left: object, right: object) -> Comparison:
    """Return the condition left = right (== compares expressions as objects)."""
    return Comparison("==", as_expression(left), as_expression(right))


def ne(left: object, right: object) -> Comparison:
    """Return the condition left ≠ right."""
    return Comparison("!=", as_expression(left), as_expression(right))


def _pointwise(name: str):
    def function(*arguments: object) -> Pointwise:
        return call(name, *arguments)

    function.__name__ = function.__qualname__ = name
    function.__doc__ = f"Return {name} entry by entry; {pointwise_row(name).reason}."
    return function


PUBLIC_POINTWISE = (
    "exp",
    "log",
    "sqrt",
    "sin",
    "cos",
    "tanh",
    "sigmoid",
    "relu",
    "leaky_relu",
    "elu",
    "softplus",
    "silu",
    "gelu",
    "gelu_tanh",
    "erf",
    "abs",
    "sign",
    "maximum",
    "minimum",
    "stop_gradient",
)
(
    exp,
    log,
    sqrt,
    sin,
    cos,
    tanh,
    sigmoid,
    relu,
    leaky_relu,
    elu,
    softplus,
    silu,
    gelu,
    gelu_tanh,
    erf,
    absolute,
    sign,
    maximum,
    minimum,
    stop_gradient,
) = map(_pointwise, PUBLIC_POINTWISE)

# Every function by its name in the language: what the text form may call.
LANGUAGE = {name: _pointwise(name) for name in (*PUBLIC_POINTWISE, "log1p", "expm1")} | {
    "sum": sum_over,
    "mean": mean_over,
    "logsumexp": logsumexp,
    "softmax": softmax,
    "max": max_over,
    "min": min_over,
    "prod": product_over,
    "first": first,
    "padded": padded,
    "where": where,
    "iverson": iverson,
    "delta": delta,
}
