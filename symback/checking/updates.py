"""Updates: what tensors are after one, and weights that were updated too early.

A backward pass takes all gradients before any weight changes. Who updates the weights of the last
layer first and then reads them for the next gradient has used "stale" values; the rate of the
update is then given, or solved for.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from symback.algebra.traversal import entries
from symback.checking.arrays import Field, array_of
from symback.checking.cases import Case, Finding
from symback.checking.catalogue import Mistake
from symback.checking.claim import Point
from symback.checking.in_time import compute
from symback.checking.points import Equations, exact_kind, float_kind
from symback.checking.route import Route, Stage, computed_versions, forward_field, route_to
from symback.checking.tracks import tracks_to
from symback.network.recurrences import ordered
from symback.training.optimisers import GRADIENT, NEXT, SGD, THETA, Optimizer, state_names

Step = Callable[[np.ndarray, np.ndarray], np.ndarray]
TURNS = 25  # of the search for a rate
LARGEST_RATE = 1e4


def stepped(optimizer: Optimizer, theta: np.ndarray, gradient: np.ndarray) -> np.ndarray:
    """Return θ after the optimiser's first step, from the equations of its rule."""
    rule, exact = optimizer.network, np.asarray(theta).dtype == object
    kind = exact_kind() if exact else float_kind()
    flat = np.ravel(theta)
    tensors: dict[str, np.ndarray] = {}
    for name in state_names(rule):
        shape = (flat.size,) if rule[name].letters else ()
        tensors[name] = kind.array([0] * int(np.prod(shape)), shape)
    for name, setting in optimizer.settings.items():
        tensors[name] = kind.array([setting], ())
    tensors |= {THETA: flat, GRADIENT: np.broadcast_to(np.ravel(gradient), flat.shape)}
    if not exact:
        tensors = {name: array.astype(float) for name, array in tensors.items()}
    sizes = dict.fromkeys(rule.sizes.values(), flat.size)
    field = Field(tensors, sizes, kind)
    for equation in rule.equations:
        tensors[equation.target] = array_of(equation.written, equation.letters, field)
    return tensors[THETA + NEXT].reshape(np.shape(theta))


def after_update(point: Point, optimizer: Optimizer, adjoints: Mapping[str, Any]) -> Point:
    """Return the point with all parameters after one step along these adjoints."""
    derivation = point.derivation
    values = {t.name: point.tensors[t.name] for t in derivation.forward.given}
    for parameter in derivation.forward.parameters:
        name = parameter.name
        old = point.tensors[name]
        values[name] = stepped(optimizer, old, adjoints[name]) if name in adjoints else old
    if derivation.upstream:
        values[derivation.upstream] = point.adjoints[derivation.of]
    kind = exact_kind() if point.exact else float_kind()
    return Equations(derivation, point.adjoints).computed(values, point.sizes, kind)


# Weights that were updated too early --------------------------------------------------------------


def hasty_adjoints(
    route: Route, point: Point, step: Step, weights: Collection[str]
) -> dict[str, np.ndarray]:
    """Return all adjoints if these weights are updated as soon as their gradient is there."""
    base = forward_field(point)
    tensors = dict(base.tensors)
    field = replace(base, tensors=tensors)
    adjoints = {stage.adjoint for stage in route}
    learned = {t.name for t in point.derivation.forward.parameters}
    waiting = [stage for stage in route if stage.name in learned]
    others = ordered(stage.equation for stage in route if stage.name not in learned)
    for group in (*others, None):
        for weight in tuple(waiting):
            if all(e.tensor in tensors for e in entries(weight.written) if e.tensor in adjoints):
                waiting.remove(weight)
                compute([weight.equation], field)
                if weight.name in weights:
                    gradient = tensors[weight.adjoint]
                    tensors[weight.name] = step(point.tensors[weight.name], gradient)
        if group is not None:
            compute([group], field)
    return {stage.name: tensors[stage.adjoint] for stage in route}


def stale(case: Case, derivation: Any, update: Optimizer | None) -> Finding | None:
    """Return the finding that weights after the update were used; the rate given or solved for."""
    route = route_to(derivation, [case.name, *_learned(derivation)])
    for weights in _choices(derivation, case.name):
        found = _given(case, route, weights, update) if update else _solved(case, route, weights)
        if found is not None:
            what = ", ".join(weights)
            mistake = Mistake("stale weights", case.name, (), what, found)
            return Finding((mistake,))
    return None


def _learned(derivation: Any) -> list[str]:
    return [name for name in derivation.wrt if derivation.forward[name].kind == "parameter"]


def _choices(derivation: Any, name: str) -> list[tuple[str, ...]]:
    """Return the weights that may be stale: all that the way back to a tensor reads, or one."""
    learned = set(_learned(derivation))
    read: dict[str, None] = {}
    for stage in route_to(derivation, [name]):
        read |= dict.fromkeys(e.tensor for e in entries(stage.written) if e.tensor in learned)
    read.pop(name, None)
    names = tuple(read)
    return [names, *((n,) for n in names)] if len(names) > 1 else [names] if names else []


def _given(
    case: Case, route: Route, weights: tuple[str, ...], update: Optimizer
) -> str | None:  # fmt: skip
    def step(theta: np.ndarray, gradient: np.ndarray) -> np.ndarray:
        return stepped(update, theta, gradient)

    for place, point in enumerate(case.points):
        rows = hasty_adjoints(route, point, step, weights)[case.name][None]
        if not case.fits(rows, place)[0]:
            return None
    return f"{update.settings.get('rate', 0.0):g}"


def _solved(case: Case, route: Route, weights: tuple[str, ...]) -> str | None:
    """Solve for the rate at the first point by Newton's method; the others must confirm it."""

    def at(rate: float, place: int = 0) -> np.ndarray:
        point = case.points[place]
        found = hasty_adjoints(route, point, lambda theta, g: theta - rate * g, weights)
        return found[case.name]

    rate, small, left = 0.0, 1e-6, float("inf")
    for _ in range(TURNS):
        here = at(rate)
        slope = (at(rate + small) - here) / small
        square = float(np.sum(slope * slope))
        before, left = left, float(np.sum((case.claimed[0] - here) ** 2))
        # Why a half? Where some rate gives the claim, each turn leaves far less.
        if not np.isfinite(square) or square == 0 or not left < before / 2:
            break
        rate += float(np.sum(slope * (case.claimed[0] - here))) / square
        if abs(rate) > LARGEST_RATE:
            break
    places = range(len(case.points))
    fits = rate > 0 and all(case.fits(at(rate, p)[None], p)[0] for p in places)
    # Why one number is not enough: some rate makes every number.
    known = len(case.points) > 1 or case.claimed[0].size > 1
    return f"{rate:.6g}" if fits and known and rate <= LARGEST_RATE else None


# The loss, or another tensor, after the update ----------------------------------------------------


def wrong_update(case: Case, derivation: Any, update: Optimizer) -> Finding | None:
    """Return the mistake in the gradients that gives a tensor's claimed value after the update.

    ``case`` is about a forward tensor after the update. Tried are stale weights, weights that were
    not updated, an update uphill, and then every mistake of the catalogue, made in all gradients.
    """
    learned = _learned(derivation)

    def fits(place: int, adjoints: Mapping[str, np.ndarray]) -> bool:
        found = after_update(case.points[place], update, adjoints).tensors[case.name]
        return bool(case.fits(np.asarray(found)[None], place)[0])

    for mistake, adjoints in _wrong_steps(derivation, learned, update):
        if all(fits(place, adjoints(point)) for place, point in enumerate(case.points)):
            return Finding((mistake,))
    for track in tracks_to(derivation, learned, case.points):
        versions = [m.version for m in track.mistakes]
        targets = [s.name for s in track.route if s.name in learned]
        rows = [
            computed_versions(track.route, point, versions, targets, track.more(place), track.known)
            for place, point in enumerate(case.points)
        ]
        for number, mistake in enumerate(track.mistakes):
            if all(
                fits(place, {name: array[number] for name, array in found.items()})
                for place, found in enumerate(rows)
            ):
                return Finding((mistake,))
    return None


Adjoints = Callable[[Point], Mapping[str, np.ndarray]]


def _wrong_steps(
    derivation: Any, learned: Sequence[str], update: Optimizer
) -> Iterator[tuple[Mistake, Adjoints]]:
    """Yield the mistakes of the update itself, with the gradients that amount to each."""
    route = route_to(derivation, learned)
    rate = f"{update.settings.get('rate', 0.0):g}"
    read = [n for n in learned if any(_reads(stage, n) for stage in route)]

    def step(theta: np.ndarray, gradient: np.ndarray) -> np.ndarray:
        return stepped(update, theta, gradient)

    stale_weights = Mistake("stale weights", "", (), ", ".join(read), rate)
    yield stale_weights, lambda p: _of(learned, hasty_adjoints(route, p, step, learned))
    yield Mistake("no update", "", (), "all parameters"), lambda p: {}
    if isinstance(update, SGD):
        uphill = Mistake("update uphill", "", ())
        yield uphill, lambda p: {name: -p.adjoints[name] for name in learned}
    for name in learned if len(learned) > 1 else ():
        others = [n for n in learned if n != name]
        yield (
            Mistake("no update", "", (), name),
            lambda p, others=others: _of(others, p.adjoints),
        )


def _of(names: Sequence[str], adjoints: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    return {name: adjoints[name] for name in names if name in adjoints}


def _reads(stage: Stage, name: str) -> bool:
    return stage.name != name and any(e.tensor == name for e in entries(stage.written))
