"""The pages that are printed from the source: all rules, all pointwise functions, all layers."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterable, Mapping

import numpy

import symback
from symback import nn
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


LAYERS_OPENING = """\
# Which layers and losses are there, and what is their formula?

These {layers} layers and {losses} losses. Each is a function that adds equations to a network and
returns the last tensor; none has a backward pass, since gradients are derived from the equations.
`sb.nn.dense(net, X, 32, activation="tanh", name="hidden")` is a layer; without network and input,
`sb.nn.dense(32, activation="tanh")`, it waits for them in `sb.nn.sequential`.
[How a network is built of them](building.md).

Every formula below is tested against loops written for the test, its gradients against central
differences and `torch.autograd`, and each recorded step on both sides.

## What they have in common

- **Sizes or letters.** Where a size is meant, 32, a name such as `"H"` or an expression, the letter
  is a new one; a letter may be given instead. The rows and columns of X[n,c,y,x] keep their letters
  where they keep their size; else y becomes y1.
- **Names.** Without `name` tensors are counted: W1, b1, Z1, A1. With name="hidden" they are
  W_hidden, b_hidden, Z_hidden, and the output is hidden.
- **Activation.** The name of a [function](functions.md), `"softmax"`, or a Python function of an
  expression: `lambda z: sb.leaky_relu(z, 0.1)`.
- **Losses** read the prediction, then the target, and have `reduction="mean"` or `"sum"`. With
  `term=True` a loss is a scalar to add up: `net.loss("L", a + 0.1*b)`.
- An error leaves the network as it was.

## Where others do it otherwise

| here | elsewhere |
| --- | --- |
| axes (n, c, y, x), as in PyTorch; samples always have a letter | Keras has channels last |
| dense weight W[in, out] | PyTorch: Linear stores [out, in] |
| weights start as Glorot's, biases as 0 (`init=` chooses) | PyTorch: uniform in ±1/√in |
| the forget gate's bias starts at 0 | Keras: at 1 |
| time first, h[t,n,k]; `time=` names the letter of X | Keras: samples first |
| a recurrent layer has one bias for each gate | PyTorch has two, which add up |
| attention weights W_Q[i,a,d], heads an axis | PyTorch: one matrix for all heads |
| batch norm: `momentum` is the weight of the new batch, as in PyTorch | Keras: of the old average |
| `cross_entropy` reads probabilities; logits=True reads logits | PyTorch reads logits |
| `triplet_loss` compares squared distances, as its paper | PyTorch: distances |
| padding="same" needs stride 1, as in PyTorch | Keras: any stride |

This page is printed from `symback/nn/`.
"""


def layers_page() -> str:
    """Return the page of all layers and losses."""
    lines = LAYERS_OPENING.format(layers=len(nn.LAYERS), losses=len(nn.LOSSES)).splitlines()
    for title, names in (("Layers", nn.LAYERS), ("Losses", nn.LOSSES)):
        lines += ["", f"## {title}", ""]
        lines += _table(("name", "formula", "arguments", "source"), map(_layer_cells, names))
    return "\n".join(lines) + "\n"


def _layer_cells(name: str) -> tuple[str, ...]:
    made = getattr(nn, name)
    text = inspect.getdoc(made)
    formula = text.splitlines()[0].removesuffix(".").replace("``", "`")
    source = " ".join(text.partition("Source: ")[2].split()).removesuffix(".")
    given = [p for p in inspect.signature(made).parameters.values() if p.name not in COMMON]
    return f"**{name}**", formula, ", ".join(f"`{_argument(p)}`" for p in given), source


# What nearly all have; the opening of the page tells of them.
COMMON = ("net", "X", "name", "prediction", "target", "reduction", "term", "init")


def _argument(parameter: inspect.Parameter) -> str:
    if parameter.kind is inspect.Parameter.VAR_POSITIONAL:
        return f"*{parameter.name}"
    if parameter.default is inspect.Parameter.empty:
        return parameter.name
    return f"{parameter.name}={parameter.default!r}"


def _table(heads: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> list[str]:
    lines = [heads, ("---",) * len(heads), *rows]
    return ["| " + " | ".join(c.replace("|", "\\|") for c in line) + " |" for line in lines]


GENERATED: Mapping[str, Callable[[], str]] = {
    "rules.md": rules_page,
    "functions.md": functions_page,
    "layers.md": layers_page,
}
