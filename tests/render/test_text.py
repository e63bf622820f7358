import pytest

from symback.errors import DefinitionError
from symback.notation.unicode import width
from symback.render.parts import (
    box,
    check,
    details,
    document,
    equation,
    heading,
    line,
    paragraph,
    strong,
    table,
)
from symback.render.text import text
from tests.render.documents import (
    HOSTILE,
    E,
    hostile,
    long_formula,
    number,
    one_weight,
    show,
    tensors,
    w1,
)


def body(*blocks, **options):
    return text(document("t", *blocks), **options).split("\n", 3)[3].rstrip("\n")


def test_a_title_is_underlined():
    assert text(document(("Loss of ", show(w1)))) == "Loss of w1\n══════════\n"


def test_equations_are_aligned_and_numbered_at_the_margin():
    lines = body(
        equation(line(show(E), show(w1), reason="why"), line(None, number(0.5)), label="e"),
        columns=40,
    ).split("\n")
    assert lines == ["    E = w1   why", "      = 0.5" + " " * 26 + "(1)"]
    assert all(len(one) <= 40 for one in lines)


def test_fractions_stack_where_that_was_asked_for():
    made = one_weight()
    assert "⎛ ∂E    ∂o1   ∂net_o1   ∂E    ∂o2   ∂net_o2 ⎞   ∂h1   ∂net_h1" in text(made)
    assert "└─ δ_o1 ──┘" in text(made)


def test_stacked_fractions_that_are_too_wide_go_on_one_line():
    assert "∂E/∂o1·∂o1/∂net_o1·∂net_o1/∂h1" in text(one_weight(), columns=60)


@pytest.mark.parametrize("columns", [40, 60, 72, 100])
@pytest.mark.parametrize("made", [one_weight(), tensors(), hostile()])
def test_no_line_is_wider_than_the_page(made, columns):
    # Lines of a program are left as they are: they are there to be copied.
    lines = text(made, detail=3, columns=columns).split("\n")
    assert max(width(one) for one in lines if not one.startswith("    100%")) <= columns


@pytest.mark.parametrize("columns", [0, 19, -1, 10**9, 80.0, "80", None, True])
def test_a_width_that_is_none_is_refused(columns):
    with pytest.raises(DefinitionError, match="use 20 to 1000"):
        text(one_weight(), columns=columns)


def test_a_long_formula_is_broken_before_signs():
    lines = body(equation(line(show(E), show(long_formula())))).split("\n")
    assert len(lines) > 5
    assert all(one.lstrip().startswith("+") for one in lines[1:])


def test_a_long_reason_goes_below():
    lines = body(equation(line(show(E), show(w1), reason="words " * 20))).split("\n")
    assert lines[0] == "    E = w1"
    assert lines[1].startswith("        (words words")


def test_details_are_closed_above_the_level():
    made = details("4 lines", paragraph("inside"), level=3)
    assert body(made, detail=2) == "▸ 4 lines"
    assert body(made, detail=3) == "▾ 4 lines\n  inside"


def test_a_table_is_laid_out_in_columns():
    lines = body(table(("name", "value"), (("a", number(0.5)), ("bcdef", number(12))), "lr"))
    assert lines == "name  │ value\n──────┼──────\na     │   0.5\nbcdef │    12"


def test_a_wide_table_wraps_words_but_not_numbers():
    words = "several words that need a lot of room in the table"
    lines = body(table(("a", "b"), ((words, number(0.138498561629)),), "lr"), columns=40)
    assert "0.138498562" in lines
    assert len(lines.split("\n")) > 3


def test_a_box_is_a_frame():
    assert body(box(paragraph("result"))) == "┌────────┐\n│ result │\n└────────┘"


def test_checks_say_whether_they_held():
    assert body(check(True, "yes"), check(False, "no")) == "✓ yes\n\n✗ no"


def test_formulas_in_prose_are_not_torn_apart():
    words = "a word or two and then some "
    lines = body(paragraph(words, show(w1 * w1 + E), "."), columns=34).split("\n")
    assert lines == [words.rstrip(), "w1·w1 + E."]


def test_headings_and_strong_words():
    assert body(heading("Part"), paragraph(strong("a"), " b")) == "Part\n────\n\na b"


def test_signs_that_steer_a_terminal_are_replaced():
    written = text(hostile(), detail=3)
    assert "\x1b" in HOSTILE
    assert "\x1b" not in written
    assert "\ufffd[31m" in written


def test_the_same_document_gives_the_same_text():
    assert text(one_weight()) == text(one_weight())
