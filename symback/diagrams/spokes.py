"""Texts along straight arrows: where on its arrow each text stands, so that no two texts meet.

Every text may stand at some places of its arrow; places where it would touch a node are left out.
If all texts can stand at the same part of their arrows with no arrow running through one, they
do; else a local search moves them one by one to where they disturb least.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import atan2, cos, degrees, hypot, radians, sin

from symback.diagrams.bodies import EdgeText
from symback.diagrams.figure import Box, PlacedRow, Point
from symback.diagrams.styles import ARROW_LENGTH

# A text is tried at STEPS + 1 places of its arrow; near the source arrows still fan out.
STEPS, IDEAL_STEP = 16, 4
ROUNDS = 60
CLEARANCE = 2.0


@dataclass(frozen=True, slots=True)
class Slab:
    """A rectangle that may be turned: its middle, the direction of its length, half its sides."""

    x: float
    y: float
    along: Point
    half_length: float
    half_height: float

    def meets(self, other: Slab, margin: float) -> bool:
        """Whether two slabs come closer than ``margin``: no side of either parts them."""
        dx, dy = other.x - self.x, other.y - self.y
        (ux, uy), (vx, vy) = self.along, other.along
        same, across = abs(ux * vx + uy * vy), abs(ux * vy - uy * vx)
        a, b, c, d = self.half_length, self.half_height, other.half_length, other.half_height
        return (
            abs(dx * ux + dy * uy) < a + c * same + d * across + margin
            and abs(dy * ux - dx * uy) < b + c * across + d * same + margin
            and abs(dx * vx + dy * vy) < c + a * same + b * across + margin
            and abs(dy * vx - dx * vy) < d + a * across + b * same + margin
        )


def slab_of(box: Box) -> Slab:
    """Return an upright box as a slab."""
    return Slab(*box.centre, (1.0, 0.0), box.width / 2, box.height / 2)


@dataclass(frozen=True, slots=True)
class Spoke:
    """A straight arrow between the outlines of two nodes, with its text."""

    number: int
    start: Point
    end: Point
    text: EdgeText | None

    @property
    def length(self) -> float:
        """The visible length."""
        return hypot(self.end[0] - self.start[0], self.end[1] - self.start[1])

    @property
    def angle(self) -> float:
        """The direction in degrees, clockwise from the right."""
        return degrees(atan2(self.end[1] - self.start[1], self.end[0] - self.start[0]))

    @property
    def direction(self) -> Point:
        """The direction as a vector of length 1."""
        return cos(radians(self.angle)), sin(radians(self.angle))

    def at(self, part: float) -> Point:
        """Return the point at ``part`` of the way."""
        (x0, y0), (x1, y1) = self.start, self.end
        return x0 + part * (x1 - x0), y0 + part * (y1 - y0)

    def line(self) -> Slab:
        """Return the line itself."""
        return Slab(*self.at(0.5), self.direction, self.length / 2, 0.0)

    def text_slab(self, part: float) -> Slab:
        """Return the room of the text when it is centred at ``part`` of the way."""
        above, below = (
            row.height + self.text.lift if row else 0.0
            for row in (self.text.above, self.text.below)
        )
        (x, y), (ux, uy) = self.at(part), self.direction
        shift = (below - above) / 2
        middle = (x - uy * shift, y + ux * shift)
        return Slab(*middle, (ux, uy), self.text.width / 2 + 1, (above + below) / 2)

    def parts(self) -> list[float]:
        """Return where the text may be centred: its ends on the visible line, clear of the head."""
        half = self.text.width / 2
        first = (half + 5) / self.length
        last = 1 - (half + 5 + ARROW_LENGTH) / self.length
        if last < first:
            return []
        return [first + (last - first) * step / STEPS for step in range(STEPS + 1)]


def text_rows(spoke: Spoke, part: float | None, spokes: list[Spoke]) -> tuple[PlacedRow, ...]:
    """Return the rows of one text at ``part`` of its arrow, marked if arrows cross them."""
    if spoke.text is None or part is None:
        return ()
    crossed = _crossings(spoke, spoke.text_slab(part), spokes) > 0
    rows = spoke.text.beside(spoke.at(part), spoke.angle)
    return tuple(replace(row, crossed=crossed) for row in rows)


def text_places(spokes: list[Spoke], nodes: list[Slab]) -> tuple[dict[int, float], int] | None:
    """Return where along each arrow its text stands, and how many arrows run through texts.

    None if some text finds no place. All texts at the same part of their way looks best, if no
    arrow runs through one; else each takes its own best place.
    """
    written = [spoke for spoke in spokes if spoke.text]
    choices = [_choices(spoke, spokes, nodes) for spoke in written]
    if not all(choices):
        return None
    together = _in_line(written, choices)
    if together is not None:
        return together, 0
    chosen = _apart(choices)
    if chosen is None:
        return None
    places = {spoke.number: choice.part for spoke, choice in zip(written, chosen, strict=True)}
    return places, sum(choice.crossings for choice in chosen)


def _apart(choices: list[list[Choice]]) -> list[Choice] | None:
    """Return one choice per text so that none meet; None if none was found.

    Each text in turn moves to where it disturbs least. When nothing moves and two texts still meet,
    their meeting counts more from then on, so that a third text makes way (breakout local search).
    """
    count = len(choices)
    weight = [[1] * count for _ in range(count)]
    meetings = _meeting_table(choices)
    chosen: list[int | None] = [None] * count

    def burden(text: int, option: int) -> tuple[int, int, int]:
        met = meetings[text][option]
        total = sum(
            weight[text][other] for other in range(count) if chosen[other] in met.get(other, ())
        )
        return total, choices[text][option].crossings, choices[text][option].cost

    # Those with the least choice that no arrow runs through go first.
    order = sorted(range(count), key=lambda text: sum(not own.crossings for own in choices[text]))
    pairs: list[tuple[int, int]] = []
    for _ in range(ROUNDS):
        moved = False
        for text in order:
            best = min(range(len(choices[text])), key=lambda option: burden(text, option))
            moved = moved or best != chosen[text]
            chosen[text] = best
        pairs = [
            (text, other)
            for text in range(count)
            for other, options in meetings[text][chosen[text]].items()
            if chosen[other] in options
        ]
        if not moved and not pairs:
            break
        for one, other in pairs:
            weight[one][other] += 1
    return None if pairs else [own[option] for own, option in zip(choices, chosen, strict=True)]


def _meeting_table(choices: list[list[Choice]]) -> list[list[dict[int, set[int]]]]:
    """table[text][option][other] is the set of options of ``other`` that meet it."""
    table: list[list[dict[int, set[int]]]] = [[{} for _ in own] for own in choices]
    for text, own in enumerate(choices):
        for other in range(text):
            for here, choice in enumerate(own):
                for there, rival in enumerate(choices[other]):
                    if choice.slab.meets(rival.slab, CLEARANCE):
                        table[text][here].setdefault(other, set()).add(there)
                        table[other][there].setdefault(text, set()).add(here)
    return table


@dataclass(frozen=True, slots=True)
class Choice:
    """One place for a text: its step and part of the way, its room, the arrows through it."""

    step: int
    part: float
    slab: Slab
    crossings: int

    @property
    def cost(self) -> int:
        """How many steps it is from the ideal place."""
        return abs(self.step - IDEAL_STEP)


def _choices(spoke: Spoke, spokes: list[Spoke], nodes: list[Slab]) -> list[Choice]:
    choices = []
    for step, part in enumerate(spoke.parts()):
        slab = spoke.text_slab(part)
        if not any(slab.meets(node, CLEARANCE) for node in nodes):
            choices.append(Choice(step, part, slab, _crossings(spoke, slab, spokes)))
    return choices


def _crossings(own: Spoke, slab: Slab, spokes: list[Spoke]) -> int:
    """Return how many other arrows run through the room of a text."""
    return sum(spoke is not own and slab.meets(spoke.line(), 0.5) for spoke in spokes)


def _in_line(written: list[Spoke], choices: list[list[Choice]]) -> dict[int, float] | None:
    """Return the same step for all texts, if there is one that nothing runs through."""
    for step in sorted(range(STEPS + 1), key=lambda step: abs(step - IDEAL_STEP)):
        row = [c for own in choices for c in own if c.step == step and not c.crossings]
        if len(row) == len(written) and not _any_meet(row):
            return {spoke.number: c.part for spoke, c in zip(written, row, strict=True)}
    return None


def _any_meet(row: list[Choice]) -> bool:
    return any(
        choice.slab.meets(other.slab, CLEARANCE)
        for number, choice in enumerate(row)
        for other in row[:number]
    )
