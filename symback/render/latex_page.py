"""What all parts of a LaTeX document share: words, formulas within a line, labels, captions."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import dataclass, replace

from symback.notation.aligned import broken
from symback.notation.extents import extent
from symback.notation.latex import Mode, latex_of
from symback.notation.latex_text import escaped, typewriter
from symback.notation.tree import Glyph, Row, Tree
from symback.notation.unicode import unicode_of
from symback.render.document import (
    Equation,
    Figure,
    Formula,
    Inline,
    Inlines,
    Reference,
    Table,
    Text,
)

# The text is this many widths of an M wide.
TEXT_WIDTH = 41.0
# A formula within a line may be broken into rows of this width.
INLINE_WIDTH = 14.0
LONGEST_LABEL = 48


@dataclass(frozen=True, slots=True)
class Page:
    """What the writer of a block has to know about the whole."""

    labels: Mapping[str, str]
    kinds: Mapping[str, type]  # of the blocks that are shown, by label
    prefix: str
    detail: int
    display: Mode
    room: float = TEXT_WIDTH

    @property
    def within(self) -> Mode:
        """How formulas within a line are printed."""
        return Mode(flat=True, macros=self.display.macros)

    def narrower(self, by: float) -> Page:
        """Return the same with less room."""
        return replace(self, room=self.room - by)


def inlines(content: Inlines, page: Page) -> str:
    """Return parts of a line."""
    return "".join(inline(part, page) for part in content)


def inline(part: Inline, page: Page) -> str:
    """Return one part of a line."""
    if isinstance(part, Formula):
        return inline_formula(part.tree, INLINE_WIDTH, page)
    if isinstance(part, Reference):
        return reference(part.label, page)
    if not isinstance(part, Text):
        # Within prose a line may end at a space.
        return rf"\texttt{{{typewriter(part.text).replace('~', ' ')}}}"
    words = escaped(part.text)
    command = {"emphasis": r"\emph", "strong": r"\textbf"}.get(part.weight)
    return f"{command}{{{words}}}" if command else words


def inline_formula(tree: Tree, room: float, page: Page) -> str:
    """Return a formula within a line; a long one may be broken after each of its rows."""
    rows = broken(tree, lambda part: (extent(part, flat=True),), (room,), flat=True)
    return r"\allowbreak ".join(f"${row_latex(row, page.within)}$" for row in rows)


def row_latex(row: Tree, mode: Mode) -> str:
    """Return a row of a broken formula; an operator at its start is one between two terms."""
    continued = isinstance(row, Row) and row.items and isinstance(row.items[0], Glyph)
    return ("{}" if continued and row.items[0].text not in "()" else "") + latex_of(row, mode)


def label_latex(name: str) -> str:
    """Return a label that TeX can hold: other characters become their number, and it is short."""
    plain = "".join(c if is_plain(c) else f"x{ord(c):x}" for c in name)
    if len(plain) <= LONGEST_LABEL:
        return plain
    return f"{plain[: LONGEST_LABEL - 9]}-{zlib.crc32(name.encode('utf-8', 'replace')):08x}"


def is_plain(character: str) -> bool:
    """Is this a character that means nothing to TeX?"""
    return character.isascii() and (character.isalnum() or character in "-:.")


def reference(label: str, page: Page) -> str:
    """Return a reference; to a block that is left out, none can be made."""
    if label not in page.kinds:
        return "(omitted)"
    goal = page.prefix + label_latex(label)
    if page.kinds[label] is Equation:
        return rf"\eqref{{{goal}}}"
    return rf"\hyperref[{goal}]{{{escaped(page.labels[label])}}}"


def anchor(label: str, page: Page) -> str:
    """Return the mark to which references to a heading, table or figure lead."""
    return rf"\phantomsection\label{{{page.prefix}{label_latex(label)}}}" if label else ""


def bookmark(title: Inlines) -> str:
    """Return a title for a viewer's list of contents, which can show letters only."""
    words = "".join(
        part.text if isinstance(part, Text) else unicode_of(part.tree)
        for part in title if isinstance(part, (Text, Formula))
    )  # fmt: skip
    return "".join(c for c in words if c.isascii() and (c.isalnum() or c in " .,:;()/=+-'"))


def captioned(block: Figure | Table, content: str, page: Page) -> str:
    """Return the content centred, with its number and caption above it."""
    name = escaped(page.labels.get(block.label, ""))
    caption = inlines(block.caption, page)
    line = rf"\textbf{{{name}.}} {caption}" if name else caption
    above = f"{anchor(block.label, page)}{line}\\\\*[0.5em]\n" if line else ""
    return f"\\begin{{center}}\n{above}{content}\n\\end{{center}}"
