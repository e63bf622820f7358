"""Tables in LaTeX: booktabs, with the columns that need it wrapped."""

from __future__ import annotations

from symback.notation.extents import extent
from symback.render.document import Formula, Inline, Inlines, Reference, Table
from symback.render.latex_page import Page, captioned, inline, inline_formula, inlines
from symback.render.tables import shared

# So many lines fit on a page with some text; a longer table goes on in another.
LINES_PER_PAGE = 34
COLUMN_GAP = 1.1
# Small type is narrower by this factor; a formula is not made narrower than this.
SMALL, LONGEST_FORMULA = 0.91, 9.0
# The width of a letter of text, and room for formulas that are wider than they were estimated.
LETTER, WIDER = 0.48, 1.04


def table(block: Table, page: Page) -> str:
    """Return a table, in several pieces where it is longer than a page."""
    widths, small = _column_widths(block, page)
    head = " & ".join(_cells(block.head, widths, page)) + r" \\"
    bodies, rows, lines = [], [], 0
    for number, row in enumerate(block.rows):
        space = "\n\\addlinespace[2pt]" if small and rows else ""
        rows.append(f"{space}\n".lstrip() + " &\n".join(_cells(row, widths, page)) + r" \\")
        lines += max(_lines(cell, width, page) for cell, width in zip(row, widths, strict=True))
        if lines >= LINES_PER_PAGE or number == len(block.rows) - 1:
            bodies.append(_tabular(block.align, head, rows))
            rows, lines = [], 0
    content = "\n\n".join(bodies or [_tabular(block.align, head, [])])
    return captioned(block, f"{{\\small\n{content}\n}}" if small else content, page)


def _tabular(align: str, head: str, rows: list[str]) -> str:
    begin = rf"\begin{{tabular}}{{@{{}}{align}@{{}}}}"
    lines = (begin, r"\toprule", head, r"\midrule", *rows, r"\bottomrule", r"\end{tabular}")
    return "\n".join(lines)


def _cells(cells: tuple[Inlines, ...], widths: list[float | None], page: Page) -> list[str]:
    return [_cell(cell, width, page) for cell, width in zip(cells, widths, strict=True)]


def _cell(content: Inlines, width: float | None, page: Page) -> str:
    if width is None or not content:
        return inlines(content, page)
    words = "".join(
        inline_formula(part.tree, width - 0.5, page) if isinstance(part, Formula)
        else inline(part, page)
        for part in content
    )  # fmt: skip
    return rf"\parbox[t]{{{width:.1f}em}}{{\raggedright\strut {words}\strut}}"


def _lines(content: Inlines, width: float | None, page: Page) -> int:
    return 1 if width is None else 1 + int(content_width(content, page) / width)


def _column_widths(block: Table, page: Page) -> tuple[list[float | None], bool]:
    """Return a width for each column that has to be wrapped, and whether small type is needed."""
    columns = list(zip(block.head, *block.rows, strict=True))
    natural = [max(content_width(cell, page) for cell in column) for column in columns]
    room = page.room - COLUMN_GAP * (len(columns) - 1)
    if sum(natural) <= room:
        return [None] * len(columns), False
    least = [
        max(_least_width(cell, page) for cell in column) if side == "l" else whole
        for column, side, whole in zip(columns, block.align, natural, strict=True)
    ]
    # In tenths of an em, as whole numbers.
    sizes = shared(
        [int(10 * w) + 1 for w in natural], [int(10 * w) + 1 for w in least],
        int(10 * room / SMALL),
    )  # fmt: skip
    return [s / 10 if s <= 10 * w else None for s, w in zip(sizes, natural, strict=True)], True


def content_width(content: Inlines, page: Page) -> float:
    """Return about how wide a cell is, in widths of an M."""
    return sum(
        WIDER * extent(part.tree, flat=True) if isinstance(part, Formula)
        else LETTER * len(_words(part, page))
        for part in content
    )  # fmt: skip


def _words(part: Inline, page: Page) -> str:
    return page.labels[part.label] if isinstance(part, Reference) else part.text


def _least_width(content: Inlines, page: Page) -> float:
    """Return the width of the longest part that cannot be broken."""
    widths = [0.0]
    for part in content:
        if isinstance(part, Formula):
            widths.append(min(WIDER * extent(part.tree, flat=True), LONGEST_FORMULA) + 0.5)
        else:
            words = _words(part, page).split(" ")
            widths.append(0.55 * max(map(len, words)) + 0.5)
    return max(widths)
