"""Charts as SVG: one self-contained text, the same bytes for the same chart."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from symback.charts.contours import level_lines
from symback.charts.marks import LEGEND_WIDTH, drawn, legend_mark
from symback.charts.scales import Scale, scale_of, tick_text
from symback.charts.text import escaped, number, shortened, width
from symback.palette import GRID, INK, PAPER, SEQUENCE, SOFT

if TYPE_CHECKING:
    from symback.charts.chart import Chart, Series

WIDTH, HEIGHT = 460.0, 300.0  # of one chart
TOP, BOTTOM, RIGHT = 34.0, 44.0, 16.0
TITLE, LABEL, TICK = 15.0, 12.5, 11.5  # sizes of type
LEGEND_ROW, NOTE_ROW = 17.0, 16.0
FONTS = "'STIX Two Text','Times New Roman','Liberation Serif',Times,serif"
COLOURS = {"paper": PAPER, "ink": INK, "soft": SOFT, "grid": GRID} | {
    f"c{place}": pair for place, pair in enumerate(SEQUENCE)
}


def draw(charts: tuple[Chart, ...], columns: int) -> str:
    """Return charts side by side as one SVG text."""
    columns = max(1, min(columns, len(charts)))
    rows = [charts[i : i + columns] for i in range(0, len(charts), columns)]
    heights = [max(_height(chart) for chart in row) for row in rows]
    wide, high = number(WIDTH * columns), number(sum(heights))
    words = escaped(" ".join(map(describe, charts)))
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" class="symback-chart" width="{wide}" '
        f'height="{high}" viewBox="0 0 {wide} {high}" role="img" font-family="{escaped(FONTS)}">',
        f"<title>{escaped(charts[0].title)}</title><desc>{words}</desc>",
        f"<style>{_style_sheet()}</style>",
        f'<rect class="f-paper" width="{wide}" height="{high}" fill="{PAPER[0]}"/>',
    ]
    top = 0.0
    for row, height in zip(rows, heights, strict=True):
        for place, chart in enumerate(row):
            lines.append(f'<g transform="translate({number(place * WIDTH)} {number(top)})">')
            lines += [*_panel(chart), "</g>"]
        top += height
    return "\n".join([*lines, "</svg>\n"])


def describe(chart: Chart) -> str:
    """Return a chart in words: what it shows, and where each series begins and ends."""
    parts = [f"{chart.title}."]
    for one in chart.series:
        finite = [(x, y) for x, y in zip(one.x, one.y, strict=True) if math.isfinite(y)]
        if chart.labels:
            pairs = zip(chart.labels, one.y, strict=True)
            told = ", ".join(f"{label} {y:.4g}" for label, y in list(pairs)[:20])
            parts.append(f"{one.name}: {told}.")
        elif finite:
            (x0, y0), (x1, y1) = finite[0], finite[-1]
            parts.append(f"{one.name}: from {y0:.4g} at {x0:.4g} to {y1:.4g} at {x1:.4g}.")
    return " ".join(parts)


def _style_sheet() -> str:
    rules = "".join(
        f".symback-chart .f-{name}{{fill:{dark}}}.symback-chart .s-{name}{{stroke:{dark}}}"
        for name, (_, dark) in COLOURS.items()
    )
    return f"@media screen and (prefers-color-scheme:dark){{{rules}}}"


# One chart


def _height(chart: Chart) -> float:
    return HEIGHT + LEGEND_ROW * len(_legend_rows(chart)) + NOTE_ROW * bool(chart.note)


def _panel(chart: Chart) -> list[str]:
    x, y = _scales(chart)
    low = HEIGHT - BOTTOM
    lines = [
        _text(chart.title, WIDTH / 2, 21, TITLE, "middle", weight="bold"),
        *_y_axis(y, x, chart), *_x_axis(x, low, chart), *_level_lines(chart, x, y),
    ]  # fmt: skip
    bars = [s for s in chart.series if s.mark == "bars"]
    for place, one in enumerate(chart.series):
        lines += drawn(one, place, x, y, bars.index(one) if one in bars else 0, len(bars))
    return [*lines, *_legend(chart), *_note(chart)]


def _scales(chart: Chart) -> tuple[Scale, Scale]:
    xs = [n for s in chart.series for n in s.x]
    ys = [n for s in chart.series for n in s.y]
    if chart.surface:
        xs, ys = [*xs, *chart.surface.x], [*ys, *chart.surface.y]
    if any(s.mark == "bars" for s in chart.series) and chart.y_scale == "linear":
        ys.append(0.0)
    y = scale_of(ys, HEIGHT - BOTTOM, TOP, chart.y_scale)
    texts = [tick_text(tick, y.kind) for tick in y.ticks()]
    left = 30.0 + max((width(text, TICK) for text in texts), default=0) + 6
    if chart.labels:
        count = len(chart.labels)
        return Scale(0.5, count + 0.5, left, WIDTH - RIGHT), y
    return scale_of(xs, left, WIDTH - RIGHT, chart.x_scale, room=0.02), y


def _y_axis(y: Scale, x: Scale, chart: Chart) -> list[str]:
    lines = []
    for tick in y.ticks():
        at, words = y.place(tick), tick_text(tick, y.kind)
        lines.append(
            f'<line class="s-grid" x1="{number(x.start)}" x2="{number(x.end)}" y1="{number(at)}" '
            f'y2="{number(at)}" stroke="{GRID[0]}"/>'
        )
        lines.append(_text(words, x.start - 6, at + 4, TICK, "end", "soft"))
    middle = (TOP + HEIGHT - BOTTOM) / 2
    if chart.y_label:
        lines.append(
            f'<g transform="translate(15 {number(middle)}) rotate(-90)">'
            f"{_text(chart.y_label, 0, 0, LABEL, 'middle')}</g>"
        )
    return lines


def _x_axis(x: Scale, low: float, chart: Chart) -> list[str]:
    lines = [
        f'<line class="s-soft" x1="{number(x.start)}" x2="{number(x.end)}" y1="{number(low)}" '
        f'y2="{number(low)}" stroke="{SOFT[0]}"/>'
    ]
    if chart.labels:
        ticks = [(place + 1.0, label) for place, label in enumerate(chart.labels)]
        room = (x.end - x.start) / len(ticks)
        every = max(1, math.ceil(max(width(label, TICK) + 6 for _, label in ticks) / room))
        ticks = ticks[::every]
    else:
        ticks = [(tick, tick_text(tick, x.kind)) for tick in x.ticks(7)]
    for tick, label in ticks:
        at = x.place(tick)
        lines.append(
            f'<line class="s-soft" x1="{number(at)}" x2="{number(at)}" y1="{number(low)}" '
            f'y2="{number(low + 4)}" stroke="{SOFT[0]}"/>'
        )
        lines.append(_text(label, at, low + 16, TICK, "middle", "soft"))
    if chart.x_label:
        lines.append(_text(chart.x_label, (x.start + x.end) / 2, low + 35, LABEL, "middle"))
    return lines


def _level_lines(chart: Chart, x: Scale, y: Scale) -> list[str]:
    """Return the level lines of a surface, the lowest strongest."""
    if not chart.surface:
        return []
    surface, lines = chart.surface, []
    levels = sorted(surface.levels)
    for place, level in enumerate(levels):
        pieces = level_lines(surface.x, surface.y, surface.heights, level)
        path = "".join(
            f"M{number(x.place(a[0]))} {number(y.place(a[1]))}"
            f"L{number(x.place(b[0]))} {number(y.place(b[1]))}"
            for a, b in pieces
        )
        if path:
            opacity = 0.9 - 0.65 * place / max(1, len(levels) - 1)
            lines.append(
                f'<path class="s-soft" d="{path}" fill="none" stroke="{SOFT[0]}" '
                f'stroke-width="1" opacity="{number(opacity)}"/>'
            )
    return lines


# Words below


def _legend_rows(chart: Chart) -> list[list[tuple[int, Series]]]:
    """Return the legend in rows that fit; one series without a name needs none."""
    named = [(place, s) for place, s in enumerate(chart.series) if s.name]
    if len(named) < 2 and not (chart.surface and named):
        return []
    rows: list[list[tuple[int, Series]]] = [[]]
    used = 0.0
    for place, one in named:
        own = LEGEND_WIDTH + width(shortened(one.name, 40), LABEL) + 26
        if rows[-1] and used + own > WIDTH - 2 * RIGHT:
            rows.append([])
            used = 0.0
        rows[-1].append((place, one))
        used += own
    return rows


def _legend(chart: Chart) -> list[str]:
    lines = []
    for row, entries in enumerate(_legend_rows(chart)):
        names = [shortened(one.name, 40) for _, one in entries]
        whole = sum(LEGEND_WIDTH + width(name, LABEL) + 26 for name in names)
        at, low = (WIDTH - whole) / 2 + 10, HEIGHT + 4 + LEGEND_ROW * row
        for (place, one), name in zip(entries, names, strict=True):
            lines += legend_mark(one, place, at, low)
            lines.append(_text(name, at + LEGEND_WIDTH + 5, low + 4, LABEL))
            at += LEGEND_WIDTH + width(name, LABEL) + 26
    return lines


def _note(chart: Chart) -> list[str]:
    low = HEIGHT + LEGEND_ROW * len(_legend_rows(chart)) + 6
    note = shortened(chart.note, 90)
    return [_text(note, WIDTH / 2, low, TICK, "middle", "soft")] if note else []


def _text(
    words: str,
    x: float,
    y: float,
    size: float,
    anchor: str = "start",
    colour: str = "ink",
    weight: str = "",
) -> str:
    bold = f' font-weight="{weight}"' if weight else ""
    return (
        f'<text class="f-{colour}" x="{number(x)}" y="{number(y)}" font-size="{number(size)}" '
        f'text-anchor="{anchor}" fill="{COLOURS[colour][0]}"{bold}>{escaped(words)}</text>'
    )
