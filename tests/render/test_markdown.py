import pytest

from symback.render.markdown import markdown
from symback.render.parts import code, document, equation, line, literal, paragraph, strong, table
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
