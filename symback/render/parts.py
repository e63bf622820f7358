"""Making a document: each block by one function, out of strings, formulas and other parts.

A string is text, a tree is a formula within the line, anything else is used as it is:

    from symback.notation.layout import Typesetter
    show = Typesetter(notation, symbols)          # expressions and numbers to trees
    document(
        "How the loss answers to w1",
        heading("The weight w1", label="w1"),
        paragraph(strong("Where w1 acts. "), show(w1), " is read by ", show(net_h1), " only."),
        equation(
            line(show(Partial(E, w1)), show(product), reason="chain rule"),
            line(None, show(product, values=numbers)),  # continues the line above
            line(None, show.number(0.000438567734)),
            label="grad-w1",
        ),
        paragraph("By ", reference("grad-w1"), " the program is ", literal("w1 -= w1_bar"), "."),
        table(("factor", "value"), ((show(partial), show.number(0.4)),), align="lr"),
        check(True, "central difference ", show.number(0.000438567734)),
        details("4 lines of algebra", equation(...), level=3),
        box(equation(...)),
    )
"""

from __future__ import annotations

from collections.abc import Iterable
from string import Formatter

from symback.diagrams.figure import Figure as Drawing
from symback.errors import DefinitionError
from symback.notation.tree import Tree
from symback.render.document import (
    PASSAGES,
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
    Text,
    check_labels,
)

Part = str | Tree | Inline



def inlines(*parts: Part) -> Inlines:
    """Return parts of a line: a string as Text, a tree as Formula, an inline as it is."""
    return tuple(_inline(part) for part in parts if part != "")


def _inline(part: Part) -> Inline:
    if isinstance(part, str):
        return Text(part)
    if isinstance(part, Tree):
        return Formula(part)
    if isinstance(part, Inline):
        return part
    raise DefinitionError(
        "a part of a line was asked for", f"{type(part).__name__}",
        "use a string, a tree or an inline",
    )


def _inlines(content: Part | Iterable[Part]) -> Inlines:
    single = isinstance(content, (str, Tree, Inline))
    return inlines(content) if single else inlines(*content)


def sentence(template: str, **parts: Part | Iterable[Part]) -> Inlines:
    """Return the template's words with parts put in: sentence("{w} is read by {z}", w=…, z=…)."""
    found: list[Part] = []
    for words, field, _, _ in Formatter().parse(template):
        found.append(words)
        if field is not None:
            found.extend(_inlines(parts[field]))
    return inlines(*found)


def emphasis(text: str) -> Text:
    """Return emphasised words."""
    return Text(text, "emphasis")


def strong(text: str) -> Text:
    """Return strong words."""
    return Text(text, "strong")


def literal(text: str) -> Literal:
    """Return words of a program."""
    return Literal(text)


def reference(label: str) -> Reference:
    """Return a reference to whatever has this label."""
    return Reference(label)


def document(title: Part | Iterable[Part], *blocks: Block) -> Document:
    """Return a document; raises DefinitionError where a label occurs twice or is missing."""
    made = Document(_inlines(title), blocks)
    check_labels(made)
    return made


def heading(*parts: Part, level: int = 1, label: str = "") -> Heading:
    """Return a heading of level 1 to 3."""
    return Heading(inlines(*parts), level, label)


def paragraph(*parts: Part) -> Paragraph:
    """Return a paragraph."""
    return Paragraph(inlines(*parts))


def items(*contents: Part | Iterable[Part], numbered: bool = False) -> Items:
    """Return a list, one item for each argument."""
    return Items(tuple(_inlines(content) for content in contents), numbered)


def line(
    left: Tree | None,
    right: Tree,
    relation: str = "=",
    reason: Part | Iterable[Part] = (),
    numbers: bool = False,
) -> Line:
    """Return one line of an equation; without ``left`` it continues the line above.

    ``numbers`` says that it only puts numbers into the line above.
    """
    return Line(left, right, relation, _inlines(reason), numbers)


def equation(*lines: Line, label: str = "", stacked: bool = False) -> Equation:
    """Return aligned lines, numbered if there is a label."""
    return Equation(lines, label, stacked)


def table(
    head: Iterable[Part | Iterable[Part]],
    rows: Iterable[Iterable[Part | Iterable[Part]]],
    align: str = "",
    caption: Part | Iterable[Part] = (),
    label: str = "",
) -> Table:
    """Return a table; raises DefinitionError where a row has more or fewer cells than the head."""
    top = tuple(_inlines(cell) for cell in head)
    body = tuple(tuple(_inlines(cell) for cell in row) for row in rows)
    align = align or "l" * len(top)
    for number, row in enumerate(body):
        if len(row) != len(top) or len(align) != len(top):
            raise DefinitionError(
                f"a table of {len(top)} columns, aligned {align!r}, was asked for",
                f"{len(row)} cells in row {number}", "give every row one cell for each column",
            )
    return Table(top, body, align, _inlines(caption), label)


def figure(
    svg: str,
    caption: Part | Iterable[Part],
    alternative: str,
    label: str = "",
    file: str = "",
    drawing: Drawing | None = None,
) -> Figure:
    """Return a figure; ``alternative`` says in words what is to be seen."""
    return Figure(svg, _inlines(caption), alternative, label, file, drawing)


def box(*blocks: Block) -> Box:
    """Return blocks in a frame: a result."""
    return Box(blocks)


def check(passed: bool, *parts: Part) -> Check:
    """Return a line that says what was checked and whether it held."""
    return Check(bool(passed), inlines(*parts))


def details(summary: Part | Iterable[Part], *blocks: Block, level: int = 3) -> Details:
    """Return blocks that are shown from detail ``level`` on, and their summary line below that."""
    return Details(_inlines(summary), blocks, level)


def passage(form: str, *blocks: Block, shown: bool = True) -> Passage:
    """Return blocks that say it in one form (a key of PASSAGES); raises DefinitionError."""
    if form not in PASSAGES:
        raise DefinitionError(
            f"a passage in the form {form!r} was asked for", "no such form",
            f"use one of {', '.join(PASSAGES)}",
        )  # fmt: skip
    return Passage(form, blocks, shown)


def code(text: str, language: str = "python") -> Code:
    """Return lines of a program."""
    return Code(text, language)


