"""Equations in LaTeX: rows aligned at their relations, each with the reason for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from symback.notation.aligned import broken
from symback.notation.extents import extent
from symback.notation.latex import latex_of, relation_latex
from symback.notation.tree import Tree
from symback.render.document import Block, Equation, Line
from symback.render.latex_page import Page, fitted, inlines, label_latex, row_latex
from symback.render.latex_tables import content_width

# What a number such as (12) takes, the relation, and the gap before a reason.
NUMBER_WIDTH, RELATION_WIDTH, REASON_GAP = 3.5, 2.0, 2.0
# A display of more rows than this may be divided between two pages.
LONGEST_WHOLE = 8
# A left side that is wider than this share of the text is made smaller.
WIDEST_LEFT = 0.45
# A longer reason is set in lines of this width, or of more where there is room beside.
REASON_WIDTH, WIDEST_REASON = 12.0, 20.0


@dataclass(frozen=True, slots=True)
class _Columns:
    """The room of the right sides: in all, and beside a column of reasons."""

    whole: float
    beside: float
    reason: float = REASON_WIDTH
    # A line that is too long for the room beside runs on under the reasons of others.
    overlaps: bool = False
    reasons_below: bool = False

    def is_wide(self, one: Line) -> bool:
        return extent(one.right) > self.beside


def is_joined(block: Block) -> bool:
    """Is this an equation that can be aligned with its neighbours? Reasons need room of its own."""
    return isinstance(block, Equation) and not any(one.reason for one in block.lines)


def equations(blocks: Sequence[Equation], page: Page) -> str:
    """Return equations as one display, each numbered at its last line if it has a label.

    A reason stands beside its line, or below it where the line needs the room. A page may end
    between equations if there are many rows, within one only where it is long.
    """
    is_numbered = any(block.label for block in blocks)
    columns = _columns([one for block in blocks for one in block.lines], is_numbered, page)
    parts = []
    for block in blocks:
        rows = [row for one in block.lines for row in _rows(one, columns, page)]
        if is_numbered:
            rows[:-1] = [row + r" \notag" for row in rows[:-1]]
            rows[-1] += rf" \label{{{page.prefix}{label_latex(block.label)}}}" if block.label else (
                r" \notag"
            )
        parts.append(_kept_together(rows))
    name = "align" if is_numbered else "align*"
    is_short = sum(part.count("\\\\") + 1 for part in parts) <= LONGEST_WHOLE
    between = r" \\*[4pt]" if is_short else r" \\[4pt]"
    return f"\\begin{{{name}}}\n" + f"{between}\n".join(parts) + f"\n\\end{{{name}}}"


def _kept_together(rows: list[str]) -> str:
    """Return rows between which no page ends; of many, only the first two and the last two."""
    last = len(rows) - 1
    text = rows[0]
    for number, row in enumerate(rows[1:], 1):
        is_free = len(rows) > LONGEST_WHOLE and 1 < number < last
        text += (r" \\" if is_free else r" \\*") + f"\n{row}"
    return text


def _columns(lines: Sequence[Line], is_numbered: bool, page: Page) -> _Columns:
    widest = WIDEST_LEFT * page.room
    left = max(min(extent(one.left), widest) if one.left else 0.0 for one in lines)
    left += RELATION_WIDTH
    number = NUMBER_WIDTH * is_numbered
    whole = max(page.room - left - number, page.room / 3)
    widest = max(extent(one.right) for one in lines)
    limit = min(max(whole - widest - REASON_GAP, REASON_WIDTH), WIDEST_REASON)
    reason = max(_reason_width(one, limit, page) for one in lines)
    if not reason:
        return _Columns(whole, whole)
    beside = whole - reason - REASON_GAP
    wide = [extent(one.right) for one in lines if extent(one.right) > beside]
    narrow = [one for one in lines if extent(one.right) <= beside]
    if not wide:
        return _Columns(whole, beside, limit)
    # TeX spreads the columns: a third of what is left over goes before the first.
    used = left + max((extent(one.right) for one in narrow), default=0.0) + reason
    before = max(0.0, page.room - used) / 3
    fits = before + left + min(max(wide), whole) + number <= page.room
    overlaps = fits and any(one.reason for one in narrow)
    return _Columns(whole, beside, limit, overlaps, reasons_below=not overlaps)


def _reason_width(one: Line, limit: float, page: Page) -> float:
    return min(0.9 * content_width(one.reason, page), limit)


def _rows(one: Line, columns: _Columns, page: Page) -> list[str]:
    """Return a line of an equation as rows of align, broken where it is too long."""
    is_wide = columns.is_wide(one)
    below = one.reason and (is_wide or columns.reasons_below)
    parts = broken(one.right, _measure, (columns.whole,))
    shown = [_side(part, number, columns.whole, page) for number, part in enumerate(parts)]
    if is_wide and columns.overlaps:
        shown = [rf"\mathrlap{{{row}}}" for row in shown]
    left = _side(one.left, 0, WIDEST_LEFT * page.room, page) + " " if one.left else ""
    rows = [f"{left}&{relation_latex(one.relation)} {shown[0]}"]
    rows += [rf"&\quad {row}" for row in shown[1:]]
    if below:
        words = f"({inlines(one.reason, page.narrower(page.room - columns.whole))})"
        if 0.9 * content_width(one.reason, page) > columns.whole:
            words = rf"\parbox{{{columns.whole:.1f}em}}{{\raggedright {words}}}"
        rows.append(rf"&\quad {_reason_text(words, page)}")
    elif one.reason:
        rows[0] += "\n&& " + _reason(one, columns.reason, page)
    return rows


def _reason_text(words: str, page: Page) -> str:
    return rf"\reason{{{words}}}" if page.display.macros else rf"\text{{\small {words}}}"


def _side(tree: Tree, number: int, room: float, page: Page) -> str:
    """Return a side of an equation or a later row of one, made smaller if nothing else helps."""
    text = row_latex(tree, page.display) if number else latex_of(tree, page.display)
    if extent(tree) <= room:
        return text
    return fitted(rf"$\displaystyle {text}$", f"{room:.1f}em", page)


def _measure(tree: Tree) -> tuple[float, ...]:
    return (extent(tree),)


def _reason(one: Line, limit: float, page: Page) -> str:
    words = inlines(one.reason, page.narrower(page.room - limit))
    if 0.9 * content_width(one.reason, page) <= limit:
        return _reason_text(words, page)
    return rf"\parbox{{{limit:.0f}em}}{{\small\raggedright {words}}}"
