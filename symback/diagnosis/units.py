"""Verdicts on units: those that never answer, and functions that are saturated.

X. Glorot, Y. Bengio: Understanding the difficulty of training deep feedforward neural networks.
AISTATS 2010 (saturation); K. He, X. Zhang, S. Ren, J. Sun: Delving deep into rectifiers. ICCV 2015.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from symback.algebra.pointwise import POINTWISE
from symback.diagnosis.case import MOST_NAMED, NOTE, WARNING, Case, Verdict, say
from symback.diagnosis.measures import FLAT, Steepness, unit_axes
from symback.diagnosis.paper import counted_words, limit_form, measured
from symback.diagnosis.slopes import shape_of
from symback.network.graph import descendants
from symback.network.network import reads
from symback.render.document import Inlines
from symback.render.parts import Part, inlines

# Beyond this share of flat entries a hidden function is saturated.
SATURATED = 0.5
# With fewer samples a unit that never answers may only have seen none that wakes it.
FEW_SAMPLES = 10
# The share of a tensor's units from which dead ones are more than a note.
MANY_DEAD = 0.1


def dead(case: Case) -> Iterator[Verdict]:
    """Units at which a function has slope 0 for every sample: dead relus, for example."""
    found: dict[str, list[Steepness]] = {}
    for one in case.measures.steepness:
        if one.dead_units:
            found.setdefault(one.use.function, []).append(one)
    for function, uses in found.items():
        yield _dead_verdict(case, function, uses)


def _dead_verdict(case: Case, function: str, uses: list[Steepness]) -> Verdict:
    same = [one for one in case.measures.steepness if one.use.function == function]
    count, units = (sum(n) for n in zip(*((o.dead_units, o.dead.size) for o in same), strict=True))
    samples = min(one.samples for one in uses)
    highest: Inlines = ()
    known = [one.highest[one.dead].max() for one in uses if one.highest is not None]
    if known:
        highest = say("dead highest", highest=measured(float(max(known))))
    found = say(
        "dead", count=f"{count:,} of {units:,} units", function=_function(function),
        answer="answers" if count == 1 else "answer", samples=counted_words(samples, "sample"),
        places=_places(case, uses),
    )  # fmt: skip
    why = say("dead why", units="this unit" if count == 1 else "these units", highest=highest)
    few = samples < FEW_SAMPLES
    helps = inlines(*say("dead help"), *(say("few") if few else ()))
    grave = not few and any(one.dead_units >= MANY_DEAD * one.dead.size for one in uses)
    about = tuple(one.use.target for one in uses)
    return Verdict("dead", WARNING if grave else NOTE, about, found, why, helps)


def _places(case: Case, uses: list[Steepness]) -> Inlines:
    """Return where dead units are: 1 in A3 (h = 3), 16 in A4."""
    parts: list[Part] = []
    for one in uses[:MOST_NAMED]:
        target = case.show.name(one.use.target)
        parts += [", " if parts else "", f"{one.dead_units:,} in ", target, *_which(case, one)]
    more = len(uses) - MOST_NAMED
    return inlines(*parts, f" and in {more} more tensors" if more > 0 else "")


def _which(case: Case, one: Steepness) -> Inlines:
    """Return which units are dead, where one letter counts them: (h = 3, 7)."""
    d = case.measures.derivation
    letters = d.forward[one.use.target].letters
    units = [letters[place] for place in unit_axes(d, one.use.target)]
    if len(units) != 1 or one.dead.ndim != 1 or one.dead.all():
        return ()
    places = [str(place) for place in np.flatnonzero(one.dead)]
    shown = ", ".join(places[:MOST_NAMED]) + ", …" * (len(places) > MOST_NAMED)
    return inlines(" (", case.show(units[0]), f" = {shown})")


def _function(name: str) -> str:
    return POINTWISE[name].unicode


def saturated(case: Case) -> Iterator[Verdict]:
    """Bounded functions of hidden tensors that are flat at most entries, each function once."""
    found: dict[str, list[Steepness]] = {}
    for one in case.measures.steepness:
        is_flat = shape_of(one.use.function).bounded and one.flat_share > SATURATED
        if is_flat and _is_hidden(case, one.use.target):
            found.setdefault(one.use.function, []).append(one)
    for function, flat in found.items():
        yield _saturation(case, function, flat)


def _saturation(case: Case, function: str, flat: list[Steepness]) -> Verdict:
    targets = tuple(dict.fromkeys(one.use.target for one in flat))
    read = [getattr(one.use.argument, "tensor", "") for one in flat]
    deviations = [case.measures.forward[n].deviation for n in read if n in case.measures.forward]
    why = say("saturated why unknown")
    if deviations:
        why = say("saturated why", deviation=_range(sorted(deviations), measured))
    shares = sorted(100 * one.flat_share for one in flat)
    said = say(
        "saturated", function=_function(function), targets=case.names(targets),
        share=_range(shares, lambda share: f"{share:.0f}"), flat=f"{100 * FLAT:.0f}",
        steepest=limit_form(shape_of(function).steepest),
    )  # fmt: skip
    return Verdict("saturated", WARNING, targets, said, why, say("saturated help"))


def _range(numbers: list[float], show: Callable[[float], Part]) -> Inlines:
    """Return the least and the largest of sorted numbers: 66 to 76; one number alone."""
    first, last = show(numbers[0]), show(numbers[-1])
    return inlines(first) if first == last else inlines(first, " to ", last)


def _is_hidden(case: Case, name: str) -> bool:
    """Does a later equation read a parameter? An output may be saturated because it is right."""
    forward = case.measures.derivation.forward
    learned = {t.name for t in forward.parameters}
    later = set(descendants(forward, [name])) - {name, case.measures.derivation.of}
    return any(learned & set(reads(e)) and later & {e.target} for e in forward.equations)
