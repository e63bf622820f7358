import re

import pytest

from symback.render.latex import folded, latex
from symback.render.parts import details, document, equation, line, paragraph, reference, table
from symback.render.pdf import is_available
from tests.render.compiling import compiled
from tests.render.documents import (
    E,
    h1,
    hostile,
    long_formula,
    number,
    one_weight,
    show,
    tensors,
    w1,
)

needs_tex = pytest.mark.skipif(not is_available(), reason="pdflatex is not installed")


def long_document():
    rows = [
        (show(w1), show(long_formula(3)), "a rule with several words in its name", number(0.5))
        for _ in range(60)
    ]
    return document(
        "Long formulas and a long table",
        equation(line(show(E), show(long_formula()), reason="adding up"), label="sum"),
        equation(line(show(E), show(long_formula() * h1)), line(None, show(long_formula() / h1))),
        paragraph("Within words: ", show(long_formula(12)), "."),
        table(("symbol", "formula", "rule", "value"), rows, align="lllr", caption="All"),
        table(("symbol", "value"), [(show(w1), number(k / 7)) for k in range(80)], align="lr"),
    )


DOCUMENTS = {
    "one weight": one_weight, "tensors": tensors, "long": long_document, "hostile": hostile,
}  # fmt: skip


@needs_tex
@pytest.mark.parametrize("name", DOCUMENTS)
def test_an_article_compiles_within_its_margins(name, tmp_path):
    log = compiled(latex(DOCUMENTS[name]()), tmp_path)
    assert not re.findall(r"^!.*|.*undefined.*|.*multiply defined.*", log, re.MULTILINE)
    overfull = [float(points) for points in re.findall(r"Overfull \\hbox \(([0-9.]+)pt", log)]
    assert max(overfull, default=0.0) <= 5.0


FRAGMENT_PAPER = r"""\documentclass{article}
\usepackage{mathtools,amssymb,booktabs,graphicx,hyperref}
\begin{document}
%s
\end{document}
"""


@needs_tex
def test_two_fragments_fit_in_one_paper(tmp_path):
    parts = [latex(one_weight(), fragment=True, label=label) for label in ("a", "b c")]
    log = compiled(FRAGMENT_PAPER % "\n".join(parts), tmp_path)
    assert not re.findall(r"^!.*|.*multiply defined.*|.*undefined.*", log, re.MULTILINE)


@pytest.mark.parametrize("name", DOCUMENTS)
@pytest.mark.parametrize("fragment", [False, True])
def test_no_line_of_latex_is_longer_than_150_characters(name, fragment):
    source = latex(DOCUMENTS[name](), fragment=fragment)
    lines = [line for line in source.splitlines() if r"\char" not in line]
    assert max(map(len, lines)) <= 150


def test_an_article_has_its_macros_on_top_and_a_fragment_has_none():
    article, fragment = latex(one_weight()), latex(one_weight(), fragment=True)
    assert article.index(r"\providecommand{\pd}") < article.index(r"\begin{document}")
    assert r"\pd{E}{w_1}" in article
    assert r"\pd" not in fragment
    assert r"\documentclass" not in fragment


def test_labels_and_references():
    source = latex(one_weight(), label="mine")
    assert r"\label{mine:chain}" in source
    assert r"\eqref{mine:chain}" in source
    assert r"\hyperref[mine:factors]{Table 1}" in source


def test_only_the_last_line_of_an_equation_is_numbered():
    source = latex(document("t", equation(
        line(show(E), show(w1)), line(None, number(1)), label="e",
    )), fragment=True)  # fmt: skip
    assert source == (
        "\\begin{align}\nE &= w_1 \\notag \\\\\n&= 1 \\label{e}\n\\end{align}\n"
    )


def test_details_above_the_level_are_left_out_and_not_referred_to():
    made = document(
        "t", details("proof", equation(line(show(E), show(w1)), label="in"), level=3),
        paragraph("see ", reference("in")),
    )  # fmt: skip
    assert r"\eqref{in}" in latex(made, detail=3)
    assert "proof" not in latex(made, detail=2)
    assert "see (omitted)" in latex(made, detail=2)


def test_hostile_words_reach_latex_only_as_words():
    source = latex(hostile())
    assert r"\input" not in source
    assert "</script>" not in source
    assert source.count(r"\end{document}") == 1


def test_the_same_document_gives_the_same_bytes():
    assert latex(one_weight()) == latex(one_weight())


def test_folding_breaks_at_spaces_only():
    source = "word " * 60
    assert folded(source).replace("\n", " ") == source.rstrip(" ") + " " or (
        folded(source).split() == source.split()
    )
    assert folded("x" * 300) == "x" * 300
