"""Documents as notebooks (.ipynb, nbformat 4.5): the derivation in cells of Markdown, then code.

No cell has an output, so nothing needs to be trusted before it is shown; running the cells from top
to bottom fills them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable

from symback.render.document import Document, Equation, numbering
from symback.render.images import equation_svg
from symback.render.markdown import Page, blocks, figures_of, inlines
from symback.render.mathjax import aligned
from symback.render.pictures import data_image, image
from symback.render.sections import Section, sections

METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
# A section up to this level starts a cell of its own.
DEEPEST_CELL = 2


def notebook(
    made: Document, programs: Iterable[tuple[str, str]] = (), offline: bool = False
) -> str:
    """Return the document as the JSON text of a notebook, followed by ``programs``.

    A program is a sentence of Markdown and the Python lines below it. ``offline`` draws equations
    as images, for readers that have no MathJax; it needs the extra ``images``.
    """
    labels = numbering(made)
    pictures = {figure.svg: image(figure) for figure in figures_of(made)}
    page = Page(labels, figures=pictures, drawn=_drawn if offline else None)
    whole = sections(made.blocks)
    cells = [_markdown(f"# {inlines(made.title, page)}", blocks(whole.blocks, page))]
    cells += [cell for section in whole.sections for cell in _cells(section, page)]
    for words, lines in programs:
        cells += [_markdown(words)] if words else []
        cells.append({"cell_type": "code", "execution_count": None, "outputs": [],
                      **_common(lines)})  # fmt: skip
    for number, cell in enumerate(cells, 1):
        cell["id"] = f"cell-{number}"
    content = {"cells": cells, "metadata": METADATA, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def _cells(section: Section, page: Page) -> list[dict]:
    """Return a section as cells: its own blocks, then one for each subsection that is not deep."""
    title = [section.heading] if section.heading else []
    own = [*title, *section.blocks]
    far = [inner for inner in section.sections if _level(inner) > DEEPEST_CELL]
    for inner in far:
        own += _flat(inner)
    cells = [_markdown(blocks(own, page))]
    for inner in section.sections:
        if inner not in far:
            cells += _cells(inner, page)
    return cells


def _level(section: Section) -> int:
    return section.heading.level if section.heading else 0


def _flat(section: Section) -> list:
    title = [section.heading] if section.heading else []
    return [*title, *section.blocks, *(b for inner in section.sections for b in _flat(inner))]


def _markdown(*parts: str) -> dict:
    return {"cell_type": "markdown", **_common("\n\n".join(part for part in parts if part))}


def _common(text: str) -> dict:
    return {"metadata": {}, "source": text.splitlines(keepends=True)}


def _drawn(block: Equation, number: str) -> str:
    """Return an equation as an image that says in TeX what it shows."""
    return data_image(equation_svg(block, number), " ".join(aligned(block).split()))
