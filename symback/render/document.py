"""The neutral document: headings, prose, equations, tables, figures, checks as frozen data.

The teacher builds a Document (``render.parts``), the writers print it; a writer never computes.
Formulas are held as trees (``notation.tree``), so a document knows no markup and can be stored.
"""


from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from symback.diagrams.figure import Figure as Drawing
from symback.errors import DefinitionError
from symback.notation.tree import Tree
from symback.notation.unicode import unicode_of

# Within a line


@dataclass(frozen=True, slots=True)
class Text:
    """Words; ``weight`` is "" (plain), "emphasis" or "strong"."""

    text: str
    weight: str = ""


@dataclass(frozen=True, slots=True)
class Literal:
    """Words of a program or a file, set as code."""

    text: str


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula within a line of prose."""

    tree: Tree


@dataclass(frozen=True, slots=True)
class Reference:
    """The number of the equation, table or figure, or the title of the heading, with this label."""

    label: str


Inline = Text | Literal | Formula | Reference
Inlines = tuple[Inline, ...]

# Blocks


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of level 1 (section) to 3; the document's title is not among them."""

    title: Inlines
    level: int = 1
    label: str = ""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Prose."""

    content: Inlines


@dataclass(frozen=True, slots=True)
class Items:
    """A list; each item is one paragraph."""

    items: tuple[Inlines, ...]
    numbered: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """left relation right, and why; without ``left`` it continues the line above.

    ``numbers`` says that the line only puts numbers into the line above: a page may hide it.
    """

    left: Tree | None
    right: Tree
    relation: str = "="
    reason: Inlines = ()
    numbers: bool = False


@dataclass(frozen=True, slots=True)
class Equation:
    """Lines aligned at their relations; with a label it is numbered.

    ``stacked`` asks writers of plain text for fractions in two dimensions; others stack always.
    """

    lines: tuple[Line, ...]
    label: str = ""
    stacked: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A head, rows of as many cells, and how each column is aligned: one of l, c, r for each."""

    head: tuple[Inlines, ...]
    rows: tuple[tuple[Inlines, ...], ...]
    align: str
    caption: Inlines = ()
    label: str = ""


@dataclass(frozen=True, slots=True)
class Figure:
    """A picture as SVG text, with words for those who cannot see it.

    ``file`` names a PDF or PNG of the same picture, relative to the document, for LaTeX to include.
    ``drawing`` is the picture as data, of which a writer can make lines and words of its own; a
    stored document does without it.
    """

    svg: str
    caption: Inlines
    alternative: str
    label: str = ""
    file: str = ""
    drawing: Drawing | None = None


@dataclass(frozen=True, slots=True)
class Box:
    """A result: blocks in a frame."""

    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Check:
    """One line that says what was checked and whether it held."""

    passed: bool
    content: Inlines


@dataclass(frozen=True, slots=True)
class Details:
    """Blocks that a reader may skip: shown by writers asked for detail ``level`` or more."""

    summary: Inlines
    blocks: tuple[Block, ...]
    level: int = 3


@dataclass(frozen=True, slots=True)
class Passage:
    """Blocks that say it in one form of several: a row of PASSAGES.

    A writer without switches prints the passages that are ``shown``; a page with switches holds
    all of them and starts with these.
    """

    form: str
    blocks: tuple[Block, ...]
    shown: bool = True


@dataclass(frozen=True, slots=True)
class Code:
    """Lines of a program."""

    text: str
    language: str = "python"


Block = (
    Heading | Paragraph | Items | Equation | Table | Figure | Box | Check | Details | Passage | Code
)
# What a passage is about, and what its switch is called.
PASSAGES = {
    "index": "index by index", "matrix": "as matrices", "scalar": "entry by entry",
    "numpy": "NumPy", "numbers": "numbers",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Document:
    """A title and blocks."""

    title: Inlines
    blocks: tuple[Block, ...]


# Reading them

def walk(blocks: Iterable[Block]) -> Iterator[Block]:
    """Yield every block, outer before inner, in reading order."""
    for block in blocks:
        yield block
        if isinstance(block, (Box, Details, Passage)):
            yield from walk(block.blocks)


def shown(blocks: Iterable[Block], detail: int) -> Iterator[Block]:
    """Yield every block, without those in details of a higher level and passages not shown."""
    for block in blocks:
        yield block
        if (
            isinstance(block, Box)
            or (isinstance(block, Details) and block.level <= detail)
            or (isinstance(block, Passage) and block.shown)
        ):
            yield from shown(block.blocks, detail)


def numbering(made: Document) -> dict[str, str]:
    """Return what a reference to each label shows: (3), Table 1, Figure 2, or a heading's title.

    Equations, tables and figures are counted apart, those in details too: a number does not depend
    on how much is shown.
    """
    names: dict[str, str] = {}
    counts = {Equation: 0, Table: 0, Figure: 0}
    forms = {Equation: "({})", Table: "Table {}", Figure: "Figure {}"}
    for block in walk(made.blocks):
        kind = type(block)
        if kind in counts and block.label:
            counts[kind] += 1
            names[block.label] = forms[kind].format(counts[kind])
        elif kind is Heading and block.label:
            names[block.label] = "".join(
                unicode_of(part.tree) if isinstance(part, Formula) else getattr(part, "text", "")
                for part in block.title
            )
    return names


def check_labels(made: Document) -> None:
    """Raise DefinitionError where a label is used twice, or a reference has no goal."""
    labels = [b.label for b in walk(made.blocks) if getattr(b, "label", "")]
    twice = sorted({label for label in labels if labels.count(label) > 1})
    missing = sorted({part.label for part in references(made)} - set(labels))
    if twice or missing:
        raise DefinitionError(
            "a document was asked for",
            "; ".join([f"the label {label!r} twice" for label in twice]
                      + [f"a reference to {label!r}, which nothing has" for label in missing]),
            "give each label once, and refer only to labels that are given",
        )


def references(made: Document) -> Iterator[Reference]:
    """Yield every reference, in reading order."""
    for block in walk(made.blocks):
        for content in contents(block):
            yield from (part for part in content if isinstance(part, Reference))


def contents(block: Block) -> Iterator[Inlines]:
    """Yield the inline contents that a block holds itself."""
    if isinstance(block, Heading):
        yield block.title
    elif isinstance(block, (Paragraph, Check)):
        yield block.content
    elif isinstance(block, Items):
        yield from block.items
    elif isinstance(block, Equation):
        yield from (one.reason for one in block.lines)
    elif isinstance(block, Table):
        yield from (*block.head, *(cell for row in block.rows for cell in row), block.caption)
    elif isinstance(block, Figure):
        yield block.caption
    elif isinstance(block, Details):
        yield block.summary
