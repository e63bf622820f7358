"""Formulas for pages that read Markdown first: nothing in them is Markdown or HTML."""

import re

import pytest

from symback.render.document import Equation, walk
from symback.render.mathjax import aligned, inline, spelled, words
from symback.render.parts import equation, line, reference
from tests.notation.formulas import a, b
from tests.render.documents import HOSTILE, E, long_formula, number, one_weight, show, tensors, w1


def formulas() -> list[str]:
    pages = (one_weight(), tensors())
    return [aligned(e) for p in pages for e in walk(p.blocks) if isinstance(e, Equation)]


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        (r"a \, b", r"a \thinspace b"),
        (r"\{x\}", r"\lbrace x\rbrace "),
        (r"a < b|c|", r"a \lt b \vert c \vert "),
        (r"\bar{Z}_{nk}", r"\bar{Z}_ {nk}"),
        (r"w_1 + w_{12}", r"w_1 + w_{12}"),
        (r"[n = m](x)", r"[n = m] (x)"),
        (r"\operatorname{softmax}_k", r"\mathop{\mathrm{softmax}}\nolimits _ k"),
        (r"\operatorname*{mean}_n", r"\mathop{\mathrm{mean}}\limits _ n"),
        (r"a \\ b", "a \\\\\nb"),
    ],
)
def test_what_markdown_would_change_is_spelled_otherwise(formula, expected):
    assert spelled(formula) == expected


@pytest.mark.parametrize("formula", formulas())
def test_no_formula_holds_what_markdown_reads(formula):
    without_rows = formula.replace("\\\\\n", "\n")
    assert not re.search(r"\\[^a-zA-Z]", without_rows)
    assert not re.search(r"[<>|*~`$]|\]\(", without_rows)
    # Emphasis opens at _ after a sign or a space, unless a space follows.
    assert not re.search(r"(?<![\w\\])_\S", without_rows)


def test_a_reason_stands_beside_where_there_is_room_and_else_below():
    short, long = (aligned(equation(line(show(E), show(w1), reason=r))) for r in ("a", "a " * 60))
    assert r"E &= w_1 && \text{a}" in short
    assert long.split("\n")[2].startswith(r"&\quad \text{(}\text{a a")


def test_a_long_formula_is_broken_into_rows():
    rows = aligned(equation(line(show(E), show(long_formula())))).split("\\\\\n")
    assert len(rows) > 5
    assert all(row.startswith("&\\quad {}+") for row in rows[1:])


def test_reasons_hold_numbers_of_the_page_and_formulas():
    one = equation(line(show(E), show(w1), reason=("by ", reference("x"), " ", show(a * b))),
                   label="e")  # fmt: skip
    assert aligned(one, {"x": "(7)", "e": "(9)"}) == (
        "\\begin{aligned}\nE &= w_1 && \\text{by }\\text{(7)}\\text{ }a \\thinspace b\n"
        "\\end{aligned}\\tag{9}"
    )
    assert aligned(one, {"e": "(9)"}, tagged=False).endswith(r"\end{aligned}\qquad (9)")


def test_hostile_words_are_words_between_signs():
    shown = words(HOSTILE)
    assert r"\text{ }\backslash \text{input}\lbrace " in shown
    assert r"\backslash \text{end" not in shown
    inside = "".join(re.findall(r"\\text\{([^{}]*)\}", shown))
    assert not set(inside) & set("\\{}$&#%_^~<>|*`\x1b")
    assert "層 é σ₁" in inside


def test_a_formula_within_a_line_is_one_line():
    assert "\n" not in inline(show(a * b))
    assert inline(number(0.5)) == "0.5"
