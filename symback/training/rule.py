"""A rule of training: settings, and the equations that read them, as a network of the language.

Optimisers, schedules and clipping are rules. What a rule carries from step to step is an input X
that has an equation X_next; the other scalar inputs are its settings. The equations are compiled,
printed and explained like any other network; no second form of them exists.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from functools import cache
from typing import Any, ClassVar

from symback.errors import TrainingError
from symback.network.network import Network
from symback.network.text_reader import parse

THETA, GRADIENT, RATE, NEXT = "theta", "theta_bar", "rate", "_next"


@dataclass(frozen=True, slots=True)
class Rule:
    """The base of rules: its fields are settings, ``RULE`` is the text of its equations.

    ``MEANINGS`` says in words what each tensor of the rule is, ``SOURCES`` where it was published,
    ``REMARKS`` what else a reader should know, such as how other libraries spell it.
    """

    RULE: ClassVar[str] = ""
    MEANINGS: ClassVar[Mapping[str, str]] = {}
    SOURCES: ClassVar[tuple[str, ...]] = ()
    REMARKS: ClassVar[tuple[str, ...]] = ()

    def __post_init__(self) -> None:
        for field in fields(self):
            if getattr(self, field.name) is not None or field.default is not None:
                check_setting(self, field.name)

    @property
    def network(self) -> Network:
        """The rule as a network."""
        return rule_network(self.RULE)

    @property
    def settings(self) -> dict[str, Any]:
        """The settings by name, as the rule reads them."""
        given = {tensor.name for tensor in self.network.inputs}
        found = {f.name: getattr(self, f.name) for f in fields(self) if f.name in given}
        return {n: v if isinstance(v, tuple) else float(v) for n, v in found.items()}


@cache
def rule_network(text: str) -> Network:
    """Return the network that the text of a rule spells (read once)."""
    return parse(text)


def state_names(rule: Network) -> tuple[str, ...]:
    """Return the inputs that a rule replaces in each step: those with an equation X_next."""
    return tuple(t.name for t in rule.inputs if t.name + NEXT in rule)


# What a setting must be besides a finite number: how it is told, in words, and what helps.
Demand = tuple[Callable[[float], bool], str, str]
NOT_NEGATIVE: Demand = (lambda x: x >= 0, "no finite number from 0", "0.001")
POSITIVE: Demand = (lambda x: x > 0, "no finite number above 0", "1")
SHARE: Demand = (lambda x: 0 <= x < 1, "no share from 0 and below 1", "0.9")
PART: Demand = (lambda x: 0 < x <= 1, "no share above 0 and up to 1", "0.1")
DEMANDS: dict[str, Demand] = {
    **dict.fromkeys(("mu", "beta", "beta1", "beta2", "lowest"), SHARE),
    **dict.fromkeys(("start", "end", "rising"), PART),
    **dict.fromkeys(("limit", "epochs", "every", "factor"), POSITIVE),
}


def check_setting(rule: Rule, name: str) -> None:
    """Raise TrainingError unless a setting is the number that its name demands."""
    value = getattr(rule, name)
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        number = math.nan
    fits, found, example = DEMANDS.get(name, NOT_NEGATIVE)
    if isinstance(value, str | bool) or not math.isfinite(number) or not fits(number):
        raise TrainingError(
            f"{type(rule).__name__}: {name}={str(value)[:40]} was asked for", found,
            f"use a number such as {name}={example}",
        )  # fmt: skip
