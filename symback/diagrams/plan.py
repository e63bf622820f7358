"""planned(x, level, …): the sketch to draw, at a coarser level where the asked one has no room."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from symback.diagrams.entries import (
    MOST_DRAWN,
    Drawable,
    entries_of,
    entry_count,
    entry_name,
    named_entry,
)
from symback.diagrams.in_time import in_time
from symback.diagrams.sketch import Sketch, sketch
from symback.errors import DefinitionError
from symback.network.values import checked_values

MOST_NODES, MOST_LAYERS = 150, 600
COARSE = "layers"
Values = Mapping[str, object] | None


def planned(
    x: Drawable,
    level: str,
    at: Values = None,
    weight: object = None,
    paths: Sequence[Sequence[str]] = (),
    collapse: bool = True,
    steps: int | None = None,
) -> tuple[Sketch, Values]:
    """Return the sketch and the values for it: at level scalars those of the entries.

    With ``collapse``, what has more than MOST_NODES nodes is drawn by layers, with a note that
    says so. With ``steps`` a recurrence is written out for so many. Raises DefinitionError,
    ValuesError.
    """
    if steps is not None:
        in_steps, values, timeline = in_time(x, steps, at)
        plan, values = planned(in_steps, level, values, weight, paths, collapse)
        plan.timeline = timeline
        return plan, values
    name, place = named_entry(weight)
    if not isinstance(at, Mapping | None):
        checked_values(sketch(x).network, at, (), what="values to draw")  # says what they must be
    if level != "scalars":
        plan = sketch(x, level, paths, name)
        if collapse and level != COARSE and _node_count(plan) > MOST_NODES:
            return _collapsed(x, level, _node_count(plan), name, paths), at
        return (_readable(plan) if collapse and level == COARSE else plan), at
    sketch(x, level)  # refuses what is no network
    count = entry_count(x, at) if collapse else 0
    if count > MOST_DRAWN:
        return _collapsed(x, level, count, name, paths), at
    entry = entry_name(x, name, place) if name else ""
    small, values = entries_of(x, at)
    plan = sketch(small, level, paths, entry)
    count = len(plan.graph().nodes) if collapse else 0
    if count > MOST_NODES:
        return _collapsed(x, level, count, name, paths), at
    return plan, values


def _node_count(plan: Sketch) -> int:
    return len(plan.network.tensors)


def _collapsed(
    x: Drawable, level: str, count: int, name: str, paths: Sequence[Sequence[str]]
) -> Sketch:
    plan = _readable(sketch(x, COARSE, paths, name))
    plan.notes = (
        f"Drawn by layers: level {level!r} has {count} nodes, more than the {MOST_NODES} that a "
        "picture shows well. With collapse=False it is drawn in full.",
    )
    return plan


def _readable(plan: Sketch) -> Sketch:
    """Return the plan of layers; DefinitionError if they are too many for any reader."""
    # Only then are the layers worth counting.
    if len(plan.network.equations) > MOST_LAYERS:
        count = len(plan.graph().nodes)
        if count > MOST_LAYERS:
            raise DefinitionError(
                f"draw {plan.network.name} by layers",
                f"{count} layers that differ; a picture shows at most {MOST_LAYERS}",
                "draw a part of the network, or everything: collapse=False (.dot has no limit)",
            )
    return plan
