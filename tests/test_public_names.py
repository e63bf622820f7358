"""What ``import symback as sb`` and ``from symback import *`` give."""

from __future__ import annotations

import builtins

import sympy

import symback as sb

# Verbs stay in __all__ even where SymPy has a function of that name.
VERBS = {
    "derive", "explain", "draw", "lambdify", "train", "verify", "check", "diagnose", "read",
    "parse", "scalarize", "hessian", "hvp", "jacobian",
}  # fmt: skip


def test_every_public_name_exists() -> None:
    assert all(hasattr(sb, name) for name in sb.__all__)
    assert len(set(sb.__all__)) == len(sb.__all__)


def test_a_star_import_shadows_nothing() -> None:
    shadowing = {n for n in sb.__all__ if hasattr(builtins, n) or hasattr(sympy, n)}
    assert shadowing <= VERBS


def test_names_that_shadow_are_attributes() -> None:
    for name in (
        "sum",
        "max",
        "min",
        "prod",
        "abs",
        "exp",
        "log",
        "tanh",
        "sqrt",
        "sin",
        "cos",
        "erf",
        "sign",
        "pi",
        "oo",
    ):
        assert hasattr(sb, name)
        assert name not in sb.__all__


def test_layers_are_there_without_another_import() -> None:
    assert sb.nn.dense.__name__ == "dense"
    assert sb.zoo.lenet.__name__ == "lenet"
    assert {"nn", "zoo"} <= {*dir(sb)}
    assert not hasattr(sb, "nonsense")
