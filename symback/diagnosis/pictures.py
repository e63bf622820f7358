"""The charts of a diagnosis: gradients and values along the way, and the gain of each factor."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING

from symback.charts.chart import Chart, Sheet, bar_chart, line_chart, restyled
from symback.diagnosis.page import shown_way
from symback.diagnosis.through_time import TimeWay
from symback.diagnosis.ways import FUNCTION, OTHER, WEIGHTS, Factor

if TYPE_CHECKING:
    from symback.diagnosis.diagnosis import Diagnosis, Row

# Bars that fit beside each other with their names.
MOST_BARS = 14


def sheet(made: Diagnosis) -> Sheet:
    """Return the charts along the way that the page explains; by parameter where there is none."""
    of = made.derivation.of
    rows = {row.name: row for row in made.rows}
    way = shown_way(made)
    on_way = [n for n in (way.path[1:] if way else ()) if n in rows and n != of]
    names = _few(on_way or list(rows))
    parameters = _few([row.name for row in made.rows if row.kind == "parameter"])
    charts = [
        _gradients(
            f"Gradient of {of} on its way", rows, names, "path", "from the input to the output"
        ),
        _gradients(f"Gradient of {of} by its parameters", rows, parameters, "points", ""),
    ]
    charts += [_in_time(of, one) for one in made.through_time if one.steps > 1]
    if way and way.factors:
        factors = _few(list(way.factors[::-1]))
        charts.append(
            bar_chart(
                "Gain of each local derivative", _gains(factors),
                [f"∂{f.reader}/∂{f.variable}" for f in factors], y_label="gain",
                note="below 1 the gradient shrinks",
            )
        )  # fmt: skip
    if on_way:
        charts.append(
            bar_chart(
                "Values on the way", {"standard deviation": [rows[n].deviation for n in names]},
                names, y_label="deviation",
            )
        )  # fmt: skip
    return Sheet(tuple(charts), columns=2)


def _gradients(
    title: str, rows: Mapping[str, Row], names: list[str], mark: str, note: str
) -> Chart:
    """Return the gradients of these tensors on a logarithmic axis."""
    sizes = {"gradient": [_positive(rows[name].gradient) for name in names]}
    made = bar_chart(title, sizes, names, y_label="root mean square", y_scale="log", note=note)
    # Why no bars? Their length means nothing on a logarithmic axis.
    return restyled(made, {"gradient": mark})


def _in_time(of: str, way: TimeWay) -> Chart:
    """Return what arrives at each step, of the goal's gradient and of that of the last step."""
    time, state = way.time.name, way.state
    steps = list(range(way.steps))
    largest = max(way.adjoints) or 1.0
    lines = {
        f"∂{of}/∂{state}": (steps, [_positive(norm / largest) for norm in way.adjoints]),
        "from the last step": (steps, [_positive(share) for share in way.sent]),
    }
    return line_chart(
        f"Gradient of {of} by {state}, step by step", lines, x_label=time, y_label="share",
        y_scale="log", note="norms, as shares of the largest and of the last step",
    )  # fmt: skip


def _gains(factors: list[Factor]) -> dict[str, list[float]]:
    """Return the gains of slopes, weights and others as series of their own."""
    kinds = {FUNCTION: "slopes of functions", WEIGHTS: "weights", OTHER: "others"}
    return {
        words: [f.gain if f.kind == kind else 0.0 for f in factors]
        for kind, words in kinds.items()
        if any(f.kind == kind for f in factors)
    }


def _positive(value: float) -> float:
    """Return the number, a gap where a logarithmic axis has no place for it."""
    return value if value > 0 else math.nan


def _few(items: list) -> list:
    """Return so many items that their names fit, evenly chosen, first and last among them."""
    if len(items) <= MOST_BARS:
        return items
    last = len(items) - 1
    return [items[round(place * last / (MOST_BARS - 1))] for place in range(MOST_BARS)]
