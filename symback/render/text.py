"""Documents as Unicode text, for a terminal or a plain file, 100 columns wide."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from symback.errors import DefinitionError
from symback.notation.aligned import broken
from symback.notation.blocks import Block as TextBlock
from symback.notation.blocks import beside, block_of, text_block
from symback.notation.tree import Tree
from symback.notation.unicode import relation_text, text_of, unicode_of, width
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
    Inlines,
    Items,
    Paragraph,
    Passage,
    Reference,
    Table,
    numbering,
)
from symback.render.tables import table_lines

INDENT = 4
WIDEST = 1000
# A space that must not become a line break; formulas are full of them while lines are filled.
FIXED = "\u00a0"
LONGEST_FIXED = 60


@dataclass(frozen=True, slots=True)
class _Page:
    """What the writer of a block has to know about the whole."""

    labels: Mapping[str, str]
    detail: int
    columns: int

    def narrower(self, by: int) -> _Page:
        return _Page(self.labels, self.detail, max(20, self.columns - by))


def text(made: Document, detail: int = 2, columns: int = 100) -> str:
    """Return the document as text; details of a level above ``detail`` are one line each.

    Raises DefinitionError for a width that is no number of columns from 20 to 1000.
    """
    if isinstance(columns, bool) or not isinstance(columns, int) or not 20 <= columns <= WIDEST:
        raise DefinitionError(
            "text was asked for", f"columns={str(columns)[:40]}", f"use 20 to {WIDEST}"
        )
    page = _Page(numbering(made), detail, columns)
    title = wrapped(_inline(made.title, page), columns)
    rule = "═" * max(width(line) for line in title or [""])
    lines = [*title, rule, "", *_blocks(made.blocks, page)]
    return "\n".join(line.rstrip() for line in lines).strip("\n") + "\n"


def _blocks(blocks: Iterable[Block], page: _Page) -> list[str]:
    lines: list[str] = []
    for block in blocks:
        own = WRITE[type(block)](block, page)
        if lines and own:
            lines.append("")
        lines += own
    return lines


# Words


def visible(words: str) -> str:
    """Return words on one line; signs that would steer the terminal are replaced."""
    if words.isascii() and words.isprintable():
        return words
    return "".join(
        " " if c in "\t\n\r" else "\ufffd" if unicodedata.category(c)[0] == "C" else c
        for c in words
    )


def _inline(content: Inlines, page: _Page) -> str:
    parts = []
    for part in content:
        if isinstance(part, Formula):
            shown = unicode_of(part.tree)
            parts.append(shown.replace(" ", FIXED) if width(shown) <= LONGEST_FIXED else shown)
        elif isinstance(part, Reference):
            parts.append(visible(page.labels[part.label]).replace(" ", FIXED))
        else:
            parts.append(visible(part.text))
    return "".join(parts)


def wrapped(words: str, columns: int) -> list[str]:
    """Return words broken into lines; a word that is longer than a line is cut."""
    lines: list[str] = []
    line = ""
    for word in words.split(" "):
        joined = f"{line} {word}" if line else word
        if width(joined) <= columns or not line:
            line = joined
        else:
            lines.append(line)
            line = word
        while width(line) > columns:
            cut = _fitting(line, columns)
            lines.append(line[:cut])
            line = line[cut:].lstrip(FIXED)
    lines.append(line)
    return [found.replace(FIXED, " ") for found in lines if found.strip(FIXED + " ")]


def _fitting(words: str, columns: int) -> int:
    """Return how many characters fit, cut after a space if there is one in the second half."""
    end, used = 0, 0
    while end < len(words) and used + width(words[end]) <= columns:
        used += width(words[end])
        end += 1
    while end < len(words) and width(words[end]) == 0:
        end += 1
    spaces = [place for place in range(1, end) if words[place] == FIXED]
    # A formula goes on with an operator: a + b is broken before +.
    before_sign = [p for p in spaces if p > end // 3 and words[p + 1 : p + 2] in SIGNS]
    return (before_sign or spaces or [max(end, 1) - 1])[-1] + 1


SIGNS = frozenset("+−·=⊙/")


def _indented(lines: Iterable[str], by: int) -> list[str]:
    return [" " * by + line for line in lines]


# Blocks of words


RULES = {1: "─", 2: "╌"}


def _heading(block: Heading, page: _Page) -> list[str]:
    lines = wrapped(_inline(block.title, page), page.columns)
    rule = RULES.get(block.level)
    return [*lines, rule * max(map(width, lines))] if rule and lines else lines


def _paragraph(block: Paragraph, page: _Page) -> list[str]:
    return wrapped(_inline(block.content, page), page.columns)


def _items(block: Items, page: _Page) -> list[str]:
    lines = []
    for number, item in enumerate(block.items, 1):
        mark = f"{number}. " if block.numbered else "• "
        own = wrapped(_inline(item, page), page.columns - len(mark) - 2)
        lines += [("  " + (mark if not i else " " * len(mark))) + one for i, one in enumerate(own)]
    return lines


def _check(block: Check, page: _Page) -> list[str]:
    mark = "✓ " if block.passed else "✗ "
    own = wrapped(_inline(block.content, page), page.columns - 2)
    return [mark + own[0], *_indented(own[1:], 2)] if own else [mark.rstrip()]


def _code(block: Code, page: _Page) -> list[str]:
    return _indented((visible(line) for line in block.text.splitlines()), INDENT)


def _figure(block: Figure, page: _Page) -> list[str]:
    # The arrows of a drawing, one by one in words, would say less than the equations do.
    if block.drawing is not None:
        return []
    name = page.labels.get(block.label) or "Figure"
    caption = _inline(block.caption, page)
    words = f"[{name}: {caption}]" if caption else f"[{name}]"
    return wrapped(f"{words} {visible(block.alternative)}", page.columns)


def _table(block: Table, page: _Page) -> list[str]:
    head = [_inline(cell, page) for cell in block.head]
    rows = [[_inline(cell, page) for cell in row] for row in block.rows]
    # A cell that is nothing but a formula is broken as formulas are, not as words.
    formulas = {
        _inline(cell, page): cell[0].tree
        for row in block.rows
        for cell in row
        if len(cell) == 1 and isinstance(cell[0], Formula)
    }

    def wrap(cell: str, columns: int) -> list[str]:
        return _broken(formulas[cell], columns) if cell in formulas else wrapped(cell, columns)

    lines = table_lines(head, rows, block.align, page.columns, wrap)
    name = page.labels.get(block.label, "")
    caption = ". ".join(part for part in (name, _inline(block.caption, page)) if part)
    return [*wrapped(caption, page.columns), *lines]


def _box(block: Box, page: _Page) -> list[str]:
    inside = [line.rstrip() for line in _blocks(block.blocks, page.narrower(4))]
    columns = max(map(width, inside), default=0)
    middle = [f"│ {line}{' ' * (columns - width(line))} │" for line in inside]
    return [f"┌{'─' * (columns + 2)}┐", *middle, f"└{'─' * (columns + 2)}┘"]


def _details(block: Details, page: _Page) -> list[str]:
    shown = block.level <= page.detail
    mark = "▾ " if shown else "▸ "
    summary = wrapped(_inline(block.summary, page), page.columns - 2)
    lines = [mark + "".join(summary[:1]), *_indented(summary[1:], 2)]
    return [*lines, *_indented(_blocks(block.blocks, page.narrower(2)), 2)] if shown else lines


# Equations


def _equation(block: Equation, page: _Page) -> list[str]:
    number = page.labels.get(block.label, "")
    room = page.columns - INDENT - (len(number) + 2 if number else 0)
    lines = (_stacked(block, page, room) if block.stacked else None) or _rows(block, page, room)
    lines = _indented(lines, INDENT)
    if number:
        lines[-1] += " " * (page.columns - width(lines[-1]) - len(number)) + number
    return lines


def _stacked(block: Equation, page: _Page, room: int) -> list[str] | None:
    """Return the lines with fractions in two dimensions; None where one of them is too wide."""
    lefts = [block_of(one.left) if one.left else text_block("") for one in block.lines]
    columns = max(left.width for left in lefts)
    lines: list[str] = []
    for left, one in zip(lefts, block.lines, strict=True):
        sign = text_block(f" {relation_text(one.relation)} ")
        whole = beside(left, text_block(" " * (columns - left.width)), sign, block_of(one.right))
        if whole.width > room:
            return None
        if lines:
            lines.append("")
        lines += _with_reason(whole, _inline(one.reason, page), columns + 3, room)
    return lines


def _with_reason(whole: TextBlock, reason: str, indent: int, room: int) -> list[str]:
    lines = list(whole.lines)
    if reason and whole.width + 3 + width(reason) <= room:
        lines[whole.base] += "   " + reason
    elif reason:
        lines += _indented(wrapped(f"({reason})", room - indent), indent)
    return [line.replace(FIXED, " ") for line in lines]


def _rows(block: Equation, page: _Page, room: int) -> list[str]:
    lefts = [unicode_of(one.left) if one.left else "" for one in block.lines]
    signs = [f" {relation_text(one.relation)} " for one in block.lines]
    column = min(max(map(width, lefts)), room // 3)
    reasons = [_inline(one.reason, page) for one in block.lines]
    limit = room - column - 3
    rows = [_broken(one.right, limit) for one in block.lines]
    edge = _reason_edge([column + 3 + width(own[0]) for own in rows], reasons, room)
    lines: list[str] = []
    for left, sign, own, reason in zip(lefts, signs, rows, reasons, strict=True):
        # A left side that is too long has a line of its own.
        if width(left) > column:
            lines += [left]
            left = ""
        first = left + " " * (column - width(left)) + sign + own[0]
        rest = [" " * (column + 3) + row for row in own[1:]]
        if reason and width(first) + GAP <= edge and edge + width(reason) <= room:
            first += " " * (edge - width(first)) + reason.replace(FIXED, " ")
        elif reason:
            rest += [" " * (column + 3) + words for words in wrapped(f"({reason})", limit)]
        lines += [first, *rest]
    return lines


GAP = 3


def _reason_edge(widths: list[int], reasons: list[str], room: int) -> int:
    """Return the column at which most reasons can stand beside their formulas."""

    def beside_it(edge: int) -> int:
        return sum(
            w + GAP <= edge and edge + width(reason) <= room
            for w, reason in zip(widths, reasons, strict=True)
            if reason
        )

    edges = sorted({w + GAP for w in widths})
    return max(edges, key=lambda edge: (beside_it(edge), -edge))


def _broken(tree: Tree, limit: int) -> list[str]:
    whole = unicode_of(tree)
    if width(whole) <= limit:
        return [whole]
    rows = broken(tree, lambda t: (float(width(text_of(t, True))),), (limit - 2.0,), flat=True)
    shown = [unicode_of(row) for row in rows]
    lines = [shown[0], *("  " + row for row in shown[1:])]
    # What no rule can break is cut, so that nothing hangs over the edge.
    return [part for line in lines for part in _cut(line, limit)]


def _cut(line: str, limit: int) -> list[str]:
    content = line.lstrip(" ")
    indent = min(len(line) - len(content), limit // 4)
    parts = []
    while width(content) > limit - indent:
        end = _fitting(content.replace(" ", FIXED), limit - indent)
        parts.append(" " * indent + content[:end].rstrip())
        content = content[end:].lstrip(" ")
        indent = min(INDENT, limit // 4)
    return [*parts, " " * indent + content]


WRITE: dict[type[Block], Callable[..., list[str]]] = {
    Heading: _heading,
    Paragraph: _paragraph,
    Items: _items,
    Equation: _equation,
    Table: _table,
    Figure: _figure,
    Box: _box,
    Check: _check,
    Details: _details,
    Passage: lambda block, page: _blocks(block.blocks, page) if block.shown else [],
    Code: _code,
}
