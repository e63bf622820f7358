import pytest

from symback.errors import DefinitionError
from symback.render.document import Formula, Text, numbering, walk
from symback.render.html import html
from symback.render.latex import latex
from symback.render.markdown import markdown
from symback.render.parts import (
    code,
    details,
    document,
    equation,
    heading,
    inlines,
    line,
    paragraph,
    passage,
    reference,
    sentence,
    strong,
    table,
)
from symback.render.text import text
from tests.render.documents import E, one_weight, show, w1


def test_strings_trees_and_inlines_mix():
    assert inlines("a ", show(w1), strong("b")) == (
        Text("a "), Formula(show(w1)), Text("b", "strong"),
    )  # fmt: skip


def test_anything_else_is_refused():
    with pytest.raises(DefinitionError, match="int"):
        paragraph("a", 3)


def test_a_template_takes_parts_by_name():
    assert sentence("{w} of {{E}}", w=show(w1)) == (
        Formula(show(w1)), Text(" of {"), Text("E}"),
    )  # fmt: skip


def test_equations_tables_and_figures_are_counted_apart():
    assert numbering(one_weight()) == {
        "w1": "The weight w1", "chain": "(1)", "factors": "Table 1", "result": "(2)",
        "proof": "(3)", "picture": "Figure 1",
    }  # fmt: skip


def test_numbers_do_not_depend_on_what_is_shown():
    inner = equation(line(show(E), show(w1)), label="inner")
    outer = equation(line(show(E), show(w1)), label="outer")
    made = document("t", details("d", inner, level=3), outer)
    assert numbering(made)["outer"] == "(2)"


def test_walk_goes_into_boxes_and_details():
    kinds = [type(block).__name__ for block in walk(one_weight().blocks)]
    assert kinds.count("Equation") == 4


@pytest.mark.parametrize(
    ("blocks", "complaint"),
    [
        ((heading("a", label="x"), heading("b", label="x")), "'x' twice"),
        ((paragraph(reference("y")),), "'y', which nothing has"),
        ((heading("a", label="x"), table(("h",), ((reference("z"),),))), "'z', which"),
    ],
)
def test_labels_are_unique_and_references_have_a_goal(blocks, complaint):
    with pytest.raises(DefinitionError, match=complaint):
        document("t", *blocks)


@pytest.mark.parametrize(("rows", "align"), [((("a",),), "ll"), ((("a", "b"),), "l")])
def test_every_row_fills_the_columns(rows, align):
    with pytest.raises(DefinitionError, match="columns"):
        table(("h", "k"), rows, align=align)


def test_writers_without_switches_print_the_passages_that_are_shown():
    made = document(
        "t",
        passage("index", paragraph("by index")),
        passage("matrix", paragraph("as matrices"), shown=False),
    )
    for written in (text(made), latex(made), markdown(made)):
        assert "by index" in written
        assert "as matrices" not in written


def test_an_article_ends_with_the_program_and_a_page_holds_every_form():
    made = document(
        "t", passage("index", paragraph("by index")), passage("numpy", code("f()"), shown=False)
    )
    for written in (text(made), markdown(made), latex(made, fragment=True)):
        assert "f()" not in written
    assert latex(made).index("by index") < latex(made).index("f()")
    page = html(made)
    assert "by index" in page
    assert "f()" in page
    assert 'data-form="numpy"' in page


def test_a_passage_in_an_unknown_form_is_refused():
    with pytest.raises(DefinitionError, match="sideways"):
        passage("sideways", paragraph("words"))
