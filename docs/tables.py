"""The pages that are printed from tables of the source: all rules, all pointwise functions."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping

import numpy

import symback
from symback.algebra.pointwise import ROWS as FUNCTIONS
from symback.algebra.pointwise import PointwiseRow
from symback.algebra.positions import Entry
from symback.derivation.rule import CHAIN, DERIVATIVE, STABLE, STRUCTURE, TIDY, Rule
from symback.derivation.rule_rows import ROWS as RULES

RULES_OPENING = """\
# By which rules may a line become the next?

By one of these {count}. A derivation is a chain of lines, and each line follows from the one
before it by one named rule: `step.rule` is a name of this page. No other algebra is used; besides,
factors and terms are put in the order in which they are read. Nothing goes through a general
simplifier.

In the laws ∂ is the derivative by any one variable and ū the adjoint of *u*. In the examples
∂(…)/∂x[j] is the derivative by one entry, and `delta(i, j)` is 1 where i = j, else 0. The tests
check every rule in numbers, and [`sb.verify`](verification.md) checks every use of a rule.

This page is printed from `symback/derivation/rule_rows.py`.
"""
GROUPS = {
    DERIVATIVE: (
        "Derivatives",
        "One rule for each form of the language. Each looks at smaller expressions, so they end.",
    ),
    CHAIN: ("Chain rule", "From the derivative of the goal to a line of local derivatives."),
    STRUCTURE: (
        "Sums and deltas",
        "How a line of local derivatives becomes a sum that can be read: "
        "[where the transpose comes from](transpose.md).",
    ),
    TIDY: ("Tidying", "These run until none applies. Each removes something, so they end."),
    STABLE: (
        "Stable forms",
        "Used on the equations before they are differentiated, and in the program that runs: "
        "[why](softmax.md).",
    ),
}
# What a rule's reason says where a step puts in its own names.
IN_WORDS: Mapping[str, str] = {
    "variable": "the variable",
    "vanishing": "the other terms",
    "function": "what the row of the function says: [all functions](functions.md)",
    "tensor": "*v*",
    "reader": "*u*",
    "readers": "several equations",
    "equation": "*u = …*",
    "picks": "*i = j*",
    "brackets": "the range of *i*",
    "fact": "*p*",
    "letter": "*i*",
    "size": "*size*",
    "named": "*a*",
    "gathered": "*m*",
    "bracket": "[*c*]",
    "delta": "the delta",
    "sum": "the sum",
    "condition": "*c*",
}
# Examples that need the names of a network.
NAMED: Mapping[str, tuple[str, str]] = {
    "named adjoints": ("((∂E/∂b)*(∂b/∂a) + (∂E/∂c)*(∂c/∂a))*(∂a/∂w)", "a_bar*(∂a/∂w)"),
    "declared fact": ("sum(Y[n,k], k)", "1"),
    "probabilities sum to one": ("sum(P[n,k], k)", "1"),
    "reuse": ("tanh(Z[n,h])", "A[n,h]"),
    "substitute": ("a_bar*w", "(a - y)*w"),
}


def rules_page() -> str:
    """Return the page of all rules, group by group."""
    lines = RULES_OPENING.format(count=len(RULES)).splitlines()
    for group, (title, sentence) in GROUPS.items():
        rows = [rule for rule in RULES if rule.group == group]
        lines += ["", f"## {title}", "", sentence, ""]
        lines += _table(("rule", "law", "reason", "example"), map(_rule_cells, rows))
    return "\n".join(lines) + "\n"


def _rule_cells(rule: Rule) -> tuple[str, ...]:
    before, after = map(_derivative, NAMED.get(rule.name, rule.example))
    example = f"`{before}` → `{after}`"
    reason = re.sub(r"[\[\]]", "", rule.reason).format_map(IN_WORDS)
    return f"**{rule.name}**", rule.law, reason, example


def _derivative(example: str) -> str:
    """Return d(tanh(x[i]), x[j]) as ∂tanh(x[i])/∂x[j]; other examples as they are."""
    found = re.fullmatch(r"d\((.+), (\w+(?:\[\w+\])?)\)", example)
    if not found:
        return example
    body, variable = found.groups()
    in_one_piece = re.fullmatch(r"\w+(?:\[\w+\]|\([^()]*\))?", body)
    return f"∂{body}/∂{variable}" if in_one_piece else f"∂({body})/∂{variable}"


FUNCTIONS_OPENING = """\
# Which functions are there, and what are their derivatives?

These {count}. A pointwise function acts entry by entry: `A[n,h] = tanh(Z[n,h])` in the text form,
`sb.tanh(Z[n,h])` in Python{only_text}.

x, a, b and s are the arguments, y is the output. Where a derivative can be written with the output,
it is: the forward pass has computed it already. At a kink there is no derivative; the column says
what is taken there. [`sb.verify`](verification.md) keeps its random values away from kinks, where
differences mean nothing. The last column is what the program computes: NumPy's own function, or a
form that is stable for large numbers.

This page is printed from `symback/algebra/pointwise.py`; a new function is a new row there.
"""
ARGUMENTS = {"leaky_relu": "xs", "elu": "xa", "maximum": "ab", "minimum": "ab"}
OWN = "`{name}` of the program itself: quotients of polynomials, wrong by less than 1e-15"


def functions_page() -> str:
    """Return the page of all pointwise functions."""
    missing = [f"`{row.name}`" for row in FUNCTIONS if not hasattr(symback, row.name)]
    only_text = f" ({' and '.join(missing)} in the text form only)" if missing else ""
    opening = FUNCTIONS_OPENING.format(count=len(FUNCTIONS), only_text=only_text)
    heads = ("function", "derivative", "in words", "at a kink", "NumPy runs")
    return "\n".join([opening, *_table(heads, map(_function_cells, FUNCTIONS))]) + "\n"


def _function_cells(row: PointwiseRow) -> tuple[str, ...]:
    names = ARGUMENTS.get(row.name, "x")
    arguments = tuple(map(Entry, names))
    slopes = [f"`{slope(*arguments, Entry('y'))}`" for slope in row.derivatives]
    if len(slopes) > 1:
        slopes = [f"by {name}: {slope}" for name, slope in zip(names, slopes, strict=True)]
    if isinstance(row.runs_as, str):
        runs = f"`{row.runs_as}`" if hasattr(numpy, row.runs_as) else OWN.format(name=row.runs_as)
    else:
        runs = f"`{row.runs_as(*arguments)}`"
    called = f"`{row.name}({', '.join(names)})`"
    return called, "; ".join(slopes), row.reason, row.convention, runs


def _table(heads: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> list[str]:
    lines = [heads, ("---",) * len(heads), *rows]
    return ["| " + " | ".join(c.replace("|", "\\|") for c in line) + " |" for line in lines]


GENERATED: Mapping[str, Callable[[], str]] = {
    "rules.md": rules_page,
    "functions.md": functions_page,
}
