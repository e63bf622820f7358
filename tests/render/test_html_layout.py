"""What the script and the styles of a page find in it."""

import re

from symback.notation.symbols import parsed
from symback.notation.tree import Fenced, Product, Words
from symback.render.html import html
from symback.render.html_layout import results_of
from symback.render.parts import (
    check,
    details,
    document,
    equation,
    figure,
    heading,
    line,
    paragraph,
    passage,
    table,
)
from tests.render.documents import SVG, show
from tests.render.reading import read

W1 = parsed("w1")


def test_what_stands_under_a_heading_is_its_section():
    made = document(
        "t", paragraph("a"), heading("b"), paragraph("c"), paragraph("d"), heading("e", level=2),
        details("f", heading("g", level=3), paragraph("h")), heading("i"), paragraph("j"),
    )  # fmt: skip
    markup = html(made).split('<div class="text">')[1]
    kinds = [(kind or "end") for kind in re.findall(r'<section class="(\w+)"|</section>', markup)]
    assert kinds == ["chapter", "card", "card", "end", "end", "end", "chapter", "end"]
    assert re.findall(r'<p class="lead">(.*?)</p>', markup) == ["c", "h", "j"]
    within = document("t", heading("a"), passage("index", paragraph("b"), paragraph("c")))
    assert re.findall(r'<p class="lead">(.*?)</p>', html(within)) == ["b"]


def test_the_numbered_equation_that_a_check_speaks_of_is_a_result():
    first = equation(line(W1, W1), line(None, W1), label="a")
    second = equation(line(W1, W1), label="b")
    unnamed, third = equation(line(W1, W1)), equation(line(W1, W1), label="c")
    made = document(
        "t", first, second, unnamed, check(True, "x"), third, heading("h"), check(True, "y")
    )
    kinds = [a.get("class", "") for a in read(made).all("div")]
    wanted = ["equation", "equation result", "equation", "equation"]
    assert [kind for kind in kinds if kind.startswith("equation")] == wanted


def test_in_a_section_without_a_check_the_last_numbered_equation_is_the_result():
    first, last = (equation(line(W1, W1), label=name) for name in ("first", "last"))
    under_chapter = document("t", heading("Forward pass"), first, last, heading("Next"))
    assert results_of(under_chapter) == frozenset()
    page = document("t", heading("Backward"), heading("Z", level=2), first, last, paragraph("So."))
    assert results_of(page) == {id(last)}


def test_of_a_long_result_the_last_line_in_symbols_and_its_numbers_are_framed():
    lines = [line(W1, W1), *(line(None, W1) for _ in range(3)), line(None, W1, numbers=True)]
    kinds = framed(document("t", equation(*lines, label="a"), check(True, "x")))
    assert kinds == [["rhs", "rhs", "rhs"], ["rhs", "rhs numbers"]]
    short = framed(document("t", equation(*lines[:3], label="a"), check(True, "x")))
    assert short == [[], ["rhs", "rhs", "rhs"]]


def test_a_column_of_numbers_alone_can_be_hidden_with_the_numbers():
    shape = Product((show.number(64), show.number(32)), "×")
    rows = ((W1, show.number(0.5), show.number(1), shape, ""), (W1, "", show.number(2), shape, W1))
    page = read(document("t", table("abcde", rows, align="rrrrr")))
    kinds = [[a["class"] for a in page.all(tag)] for tag in ("th", "td")]
    hidden = [False, True, False, False, False]
    assert [["numbers" in kind for kind in row] for row in kinds] == [hidden, hidden * 2]


def framed(made):
    body = html(made).split("<main")[1].split("<script")[0]
    return [re.findall('class="(rhs.*?)"', part) for part in body.split('class="said"')]


def test_passages_say_their_form_and_those_not_shown_are_folded():
    made = document(
        "t", passage("index", paragraph("a")), passage("numpy", paragraph("b"), shown=False)
    )
    page = read(made)
    index = {"class": "passage", "data-form": "index", "data-title": "index by index"}
    assert page.all("div", **index)
    assert page.all("details", **{"class": "passage", "data-form": "numpy"})
    assert "NumPy\nb" in page.text.replace("\n\n", "\n")


def test_formulas_with_arrows_between_them_are_a_path():
    z, goal = parsed("z"), parsed("E")
    made = document("t", paragraph("(", W1, " → ", z, " → ", goal, "), ", z, " and ", W1, " → ", z))
    markup = html(made)
    assert re.findall('data-path="(.*?)"', markup) == ["w1 z E", "w1 z"]
    assert read(made).text.count("→") == 3
    gap = document("t", paragraph(W1, " → ", Fenced("(", z), " → ", Words("…"), " → ", goal))
    assert re.findall('data-path="(.*?)"', html(gap)) == ["w1 z … E"]


def test_the_first_drawing_stands_beside_the_text_and_once():
    made = document("t", heading("a"), figure(SVG, "one", "x", label="f"), figure(SVG, "two", "y"))
    pane, text = html(made).split("<script")[0].split("<aside")[1].split("</aside>")
    assert "Figure 1." in pane
    assert "one" in pane
    assert "one" not in text
    assert text.count("<svg") == 1
    assert "<aside" not in html(document("t", figure("", "one", "x")))


def test_a_drawing_much_wider_than_high_stands_above_the_text():
    drawing = SVG.replace("0 0 9 9", "0 0 900.5 200")
    assert 'main id="top" class="above"' in html(document("t", figure(drawing, "", "x")))
    assert 'main id="top">' in html(document("t", figure(SVG, "", "x")))


def test_a_broad_drawing_gets_half_of_the_window():
    drawing = SVG.replace("0 0 9 9", "0 0 900.5 600")
    assert 'main id="top" class="broad"' in html(document("t", figure(drawing, "", "x")))
