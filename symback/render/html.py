"""Documents as HTML: one file that needs nothing else, and is complete without its script.

Formulas are MathML in a face that the file holds itself; the style sheet is ``data/page.css``. The
scripts ``data/page.js``, ``picture.js`` and ``walk.js``, inlined as one module, only show, hide,
light up and copy what is there.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path

from symback.notation.mathml_text import element, escaped
from symback.render.document import (
    PASSAGES,
    Block,
    Box,
    Check,
    Code,
    Details,
    Document,
    Equation,
    Figure,
    Heading,
    Items,
    Paragraph,
    Passage,
    Table,
    numbering,
)
from symback.render.html_equations import equation
from symback.render.html_figures import colour_sheet, inline_svg, place_of
from symback.render.html_layout import is_numeric, leads_of, pane_of, results_of, sectioned
from symback.render.html_outline import mark, outline
from symback.render.html_words import Page, anchors_of, inlines, plain

DATA = Path(__file__).parent / "data"
SCRIPTS = ("page.js", "picture.js", "walk.js")
# The page may load nothing at all, whatever stands in it, and run only the script of this hash.
POLICY = (
    "default-src 'none'; script-src 'sha256-{hash}'; style-src 'unsafe-inline'; font-src data:; "
    "base-uri 'none'; form-action 'none'"
)

FRAME = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{name}</title>
<style>
{style}</style>
</head>
<body>
<a class="skip" href="#top">Skip the contents</a>
{outline}
<main id="top"{kind}>
<h1>{title}</h1>
{pane}<div class="text">
{body}
</div>
</main>
<script type="module">{script}</script>
</body>
</html>
"""


def html(made: Document, detail: int = 2) -> str:
    """Return the document as one HTML page; details of a level above ``detail`` start closed.

    The same document gives the same bytes.
    """
    anchors, headings = anchors_of(made)
    page = Page(numbering(made), anchors, iter(headings), detail, results_of(made), leads_of(made))
    beside = pane_of(made)
    place = place_of(beside.svg) if beside else ""
    script, digest = page_script()
    return FRAME.format(
        policy=POLICY.format(hash=digest),
        name=escaped(plain(made.title)),
        style=style_sheet(),
        outline=outline(made, headings, page),
        title=inlines(made.title, page),
        kind=f' class="{place}"' if place else "",
        pane=_pane(beside, page) if beside else "",
        body=_blocks((block for block in made.blocks if block is not beside), page),
        script=script,
    )


@cache
def style_sheet() -> str:
    """Return the style sheet with the face of the formulas in it."""
    face = base64.b64encode((DATA / "math.woff2").read_bytes()).decode("ascii")
    font = (
        '@font-face{font-family:"Symback Math";font-display:block;'
        f'src:url("data:font/woff2;base64,{face}") format("woff2")}}\n'
    )
    return font + (DATA / "page.css").read_text(encoding="utf-8") + colour_sheet()


@cache
def page_script() -> tuple[str, str]:
    """Return the script of a page and its SHA-256 in base64, as the page's policy wants it."""
    script = "\n" + "".join((DATA / name).read_text(encoding="utf-8") for name in SCRIPTS)
    return script, base64.b64encode(hashlib.sha256(script.encode()).digest()).decode("ascii")


def _blocks(blocks: Iterable[Block], page: Page) -> str:
    return sectioned(blocks, lambda block: WRITE[type(block)](block, page))


def _pane(block: Figure, page: Page) -> str:
    """Return a picture that stays beside the text where there is room, else above it."""
    summary = element("summary", "Picture")
    folded = element("details", summary, "\n", _figure(block, page), open="")
    return element("aside", folded, class_="pane", **{"aria-label": "Picture"}) + "\n"


# Blocks of words


def _heading(block: Heading, page: Page) -> str:
    anchor = next(page.headings)
    named = {"aria-label": "Link to this section"}
    link = element("a", "¶", class_="permalink", href=f"#{anchor}", **named)
    return element(f"h{block.level + 1}", inlines(block.title, page), " ", link, id=anchor)


def _paragraph(block: Paragraph, page: Page) -> str:
    leads = {"class_": "lead"} if id(block) in page.leads else {}
    return element("p", inlines(block.content, page), **leads)


def _items(block: Items, page: Page) -> str:
    lines = (element("li", inlines(item, page)) for item in block.items)
    return element("ol" if block.numbered else "ul", *lines)


def _check(block: Check, page: Page) -> str:
    kind = "check passed" if block.passed else "check failed"
    return element("p", mark(block.passed, kind), inlines(block.content, page), class_=kind)


def _code(block: Code, page: Page) -> str:
    kind = {"data-language": escaped(block.language)}
    return element("pre", element("code", escaped(block.text.rstrip())), tabindex="0", **kind)


def _details(block: Details, page: Page) -> str:
    state = {"open": ""} if block.level <= page.detail else {}
    summary = element("summary", inlines(block.summary, page))
    state["data-level"] = str(block.level)
    return element("details", summary, "\n", _blocks(block.blocks, page), class_="more", **state)


def _passage(block: Passage, page: Page) -> str:
    """Return a passage; one that is not shown is folded, so that a page without script has it."""
    title = escaped(PASSAGES[block.form])
    form = {"data-form": block.form, "data-title": title}
    inside = _blocks(block.blocks, page)
    if block.shown:
        return element("div", "\n", inside, "\n", class_="passage", **form)
    summary = element("summary", title)
    return element("details", summary, "\n", inside, "\n", class_="passage", **form)


# Tables and figures


def _table(block: Table, page: Page) -> str:
    sides = {"l": "left", "c": "centre", "r": "right"}
    kinds = [
        sides[side] + " numbers" * is_numeric([row[place] for row in block.rows])
        for place, side in enumerate(block.align)
    ]
    head = element("tr", *(
        element("th", inlines(cell, page), scope="col", class_=kind)
        for cell, kind in zip(block.head, kinds, strict=True)
    ))  # fmt: skip
    rows = "\n".join(
        element("tr", *(
            element("td", inlines(cell, page), class_=kind)
            for cell, kind in zip(row, kinds, strict=True)
        ))
        for row in block.rows
    )  # fmt: skip
    caption = _caption(block, page)
    made = element(
        "table", element("caption", caption) if caption else "",
        element("thead", head), "\n", element("tbody", rows),
    )  # fmt: skip
    name = {"id": page.anchors[block.label]} if block.label else {}
    # A region that scrolls must be reached by the keyboard, too.
    return element("div", made, class_="table", tabindex="0", **name)


def _caption(block: Table | Figure, page: Page) -> str:
    number = page.labels.get(block.label, "")
    words = inlines(block.caption, page)
    name = element("strong", escaped(number), "." if words else "") if number else ""
    return f"{name} {words}".strip()


def _figure(block: Figure, page: Page) -> str:
    picture = inline_svg(block.svg, block.alternative)
    shown = element("div", picture, class_="picture", tabindex="0") if picture else ""
    # Without a picture its words take its place.
    shown = shown or element("p", escaped(block.alternative))
    caption = _caption(block, page)
    name = {"id": page.anchors[block.label]} if block.label else {}
    return element("figure", shown, element("figcaption", caption) if caption else "", **name)


WRITE: dict[type[Block], Callable[..., str]] = {
    Heading: _heading,
    Paragraph: _paragraph,
    Items: _items,
    Equation: equation,
    Table: _table,
    Figure: _figure,
    Box: lambda block, page: element("div", _blocks(block.blocks, page), class_="box"),
    Check: _check,
    Details: _details,
    Passage: _passage,
    Code: _code,
}
