"""Equations in LaTeX: rows aligned at their relations, each with the reason for it."""

from __future__ import annotations

from symback.notation.aligned import broken
from symback.notation.extents import extent
from symback.notation.latex import latex_of, relation_latex
from symback.notation.tree import Tree
from symback.render.document import Equation, Line
from symback.render.latex_page import Page, inlines, label_latex, row_latex
from symback.render.latex_tables import content_width

# What a number such as (12) takes, and the gap before a reason.
NUMBER_WIDTH, REASON_GAP = 3.5, 2.0
# A longer reason is set in lines of this width.
REASON_WIDTH = 12.0


def equation(block: Equation, page: Page) -> str:
    """Return the lines of an equation, numbered at the last if it has a label.

    Reasons stand beside their lines; where that would break a line that has room without, below.
    """
    left = max(extent(one.left) if one.left else 0.0 for one in block.lines)
    room = max(page.room - left - 2.0 - NUMBER_WIDTH * bool(block.label), page.room / 3)
    reason = max(_reason_width(one) for one in block.lines)
    beside = room - reason - REASON_GAP if reason else room
    below = any(beside < extent(one.right) for one in block.lines)
    rows = [
        row for one in block.lines for row in _rows(one, room if below else beside, below, page)
    ]
    if not block.label:
        return "\\begin{align*}\n" + " \\\\\n".join(rows) + "\n\\end{align*}"
    mark = rf" \label{{{page.prefix}{label_latex(block.label)}}}"
    rows = [row + r" \notag" for row in rows[:-1]] + [rows[-1] + mark]
    return "\\begin{align}\n" + " \\\\\n".join(rows) + "\n\\end{align}"


def _reason_width(one: Line) -> float:
    return min(0.9 * content_width(one.reason), REASON_WIDTH)


def _rows(one: Line, room: float, below: bool, page: Page) -> list[str]:
    """Return a line of an equation as rows of align, broken where it is too long."""
    left = latex_of(one.left, page.display) + " " if one.left else ""
    parts = broken(one.right, _measure, (room,))
    rows = [f"{left}&{relation_latex(one.relation)} {latex_of(parts[0], page.display)}"]
    rows += [rf"&\quad {row_latex(part, page.display)}" for part in parts[1:]]
    if one.reason and below:
        rows.append(rf"&\quad \text{{\small ({inlines(one.reason, page)})}}")
    elif one.reason:
        rows[0] += "\n&& " + _reason(one, page)
    return rows


def _measure(tree: Tree) -> tuple[float, ...]:
    return (extent(tree),)


def _reason(one: Line, page: Page) -> str:
    words = inlines(one.reason, page)
    if 0.9 * content_width(one.reason) <= REASON_WIDTH:
        return rf"\text{{\small {words}}}"
    return rf"\parbox{{{REASON_WIDTH:.0f}em}}{{\small\raggedright {words}}}"
