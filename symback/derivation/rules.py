"""The rules by which derivations move: looked up by name, with their reasons in words."""

from __future__ import annotations

import re
from collections.abc import Callable

from sympy import Expr

from symback.derivation.rule import Rule
from symback.derivation.rule_rows import ROWS
from symback.errors import DerivationError
from symback.record.steps import Step

RULES: dict[str, Rule] = {row.name: row for row in ROWS}


def rule(name: str) -> Rule:
    """Return the row of a rule; raises DerivationError for an unknown name."""
    try:
        return RULES[name]
    except KeyError:
        raise DerivationError(
            f"the rule {name!r}", "no such row", f"rules: {', '.join(RULES)}"
        ) from None


def reason(step: Step, show: Callable[[Expr], str] = str) -> str:
    """Return why a step may be made, as a sentence; ``show`` prints the expressions in it."""
    named: dict[str, list[str]] = {}
    for name, value in step.facts:
        named.setdefault(name, []).append(value if isinstance(value, str) else show(value))
    facts = {name: _listed(values) for name, values in named.items()}
    text = rule(step.rule).reason
    for optional in re.findall(r"\[[^\]]*\]", text):
        known = all(name in facts for name in re.findall(r"{(\w+)}", optional))
        text = text.replace(optional, optional[1:-1] if known else "")
    return text.format_map(_Facts(facts))


def _listed(values: list[str]) -> str:
    return values[0] if len(values) == 1 else f"{', '.join(values[:-1])} and {values[-1]}"


class _Facts(dict):
    """Facts by name; a name that a step does not know reads as "it"."""

    def __missing__(self, name: str) -> str:
        return "it"
