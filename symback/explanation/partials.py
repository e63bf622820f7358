"""The chain rule in pure partial derivatives: a product for each path, then with brackets."""

from __future__ import annotations

from itertools import pairwise

from symback.algebra.nodes import Partial
from symback.explanation.lesson import Lesson
from symback.explanation.order import Path, needed
from symback.notation.forms import added, multiplied
from symback.notation.tree import Brace, Tree


def path_product(lesson: Lesson, path: Path) -> Tree:
    """Return the product of local derivatives along a path, from the output inwards."""
    edges = list(pairwise(path))[::-1]
    return multiplied([_edge(lesson, above, below) for below, above in edges])


def _edge(lesson: Lesson, above: str, below: str) -> Tree:
    return lesson.show(Partial(lesson.network[above].entry, lesson.variable(below)))


def folded(lesson: Lesson, name: str, to_the_goal: bool) -> Tree:
    """Return the sum over all paths with shared edges taken out, and a brace under what has a name.

    Not ``to_the_goal``: it stops at what is derived already, or at the second node with a name.
    """
    return _whole(lesson, name, False) if to_the_goal else _named(lesson, name, False)


def _whole(lesson: Lesson, name: str, braced: bool) -> Tree:
    """Return the sum down to the goal; of braces within braces only the outermost is made."""
    terms = []
    for reader in lesson.consumers(name):
        factors = [_edge(lesson, reader, name)]
        if reader != lesson.of:
            brace = not braced and _has_brace(lesson, reader)
            upstream = _whole(lesson, reader, braced or brace)
            factors.insert(0, Brace(upstream, lesson.adjoint(reader)) if brace else upstream)
        terms.append(multiplied(factors))
    return added(("+", term) for term in terms)


def _named(lesson: Lesson, name: str, passed: bool) -> Tree:
    """Return the sum down to adjoints by name; ``passed`` says that one name was opened."""
    terms = []
    for reader in lesson.consumers(name):
        factors = [_edge(lesson, reader, name)]
        named = reader in lesson.named
        if reader != lesson.of:
            known = reader in lesson.told or (named and passed)
            upstream = lesson.adjoint(reader) if known else _named(lesson, reader, named)
            factors.insert(0, upstream)
        terms.append(multiplied(factors))
    return added(("+", term) for term in terms)


def _has_brace(lesson: Lesson, name: str) -> bool:
    """Is this node's adjoint an error signal: a known one, or new while none behind it is known?"""
    if name not in lesson.signals or name not in lesson.named:
        return False
    return name in lesson.told or not any(n in lesson.told for n in needed(lesson, [name]))
