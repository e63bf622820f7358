"""Documents as the output of a notebook cell: the result, and all sections folded.

Safe where a notebook is not trusted: formulas are TeX between dollar signs, which the notebook
sets, pictures are images, and nothing needs a style sheet, MathML or a script.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from symback.notation.mathml_text import element, escaped
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
)
from symback.render.mathjax import aligned, inline
from symback.render.pictures import image
from symback.render.sections import folded

SIDES = {"l": "left", "c": "center", "r": "right"}
Labels = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _Card:
    labels: Labels
    detail: int


def card(made: Document, results: Iterable[str] = (), detail: int = 2) -> str:
    """Return the document as HTML for a notebook: title, pictures, results, then folded sections.

    Results are the boxes of the document or, without any, the equations with labels of ``results``.
    """
    page = _Card(numbering(made), detail)
    title = element("p", element("strong", _inlines(made.title, page)))
    return element("div", title, "\n", _blocks(folded(made, results), page))


def _blocks(blocks: Iterable[Block], page: _Card) -> str:
    written = (WRITE[type(block)](block, page) for block in blocks)
    return "\n".join(text for text in written if text)


# Words


def _words(text: str) -> str:
    """Return words that neither HTML nor what looks for formulas obeys.

    A formula begins and ends within one element, so a sign in an element of its own opens none.
    """
    shown = escaped(text)
    for sign in "\\$":
        shown = shown.replace(sign, element("span", sign))
    return shown


def _inlines(content: Inlines, page: _Card) -> str:
    return "".join(_inline(part, page) for part in content)


def _inline(part: Inline, page: _Card) -> str:
    if isinstance(part, Formula):
        return f"${escaped(inline(part.tree))}$"
    if isinstance(part, Reference):
        return _words(page.labels[part.label])
    if isinstance(part, Literal):
        return element("code", escaped(part.text))
    tag = {"emphasis": "em", "strong": "strong"}.get(part.weight)
    return element(tag, _words(part.text)) if tag else _words(part.text)


# Blocks


def _items(block: Items, page: _Card) -> str:
    lines = (element("li", _inlines(item, page)) for item in block.items)
    return element("ol" if block.numbered else "ul", *lines)


def _equation(block: Equation, page: _Card) -> str:
    shown = aligned(block, page.labels)
    return element("div", "$$\n", escaped(shown), "\n$$")


def _table(block: Table, page: _Card) -> str:
    def cells(tag: str, row: tuple[Inlines, ...]) -> str:
        return element("tr", *(
            element(tag, _inlines(cell, page), style=f"text-align:{SIDES[side]}")
            for cell, side in zip(row, block.align, strict=True)
        ))  # fmt: skip

    body = element("tbody", *(cells("td", row) for row in block.rows))
    return _caption(block, page) + element("table", element("thead", cells("th", block.head)), body)


def _caption(block: Table | Figure, page: _Card) -> str:
    name = page.labels.get(block.label, "")
    words = ". ".join(part for part in (_words(name), _inlines(block.caption, page)) if part)
    return element("p", words) if words else ""


def _figure(block: Figure, page: _Card) -> str:
    return (image(block) or element("p", _words(block.alternative))) + _caption(block, page)


def _check(block: Check, page: _Card) -> str:
    return element("p", "✓ " if block.passed else "✗ ", _inlines(block.content, page))


def _details(block: Details, page: _Card) -> str:
    opened = {"open": ""} if block.level <= page.detail else {}
    summary = element("summary", element("strong", _inlines(block.summary, page)))
    inside = element("div", _blocks(block.blocks, page), style="margin-left:1.2em")
    return element("details", summary, "\n", inside, **opened)


WRITE: dict[type[Block], Callable[..., str]] = {
    Heading: lambda block, page: element("p", element("strong", _inlines(block.title, page))),
    Paragraph: lambda block, page: element("p", _inlines(block.content, page)),
    Items: _items,
    Equation: _equation,
    Table: _table,
    Figure: _figure,
    Box: lambda block, page: _blocks(block.blocks, page),
    Check: _check,
    Details: _details,
    Passage: lambda block, page: _blocks(block.blocks, page) if block.shown else "",
    Code: lambda block, page: element("pre", element("code", escaped(block.text))),
}
