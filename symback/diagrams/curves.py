"""Cubic curves as quadratic ones, for a writer that knows no others."""

from __future__ import annotations

from symback.diagrams.figure import Point, Segment

Quadratic = tuple[Point, Point, Point]


def quadratics(start: Point, segments: tuple[Segment, ...]) -> list[Quadratic]:
    """Return lines and cubic curves as (start, control, end); each cubic is cut in two halves."""
    found: list[Quadratic] = []
    for segment in segments:
        end = segment[-1]
        if len(segment) == 1:
            found.append((start, _middle(start, end), end))
        else:
            found += [_nearest(*half) for half in _halves(start, *segment)]
        start = end
    return found


def _middle(a: Point, b: Point) -> Point:
    return (a[0] + b[0]) / 2, (a[1] + b[1]) / 2


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
