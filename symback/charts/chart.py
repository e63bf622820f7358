"""Charts as data: lines, points, bars and level lines on two axes; a sheet of charts side by side.

A chart holds numbers and words, ``charts.drawing`` turns it into SVG. It needs no package, follows
the reader's light or dark paper, and tells its lines apart by dashes and marks, not colour alone.
"""

from __future__ import annotations

import base64
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from symback.charts.drawing import describe, draw
from symback.charts.scales import KINDS
from symback.charts.text import escaped
from symback.errors import DefinitionError, FileError
from symback.files import write_whole
from symback.raster import png_of

MARKS = ("line", "points", "bars", "path")
SUFFIXES = (".svg", ".png")


@dataclass(frozen=True, slots=True)
class Series:
    """Numbers that belong together: y over x, drawn as a row of MARKS.

    A ``path`` is a line with a point for each number and an arrow's way: its first point is open,
    its last is full. NaN and ∞ leave a gap.
    """

    name: str
    x: tuple[float, ...]
    y: tuple[float, ...]
    mark: str = "line"


@dataclass(frozen=True, slots=True)
class Surface:
    """Heights over a grid, shown as level lines: ``heights[row][column]`` is at (x, y)."""

    x: tuple[float, ...]
    y: tuple[float, ...]
    heights: tuple[tuple[float, ...], ...]
    levels: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """Series on two axes. ``labels`` name places of a bar chart; ``note`` is a line below."""

    title: str
    series: tuple[Series, ...]
    x_label: str = ""
    y_label: str = ""
    x_scale: str = "linear"
    y_scale: str = "linear"
    surface: Surface | None = None
    labels: tuple[str, ...] = ()
    note: str = ""

    def svg(self) -> str:
        """Return the chart as the text of a self-contained SVG file."""
        return draw((self,), 1)

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the chart as .svg or, with the package resvg-py, .png; raises FileError."""
        return _saved(self.svg, path)

    def __str__(self) -> str:
        return describe(self)

    def _repr_mimebundle_(self, include=None, exclude=None) -> dict[str, str]:
        return _bundle(self.svg(), describe(self))


@dataclass(frozen=True, slots=True)
class Sheet:
    """Charts side by side, ``columns`` in a row."""

    charts: tuple[Chart, ...]
    columns: int = 2

    def svg(self) -> str:
        """Return the charts as the text of one SVG file."""
        return draw(self.charts, self.columns)

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the charts as .svg or, with the package resvg-py, .png; raises FileError."""
        return _saved(self.svg, path)

    def __str__(self) -> str:
        return "\n".join(map(describe, self.charts))

    def _repr_mimebundle_(self, include=None, exclude=None) -> dict[str, str]:
        return _bundle(self.svg(), str(self))


Numbers = Iterable[float]


def line_chart(
    title: str,
    lines: Mapping[str, Numbers | tuple[Numbers, Numbers]],
    *,
    x_label: str = "",
    y_label: str = "",
    x_scale: str = "linear",
    y_scale: str = "linear",
    mark: str = "line",
    note: str = "",
) -> Chart:
    """Return a chart of named lines: y over its count from 1, or a pair (x, y).

    Raises DefinitionError for numbers that cannot be drawn.
    """
    if not lines:
        raise DefinitionError(f"the chart {title!r}", "nothing to draw", "give a line: {name: y}")
    made = tuple(series(name, numbers, mark) for name, numbers in lines.items())
    chart = Chart(title, made, x_label, y_label, x_scale, y_scale, note=note)
    return _checked(chart)


def bar_chart(
    title: str,
    bars: Mapping[str, Sequence[float]],
    labels: Iterable[object],
    *,
    x_label: str = "",
    y_label: str = "",
    y_scale: str = "linear",
    note: str = "",
) -> Chart:
    """Return a chart of groups of bars: one group for each label, in it a bar of each series."""
    labels = tuple(map(str, labels))
    made = tuple(series(name, numbers, "bars") for name, numbers in bars.items())
    if not labels or any(len(s.y) != len(labels) for s in made):
        raise DefinitionError(
            f"the chart {title!r}", f"{len(labels)} labels, {[len(s.y) for s in made]} numbers",
            "give each series one number for each label",
        )  # fmt: skip
    return _checked(Chart(title, made, x_label, y_label, "linear", y_scale, None, labels, note))


def surface_chart(
    title: str,
    x: Numbers,
    y: Numbers,
    heights: Iterable[Numbers],
    paths: Mapping[str, tuple[Numbers, Numbers]] | None = None,
    *,
    levels: Numbers,
    x_label: str = "",
    y_label: str = "",
    note: str = "",
) -> Chart:
    """Return level lines of a surface, heights[row][column] at (x[column], y[row]), with paths."""
    surface = Surface(_numbers(x), _numbers(y), tuple(map(_numbers, heights)), _numbers(levels))
    rows, columns = len(surface.y), len(surface.x)
    if len(surface.heights) != rows or any(len(row) != columns for row in surface.heights):
        raise DefinitionError(
            f"the chart {title!r}", f"heights that are not {rows} rows of {columns}",
            "give heights[row][column] for every (x[column], y[row])",
        )  # fmt: skip
    made = tuple(series(name, numbers, "path") for name, numbers in (paths or {}).items())
    return _checked(Chart(title, made, x_label, y_label, surface=surface, note=note))


def series(name: str, numbers: Numbers | tuple[Numbers, Numbers], mark: str = "line") -> Series:
    """Return one series: y over its count from 1, or a pair (x, y); raises DefinitionError."""
    pair = isinstance(numbers, tuple) and len(numbers) == 2 and not _is_number(numbers[0])
    y = _numbers(numbers[1] if pair else numbers)
    x = _numbers(numbers[0]) if pair else tuple(float(i) for i in range(1, len(y) + 1))
    if len(x) != len(y):
        raise DefinitionError(
            f"the series {name!r}", f"{len(x)} places, {len(y)} numbers", "give as many of both"
        )
    return Series(str(name), x, y, mark)


def restyled(chart: Chart, marks: Mapping[str, str]) -> Chart:
    """Return the chart with other marks for the series that are named."""
    restyled_series = (replace(s, mark=marks.get(s.name, s.mark)) for s in chart.series)
    return _checked(replace(chart, series=tuple(restyled_series)))


def _checked(chart: Chart) -> Chart:
    for what, found, known in (
        ("scale", chart.x_scale, KINDS), ("scale", chart.y_scale, KINDS),
        *(("mark", s.mark, MARKS) for s in chart.series),
    ):  # fmt: skip
        if found not in known:
            raise DefinitionError(
                f"the chart {chart.title!r}", f"the {what} {found!r}", f"use {', '.join(known)}"
            )
    return chart


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) or getattr(value, "ndim", None) == 0


def _numbers(values: Numbers) -> tuple[float, ...]:
    try:
        return tuple(float(value) for value in values)
    except (TypeError, ValueError):
        raise DefinitionError(
            "a chart was asked for", f"{str(values)[:40]!r} where numbers are due",
            "give lists or arrays of numbers",
        ) from None  # fmt: skip


def _saved(svg: Callable[[], str], path: str | os.PathLike[str]) -> Path:
    path = Path(path)
    suffix, asked = path.suffix.lower(), f"save the chart as {str(path)[:200]!r}"
    if suffix not in SUFFIXES:
        raise FileError(asked, f"the suffix {path.suffix!r}", "use .svg or .png")
    return write_whole(path, svg() if suffix == ".svg" else png_of(svg(), asked))


def _bundle(svg: str, words: str) -> dict[str, str]:
    # Why an image? A notebook that is not trusted drops inline SVG.
    data = base64.b64encode(svg.encode("utf-8")).decode("ascii")
    source = f"data:image/svg+xml;base64,{data}"
    image = f'<img style="max-width:100%" alt="{escaped(words)}" src="{source}"/>'
    return {"text/html": image, "image/svg+xml": svg, "text/plain": words}
