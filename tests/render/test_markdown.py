import pytest

from symback.render.markdown import folded_markdown, markdown
from symback.render.parts import (
    box,
    code,
    details,
    document,
    equation,
    figure,
    heading,
    line,
    literal,
    paragraph,
    passage,
    strong,
    table,
)
from tests.notation.formulas import a, b
from tests.render.documents import E, hostile, one_weight, show, w1


def body(*blocks):
    return markdown(document("t", *blocks)).split("\n\n", 1)[1].rstrip("\n")


@pytest.mark.parametrize(
    ("block", "expected"),
    [
        (paragraph(strong("Why. "), show(w1), " < 2*3"), r"**Why.** $w_1$ &lt; 2\*3"),
        (paragraph(show(a * b)), r"$a \thinspace b$"),
        (paragraph(literal("a`b")), "`` a`b ``"),
        (equation(line(show(E), show(w1), reason="why")),
         "$$\n\\begin{aligned}\nE &= w_1 && \\text{why}\n\\end{aligned}\n$$"),
        (table(("a", "b"), (("x|y", show(w1)),), "lr"),
         "| a | b |\n| :-- | --: |\n| x\\|y | $w_1$ |"),
        (code("a\n```"), "````python\na\n```\n````"),
        (table(("a",), ((literal("x|y"),),)), "| a |\n| :-- |\n| `x\\|y` |"),
        (paragraph("5 $ and \\begin"), "5 <span>&#36;</span> and <span>&#92;</span>begin"),
        (passage("matrix", paragraph("x")), "x"),
        (passage("matrix", paragraph("x"), shown=False), ""),
        # In a quotation every line of a formula would begin with >.
        (box(paragraph("x")), "---\n\nx\n\n---"),
        # Within a tag nothing is set, so a formula there is words.
        (details(("by ", show(w1), " $ <b> *"), paragraph("x")),
         "<details open>\n<summary>by w1 <span>&#36;</span> &lt;b&gt; *</summary>\n\nx\n\n"
         "</details>"),
    ],
)  # fmt: skip
def test_a_block_prints_as_its_row_says(block, expected):
    assert body(block) == expected


def test_equations_carry_the_numbers_that_references_show():
    written = markdown(one_weight())
    assert r"\tag{1}" in written
    assert "With (1) and Table 1" in written


def test_words_cannot_open_a_tag_or_a_formula():
    written = markdown(hostile())
    outside_code = written.split("```")[0]
    for line_ in outside_code.split("\n"):
        if "`" not in line_:
            assert "</script" not in line_
            assert "<b>" not in line_


def test_a_figure_is_a_file_where_one_is_named_and_else_words():
    made = document("t", figure("<svg/>", "c", "wo|rds"))
    assert r"wo\|rds" in markdown(made)
    assert r"![wo\|rds](a%20b/c%29.svg)" in markdown(made, figures={"<svg/>": "a b/c).svg"})


def test_a_notebook_is_given_sections_folded_and_pictures_as_images():
    svg = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><path d="M0 0"/></svg>'
    shown = folded_markdown(document("t", figure(svg, "c", "w"), heading("Way"), paragraph("x")))
    assert shown.startswith("**t**")
    assert '<img style="max-width:100%" alt="w" src="data:image/svg+xml;base64,' in shown
    assert "<details>\n<summary>Way</summary>\n\nx\n\n</details>" in shown


def test_hostile_words_open_no_formula_of_a_page():
    outside = markdown(hostile()).split("```")[0].split("\n")
    for line_ in outside:
        if "`" not in line_ and not line_.startswith(("E &", "$")):
            assert "$y$" not in line_
            assert r"\input" not in line_
