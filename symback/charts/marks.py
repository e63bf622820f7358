"""Marks of a chart: lines, points, bars, paths; each series has a colour, dashes and a shape."""

from __future__ import annotations

from typing import TYPE_CHECKING

from symback.charts.scales import Scale
from symback.charts.text import number
from symback.palette import PAPER, SEQUENCE

if TYPE_CHECKING:
    from symback.charts.chart import Series

LEGEND_WIDTH = 26.0
LINE, RADIUS = 1.8, 3.4
DASHES = ("", "7 4", "2 3", "10 3 2 3", "5 2", "1 2", "12 4", "8 2 2 2 2 2")
# A path of at most so many points shows each of them.
MOST_DOTS = 60
# A line of more points is drawn by the lowest and highest of each of so many parts.
MOST_POINTS = 1500

Place = tuple[float, float]


def drawn(one: Series, place: int, x: Scale, y: Scale, bar: int, bars: int) -> list[str]:
    """Return the marks of a series; ``bar`` is its number among ``bars`` that share a place."""
    if one.mark == "bars":
        return _bars(one, place, x, y, bar, bars)
    at = [
        None if a is None or b is None else (a, b)
        for a, b in ((x.place(i), y.place(j)) for i, j in zip(one.x, one.y, strict=True))
    ]
    if one.mark == "points":
        return [_dot(point, place) for point in at if point]
    lines = _line(at, place)
    points = [point for point in at if point]
    if one.mark == "path" and points:
        shown = points if len(points) <= MOST_DOTS else [points[0], points[-1]]
        lines += [_dot(point, place, hollow=i == 0) for i, point in enumerate(shown)]
    elif len(points) == 1:
        lines += [_dot(points[0], place)]
    return lines


def legend_mark(one: Series, place: int, x: float, y: float) -> list[str]:
    """Return the sample that stands before a series' name."""
    if one.mark == "bars":
        return [_bar(x + 6, y - 6, 12, 12, place)]
    dot = _dot((x + LEGEND_WIDTH / 2, y), place)
    if one.mark == "points":
        return [dot]
    line = _line([(x, y), (x + LEGEND_WIDTH, y)], place)
    return [*line, dot] if one.mark == "path" else line


def _colour(place: int) -> tuple[str, str]:
    return f"c{place % len(SEQUENCE)}", SEQUENCE[place % len(SEQUENCE)][0]


def _line(at: list[Place | None], place: int) -> list[str]:
    name, colour = _colour(place)
    path, pen = "", "M"
    for point in _thinned(at):
        if point is None:
            pen = "M"
            continue
        path += f"{pen}{number(point[0])} {number(point[1])}"
        pen = "L"
    dashes = DASHES[place % len(DASHES)]
    dashed = f' stroke-dasharray="{dashes}"' if dashes else ""
    return [
        f'<path class="s-{name}" d="{path}" fill="none" stroke="{colour}" '
        f'stroke-width="{LINE}" stroke-linejoin="round"{dashed}/>'
    ] if path else []  # fmt: skip


def _thinned(at: list[Place | None]) -> list[Place | None]:
    """Return so few points that a long line still looks the same: its lows and highs."""
    if len(at) <= MOST_POINTS:
        return at
    step = -(-2 * len(at) // MOST_POINTS)
    kept: list[Place | None] = []
    for start in range(0, len(at), step):
        part = at[start : start + step]
        known = [(point[1], i) for i, point in enumerate(part) if point]
        chosen = {min(known)[1], max(known)[1]} if known else set()
        gaps = {i for i, point in enumerate(part) if point is None}
        kept += [part[i] for i in sorted(chosen | gaps)]
    return [*kept, at[-1]]


def _dot(point: Place, place: int, hollow: bool = False) -> str:
    """Return a circle, square, triangle or diamond."""
    name, colour = _colour(place)
    x, y, r = *point, RADIUS
    corners = (
        None, [(-r, -r), (r, -r), (r, r), (-r, r)], [(-r, r), (0, -r), (r, r)],
        [(0, -r), (r, 0), (0, r), (-r, 0)],
    )[place % 4]  # fmt: skip
    fill = f'class="s-{name} f-paper" fill="{PAPER[0]}"' if hollow else (
        f'class="s-{name} f-{name}" fill="{colour}"'
    )  # fmt: skip
    if corners is None:
        return f'<circle {fill} cx="{number(x)}" cy="{number(y)}" r="{r}" stroke="{colour}"/>'
    around = " ".join(f"{number(x + a)},{number(y + b)}" for a, b in corners)
    return f'<polygon {fill} points="{around}" stroke="{colour}"/>'


def _bars(one: Series, place: int, x: Scale, y: Scale, bar: int, bars: int) -> list[str]:
    room = abs(x.place(2) - x.place(1)) * 0.76 if x.kind == "linear" else 12.0
    wide = room / max(1, bars)
    ground = y.place(max(0.0, y.low) if y.kind == "linear" else y.low)
    lines = []
    for i, j in zip(one.x, one.y, strict=True):
        at, top = x.place(i), y.place(j)
        if at is not None and top is not None:
            left = at - room / 2 + bar * wide
            lines.append(_bar(left, min(top, ground), wide * 0.92, abs(ground - top), place))
    return lines


def _bar(x: float, y: float, wide: float, high: float, place: int) -> str:
    name, colour = _colour(place)
    return (
        f'<rect class="f-{name}" x="{number(x)}" y="{number(y)}" width="{number(wide)}" '
        f'height="{number(high)}" fill="{colour}"/>'
    )
