"""Blocks: the equations of a network in groups that people call layers, found by who reads what.

An equation begins a block if it mixes its operands with parameters (sums a product with one over a
letter, or is a scalar that reads one), reads an input, is the goal, or joins what several blocks
computed. Any other goes on with the block that it reads: a bias, an activation, a normalisation
with its scale. Scalars of one depth and one shape are the neurons of one block.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from symback.algebra.canonical import shape_key
from symback.algebra.traversal import entries, free_letters
from symback.network.network import Network, reads
from symback.network.tensors import INPUT, PARAMETER, Equation


@dataclass(frozen=True, slots=True)
class Block:
    """A layer: ``members`` are its neurons, or the one list of its equations.

    ``parameters`` are those that no earlier block reads, ``again`` those that one does, ``outputs``
    the tensors that others read (of the last block what it computes).
    """

    members: tuple[tuple[Equation, ...], ...]
    parameters: tuple[str, ...] = ()
    again: tuple[str, ...] = ()
    outputs: tuple[str, ...] = ()

    @property
    def equations(self) -> tuple[Equation, ...]:
        """All equations, member by member."""
        return tuple(equation for member in self.members for equation in member)

    @property
    def targets(self) -> tuple[str, ...]:
        """All tensors that the block computes."""
        return tuple(equation.target for equation in self.equations)


def blocks_of(network: Network, of: str = "") -> list[Block]:
    """Return the blocks of a network in the order of their first equations."""
    groups = _merged_neurons(network, _with_parts_of_goal(network, _groups(network, of), of), of)
    seen: set[str] = set()
    home = {e.target: n for n, group in enumerate(groups) for member in group for e in member}
    outside: dict[int, set[str]] = {}
    for equation in network.equations:
        for name in reads(equation):
            if name in home and home[name] != home[equation.target]:
                outside.setdefault(home[name], set()).add(name)
    blocks = []
    for number, group in enumerate(groups):
        block = Block(group)
        read = dict.fromkeys(name for e in block.equations for name in reads(e))
        learned = [name for name in read if network[name].kind == PARAMETER]
        outputs = tuple(t for t in block.targets if t in outside.get(number, ()))
        outputs = outputs or tuple(member[-1].target for member in group)
        own = tuple(name for name in learned if name not in seen)
        blocks.append(Block(group, own, tuple(n for n in learned if n in seen), outputs))
        seen.update(learned)
    return blocks


Group = tuple[tuple[Equation, ...], ...]


def _groups(network: Network, of: str) -> list[list[Equation]]:
    """Return the equations in groups, by the rule of this module."""
    groups: list[list[Equation]] = []
    home: dict[str, int] = {}
    for equation in network.equations:
        places = {home[name] for name in reads(equation) if name in home}
        if equation.target == of or len(places) != 1 or _begins(network, equation):
            home[equation.target] = len(groups)
            groups.append([equation])
        else:
            (home[equation.target],) = places
            groups[home[equation.target]].append(equation)
    return groups


def _begins(network: Network, equation: Equation) -> bool:
    kinds = {network[name].kind for name in reads(equation)}
    if INPUT in kinds or (PARAMETER in kinds and not equation.letters):
        return True
    return any(
        network[entry.tensor].kind == PARAMETER and not free_letters(entry) <= {*equation.letters}
        for entry in entries(equation.written)
    )


def _with_parts_of_goal(
    network: Network, groups: list[list[Equation]], of: str
) -> list[list[Equation]]:
    """Move to the goal what only it reads and what compares with inputs without parameters."""
    goal = next((group for group in groups if group[0].target == of), None)
    if goal is None:
        return groups
    readers: dict[str, set[str]] = {}
    for equation in network.equations:
        for name in reads(equation):
            readers.setdefault(name, set()).add(equation.target)
    kept, own = [], {equation.target for equation in goal}
    for group in reversed(groups):
        inside = {equation.target for equation in group}
        outside = set().union(*(readers.get(name, set()) for name in inside)) - inside
        kinds = {network[name].kind for equation in group for name in reads(equation)}
        if group is not goal and outside and outside <= own and _compares(kinds):
            goal[:0] = group
            own |= inside
        else:
            kept.append(group)
    return kept[::-1]


def _compares(kinds: set[str]) -> bool:
    return INPUT in kinds and PARAMETER not in kinds and len(kinds) > 1


def _merged_neurons(network: Network, groups: list[list[Equation]], of: str) -> list[Group]:
    """Return the groups with scalars of one depth and one shape as the members of one."""
    depth: dict[str, int] = {}
    merged: dict[tuple, list[tuple[Equation, ...]]] = {}
    for number, group in enumerate(groups):
        inside = {equation.target for equation in group}
        sources = {name for e in group for name in reads(e)} - inside
        level = 1 + max((depth.get(name, 0) for name in sources), default=0)
        depth.update(dict.fromkeys(inside, level))
        scalar = not any(network[name].rank for name in inside) and of not in inside
        place = (level, _shape(group) if scalar else number)
        merged.setdefault(place, []).append(tuple(group))
    # Members come from different places of the network, so that only the depth orders them.
    is_mixed = len(merged) < len(groups)
    places = sorted(merged, key=lambda place: place[0]) if is_mixed else merged
    return [tuple(merged[place]) for place in places]


def _shape(group: list[Equation]) -> tuple:
    """Return what groups share that are the same up to the names of tensors and letters."""
    letters: dict = {}
    tensors: dict[str, int] = {}
    return tuple(
        (tensors.setdefault(e.target, len(tensors)), shape_key(e.written, letters, tensors))
        for e in group
    )


@dataclass(frozen=True, slots=True)
class Run:
    """Blocks first … first + period·repeats − 1, where every ``period`` of them are alike."""

    first: int
    period: int
    repeats: int

    @property
    def end(self) -> int:
        """The number of the block after the run."""
        return self.first + self.period * self.repeats


FEWEST_REPEATS, LONGEST_PERIOD = 3, 12


def repeated(network: Network, blocks: list[Block]) -> list[Run]:
    """Return the runs of blocks that repeat: the same equations, each reading the one before.

    Nothing but the run itself may read what a repetition other than the last computes.
    """
    home = {target: number for number, block in enumerate(blocks) for target in block.targets}
    last_reader = _last_readers(blocks, home)
    shapes = _relative_shapes(network, blocks, home)
    runs, place = [], 0
    while place < len(blocks):
        found = [_run(shapes, place, period) for period in range(1, LONGEST_PERIOD + 1)]
        found = [run for run in found if run.repeats >= FEWEST_REPEATS]
        found = [run for run in found if _is_closed(run, last_reader)]
        best = max(found, key=lambda run: (run.end, -run.period), default=None)
        if best:
            runs.append(best)
        place = best.end if best else place + 1
    return runs


def _run(shapes: list[object], first: int, period: int) -> Run:
    unit, repeats = shapes[first : first + period], 1
    while len(unit) == period:
        start = first + period * repeats
        if shapes[start : start + period] != unit:
            break
        repeats += 1
    return Run(first, period, repeats)


def _is_closed(run: Run, last_reader: list[int]) -> bool:
    return all(last_reader[n] < run.end for n in range(run.first, run.end - run.period))


def _last_readers(blocks: list[Block], home: Mapping[str, int]) -> list[int]:
    last = list(range(len(blocks)))
    for number, block in enumerate(blocks):
        for equation in block.equations:
            for name in reads(equation):
                if name in home:
                    last[home[name]] = max(last[home[name]], number)
    return last


def _relative_shapes(
    network: Network, blocks: list[Block], home: Mapping[str, int]
) -> list[object]:
    """Return for each block its shape, with where its operands come from counted from itself."""
    latest: dict[str, int] = {}  # the last block so far that read a parameter
    shapes: list[object] = []
    for number, block in enumerate(blocks):
        letters: dict = {}
        tensors: dict[str, int] = {}
        equations = tuple(
            (tensors.setdefault(e.target, len(tensors)), shape_key(e.written, letters, tensors))
            for e in block.equations
        )
        origins = []
        for name in tensors:
            if name in home:
                # Outputs first: whoever reads a layer need not know what is inside.
                source = blocks[home[name]]
                order = (*source.outputs, *source.targets)
                origins.append((number - home[name], order.index(name)))
            elif network[name].kind == PARAMETER:
                origins.append((PARAMETER, number - latest[name] if name in latest else None))
                latest[name] = number
            else:
                origins.append(name)
        shapes.append((equations, tuple(origins), len(block.members)))
    return shapes
