"""Penalties: terms of the loss that keep weights small, as equations of the network like any other.

    L2       l2·(Σ W1² + Σ W2² + …)/2    its gradient by W1 is l2·W1
    L1       l1·(Σ |W1| + Σ |W2| + …)    its gradient by W1 is l1·sign W1
    elastic  both (H. Zou, T. Hastie: Regularization and variable selection via the elastic net.
             Journal of the Royal Statistical Society B 67 (2005) 301-320)

A. N. Tikhonov 1963, A. E. Hoerl, R. W. Kennard 1970 (L2, ridge); R. Tibshirani 1996 (L1, lasso).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator

from sympy import Expr, Integer

from symback.algebra.nodes import IndexSum
from symback.algebra.operators import (
    Pointwise,
    Quotient,
    Times,
    as_expression,
    product_of,
    sum_of,
)
from symback.algebra.traversal import entries, subexpressions
from symback.errors import DefinitionError
from symback.network.network import Network
from symback.network.rebuilding import remade
from symback.network.tensors import CONSTANT, LOSS, PARAMETER, Tensor


def penalize(
    network: Network, *, l2: float = 0.0, l1: float = 0.0, by: Iterable[object] | None = None
) -> Network:
    """L ← L + l2·Σ W²/2 + l1·Σ |W|: return a new network whose loss has these terms.

    ``by`` are the parameters that count, by default all weights: parameters that some equation
    multiplies by another tensor, which biases are not. The strengths are the constants l1 and l2.
    With SGD, an l2 of 0.01 is what others call a weight decay of 0.01. Raises DefinitionError.
    """
    strengths = {"l1": _strength("l1", l1), "l2": _strength("l2", l2)}
    strengths = {name: value for name, value in strengths.items() if value != 0}
    loss = network.loss_name
    if loss is None:
        raise DefinitionError("a penalty", "a network without a loss", "define one: net.loss(…)")
    if not strengths:
        raise DefinitionError("a penalty", "neither l1 nor l2", "write penalize(net, l2=0.01)")
    counted = _counted(network, by)
    made = _without_loss(network)
    taken = [name for name in strengths if name in made]
    if taken:
        raise DefinitionError(
            f"a penalty on the network {network.name}", f"it has a tensor {taken[0]} already",
            "give all penalties at once to the network without them, or rename that tensor",
        )  # fmt: skip
    terms = [network.equation(loss).written]
    for name, value in strengths.items():
        strength = made.constant(name, value).entry
        made.set_latex(name, rf"\lambda_{name[1:]}")
        term = product_of([strength, sum_of([TERMS[name](tensor) for tensor in counted])])
        terms.append(Quotient(term, Integer(2)) if name == "l2" else term)
    made.loss(loss, sum_of(terms))
    if network[loss].latex:
        made.set_latex(loss, network[loss].latex)
    return made


def weights(network: Network) -> tuple[Tensor, ...]:
    """Return the parameters that some equation multiplies by another tensor: not the biases."""
    names = {n for e in network.equations for n in _multiplied(e.written, network)}
    return tuple(t for t in network.parameters if t.name in names)


def _multiplied(written: Expr, network: Network) -> Iterator[str]:
    """Yield the parameters that stand in a product with another tensor that is no constant."""
    for node in subexpressions(written):
        if isinstance(node, Times):
            read = [{e.tensor for e in entries(factor)} for factor in node.args]
            for place, names in enumerate(read):
                others = set().union(*read[:place], *read[place + 1 :])
                if any(network[name].kind != CONSTANT for name in others):
                    yield from names


def _summed(body: Expr, tensor: Tensor) -> Expr:
    return IndexSum(body, *tensor.letters) if tensor.letters else body


# What is added up of one parameter.
TERMS = {
    "l1": lambda tensor: _summed(Pointwise("abs", tensor.entry), tensor),
    "l2": lambda tensor: _summed(tensor.entry**2, tensor),
}


def _strength(name: str, value: object) -> Expr:
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        number = math.nan
    if isinstance(value, str | bool) or not math.isfinite(number) or number < 0:
        raise DefinitionError(
            f"a penalty with {name}={str(value)[:40]}", "no finite number from 0",
            f"use a number such as {name}=0.01",
        )  # fmt: skip
    return as_expression(value)


def _counted(network: Network, by: Iterable[object] | None) -> tuple[Tensor, ...]:
    """Return the parameters that a penalty counts."""
    if by is None:
        found = weights(network)
        if not found:
            raise DefinitionError(
                f"a penalty on the weights of {network.name}", "no parameter multiplies anything",
                'name those that count: by=["w"]',
            )  # fmt: skip
        return found
    named = [by] if isinstance(by, str | Tensor) else list(by)
    found = tuple(dict.fromkeys(network[name] for name in named))
    wrong = [t for t in found if t.kind != PARAMETER]
    if wrong or not found:
        raise DefinitionError(
            "a penalty by these tensors", f"{wrong[0]} is no parameter" if wrong else "none",
            f"the parameters: {', '.join(t.name for t in network.parameters)}",
        )  # fmt: skip
    return found


def _without_loss(network: Network) -> Network:
    """Return a copy of all that a network has but its loss."""
    return remade(network, lambda _, equation: None if equation.kind == LOSS else equation)
