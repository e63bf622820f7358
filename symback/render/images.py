"""Equations as pictures, SVG and PNG: our MathML, set by ziamath, with every letter as an outline.

The pictures need no font where they are shown, and the same equation gives the same bytes.
"""

from __future__ import annotations

import re
import warnings
from importlib import import_module
from types import ModuleType
from typing import Any
from xml.etree import ElementTree

from symback.errors import DefinitionError, FileError
from symback.notation.aligned import broken
from symback.notation.extents import extent
from symback.notation.mathml import elements_of
from symback.notation.mathml_text import element, escaped, row, words
from symback.notation.tree import Tree
from symback.notation.unicode import relation_text
from symback.raster import ZOOM, png_of
from symback.render.document import Equation, Formula, Inlines, Line

ASKED, INSTALL = "a picture of a formula was asked for", 'pip install "symback[images]"'
# Widths in M: of a right side before it is broken, and of one beside which a reason still stands.
ROOM, BESIDE = 38.0, 26.0
# Pixels to an em, and the margin round a picture in pixels.
SIZE, MARGIN = 20.0, 6.0
# No row of a formula is as tall as this; a bracket that grows without end is.
TALLEST_ROW = 12.0
SIDES = "right center left left right"
SHARES = {"left": 0.0, "center": 0.5, "right": 1.0}
# Space between two rows, in em.
GAP = 0.45
# Signs that ziamath sets without the space that browsers give them.
SPACED = {"⋅": "0.2em", "⊙": "0.2em", "×": "0.2em"}
COLOUR = re.compile(r"#[0-9a-fA-F]{3}|#[0-9a-fA-F]{6}|[a-zA-Z]{1,30}")


def equation_svg(
    block: Equation, number: str = "", colour: str = "black", background: str | None = "white"
) -> str:
    """Return an equation as SVG, its number beside its last row; ``background`` None is clear.

    Raises FileError where the extra ``images`` is missing, DefinitionError for no colour.
    """
    for wanted in (colour, background):
        if wanted is not None and not COLOUR.fullmatch(wanted):
            raise DefinitionError(
                "a picture of an equation was asked for", f"the colour {wanted[:40]!r}",
                "use a name such as black, or #1a2b3c; background=None is clear",
            )  # fmt: skip
    rows = [cells for one in block.lines for cells in _rows(one)]
    rows[-1][4] = _indented(words(number)) if number else ""
    made = _placed([[_set(cell, colour) for cell in cells] for cells in rows])
    if background is not None:
        made.insert(0, _paper(made, background))
    return ElementTree.tostring(made, encoding="unicode")


def png(svg: str, zoom: float = ZOOM) -> bytes:
    """Return a picture as PNG; raises FileError where the extra ``images`` is missing."""
    return png_of(svg, ASKED, zoom, INSTALL)


def _ziamath() -> ModuleType:
    try:
        # How it finds its own font is out of date on some versions of Python; that is no concern
        # of whoever wants a picture.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            return import_module("ziamath")
    except ImportError:
        raise FileError(ASKED, "the package ziamath is not installed", INSTALL) from None


# MathML


def _rows(one: Line) -> list[list[str]]:
    """Return a line as rows of five cells: left, relation, right, reason, number."""
    parts = broken(one.right, lambda tree: (extent(tree),), (ROOM,))
    sign = element("mo", escaped(relation_text(one.relation)), form="infix")
    rows = [[_formula(one.left), sign, _formula(parts[0]), "", ""]]
    rows += [["", "", _indented(_formula(part)), "", ""] for part in parts[1:]]
    if one.reason:
        is_wide = len(parts) > 1 or extent(parts[0]) > BESIDE
        reason = _reason(one.reason)
        if is_wide:
            rows.append(["", "", _indented(words("(") + reason + words(")")), "", ""])
        else:
            rows[0][3] = _indented(reason)
    return rows


def _formula(tree: Tree | None) -> str:
    return row(elements_of(tree)) if tree is not None else ""


def _indented(content: str) -> str:
    return element("mspace", width="1.5em") + content


def _reason(content: Inlines) -> str:
    return "".join(
        row(elements_of(part.tree, True)) if isinstance(part, Formula)
        else words(getattr(part, "text", "(…)"))
        for part in content
    )  # fmt: skip


# Drawing


def _set(content: str, colour: str) -> Any:
    """Return what stands in a cell, set by ziamath; None for an empty cell."""
    if not content:
        return None
    # Why a parsed tree? Of a text ziamath would undo the escapes, and words became elements.
    tree = ElementTree.fromstring(element("math", content, mathcolor=colour))
    _flatten(tree)
    for sign in tree.iter("mo"):
        if sign.text in SPACED and "lspace" not in sign.attrib:
            sign.set("lspace", SPACED[sign.text])
            sign.set("rspace", SPACED[sign.text])
    # A name of several letters is no function's: it asks for no space of its own.
    for name in tree.iter("mi"):
        if len(name.text or "") > 1:
            name.tag = "mtext"
    return _ziamath().Math(tree, size=SIZE)


def _flatten(parent: ElementTree.Element) -> None:
    """Put the parts of rows within rows into the outer row.

    Why? ziamath sets a row twice, and so a row within four rows 32 times. Rows whose brackets
    stretch are kept: in a longer row they would grow with it.
    """
    for child in parent:
        _flatten(child)
    if parent.tag not in ("math", "mrow"):
        return
    parts: list[ElementTree.Element] = []
    for child in parent:
        stretches = any(part.get("stretchy") == "true" for part in child)
        parts += [child] if child.tag != "mrow" or stretches else list(child)
    parent[:] = parts


def _placed(rows: list[list[Any]]) -> ElementTree.Element:
    """Return cells in columns, rows with their baselines below each other, as one SVG."""
    widths = [
        max((_width(cell) for cell in column), default=0.0) for column in zip(*rows, strict=True)
    ]
    root = ElementTree.Element("svg", {"xmlns": "http://www.w3.org/2000/svg"})
    top = MARGIN
    for cells in rows:
        boxes = [cell.node.bbox for cell in cells if cell is not None]
        above = max(box.ymax for box in boxes)
        height = above - min(box.ymin for box in boxes)
        _check_height(height)
        left = MARGIN
        for cell, side, width in zip(cells, SIDES.split(), widths, strict=True):
            if cell is not None:
                space = SHARES[side] * (width - _width(cell))
                _draw(cell, root, left + space, top + above)
            left += width
        top += height + GAP * SIZE
    width, height = sum(widths) + 2 * MARGIN, top - GAP * SIZE + MARGIN
    root.attrib |= {"width": f"{width:.2f}", "height": f"{height:.2f}",
                    "viewBox": f"0 0 {width:.2f} {height:.2f}"}  # fmt: skip
    return root


def _width(cell: Any) -> float:
    return 0.0 if cell is None else max(cell.node.bbox.xmax, cell.node.xadvance())


def _check_height(height: float) -> None:
    if height > TALLEST_ROW * SIZE:
        raise FileError(
            "a picture of an equation was asked for", f"a row came out {height:.0f} pixels tall",
            "save the page as .html or .tex instead",
        )  # fmt: skip


def _draw(cell: Any, root: ElementTree.Element, x: float, y: float) -> None:
    """Draw a cell with each letter as an outline of its own.

    Outlines that several places share have names, which would clash with those of other pictures.
    """
    settings = _ziamath().config
    shared = settings.svg2
    settings.svg2 = False
    try:
        cell.drawon(root, x, y)
    finally:
        settings.svg2 = shared


def _paper(made: ElementTree.Element, colour: str) -> ElementTree.Element:
    size = {key: made.attrib[key] for key in ("width", "height")}
    return ElementTree.Element("rect", {"x": "0", "y": "0", **size, "fill": colour})
