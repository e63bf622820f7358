"""In which order adjoints are told, along which paths they run, and which derivations are alike."""

from __future__ import annotations

from collections.abc import Iterable

from symback.algebra.canonical import shape_key
from symback.explanation.lesson import LONGEST_UNNAMED, Lesson
from symback.network.recurrences import computed_order

Path = tuple[str, ...]


def needed(lesson: Lesson, names: Iterable[str]) -> tuple[str, ...]:
    """Return the tensors whose adjoints lead from the goal to the names, these included, in order.

    The order is that of the backward pass, layer by layer: nearest to the goal first, then as the
    network has them.
    """
    found, stack = set(), list(names)
    while stack:
        name = stack.pop()
        if name not in found and name != lesson.of:
            found.add(name)
            stack.extend(lesson.consumers(name))
    distance = distances(lesson, found)
    place = {name: number for number, name in enumerate(lesson.network.tensors)}
    return tuple(sorted(found, key=lambda n: (distance[n], place[n])))


def distances(lesson: Lesson, names: Iterable[str]) -> dict[str, int]:
    """Return the length of the longest path from each tensor to the goal, within one time step."""
    found = {lesson.of: 0}
    wanted = set(names)
    equations = [e.target for e in computed_order(lesson.network)]
    given = [name for name in lesson.network.tensors if lesson.equation(name) is None]
    for name in reversed([*given, *equations]):
        if name in wanted:
            # What does not reach the goal is told last.
            nowhere = len(lesson.network.tensors)
            found[name] = 1 + max((found[t] for t in lesson.onward(name)), default=nowhere)
    return found


def path_counts(lesson: Lesson, name: str) -> dict[str, int]:
    """Return the number of paths to the goal from a tensor and from all that lie on them."""
    counts = {lesson.of: 1}
    for tensor in needed(lesson, [name]):
        counts[tensor] = sum(counts[t] for t in lesson.onward(tensor))
    return counts


def paths(lesson: Lesson, name: str) -> list[Path]:
    """Return every path from a tensor to the goal, first readers first; count them before."""
    done, stack = [], [(name,)]
    while stack:
        path = stack.pop()
        if path[-1] == lesson.of:
            done.append(path)
        stack.extend((*path, t) for t in reversed(lesson.onward(path[-1])))
    return done


def trunk(lesson: Lesson, name: str) -> Path:
    """Return the way that all paths from a tensor share, up to where they part or to the goal."""
    way = [name]
    while way[-1] != lesson.of and len(lesson.onward(way[-1])) == 1:
        way.append(lesson.onward(way[-1])[0])
    return tuple(way)


def shape_of(lesson: Lesson, name: str) -> tuple:
    """Return what two derivations share that are alike up to names: rules and results."""
    gradient = lesson.gradient(name)
    letters: dict = {}
    tensors: dict = {}
    variable = shape_key(lesson.variable(name), letters, tensors)
    return (
        variable,
        tuple(step.rule for step in gradient.steps),
        shape_key(gradient.written, letters, tensors),
    )


def kinds(lesson: Lesson, names: Iterable[str]) -> dict[str, int]:
    """Return a number for each tensor, the same for those whose derivations are alike.

    Looked at is what a page derives for it: the way to the nearest adjoints with names, and from
    these to the next. What lies beyond is cited.
    """
    known: dict[tuple, int] = {}
    seen: dict[tuple[str, int], int] = {}

    def kind(name: str, names_left: int) -> int:
        if (name, names_left) not in seen:
            ways = tuple(
                -1 if t == lesson.of
                else kind(t, names_left) if t not in lesson.named
                else kind(t, names_left - 1) if names_left
                else -2
                for t in lesson.consumers(name)
            )  # fmt: skip
            key = (shape_of(lesson, name), ways, lesson.equation(name) is None)
            seen[name, names_left] = known.setdefault(key, len(known))
        return seen[name, names_left]

    return {name: kind(name, 1) for name in names}


def named(lesson: Lesson, names: Iterable[str]) -> frozenset[str]:
    """Return the tensors whose adjoints get an equation of their own; others stand in brackets.

    Named are the error signals, whatever several derivations use, and every third of a long chain.
    ``names`` come in the order of the backward pass.
    """
    names = tuple(names)
    uses: dict[str, int] = {}
    for name in names:
        for target in lesson.consumers(name):
            uses[target] = uses.get(target, 0) + 1
    found: set[str] = set()
    unnamed: dict[str, int] = {}
    for name in names:
        before = max((unnamed.get(t, 0) for t in lesson.consumers(name)), default=0)
        own = name in lesson.signals or uses.get(name, 0) > 1 or before >= LONGEST_UNNAMED
        if own:
            found.add(name)
        unnamed[name] = 0 if own else before + 1
    return frozenset(found)
