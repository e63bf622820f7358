"""What a rule of a derivation is: a row of the table."""

from __future__ import annotations

from dataclasses import dataclass

# The groups of rules.
DERIVATIVE, CHAIN, STRUCTURE, TIDY, STABLE = "derivative", "chain", "structure", "tidy", "stable"


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of the derivation: what it is called, what it says, and why it may be used."""

    name: str
    group: str
    law: str
    reason: str
    example: tuple[str, str]
    ends: str = "looks at a smaller expression"
