"""Which column each node stands in, so that every edge points forward.

Input: nodes as numbers 0 … count-1 in the order of the user, edges as pairs. Output: a column per
node, and which edges run backward (a cycle has at least one). All walks use a stack: chains may
be long.
"""

from __future__ import annotations

from collections.abc import Sequence

Pair = tuple[int, int]


def forward_edges(
    count: int, edges: list[Pair], back: Sequence[bool] = ()
) -> tuple[list[Pair], list[bool]]:
    """Return the edges, some turned round so that no cycle is left, and which were turned.

    Those that ``back`` marks point back by themselves. Where others make a cycle, a depth-first
    walk in the order of the user turns the edges that lead back to a node it is still in.
    """
    turned = list(back) or [False] * len(edges)
    out: list[list[int]] = [[] for _ in range(count)]
    for number, (source, _) in enumerate(edges):
        if not turned[number]:
            out[source].append(number)
    NEW, OPEN, DONE = 0, 1, 2
    mark = [NEW] * count
    for root in range(count):
        if mark[root] != NEW:
            continue
        mark[root] = OPEN
        stack = [(root, iter(out[root]))]
        while stack:
            node, rest = stack[-1]
            number = next(rest, None)
            if number is None:
                mark[node] = DONE
                stack.pop()
                continue
            target = edges[number][1]
            if mark[target] == OPEN:
                turned[number] = True
            elif mark[target] == NEW:
                mark[target] = OPEN
                stack.append((target, iter(out[target])))
    forward = [(b, a) if back else (a, b) for (a, b), back in zip(edges, turned, strict=True)]
    return forward, turned


def assign_columns(count: int, edges: list[Pair], hints: list[int | None]) -> list[int]:
    """column[target] ≥ column[source] + 1 for every edge, and the sum of all edge lengths small.

    Longest path from the sources first; then nodes slide within the room that their neighbours
    leave, which brings a parameter next to the equation that reads it. A hint is the earliest
    column of its node, and a node with a hint does not slide.
    """
    before: list[list[int]] = [[] for _ in range(count)]
    after: list[list[int]] = [[] for _ in range(count)]
    for source, target in edges:
        after[source].append(target)
        before[target].append(source)
    order = topological_order(count, before, after)
    column = [0] * count
    for node in order:
        earliest = max((column[other] + 1 for other in before[node]), default=0)
        column[node] = max(earliest, hints[node] or 0)
    for _ in range(8):
        moved = False
        for node in reversed(order):
            best = _best_column(node, column, before, after)
            if hints[node] is None and best != column[node]:
                column[node], moved = best, True
        if not moved:
            break
    return _without_gaps(column)


def topological_order(count: int, before: list[list[int]], after: list[list[int]]) -> list[int]:
    """Return the nodes sources first, in the order of the user where the edges leave a choice."""
    missing = [len(sources) for sources in before]
    ready = [node for node in range(count) if not missing[node]]
    order = []
    position = 0
    while position < len(ready):
        node = ready[position]
        position += 1
        order.append(node)
        for other in after[node]:
            missing[other] -= 1
            if not missing[other]:
                ready.append(other)
    return order


def _best_column(
    node: int, column: list[int], before: list[list[int]], after: list[list[int]]
) -> int:
    """Return an end of the node's room: the sum of edge lengths is linear in its column."""
    earliest = max((column[other] + 1 for other in before[node]), default=0)
    if not after[node] or len(before[node]) > len(after[node]):
        return earliest
    return min(column[other] - 1 for other in after[node])


def _without_gaps(column: list[int]) -> list[int]:
    rank = {value: position for position, value in enumerate(sorted(set(column)))}
    return [rank[value] for value in column]
