"""What a notebook shows of networks, derivations and gradients."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import sympy

import symback as sb
from tests.render.compiling import compiled

TEXT = """
network small
index n:N i:2 h:3
input X[n,i]
parameter W[i,h] b[h]
Z[n,h] = sum(X[n,i]*W[i,h], i) + b[h]
loss L = sum(tanh(Z[n,h])**2, n, h)/N
"""


def shown() -> dict[str, str]:
    net = sb.parse(TEXT)
    d = sb.derive(net)
    objects = {
        "network": net,
        "derivation": d,
        "gradient": d["W"],
        "jacobian": sb.jacobian(net, of="Z", wrt="W"),
        "hessian": sb.hessian(net, "b"),
    }
    return {name: found._repr_latex_() for name, found in objects.items()}


def test_a_gradient_is_shown_as_a_formula() -> None:
    assert r"\sum_n" in shown()["gradient"]
    assert r"\bar{Z}" in shown()["gradient"]


def test_expressions_print_as_formulas_and_not_as_class_names() -> None:
    text = sympy.latex(sb.derive(sb.parse(TEXT))["W"].expr)
    assert "Entry" not in text
    assert r"\sum_n" in text


def test_long_networks_are_cut_with_a_count() -> None:
    lines = ["input x"] + [f"a{k} = tanh({'x' if k == 0 else f'a{k - 1}'})" for k in range(60)]
    assert "20 more" in sb.parse("\n".join(lines))._repr_latex_()


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="pdflatex is not installed")
def test_everything_shown_is_latex_that_compiles(tmp_path: Path) -> None:
    page = r"\documentclass{article}\usepackage{amsmath,amssymb}\begin{document}" + "\n"
    page += "\n\n".join(shown().values()) + "\n" + r"\end{document}"
    log = compiled(page, tmp_path)
    assert "Output written" in log
    assert "\n!" not in log
