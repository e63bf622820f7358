"""Tables in LaTeX: booktabs, with the columns that need it wrapped."""

from __future__ import annotations

from symback.notation.extents import extent
from symback.render.document import Block, Equation, Formula, Inline, Inlines, Reference, Table
from symback.render.latex_page import Page, anchor, captioned, inline, inline_formula, inlines
from symback.render.tables import shared

# So many lines fit on a page with some text; a longer table goes on in another. A shorter one may
# be divided between two pages if it takes more than these.
LINES_PER_PAGE, LONGEST_WHOLE = 34, 10
COLUMN_GAP = 1.1
# Sizes of type, and by how much narrower they are; a formula is not made narrower than this.
SIZES = (("", 1.0), (r"\small", 0.91), (r"\footnotesize", 0.82), (r"\scriptsize", 0.73))
LONGEST_FORMULA = 9.0
# The width of a letter of text, and room for formulas that are wider than they were estimated.
LETTER, WIDER = 0.48, 1.04


def table(block: Table, page: Page) -> str:
    """Return a table; a long one may be divided between pages.

    In an article LaTeX does that, under the head again. Slides and columns have no long tables, so
    a fragment's is cut into several.
    """
    widths, size = _column_widths(block, page)
    head = " & ".join(_cells(block.head, widths, page)) + r" \\"
    is_wrapped = any(width is not None for width in widths)
    rows = [" &\n".join(_cells(row, widths, page)) for row in block.rows]
    heights = [_height(row, widths, page) for row in block.rows]
    if sum(heights) > LONGEST_WHOLE and not page.fragment and not page.within:
        return _sized(_longtable(block, head, rows, is_wrapped, page), size)
    pieces, start, lines = [], 0, 0
    for number, height in enumerate(heights):
        lines += height
        if lines >= LINES_PER_PAGE or number == len(rows) - 1:
            pieces.append(_tabular(block.align, head, rows[start : number + 1], is_wrapped))
            start, lines = number + 1, 0
    content = "\n\n".join(pieces or [_tabular(block.align, head, [], False)])
    return captioned(block, _sized(content, size), page)


def _sized(content: str, size: str) -> str:
    return f"{{{size}\n{content}\n}}" if size else content


def _tabular(align: str, head: str, rows: list[str], is_wrapped: bool) -> str:
    begin = rf"\begin{{tabular}}{{@{{}}{align}@{{}}}}"
    body = _spaced([row + r" \\" for row in rows], is_wrapped)
    lines = (begin, r"\toprule", head, r"\midrule", *body, r"\bottomrule", r"\end{tabular}")
    return "\n".join(lines)


def _spaced(rows: list[str], is_wrapped: bool) -> list[str]:
    """Return rows below each other; where cells take several lines, a little room between them."""
    space = "\n\\addlinespace[2pt]" if is_wrapped else ""
    return [row + space for row in rows[:-1]] + rows[-1:]


def _longtable(block: Table, head: str, rows: list[str], is_wrapped: bool, page: Page) -> str:
    caption = inlines(block.caption, page)
    titles = []
    if block.label:
        titles = [rf"\caption{{{caption}}}{anchor(block.label, page)}\\"]
    elif caption:
        titles = [rf"\caption*{{{caption}}}\\"]
    # No row stands alone on its page.
    held = (0, 1, len(rows) - 2)
    body = [row + (r" \\*" if n in held else r" \\") for n, row in enumerate(rows)]
    lines = [
        rf"\begin{{longtable}}{{@{{}}{block.align}@{{}}}}", *titles,
        r"\toprule", head, r"\midrule", r"\endfirsthead",
        r"\toprule", head, r"\midrule", r"\endhead",
        r"\bottomrule", r"\endfoot",
        *_spaced(body, is_wrapped), r"\end{longtable}",
    ]  # fmt: skip
    if not block.label:
        lines = [r"\begin{unnumberedtable}", *lines, r"\end{unnumberedtable}"]
    return "\n".join(lines)


def _cells(cells: tuple[Inlines, ...], widths: list[float | None], page: Page) -> list[str]:
    return [_cell(cell, width, page) for cell, width in zip(cells, widths, strict=True)]


def _cell(content: Inlines, width: float | None, page: Page) -> str:
    if width is None or not content:
        return inlines(content, page)
    words = "".join(
        inline_formula(part.tree, width - 0.5, 0.85 * width, page) if isinstance(part, Formula)
        else inline(part, page)
        for part in content
    )  # fmt: skip
    return rf"\parbox[t]{{{width:.1f}em}}{{\raggedright\strut {words}\strut}}"


def lines_of(block: Block, page: Page) -> int:
    """Return about how many lines a block takes."""
    if isinstance(block, Table):
        widths, _ = _column_widths(block, page)
        return 2 + sum(_height(row, widths, page) for row in block.rows)
    if isinstance(block, Equation):
        return 1 + 2 * len(block.lines)
    return 2


def _height(row: tuple[Inlines, ...], widths: list[float | None], page: Page) -> int:
    return max(_lines(cell, width, page) for cell, width in zip(row, widths, strict=True))


def _lines(content: Inlines, width: float | None, page: Page) -> int:
    return 1 if width is None else 1 + int(content_width(content, page) / width)


def _column_widths(block: Table, page: Page) -> tuple[list[float | None], str]:
    """Return a width for each column that has to be wrapped, and the size of type."""
    columns = list(zip(block.head, *block.rows, strict=True))
    natural = [max(content_width(cell, page) for cell in column) for column in columns]
    room = page.room - COLUMN_GAP * (len(columns) - 1)
    for size, share in SIZES[:2]:
        if sum(natural) * share <= room:
            return [None] * len(columns), size
    least = [
        max(_least_width(cell, page) for cell in column) if side == "l" else whole
        for column, side, whole in zip(columns, block.align, natural, strict=True)
    ]
    size, share = next((s for s in SIZES[1:] if sum(least) * s[1] <= room), SIZES[-1])
    # In tenths of an em, as whole numbers.
    sizes = shared(
        [int(10 * w) + 1 for w in natural], [int(10 * w) + 1 for w in least],
        int(10 * room / share),
    )  # fmt: skip
    return [s / 10 if s <= 10 * w else None for s, w in zip(sizes, natural, strict=True)], size


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
