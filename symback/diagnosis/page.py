"""The page of a diagnosis: verdicts, tables of numbers, the Jacobian product with its gains."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from symback.diagnosis.case import MOST_NAMED, say
from symback.diagnosis.factors import factor_form
from symback.diagnosis.measures import FLAT
from symback.diagnosis.on_the_way import jacobian
from symback.diagnosis.paper import counted_words, limit_form, measured
from symback.diagnosis.texts import TEXTS
from symback.diagnosis.time_page import through_time
from symback.diagnosis.ways import Factor, Way, deepest
from symback.notation.forms import multiplied
from symback.notation.layout import Typesetter
from symback.notation.tree import Tree, Words
from symback.render.document import Block, Document, Inlines, Table
from symback.render.parts import (
    check,
    document,
    equation,
    heading,
    inlines,
    items,
    line,
    paragraph,
    strong,
    table,
)

if TYPE_CHECKING:
    from symback.diagnosis.diagnosis import Diagnosis, Row

# More rows than anybody reads; of more factors the first and last are shown.
MOST_ROWS, MOST_FACTORS = 60, 24
# Factors of a product on one line.
MOST_IN_LINE = 6


def page(made: Diagnosis) -> Document:
    """Return the document of a diagnosis."""
    of = made.case.show.name(made.derivation.of)
    return document(
        say("title", of=of), paragraph(*_setting(made)),
        *_verdicts(made), *_tensors(made), *_parameters(made), *_way(made),
        *(block for way in made.through_time for block in through_time(made.case, way)),
    )  # fmt: skip


def _setting(made: Diagnosis) -> Inlines:
    m = made.measures
    given = [n for n in m.arrays if n in made.derivation.forward and made.derivation.forward[n].kind
             == "input"]  # fmt: skip
    shapes = [_given(n, m.arrays[n]) for n in given[:MOST_NAMED]]
    batches = "one batch" if m.batches == 1 else f"{m.batches} batches"
    return say("setting", batches=batches, inputs=", ".join(shapes) or "no inputs")


def _given(name: str, array: np.ndarray) -> str:
    """Return X 50 × 8, or x = 0.5."""
    return f"{name} {_shape(array.shape)}" if array.ndim else f"{name} = {float(array):.6g}"


def _verdicts(made: Diagnosis) -> list[Block]:
    if not made.verdicts:
        return [check(True, TEXTS["nothing"])]
    return [items(*(
        inlines(strong(f"{v.title}. "), *v.found, " ", *v.why, " ", *v.helps)
        for v in made.verdicts
    ))]  # fmt: skip


# Tables ------------------------------------------------------------------------------------------


def _tensors(made: Diagnosis) -> list[Block]:
    rows = [row for row in made.rows if row.kind == "tensor"]
    if not rows:
        return []
    head = ["tensor", "shape", "mean", "deviation", "gradient", "flat", "dead units"]
    cells = [_tensor_cells(made.case.show, row) for row in rows[:MOST_ROWS]]
    words = say("tensors", flat=f"{100 * FLAT:.0f}")
    return [heading(TEXTS["tensors title"]), _table(head, cells, "llrrrrr"), paragraph(*words)]


def _parameters(made: Diagnosis) -> list[Block]:
    case = made.case
    rows = [row for row in made.rows if row.kind == "parameter"]
    head = ["parameter", "shape", "size", "gradient", "zero gradients", "step/size"]
    cells = [_parameter_cells(case.show, row) for row in rows[:MOST_ROWS]]
    words = [TEXTS["parameters"]]
    if case.steps:
        words += say("ratio note", rule=case.rule)
    return [heading(TEXTS["parameters title"]), _table(head, cells, "llrrrr"), paragraph(*words)]


def _table(head: list[str], rows: list[list], align: str) -> Table:
    """Return a table without the columns that are empty."""
    kept = [c for c in range(len(head)) if any(row[c] != "" for row in rows)]
    return table(
        [head[c] for c in kept], [[row[c] for c in kept] for row in rows],
        align="".join(align[c] for c in kept),
    )  # fmt: skip


def _tensor_cells(show: Typesetter, row: Row) -> list:
    return [
        show.name(row.name), _shape(row.shape), _number(row.mean),
        _number(row.deviation) if row.shape else "",
        _number(row.gradient), _percent(row.flat), str(row.dead) if row.dead else "",
    ]  # fmt: skip


def _parameter_cells(show: Typesetter, row: Row) -> list:
    return [show.name(row.name), _shape(row.shape), _number(row.size), _number(row.gradient),
            _percent(row.zeros), _number(row.step)]  # fmt: skip


def _shape(shape: tuple[int, ...]) -> str:
    return " × ".join(map(str, shape))


def _number(value: float) -> Tree | str:
    return "" if math.isnan(value) else measured(value)


def _percent(share: float) -> str:
    return "" if math.isnan(share) else f"{100 * share:.0f} %"


# The Jacobian product ----------------------------------------------------------------------------


def shown_way(made: Diagnosis) -> Way | None:
    """Return the way that the page explains: the one of the first verdict on a way, else the
    one with the most layers.
    """
    for verdict in made.verdicts:
        if verdict.kind in ("vanishing", "exploding"):
            worst = min if verdict.kind == "vanishing" else max
            return worst((made.ways[n] for n in verdict.about), key=lambda way: way.ratio)
    return deepest(made.ways)


def _way(made: Diagnosis) -> list[Block]:
    way = shown_way(made)
    if way is None or not way.factors:
        return []
    show = made.case.show
    intro = say(
        "way intro", parameter=show.name(way.parameter), layers=counted_words(way.layers, "layer"),
        low=show.name(way.low), high=show.name(way.high),
        count=counted_words(len(way.factors), "local derivative"),
    )  # fmt: skip
    partials = [show(f.symbol) for f in way.factors]
    formulas = [factor_form(show, made.measures, f) for f in way.factors]
    lines = [line(jacobian(show, way), _product(partials), reason="chain rule")]
    lines.append(line(None, _product(formulas), reason="local derivatives"))
    rows = _elided([_factor_cells(show, made, f) for f in way.factors])
    head = ["factor", "is", "gain", "expected", "at most", "other ways"]
    return [
        heading(TEXTS["way"]), paragraph(*intro), equation(*lines),
        _table(head, rows, "llrrrr"), paragraph(*say("whole", ratio=measured(way.ratio))),
        paragraph(TEXTS["factors"]),
    ]  # fmt: skip


def _product(factors: list[Tree]) -> Tree:
    """Return a product, of many factors only the first and the last."""
    if len(factors) > MOST_IN_LINE:
        half = MOST_IN_LINE // 2
        factors = [*factors[:half], Words("…"), *factors[-half:]]
    return multiplied(factors)


def _elided(rows: list[list]) -> list[list]:
    if len(rows) <= MOST_FACTORS:
        return rows
    half = MOST_FACTORS // 2
    return [*rows[:half], ["…", *[""] * (len(rows[0]) - 1)], *rows[-half:]]


def _factor_cells(show: Typesetter, made: Diagnosis, factor: Factor) -> list:
    return [
        show(factor.symbol), factor_form(show, made.measures, factor), _number(factor.gain),
        _number(factor.expected), "" if factor.limit is None else limit_form(factor.limit),
        "" if factor.joined == 1 else measured(factor.joined),
    ]  # fmt: skip
