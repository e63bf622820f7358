"""Which step of time each node of a diagram belongs to: its column and its row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from symback.diagrams.model import DiagramGraph, DiagramGroup, DiagramNode
from symback.diagrams.richtext import Piece, plain
from symback.network.recurrences import topological

MOST_EQUATIONS = 12


@dataclass(frozen=True, slots=True)
class Timeline:
    """The steps that are drawn: ``places`` holds (tensor, step) for each name of a step's tensor.

    ``letter`` is time, ``length`` how many steps there are in all, ``equations`` what each step
    computes, as text.
    """

    count: int
    letter: str
    length: str
    places: Mapping[str, tuple[str, int]]
    equations: tuple[str, ...] = ()

    def arranged(self, graph: DiagramGraph, level: str) -> DiagramGraph:
        """Return the graph with a column for each step, a frame round it and words below."""
        notes = (self._words, *graph.notes)
        if level == "scalars":
            return replace(graph, notes=notes)
        if level in ("equations", "layers") and len(self.equations) <= MOST_EQUATIONS:
            # Every step computes the same, so it is said once.
            notes += self.equations
            graph = replace(graph, nodes=tuple(map(self._without_formula, graph.nodes)))
        nodes = _Places(graph, self).nodes()
        groups = tuple(
            DiagramGroup(_group(step), (Piece(self.letter, italic=True), *plain(f" = {step}")))
            for step in range(self.count)
        )
        return replace(graph, nodes=nodes, groups=groups, arrangement="steps", notes=notes)

    @property
    def _words(self) -> str:
        if self.length == str(self.count):
            return f"All {self.count} steps, each as a column."
        count = "step" if self.count == 1 else self.count
        return f"The first {count} of {self.length} steps, each as a column."

    def _without_formula(self, node: DiagramNode) -> DiagramNode:
        return replace(node, formula=()) if node.id in self.places else node


def _group(step: int) -> str:
    return f"step {step}"


class _Places:
    """The nodes of a graph on their way to columns and rows."""

    def __init__(self, graph: DiagramGraph, timeline: Timeline) -> None:
        self.graph, self.timeline = graph, timeline
        self.sources: dict[str, list[str]] = {node.id: [] for node in graph.nodes}
        self.readers: dict[str, list[str]] = {node.id: [] for node in graph.nodes}
        for edge in graph.edges:
            self.sources[edge.target].append(edge.source)
            self.readers[edge.source].append(edge.target)

    def nodes(self) -> tuple[DiagramNode, ...]:
        """Return the nodes with their columns and rows, those of one step in a group."""
        columns = self._columns()
        rows = self._rows(columns)
        last = self.timeline.count
        return tuple(
            replace(
                node,
                column=columns[node.id],
                row=rows.get(node.id),
                group=_group(columns[node.id] - 1) if 0 < columns[node.id] <= last else "",
            )
            for node in self.graph.nodes
        )

    def _columns(self) -> dict[str, int]:
        """Return 0 for what all steps share, then a number for each step, one more for the rest.

        What has no step of its own (an operation) goes with the step that reads it, else with
        the last step that it reads; what several steps lead to is computed after them.
        """
        own = {node.id: self._step(node) for node in self.graph.nodes}
        from_steps = self._reach(own, self.sources)
        read_by = self._reach(own, self.readers)
        named = {node.id for node in self.graph.nodes if node.kind != "operation"}
        columns = {}
        for node, step in own.items():
            if step is not None:
                columns[node] = step + 1
            elif not from_steps[node] and (node in named or not read_by[node]):
                columns[node] = 0
            elif node in named:
                columns[node] = self.timeline.count + 1
            elif read_by[node]:
                columns[node] = min(read_by[node]) + 1
            elif len(from_steps[node]) == 1:
                columns[node] = max(from_steps[node]) + 1
            else:
                columns[node] = self.timeline.count + 1
        return columns

    def _step(self, node: DiagramNode) -> int | None:
        steps = [
            self.timeline.places[name][1]
            for name in (node.names or (node.id,))
            if name in self.timeline.places
        ]
        return max(steps, default=None)

    def _reach(
        self, own: Mapping[str, int | None], beside: Mapping[str, list[str]]
    ) -> dict[str, frozenset[int]]:
        """Return the steps that are met first on all ways from each node."""
        found: dict[str, frozenset[int]] = {}
        stack = list(own)
        while stack:
            node = stack[-1]
            missing = [o for o in beside[node] if own[o] is None and o not in found]
            if missing and node not in found:
                stack.extend(missing)
                continue
            stack.pop()
            steps = (
                found[o] if own[o] is None else frozenset((own[o],))
                for o in beside[node]
            )  # fmt: skip
            found[node] = frozenset().union(*steps)
        return found

    def _rows(self, columns: Mapping[str, int]) -> dict[str, int]:
        """Return the row of each node; the same tensor has one row in all steps.

        Nothing where rows would have to run in a circle.
        """
        track = {node.id: self._track(node) for node in self.graph.nodes}
        names = list(dict.fromkeys(track.values()))
        number = {name: place for place, name in enumerate(names)}
        last = self.timeline.count + 1
        above: list[set[int]] = [set() for _ in names]
        for target, sources in self.sources.items():
            for source in sources:
                within = columns[source] == columns[target] or columns[target] == last
                if columns[source] and within:
                    above[number[track[target]]].add(number[track[source]])
        order = list(topological(above, list(range(len(names)))))
        if len(order) < len(names):
            return {}
        row = [0] * len(names)
        for place in order:
            row[place] = max((row[source] + 1 for source in above[place]), default=0)
        self._lower(row, above)
        return {node: row[number[name]] for node, name in track.items()}

    def _track(self, node: DiagramNode) -> object:
        placed = (n for n in (node.names or (node.id,)) if n in self.timeline.places)
        first = next(placed, None)
        return (self.timeline.places[first][0],) if first else node.id

    def _lower(self, row: list[int], above: list[set[int]]) -> None:
        """Move what starts a column down, next to who reads it."""
        for place, sources in enumerate(above):
            readers = [other for other, own in enumerate(above) if place in own]
            if not sources and readers:
                row[place] = max(0, min(row[other] for other in readers) - 1)
