"""A state reads itself: how the derivative of its equation by its own entry is written.

The engine differentiates the equation's formula there, since ∂c[t′]/∂c[t] would be a delta. On a
page the entry at the other step stands for its formula, as everywhere else.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sympy import Expr

from symback.algebra.letters import Index
from symback.algebra.nodes import Partial
from symback.algebra.positions import Entry
from symback.network.tensors import Equation


def own_derivatives(derivation: Any, names: Iterable[str]) -> dict[Expr, Expr]:
    """Return {∂(formula of c at t′)/∂c[t]: ∂c[t′]/∂c[t]} for the tensors that read themselves."""
    found: dict[Expr, Expr] = {}
    for name in names:
        equation = derivation.forward.equation(name)
        if equation is None or not any(e.tensor == name for e in equation.written.atoms(Entry)):
            continue
        for step in derivation[name].steps:
            for derivative, _ in step.changed if step.rule == "local derivative" else ():
                letters = _letters_of(equation, derivative.args[0])
                if letters is not None:
                    found[derivative] = Partial(Entry(name, *letters), derivative.args[1])
    return found


def _letters_of(equation: Equation, copy: Expr) -> tuple[Expr, ...] | None:
    """Return the letters with which an equation's formula is repeated; None if it is another."""
    met: dict[Expr, Expr] = {}
    pairs = [(equation.written, copy)]
    while pairs:
        old, new = pairs.pop()
        if isinstance(old, Index):
            met.setdefault(old, new)
        elif type(old) is not type(new) or len(old.args) != len(new.args):
            return None
        else:
            pairs += zip(old.args, new.args, strict=True)
    if any(k not in met for k in equation.letters):
        return None
    return tuple(met[k] for k in equation.letters)
