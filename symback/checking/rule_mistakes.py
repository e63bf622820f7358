"""Mistakes in a rule of differentiation: the forward equation altered so that only its slope is.

``held(x)`` is x with derivative 0, so held(f) + held(s)·(x - held(x)) has the value of f and the
slope s. The engine then derives the altered adjoint itself: a missing f', a cross term left out or
a path that is not followed needs no second set of rules.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from sympy import Expr, Integer

from symback.algebra.nodes import Softmax
from symback.algebra.operators import Negative, Plus, Pointwise, Power, Quotient, Times
from symback.algebra.pointwise import pointwise_row
from symback.algebra.positions import Entry
from symback.algebra.traversal import entries, with_letters
from symback.checking.catalogue import Mistake
from symback.checking.equation_mistakes import places
from symback.checking.route import Stage
from symback.derivation.adjoint import Consumer, derive_steps
from symback.errors import SymbackError

ONE = Integer(1)
# Functions whose derivatives are taken for each other.
MIXED_UP = ("sigmoid", "tanh", "relu", "exp", "softplus", "sin", "cos")
# The row of the catalogue, the altered node, what it was, what stands in its place.
Altered = tuple[str, Expr, str, str]


def held(expression: Expr) -> Expr:
    """Return the expression with derivative 0."""
    return Pointwise("stop_gradient", expression)


def with_slope(value: Expr, slope: Expr, inner: Expr) -> Expr:
    """Return the value with this slope along ``inner``, and none else."""
    return Plus(held(value), Times(held(slope), Plus(inner, Negative(held(inner)))))


def rule_mistakes(stage: Stage) -> Iterator[Mistake]:
    """Yield every way in which the rules for a tensor's adjoint may be misapplied."""
    consumers = stage.problem.consumers
    yield from _paths(stage)
    for place, consumer in enumerate(consumers):
        for row, altered, what, instead in _misread(stage, consumer):
            new = replace(consumer, expression=altered, rewrites=())
            others = (*consumers[:place], new, *consumers[place + 1 :])
            yield from _derived(stage, others, row, what, instead)


def _paths(stage: Stage) -> Iterator[Mistake]:
    """One reader left out; or all but one."""
    consumers = stage.problem.consumers
    for place, consumer in enumerate(consumers):
        others = consumers[:place] + consumers[place + 1 :]
        name = consumer.entry.tensor
        if others:
            row = "missing regulariser" if consumer.is_goal else "missing path"
            what = _terms(consumer.expression, stage.name) if consumer.is_goal else name
            yield from _derived(stage, others, row, what, "")
        if len(others) > 1:
            kept = f"every reader but {name}"
            yield from _derived(stage, (consumer,), "missing path", kept, "")


def _terms(expression: Expr, tensor: str) -> str:
    """Return the terms of the loss that read a tensor, as text."""
    terms = expression.args if isinstance(expression, Plus) else (expression,)
    reading = [term for term in terms if _depends(term, tensor)]
    if len(reading) > 1:
        return str(Plus(*reading))
    return str(reading[0].args[0] if isinstance(reading[0], Negative) else reading[0])


def _derived(
    stage: Stage, consumers: tuple[Consumer, ...], row: str, what: str, instead: str
) -> Iterator[Mistake]:
    try:
        problem = replace(stage.problem, consumers=consumers)
        steps = derive_steps(problem)
    except SymbackError:
        return  # what cannot be derived is no mistake that somebody could have made
    yield Mistake(row, stage.name, ((stage.name, steps[-1].after),), what, instead, problem)


def _misread(stage: Stage, consumer: Consumer) -> Iterator[Altered]:
    """Yield the consumer's right-hand side, altered at one place that depends on the variable."""
    tensor = stage.problem.variable.tensor
    readings = sum(e.tensor == tensor for e in entries(consumer.expression))
    for node, put in places(consumer.expression):
        if not _depends(node, tensor):
            continue
        for kind, ways in RULES:
            if isinstance(node, kind):
                for row, altered, what, instead in ways(node, tensor, consumer):
                    yield row, put(altered), what, instead
        if isinstance(node, Entry) and readings > 1:
            within = str(consumer.expression)
            yield "one occurrence only", put(held(node)), tensor, _clipped(within)


def _depends(node: Expr, tensor: str) -> bool:
    return any(e.tensor == tensor for e in entries(node))


def _clipped(text: str) -> str:
    return text if len(text) <= 60 else text[:59] + "…"


# The rules ---------------------------------------------------------------------------------------


def _functions(node: Pointwise, tensor: str, consumer: Consumer) -> Iterator[Altered]:
    x, shown = node.arguments[0], str(node)
    if not _depends(x, tensor) or node.name == "stop_gradient":
        return
    yield "missing activation derivative", Plus(x, held(Plus(node, Negative(x)))), shown, ""
    if len(node.arguments) > 1:
        return
    slope = pointwise_row(node.name).derivatives[0]
    right = slope(x, node)

    def wrong(row: str, other: Expr, instead: str) -> Iterator[Altered]:
        if other != right:
            yield row, with_slope(node, other, x), shown, instead

    yield from wrong("derivative at the output", slope(node, Pointwise(node.name, node)), "")
    misread = slope(x, x)
    yield from wrong("output formula at the argument", misread, str(misread))
    for name in MIXED_UP:
        if name != node.name:
            other = pointwise_row(name).derivatives[0]
            row = "derivative of another function"
            yield from wrong(row, other(x, Pointwise(name, x)), name)
            if other(x, node) != node:
                yield from wrong(row, other(x, node), f"{name} with this output")
    yield from wrong("function for its derivative", node, "")
    yield from wrong("derivative twice", Power(right, Integer(2)), "")


def _sums(node: Plus, tensor: str, consumer: Consumer) -> Iterator[Altered]:
    of_loss = consumer.is_goal and node == consumer.expression
    row = "missing regulariser" if of_loss else "missing term"
    dependent = [place for place, term in enumerate(node.args) if _depends(term, tensor)]
    for place in dependent if len(dependent) > 1 else ():
        term = node.args[place]
        shown = str(term.args[0] if isinstance(term, Negative) else term)
        yield row, Plus(*_at(node.args, place, held(term))), shown, ""


def _softmaxes(node: Softmax, tensor: str, consumer: Consumer) -> Iterator[Altered]:
    inner = with_letters(node.body, {node.letters[0]: node.at})
    row, shown = "softmax without cross terms", str(node)
    alone = Times(node, Plus(ONE, Negative(node)))
    yield row, with_slope(node, node, inner), shown, "∂p[i]/∂z[i] = p[i] were all"
    yield row, with_slope(node, alone, inner), shown, "∂p[i]/∂z[i] = p[i]·(1 - p[i]) were all"


def _powers(node: Power, tensor: str, consumer: Consumer) -> Iterator[Altered]:
    base, exponent = node.args
    if _depends(base, tensor) and not _depends(exponent, tensor):
        kept = Times(exponent, node)
        yield "power rule", with_slope(node, kept, base), str(node), str(kept)


def _quotients(node: Quotient, tensor: str, consumer: Consumer) -> Iterator[Altered]:
    above, below = node.args
    if not _depends(below, tensor):
        return
    squared = Quotient(above, Power(below, Integer(2)))
    for slope in (Negative(node), squared):
        first = Quotient(above, held(below))
        rest = Times(held(slope), Plus(below, Negative(held(below))))
        yield "quotient rule", Plus(first, rest), str(node), str(slope)
    if _depends(above, tensor):
        yield "quotient rule", Quotient(above, held(below)), str(node), "0: it is held constant"


def _at(items: tuple[Expr, ...], place: int, new: Expr) -> tuple[Expr, ...]:
    return (*items[:place], new, *items[place + 1 :])


RULES: tuple[tuple[type, Callable[..., Iterator[Altered]]], ...] = (
    (Pointwise, _functions),
    (Plus, _sums),
    (Softmax, _softmaxes),
    (Power, _powers),
    (Quotient, _quotients),
)
