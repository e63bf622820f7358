"""One equation of a page: found, printed, saved."""

import pytest

from symback.errors import FileError
from symback.explanation.equations import equations_of
from symback.render.parts import document, equation, line, reference
from tests.render.documents import E, number, show, w1

PAGE = document(
    "t", equation(line(show(E), show(w1)), label="first"),
    equation(line(show(w1), number(0.5), reason=("by ", reference("first"))), label="second"),
    equation(line(show(E), number(1.0))),
)  # fmt: skip


def second():
    return equations_of(PAGE)[1]


def test_numbered_equations_are_found_with_the_numbers_of_the_page():
    assert [(e.number, e.label) for e in equations_of(PAGE)] == [
        ("(1)", "first"),
        ("(2)", "second"),
    ]


def test_it_prints_as_text_and_has_a_line_for_repr():
    assert str(second()) == "    w1 = 0.5   by (1)\n"
    assert repr(second()) == "PageEquation((2) 'second': 1 lines)"


def test_a_notebook_shows_it_with_its_number():
    shown = second()._repr_latex_()
    assert shown.startswith("$$\\begin{aligned}\nw_1 &= 0.5 && ")
    assert shown.endswith("\\end{aligned}\\qquad (2)$$")


@pytest.mark.parametrize(
    ("suffix", "start"),
    [(".svg", b"<svg "), (".png", b"\x89PNG"), (".txt", b"    w1 = 0.5"), (".tex", b"%")],
)
def test_it_saves_itself_in_the_format_of_the_suffix(tmp_path, suffix, start):
    path = second().save(tmp_path / f"e{suffix}")
    assert path.read_bytes().startswith(start)
    assert [p.name for p in tmp_path.iterdir()] == [path.name]


def test_other_formats_are_refused_and_nothing_is_written(tmp_path):
    with pytest.raises(FileError, match=r"use \.svg, \.png"):
        second().save(tmp_path / "e.gif")
    assert not list(tmp_path.iterdir())


def test_its_picture_may_be_without_number_and_clear():
    with_number, without = second().svg(), second().svg("white", None, numbered=False)
    assert len(without) < len(with_number)
    assert "<rect" not in without
