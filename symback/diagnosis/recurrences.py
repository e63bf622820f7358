"""Verdicts through time: a gradient that vanishes, or explodes, on its way back over the steps.

S. Hochreiter: Untersuchungen zu dynamischen neuronalen Netzen. Diploma thesis, TU München 1991;
Y. Bengio, P. Simard, P. Frasconi: Learning long-term dependencies with gradient descent is
difficult. IEEE Transactions on Neural Networks 5 (1994) 157–166.
"""

from __future__ import annotations

from collections.abc import Iterator

from sympy import Expr, Integer

from symback.algebra.nodes import Partial
from symback.algebra.positions import Entry, combined
from symback.diagnosis.case import WARNING, Case, Verdict, say
from symback.diagnosis.factors import factor_form
from symback.diagnosis.on_the_way import EXPLODES, VANISHES
from symback.diagnosis.paper import counted_words, limit_form, measured
from symback.diagnosis.through_time import TimeWay
from symback.diagnosis.ways import OTHER
from symback.notation.tree import Tree
from symback.render.document import Inlines
from symback.render.parts import inlines


def vanishing_in_time(case: Case) -> Iterator[Verdict]:
    """Recurrences that carry back less than a hundredth from their last step to their first."""
    for way in case.times:
        if way.ratio < VANISHES:
            yield _verdict(case, way, "vanishing in time", VANISHES)


def exploding_in_time(case: Case) -> Iterator[Verdict]:
    """Recurrences that carry back a hundred times as much from their last step to their first."""
    for way in case.times:
        if way.ratio > EXPLODES:
            yield _verdict(case, way, "exploding in time", EXPLODES)


def _verdict(case: Case, way: TimeWay, kind: str, share: float) -> Verdict:
    found = say(
        kind, state=case.show.name(way.state), ratio=measured(way.ratio),
        steps=counted_words(way.steps - 1, "step"), back=counted_words(way.back_to(share), "step"),
    )  # fmt: skip
    has_gate = way.ratio < 1 and all(factor.kind == OTHER for factor in way.factors)
    helps = say("help vanishing gated" if has_gate else f"help {kind}")
    return Verdict(kind, WARNING, (way.state,), found, _why(case, way), helps)


def _why(case: Case, way: TimeWay) -> Inlines:
    """Return what a step multiplies by, factor for factor."""
    key = "step" if way.is_only else "step ways"
    parts: list = [*say(key, jacobian=step_jacobian(case, way), each=measured(way.each))]
    for place, factor in enumerate(way.factors):
        limit: Inlines = ()
        if factor.limit is not None:
            limit = say("step at most", limit=limit_form(factor.limit))
        elif factor.name in way.widest:
            limit = say("step widest", widest=measured(way.widest[factor.name]))
        parts += [*inlines(", " if place else "")]
        parts += say(
            "step factor", factor=factor_form(case.show, case.measures, factor),
            by="" if place else "by ", gain=measured(factor.gain), limit=limit,
        )  # fmt: skip
    return inlines(*parts, ".")


def step_jacobian(case: Case, way: TimeWay) -> Tree:
    """Return ∂h[t]/∂h[t − 1]."""
    return between(case, way, way.time, combined((1, way.time), (-1, Integer(1))))


def between(case: Case, way: TimeWay, late: Expr, early: Expr) -> Tree:
    """Return ∂h[late]/∂h[early] of the state that a step is followed through."""
    return case.show(Partial(Entry(way.cycle, late), Entry(way.cycle, early)))
