"""The outline of an HTML page: headings as links, marked where all that is checked holds."""

from __future__ import annotations

from dataclasses import dataclass, field

from symback.notation.mathml_text import element
from symback.render.document import Check, Document, Heading, walk
from symback.render.html_words import Page, inlines


@dataclass(slots=True)
class _Entry:
    """A heading, its anchor, the outcomes of the checks under it, and the headings under it."""

    heading: Heading | None
    anchor: str = ""
    outcomes: list[bool] = field(default_factory=list)
    below: list[_Entry] = field(default_factory=list)


def outline(made: Document, anchors: list[str], page: Page) -> str:
    """Return the headings as nested lists in a nav element; "" for a page without headings."""
    whole = _Entry(None)
    path = [whole]
    remaining = iter(anchors)
    for block in walk(made.blocks):
        if isinstance(block, Heading):
            entry = _Entry(block, next(remaining))
            while path[-1].heading and path[-1].heading.level >= block.level:
                path.pop()
            path[-1].below.append(entry)
            path.append(entry)
        elif isinstance(block, Check):
            for entry in path:
                entry.outcomes.append(block.passed)
    if not whole.below:
        return ""
    summary = element("summary", "Contents", _mark(whole))
    folded = element("details", summary, "\n", _list(whole, page))
    return element("nav", folded, **{"aria-label": "Contents"})


def _list(entry: _Entry, page: Page) -> str:
    return element("ol", *(_item(one, page) for one in entry.below))


def _item(entry: _Entry, page: Page) -> str:
    title = inlines(entry.heading.title, page, linked=False)
    below = _list(entry, page) if entry.below else ""
    return element("li", element("a", title, _mark(entry), href=f"#{entry.anchor}"), below, "\n")


def _mark(entry: _Entry) -> str:
    if not entry.outcomes:
        return ""
    passed = all(entry.outcomes)
    return " " + mark(passed, "all checks passed" if passed else "a check failed")


def mark(passed: bool, words: str) -> str:
    """Return ✓ or ✗, which readers that speak call by words."""
    kind = "mark passed" if passed else "mark failed"
    return element(
        "span", "✓" if passed else "✗", class_=kind, role="img", **{"aria-label": words}
    )
