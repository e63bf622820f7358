"""Level lines of a surface on a grid, by marching squares: each cell is crossed by straight lines.

W. E. Lorensen, H. E. Cline: Marching Cubes. SIGGRAPH 1987, in two dimensions.
"""

from __future__ import annotations

from collections.abc import Sequence

Point = tuple[float, float]
# The corners of a cell, counter-clockwise from its first, and the pairs that its sides join.
CORNERS = ((0, 0), (0, 1), (1, 1), (1, 0))


def level_lines(
    x: Sequence[float], y: Sequence[float], heights: Sequence[Sequence[float]], level: float
) -> list[tuple[Point, Point]]:
    """Return the pieces of the line at which the surface has this height.

    ``heights[row][column]`` belongs to (x[column], y[row]). Cells with a NaN are left out.
    """
    pieces: list[tuple[Point, Point]] = []
    for row in range(len(y) - 1):
        for column in range(len(x) - 1):
            cell = [(x[column + c], y[row + r], heights[row + r][column + c]) for r, c in CORNERS]
            crossed = _crossings(cell, level)
            pieces += zip(crossed[::2], crossed[1::2], strict=False)
    return pieces


def _crossings(cell: list[tuple[float, float, float]], level: float) -> list[Point]:
    """Return where the level crosses the sides of a cell: none, two or four points, in order."""
    found: list[Point] = []
    for (x0, y0, z0), (x1, y1, z1) in zip(cell, [*cell[1:], cell[0]], strict=True):
        # NaN compares false with everything, so its cell is crossed nowhere or once.
        if (z0 < level) != (z1 < level) and z0 == z0 and z1 == z1:
            share = (level - z0) / (z1 - z0)
            found.append((x0 + share * (x1 - x0), y0 + share * (y1 - y0)))
    if len(found) % 2:
        return []
    centre = sum(z for _, _, z in cell) / 4
    if len(found) == 4 and (cell[0][2] < level) != (centre < level):
        # A saddle: which corners belong together is decided by the height in the middle.
        found = [found[1], found[2], found[3], found[0]]
    return found
