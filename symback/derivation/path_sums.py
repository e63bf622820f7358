"""The sum over all paths from a scalar to the goal, and how the adjoints (δ's) factor it.

    ∂E/∂w = Σ_paths Π_edges ∂u/∂v        one product of local derivatives for each path
          = (… + …) ∂h/∂z ∂z/∂w          the paths that share their last edges, taken together
          = δ_z ∂z/∂w                     the bracket has a name already: the adjoint of z

Source: the path-counting view of the chain rule, e.g. Goodfellow, Bengio and Courville, Deep
Learning, section 6.5.2.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass

from sympy import Expr

from symback.algebra.nodes import Partial, Total
from symback.algebra.operators import Plus, Times
from symback.algebra.positions import Entry
from symback.errors import DerivationError
from symback.network.graph import ancestors, consumers, path_count, paths
from symback.network.network import Network
from symback.record.steps import Step

MOST_PATHS = 256


@dataclass(frozen=True, slots=True)
class PathSum:
    """Every path from a scalar to the goal, and the steps from their sum to its factored form.

    Each path names the tensors from the variable to the goal. ``steps`` end at the adjoints of the
    variable's readers times their local derivatives.
    """

    variable: str
    goal: str
    paths: tuple[tuple[str, ...], ...]
    steps: tuple[Step, ...]


def path_sum(network: Network, variable: str, goal: str, adjoint_suffix: str = "_bar") -> PathSum:
    """Return all paths from a scalar to a scalar goal, and their sum in three lines.

    Raises DerivationError for tensors, and for more paths than anybody reads.
    """
    for name in (variable, goal):
        if network[name].rank:
            raise DerivationError(
                f"the paths from {variable} to {goal}",
                f"{network[name]} is a tensor",
                "scalarize the network first: sb.scalarize(net, N=2)",
            )
    number = path_count(network, variable, goal)
    if number > MOST_PATHS:
        raise DerivationError(
            f"the paths from {variable} to {goal}",
            f"{number} paths; at most {MOST_PATHS} are written out",
            "read the derivation by adjoints: there each node is visited once",
        )
    reaching = set(ancestors(network, [goal]))
    readers = {
        name: tuple(t for t in targets if t in reaching)
        for name, targets in consumers(network).items()
    }
    fork = _Fork(goal, readers)
    found = paths(network, variable, goal, MOST_PATHS)
    line = Total(Entry(goal), Entry(variable))
    return PathSum(variable, goal, found, _steps(fork, found, line, adjoint_suffix))


@dataclass(frozen=True, slots=True)
class _Fork:
    """The goal, and who reads each tensor on a way to it."""

    goal: str
    readers: Mapping[str, tuple[str, ...]]


def _steps(
    fork: _Fork, found: tuple[tuple[str, ...], ...], goal: Expr, suffix: str
) -> tuple[Step, ...]:
    if not found:
        return ()
    products = [_product([(b, a) for a, b in itertools.pairwise(p)][::-1]) for p in found]
    lines = [("sum over paths", products[0] if len(products) == 1 else Plus(*products))]
    variable = found[0][0]
    lines.append(("shared edges", _factored(fork, variable)))
    lines.append(("named adjoints", _by_adjoints(fork, variable, suffix)))
    steps, before = [], goal
    for rule, after in lines:
        if after != before:
            steps.append(Step(f"{variable}{suffix}.paths.{len(steps) + 1}", rule, before, after))
        before = after
    return tuple(steps)


def _product(edges: list[tuple[str, str]]) -> Expr:
    factors = [Partial(Entry(above), Entry(below)) for above, below in edges]
    return factors[0] if len(factors) == 1 else Times(*factors)


def _factored(fork: _Fork, variable: str) -> Expr:
    """Write the sum with each node's bracket once: (sum over what reads it)·local derivatives."""
    chain = [variable]
    while len(fork.readers[chain[-1]]) == 1:
        chain.append(fork.readers[chain[-1]][0])
    edges = [(b, a) for a, b in itertools.pairwise(chain)][::-1]
    if chain[-1] == fork.goal:
        return _product(edges)
    terms = [
        _times(_factored(fork, t), Partial(Entry(t), Entry(chain[-1]))) if t != fork.goal
        else Partial(Entry(t), Entry(chain[-1]))
        for t in fork.readers[chain[-1]]
    ]  # fmt: skip
    bracket = Plus(*terms)
    return Times(bracket, *_factors(_product(edges))) if edges else bracket


def _by_adjoints(fork: _Fork, variable: str, suffix: str) -> Expr:
    terms = []
    for target in fork.readers[variable]:
        local = Partial(Entry(target), Entry(variable))
        terms.append(local if target == fork.goal else Times(Entry(f"{target}{suffix}"), local))
    return terms[0] if len(terms) == 1 else Plus(*terms)


def _times(left: Expr, right: Expr) -> Expr:
    return Times(*_factors(left), right)


def _factors(expression: Expr) -> tuple[Expr, ...]:
    return expression.args if isinstance(expression, Times) else (expression,)
