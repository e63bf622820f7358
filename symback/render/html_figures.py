"""Figures on an HTML page: SVG put into the page itself, made anew of what a drawing needs.

An SVG text may come from anywhere and could hold scripts, links or styles for the whole page. So
it is read, and only elements and attributes of the lists below are written again. Colours of
diagrams follow the page's style sheet.
"""

from __future__ import annotations

import re
from xml.etree import ElementTree

from symback.diagrams.styles import COLOURS
from symback.notation.mathml_text import escaped

ELEMENTS = frozenset(
    "svg g path rect circle ellipse line polyline polygon text tspan title desc".split()
)
ATTRIBUTES = frozenset(
    "class x y x1 y1 x2 y2 dx dy width height viewBox rx ry r cx cy d points fill stroke "
    "stroke-width stroke-linecap stroke-linejoin stroke-dasharray opacity fill-opacity transform "
    "font-family font-size font-style font-weight text-anchor textLength lengthAdjust "
    "data-node data-names data-edge data-source data-target data-slot data-group data-kind "
    "data-paths data-backward data-order".split()
)
NAMESPACE = "{http://www.w3.org/2000/svg}"
DEEPEST, LONGEST = 40, 4_000_000
WIDE = 2.0  # widths in heights
BROAD = 540.0  # the least width of a drawing that is too small in a column of a third of a window


def inline_svg(svg: str, words: str) -> str:
    """Return a drawing as an element of the page, named by words; "" for what is no drawing."""
    # Why no document types? Their entities can make a few lines fill the memory.
    if len(svg) > LONGEST or "<!" in svg:
        return ""
    try:
        root = ElementTree.fromstring(svg)
    except (ElementTree.ParseError, ValueError):
        return ""
    if _tag(root) != "svg":
        return ""
    return _written(root, {"role": "img", "aria-label": words}, DEEPEST)


def _tag(node: ElementTree.Element) -> str:
    return node.tag.removeprefix(NAMESPACE) if isinstance(node.tag, str) else ""


def _written(node: ElementTree.Element, own: dict[str, str], depth: int) -> str:
    tag = _tag(node)
    if tag not in ELEMENTS or not depth:
        return ""
    kept = {k: v for k, v in node.attrib.items() if k in ATTRIBUTES and _is_harmless(v)} | own
    attributes = "".join(f' {key}="{escaped(value)}"' for key, value in kept.items())
    inside = escaped(node.text or "").strip("\n")
    for child in node:
        inside += _written(child, {}, depth - 1) + escaped(child.tail or "").strip("\n")
    return f"<{tag}{attributes}>{inside}</{tag}>"


def _is_harmless(value: str) -> bool:
    """Does a value load nothing? Colours and shapes need no address."""
    return "url" not in value.lower() and "\\" not in value


def place_of(svg: str) -> str:
    """Return where a drawing is read best: "above" the text, or beside it, "broad" or as it comes.

    What is much wider than high stands above; what is broad gets half of the window.
    """
    found = re.search(r'viewBox="0 0 ([\d.]{1,9}) ([\d.]{1,9})"', svg[:2000])
    if found is None:
        return ""
    width, height = float(found[1]), float(found[2])
    return "above" if width > WIDE * height else "broad" if width > BROAD else ""


def colour_sheet() -> str:
    """Return the rules that give diagrams their colours on dark paper."""
    rules = "".join(
        f".symback-diagram .f-{name}{{fill:{dark}}}.symback-diagram .s-{name}{{stroke:{dark}}}"
        for name, (_, dark) in COLOURS.items()
    )
    return f"@media screen and (prefers-color-scheme:dark){{{rules}}}\n"
