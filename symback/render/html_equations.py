"""Equations on an HTML page: a grid of left side, relation, right side and reason.

Why a grid and not a table of MathML? Browsers do not break formulas into lines; in a grid a long
right side flows as several formulas, and on a narrow page the reasons move below.
"""

from __future__ import annotations

from symback.notation.extents import extent
from symback.notation.latex import latex_of, relation_latex
from symback.notation.mathml import mathml_of
from symback.notation.mathml_text import element, escaped
from symback.notation.unicode import relation_text
from symback.render.document import Equation, Line
from symback.render.html_layout import result_line
from symback.render.html_words import Page, formula_pieces, inlines

# What a right side may be wide, in widths of an M, before it is broken; the page of a phone.
ROOM = 17.0
# Reasons stand beside right sides of up to this width, else below.
BESIDE = 22.0


def equation(block: Equation, page: Page) -> str:
    """Return the lines of an equation, its number as a link to itself, and its LaTeX."""
    beside = max(extent(one.right) for one in block.lines) <= BESIDE
    is_result = id(block) in page.results
    first = result_line(block.lines) if is_result else len(block.lines)
    cells = "\n".join(cell for one in block.lines[:first] for cell in _cells(one, page))
    if is_result:
        said = (cell for one in block.lines[first:] for cell in _cells(one, page))
        cells += element("div", "\n".join(said), class_="said")
    lines = element("div", cells, class_="lines beside" if beside else "lines")
    side = _tex(block, page)
    kind = "equation result" if is_result else "equation"
    if not block.label:
        return element("div", lines, "\n", side, class_=kind)
    number, anchor = page.labels[block.label], page.anchors[block.label]
    side = element("a", escaped(number), class_="number", href=f"#{anchor}") + side
    named = {"role": "group", "aria-label": escaped(f"Equation {number}")}
    return element("div", lines, "\n", side, class_=kind, id=anchor, **named)


def _cells(one: Line, page: Page) -> list[str]:
    kind = " numbers" if one.numbers else ""
    left = mathml_of(one.left) if one.left else ""
    sign = element("math", element("mo", escaped(relation_text(one.relation)), form="infix"))
    right = "<wbr>".join(formula_pieces(one.right, ROOM, flat=False))
    cells = [
        element("div", left, class_="lhs" + kind),
        element("div", sign, class_="rel" + kind),
        element("div", right, class_="rhs" + kind),
    ]
    if one.reason:
        cells.append(element("div", inlines(one.reason, page), class_="why" + kind))
    return cells


def _tex(block: Equation, page: Page) -> str:
    """Return the whole equation in LaTeX, folded, so that it can be copied without a script."""
    rows = [
        f"{latex_of(one.left) + ' ' if one.left else ''}&{relation_latex(one.relation)} "
        + latex_of(one.right)
        for one in block.lines
    ]
    body = " \\\\\n".join(rows)
    source = escaped(f"\\begin{{align*}}\n{body}\n\\end{{align*}}")
    number = page.labels.get(block.label, "")
    name = escaped(f"LaTeX of equation {number}".rstrip())
    summary = element("summary", "TeX", **{"aria-label": name})
    return element("details", summary, element("pre", source, tabindex="0"), class_="tex")
