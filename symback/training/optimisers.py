"""Optimisers: the settings of an update rule, and the rule itself as equations of the language.

One step reads the vector θ of all parameters and its gradient θ̄, and whatever else the rule carries
from step to step: an input m that has an equation m_next is state. The scalar inputs that are no
state are the settings, the fields of the optimiser. The equations are compiled, printed and
explained like any other network; no second form of them exists.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, fields
from functools import cache
from typing import ClassVar

from symback.errors import TrainingError
from symback.network.network import Network
from symback.network.text_reader import parse

THETA, GRADIENT, NEXT = "theta", "theta_bar", "_next"


@dataclass(frozen=True, slots=True)
class Optimizer:
    """The base of optimisers: its fields are settings, ``RULE`` is the text of its equations."""

    RULE: ClassVar[str] = ""

    def __post_init__(self) -> None:
        for field in fields(self):
            _check(self, field.name)

    @property
    def network(self) -> Network:
        """The update rule as a network."""
        return update_rule(self.RULE)

    @property
    def settings(self) -> dict[str, float]:
        """The settings by name, as the rule reads them."""
        return {field.name: float(getattr(self, field.name)) for field in fields(self)}


@dataclass(frozen=True, slots=True)
class SGD(Optimizer):
    """θ ← θ − rate·θ̄: gradient descent; stochastic where θ̄ comes from a batch.

    H. Robbins, S. Monro: A stochastic approximation method. Ann. Math. Statist. 22 (1951) 400–407.
    """

    rate: float

    RULE: ClassVar[str] = """
network sgd
index j:P
input theta[j] theta_bar[j] rate
theta_next[j] = theta[j] - rate*theta_bar[j]
"""


@dataclass(frozen=True, slots=True)
class Adam(Optimizer):
    """θ ← θ − rate·m̂/(√v̂ + epsilon), with m̂ and v̂ the running means of θ̄ and θ̄², bias corrected.

    D. P. Kingma, J. Ba: Adam: A Method for Stochastic Optimization. ICLR 2015, Algorithm 1.
    """

    rate: float = 1e-3
    beta1: float = 0.9
    beta2: float = 0.999
    epsilon: float = 1e-8

    RULE: ClassVar[str] = r"""
network adam
index j:P
input theta[j] theta_bar[j] m[j] v[j] t rate beta1 beta2 epsilon
t_next = t + 1
m_next[j] = beta1*m[j] + (1 - beta1)*theta_bar[j]
v_next[j] = beta2*v[j] + (1 - beta2)*theta_bar[j]**2
m_hat[j] = m_next[j]/(1 - beta1**t_next)
v_hat[j] = v_next[j]/(1 - beta2**t_next)
theta_next[j] = theta[j] - rate*m_hat[j]/(sqrt(v_hat[j]) + epsilon)
latex m_hat = "\hat{m}"  v_hat = "\hat{v}"
"""


@cache
def update_rule(text: str) -> Network:
    """Return the network that the text of a rule spells (read once)."""
    return parse(text)


def state_names(rule: Network) -> tuple[str, ...]:
    """Return the inputs that a rule replaces in each step: those with an equation X_next."""
    return tuple(t.name for t in rule.inputs if t.name + NEXT in rule)


# Which settings are shares of the past, and so stay below 1.
SHARES = ("beta1", "beta2")


def _check(optimizer: Optimizer, name: str) -> None:
    value = getattr(optimizer, name)
    asked = f"{type(optimizer).__name__}: {name}={str(value)[:40]} was asked for"
    try:
        number = float(value)
    except (TypeError, ValueError):
        number = math.nan
    if isinstance(value, str | bool) or not math.isfinite(number) or number < 0:
        raise TrainingError(asked, "no finite number from 0", f"use a number such as {name}=0.001")
    if name in SHARES and number >= 1:
        raise TrainingError(
            asked, "a share that is not below 1", f"use a number such as {name}=0.9"
        )
