"""What a notebook shows of networks, derivations, gradients, Jacobians and Hessians."""

from __future__ import annotations

import re
import shutil
import sys
import types
from functools import cache
from pathlib import Path

import pytest
import sympy

import symback as sb
from symback.explanation import showing
from tests.render.compiling import compiled

TEXT = """
network small
index n:N i:2 h:3
input X[n,i]
parameter W[i,h] b[h]
Z[n,h] = sum(X[n,i]*W[i,h], i) + b[h]
loss L = sum(tanh(Z[n,h])**2, n, h)/N
"""
AT = {"X": [[1, 2], [3, 4]], "W": [[0.1, 0.2, 0.3], [0.4, 0.5, 0.6]], "b": [0, 0, 0]}


@cache
def objects() -> dict[str, object]:
    net = sb.parse(TEXT)
    d = sb.derive(net)
    return {
        "network": net, "derivation": d, "gradient": d["W"],
        "jacobian": sb.jacobian(net, of="Z", wrt="W"), "hessian": sb.hessian(net, "b"),
        "block": sb.hessian(net, "b")["b", "b"], "explanation": sb.explain(d, checks=False),
    }  # fmt: skip


NAMES = ("network", "derivation", "gradient", "jacobian", "hessian", "block", "explanation")


@pytest.mark.parametrize("name", NAMES)
def test_each_form_is_there_and_safe_where_a_notebook_is_not_trusted(name):
    shown = objects()[name]
    html, markdown, latex = shown._repr_html_(), shown._repr_markdown_(), shown._repr_latex_()
    assert "$$\n\\begin{aligned}" in html
    assert "$$\n\\begin{aligned}" in markdown
    assert "$$\\begin{aligned}" in latex
    assert not re.search("<(math|svg|script|style|link|iframe)", html + markdown)


@pytest.mark.parametrize("name", [*NAMES, "report", "diagram"])
def test_repr_is_one_line(name):
    made = {"report": lambda: sb.verify(objects()["derivation"]),
            "diagram": lambda: sb.draw(objects()["derivation"])}  # fmt: skip
    shown = made[name]() if name in made else objects()[name]
    assert "\n" not in repr(shown)
    assert 10 < len(repr(shown)) < 200


def test_a_gradient_is_shown_as_a_formula_with_its_lines_folded():
    html = objects()["gradient"]._repr_html_()
    assert r"\sum_n" in html
    assert r"\bar{Z}" in html
    assert "lines of the derivation</strong></summary>" in html
    assert r"\text{accumulate}" in html or r"\text{chain" in html


def test_a_network_says_what_its_tensors_are():
    html = objects()["network"]._repr_html_()
    assert "Network small" in html
    assert "parameter" in html
    assert "2 × 3" in html


def test_expressions_print_as_formulas_and_not_as_class_names():
    text = sympy.latex(sb.derive(sb.parse(TEXT))["W"].expr)
    assert "Entry" not in text
    assert r"\sum_n" in text


def test_long_networks_are_cut_with_a_count():
    lines = ["input x"] + [f"a{k} = tanh({'x' if k == 0 else f'a{k - 1}'})" for k in range(60)]
    net = sb.parse("\n".join(lines))
    for shown in (net._repr_html_(), net._repr_markdown_(), net._repr_latex_()):
        assert "20 more" in shown
        assert len(shown) < 20_000


def test_a_long_formula_is_broken_into_rows():
    terms = " + ".join(f"sin(x{k})*cos(x{k})" for k in range(20))
    net = sb.parse(f"input {' '.join(f'x{k}' for k in range(20))}\nloss E = {terms}")
    assert net._repr_latex_().count("\\\\\n&\\quad") > 3


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="pdflatex is not installed")
def test_everything_shown_is_latex_that_compiles(tmp_path: Path):
    page = r"\documentclass{article}\usepackage{amsmath,amssymb}\begin{document}" + "\n"
    page += "\n\n".join(objects()[name]._repr_latex_() for name in NAMES)
    log = compiled(page + "\n" + r"\end{document}", tmp_path)
    assert "Output written" in log
    assert "\n!" not in log


# Notebooks that set formulas in Markdown only


@pytest.mark.parametrize("name", ["gradient", "explanation"])
def test_vs_code_is_given_markdown_only(name, monkeypatch):
    monkeypatch.setattr(sys.modules["__main__"], "__vsc_ipynb_file__", "x.ipynb", raising=False)
    shown = objects()[name]
    assert shown._repr_html_() is None
    assert shown._repr_latex_() is None
    assert "$$" in shown._repr_markdown_()


def test_colab_is_given_markdown_only(monkeypatch):
    monkeypatch.setitem(sys.modules, "google.colab", types.ModuleType("google.colab"))
    assert objects()["network"]._repr_html_() is None


@pytest.mark.parametrize("name", ["gradient", "explanation"])
def test_marimo_is_given_its_own_markdown(name, monkeypatch):
    marimo = types.ModuleType("marimo")
    marimo.md = lambda text: ("set by marimo", text)
    monkeypatch.setitem(sys.modules, "marimo", marimo)
    assert objects()[name]._display_() == ("set by marimo", objects()[name]._repr_markdown_())


def test_other_notebooks_set_formulas_in_html():
    assert showing.sets_formulas_in_html()


def test_a_stored_derivation_shows_itself_too(tmp_path):
    path = objects()["derivation"].save(tmp_path / "d.json")
    stored = sb.read(path)
    assert r"\bar{Z}" in stored._repr_html_()
    assert r"\sum_n" in stored["W"]._repr_html_()
