"""What a page says of one recurrence: the product over steps, its factors, what arrives how far."""

from __future__ import annotations

from collections.abc import Iterator

from sympy import Integer

from symback.algebra.positions import combined
from symback.diagnosis.case import Case, say
from symback.diagnosis.factors import factor_form
from symback.diagnosis.paper import counted_words, limit_form, measured
from symback.diagnosis.recurrences import between, step_jacobian
from symback.diagnosis.texts import TEXTS
from symback.diagnosis.through_time import TimeWay
from symback.diagnosis.ways import Factor
from symback.notation.forms import multiplied
from symback.notation.tree import Words
from symback.render.document import Block
from symback.render.parts import equation, heading, line, paragraph, table

SHOWN_STEPS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)


def through_time(case: Case, way: TimeWay) -> list[Block]:
    """Return the passage about one recurrence; nothing for a single step."""
    if way.steps < 2:
        return []
    intro = say(
        "time intro", state=case.show.name(way.state), steps=counted_words(way.steps, "step")
    )
    blocks: list[Block] = [
        heading(TEXTS["time title"]), paragraph(*intro), equation(*_product(case, way)),
    ]  # fmt: skip
    if not way.is_only:
        blocks.append(paragraph(TEXTS["time ways"]))
    head = ["factor", "is", "gain", "at most", "largest singular value"]
    cells = [_cells(case, way, factor) for factor in way.factors]
    kept = [c for c in range(len(head)) if any(row[c] != "" for row in cells)]
    rows = [[row[c] for c in kept] for row in cells]
    blocks.append(table([head[c] for c in kept], rows, align="ll" + "r" * (len(kept) - 2)))
    blocks.append(paragraph(TEXTS["time factors"] + (TEXTS["time bound"] if way.widest else "")))
    arrives = [[str(back), measured(way.sent[-1 - back])] for back in _shown(way)]
    blocks.append(table(["steps back", "arrives"], arrives, align="rr"))
    return [*blocks, paragraph(TEXTS["time back"])]


def _product(case: Case, way: TimeWay) -> Iterator:
    """Yield the chain over all steps, then the factors of one step."""
    size = way.time.size

    def at(back: int):
        return combined((1, size), (-1, Integer(back)))

    zero, one = Integer(0), Integer(1)
    steps = [between(case, way, at(1), at(2)), Words("…"), between(case, way, one, zero)]
    yield line(between(case, way, at(1), zero), multiplied(steps), reason="chain rule")
    factors = [factor_form(case.show, case.measures, factor) for factor in way.factors]
    reason = "local derivatives" if way.is_only else "strongest way"
    yield line(step_jacobian(case, way), multiplied(factors), reason=reason)


def _cells(case: Case, way: TimeWay, factor: Factor) -> list:
    show = case.show
    return [
        show(factor.symbol), factor_form(show, case.measures, factor), measured(factor.gain),
        "" if factor.limit is None else limit_form(factor.limit),
        measured(way.widest[factor.name]) if factor.name in way.widest else "",
    ]  # fmt: skip


def _shown(way: TimeWay) -> list[int]:
    """Return how many steps back the table looks: a few, and the first step."""
    return [*(back for back in SHOWN_STEPS if back < way.steps - 1), way.steps - 1]
