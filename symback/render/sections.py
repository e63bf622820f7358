"""A document as the tree of its sections, for writers that fold them or put each in a cell."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from symback.render.document import Block, Heading


@dataclass(frozen=True, slots=True)
class Section:
    """A heading, the blocks below it, and its subsections; the whole document has no heading."""

    heading: Heading | None
    blocks: tuple[Block, ...]
    sections: tuple[Section, ...]


def sections(blocks: Iterable[Block]) -> Section:
    """Return blocks as the tree that their headings make."""
    return _section(None, list(blocks), 0)


def _section(heading: Heading | None, blocks: list[Block], level: int) -> Section:
    starts = [place for place, block in enumerate(blocks) if isinstance(block, Heading)]
    own = tuple(blocks[: starts[0]] if starts else blocks)
    inner: list[Section] = []
    # A subsection ends before the next heading of its level or above it.
    while starts:
        first, *starts = starts
        depth = blocks[first].level
        while starts and blocks[starts[0]].level > depth:
            starts = starts[1:]
        end = starts[0] if starts else len(blocks)
        inner.append(_section(blocks[first], blocks[first + 1 : end], depth))
    return Section(heading, own, tuple(inner))
