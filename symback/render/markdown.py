"""Documents as Markdown with LaTeX formulas, as GitHub and notebooks show it."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from urllib.parse import quote

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
    Literal,
    Paragraph,
    Passage,
    Reference,
    Table,
    numbering,
    walk,
)
from symback.render.mathjax import aligned, inline
from symback.render.pictures import image
from symback.render.references import resolved
from symback.render.sections import folded


@dataclass(frozen=True, slots=True)
class Page:
    """What the writer of a block has to know about the whole.

    ``figures`` gives Markdown that shows a figure, by the figure's SVG. ``drawn`` makes Markdown of
    an equation and its number, for readers that set no formulas; formulas in a line are then words.
    """

    labels: Mapping[str, str]
    detail: int = 3
    figures: Mapping[str, str] = field(default_factory=dict)
    drawn: Callable[[Equation, str], str] | None = None


def markdown(made: Document, detail: int = 3, figures: Mapping[str, str] | None = None) -> str:
    """Return the document as Markdown; details of a level above ``detail`` start closed.

    ``figures`` gives the file that holds a figure, by the figure's SVG; without one, its words
    stand for it.
    """
    links = {
        block.svg: f"![{escaped(block.alternative)}]({quote(figures[block.svg])})"
        for block in figures_of(made)
        if figures and block.svg in figures
    }
    page = Page(numbering(made), detail, links)
    return f"# {inlines(made.title, page)}\n\n{blocks(made.blocks, page)}\n"


def folded_markdown(made: Document, results: Iterable[str] = (), detail: int = 2) -> str:
    """Return the document for the output of a notebook cell, its sections folded as on a card."""
    pictures = {figure.svg: image(figure) for figure in figures_of(made)}
    page = Page(numbering(made), detail, pictures)
    return f"**{inlines(made.title, page)}**\n\n{blocks(folded(made, results), page)}\n"


def figures_of(made: Document) -> list[Figure]:
    """Return the figures of a document, in reading order."""
    return [block for block in walk(made.blocks) if isinstance(block, Figure)]


def blocks(written_of: Iterable[Block], page: Page) -> str:
    """Return blocks as Markdown."""
    written = (WRITE[type(block)](block, page) for block in written_of)
    return "\n\n".join(text for text in written if text)


# Words


_SPECIAL = re.compile(r"([`*_{}\[\]#|~!])")
# Inside elements of their own these signs begin no formula, neither here nor on the page.
_QUIET = {"\\": "<span>&#92;</span>", "$": "<span>&#36;</span>"}


def escaped(words: str) -> str:
    """Return words that Markdown, HTML, and what looks for formulas, show as they are."""
    shown = _SPECIAL.sub(r"\\\1", quiet(words))
    return shown.replace("&\\#", "&#")


def quiet(words: str) -> str:
    """Return words that HTML, and what looks for formulas, show as they are."""
    visible = "".join(c if c.isprintable() else "\ufffd" for c in " ".join(words.split("\n")))
    shown = html.escape(visible, quote=False)
    for sign, element in _QUIET.items():
        shown = shown.replace(sign, element)
    return shown


def inlines(content: Inlines, page: Page) -> str:
    """Return parts of a line as Markdown."""
    return "".join(_inline(part, page) for part in content)


def _inline(part: Inline, page: Page) -> str:
    if isinstance(part, Formula):
        return f"${inline(part.tree)}$" if page.drawn is None else escaped(unicode_of(part.tree))
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


def _plain(part: Inline, page: Page) -> str:
    if isinstance(part, Formula):
        return unicode_of(part.tree)
    return page.labels[part.label] if isinstance(part, Reference) else part.text


# Blocks


def _heading(block: Heading, page: Page) -> str:
    return f"{'#' * (block.level + 1)} {inlines(block.title, page)}"


def _items(block: Items, page: Page) -> str:
    marks = (f"{number}." if block.numbered else "-" for number in range(1, len(block.items) + 1))
    return "\n".join(
        f"{mark} {inlines(item, page)}" for mark, item in zip(marks, block.items, strict=True)
    )


def _equation(block: Equation, page: Page) -> str:
    if page.drawn is None:
        return f"$$\n{aligned(block, page.labels)}\n$$"
    return page.drawn(resolved(block, page.labels), page.labels.get(block.label, ""))


_BAR = re.compile(r"(?<!\\)\|")


def _table(block: Table, page: Page) -> str:
    sides = {"l": ":--", "c": ":-:", "r": "--:"}
    head = [inlines(cell, page) for cell in block.head]
    lines = [head, [sides[side] for side in block.align]]
    lines += [[inlines(cell, page) for cell in row] for row in block.rows]
    name = page.labels.get(block.label, "")
    caption = ". ".join(part for part in (name, inlines(block.caption, page)) if part)
    # A bar within code ends the cell, too.
    lines = [[_BAR.sub(r"\|", cell) for cell in line] for line in lines]
    body = "\n".join(f"| {' | '.join(line)} |" for line in lines)
    return f"{caption}\n\n{body}" if caption else body


def _figure(block: Figure, page: Page) -> str:
    name = page.labels.get(block.label, "")
    caption = ". ".join(part for part in (name, inlines(block.caption, page)) if part)
    picture = page.figures.get(block.svg) or escaped(block.alternative)
    return "\n\n".join(part for part in (picture, caption) if part)


def _box(block: Box, page: Page) -> str:
    # Why no quotation? Its mark on every line would stand inside the formulas.
    return f"---\n\n{blocks(block.blocks, page)}\n\n---"


def _details(block: Details, page: Page) -> str:
    state = " open" if block.level <= page.detail else ""
    # Within a tag there is no Markdown, and on some pages no formula either.
    summary = quiet("".join(_plain(part, page) for part in block.summary))
    inside = blocks(block.blocks, page)
    return f"<details{state}>\n<summary>{summary}</summary>\n\n{inside}\n\n</details>"


def _code(block: Code, page: Page) -> str:
    longest = max((len(run) for run in re.findall("`+", block.text)), default=0)
    fence = "`" * max(3, longest + 1)
    language = block.language if block.language.isalnum() else ""
    return f"{fence}{language}\n{block.text.rstrip()}\n{fence}"


WRITE: dict[type[Block], Callable[..., str]] = {
    Heading: _heading,
    Paragraph: lambda block, page: inlines(block.content, page),
    Items: _items,
    Equation: _equation,
    Table: _table,
    Figure: _figure,
    Box: _box,
    Check: lambda block, page: ("✓ " if block.passed else "✗ ") + inlines(block.content, page),
    Details: _details,
    Passage: lambda block, page: blocks(block.blocks, page) if block.shown else "",
    Code: _code,
}
