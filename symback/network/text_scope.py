"""What names mean, and what a writer may have meant by one that means nothing."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from sympy import Symbol

from symback.algebra.functions import LANGUAGE
from symback.algebra.letters import Index
from symback.network.tensors import Tensor

# Names of other languages -> how ours writes it.
SYNONYMS = {
    "ln": "log(x)",
    "logistic": "sigmoid(x)",
    "sigma": "sigmoid(x)",
    "sgn": "sign(x)",
    "swish": "silu(x)",
    "average": "mean(x[i], i)",
    "avg": "mean(x[i], i)",
    "dot": "sum(a[i]*b[i], i)",
    "matmul": "sum(X[n,i]*W[i,h], i)",
    "einsum": "sum(X[n,i]*W[i,h], i)",
    "fabs": "abs(x)",
    "power": "x**2",
    "pow": "x**2",
    "square": "x**2",
    "tan": "sin(x)/cos(x)",
    "transpose": "W[h,i] for the transpose of W[i,h]",
    "max": "maximum(a, b)",
    "min": "minimum(a, b)",
    "argmax": "first(Z[n,k], k): 1 at the first largest entry, else 0",
    "product": "prod(x[i], i)",
    "pad": "padded(X[n, i - 1])",
    "floor": "a//2 for letters and sizes",
    "mod": "t % 4 for letters and sizes",
    "embedding": "E[ids[n],j] for an integer input ids",
}
# How a function is called, and with how many arguments; pointwise functions count their own.
USAGE = {
    "sum": ("sum(X[n,i], i)", 1, 99),
    "mean": ("mean(X[n,i], i)", 1, 99),
    "logsumexp": ("logsumexp(Z[n,k], k)", 1, 99),
    "max": ("max(Z[n,k], k)", 1, 99),
    "min": ("min(Z[n,k], k)", 1, 99),
    "prod": ("prod(X[n,i], i)", 1, 99),
    "softmax": ("softmax(Z[n,k], k) or softmax(Z[n,k], k, at=m)", 2, 2),
    "first": ("first(Z[n,k], k) or first(Z[n,k], k, at=m)", 2, 2),
    "padded": ("padded(X[n, i - 1])", 1, 1),
    "where": ("where(condition, a, b)", 3, 3),
    "iverson": ("iverson(condition)", 1, 1),
    "delta": ("delta(i, j)", 2, 2),
}


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Return "did you mean …?" for a name close to a known one; else nothing."""
    by_case = {k.lower(): k for k in known}
    close = get_close_matches(name.lower(), by_case, 1, 0.6)
    return f"did you mean {by_case[close[0]]}?" if close else ""


def function_like(name: str) -> str:
    """Return what may help with a function that does not exist."""
    if name in SYNONYMS:
        return f"write {SYNONYMS[name]}"
    return did_you_mean(name, LANGUAGE) or f"functions: {', '.join(sorted(LANGUAGE))}"


def is_pairwise(name: str, node: ast.Call) -> bool:
    """Is this max(a, b) of two values, and not max(x[i], i) over a letter?"""
    is_two = name in ("max", "min") and len(node.args) == 2
    return is_two and not isinstance(node.args[1], (ast.Name, ast.Tuple))


@dataclass(frozen=True, slots=True)
class Scope:
    """What the names of an expression may mean."""

    tensors: Mapping[str, Tensor]
    letters: Mapping[str, Index]
    sizes: Mapping[str, Symbol]

    def knows(self, name: str) -> bool:
        """Does the name mean a tensor, a letter or a size?"""
        return name in self.tensors or name in self.letters or name in self.sizes

    def meant(self, name: str) -> str:
        """Return what may help with a name that means nothing."""
        if name in LANGUAGE:
            return f"it is a function: {name}(…)"
        names = (*self.tensors, *self.letters, *self.sizes)
        return did_you_mean(name, names) or f"declare it: input {name}"
