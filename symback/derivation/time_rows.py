"""The rows of the rules about time: what a state is before its first step, and windows."""

from __future__ import annotations

from symback.derivation.rule import CHAIN, Rule
from symback.derivation.time_reads import INITIAL, TRUNCATION

TIME_ROWS: tuple[Rule, ...] = (
    Rule(
        INITIAL,
        CHAIN,
        "h_(t-1) = h_0 at t = 0",
        "{equation} reads the state before its first step too, and there it is its initial value",
        ("where(i < 1, s, x[i - 1])", "where(i == 0, s, x[i - 1])"),
        "removes one read of an initial value",
    ),
    Rule(
        TRUNCATION,
        CHAIN,
        "h_(t-1) is held fixed where t mod w = 0",
        "where a window begins {equation} takes the state before it as given: nothing flows back"
        " beyond the window",
        ("x[i]", "where(i % 2 != 0, x[i], stop_gradient(x[i]))"),
        "cuts one read of the step before",
    ),
)
