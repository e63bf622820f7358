"""Documents as notebooks: valid, the same each time, no outputs, a cell for each section."""

import json

import nbformat
import pytest

from symback.render.notebook import notebook
from symback.render.parts import document, equation, figure, heading, line, paragraph
from tests.render.documents import E, hostile, one_weight, show, tensors, w1

SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><path d="M0 0"/></svg>'
PROGRAMS = [("Words.", "import numpy\nnumpy.pi"), ("", "1 + 1")]


def cells(made, *arguments, **options):
    read = nbformat.reads(notebook(made, *arguments, **options), as_version=4)
    nbformat.validate(read)
    return read.cells


@pytest.mark.parametrize("made", [one_weight(), tensors(), hostile()], ids=["one", "two", "bad"])
@pytest.mark.parametrize("offline", [False, True])
def test_every_document_is_a_valid_notebook(made, offline):
    assert cells(made, PROGRAMS, offline=offline)


def test_the_same_document_gives_the_same_bytes():
    assert notebook(one_weight(), PROGRAMS) == notebook(one_weight(), PROGRAMS)
    assert notebook(one_weight()).endswith("}\n")


def test_each_section_starts_a_cell_and_deep_ones_do_not():
    made = document(
        "t", paragraph("x"), heading("A"), heading("B", level=2), paragraph("b"),
        heading("C", level=3), paragraph("c"), heading("D"),
    )  # fmt: skip
    assert [c.source for c in cells(made)] == ["# t\n\nx", "## A", "### B\n\nb\n\n#### C\n\nc",
                                               "## D"]  # fmt: skip


def test_programs_follow_in_cells_of_their_own_without_outputs():
    words, first, second = cells(document("t"), PROGRAMS)[1:]
    assert (words.cell_type, words.source) == ("markdown", "Words.")
    assert first.source == "import numpy\nnumpy.pi"
    assert second.source == "1 + 1"
    assert [first.outputs, second.outputs, first.execution_count] == [[], [], None]


def test_names_of_cells_are_their_numbers():
    assert [c.id for c in cells(document("t"), PROGRAMS)] == [f"cell-{k}" for k in range(1, 5)]


def test_figures_are_images_that_load_nothing():
    (cell,) = cells(document("t", figure(SVG, "caption", "words")))
    assert '<img style="max-width:100%" alt="words" src="data:image/svg+xml;base64,' in cell.source
    assert "<svg" not in cell.source


def test_offline_equations_are_images_that_say_their_tex():
    made = document("t", paragraph("by ", show(w1)), equation(line(show(E), show(w1)), label="e"))
    (cell,) = cells(made, offline=True)
    assert "$" not in cell.source
    assert "by w1" in cell.source
    alternative = cell.source.split('alt="')[1].split('"')[0]
    assert alternative == "&#92;begin{aligned} E &amp;= w_1 &#92;end{aligned}"


def test_text_that_is_no_ascii_stays_readable():
    assert "∂" in notebook(document("∂"))
    assert json.loads(notebook(document("∂")))["nbformat_minor"] == 5
