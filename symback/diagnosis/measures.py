"""Measures: what a network and its adjoints are at given values, in a few numbers for each tensor.

Every composite equation is first split into stages, so that each function and each sum of a layer
is a tensor of its own. Several batches are measured together: sums are added, no array is kept.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from symback.compiler.program import Program, compile_network
from symback.derivation.derive import Derivation, derive
from symback.diagnosis.slopes import Use, shape_of, uses_of
from symback.errors import DefinitionError, ValuesError
from symback.network.network import Network
from symback.network.stages import staged
from symback.network.values import checked_values

FLOW = "sb_flow"
# A slope below this share of the function's largest counts as flat.
FLAT = 0.05


@dataclass(slots=True)
class Moments:
    """Count, sum, sum of squares, extremes, zeros and what is not finite of all entries seen."""

    count: int = 0
    total: float = 0.0
    squares: float = 0.0
    zeros: int = 0
    broken: int = 0
    least: float = math.inf
    largest: float = -math.inf

    def see(self, array: np.ndarray) -> None:
        """Add an array's entries; those that are not finite are counted and left out."""
        array = np.asarray(array, float)
        finite = np.isfinite(array)
        self.broken += int(array.size - finite.sum())
        kept = array if finite.all() else array[finite]
        self.count += array.size
        if kept.size:
            self.total += float(kept.sum())
            self.squares += float(np.square(kept).sum())
            self.zeros += int((kept == 0).sum())
            self.least = min(self.least, float(kept.min()))
            self.largest = max(self.largest, float(kept.max()))

    @property
    def mean(self) -> float:
        """The mean entry."""
        return self.total / self.count if self.count else math.nan

    @property
    def deviation(self) -> float:
        """The standard deviation of the entries."""
        if not self.count or math.isinf(self.squares):
            return self.squares
        return math.sqrt(max(0.0, self.squares / self.count - self.mean * self.mean))

    @property
    def rms(self) -> float:
        """The root of the mean square: the size of a typical entry."""
        return math.sqrt(self.squares / self.count) if self.count else math.nan

    @property
    def norm(self) -> float:
        """The Euclidean norm of all entries."""
        return math.sqrt(self.squares)


@dataclass(slots=True)
class Steepness:
    """The slopes of one use of a function: their moments, flat ones, and units that never answer.

    ``dead`` has one entry for each unit: is the slope 0 for every sample? ``argument`` are the
    moments of what the function is taken of, where that is a tensor.
    """

    use: Use
    moments: Moments = field(default_factory=Moments)
    flat: int = 0
    samples: int = 0
    dead: np.ndarray | None = None
    highest: np.ndarray | None = None

    @property
    def flat_share(self) -> float:
        """Which share of all entries is flat."""
        return self.flat / self.moments.count if self.moments.count else 0.0

    @property
    def dead_units(self) -> int:
        """How many units never answer."""
        return 0 if self.dead is None else int(self.dead.sum())


@dataclass(frozen=True, slots=True)
class Measures:
    """The staged derivation with its moments; arrays are those of the last batch."""

    derivation: Derivation
    forward: Mapping[str, Moments]
    adjoints: Mapping[str, Moments]
    flows: Mapping[tuple[str, str], Moments]
    steepness: tuple[Steepness, ...]
    arrays: Mapping[str, np.ndarray]
    lengths: Mapping[str, tuple[int, ...]]
    batches: int

    def units(self, name: str) -> int:
        """Return how many entries of a tensor are units: the product of the sizes of its letters
        that a parameter has. Other letters run over samples and positions.
        """
        places = unit_axes(self.derivation, name)
        return int(np.prod([self.lengths[name][place] for place in places], dtype=int))

    def strength(self, name: str) -> float:
        """Return ‖v̄‖/√units, how strong the gradient arrives at one unit."""
        return self.adjoints[name].norm / math.sqrt(self.units(name))


def unit_axes(d: Derivation, name: str) -> tuple[int, ...]:
    """Return the axes of a tensor whose letters a parameter has: they count units, not samples."""
    own = {k for n in d.wrt for k in d.forward[n].letters}
    own |= {k for t in d.forward.parameters for k in t.letters}
    return tuple(p for p, k in enumerate(d.forward[name].letters) if k in own)


def measured(d: Derivation, values: object) -> Measures:
    """Return the measures of a derivation at values, one mapping or several batches of them.

    Raises ValuesError for values that do not fit.
    """
    own = derive(staged(d.forward), list(d.wrt), d.of, window=d.window)
    uses = [(use, slope) for use, slope in uses_of(own.forward) if use.target in own.adjoints]
    network, flows = _with_flows(own)
    for use, slope in uses:
        network.adjoint(use.name, use.letters, slope)
    way = tuple(own.adjoints)
    computed = [n for n in way if own.forward.equation(n) is not None]
    outputs = dict.fromkeys((*computed, *map(own.adjoint_name, way), *flows, *_names(uses)))
    program = compile_network(network, [n for n in outputs if n in network])
    measures = Measures(
        own, {n: Moments() for n in way}, {n: Moments() for n in way},
        {flow: Moments() for flow in flows.values()},
        tuple(Steepness(use) for use, _ in uses), {}, {}, len(batches_of(values)),
    )  # fmt: skip
    for batch in batches_of(values):
        _see(measures, program, batch, flows)
    return measures


def _names(uses: Sequence[tuple[Use, object]]) -> list[str]:
    return [use.name for use, _ in uses]


def batches_of(values: object) -> list[Mapping[str, object]]:
    """Return the batches: one mapping, or each of several; raises ValuesError."""
    batches = [values] if isinstance(values, Mapping) else values
    is_list = isinstance(batches, Sequence) and not isinstance(batches, str)
    if not is_list or not batches or not all(isinstance(b, Mapping) for b in batches):
        raise ValuesError(
            "diagnose: values were asked for", type(values).__name__,
            'give {"X": …, "W1": …}, or a list of such mappings, one for each batch',
        )  # fmt: skip
    return list(batches)


def names_of(batch: Mapping[object, object]) -> set[object]:
    """Return the names of the tensors that have values, which may be given as tensors too."""
    return {getattr(name, "name", name) for name in batch}


def _with_flows(d: Derivation) -> tuple[Network, dict[str, tuple[str, str]]]:
    """Return the derived network with the part of each adjoint that each of several readers sends.

    The mapping tells for each such tensor (adjoint of what, through which reader).
    """
    network, flows = d.network.copy(), {}
    for name in d.adjoints:
        readers = [c.entry.tensor for c in d[name].problem.consumers]
        if len(readers) > 1:
            for reader in readers:
                part = d.through(name, reader)
                flow = f"{FLOW}_{len(flows)}"
                network.adjoint(flow, (*d.goal_letters, *part.indices), part.written)
                flows[flow] = name, reader
    return network, flows


def _see(
    measures: Measures,
    program: Program,
    batch: Mapping[str, object],
    flows: Mapping[str, tuple[str, str]],
) -> None:
    """Measure one batch."""
    d = measures.derivation
    unread = [n for n in d.wrt if n in names_of(batch) and d.forward.equation(n) is None]
    wanted = (*program.inputs, *unread)
    given, _ = checked_values(d.network, batch, wanted, what="diagnose: values")
    arrays = given | program({n: given[n] for n in program.inputs})
    for name in d.adjoints:
        own, adjoint = arrays.get(name), arrays[d.adjoint_name(name)]
        measures.adjoints[name].see(adjoint)
        if own is not None:
            measures.forward[name].see(own)
        measures.lengths[name] = adjoint.shape
    for flow, place in flows.items():
        measures.flows[place].see(arrays[flow])
    for one in measures.steepness:
        _see_slopes(one, d, arrays)
    measures.arrays.update(arrays)


def _see_slopes(one: Steepness, d: Derivation, arrays: Mapping[str, np.ndarray]) -> None:
    slopes = np.abs(arrays[one.use.name])
    one.moments.see(slopes)
    steepest = shape_of(one.use.function).steepest
    if steepest:
        one.flat += int((slopes <= FLAT * steepest).sum())
    places = set(unit_axes(d, one.use.target)) & set(range(slopes.ndim))
    rest = tuple(axis for axis in range(slopes.ndim) if axis not in places)
    one.samples += int(np.prod([slopes.shape[axis] for axis in rest], dtype=int))
    dead = (slopes == 0).all(axis=rest)
    one.dead = dead if one.dead is None else one.dead & dead
    argument = arrays.get(getattr(one.use.argument, "tensor", ""))
    if argument is not None and argument.shape == slopes.shape:
        highest = argument.max(axis=rest)
        one.highest = highest if one.highest is None else np.maximum(one.highest, highest)


def required(x: object) -> Derivation:
    """Return the derivation that is diagnosed; a network is derived. Raises DefinitionError."""
    d = derive(x) if isinstance(x, Network) else x
    if not isinstance(d, Derivation):
        raise DefinitionError(
            "diagnose: a derivation was asked for", type(x).__name__,
            "derive the network first: diagnose(derive(net), values)",
        )  # fmt: skip
    return d
