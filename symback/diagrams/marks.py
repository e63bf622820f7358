"""A placed figure as plain marks: paths and rows of text, in the order in which they are drawn.

For writers that know lines, curves and areas but no circles, rounded corners or arrows of their
own. Colours are names of ``styles.COLOURS`` or "path 1", "path 2", …
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from symback.diagrams.figure import (
    Box,
    Figure,
    LegendMark,
    PlacedEdge,
    PlacedGroup,
    PlacedNode,
    PlacedRow,
    Point,
    Segment,
)
from symback.diagrams.model import DiagramEdge, DiagramNode
from symback.diagrams.styles import (
    ARROW_HALF_WIDTH,
    ARROW_LENGTH,
    BAND_WIDTH,
    BARE,
    CIRCLE,
    LINE_WIDTH,
    NODE_STYLES,
    NodeStyle,
    corner_radius,
    path_dashes,
)

FINE_WIDTH = 0.8
GLOW = 0.45  # of the band under what is computed now
NOTCH = 0.72  # how far back an arrow's head is open, in units of its length
DOUBLE_GAP = 3.0
# A quarter of a circle is a cubic curve whose controls lie this share of the radius away.
QUARTER = 0.5523
CENTRED, LEFT = "centred", "left"


@dataclass(frozen=True, slots=True)
class Path:
    """Lines and curves from ``start``; drawn if it has a ``line``, closed and filled by ``fill``.

    ``is_head`` marks the head of an arrow, which has to be filled to be seen; ``pattern`` are the
    lengths of dashes and gaps of a dashed line ("" for the usual ones).
    """

    start: Point
    segments: tuple[Segment, ...]
    line: str = ""
    fill: str = ""
    width: float = LINE_WIDTH
    dashed: bool = False
    is_head: bool = False
    pattern: str = ""
    opacity: float = 1.0


@dataclass(frozen=True, slots=True)
class Words:
    """A row of text, to be centred in its room or set from its left end."""

    row: PlacedRow
    anchor: str = CENTRED


Mark = Path | Words


def marks(figure: Figure) -> Iterator[Mark]:
    """Yield all marks of a figure, those below before those above."""
    for group in figure.groups:
        yield from _group(group)
    for edge in figure.edges:
        yield from _edge(edge)
    for node in figure.nodes:
        yield from _node(node)
    for edge in figure.edges:
        yield from map(Words, edge.rows)
    for mark in figure.legend:
        yield from _legend_mark(mark, figure.graph.direction)
    yield from (Words(note, LEFT) for note in figure.notes)


def _group(placed: PlacedGroup) -> Iterator[Mark]:
    yield _rounded(placed.box, 10.0, fill="frame")
    if placed.row:
        yield Words(placed.row, LEFT)


def _edge(placed: PlacedEdge) -> Iterator[Mark]:
    shaft = Path(placed.start, placed.shaft(), line="line")
    yield from _bands(placed.edge, shaft)
    yield shaft
    yield _head(placed)


def _bands(part: DiagramNode | DiagramEdge, under: Path) -> Iterator[Path]:
    """Yield coloured bands under a path, the first widest, so that all are seen."""
    full = LINE_WIDTH + BAND_WIDTH * len(part.paths)
    bare = replace(under, fill="", dashed=False)
    if part.current:
        yield replace(bare, line="gradient", width=full + BAND_WIDTH, opacity=GLOW)
    for count, number in enumerate(sorted(part.paths)):
        yield replace(_band(number, bare), width=full - BAND_WIDTH * count)


def _band(number: int, path: Path) -> Path:
    dashes = path_dashes(number)
    line = f"path {number}"
    return replace(path, line=line, width=BAND_WIDTH, dashed=bool(dashes), pattern=dashes)


def _head(placed: PlacedEdge) -> Path:
    (x, y), (dx, dy) = placed.tip, placed.heading
    back = (x - dx * ARROW_LENGTH, y - dy * ARROW_LENGTH)
    side = (-dy * ARROW_HALF_WIDTH, dx * ARROW_HALF_WIDTH)
    notch = (x - dx * ARROW_LENGTH * NOTCH, y - dy * ARROW_LENGTH * NOTCH)
    left, right = (back[0] + side[0], back[1] + side[1]), (back[0] - side[0], back[1] - side[1])
    return Path((x, y), ((left,), (notch,), (right,), ((x, y),)), fill="line", is_head=True)


def _node(placed: PlacedNode) -> Iterator[Mark]:
    style = replace(NODE_STYLES[placed.node.kind], outline=placed.outline)
    if style.outline != BARE:
        yield from _bands(placed.node, _outline(placed.box, style))
        yield from _body(placed.box, style)
    yield from map(Words, placed.rows)


def _body(box: Box, style: NodeStyle) -> Iterator[Path]:
    yield _outline(box, style)
    if style.double:
        inner = _outline(box.grown(-DOUBLE_GAP), style)
        yield replace(inner, fill="", width=FINE_WIDTH, dashed=False)


def _outline(box: Box, style: NodeStyle) -> Path:
    radius = box.width / 2 if style.outline == CIRCLE else corner_radius(style.outline, box.height)
    path = _rounded(box, radius, fill=style.tint)
    return replace(path, line="line", dashed=style.dashed)


def _rounded(box: Box, radius: float, fill: str) -> Path:
    """Return a rectangle with round corners; of a square with the largest radius, a circle."""
    r = min(radius, box.width / 2, box.height / 2)
    bend = r * (1 - QUARTER)
    left, top, right, bottom = box.x, box.y, box.x + box.width, box.y + box.height
    segments: tuple[Segment, ...] = (
        ((right - r, top),),
        ((right - bend, top), (right, top + bend), (right, top + r)),
        ((right, bottom - r),),
        ((right, bottom - bend), (right - bend, bottom), (right - r, bottom)),
        ((left + r, bottom),),
        ((left + bend, bottom), (left, bottom - bend), (left, bottom - r)),
        ((left, top + r),),
        ((left, top + bend), (left + bend, top), (left + r, top)),
    )
    return Path((left + r, top), segments, fill=fill)


def _legend_mark(mark: LegendMark, direction: str) -> Iterator[Mark]:
    x, y = mark.box.centre
    flat = Path((mark.box.x, y), (((mark.box.x + mark.box.width, y),),), line="line")
    style = NODE_STYLES.get(mark.kind)
    if style is not None and style.outline != BARE:
        box = Box(x - 7, y - 7, 14, 14) if style.outline == CIRCLE else mark.box
        yield from _body(box, style)
    elif mark.kind in ("value", "gradient"):
        # The mark shows the place as well as the colour: on this side of the arrow, or on that.
        if direction == "down":
            yield Path((x, mark.box.y), (((x, mark.box.y + mark.box.height),),), line="line")
            bar = Box(x - 12 if mark.kind == "value" else x + 4, y - 2, 8, 4)
        else:
            yield flat
            bar = Box(x - 8, y - 6.5 if mark.kind == "value" else y + 2.5, 16, 4)
        yield _rounded(bar, 0.0, fill=mark.kind)
    else:
        number = mark.kind.removeprefix("path ")
        yield _band(int(number) if number.isdecimal() else 1, flat)
    yield Words(mark.row, LEFT)
