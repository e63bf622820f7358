"""Equations as pictures, SVG and PNG: our MathML, set by ziamath, with every letter as an outline.

The pictures need no font where they are shown, and the same equation gives the same bytes.
"""

from __future__ import annotations

import re
import warnings
from importlib import import_module
from types import ModuleType
from xml.etree import ElementTree

from symback.errors import DefinitionError, FileError
from symback.notation.aligned import broken
from symback.notation.extents import extent
from symback.notation.mathml import elements_of
from symback.notation.mathml_text import element, escaped, row, words
from symback.notation.tree import Tree
from symback.notation.unicode import relation_text
from symback.render.document import Equation, Formula, Inlines, Line

# Widths in M: of a right side before it is broken, and of one beside which a reason still stands.
ROOM, BESIDE = 38.0, 26.0
# Pixels to an em, the margin round a picture in pixels, and pixels of a PNG for each of the SVG.
SIZE, MARGIN, ZOOM = 20.0, 6.0, 2.0
# No row of a formula is as tall as this; a bracket that grows without end is.
TALLEST_ROW = 12.0
SIDES = "right center left left right"
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
    return _drawn(_table(rows), len(rows), colour, background)


def png(svg: str, zoom: float = ZOOM) -> bytes:
    """Return a picture as PNG; raises FileError where the extra ``images`` is missing."""
    try:
        return bytes(import_module("resvg_py").svg_to_bytes(svg_string=svg, zoom=zoom))
    except ImportError:
        raise _missing("resvg-py") from None
    except ValueError as problem:
        raise FileError(
            "a PNG was asked for", f"resvg: {str(problem)[:200]}", "save as .svg"
        ) from None


def _missing(package: str) -> FileError:
    return FileError(
        "a picture of a formula was asked for", f"the package {package} is not installed",
        'pip install "symback[images]"',
    )  # fmt: skip


def _ziamath() -> ModuleType:
    try:
        # How it finds its own font is out of date on some versions of Python; that is no concern
        # of whoever wants a picture.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            return import_module("ziamath")
    except ImportError:
        raise _missing("ziamath") from None


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


def _table(rows: list[list[str]]) -> str:
    used = [side for side in range(5) if any(cells[side] for cells in rows)]
    sides = SIDES.split()
    body = "".join(
        element("mtr", *(element("mtd", element("mrow", cells[side])) for side in used))
        for cells in rows
    )
    align = " ".join(sides[side] for side in used)
    return element(
        "math",
        element("mtable", body, columnalign=align, columnspacing="0.1em", rowspacing="0.45em",
                displaystyle="true"),
        display="block",
    )  # fmt: skip


# Drawing


def _drawn(mathml: str, rows: int, colour: str, background: str | None) -> str:
    ziamath = _ziamath()
    # Why a parsed tree? Of a text ziamath would undo the escapes, and words became elements.
    tree = ElementTree.fromstring(mathml)
    tree.set("mathcolor", colour)
    for sign in tree.iter("mo"):
        if sign.text in SPACED and "lspace" not in sign.attrib:
            sign.set("lspace", SPACED[sign.text])
            sign.set("rspace", SPACED[sign.text])
    # A name of several letters is no function's: it asks for no space of its own.
    for name in tree.iter("mi"):
        if len(name.text or "") > 1:
            name.tag = "mtext"
    shared = ziamath.config.svg2
    # Outlines that several places share have names, and would clash with those of other pictures.
    ziamath.config.svg2 = False
    try:
        made = ziamath.Math(tree, size=SIZE, margin=MARGIN).svgxml()
    finally:
        ziamath.config.svg2 = shared
    if float(made.get("height")) > TALLEST_ROW * SIZE * rows + 2 * MARGIN:
        raise FileError(
            "a picture of an equation was asked for",
            f"it came out {made.get('height')} pixels tall, with {rows} rows",
            "save the page as .html or .tex instead",
        )
    if background is not None:
        made.insert(0, _paper(made, background))
    return ElementTree.tostring(made, encoding="unicode")


def _paper(made: ElementTree.Element, colour: str) -> ElementTree.Element:
    left, top, width, height = made.get("viewBox").split()
    return ElementTree.Element(
        "rect", {"x": left, "y": top, "width": width, "height": height, "fill": colour}
    )
