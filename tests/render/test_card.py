"""What a notebook cell shows: TeX between dollar signs, images, folded sections, plain words."""

import base64
import re
from html.parser import HTMLParser

import pytest

from symback.render.card import card
from symback.render.parts import code, document, equation, figure, heading, line, literal, paragraph
from symback.render.pictures import data_image, drawing, image
from tests.render.documents import HOSTILE, E, hostile, one_weight, show, tensors, w1

VOID = {"img", "br", "hr"}
ALLOWED = set(
    "div p strong em code pre span table thead tbody tr th td ul ol li details summary img".split()
)
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><path d="M0 0"/></svg>'


class Reader(HTMLParser):
    """Collects elements, attributes and words, and checks that elements are closed in order."""

    def __init__(self) -> None:
        super().__init__()
        self.open, self.tags, self.attributes, self.words = [], set(), [], []

    def handle_starttag(self, tag, attributes):
        self.tags.add(tag)
        self.attributes += attributes
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert tag in VOID or self.open.pop() == tag

    def handle_data(self, data):
        self.words.append((tuple(self.open), data))


def read(html: str) -> Reader:
    reader = Reader()
    reader.feed(html)
    reader.close()
    assert not reader.open
    return reader


@pytest.mark.parametrize("made", [one_weight(), tensors(), hostile()], ids=["one", "two", "bad"])
def test_only_harmless_elements_and_attributes_are_used(made):
    reader = read(card(made))
    assert reader.tags <= ALLOWED
    assert {key for key, _ in reader.attributes} <= {"style", "alt", "src", "open"}
    assert all(not v or "url" not in v for key, v in reader.attributes if key == "style")


def test_neither_mathml_nor_inline_svg_is_in_a_card():
    shown = card(document("t", figure(SVG, "c", "words"), equation(line(show(E), show(w1)))))
    assert "<math" not in shown
    assert "<svg" not in shown
    assert "$$\n\\begin{aligned}\nE &amp;= w_1\n\\end{aligned}\n$$" in shown


def test_hostile_words_open_no_formula():
    # MathJax looks for dollar signs and commands in each run of text outside code.
    for where, words in read(card(hostile())).words:
        if not {"code", "pre"} & set(where) and not words.strip().startswith("$$"):
            assert words.count("$") <= 1 or re.fullmatch(r"\$[^$]+\$", words.strip()), words
            assert not re.search(r"\\(begin|end|input|\(|\[)", words)


def test_hostile_words_are_shown_whole():
    reader = read(card(document(HOSTILE, paragraph(HOSTILE, literal(HOSTILE)))))
    shown = "".join(words for _, words in reader.words)
    assert shown.count(HOSTILE.replace("\x1b", "\ufffd")) == 3


def test_sections_are_folded_and_the_result_stands_before_them():
    made = document("t", heading("Way"), equation(line(show(E), show(w1)), label="adj:w1"))
    shown = card(made, ["adj:w1"])
    assert shown.count(r"\tag{1}") == 2
    assert shown.index(r"\tag{1}") < shown.index("<details><summary><strong>Way</strong>")


def test_a_program_keeps_its_lines():
    assert "<pre><code>a &lt; b\n  c</code></pre>" in card(document("t", code("a < b\n  c")))


def test_an_image_holds_its_picture_and_nothing_that_acts():
    evil = SVG.replace("<path", '<script>alert(1)</script><path onload="x()" href="http://x/"')
    shown = image(figure(evil, "c", 'a "quoted" $x$ <b>'))
    data = base64.b64decode(re.search(r"base64,([^\"]*)", shown)[1]).decode()
    assert data.startswith('<svg xmlns="http://www.w3.org/2000/svg"')
    assert "script" not in data + shown
    assert "onload" not in data
    assert "http://x" not in data
    assert "&quot;quoted&quot; &#36;x&#36; &lt;b&gt;" in shown


def test_what_is_no_drawing_gives_no_image():
    assert image(figure("<html/>", "c", "w")) == ""
    assert drawing(figure("<svg", "c", "w")) == ""
    assert "words" in card(document("t", figure("no svg", "c", "words")))


def test_the_words_of_an_image_are_an_attribute():
    assert ' alt="&quot;&gt;&lt;b&gt;"' in data_image(SVG, '"><b>')
