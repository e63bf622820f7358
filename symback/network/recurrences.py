"""Recurrences: equations that read each other's earlier steps, found in any network.

    h[t] = tanh(x[t] + w*h[t-1])        one equation, computed for t = 0, 1, …
    z[t] = x[t] + w*h[t-1],  h[t] = tanh(z[t])      two, z before h in each step

The adjoint of a recurrence is one that runs backwards: it reads later steps. Equations on a common
cycle of reads are a strongly connected component. Their time is found by following reads: within a
recurrence every read is at the time of its reader plus a constant.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from heapq import heapify, heappop, heappush

from sympy import Expr, Integer

from symback.algebra.letters import Index
from symback.algebra.positions import Entry, combined, is_affine, parts
from symback.algebra.traversal import entries
from symback.errors import DefinitionError
from symback.network.contents import Contents
from symback.network.tensors import STATE, Equation, Tensor, reads

FORWARDS, BACKWARDS = 1, -1


@dataclass(frozen=True)
class Recurrence:
    """Equations that are computed together, one step after the other.

    ``targets`` and ``equations`` are in the order of one step, ``times`` is the time letter of
    each target, and ``direction`` is 1 from the first step to the last, -1 from the last to the
    first.
    """

    targets: tuple[str, ...]
    times: Mapping[str, Index]
    direction: int
    equations: tuple[Equation, ...]

    def axis(self, target: str) -> int:
        """Return the number of a target's time axis."""
        equation = self.equations[self.targets.index(target)]
        return equation.letters.index(self.times[target])

    def lags(self, reader: str, target: str) -> tuple[int, ...]:
        """Return how many steps away an equation reads a target: -1 is the step before.

        An equation that is not of this recurrence reads it after all steps, and counts as one of
        the same step.
        """
        if reader not in self.targets:
            return (0,)
        equation, axis = self.equations[self.targets.index(reader)], self.axis(target)
        time = self.times[reader]
        read = (e for e in entries(equation.written) if e.tensor == target)
        return tuple(shift(e.positions[axis], time) or 0 for e in read)


Stage = Equation | Recurrence


def stages(network: Contents) -> tuple[Stage, ...]:
    """Return equations and recurrences, each after all that it reads.

    Raises DefinitionError for a state without an equation.
    """
    for tensor in network.tensors.values():
        if tensor.kind == STATE:
            letters = ", ".join(k.name for k in tensor.letters)
            raise DefinitionError(
                f"the equations of network {network.name}",
                f"the state {tensor} has no equation",
                f'add net.define("{tensor.name}", ({letters}), …), or {tensor} = … in the text',
            )
    return ordered(network.equations) if network.has_cycles else network.equations


def computed_order(network: Contents) -> tuple[Equation, ...]:
    """Return the equations such that each stands after what it reads, at the same step at least."""
    found: list[Equation] = []
    for stage in stages(network):
        found.extend(stage.equations if isinstance(stage, Recurrence) else (stage,))
    return tuple(found)


def ordered(equations: Iterable[Equation]) -> tuple[Stage, ...]:
    """Return the stages of equations that may stand in any order; raises DefinitionError."""
    equations = tuple(equations)
    sources = {e.target: reads(e) for e in equations}
    groups = components(sources)
    group_of = {target: number for number, group in enumerate(groups) for target in group}
    waits = [
        {group_of[s] for t in group for s in sources[t] if s in group_of} - {number}
        for number, group in enumerate(groups)
    ]
    places = {e.target: place for place, e in enumerate(equations)}
    ranks = [min(places[target] for target in group) for group in groups]
    definitions = {e.target: e for e in equations}
    made: list[Stage] = []
    for number in topological(waits, ranks):
        group = sorted(groups[number], key=places.__getitem__)
        members = tuple(definitions[target] for target in group)
        is_alone = len(group) == 1 and group[0] not in sources[group[0]]
        made.append(members[0] if is_alone else recurrence_of(members))
    return tuple(made)


def components(sources: Mapping[str, Iterable[str]]) -> list[tuple[str, ...]]:
    """Return the strongly connected components of a graph: who reads whom, both ways.

    Source: Tarjan 1972, "Depth-first search and linear graph algorithms"; without recursion.
    """
    number: dict[str, int] = {}
    lowest: dict[str, int] = {}
    waiting: dict[str, None] = {}
    found: list[tuple[str, ...]] = []
    for root in sources:
        if root in number:
            continue
        stack: list[tuple[str, Iterator[str]]] = []
        _enter(root, sources, number, lowest, waiting, stack)
        while stack:
            name, rest = stack[-1]
            below = next((s for s in rest if s in sources), None)
            if below is None:
                stack.pop()
                if stack:
                    above = stack[-1][0]
                    lowest[above] = min(lowest[above], lowest[name])
                if lowest[name] == number[name]:
                    found.append(_taken_off(waiting, name))
            elif below not in number:
                _enter(below, sources, number, lowest, waiting, stack)
            elif below in waiting:
                lowest[name] = min(lowest[name], number[below])
    return found


def _enter(
    name: str,
    sources: Mapping[str, Iterable[str]],
    number: dict[str, int],
    lowest: dict[str, int],
    waiting: dict[str, None],
    stack: list[tuple[str, Iterator[str]]],
) -> None:
    number[name] = lowest[name] = len(number)
    waiting[name] = None
    stack.append((name, iter(sources[name])))


def _taken_off(waiting: dict[str, None], last: str) -> tuple[str, ...]:
    """Take off all that was entered since ``last``: one component."""
    group = []
    while last in waiting:
        group.append(waiting.popitem()[0])
    return tuple(group)


def topological(waits: list[set[int]], ranks: list[int]) -> Iterator[int]:
    """Yield the numbers of nodes, each after those it waits for; among the ready ones by rank."""
    awaited: list[list[int]] = [[] for _ in waits]
    for node, others in enumerate(waits):
        for other in others:
            awaited[other].append(node)
    missing = [len(others) for others in waits]
    ready = [(ranks[node], node) for node, count in enumerate(missing) if not count]
    heapify(ready)
    while ready:
        node = heappop(ready)[1]
        yield node
        for other in awaited[node]:
            missing[other] -= 1
            if not missing[other]:
                heappush(ready, (ranks[other], other))


def needed_for(sources: Mapping[str, Iterable[str]], wanted: Iterable[str]) -> set[str]:
    """Return the tensors that must be known for the wanted ones, themselves included."""
    found, stack = set(), list(wanted)
    while stack:
        name = stack.pop()
        if name not in found:
            found.add(name)
            stack.extend(sources.get(name, ()))
    return found


def check_states(
    what: str, letters: tuple[Index, ...], written: Expr, tensors: Mapping[str, Tensor]
) -> None:
    """Raise DefinitionError for a read of a state, without an equation so far, but at h[t-s].

    Why only there? An earlier step is known before this one is computed, whatever its equation is.
    """
    for entry in entries(written):
        tensor = tensors[entry.tensor]
        if tensor.kind != STATE:
            continue
        if not is_earlier(entry, letters):
            time = tensor.letters[0]
            earlier = Entry(tensor.name, combined((1, time), (-1, Integer(1))), *tensor.letters[1:])
            raise DefinitionError(
                f"{what}: it reads {entry}",
                f"the state {tensor} has no equation yet, and this is no earlier step",
                f"read {earlier}, or define {tensor.name} first",
            )


def is_earlier(entry: Entry, letters: tuple[Index, ...]) -> bool:
    """Is this read of a state, in an equation with these letters, one of an earlier step?"""
    return any((shift(entry.positions[0], letter) or 0) < 0 for letter in letters)


# One recurrence ----------------------------------------------------------------------------------


def recurrence_of(members: tuple[Equation, ...]) -> Recurrence:
    """Return the recurrence that these equations on a common cycle make.

    Raises DefinitionError where a read is not a constant number of steps away, where some reads are
    of earlier and others of later steps, or where a step reads itself.
    """
    reading = _Cycle({e.target: e for e in members})
    start = next((e for e in members if e.initial is not None), members[0])
    failures = []
    for letter in start.letters:
        times, failure = reading.times_from(start.target, letter)
        if not failure:
            direction, failure = reading.direction(times)
        if not failure:
            order, failure = reading.order(times)
        if not failure:
            equations = tuple(reading.members[target] for target in order)
            return Recurrence(order, {t: times[t] for t in order}, direction, equations)
        failures.append(failure)
    names = ", ".join(reading.members)
    what = "the recurrence of" if start.letters else "the equations of"
    raise DefinitionError(
        f"{what} {names}",
        failures[0] if failures else "they read each other, and have no letter for time",
        "in a recurrence read what is computed earlier in the step, or a constant number of steps "
        "before: h[t-1]",
    )


@dataclass(frozen=True, slots=True)
class _Cycle:
    """Equations on a common cycle, by target; methods return (result, what is wrong)."""

    members: Mapping[str, Equation]

    def inner_reads(self) -> Iterator[tuple[str, Entry]]:
        """Yield (reader, entry) for every read of a member by a member."""
        for target, equation in self.members.items():
            for entry in entries(equation.written):
                if entry.tensor in self.members:
                    yield target, entry

    def times_from(self, start: str, letter: Index) -> tuple[dict[str, Index], str]:
        """Follow the reads from one target, whose time is known, to the times of all."""
        times = {start: letter}
        pending = list(self.inner_reads())
        while pending:
            later = []
            for reader, entry in pending:
                if reader not in times:
                    later.append((reader, entry))
                elif entry.tensor not in times:
                    axis = _axis_at(entry, times[reader])
                    if axis is None:
                        return times, _told(reader, entry)
                    times[entry.tensor] = self.members[entry.tensor].letters[axis]
            if len(later) == len(pending):
                break
            pending = later
        return times, ""

    def lag(self, times: Mapping[str, Index], reader: str, entry: Entry) -> int | None:
        """Return how many steps away an entry is read: -1 is the step before."""
        axis = self.members[entry.tensor].letters.index(times[entry.tensor])
        return shift(entry.positions[axis], times[reader])

    def direction(self, times: Mapping[str, Index]) -> tuple[int, str]:
        """Return 1 where all reads are of the same or earlier steps, -1 of the same or later."""
        sizes = dict.fromkeys(time.size for time in times.values())
        if len(sizes) > 1:
            return 0, f"time letters of the sizes {', '.join(map(str, sizes))}"
        found: dict[int, tuple[str, Entry]] = {}
        for reader, entry in self.inner_reads():
            lag = self.lag(times, reader, entry)
            if lag is None:
                return 0, _told(reader, entry)
            if lag:
                found[FORWARDS if lag < 0 else BACKWARDS] = (reader, entry)
        if len(found) == 2:
            (one, earlier), (other, later) = found[FORWARDS], found[BACKWARDS]
            return 0, f"{one} reads {earlier}, an earlier step, and {other} reads {later}, a later"
        return next(iter(found), FORWARDS), ""

    def order(self, times: Mapping[str, Index]) -> tuple[tuple[str, ...], str]:
        """Return the targets such that each stands after what it reads of the same step."""
        names = list(self.members)
        number = {name: place for place, name in enumerate(names)}
        waits: list[set[int]] = [set() for _ in names]
        for reader, entry in self.inner_reads():
            if self.lag(times, reader, entry) == 0:
                waits[number[reader]].add(number[entry.tensor])
        found = tuple(names[n] for n in topological(waits, list(range(len(names)))))
        if len(found) == len(names):
            return found, ""
        stuck = next(n for n in names if n not in found)
        return found, f"{self.members[stuck].entry} is needed for itself within one step"


def shift(position: Expr, time: Index) -> int | None:
    """Return s where the position is time + s; None where it is not."""
    if not is_affine(position):
        return None
    constant, coefficients = parts(position)
    is_step = coefficients == {time: 1} and constant.is_Integer
    return int(constant) if is_step else None


def _axis_at(entry: Entry, time: Index) -> int | None:
    """Return the first axis on which an entry is read at the time plus a constant."""
    shifts = (shift(position, time) for position in entry.positions)
    return next((axis for axis, lag in enumerate(shifts) if lag is not None), None)


def _told(reader: str, entry: Entry) -> str:
    return f"{reader} reads {entry}, which is no constant number of steps away"
