"""Level "layers": a box for each block of equations, with its formulas, shapes and parameters."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import prod

import numpy as np

from symback.diagrams.blocks import Block, Run, blocks_of, repeated
from symback.diagrams.edgewise import arrows_of
from symback.diagrams.equations import KINDS, Drawing, legend, longest_chain, node_words
from symback.diagrams.model import DiagramEdge, DiagramGraph, DiagramGroup, DiagramNode
from symback.diagrams.naming import value_of
from symback.diagrams.richtext import RichText, plain, shortened, to_unicode
from symback.network.network import reads
from symback.network.tensors import INPUT, LOSS
from symback.notation.unicode import unicode

MOST_NAMES, MOST_LINES, MOST_PARAMETERS = 3, 3, 3
LONGEST_LINE = 64
MOST_ACROSS = 3  # boxes in a chain; a longer one goes down, since a page is not that wide


@dataclass(frozen=True, slots=True)
class Box:
    """A box of the diagram: a block and its repetitions (itself first), or inputs of one use."""

    id: str
    blocks: tuple[Block, ...] = ()
    inputs: tuple[str, ...] = ()
    group: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """The tensors that the box computes or gives."""
        return self.inputs or tuple(name for block in self.blocks for name in block.targets)


def layers_graph(drawing: Drawing) -> DiagramGraph:
    """Return the diagram of a network's layers, repeated ones once."""
    network = drawing.network
    blocks = blocks_of(network, drawing.of)
    runs = [] if drawing.in_time else repeated(network, blocks)
    boxes = _boxes(blocks, runs)
    home = {name: box for box in boxes for name in box.names}
    inputs = _input_boxes(drawing, home)
    home |= {name: box for box in inputs for name in box.names}
    nodes = [_input_node(drawing, box) for box in inputs]
    nodes += [_node(drawing, box) for box in boxes]
    edges = [edge for box in boxes for edge in _edges(drawing, box, home)]
    is_long = longest_chain([box.id for box in boxes], edges) > MOST_ACROSS
    direction = "down" if drawing.in_time or is_long else "right"
    return DiagramGraph(
        network.name,
        tuple(nodes),
        tuple(edges),
        tuple(DiagramGroup(f"run {run.first}", plain(f"× {run.repeats}")) for run in runs),
        legend(drawing, [node.kind for node in nodes], edges, direction),
        direction,
        notes=tuple(dict.fromkeys(_run_words(run) for run in runs)),
        backward=drawing.backward,
    )


def _run_words(run: Run) -> str:
    what = "a box" if run.period == 1 else f"{run.period} boxes"
    return (
        f"× {run.repeats}: {what} drawn once for {run.repeats} that are alike, each reading the "
        "one before."
    )


def _boxes(blocks: list[Block], runs: Sequence[Run]) -> list[Box]:
    """Return a box for each block; a block of a run stands for all its repetitions."""
    run_of = {number: run for run in runs for number in range(run.first, run.end)}
    boxes = []
    for number, block in enumerate(blocks):
        run = run_of.get(number)
        if run is None:
            boxes.append(Box(block.targets[-1], (block,)))
        elif number < run.first + run.period:
            alike = tuple(blocks[number : run.end : run.period])
            boxes.append(Box(block.targets[-1], alike, group=f"run {run.first}"))
    return boxes


def _input_boxes(drawing: Drawing, home: dict[str, Box]) -> list[Box]:
    """Return the inputs: scalars that the same boxes read together, tensors by themselves."""
    readers: dict[str, list[str]] = {}
    for equation in drawing.network.equations:
        for name in reads(equation):
            readers.setdefault(name, []).append(home[equation.target].id)
    together: dict[object, list[str]] = {}
    for tensor in drawing.network.tensors.values():
        if tensor.kind == INPUT:
            use = tuple(dict.fromkeys(readers.get(tensor.name, ())))
            alone = tensor.name if tensor.rank or not use else ""
            together.setdefault((use, alone), []).append(tensor.name)
    return [Box(names[0], inputs=tuple(names)) for names in together.values()]


# Nodes --------------------------------------------------------------------------------------------


def _input_node(drawing: Drawing, box: Box) -> DiagramNode:
    tensors = [drawing.network[name] for name in box.inputs]
    return DiagramNode(
        box.id,
        KINDS[INPUT],
        _listed(drawing, box.inputs),
        shape=drawing.namer.shape(tensors[0]),
        tooltip="; ".join(node_words(drawing, tensor) for tensor in tensors),
        paths=_paths(drawing, box.inputs),
        names=box.inputs,
    )


def _node(drawing: Drawing, box: Box) -> DiagramNode:
    first = box.blocks[0]
    kind = "layer" if first.parameters or first.again else "tensor"
    if drawing.of in first.targets:
        kind = "loss" if drawing.network[drawing.of].kind == LOSS else "output"
    outputs = [name for block in box.blocks for name in block.outputs]
    learned = [name for block in box.blocks for name in (*block.parameters, *block.again)]
    last = drawing.network[first.outputs[-1]]
    goal = kind in ("loss", "output")
    return DiagramNode(
        box.id,
        kind,
        _listed(drawing, outputs),
        details=_details(drawing, box),
        shape=drawing.namer.shape(last) or _neurons(len(first.members)),
        value=drawing.value(drawing.of) if goal else "",
        gradient=drawing.gradient(drawing.of) if goal else "",
        tooltip="; ".join(_words(drawing, first)),
        group=box.group,
        paths=_paths(drawing, (*box.names, *learned)),
        names=tuple(dict.fromkeys((*box.names, *learned))),
        order=drawing.order(drawing.of) if goal else None,
    )


def _details(drawing: Drawing, box: Box) -> tuple[RichText, ...]:
    """Return the formulas and parameters of a box; in time the names of these, for each step."""
    first = box.blocks[0]
    if not drawing.in_time or drawing.of in first.targets:
        return (*_lines(drawing, first), *_parameter_lines(drawing, box))
    learned = (*first.again, *first.parameters)
    return ((*plain("reads "), *_listed(drawing, learned)),) if learned else ()


def _neurons(count: int) -> str:
    return f"{count} neurons" if count > 1 else ""


def _listed(drawing: Drawing, names: Sequence[str]) -> RichText:
    """Return the names with commas between them; of many the first and the last."""
    shown = names if len(names) <= MOST_NAMES else (names[0], names[-1])
    between = ", " if len(names) <= MOST_NAMES else " … "
    pieces: RichText = ()
    for name in shown:
        pieces += (plain(between) if pieces else ()) + drawing.namer.name(name)
    return pieces


def _lines(drawing: Drawing, block: Block) -> list[RichText]:
    """Return the equations of the first member, of many the first and the last ones."""
    namer, member = drawing.namer, block.members[0]
    lines = [
        shortened(
            (*namer.formula(e.entry), *plain(" = "), *namer.formula(e.written)),
            LONGEST_LINE,
        )
        for e in member
    ]
    return lines if len(lines) <= MOST_LINES else [*lines[: MOST_LINES - 2], plain("⋮"), lines[-1]]


def _parameter_lines(drawing: Drawing, box: Box) -> list[RichText]:
    """Return how many parameters a box has, and which; those of earlier boxes are not counted."""
    own = [name for block in box.blocks for name in block.parameters]
    again = list(dict.fromkeys(name for block in box.blocks for name in block.again))
    lines = []
    if own:
        shown = own if len(own) <= MOST_PARAMETERS else (own[0], "", own[-1])
        named: RichText = plain(f"{_count(drawing, own)}: ")
        for place, name in enumerate(shown):
            named += plain(", ") if place else ()
            named += _with_shape(drawing, name) if name else plain("…")
        lines.append(named)
    if again and drawing.of not in box.names:
        shared = plain("shared: ")
        lines.append((*shared, *_listed(drawing, again)))
    return lines


def _with_shape(drawing: Drawing, name: str) -> RichText:
    shape = drawing.namer.shape(drawing.network[name])
    return (*drawing.namer.name(name), *plain(f" {shape}" if shape else ""))


def _count(drawing: Drawing, names: Iterable[str]) -> str:
    """Return "2 080 parameters", or the sum of products of sizes that are not known yet."""
    shapes = [drawing.network[name].shape for name in names]
    known = drawing.numbers.values
    sizes = [
        np.size(known[n]) if n in known else prod(s) for n, s in zip(names, shapes, strict=True)
    ]
    total = sum(sizes)
    text = f"{int(total):,}".replace(",", "\u202f") if _is_whole(total) else unicode(total)
    return f"{text} parameter" + ("" if total == 1 else "s")


def _is_whole(number: object) -> bool:
    return bool(getattr(number, "is_Integer", isinstance(number, int)))


def _words(drawing: Drawing, block: Block) -> list[str]:
    tensors = [drawing.network[name] for name in (*block.targets, *block.parameters)]
    return [node_words(drawing, tensor) for tensor in tensors]


def _paths(drawing: Drawing, names: Iterable[str]) -> tuple[int, ...]:
    return tuple(sorted({number for name in names for number in drawing.paths_through(name)}))


# Arrows -------------------------------------------------------------------------------------------


def _edges(drawing: Drawing, box: Box, home: dict[str, Box]) -> list[DiagramEdge]:
    """Return the arrows into a box: one for each tensor, one for all scalars of a box.

    What a box reads of earlier steps comes by an arrow of its own, from itself too.
    """
    places: dict[tuple, list[tuple[str, str, int]]] = {}
    for equation in box.blocks[0].equations:
        for place, name in arrows_of(equation):
            source, step = home.get(name), drawing.step(equation.target, place)
            if source is None or (source.id == box.id and not step):
                continue
            alone = name if drawing.network[name].rank else ""
            places.setdefault((source.id, alone, step), []).append((name, equation.target, place))
    return [
        _edge(drawing, home, box, number, arrows) for number, arrows in enumerate(places.values())
    ]


def _edge(
    drawing: Drawing,
    home: dict[str, Box],
    box: Box,
    slot: int,
    arrows: list[tuple[str, str, int]],
) -> DiagramEdge:
    names = tuple(dict.fromkeys(name for name, _, _ in arrows))
    source = home[names[0]]
    # Inside a repeated group the numbers differ from one repetition to the next.
    inside = source.group and source.group == box.group
    step = drawing.step(*arrows[0][1:])
    label = _listed(drawing, names) if _is_ambiguous(source, names) else ()
    label += (*plain(", " if label else ""), *step) if step else ()
    paths = {number for a, b, _ in arrows for number in drawing.paths_through(a, b)}
    return DiagramEdge(
        source.id,
        box.id,
        slot,
        label,
        "" if inside else _text([drawing.numbers.values.get(name) for name in names]),
        "" if inside else _text([_flow(drawing, name, arrows) for name in names]),
        tooltip=f"{', '.join(to_unicode(drawing.namer.name(name)) for name in names)}",
        paths=tuple(sorted(paths)),
        names=names,
        order=max(
            (drawing.order(name) for name in names if name in drawing.backward), default=None
        ),
        earlier=bool(step),
    )


def _is_ambiguous(source: Box, names: tuple[str, ...]) -> bool:
    """Whether the source gives something else as well, so that an arrow says what it carries."""
    return bool(source.blocks) and set(names) not in [set(b.outputs) for b in source.blocks]


def _flow(drawing: Drawing, name: str, arrows: list[tuple[str, str, int]]) -> np.ndarray | None:
    """Return what comes back through all arrows of a tensor into one box; None if not computed."""
    flows = drawing.numbers.flows
    parts = [flows.get((target, place)) for own, target, place in arrows if own == name]
    return None if any(part is None for part in parts) else sum(parts[1:], parts[0])


def _text(arrays: Sequence[np.ndarray | None]) -> str:
    """Return one array as text, several scalars as a list; "" if one is not computed."""
    if any(array is None for array in arrays):
        return ""
    return value_of(arrays[0] if len(arrays) == 1 else np.array([float(a) for a in arrays]))
