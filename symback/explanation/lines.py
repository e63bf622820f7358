"""Lines of numbers: what was put in, and its value, on one line where there is room."""

from __future__ import annotations

from symback.notation.tree import Relation, Tree
from symback.notation.unicode import unicode_of, width
from symback.render.document import Line
from symback.render.parts import line

# A chain "numbers = value" wider than this takes two lines.
WIDEST = 58


def valued(numbers: Tree, value: Tree) -> list[Line]:
    """Return the lines = numbers = value; the value alone where it is what was put in."""
    if numbers == value:
        return [line(None, value, numbers=True)]
    if width(unicode_of(numbers)) > WIDEST:
        return [line(None, numbers, numbers=True), line(None, value, numbers=True)]
    return [line(None, Relation((numbers, value), ("==",)), numbers=True)]
