"""Verdicts on parameters: no gradient and why, weights that start symmetric, steps too large."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from symback.algebra.letters import Index
from symback.algebra.nodes import Partial
from symback.algebra.pointwise import POINTWISE
from symback.algebra.positions import Entry
from symback.algebra.traversal import entries
from symback.diagnosis.case import MOST_NAMED, NOTE, WARNING, Case, Verdict, say
from symback.diagnosis.paper import measured
from symback.network.tensors import INPUT, PARAMETER
from symback.render.document import Inlines

# A step that changes more than this share of a parameter.
LARGE_STEP = 0.1
# Why a gradient is 0, what helps, and how grave it is.
Cause = tuple[Inlines, Inlines, str]
# Entries that differ by less, in parts of the largest, count as equal.
EQUAL = 1e-9


def without_gradient(case: Case) -> Iterator[Verdict]:
    """Parameters whose gradient is 0 everywhere, those with the same cause together."""
    m = case.measures
    groups: dict[Cause, list[str]] = {}
    for name in m.derivation.wrt:
        moments = m.adjoints[name]
        if moments.zeros == moments.count and not moments.broken:
            groups.setdefault(_zero_cause(case, name), []).append(name)
    for (why, helps, level), names in groups.items():
        many = len(names) > 1
        found = say(
            "zero", parameters=case.names(tuple(names)), get="get" if many else "gets",
            is_zero="their gradients are" if many else "its gradient is",
        )  # fmt: skip
        yield Verdict("zero", level, tuple(names), found, why, helps)


def _zero_cause(case: Case, name: str) -> Cause:
    """Return why a gradient is 0: the first factor from the goal down that leaves nothing."""
    m = case.measures
    if name not in case.ways:
        goal = case.show.name(m.derivation.of)
        return say("zero unread", goal=goal), say("zero unread help"), WARNING
    path = case.ways[name].path
    below = zip(path[-2::-1], path[:0:-1], strict=True)
    variable, reader = next(
        (v, u) for v, u in below if m.adjoints[v].zeros == m.adjoints[v].count
    )  # fmt: skip
    return _factor_cause(case, variable, reader)


def _factor_cause(case: Case, variable: str, reader: str) -> Cause:
    """Return why nothing comes through ∂reader/∂variable."""
    m, show = case.measures, case.show
    d = m.derivation
    parts = {"adjoint": show.name(d.adjoint_name(variable))}
    if d.through(variable, reader).written == 0:
        partial = show(Partial(Entry(reader), Entry(variable)))
        found = say("zero derivative", partial=partial, reader=show.name(reader))
        return found, say("zero derivative help"), WARNING
    if reader == d.of:
        parts |= {"goal": show.name(d.of), "variable": show.name(variable)}
        return say("zero goal", **parts), say("zero goal help"), NOTE
    for one in m.steepness:
        if one.use.target == reader and one.use.whole and not one.moments.largest:
            found = say("zero slope", function=POINTWISE[one.use.function].unicode, **parts)
            return found, say("zero slope help"), WARNING
    parts["upstream"] = show.name(d.adjoint_name(reader))
    tensor = _zero_tensor(case, variable, reader)
    if tensor:
        kind = {PARAMETER: "parameter", INPUT: "input"}.get(d.forward[tensor].kind, "computed")
        shown = show.name(tensor)
        helps = say(f"zero {kind} help", tensor=shown)
        return say("zero tensor", tensor=shown, **parts), helps, WARNING
    return say("zero other", **parts), say("zero other help"), WARNING


def _zero_tensor(case: Case, variable: str, reader: str) -> str:
    """Return a tensor in the factor between the two that is 0 everywhere."""
    d = case.measures.derivation
    for entry in entries(d.through(variable, reader).written):
        array = case.measures.arrays.get(entry.tensor)
        if entry.tensor != d.adjoint_name(reader) and array is not None and not np.any(array):
            return entry.tensor
    return ""


def symmetric(case: Case) -> Iterator[Verdict]:
    """Slices of a parameter that are equal and get equal gradients: they stay equal for ever."""
    m = case.measures
    d = m.derivation
    found: dict[tuple[Index, tuple[int, ...], int], list[str]] = {}
    for name in d.wrt:
        array, gradient = m.arrays.get(name), m.arrays.get(d.adjoint_name(name))
        if array is None or array.ndim < 2 or gradient.shape != array.shape:
            continue
        for axis, letter in enumerate(d.forward[name].letters):
            equal = tuple(equal_slices(array, gradient, axis))
            if len(equal) > 1:
                found.setdefault((letter, equal, array.shape[axis]), []).append(name)
    for (letter, equal, length), names in found.items():
        yield _symmetry(case, tuple(names), letter, equal, length)


def _symmetry(
    case: Case, names: tuple[str, ...], letter: Index, equal: tuple[int, ...], length: int
) -> Verdict:
    shown = ", ".join(map(str, equal[:MOST_NAMED])) + ", …" * (len(equal) > MOST_NAMED)
    slices = f"all {length} slices" if len(equal) == length else f"the slices {shown}"
    found = say(
        "symmetric", parameters=case.names(names), are="are" if len(names) > 1 else "is",
        slices=slices, letter=case.show(letter),
    )  # fmt: skip
    return Verdict("symmetric", WARNING, names, found, say("symmetric why"), say("symmetric help"))


def equal_slices(array: np.ndarray, gradient: np.ndarray, axis: int) -> list[int]:
    """Return the largest set of slices with equal entries and equal gradients that are not 0."""
    both = [np.moveaxis(a, axis, 0).reshape(a.shape[axis], -1) for a in (array, gradient)]
    scales = [np.abs(a).max(initial=0.0) or 1.0 for a in both]
    rows = np.concatenate([a / scale for a, scale in zip(both, scales, strict=True)], axis=1)
    # A product with fixed numbers puts equal rows beside each other.
    order = np.argsort(rows @ np.cos(1.0 + np.arange(rows.shape[1])), kind="stable")
    best: list[int] = []
    current: list[int] = []
    for place in order:
        if not np.any(both[1][place]):
            continue
        near = current and np.allclose(rows[place], rows[current[-1]], rtol=0, atol=EQUAL)
        current = [*current, int(place)] if near else [int(place)]
        best = max(best, current, key=len)
    return sorted(best)


def large_steps(case: Case) -> Iterator[Verdict]:
    """Parameters of which one step changes more than a tenth."""
    shares = {name: update / size for name, (update, size) in case.steps.items() if size}
    large = {name: share for name, share in shares.items() if share > LARGE_STEP}
    if large:
        worst = max(large, key=large.__getitem__)
        update, size = case.steps[worst]
        found = say("steps", rule=case.rule, parameters=case.names(tuple(large)))
        why = say(
            "steps why", parameter=case.show.name(worst), update=measured(update),
            size=measured(size), ratio=measured(large[worst]),
        )  # fmt: skip
        yield Verdict("steps", WARNING, tuple(large), found, why, say("steps help"))
