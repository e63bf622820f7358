"""Equations as pictures: outlines only, every row, any words, colours that are asked for."""

import re
from importlib import import_module
from xml.etree import ElementTree

import pytest

from symback.errors import DefinitionError, FileError
from symback.render.document import Equation, walk
from symback.render.images import equation_svg, png
from symback.render.parts import equation, line
from tests.render.documents import HOSTILE, E, long_formula, one_weight, show, tensors, w1

ONE = equation(line(show(E), show(w1), reason="why"), label="e")


def elements(svg: str) -> list[ElementTree.Element]:
    return list(ElementTree.fromstring(svg).iter())


def size(svg: str) -> tuple[float, float]:
    root = ElementTree.fromstring(svg)
    return float(root.get("width")), float(root.get("height"))


@pytest.mark.parametrize("page", [one_weight(), tensors()], ids=["one weight", "tensors"])
def test_every_equation_is_drawn_with_outlines_and_no_font(page):
    for block in walk(page.blocks):
        if isinstance(block, Equation):
            found = elements(equation_svg(block, "(1)"))
            assert {e.tag.split("}")[1] for e in found} <= {"svg", "g", "rect", "path"}
            # Names inside a picture would clash with those of others on the same page.
            assert not any({"id", "class", "style"} & set(e.attrib) for e in found)


def test_the_same_equation_gives_the_same_bytes():
    assert equation_svg(ONE, "(1)") == equation_svg(ONE, "(1)")


def test_a_number_and_a_reason_stand_beside_the_row():
    bare = equation(line(show(E), show(w1)))
    assert size(equation_svg(ONE))[0] > size(equation_svg(bare))[0]
    assert size(equation_svg(ONE, "(12)"))[0] > size(equation_svg(ONE))[0]
    assert size(equation_svg(ONE, "(12)"))[1] < 1.5 * size(equation_svg(bare))[1]


def test_a_long_formula_is_broken_into_rows():
    width, height = size(equation_svg(equation(line(show(E), show(long_formula())))))
    assert width < 1100
    assert height > 200


def test_colours_are_those_that_were_asked_for():
    clear = equation_svg(ONE, colour="#ffffff", background=None)
    assert "rect" not in clear
    assert 'fill="#ffffff"' in clear
    assert '<rect x="0" y="0" ' in equation_svg(ONE)
    assert 'fill="white"' in equation_svg(ONE)


@pytest.mark.parametrize("colour", ['red"/><script>', "url(#x)", "", "rgb(1,2,3)"])
def test_what_is_no_colour_is_refused(colour):
    with pytest.raises(DefinitionError, match="colour"):
        equation_svg(ONE, colour=colour)


def test_hostile_words_are_drawn_as_words():
    shown = equation_svg(equation(line(show(E), show(w1), reason=HOSTILE)))
    assert {e.tag.split("}")[1] for e in elements(shown)} == {"svg", "g", "rect", "path"}
    plain = equation_svg(equation(line(show(E), show(w1), reason="x" * len(HOSTILE))))
    assert size(shown)[0] > 0.5 * size(plain)[0]


def test_a_picture_that_grew_without_end_is_refused(monkeypatch):
    monkeypatch.setattr("symback.render.images.TALLEST_ROW", 0.1)
    with pytest.raises(FileError, match="a row came out 19 pixels tall"):
        equation_svg(ONE)


def test_ziamath_is_left_as_it_was_found():
    equation_svg(ONE)
    assert import_module("ziamath").config.svg2


def test_a_png_is_as_large_as_was_asked_for():
    svg = equation_svg(ONE)
    small, large = png(svg, 1), png(svg, 3)
    widths = [int.from_bytes(data[16:20], "big") for data in (small, large)]
    assert small.startswith(b"\x89PNG")
    assert widths[1] == pytest.approx(3 * widths[0], abs=3)


@pytest.mark.parametrize(("package", "draw"), [
    ("ziamath", lambda: equation_svg(ONE)), ("resvg_py", lambda: png("<svg/>")),
])  # fmt: skip
def test_without_the_extra_the_error_names_it(monkeypatch, package, draw):
    def missing(name):
        raise ImportError(name)

    for module in ("symback.render.images", "symback.raster"):
        monkeypatch.setattr(f"{module}.import_module", missing)
    with pytest.raises(FileError, match=re.escape("symback[images]")):
        draw()


def test_what_is_no_svg_gives_no_png():
    with pytest.raises(FileError, match="resvg"):
        png("no picture")
