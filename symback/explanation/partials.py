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


def folded(lesson: Lesson, name: str, to_the_goal: bool, braced: bool = False) -> Tree:
    """Return the sum over all paths with shared edges taken out, and a brace under what has a name.

    Not ``to_the_goal``: what has a name is written as that name. Of brackets within brackets only
    the outermost that is known already gets its brace; ``braced`` says that one has it.
    """
    terms = []
    for reader in lesson.consumers(name):
        edge = _edge(lesson, reader, name)
        if reader == lesson.of:
            terms.append(edge)
        elif not to_the_goal and reader in lesson.named:
            terms.append(multiplied([lesson.adjoint(reader), edge]))
        else:
            brace = to_the_goal and not braced and _has_brace(lesson, reader)
            upstream = folded(lesson, reader, to_the_goal, braced or brace)
            if brace:
                upstream = Brace(upstream, lesson.adjoint(reader))
            terms.append(multiplied([upstream, edge]))
    return added(("+", term) for term in terms)


def _has_brace(lesson: Lesson, name: str) -> bool:
    """Is this node's adjoint an error signal: a known one, or new while none behind it is known?"""
    if name not in lesson.signals or name not in lesson.named:
        return False
    return name in lesson.told or not any(n in lesson.told for n in needed(lesson, [name]))
