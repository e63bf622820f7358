"""Every sentence of an explanation, as templates by key, to be read, tested and translated.

A field such as {tensor} is filled with a formula, a reference or words. Which sentence is chosen,
and with what it is filled, is decided elsewhere; only the tables of the modules
``texts_…`` hold prose.
"""

from __future__ import annotations

from symback.explanation.texts_matrix import MATRICES
from symback.explanation.texts_numbers import NUMBERS
from symback.explanation.texts_page import PAGE
from symback.explanation.texts_positions import POSITIONS
from symback.explanation.texts_training import TRAINING
from symback.notation.tree import Tree
from symback.render.document import Inline, Inlines
from symback.render.parts import Part, inlines, sentence

TEXTS: dict[str, str] = {**PAGE, **NUMBERS, **MATRICES, **POSITIONS, **TRAINING}


def say(key: str, **parts: Part | tuple[Part, ...] | list[Part]) -> Inlines:
    """Return the sentence of this key with its fields filled."""
    return sentence(TEXTS[key], **parts)


def listed(contents: list[Part | Inlines], separator: str = "comma", last: str = "and") -> Inlines:
    """Return parts in a row: a, b and c."""
    found: list[Part] = []
    for place, content in enumerate(contents):
        if place:
            found.append(TEXTS[last if place == len(contents) - 1 else separator])
        found.extend([content] if isinstance(content, (str, Tree, Inline)) else content)
    return inlines(*found)


def capped(contents: list[Part | Inlines], most: int) -> Inlines:
    """Return at most so many parts in a row, and dots for the rest."""
    if len(contents) <= most:
        return listed(contents)
    return (*listed(contents[:most], last="comma"), *inlines(TEXTS["and so on"]))
