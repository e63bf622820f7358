"""Nodes in columns of time: where each stands, where arrows end, which lane a source has.

Columns, from 0: what all steps share, one for each step, what is computed after them. A *lane* is
a level line above a row, a *track* an upright one beside a column; ``timeline`` draws along them.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from symback.diagrams.bodies import Body, EdgeText
from symback.diagrams.routing import port_offsets, spread
from symback.diagrams.styles import CIRCLE

LANE, TRACK, PITCH = 11.0, 10.0, 14.0  # between lanes, lines beside a column, ends at a node
NODE_GAP, STUB, CHANNEL, SHARED_GAP = 22.0, 26.0, 34.0, 14.0
Span = tuple[float, float]


@dataclass
class Grid:
    """The working state: where nodes stand, where arrows end, which lane a source has."""

    bodies: list[Body]
    texts: list[EdgeText | None]
    ends: list[tuple[int, int]]
    column: list[int]
    row: list[int]
    x: list[float] = field(default_factory=list)
    y: list[float] = field(default_factory=list)
    lanes: dict[tuple[int, int], int] = field(default_factory=dict)  # (source, gap): its lane
    tracks: dict[int, float] = field(default_factory=dict)  # the line of a source beside its column

    def __post_init__(self) -> None:
        self.last = max(self.column)
        self.cells: dict[tuple[int, int], list[int]] = {}
        for node, place in enumerate(zip(self.column, self.row, strict=True)):
            self.cells.setdefault(place, []).append(node)
        for place in sorted(self.cells):
            if place[0]:
                self.cells[place].sort(key=self._leaning)
        self.into: list[float] = [0.0] * len(self.ends)
        self.out: list[float] = [0.0] * len(self.ends)

    # Kinds of arrows ------------------------------------------------------------------------------

    def is_way(self, source: int, target: int) -> bool:
        """Does the arrow join two columns, or run down within one?"""
        return self.column[source] != self.column[target] or self.row[source] < self.row[target]

    def falls(self, number: int) -> bool:
        """Does the arrow run down to the next row of its own column?"""
        source, target = self.ends[number]
        same = self.column[source] == self.column[target]
        return same and self.row[target] == self.row[source] + 1

    def crosses(self, number: int) -> bool:
        """Does the arrow run straight to the next column, with no node between?"""
        source, target = self.ends[number]
        if not self.column[source] or self.column[target] != self.column[source] + 1:
            return False
        if self.row[target] > self.row[source]:
            return False
        others = [t for s, t in self.ends if s == source and self.column[t] == self.column[target]]
        is_free = self.leaves_right(source) and self.cell_of(target)[0] == target
        return is_free and len(set(others)) == 1

    def cell_of(self, node: int) -> list[int]:
        return self.cells[self.column[node], self.row[node]]

    def leaves_right(self, node: int) -> bool:
        """Does no other node of its row stand between a node and the next column?"""
        return not self.column[node] or self.cell_of(node)[-1] == node

    def _leaning(self, node: int) -> tuple[bool, float]:
        """Return if later steps read a node, and the middle of what it reads in the row above.

        Sorted by this few arrows cross, and the way to the next step is free.
        """
        goes_on = any(
            s == node and self.column[t] > self.column[s] and self.row[t] <= self.row[s]
            for s, t in self.ends
        )
        above = [s for s, t in self.ends if t == node and self.column[s] == self.column[node]]
        places = [self.cell_of(s).index(s) / len(self.cell_of(s)) for s in above if s != node]
        return goes_on, sum(places) / len(places) if places else 0.5

    # Placing --------------------------------------------------------------------------------------

    def place(self) -> None:
        """Give every node its place, every arrow its ends and its lane."""
        self.x, self.y = [0.0] * len(self.bodies), [0.0] * len(self.bodies)
        self.room = [body.width for body in self.bodies]
        arriving = self._widened()
        self._place_across()
        self._set_arrivals(arriving)
        self._choose_lanes()
        self._place_down()
        self._place_shared()
        self._set_departures()
        self._choose_tracks()

    def _beside(self, number: int) -> Span:
        """Return the room for text to the left and to the right of the end of an arrow."""
        text = self.texts[number]
        rows = (text.above, text.below) if text else (None, None)
        return tuple(row.width + text.lift + 6.0 if row else PITCH / 2 for row in rows)

    def _widened(self) -> dict[int, list[int]]:
        """Make room for the ends of arrows; return who arrives from above at each node."""
        arriving: dict[int, list[int]] = {}
        for number, (_, target) in enumerate(self.ends):
            if not self.crosses(number):
                arriving.setdefault(target, []).append(number)
        for node, numbers in arriving.items():
            # Without texts what comes straight down can keep the middle.
            needed = sum(sum(self._beside(number)) for number in numbers)
            needed = max(needed, 2 * PITCH * (len(numbers) - 1)) + 20.0
            body = self.bodies[node]
            self.room[node] = max(needed, body.width)
            if body.outline != CIRCLE:
                self.bodies[node] = replace(body, width=self.room[node])
        return arriving

    def _place_across(self) -> None:
        """Set the columns side by side, with room between for the lines beside them."""
        right = 0.0
        for column in range(1, self.last + 1):
            cells = [nodes for (c, _), nodes in self.cells.items() if c == column]
            widths = [
                sum(self.room[n] for n in nodes) + NODE_GAP * (len(nodes) - 1) for nodes in cells
            ]
            width = max(widths, default=0.0)
            for nodes, own in zip(cells, widths, strict=True):
                at = right + (width - own) / 2
                for node in nodes:
                    self.x[node] = at + self.room[node] / 2
                    at += self.room[node] + NODE_GAP
            right += width + self._channel(column)

    def _channel(self, column: int) -> float:
        """Return the room to the right of a column."""
        crossing = [
            n for n, (s, _) in enumerate(self.ends) if self.column[s] == column and self.crosses(n)
        ]
        texts = [self.texts[n].width + 14.0 for n in crossing if self.texts[n]]
        return CHANNEL + TRACK * len(self.leaving(column)) + max(texts, default=0.0)

    def leaving(self, column: int) -> list[int]:
        """Return the sources in a column that send a line through the room beside it."""
        found = (
            source
            for number, (source, _) in enumerate(self.ends)
            if self.column[source] == column and self._uses_track(number)
        )
        return list(dict.fromkeys(found))

    def _uses_track(self, number: int) -> bool:
        if self.falls(number) or self.crosses(number):
            return False
        source, target = self.ends[number]
        return self.leaves_right(source) or self.row[target] != self.row[source] + 1

    def _set_arrivals(self, arriving: dict[int, list[int]]) -> None:
        """Spread the ends of arrows at the top of each node; what comes from above is between."""
        for node, numbers in arriving.items():
            own = {n: self._side(n) for n in numbers}
            order = sorted(numbers, key=lambda n: (own[n], -n if own[n] < 0 else n))
            straight = [place for place, n in enumerate(order) if own[n] == 0.0]
            at, offsets = 0.0, []
            for place, number in enumerate(order):
                offsets.append(at)
                if place + 1 < len(order):
                    at += self._beside(number)[1] + self._beside(order[place + 1])[0]
            left, right = self._beside(order[0])[0], self._beside(order[-1])[1]
            middle = offsets[straight[0]] if len(straight) == 1 else (at + right - left) / 2
            half = self.room[node] / 2
            shift = min(max(-middle, left - half - offsets[0]), half - right - offsets[-1])
            for number, offset in zip(order, offsets, strict=True):
                self.into[number] = offset + shift

    def _side(self, number: int) -> float:
        """Return where an arrow comes from: -1 from the left, 0 from above, 1 from the right."""
        source, target = self.ends[number]
        if self.column[source] == self.column[target]:
            rise = self.x[source] - self.x[target]
            return 0.0 if abs(rise) < 1.0 else (1.0 if rise > 0 else -1.0)
        return 1.0 if self.column[source] > self.column[target] else -1.0

    def _choose_lanes(self) -> None:
        """Give each source a lane above each row that it reaches; those that meet get two."""
        spans: dict[tuple[int, int], list[float]] = {}
        for number, (source, target) in enumerate(self.ends):
            if self.falls(number) or self.crosses(number):
                continue
            edge = self.x[target] + self.into[number]
            gaps = [self.row[target]]
            if not self.leaves_right(source):
                gaps.append(self.row[source] + 1)
            for gap in gaps:
                start = self.right_of(self.column[source]) if self.column[source] else -CHANNEL
                spans.setdefault((source, gap), []).extend((edge, start, self.x[source]))
        taken: dict[tuple[int, int], list[Span]] = {}
        for source, gap in sorted(spans, key=lambda key: (key[1], self.column[key[0]], key[0])):
            reach = spans[source, gap]
            own = (min(reach), max(reach)) if self.column[source] else (-CHANNEL, max(reach))
            lane = 0
            while any(a < own[1] and own[0] < b for a, b in taken.get((gap, lane), ())):
                lane += 1
            taken.setdefault((gap, lane), []).append(own)
            self.lanes[source, gap] = lane

    def right_of(self, column: int) -> float:
        own = (n for n, place in enumerate(self.column) if place == column)
        return max((self.x[n] + self.bodies[n].width / 2 for n in own), default=0.0)

    def _place_down(self) -> None:
        """Set the rows one below the other, with their lanes between."""
        top, self.lane_top, self.row_top = 0.0, {}, {}
        for row in range(max(self.row) + 2):
            arriving = [n for n, (_, t) in enumerate(self.ends) if self.row[t] == row]
            texts = [self.texts[n].half_height for n in arriving if self.texts[n]]
            lanes = [lane for (_, gap), lane in self.lanes.items() if gap == row]
            self.lane_top[row] = top + STUB / 2
            top += LANE * (max(lanes, default=-1) + 1) + STUB * bool(row or lanes)
            top += max(texts, default=0.0) + (STUB / 2 if lanes else 0.0)
            self.row_top[row] = top
            nodes = [n for n, r in enumerate(self.row) if r == row and self.column[n]]
            height = max((self.bodies[n].height for n in nodes), default=0.0)
            for node in nodes:
                self.y[node] = top + height / 2
            top += height

    def lane_of(self, source: int, gap: int) -> float:
        return self.lane_top[gap] + LANE * self.lanes[source, gap]

    def _place_shared(self) -> None:
        """Set what all steps share to the left, each near its lane."""
        shared = [n for n, c in enumerate(self.column) if not c]
        gaps = {n: [gap for source, gap in self.lanes if source == n] for n in shared}
        wish = {n: min((self.lane_of(n, g) for g in gaps[n]), default=0.0) for n in shared}
        shared.sort(key=wish.__getitem__)
        if not shared:
            return
        step = max(self.bodies[n].height for n in shared) + SHARED_GAP
        widest = max(self.bodies[n].width for n in shared)
        across = -CHANNEL - TRACK * len(shared) - widest / 2
        for node, height in zip(shared, spread([wish[n] for n in shared], step, None), strict=True):
            self.x[node], self.y[node] = across, height

    def _set_departures(self) -> None:
        """Spread the starts of arrows that run down, or straight to the next column."""
        for node, body in enumerate(self.bodies):
            own = [n for n, (source, _) in enumerate(self.ends) if source == node]
            down = [n for n in own if self.falls(n)]
            ends = [self.x[self.ends[n][1]] + self.into[n] - self.x[node] for n in down]
            order = sorted(range(len(down)), key=ends.__getitem__)
            offsets = port_offsets([ends[p] for p in order], body.width / 2, body.outline)
            for place, offset in zip(order, offsets, strict=True):
                self.out[down[place]] = offset

    def _choose_tracks(self) -> None:
        """Give each line beside a column its place, such that few of them cross."""
        for column in range(self.last + 1):
            sources = self.leaving(column)
            goal = {
                s: min(self.lane_of(s, gap) for own, gap in self.lanes if own == s) for s in sources
            }
            rising = sorted((s for s in sources if goal[s] < self.y[s]), key=self.y.__getitem__)
            falling = sorted((s for s in sources if goal[s] >= self.y[s]), key=self.y.__getitem__)
            left = self.right_of(column) + CHANNEL / 2
            for place, source in enumerate([*rising, *falling[::-1]]):
                self.tracks[source] = left + TRACK * place
