import re

import pytest

from symback.algebra.functions import delta
from symback.algebra.nodes import Partial
from symback.algebra.positions import Entry
from symback.diagrams.layout import lay_out
from symback.notation.tree import Brace, Derivative, Power, Product, Symbol, Words
from symback.render.latex import folded, latex
from symback.render.latex_preamble import MACROS
from symback.render.parts import (
    check,
    code,
    details,
    document,
    equation,
    figure,
    heading,
    items,
    line,
    paragraph,
    passage,
    reference,
    table,
)
from symback.render.pdf import is_available
from tests.diagrams.graphs import fully_connected
from tests.notation.formulas import k, n
from tests.render.compiling import compiled, has_file
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

x = Symbol("x", "x")
COMPLAINTS = r"^!.*|.*multiply defined.*|.*Reference.*undefined.*"
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
        paragraph("By ", reference("numbered"), "."),
        table(("symbol", "value"), [(show(w1), number(k / 7)) for k in range(30)], align="lr",
              caption="Thirty", label="numbered"),
        figure("<svg/>", "Neurons", "neurons", label="net",
               drawing=lay_out(fully_connected([3, 4, 2]))),
    )


def long_names():
    words = "a_name_of_many_words_that_no_line_has_room_for"
    loss, weight, signal = (show(Entry(f"{words}_{end}")) for end in ("E", "w", "z"))
    ratio = show(Partial(Entry(f"{words}_E"), Entry(f"{words}_z")))
    return document(
        ("How ", loss, " answers to ", weight, f", in the network {words}_{words}"),
        heading("The weight ", weight, label="w"),
        paragraph("We want ", ratio, "; it is the product of ", weight, " and ", signal, "."),
        items(("From ", weight, " to ", signal, " to ", loss), ratio),
        equation(line(loss, Product((weight, signal, ratio)), reason=("by ", ratio)), label="e"),
        equation(line(ratio, Product((weight, signal, signal)), reason=("see ", weight))),
        table(
            ("factor", "from", "rule", "formula", "value"),
            [(ratio, reference("e"), ("in ", weight), Product((weight, signal)), number(0.5))] * 3,
            align="llllr", caption=("All of ", weight),
        ),
        check(True, ratio, " equals ", number(0.5)),
        details(ratio, equation(line(ratio, ratio))),
    )  # fmt: skip


DOCUMENTS = {
    "long names": long_names,
    "one weight": one_weight, "tensors": tensors, "long": long_document, "hostile": hostile,
}  # fmt: skip


@needs_tex
@pytest.mark.parametrize("name", DOCUMENTS)
def test_an_article_compiles_within_its_margins(name, tmp_path):
    log = compiled(latex(DOCUMENTS[name]()), tmp_path)
    assert not re.findall(COMPLAINTS, log, re.MULTILINE)
    assert max(overfull(log), default=0.0) <= 5.0


def overfull(log):
    return [float(points) for points in re.findall(r"Overfull \\hbox \(([0-9.]+)pt", log)]


PAPERS = {
    "article": r"""\documentclass{article}
%s
\begin{document}
%s
%s
\end{document}
""",
    "slides": r"""\documentclass{beamer}
%s
\begin{document}
\begin{frame}[allowframebreaks]
%s
\end{frame}
\begin{frame}[allowframebreaks]
%s
\end{frame}
\end{document}
""",
}


@needs_tex
@pytest.mark.parametrize("paper", PAPERS)
@pytest.mark.parametrize("name", DOCUMENTS)
def test_two_fragments_fit_in_one_paper_that_has_what_their_first_line_names(paper, name, tmp_path):
    parts = [latex(DOCUMENTS[name](), fragment=True, label=label) for label in (None, "b c")]
    if paper == "slides" and not has_file("pgfcore.sty"):
        pytest.skip("the class beamer needs pgf, which is not installed")
    needed = re.match(r"% Needs (\\usepackage\{[a-z,]+\})\.\n", parts[0])[1]
    log = compiled(PAPERS[paper] % (needed, *parts), tmp_path)
    assert "Output written" in log
    assert not re.findall(COMPLAINTS, log, re.MULTILINE)
    assert max(overfull(log), default=0.0) <= 5.0


@pytest.mark.parametrize("name", [name for name in DOCUMENTS if name != "long names"])
@pytest.mark.parametrize("fragment", [False, True])
def test_no_line_of_latex_is_longer_than_150_characters(name, fragment):
    source = latex(DOCUMENTS[name](), fragment=fragment)
    lines = [line for line in source.splitlines() if r"\char" not in line]
    assert max(map(len, lines)) <= 150


def test_an_article_has_its_macros_on_top_and_a_fragment_has_none():
    article, fragment = latex(one_weight()), latex(one_weight(), fragment=True)
    preamble, body = article.split(r"\begin{document}")
    macros = re.findall(r"\\newcommand\{\\(\w+)\}", preamble)
    assert r"\pd{E}{w_1}" in body
    assert {"pd", "adj", "transpose", "had", "named", "reason", "passed"} <= set(macros)
    assert not [name for name in macros if re.search(rf"\\{name}\b", fragment)]
    assert r"\documentclass" not in fragment


def test_every_macro_is_explained_and_used():
    made = document(
        "t", equation(
            line(Derivative(x, x, "d"), show(Partial(E, w1))), line(show(Entry("Z_bar")), x),
            line(show(Entry("net_bar")), Power(x, Words("⊤"))), line(x, Product((x, x), "⊙")),
            line(x, show(delta(n, k)), reason="why"), line(x, Brace(x, x)),
        ),
        check(True, "a"), check(False, "b"),
    )  # fmt: skip
    body = latex(made).split(r"\begin{document}")[1]
    macros = MACROS.strip().splitlines()[1:]
    assert len(macros) == 11
    for macro in macros:
        name = re.match(r"\\newcommand\{(\\\w+)\}.* % \w", macro)[1]
        assert re.search(re.escape(name) + r"(?![A-Za-z])", body), name


def test_labels_and_references():
    source = latex(one_weight(), label="mine")
    assert r"\label{mine:chain}" in source
    assert r"\eqref{mine:chain}" in source
    assert r"\tablename~\ref{mine:factors}" in source
    assert r"\refstepcounter{table}\label{mine:factors}\tablename~\thetable: The factors" in source
    assert r"\hyperref[mine:w1]{" in source


def test_only_the_last_line_of_an_equation_is_numbered():
    source = latex(document("t", equation(
        line(show(E), show(w1)), line(None, number(1)), label="e",
    )), fragment=True)  # fmt: skip
    assert "\\begin{align}\nE &= w_1 \\notag \\\\*\n&= 1 \\label{t:e}\n\\end{align}\n" in source


def test_a_long_display_may_end_a_page_between_equations_and_a_long_equation_in_its_middle():
    short = equation(line(show(E), show(w1)), line(None, number(1)))
    source = latex(document("t", *[short] * 6), fragment=True)
    assert source.count("w_1 \\\\*\n&= 1 \\\\[4pt]") == 5
    long = equation(line(show(E), show(w1)), *[line(None, number(k)) for k in range(10)])
    assert latex(document("t", long), fragment=True).count("\\\\*\n") == 2


def test_only_a_paragraph_with_a_part_that_no_line_has_room_for_gets_a_ragged_margin():
    long = show(long_formula(12))
    assert r"\raggedright" not in latex(document("t", paragraph("as ", long)), fragment=True)
    wide = show(Entry("a_name_of_many_words_that_no_line_has_room_for"))
    assert r"\raggedright" in latex(document("t", paragraph("as ", wide)), fragment=True)


def test_a_display_of_a_passage_belongs_to_the_paragraph_before_it():
    one = passage("index", equation(line(show(E), show(w1))))
    hidden = passage("matrix", paragraph("hidden"), shown=False)
    source = latex(document("t", paragraph("We get"), one, hidden, one), fragment=True)
    assert "We get\n\\begin{align*}\nE &= w_1 \\\\*[4pt]\nE &= w_1\n\\end{align*}" in source
    assert "hidden" not in source


def test_equations_in_a_row_are_one_display():
    source = latex(document(
        "t", equation(line(show(E), show(w1)), label="a"),
        equation(line(show(h1), number(1)), line(None, number(2))),
        equation(line(show(E), number(3), reason="why")),
    ))  # fmt: skip
    assert "E &= w_1 \\label{a} \\\\*[4pt]\nh_1 &= 1 \\notag \\\\*\n&= 2 \\notag\n" in source
    assert source.count(r"\begin{align}") == source.count(r"\begin{align*}") == 1


def test_details_above_the_level_are_left_out_and_not_referred_to():
    made = document(
        "t", details("proof", equation(line(show(E), show(w1)), label="in"), level=3),
        paragraph("see ", reference("in")),
    )  # fmt: skip
    assert r"\eqref{in}" in latex(made, detail=3)
    assert "proof" not in latex(made, detail=2)
    assert "see (omitted)" in latex(made, detail=2)


def test_lines_of_the_program_that_the_text_does_not_show_are_an_appendix():
    made = document("t", passage("numpy", code("a = b @ c"), shown=False), paragraph("end"))
    article = latex(made)
    assert article.index("end") < article.index(r"\appendix") < article.index("a = b @ c")
    assert "a = b @ c" not in latex(made, fragment=True)
    assert r"\appendix" not in latex(document("t", passage("numpy", code("a = b @ c"))))


@pytest.mark.parametrize("text", ["\\end{verbatim}", "é", "a\tb"])
def test_a_program_that_verbatim_cannot_hold_is_set_sign_by_sign(text):
    assert r"\begin{verbatim}" in latex(document("t", code("x = 1")))
    assert r"\begin{verbatim}" not in latex(document("t", code(f"x = '{text}'")))


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
