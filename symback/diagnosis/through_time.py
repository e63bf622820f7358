"""Through time: what becomes of a gradient that a recurrence carries back, one step after another.

    ∂h[T−1]/∂h[0] = ∂h[T−1]/∂h[T−2] · … · ∂h[1]/∂h[0]

The adjoint of h[t] mixes what comes from later steps with what the goal reads at t itself. So the
last step alone is derived: the goal is Σ g·h[T−1] with g as the gradient there, and its adjoints
are the products of the Jacobians of steps. The engine is the one that derives all others.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from sympy import Integer

from symback.algebra.letters import Index
from symback.algebra.nodes import IndexSum
from symback.algebra.operators import Times
from symback.algebra.positions import Entry, combined
from symback.derivation.derive import derive
from symback.diagnosis.measures import Measures, measured
from symback.diagnosis.ways import Factor, factor_of, readers_of
from symback.network.network import Network
from symback.network.recurrences import FORWARDS, Recurrence, stages

GOAL, UPSTREAM = "last_step", "from_last_step"


@dataclass(frozen=True, slots=True)
class TimeWay:
    """One recurrence: ``state`` is what leaves it, ``sent`` what arrives of its last step's
    gradient at each step, as a share; ``adjoints`` are the norms of ∂goal/∂state by step.

    ``factors`` lead once round the strongest cycle through a step, from the output inwards;
    ``cycle`` is its first tensor, ``is_only`` says whether there is no other. ``widest`` holds the
    largest singular value of weights that are a matrix.
    """

    state: str
    time: Index
    sent: tuple[float, ...]
    adjoints: tuple[float, ...]
    cycle: str
    factors: tuple[Factor, ...]
    is_only: bool
    widest: Mapping[str, float]

    @property
    def steps(self) -> int:
        """How many steps there are."""
        return len(self.sent)

    @property
    def ratio(self) -> float:
        """The share that arrives at the first step."""
        return self.sent[0]

    @property
    def each(self) -> float:
        """What one step multiplies by, as the geometric mean of all."""
        return self.ratio ** (1 / (self.steps - 1)) if self.steps > 1 else 1.0

    def back_to(self, share: float) -> int:
        """Return after how many steps less than this share is left, or more if it is above 1."""
        for back, sent in enumerate(reversed(self.sent)):
            if (sent < share) if share < 1 else (sent > share):
                return back
        return self.steps - 1


def times(measures: Measures) -> Iterator[TimeWay]:
    """Yield what each recurrence on the way to the goal does to a gradient, at the last batch."""
    d = measures.derivation
    for recurrence in stages(d.forward):
        if not isinstance(recurrence, Recurrence) or recurrence.direction != FORWARDS:
            continue
        state = _leaving(measures, recurrence)
        if state is not None:
            made = _way(measures, recurrence, state)
            if made is not None:
                yield made


def _leaving(measures: Measures, recurrence: Recurrence) -> str | None:
    """Return the target that the rest of the network reads, through which most gradient comes."""
    d, inner = measures.derivation, set(recurrence.targets)
    found = [
        n for n in recurrence.targets
        if n in d.adjoints and recurrence.axis(n) == 0 and set(readers_of(d, n)) - inner
    ]  # fmt: skip
    return max(found, key=lambda n: measures.adjoints[n].norm, default=None)


def _way(measures: Measures, recurrence: Recurrence, state: str) -> TimeWay | None:
    d = measures.derivation
    time = recurrence.times[state]
    gradient = measures.arrays[d.adjoint_name(state)]
    last = gradient[-1]
    if not last.any() or not np.isfinite(gradient).all():
        last = np.ones_like(last)
    carried = _carried(recurrence)
    if not carried:
        return None
    network, goal, upstream = _last_step(d.forward, state, time)
    derivation = derive(network, carried, goal, window=d.window)
    given = {t.name: measures.arrays[t.name] for t in d.forward.given if t.name in measures.arrays}
    own = measured(derivation, given | {upstream: last})
    arrays = [own.arrays[own.derivation.adjoint_name(n)] for n in carried]
    sent = np.sqrt(sum(_squares(array) for array in arrays))
    if not sent[-1]:
        return None
    rounds = [_round(own, recurrence, start) for start in carried]
    cycle, is_only, factors = max(rounds, key=lambda made: math.prod(f.gain for f in made[2]))
    return TimeWay(
        state, time, tuple((sent / sent[-1]).tolist()), tuple(np.sqrt(_squares(gradient)).tolist()),
        cycle, factors, is_only, dict(_widest(own, factors)),
    )  # fmt: skip


def _squares(array: np.ndarray) -> np.ndarray:
    return np.square(array.reshape(len(array), -1)).sum(axis=1)


def _carried(recurrence: Recurrence) -> list[str]:
    """Return the targets that another step reads."""
    return [
        name
        for name in recurrence.targets
        if recurrence.axis(name) == 0
        and any(lag for reader in recurrence.targets for lag in recurrence.lags(reader, name))
    ]


def _last_step(forward: Network, state: str, time: Index) -> tuple[Network, str, str]:
    """Return the network with the goal Σ g·h[T−1], the name of this goal, and that of g."""
    network = forward.copy()
    upstream, goal = _free(network, UPSTREAM), _free(network, GOAL)
    letters = network[state].letters[1:]
    network.input(upstream, *letters)
    last = Entry(state, combined((1, time.size), (-1, Integer(1))), *letters)
    product = Times(Entry(upstream, *letters), last)
    network.define(goal, (), IndexSum(product, *letters) if letters else product)
    return network, goal, upstream


def _free(network: Network, stem: str) -> str:
    name = stem
    while name in network or name in network.letters or name in network.sizes:
        name += "_"
    return name


def _round(
    measures: Measures, recurrence: Recurrence, start: str
) -> tuple[str, bool, tuple[Factor, ...]]:
    """Return where a way once round a step begins, if there is no other, and its factors.

    At each tensor it takes the reader through which most gradient comes.
    """
    d, inner = measures.derivation, set(recurrence.targets)
    path, is_only = [start], True
    while len(path) == 1 or path[-1] not in path[:-1]:
        readers = [r for r in readers_of(d, path[-1]) if r in inner]
        is_only &= len(readers) == 1
        alone = len(readers_of(d, path[-1])) == 1
        path.append(
            readers[0] if alone else max(readers, key=lambda r: measures.flows[path[-1], r].norm)
        )
    cycle = path[path.index(path[-1]) :]
    factors = [factor_of(measures, variable, reader) for variable, reader in pairwise(cycle)]
    return cycle[0], is_only, tuple(factors[::-1])


def _widest(measures: Measures, factors: Sequence[Factor]) -> Iterator[tuple[str, float]]:
    for factor in factors:
        core = factor.core
        array = measures.arrays.get(core.tensor) if isinstance(core, Entry) else None
        if factor.summed and array is not None and array.ndim == 2 and np.isfinite(array).all():
            yield core.tensor, float(np.linalg.norm(array, 2))
