"""What all parts of an HTML page share: words, formulas within a line, references and anchors."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from symback.notation.aligned import broken
from symback.notation.extents import extent
from symback.notation.mathml import mathml_of
from symback.notation.mathml_text import element, escaped
from symback.notation.tree import (
    Fenced,
    Glyph,
    Relation,
    Row,
    Symbol,
    Tree,
    numeric,
    starts_with_number,
)
from symback.notation.unicode import relation_text, unicode_of
from symback.render.document import (
    Document,
    Formula,
    Heading,
    Inline,
    Inlines,
    Literal,
    Reference,
    Text,
    walk,
)

# A formula within a line may be broken into rows of this width, in widths of an M.
INLINE_WIDTH = 12.0
# A line may end between any two of these parts, but no line begins or ends with one of these signs.
CLOSING, OPENING = ".,;:!?)]’”…", "([‘“"
LONGEST_ANCHOR = 60
# Names such as "Table 12" are not broken at their space, titles are.
LONGEST_NAME = 10


@dataclass(frozen=True, slots=True)
class Page:
    """What the writer of a block has to know about the whole."""

    labels: Mapping[str, str]
    anchors: Mapping[str, str]  # of labelled blocks, by label
    headings: Iterator[str]  # the anchors of all headings, in reading order
    detail: int
    # The identities of equations that are results, and of paragraphs that lead a section.
    results: frozenset[int] = frozenset()
    leads: frozenset[int] = frozenset()


def anchors_of(made: Document) -> tuple[dict[str, str], list[str]]:
    """Return an anchor for each label, and one for each heading in reading order; no two alike."""
    used: set[str] = set()
    by_label: dict[str, str] = {}
    headings: list[str] = []
    for block in walk(made.blocks):
        label = getattr(block, "label", "")
        if not label and not isinstance(block, Heading):
            continue
        anchor = _unused(_anchor(label or plain(block.title)), used)
        if label:
            by_label[label] = anchor
        if isinstance(block, Heading):
            headings.append(anchor)
    return by_label, headings


def _anchor(words: str) -> str:
    """Return words as an anchor that needs no quoting in an address: eq-net_h1."""
    kept = "".join(c if c.isascii() and (c.isalnum() or c == "_") else " " for c in words)
    return "-".join(kept.split())[:LONGEST_ANCHOR].strip("-") or "part"


def _unused(anchor: str, used: set[str]) -> str:
    free, number = anchor, 1
    while free.lower() in used:
        number += 1
        free = f"{anchor}-{number}"
    used.add(free.lower())
    return free


def plain(content: Inlines) -> str:
    """Return parts of a line as words."""
    return "".join(
        unicode_of(part.tree) if isinstance(part, Formula) else getattr(part, "text", "")
        for part in content
    )


def inlines(content: Inlines, page: Page, linked: bool = True) -> str:
    """Return parts of a line; references are links unless the line is itself inside a link."""
    shown: list[str] = []
    rest = ""
    starts, ends = _chains(content)
    for number, part in enumerate(content):
        if isinstance(part, Text):
            words = part.text.removeprefix(rest)
            follower = content[number + 1] if number + 1 < len(content) else None
            held = _held(words) if _is_kept_whole(follower) and not part.weight else ""
            shown.append(_text(Text(words[: len(words) - len(held)], part.weight)))
            rest = ""
            if held:
                shown.append(held)
            continue
        opening = shown.pop() if shown and shown[-1] and set(shown[-1]) <= set(OPENING) else ""
        follower = content[number + 1] if number + 1 < len(content) else None
        rest = _closing(follower)
        whole = _kept_together(opening, _pieces(part, page, linked), rest)
        shown.append(starts.get(number, "") + whole + ends.get(number, ""))
    return "".join(shown)


def _chains(content: Inlines) -> tuple[dict[int, str], dict[int, str]]:
    """Return the tags before and after w → z → E, by place: a path that a page can light up."""
    starts: dict[int, str] = {}
    ends: dict[int, str] = {}
    names: list[str] = []
    for place, part in enumerate(content):
        if isinstance(part, Formula):
            names.append(_name(part.tree))
            continues = place + 1 < len(content) and _is_arrow(content[place + 1])
            if not continues:
                if len(names) > 1:
                    path = escaped(" ".join(names))
                    starts[place + 2 - 2 * len(names)] = f'<span class="path" data-path="{path}">'
                    ends[place] = "</span>"
                names = []
        elif not _is_arrow(part):
            names = []
    return starts, ends


def _is_arrow(part: Inline) -> bool:
    return isinstance(part, Text) and part.text.strip() == "→"


def _name(tree: Tree) -> str:
    """Return the tensor that stands in a path, in brackets too; "…" for what is none."""
    inner = tree.body if isinstance(tree, Fenced) else tree
    return inner.name if isinstance(inner, Symbol) else "…"


def _is_kept_whole(part: Inline | None) -> bool:
    return part is not None and not isinstance(part, Text)


def _held(words: str) -> str:
    """Return the opening brackets at the end of words."""
    return words[len(words.rstrip(OPENING)) :]


def _closing(part: Inline | None) -> str:
    """Return the signs at the beginning of words that belong to what stands before them."""
    if not isinstance(part, Text) or part.weight:
        return ""
    return part.text[: len(part.text) - len(part.text.lstrip(CLOSING))]


def _kept_together(opening: str, pieces: list[str], closing: str) -> str:
    if opening:
        pieces[0] = escaped(opening) + pieces[0]
    if closing:
        pieces[-1] += escaped(closing)
    if opening or closing:
        pieces = [element("span", piece, class_="whole") for piece in pieces]
    return "<wbr>".join(pieces)


def _pieces(part: Inline, page: Page, linked: bool) -> list[str]:
    """Return a part of a line as pieces between which the line may end."""
    if isinstance(part, Formula):
        return formula_pieces(part.tree, INLINE_WIDTH, flat=True)
    if isinstance(part, Literal):
        return [element("code", escaped(part.text))]
    assert isinstance(part, Reference)
    name = escaped(page.labels[part.label])
    if len(name) <= LONGEST_NAME:
        name = name.replace(" ", "\u00a0")
    return [element("a", name, href=f"#{page.anchors[part.label]}") if linked else name]


def formula_pieces(tree: Tree, room: float, flat: bool) -> list[str]:
    """Return a formula as math elements, each about so wide; a browser breaks between them."""
    rows = _rows(tree, room, flat)
    return [mathml_of(row, flat, annotated=len(rows) == 1) for row in rows]


def _rows(tree: Tree, room: float, flat: bool) -> tuple[Tree, ...]:
    if extent(tree, flat) <= room:
        return (tree,)
    if not isinstance(tree, Relation):
        rows = broken(tree, lambda part: (extent(part, flat),), (room,), flat)
        return tuple(map(_flowing, rows))
    # A chain of relations is broken before each of them.
    rows = [*_rows(tree.parts[0], room, flat)]
    for sign, part in zip(tree.operators, tree.parts[1:], strict=True):
        first, *rest = _rows(part, room, flat)
        rows += [Row((Glyph(relation_text(sign)), first)), *rest]
    return tuple(rows)


def _flowing(tree: Tree) -> Tree:
    """Return a row as it stands where the page is wide enough, beside the row before it.

    There a dot is wanted only between numbers and before one.
    """
    if not isinstance(tree, Row) or tree.items[:1] != (Glyph("·"),):
        return tree
    factors = [item for item in tree.items if not isinstance(item, Glyph)]
    if all(map(numeric, factors)) or starts_with_number(tree.items[1]):
        return tree
    return Row((Glyph(" "), *tree.items[1:]))


def _text(part: Text) -> str:
    words = escaped(part.text)
    tag = {"emphasis": "em", "strong": "strong"}.get(part.weight)
    return element(tag, words) if tag else words
