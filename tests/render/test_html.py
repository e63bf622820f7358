import base64
import hashlib
import re

import pytest

from symback.notation.symbols import parsed
from symback.notation.tree import Product, Relation
from symback.render import html as module
from symback.render.document import Document
from symback.render.html import html, page_script, style_sheet
from symback.render.html_figures import inline_svg
from symback.render.parts import (
    check,
    details,
    document,
    equation,
    figure,
    heading,
    line,
    paragraph,
    reference,
    strong,
    table,
)
from tests.render.documents import HOSTILE, SVG, hostile, long_formula, one_weight, show, tensors
from tests.render.reading import Reader, read

W1 = parsed("w1")
PAGES = {"one weight": one_weight, "tensors": tensors, "hostile": hostile}


@pytest.mark.parametrize("name", PAGES)
def test_every_element_is_closed_and_every_link_leads_to_one_place(name):
    page = read(PAGES[name]())
    places = page.having("id")
    assert len(set(places)) == len(places)
    links = page.having("href")
    assert links
    assert all(link.startswith("#") for link in links)
    assert {link[1:] for link in links} <= set(places)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_loads_nothing(name):
    markup = html(PAGES[name]())
    page = Reader(markup)
    assert not page.having("src")
    assert not {tag for tag, _ in page.tags} & {"img", "link", "iframe", "object", "base", "form"}
    assert not [key for _, given in page.tags for key in given if key.startswith("on")]
    policy = page.all("meta")[1]["content"]
    assert policy.startswith("default-src 'none'")
    style = style_sheet()
    assert style in markup
    addresses = re.findall(r"url\(([^)]{0,40})", style)
    assert [address.startswith('"data:font/woff2;base64,') for address in addresses] == [True]
    assert "@import" not in style
    assert "http:" not in markup
    assert "https:" not in markup


def test_the_policy_allows_the_page_s_own_script_and_no_other():
    markup = html(hostile())
    page = Reader(markup)
    script, digest = page_script()
    assert page.all("script") == [{"type": "module"}]
    assert markup.count("<script") == markup.count(script) == 1
    assert "</" not in script
    assert base64.b64decode(digest) == hashlib.sha256(script.encode()).digest()
    policy = page.all("meta")[1]["content"].split("; ")
    assert f"script-src 'sha256-{digest}'" in policy
    assert not [rule for rule in policy if rule.startswith("script") and "unsafe" in rule]


def test_the_script_makes_no_markup_out_of_words_and_asks_for_nothing():
    script, _ = page_script()
    makes = ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "Function(")
    asks = ("fetch(", "XMLHttp", "WebSocket", "sendBeacon", "import(", "http:", "https:", ".src")
    assert [word for word in (*makes, *asks) if word in script] == []


def test_the_same_document_gives_the_same_bytes():
    assert html(one_weight()) == html(one_weight())


def test_hostile_words_come_out_as_words():
    page = read(hostile())
    assert {tag for tag, _ in page.tags} & {"b", "input"} == set()
    shown = HOSTILE.replace("\x1b", "\ufffd")
    # Title, heading, outline, text, strong, code, reference, item, reason, table and caption,
    # figure, check, summary, paragraph, code.
    assert page.text.count(shown) >= 14
    html(hostile()).encode("utf-8")


def test_a_hostile_title_stays_in_the_title():
    page = read(document("</title><style>*{display:none}</style>\ud800"))
    assert len(page.all("title")) == len(page.all("style")) == 1


def test_a_page_says_its_language_and_its_parts():
    page = read(one_weight())
    assert page.all("html") == [{"lang": "en"}]
    assert page.all("main", id="top")
    assert page.all("nav") == [{"aria-label": "Contents"}]
    assert page.all("a", href="#top")[0]["class"] == "skip"
    assert all(a["scope"] == "col" for a in page.all("th"))
    assert [tag for tag, _ in page.tags if tag in ("h1", "h2", "h3")] == ["h1", "h2", "h3"]


def test_equations_have_their_numbers_and_references_lead_there():
    page = read(one_weight())
    named = {"role": "group", "aria-label": "Equation (2)", "id": "result"}
    assert page.all("div", **named, **{"class": "equation result"})
    assert page.all("a", href="#chain", **{"class": "number"})
    assert len(page.all("a", href="#chain")) == 2
    assert "With (1) and Table\u00a01 (The weight w1):" in page.text.replace("\u2062", "")


def test_lines_stand_in_columns_left_sign_right_reason():
    page = read(tensors())
    assert len(page.all("div", **{"class": "lhs"})) == 5
    assert len(page.all("div", **{"class": "rel"})) == 5
    assert len(page.all("div", **{"class": "why"})) == 1


def test_the_latex_of_every_equation_can_be_copied():
    page = read(document("t", equation(line(W1, show(long_formula(3))), label="e")))
    assert page.all("summary", **{"aria-label": "LaTeX of equation (1)"})
    assert "\\begin{align*}\nw_1 &= w_0" in page.text


def test_a_long_line_is_several_formulas_between_which_it_may_be_broken():
    page = read(document("t", equation(line(W1, show(long_formula())))))
    assert len(page.all("wbr")) > 10
    assert len(page.all("math")) == len(page.all("wbr")) + 3


def dots(made):
    equations = html(document("t", equation(line(W1, made)))).split("</main>")[0]
    return re.sub(r"<annotation.*?</annotation>", "", equations).count(">⋅</mo>")


def test_between_the_pieces_of_a_product_a_dot_stands_only_where_numbers_meet():
    letters = [parsed(name) for name in ("out_o1", "net_o1", "out_o2", "net_o2")]
    assert dots(Product(tuple(letters * 5))) == 0
    assert dots(Product(tuple(show.number(0.123456789) for _ in range(6)))) == 5


def test_a_chain_of_relations_is_broken_before_each():
    number = show.number(0.123456789)
    chain = Relation((Product((number, number)), number, number), ("=", "<="))
    page = read(document("t", equation(line(W1, chain))))
    assert len(page.all("wbr")) == 2
    assert "≤0.123456789" in page.text


def test_details_above_the_level_start_closed():
    made = document("t", details("a", level=2), details("b", level=3))
    assert [("open" in a) for a in read(made).all("details", **{"class": "more"})] == [True, False]
    shown = read(made, detail=3).all("details", **{"class": "more"})
    assert all("open" in a for a in shown)
    assert read(made).text.count("b") == read(made, detail=3).text.count("b")


def marks(page):
    return [a["aria-label"] for a in page.all("span", role="img")]


def test_the_outline_marks_what_was_checked():
    made = document(
        "t", heading("first"), check(True, "x"), heading("under it", level=2), check(True, "y"),
        heading("second"), details("more", check(False, "z")), heading("third"),
    )  # fmt: skip
    outline = html(made).split("<main")[0].split("<nav")[1]
    whole = "a check failed"
    passed = "all checks passed"
    assert marks(Reader("<nav" + outline)) == [whole, passed, passed, whole]
    assert html(document("t")).count("<nav") == 0


def test_headings_alike_have_anchors_of_their_own():
    made = document("t", heading("Why?"), heading("Why?"), heading("σ"), heading("x", label="why"))
    page = read(made)
    assert [a["id"] for a in page.all("h2")] == ["Why", "Why-2", "part", "why-3"]


def test_signs_stay_with_the_formula_that_they_belong_to():
    made = document(
        "t",
        paragraph("See (", W1, "), (", reference("e"), "). And ", W1, strong("."), " ", W1),
        equation(line(W1, W1), label="e"),
    )
    page = read(made)
    kept = re.findall(r'<span class="whole">(.*?)</span>', html(made))
    assert [(k[0], re.sub(r"<.*>", "", k)) for k in kept] == [("(", "(),"), ("(", "()."), ]
    assert "See (w1" in page.text
    assert "And w1" in page.text


def test_text_and_formulas_are_neither_lost_nor_doubled():
    made = document("t", paragraph("(", W1, ")", W1, ".", W1, ", ", W1, "(", W1, ")"))
    shown = read(made).text
    assert "(w1)w1.w1, w1(w1)" in re.sub(r"\\?w_1", "", shown)


def test_a_table_has_its_caption_and_the_sides_of_its_columns():
    page = read(document("t", table(("a", "b"), (("x", "1"),), align="lr", caption="c", label="l")))
    assert "Table 1. c" in page.text
    assert [a["class"] for a in page.all("td")] == ["left", "right"]
    assert page.all("div", id="l", tabindex="0")


def test_a_drawing_is_made_anew_of_harmless_parts():
    assert inline_svg(SVG, 'a "net"') == (
        '<svg class="symback-diagram" viewBox="0 0 9 9" role="img" aria-label="a &quot;net&quot;">'
        "<title>a &amp; b</title>"
        '<rect class="f-ink" width="9"></rect><text>w<tspan>1</tspan>!</text></svg>'
    )


@pytest.mark.parametrize(
    "svg", ["", "<svg", "<p/>", '<!DOCTYPE svg [<!ENTITY a "b">]><svg>&a;</svg>', "<svg>\x00</svg>"]
)
def test_what_is_no_drawing_is_told_in_words(svg):
    assert inline_svg(svg, "words") == ""
    page = read(document("t", figure(svg, "caption", "circles & arrows", label="f")))
    assert "circles & arrows" in page.text
    assert "Figure 1. caption" in page.text


def test_a_drawing_is_named_by_its_words():
    page = read(document("t", figure(SVG, "", "circles and arrows")))
    assert page.all("svg")[0]["aria-label"] == "circles and arrows"


def test_the_style_sheet_knows_dark_phone_and_paper():
    style = style_sheet()
    for condition in ("prefers-color-scheme: dark", "max-width: 40rem", "@media print"):
        assert condition in style
    assert "STIX" in (module.DATA / "math.txt").read_text(encoding="utf-8")
    assert "SIL OPEN FONT LICENSE" in (module.DATA / "OFL.txt").read_text(encoding="utf-8")
    assert (module.DATA / "math.woff2").stat().st_size < 200_000


def test_an_empty_document_is_a_page():
    assert "<h1></h1>" in html(Document((), ()))
