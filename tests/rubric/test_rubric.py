"""What a program can see of the rubric, on a page of each kind; see ``python -m tests.rubric``."""

from dataclasses import replace
from functools import cache

import pytest

from symback.explanation.result import Explanation
from symback.notation.tree import Number
from symback.render.document import Equation, Heading, Table
from tests.rubric.pages import PAGES
from tests.rubric.points import POINTS
from tests.rubric.reading import Page, is_pure

# The page of 20 layers takes long; its networks' kind is here with 2.
QUICK = [name for name in PAGES if name != "20 layers"]
REACHED = 0.88


@cache
def page(name: str) -> Page:
    return PAGES[name]()


def scores(made: Page) -> dict[int, int]:
    return {point.number: point.score(made) for point in POINTS if point.applies(made)}


@pytest.mark.parametrize("name", QUICK)
def test_a_page_reaches_its_share_of_the_points_that_apply(name):
    found = scores(page(name))
    lost = {number: score for number, score in found.items() if score < 2}
    assert sum(found.values()) >= REACHED * 2 * len(found), f"points lost: {lost}"


def changed(made: Page, change) -> Page:
    """Return the page with blocks changed or (None) left out."""
    document = made.explanation.document
    blocks = tuple(new for block in document.blocks if (new := change(block)) is not None)
    explanation = Explanation.__new__(Explanation)
    explanation.__dict__.update(made.explanation.__dict__)
    explanation.document = replace(document, blocks=blocks)
    return Page(explanation, made.derivation, made.values, made.rate)


def without_tables(block):
    return None if isinstance(block, Table) else block


def without_reasons(block):
    if not isinstance(block, Equation):
        return block
    return replace(block, lines=tuple(replace(line, reason=()) for line in block.lines))


def without_opening(block):
    return None if isinstance(block, (Table, Heading)) else block


def without_chains(block):
    if not isinstance(block, Equation):
        return block
    lines = (replace(x, right=Number("1")) if is_pure(x.right) else x for x in block.lines)
    return replace(block, lines=tuple(lines))


@pytest.mark.parametrize(
    ("change", "name", "number"),
    [
        (without_tables, "Mazur", 1),
        (without_tables, "Mazur", 14),
        (without_reasons, "digits, no values", 14),
        (without_chains, "Mazur", 9),
        (without_opening, "softmax + CE", 1),
    ],
)
def test_a_page_that_lacks_something_loses_the_point(change, name, number):
    whole = page(name)
    assert scores(changed(whole, change)).get(number, 0) < scores(whole)[number]
