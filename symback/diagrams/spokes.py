"""Texts along straight arrows: where on its arrow each text stands, so that no two texts meet.

Every text may stand at some places of its arrow; places where it would touch a node are left out.
If all texts can stand at the same part of their arrows with no arrow running through one, they
do; else a local search moves them one by one to where they disturb least.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import atan2, degrees, hypot

from symback.diagrams.bodies import EdgeText
from symback.diagrams.figure import PlacedRow, Point, overlap, turn
from symback.diagrams.styles import ARROW_LENGTH

# A text is tried at STEPS + 1 places of its arrow; near the source arrows still fan out.
STEPS, IDEAL_STEP = 16, 4
ROUNDS = 60
CLEARANCE = 2.0

Polygon = tuple[Point, ...]


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

    def at(self, part: float) -> Point:
        """Return the point at ``part`` of the way."""
        (x0, y0), (x1, y1) = self.start, self.end
        return x0 + part * (x1 - x0), y0 + part * (y1 - y0)

    def text_polygon(self, part: float) -> Polygon:
        """Return the corners of the text's room when it is centred at ``part`` of the way."""
        x, y = self.at(part)
        half = self.text.width / 2 + 1
        top = self.text.above.height + self.text.lift if self.text.above else 0.0
        bottom = self.text.below.height + self.text.lift if self.text.below else 0.0
        corners = (
            (x - half, y - top),
            (x + half, y - top),
            (x + half, y + bottom),
            (x - half, y + bottom),
        )
        return tuple(turn(corner, (x, y), self.angle) for corner in corners)

    def parts(self) -> list[float]:
        """Return where the text may be centred: its ends on the visible line, clear of the head."""
        half = self.text.width / 2
        first = (half + 5) / self.length
        last = 1 - (half + 5 + ARROW_LENGTH) / self.length
        if last < first:
            return []
        return [first + (last - first) * step / STEPS for step in range(STEPS + 1)]


def text_rows(spoke: Spoke, part: float | None, spokes: list[Spoke]) -> tuple[PlacedRow, ...]:
    """Return the rows of one text at ``part`` of its arrow, marked where arrows cross them."""
    if spoke.text is None or part is None:
        return ()
    rows = spoke.text.beside(spoke.at(part), spoke.angle)
    return tuple(
        replace(row, crossed=any(_runs_through(o, row.corners()) for o in spokes if o is not spoke))
        for row in rows
    )


def text_places(spokes: list[Spoke], boxes: list[Polygon]) -> tuple[dict[int, float], int] | None:
    """Return where along each arrow its text stands, and how many arrows run through texts.

    None if some text finds no place. All texts at the same part of their way looks best, if no
    arrow runs through one; else each takes its own best place.
    """
    written = [spoke for spoke in spokes if spoke.text]
    choices = [_choices(spoke, spokes, boxes) for spoke in written]
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
                    if _meets(choice.polygon, [rival.polygon]):
                        table[text][here].setdefault(other, set()).add(there)
                        table[other][there].setdefault(text, set()).add(here)
    return table


@dataclass(frozen=True, slots=True)
class Choice:
    """One place for a text: part of the way, room, arrows through it, steps from the ideal."""

    part: float
    polygon: Polygon
    crossings: int
    cost: int


def _choices(spoke: Spoke, spokes: list[Spoke], boxes: list[Polygon]) -> list[Choice]:
    choices = []
    for step, part in enumerate(spoke.parts()):
        polygon = spoke.text_polygon(part)
        if not _meets(polygon, boxes):
            crossings = sum(_runs_through(other, polygon) for other in spokes if other is not spoke)
            choices.append(Choice(part, polygon, crossings, abs(step - IDEAL_STEP)))
    return choices


def _in_line(written: list[Spoke], choices: list[list[Choice]]) -> dict[int, float] | None:
    """Return the same step for all texts, if there is one that nothing runs through."""
    for cost in range(STEPS + 1):
        row = [
            choice
            for own in choices
            for choice in own
            if choice.cost == cost and not choice.crossings
        ]
        for late in (False, True):
            half = [choice for choice in row if (choice.part > 0.5) == late]
            if len(half) == len(written) and not _any_meet([choice.polygon for choice in half]):
                return {spoke.number: c.part for spoke, c in zip(written, half, strict=True)}
    return None


def _any_meet(polygons: list[Polygon]) -> bool:
    return any(_meets(polygon, polygons[:number]) for number, polygon in enumerate(polygons))


def _meets(polygon: Polygon, others: list[Polygon]) -> bool:
    return any(_near(polygon, other) and overlap(polygon, other, CLEARANCE) for other in others)


def _near(one: Polygon, other: Polygon) -> bool:
    """A quick test by the boxes of the polygons, before the exact one."""
    for axis in (0, 1):
        first, second = [point[axis] for point in one], [point[axis] for point in other]
        if min(first) > max(second) + CLEARANCE or min(second) > max(first) + CLEARANCE:
            return False
    return True


def _runs_through(spoke: Spoke, polygon: Polygon) -> bool:
    line = (spoke.start, spoke.end)
    return _near(polygon, line) and overlap(polygon, line, 0.5)
