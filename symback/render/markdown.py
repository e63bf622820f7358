"""Documents as Markdown with LaTeX formulas, as GitHub and notebooks show it."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from symback.notation.aligned import broken
from symback.notation.extents import extent
from symback.notation.latex import DISPLAY, INLINE, latex_of, relation_latex
from symback.notation.latex_text import escaped as escaped_latex
from symback.notation.tree import Tree
from symback.notation.unicode import unicode_of
from symback.render.document import (
    Block,
    Box,
    Check,
    Code,
    Details,
    Document,
    Equation,
    Figure,
    Formula,
    Heading,
    Inline,
    Inlines,
    Items,
    Line,
    Literal,
    Paragraph,
    Passage,
    Reference,
    Table,
    numbering,
)
from symback.render.latex_page import row_latex

# A page on GitHub is about this many widths of an M wide.
ROOM = 46.0
THIN, THIN_IN_WORDS = "\\,", "\\thinspace"


@dataclass(frozen=True, slots=True)
class _Page:
    labels: Mapping[str, str]
    detail: int


def markdown(made: Document, detail: int = 3) -> str:
    """Return the document as Markdown; details of a level above ``detail`` start closed."""
    page = _Page(numbering(made), detail)
    return f"# {_inlines(made.title, page)}\n\n{_blocks(made.blocks, page)}\n"


def _blocks(blocks: Iterable[Block], page: _Page) -> str:
    written = (WRITE[type(block)](block, page) for block in blocks)
    return "\n\n".join(text for text in written if text)


# Words


_SPECIAL = re.compile(r"([\\`*_{}\[\]#$|~!])")


def escaped(words: str) -> str:
    """Return words that Markdown and HTML show as they are."""
    return _SPECIAL.sub(r"\\\1", html.escape(" ".join(words.split("\n")), quote=False))


def _inlines(content: Inlines, page: _Page) -> str:
    return "".join(_inline(part, page) for part in content)


def _inline(part: Inline, page: _Page) -> str:
    if isinstance(part, Formula):
        # Within a line Markdown would take the backslash away from a thin space.
        return f"${_safe(latex_of(part.tree, INLINE)).replace(THIN, THIN_IN_WORDS)}$"
    if isinstance(part, Reference):
        return page.labels[part.label]
    if isinstance(part, Literal):
        return _literal(part.text)
    mark = {"emphasis": "*", "strong": "**"}.get(part.weight, "")
    # A mark counts only where no space is on its inner side.
    inner = part.text.strip()
    if not mark or not inner:
        return escaped(part.text)
    before, after = part.text.split(inner, 1)
    return f"{before}{mark}{escaped(inner)}{mark}{after}"


def _literal(words: str) -> str:
    longest = max((len(run) for run in re.findall("`+", words)), default=0)
    fence, space = "`" * (longest + 1), " " if longest else ""
    return f"{fence}{space}{words}{space}{fence}"


def _safe(formula: str) -> str:
    """Return a formula that Markdown hands on unchanged: < could begin a tag."""
    return formula.replace("<", r"\lt ").replace(">", r"\gt ").replace("|", r"\vert ")


# Blocks


def _heading(block: Heading, page: _Page) -> str:
    return f"{'#' * (block.level + 1)} {_inlines(block.title, page)}"


def _items(block: Items, page: _Page) -> str:
    marks = (f"{number}." if block.numbered else "-" for number in range(1, len(block.items) + 1))
    return "\n".join(
        f"{mark} {_inlines(item, page)}" for mark, item in zip(marks, block.items, strict=True)
    )


def _equation(block: Equation, page: _Page) -> str:
    rows = [row for one in block.lines for row in _rows(one)]
    number = page.labels.get(block.label, "")
    tag = rf"\tag{{{number.strip('()')}}}" if number else ""
    body = " \\\\\n".join(rows)
    return f"$$\n\\begin{{aligned}}\n{body}\n\\end{{aligned}}{tag}\n$$"


def _rows(one: Line) -> list[str]:
    left = latex_of(one.left, DISPLAY) + " " if one.left else ""
    room = ROOM - (extent(one.left) if one.left else 0.0)
    parts = broken(one.right, lambda tree: (extent(tree),), (room,))
    rows = [f"{left}&{relation_latex(one.relation)} {latex_of(parts[0], DISPLAY)}"]
    rows += [rf"&\quad {row_latex(part, DISPLAY)}" for part in parts[1:]]
    if one.reason:
        rows[0] += rf" && \text{{{_reason(one.reason)}}}"
    return [_safe(row) for row in rows]


def _reason(content: Inlines) -> str:
    """Return words inside a formula; formulas in them are words there, too."""
    shown = (
        unicode_of(part.tree) if isinstance(part, Formula) else getattr(part, "text", "")
        for part in content
    )
    return escaped_latex("".join(shown))


def _table(block: Table, page: _Page) -> str:
    sides = {"l": ":--", "c": ":-:", "r": "--:"}
    head = [_inlines(cell, page) for cell in block.head]
    lines = [head, [sides[side] for side in block.align]]
    lines += [[_inlines(cell, page) for cell in row] for row in block.rows]
    name = page.labels.get(block.label, "")
    caption = ". ".join(part for part in (name, _inlines(block.caption, page)) if part)
    body = "\n".join(f"| {' | '.join(line)} |" for line in lines)
    return f"{caption}\n\n{body}" if caption else body


def _figure(block: Figure, page: _Page) -> str:
    # The arrows of a drawing, one by one in words, would say less than the equations do.
    if block.drawing is not None and not block.file:
        return ""
    name = page.labels.get(block.label, "")
    caption = ". ".join(part for part in (name, _inlines(block.caption, page)) if part)
    picture = f"![{escaped(block.alternative)}]({_path(block.file)})" if block.file else ""
    return "\n\n".join(part for part in (picture or escaped(block.alternative), caption) if part)


def _path(file: str) -> str:
    return "".join(c for c in file if c.isascii() and (c.isalnum() or c in "-_./"))


def _box(block: Box, page: _Page) -> str:
    inside = _blocks(block.blocks, page).split("\n")
    return "\n".join(f"> {line}".rstrip() for line in inside)


def _details(block: Details, page: _Page) -> str:
    state = " open" if block.level <= page.detail else ""
    summary = _inlines(block.summary, page)
    inside = _blocks(block.blocks, page)
    return f"<details{state}>\n<summary>{summary}</summary>\n\n{inside}\n\n</details>"


def _code(block: Code, page: _Page) -> str:
    longest = max((len(run) for run in re.findall("`+", block.text)), default=0)
    fence = "`" * max(3, longest + 1)
    language = block.language if block.language.isalnum() else ""
    return f"{fence}{language}\n{block.text.rstrip()}\n{fence}"


WRITE: dict[type[Block], Callable[..., str]] = {
    Heading: _heading,
    Paragraph: lambda block, page: _inlines(block.content, page),
    Items: _items,
    Equation: _equation,
    Table: _table,
    Figure: _figure,
    Box: _box,
    Check: lambda block, page: ("✓ " if block.passed else "✗ ") + _inlines(block.content, page),
    Details: _details,
    Passage: lambda block, page: _blocks(block.blocks, page) if block.shown else "",
    Code: _code,
}


def formula(tree: Tree) -> str:
    """Return one formula as a display, for a notebook."""
    return f"$$\n{_safe(latex_of(tree, DISPLAY))}\n$$"
