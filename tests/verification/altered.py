"""A derivation to check, and mistakes to put into it: gradients and records changed by hand."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from types import SimpleNamespace

from sympy import Expr

from symback.algebra import functions as f
from symback.algebra.letters import indices
from symback.derivation.derive import Derivation, derive
from symback.network.network import Network
from symback.record.steps import AdjointRecord, Step

n, i, j, k = indices("n:N i:3 j:3 k:2")


@cache
def classifier() -> Derivation:
    """A residual block with a tied weight, softmax and cross-entropy."""
    net = Network("classifier")
    X, Y = net.input("X", n, i), net.input("Y", n, k, one_hot=True)
    U, W, b = net.parameter("U", i, j), net.parameter("W", i, k), net.parameter("b", k)
    H = net.define("H", (n, j), f.tanh(f.sum_over(X[n, i] * U[i, j], i)))
    R = net.define("R", (n, i), f.sum_over(H[n, j] * U[i, j], j) + X[n, i])
    Z = net.define("Z", (n, k), f.sum_over(R[n, i] * W[i, k], i) + b[k])
    P = net.define("P", (n, k), f.softmax(Z[n, k], k))
    net.loss("L", -f.sum_over(Y[n, k] * f.log(P[n, k]), n, k) / n.size)
    return derive(net)


@dataclass(frozen=True)
class Altered:
    """What ``verify`` reads of a derivation, with some gradients and records replaced."""

    right: object
    written: Mapping[str, Expr]
    records: Mapping[str, AdjointRecord]

    def __getattr__(self, name: str) -> object:
        return getattr(self.right, name)

    def __getitem__(self, name: str) -> SimpleNamespace:
        gradient = self.right[name]
        return SimpleNamespace(
            written=self.written.get(name, gradient.written),
            record=self.records.get(name, gradient.record),
            adjoint=gradient.adjoint,
            indices=gradient.indices,
        )

    @property
    def network(self) -> Network:
        derived = self.right.forward.copy()
        if self.right.upstream:
            target = self.right.forward[self.right.of]
            derived.input(self.right.upstream, *target.letters)
        for name in self.right.adjoints:
            own = self[name]
            derived.adjoint(own.adjoint, (*self.right.goal_letters, *own.indices), own.written)
        return derived

    @property
    def differentiated(self) -> Network:
        return self.network


def with_gradient(derivation: object, name: str, change: Callable[[Expr], Expr]) -> Altered:
    """Change a gradient and the end of its record alike: only numbers can tell."""
    record = derivation[name].record
    wrong = change(derivation[name].written)
    last = replace(record.steps[-1], after=wrong)
    return Altered(
        derivation, {name: wrong}, {name: replace(record, steps=(*record.steps[:-1], last))}
    )


def with_line(
    derivation: object, name: str, number: int, change: Callable[[Expr], Expr]
) -> Altered:
    """Change the line between a step and the next: the chain stays unbroken, its end right."""
    record = derivation[name].record
    steps = list(record.steps)
    wrong = change(steps[number].after)
    steps[number] = replace(steps[number], after=wrong)
    steps[number + 1] = replace(steps[number + 1], before=wrong)
    return Altered(derivation, {}, {name: replace(record, steps=tuple(steps))})


def with_step(derivation: object, identifier: str, **changes: object) -> Altered:
    """Change the step of this identifier, wherever it hangs."""
    name = identifier.split(".")[0].removesuffix("_bar")
    record = derivation[name].record

    def changed(step: Step) -> Step:
        below = tuple(changed(s) for s in step.substeps)
        own = changes if step.identifier == identifier else {}
        return replace(step, **{"substeps": below, **own})

    steps = tuple(changed(s) for s in record.steps)
    return Altered(derivation, {}, {name: replace(record, steps=steps)})
