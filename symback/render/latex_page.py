"""What all parts of a LaTeX document share: words, formulas within a line, labels, captions."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import dataclass, replace

from symback.notation.aligned import broken
from symback.notation.extents import extent
from symback.notation.latex import Mode, latex_of
from symback.notation.latex_text import escaped, typewriter
from symback.notation.tree import Glyph, Relation, Row, Sum, Tree
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

# The text is this many widths of an M wide, and an M this many points; a fragment must fit the
# columns of common papers and slides.
TEXT_WIDTH, FRAGMENT_WIDTH, POINTS = 41.0, 27.0, 10.95
# A formula within a line may be broken into rows of this width; a row that cannot be broken and is
# wider than this share of the text is set smaller.
INLINE_WIDTH, WIDEST_INLINE = 14.0, 0.6
# With a part that is wider than this, a paragraph cannot have a straight margin.
LONGEST_PART = 12.0
# So much less fits into a line of large bold type.
HEADING_LOSS = 0.4
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
    fragment: bool = False
    within: bool = False  # a box, where no page can break

    @property
    def flat(self) -> Mode:
        """How formulas within a line are printed."""
        return Mode(flat=True, macros=self.display.macros)

    def narrower(self, by: float, within: bool = False) -> Page:
        """Return the same with less room, and perhaps ``within`` a box."""
        return replace(self, room=self.room - by, within=within or self.within)


def inlines(content: Inlines, page: Page) -> str:
    """Return parts of a line."""
    return "".join(inline(part, page) for part in content)


def inline(part: Inline, page: Page) -> str:
    """Return one part of a line."""
    if isinstance(part, Formula):
        return inline_formula(part.tree, INLINE_WIDTH, WIDEST_INLINE * page.room, page)
    if isinstance(part, Reference):
        return reference(part.label, page)
    if not isinstance(part, Text):
        # Within prose a line may end at a space.
        return rf"\texttt{{{typewriter(part.text).replace('~', ' ')}}}"
    # A long name may be broken after an underscore.
    words = escaped(part.text).replace(r"\_", r"\_\allowbreak{}")
    command = {"emphasis": r"\emph", "strong": r"\textbf"}.get(part.weight)
    return f"{command}{{{words}}}" if command else words


def heading_inlines(content: Inlines, page: Page) -> str:
    """Return the parts of a heading, its formulas as bold as its words."""
    ragged = r"\raggedright " if is_wide(content, page) else ""
    page = page.narrower(HEADING_LOSS * page.room)
    return ragged + "".join(
        rf"{{\boldmath {inline(part, page)}}}" if isinstance(part, Formula) else inline(part, page)
        for part in content
    )


def inline_formula(tree: Tree, room: float, widest: float, page: Page) -> str:
    """Return a formula within a line; a long one may be broken after each of its rows."""
    rows = broken(tree, lambda part: (extent(part, flat=True),), (room,), flat=True)
    shown = (
        fitted(text, r"0.88\linewidth", page) if _longest_part(row) > widest else text
        for row in rows
        for text in (f"${row_latex(row, page.flat)}$",)
    )
    return r"\allowbreak ".join(shown)


def fitted(content: str, width: str, page: Page) -> str:
    """Return content that is made smaller where it is wider than this: names may be long."""
    if page.display.macros:
        return f"\\fitted{{{width}}}{{%\n{content}}}"
    return (
        f"\\sbox0{{%\n{content}}}%\n\\ifdim\\wd0>{width}\\relax"
        rf"\resizebox{{{width}}}{{!}}{{\usebox0}}\else\usebox0\fi"
    )


def is_wide(content: Inlines, page: Page) -> bool:
    """Does a line hold a formula so wide that its paragraph cannot have straight margins?"""
    return any(
        _longest_part(part.tree) > LONGEST_PART for part in content if isinstance(part, Formula)
    )


def _longest_part(tree: Tree) -> float:
    """Return the width of the longest part that TeX has to keep on one line."""
    if isinstance(tree, Row) and len(tree.items) == 1:
        return _longest_part(tree.items[0])
    if isinstance(tree, Relation):
        return max(map(_longest_part, tree.parts))
    if isinstance(tree, Sum):
        return max(_longest_part(term) for _, term in tree.terms)
    rows = broken(tree, lambda part: (extent(part, flat=True),), (INLINE_WIDTH,), flat=True)
    return max(extent(row, flat=True) for row in rows)


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
    goal, kind = page.prefix + label_latex(label), page.kinds[label]
    if kind is Equation:
        return rf"\eqref{{{goal}}}"
    if kind in COUNTED:
        return rf"\{COUNTED[kind]}name~\ref{{{goal}}}"
    words = escaped(page.labels[label])
    return words if page.fragment else rf"\hyperref[{goal}]{{{words}}}"


# What LaTeX counts, and calls \tablename and \figurename in the language of the document.
COUNTED = {Table: "table", Figure: "figure"}


def anchor(label: str, page: Page) -> str:
    """Return the mark to which references to a heading lead."""
    return rf"\label{{{page.prefix}{label_latex(label)}}}" if label else ""


def plain_title(title: Inlines) -> str:
    """Return a title in words."""
    return "".join(
        part.text if isinstance(part, Text) else unicode_of(part.tree)
        for part in title if isinstance(part, (Text, Formula))
    )  # fmt: skip


def bookmark(title: Inlines) -> str:
    """Return a title for a viewer's list of contents, which can show letters only."""
    words = plain_title(title).replace("∂", "d")
    return "".join(c for c in words if c.isascii() and (c.isalnum() or c in " .,:;()/=+-'"))


def captioned(block: Figure | Table, content: str, page: Page) -> str:
    """Return the content centred, with its number and caption: above a table, below a figure."""
    words = inlines(block.caption, page)
    if block.label:
        kind = COUNTED[type(block)]
        mark = rf"\refstepcounter{{{kind}}}{anchor(block.label, page)}"
        words = rf"{mark}\{kind}name~\the{kind}" + (f": {words}" if words else "")
    parts = [words, content] if isinstance(block, Table) else [content, words]
    inside = "\\\\*[0.5em]\n".join(part for part in parts if part)
    return f"\\begin{{center}}\n{inside}\n\\end{{center}}"
