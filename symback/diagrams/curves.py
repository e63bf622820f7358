"""Cubic curves as quadratic ones, for a writer that knows no others."""

from __future__ import annotations

from itertools import pairwise
from math import ceil, dist

from symback.diagrams.figure import Point, Segment

Quadratic = tuple[Point, Point, Point]
# TeX's arithmetic on a longer curve would overflow.
LONGEST = 60.0


def quadratics(start: Point, segments: tuple[Segment, ...]) -> list[Quadratic]:
    """Return lines and cubic curves as short curves (start, control, end).

    A line along an axis stays whole: it needs no curve.
    """
    found: list[Quadratic] = []
    for segment in segments:
        end = segment[-1]
        found += _line(start, end) if len(segment) == 1 else _curve((start, *segment), 1)
        start = end
    return found


def length_of(curve: Quadratic) -> float:
    """Return about how long a short curve is."""
    return dist(curve[0], curve[1]) + dist(curve[1], curve[2])


def between(a: Point, b: Point, part: float) -> Point:
    """Return the point that lies this part of the way from a to b."""
    return a[0] + part * (b[0] - a[0]), a[1] + part * (b[1] - a[1])


def _middle(a: Point, b: Point) -> Point:
    return between(a, b, 0.5)


def _line(a: Point, b: Point) -> list[Quadratic]:
    along_axis = a[0] == b[0] or a[1] == b[1]
    count = 1 if along_axis else max(1, ceil(dist(a, b) / LONGEST))
    ends = [between(a, b, number / count) for number in range(count + 1)]
    return [(c, _middle(c, d), d) for c, d in pairwise(ends)]


def _curve(points: tuple[Point, ...], least: int) -> list[Quadratic]:
    """Return a cubic curve cut in halves, at least ``least`` times and until they are short."""
    length = sum(dist(a, b) for a, b in pairwise(points))
    if least <= 0 and length <= LONGEST:
        return [_nearest(*points)]
    return [short for half in _halves(*points) for short in _curve(half, least - 1)]


def _halves(a: Point, b: Point, c: Point, d: Point) -> tuple[tuple[Point, ...], ...]:
    """Cut a cubic curve at its middle (De Casteljau)."""
    ab, bc, cd = _middle(a, b), _middle(b, c), _middle(c, d)
    abc, bcd = _middle(ab, bc), _middle(bc, cd)
    centre = _middle(abc, bcd)
    return (a, ab, abc, centre), (centre, bcd, cd, d)


def _nearest(a: Point, b: Point, c: Point, d: Point) -> Quadratic:
    """Return the quadratic curve with the same ends and the same middle: (3b + 3c − a − d)/4."""
    control = tuple((3 * b[i] + 3 * c[i] - a[i] - d[i]) / 4 for i in (0, 1))
    return a, control, d
