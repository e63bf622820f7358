"""A document as the tree of its sections: folded for a notebook, or each for a cell of its own."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from symback.render.document import (
    Block,
    Box,
    Check,
    Details,
    Document,
    Equation,
    Heading,
    Text,
    walk,
)

# More checks than these are counted, not shown, in front of the folded sections.
MOST_CHECKS = 3
# No reader asks for so much detail: what is folded starts closed.
CLOSED = 99


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


def folded(made: Document, results: Iterable[str] = ()) -> list[Block]:
    """Return the blocks of a document with results and checks in front, and each section folded.

    Results are its boxes or, where it has none, the equations with labels of ``results``.
    """
    whole = sections(made.blocks)
    front = _front(made, set(results)) if whole.sections else []
    return [*whole.blocks, *front, *map(_folded, whole.sections)]


def _folded(section: Section) -> Details:
    title = section.heading.title if section.heading else ()
    return Details(title, (*section.blocks, *map(_folded, section.sections)), CLOSED)


def _front(made: Document, results: set[str]) -> list[Block]:
    blocks = list(walk(made.blocks))
    boxes: list[Block] = [block for block in blocks if isinstance(block, Box)]
    wanted = [b for b in blocks if isinstance(b, Equation) and b.label and b.label in results]
    checks = [block for block in blocks if isinstance(block, Check)]
    if len(checks) > MOST_CHECKS:
        passed = sum(check.passed for check in checks)
        words = f"{passed} of {len(checks)} checks passed; each stands with what it checks."
        checks = [Check(passed == len(checks), (Text(words),))]
    return [*(boxes or wanted), *checks]
