"""A diagram as data: nodes, edges, groups and a legend; no places, colours or file formats.

Builders make a ``DiagramGraph`` from a network; the layout gives every part a place; writers
print. A text that is empty means "there is none (yet)" and is not drawn: a value that was not
computed is nowhere shown as 0.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields

from symback.diagrams.richtext import PLACES, Piece, RichText
from symback.diagrams.styles import NODE_STYLES
from symback.errors import DefinitionError

DIRECTIONS = ("right", "down")
ARRANGEMENTS = ("layers", "columns", "steps")
SCHEMA = 2


@dataclass(frozen=True, slots=True)
class DiagramNode:
    """One box or circle. ``kind`` is a row of NODE_STYLES and decides its looks.

    ``formula`` is a small line under the label, ``details`` are more of them; ``tooltip`` is what a
    pointer sees; ``column`` the earliest column that the node may stand in, ``row`` its row in the
    arrangement "steps"; ``group`` the id of a DiagramGroup; ``paths`` the numbers of the
    highlighted paths through the node; ``names`` the tensors that it stands for (a neuron: its sum
    and its output); ``order`` the place of its gradient in the backward pass; ``current`` nodes are
    at work in this frame of a series.
    """

    id: str
    kind: str
    label: RichText
    formula: RichText = ()
    shape: str = ""
    value: str = ""
    gradient: str = ""
    tooltip: str = ""
    column: int | None = None
    group: str = ""
    paths: tuple[int, ...] = ()
    names: tuple[str, ...] = ()
    order: int | None = None
    details: tuple[RichText, ...] = ()
    current: bool = False
    row: int | None = None


@dataclass(frozen=True, slots=True)
class DiagramEdge:
    """An arrow from ``source`` into operand ``slot`` of ``target``.

    Two edges with the same ends are two arrows: x*x reads x twice. The forward ``value`` is drawn
    above the arrow and the ``gradient`` that comes back along it below; ``label`` (a weight)
    before the value. ``names`` are the tensors that stand on the arrow itself, ``order`` is the
    place of the gradient in the backward pass; ``current`` arrows bring back what is added now.
    ``earlier`` arrows bring what an earlier step of time made: they point back, not forward.
    """

    source: str
    target: str
    slot: int = 0
    label: RichText = ()
    value: str = ""
    gradient: str = ""
    tooltip: str = ""
    paths: tuple[int, ...] = ()
    names: tuple[str, ...] = ()
    order: int | None = None
    current: bool = False
    earlier: bool = False

    @property
    def has_text(self) -> bool:
        """Whether anything is written beside the arrow."""
        return bool(self.label or self.value or self.gradient)


@dataclass(frozen=True, slots=True)
class DiagramGroup:
    """A frame round the nodes of a layer or block, drawn where no other node stands in the way."""

    id: str
    label: RichText = ()


@dataclass(frozen=True, slots=True)
class LegendEntry:
    """One line of the legend; ``kind`` is a node kind, "value", "gradient" or "path 1"."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class DiagramGraph:
    """The whole diagram. Raises DefinitionError when it is empty or does not hang together.

    ``arrangement`` "layers" places nodes by their edges; "columns" keeps the columns and the
    order in which the nodes are given and draws straight arrows, as figures of neural networks
    do; "steps" keeps columns and rows: a column for each step of time. ``notes`` are sentences
    below the figure; ``backward`` the tensors in the order in which a backward pass finds their
    adjoints: ``order`` counts in it.
    """

    title: str
    nodes: tuple[DiagramNode, ...]
    edges: tuple[DiagramEdge, ...] = ()
    groups: tuple[DiagramGroup, ...] = ()
    legend: tuple[LegendEntry, ...] = ()
    direction: str = "right"
    arrangement: str = "layers"
    description: str = ""
    notes: tuple[str, ...] = ()
    backward: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        asked = f"diagram {self.title!r}"
        if not self.nodes:
            raise DefinitionError(
                asked, "it has no nodes", "draw a network with at least one tensor"
            )
        known = {node.id for node in self.nodes}
        if len(known) != len(self.nodes):
            twice = _first_repeated([node.id for node in self.nodes])
            raise DefinitionError(
                asked, f"two nodes have the id {twice!r}", "give each node its own id"
            )
        for node in self.nodes:
            _require(node.kind, NODE_STYLES, asked, f"node {node.id!r} has the kind")
        for edge in self.edges:
            for end in (edge.source, edge.target):
                if end not in known:
                    raise DefinitionError(
                        asked,
                        f"an edge names the node {end!r}",
                        "every edge joins nodes of the diagram",
                    )
        group_ids = {group.id for group in self.groups}
        for node in self.nodes:
            if node.group and node.group not in group_ids:
                raise DefinitionError(
                    asked, f"node {node.id!r} is in the group {node.group!r}", "add that group"
                )
        _require(self.direction, DIRECTIONS, asked, "the direction is")
        _require(self.arrangement, ARRANGEMENTS, asked, "the arrangement is")
        for piece in _pieces(self):
            _require(piece.place, PLACES, asked, f"the text {piece.text!r} stands in the place")


def _require(value: str, allowed: object, asked: str, what: str) -> None:
    if value not in allowed:
        raise DefinitionError(asked, f"{what} {value!r}", "choose one of " + ", ".join(allowed))


def _first_repeated(names: list[str]) -> str:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            return name
        seen.add(name)
    return ""


def _pieces(graph: DiagramGraph):
    for node in graph.nodes:
        for text in (node.label, node.formula, *node.details):
            yield from text
    for part in (*graph.edges, *graph.groups):
        yield from part.label


def graph_to_data(graph: DiagramGraph) -> dict:
    """Return ``graph`` as dicts, lists, strings and numbers, ready for ``json.dumps``."""
    return {"schema": SCHEMA, **asdict(graph)}


def graph_from_data(data: object) -> DiagramGraph:
    """Return the graph that ``graph_to_data`` wrote; DefinitionError for anything else."""
    try:
        return _read_graph(data)
    except (KeyError, TypeError, ValueError, AttributeError) as problem:
        raise DefinitionError(
            "reading a diagram from data",
            f"not a diagram of schema {SCHEMA}: {type(problem).__name__} {problem}",
            "use what graph_to_data returned",
        ) from None


def _read_graph(data: dict) -> DiagramGraph:
    if data["schema"] != SCHEMA:
        raise ValueError(f"schema {data['schema']!r}")
    rest = {
        name: _text(data[name]) for name in ("title", "direction", "arrangement", "description")
    }
    return DiagramGraph(
        nodes=tuple(_read_part(DiagramNode, row) for row in data["nodes"]),
        edges=tuple(_read_part(DiagramEdge, row) for row in data["edges"]),
        groups=tuple(_read_part(DiagramGroup, row) for row in data["groups"]),
        legend=tuple(_read_part(LegendEntry, row) for row in data["legend"]),
        notes=tuple(_text(note) for note in data["notes"]),
        backward=tuple(_text(name) for name in data["backward"]),
        **rest,
    )


def _read_part(part: type, row: dict):
    """Return one frozen part, every field checked for its type (a JSON file can hold anything)."""
    return part(**{field.name: READERS[field.type](row[field.name]) for field in fields(part)})


def _read_piece(row: dict) -> Piece:
    return Piece(_text(row["text"]), _text(row["place"]), bool(row["italic"]), bool(row["bar"]))


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} where a text was expected")
    return value


def _whole(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError(f"{value!r} where a whole number was expected")
    return value


def _rich(value: object) -> RichText:
    return tuple(_read_piece(piece) for piece in value)


# How a field of each type is read.
READERS = {
    "RichText": _rich,
    "tuple[RichText, ...]": lambda value: tuple(_rich(text) for text in value),
    "tuple[int, ...]": lambda value: tuple(_whole(number) for number in value),
    "tuple[str, ...]": lambda value: tuple(_text(text) for text in value),
    "int": _whole,
    "int | None": lambda value: None if value is None else _whole(value),
    "bool": bool,
    "str": _text,
}
