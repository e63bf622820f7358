"""How an HTML page is laid out: sections within sections, which equation is a result, the pane.

Documents are flat: headings stand between blocks. A page that folds, searches and steps from
section to section needs them nested.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from symback.notation.tree import Number, Product, Tree, children, numeric
from symback.render.document import (
    Block,
    Check,
    Document,
    Equation,
    Figure,
    Formula,
    Heading,
    Inlines,
    Line,
    Paragraph,
    Passage,
    walk,
)

# Results of up to this number of lines are framed whole, longer ones from their last line on.
SHORT = 3


def results_of(made: Document) -> frozenset[int]:
    """Return the identities of the equations that say a result.

    A check speaks of the numbered equation before it; a section below a chapter in which nothing is
    checked, as that of an adjoint on the way, of its last one.
    """
    found: set[int] = set()
    last, level, checked = None, 1, False
    for block in (*walk(made.blocks), Heading((), 1)):
        if isinstance(block, Heading):
            if last is not None and level > 1 and not checked:
                found.add(id(last))
            last, level, checked = None, block.level, False
        elif isinstance(block, Equation) and block.label:
            last = block
        elif isinstance(block, Check):
            checked = True
            if last is not None:
                found.add(id(last))
    return frozenset(found)


def leads_of(made: Document) -> frozenset[int]:
    """Return the identities of the first paragraphs under headings: a short page shows them."""
    found: set[int] = set()
    leads = False
    for block in walk(made.blocks):
        if leads and isinstance(block, Paragraph):
            found.add(id(block))
        leads = isinstance(block, Heading) or (leads and isinstance(block, Passage))
    return frozenset(found)


def result_line(lines: tuple[Line, ...]) -> int:
    """Return from which line on a result is said: the last one in symbols, the first if short."""
    symbolic = [number for number, line in enumerate(lines) if not line.numbers]
    return symbolic[-1] if symbolic and len(lines) > SHORT else 0


def is_numeric(cells: list[Inlines]) -> bool:
    """Does a column of a table hold numbers alone? Whole ones are not enough: they may count."""
    trees = [part.tree if isinstance(part, Formula) else None for cell in cells for part in cell]
    return all(tree is not None and _is_number(tree) for tree in trees) and any(
        "." in number.mantissa for tree in trees if tree for number in _numbers(tree)
    )


def _is_number(tree: Tree) -> bool:
    """Is everything in it a number, and it no shape?"""
    return numeric(tree) and not (isinstance(tree, Product) and tree.sign == "×")


def _numbers(tree: Tree) -> Iterator[Number]:
    if isinstance(tree, Number):
        yield tree
    for part in children(tree):
        yield from _numbers(part)


def pane_of(made: Document) -> Figure | None:
    """Return the picture that a wide page shows beside the text: the first with a drawing."""
    figures = (block for block in made.blocks if isinstance(block, Figure))
    return next((block for block in figures if "<svg" in block.svg), None)


def sectioned(blocks: Iterable[Block], write: Callable[[Block], str]) -> str:
    """Return blocks as markup, what stands under a heading in a section of its level."""
    shown: list[str] = []
    levels: list[int] = []
    for block in blocks:
        if isinstance(block, Heading):
            while levels and levels[-1] >= block.level:
                levels.pop()
                shown.append("</section>")
            levels.append(block.level)
            shown.append(f'<section class="{"card" if block.level > 1 else "chapter"}">')
        shown.append(write(block))
    return "\n".join([*shown, *("</section>" for _ in levels)])
