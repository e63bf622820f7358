"""Documents as trees of sections, and folded for a notebook."""

from symback.render.document import Box, Check, Details, Equation
from symback.render.parts import box, check, document, equation, heading, line, paragraph
from symback.render.sections import folded, sections
from tests.render.documents import E, show, w1

RESULT = equation(line(show(E), show(w1)), label="adj:w1")
INNER = equation(line(show(w1), show(E)), label="adj:z")


def page(*more):
    return document(
        "t", paragraph("before"), heading("A"), paragraph("a"), heading("B", level=2), INNER,
        heading("C", level=3), paragraph("c"), heading("D"), RESULT, *more,
    )  # fmt: skip


def test_headings_make_a_tree():
    whole = sections(page().blocks)
    first, last = whole.sections
    assert whole.blocks == (paragraph("before"),)
    assert first.heading == heading("A")
    assert first.sections[0].sections[0].blocks == (paragraph("c"),)
    assert last.blocks == (RESULT,)


def test_a_deep_heading_may_come_before_a_higher_one():
    whole = sections((heading("deep", level=3), heading("high")))
    assert [s.heading.level for s in whole.sections] == [3, 1]


def test_nothing_is_lost_by_folding():
    *_, first, last = folded(page())
    assert isinstance(first, Details)
    assert first.summary == heading("A").title
    assert first.blocks[0] == paragraph("a")
    assert last.blocks == (RESULT,)


def test_results_stand_in_front_boxes_before_equations():
    assert RESULT in folded(page(), ["adj:w1"])
    assert INNER not in folded(page(), ["adj:w1"])
    boxed = folded(page(box(equation(line(show(w1), show(E))))), ["adj:w1"])
    assert [type(b) for b in boxed if isinstance(b, (Box, Equation))] == [Box]


def test_a_few_checks_are_shown_and_many_are_counted():
    few = folded(page(check(True, "one"), check(False, "two")))
    assert [b.passed for b in few if isinstance(b, Check)] == [True, False]
    many = [b for b in folded(page(*[check(n != 2, str(n)) for n in range(5)]))
            if isinstance(b, Check)]  # fmt: skip
    assert len(many) == 1
    assert not many[0].passed
    assert many[0].content[0].text.startswith("4 of 5 checks passed")


def test_a_page_without_sections_is_left_as_it_is():
    made = document("t", RESULT, check(True, "x"))
    assert folded(made, ["adj:w1"]) == list(made.blocks)
