"""The literal interpreter: nested loops over letters, straight from the meaning of the nodes.

It referees everything else. Derivatives are central differences, in as many digits as one likes;
under them a stop_gradient stays what it was.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from fractions import Fraction
from itertools import product

import mpmath
import numpy as np
from sympy import Expr, Symbol

from symback.algebra.letters import Index
from symback.algebra.nodes import Partial, Total
from symback.algebra.positions import Entry
from symback.algebra.traversal import entries, free_letters
from symback.compiler.arithmetic import Arithmetic, arithmetic
from symback.compiler.meanings import MEANINGS
from symback.compiler.world import Letters, Meaning, World, meaning, position_of
from symback.errors import NotYetError, ValuesError
from symback.network.network import Network, reads
from symback.network.recurrences import Recurrence, needed_for, stages
from symback.network.tensors import Equation
from symback.network.values import checked_values, size_value

# A tensor, and lengths to add to its entries, by place.
Moved = tuple[str, Mapping[tuple[int, ...], object]]


def interpret(
    network: Network,
    values: Mapping[str, object],
    *,
    outputs: Iterable[str] | None = None,
    precision: int = 50,
    exact: bool = False,
    number: type | None = None,
) -> dict[str, np.ndarray]:
    """Return the arrays of the outputs, by default of every tensor that an equation defines.

    Numbers are mpmath's with ``precision`` digits, fractions with ``exact``, floats with
    ``number=float``; arrays hold objects but for floats. Values may be arrays of such numbers too.
    Raises ValuesError, also where an equation has no value: a division by zero, a read outside.
    """
    made = interpreted(network, values, outputs, arithmetic(precision, exact, number))
    names = [e.target for e in network.equations] if outputs is None else list(outputs)
    return {
        name: made.tensors[name].astype(float) if number is float else made.tensors[name]
        for name in names
    }


def interpreted(
    network: Network,
    values: Mapping[str, object],
    outputs: Iterable[str] | None,
    kind: Arithmetic,
    meanings: Mapping[type, Meaning] | None = None,
) -> World:
    """Return the world that holds all that the outputs need, for many evaluations in it.

    ``meanings`` replaces the table of meanings: a checker may watch what is computed.
    """
    sources, recurrences = _order(network)
    wanted = needed_for(sources, sources if outputs is None else [network[n].name for n in outputs])
    leaves = [
        t.name for t in network.given if t.name in wanted or t.name in values or outputs is None
    ]
    rounded = {name: _rounded(value) for name, value in values.items()}
    arrays, sizes = checked_values(network, rounded, leaves)
    world = World({}, sizes, kind, meanings or EVERY_MEANING, network, sources, recurrences)
    with mpmath.workdps(kind.digits or 15):
        for constant in network.constants:
            world.tensors[constant.name] = kind.array([meaning(constant.value, {}, world)], ())
        for name, array in arrays.items():
            exact = values[name] if rounded[name] is not values[name] else array
            world.tensors[name] = _numbers(kind, exact)
        return computed(world, [target for target in sources if target in wanted])


def evaluate(
    expression: Expr,
    environment: Mapping[str, object],
    letters: Mapping[Index, int] | None = None,
    sizes: Mapping[Symbol, int] | None = None,
    *,
    network: Network | None = None,
    precision: int = 50,
    exact: bool = False,
    number: type | None = None,
) -> object:
    """Return the number that an expression is, given arrays for the tensors that it reads.

    ``network`` is needed for ∂a/∂b of defined tensors. Raises ValuesError where there is no value.
    """
    kind = arithmetic(precision, exact, number)
    sources, recurrences = _order(network) if network else ({}, {})
    with mpmath.workdps(kind.digits or 15):
        tensors = {name: _numbers(kind, value) for name, value in environment.items()}
    world = World(tensors, sizes or {}, kind, EVERY_MEANING, network, sources, recurrences)
    return value(world, expression, letters)


def value(world: World, expression: Expr, letters: Mapping[Index, int] | None = None) -> object:
    """Return the number that the expression is for these values of its free letters."""
    names = {letter.name: int(number) for letter, number in (letters or {}).items()}
    with mpmath.workdps(world.kind.digits or 15):
        return _number(str(expression)[:80], expression, names, world)


def slopes(
    world: World,
    expression: Expr,
    tensor: str,
    direction: Mapping[tuple[int, ...], float],
    letters: Mapping[Index, int] | None = None,
) -> tuple[object, object]:
    """Return the slopes of an expression along a tensor's direction, from below and above.

    ``direction`` holds its entries by place: {(0, 1): 1} is along one entry. What the tensor moves
    is computed anew. The two slopes agree but at a kink; their mean is the central difference.
    """
    names = {letter.name: int(number) for letter, number in (letters or {}).items()}
    with mpmath.workdps(world.kind.digits or 15):
        here = meaning(expression, names, world)
        above, below = _ends(world, expression, names, tensor, direction, through=True)
        step = world.kind.step()
        return (here - below) / step, (above - here) / step


def _order(network: Network) -> tuple[dict[str, tuple[str, ...]], dict[str, Recurrence]]:
    """Return what each equation reads, in the order of computing, and who is in a recurrence."""
    sources, recurrences = {}, {}
    for stage in stages(network):
        members = stage.equations if isinstance(stage, Recurrence) else (stage,)
        sources.update((e.target, reads(e)) for e in members)
        if isinstance(stage, Recurrence):
            recurrences.update(dict.fromkeys(stage.targets, stage))
    return sources, recurrences


def computed(world: World, targets: Iterable[str], moved: Moved | None = None) -> World:
    """Return the world with these tensors computed anew; targets come in the order of computing.

    ``moved`` are lengths to add to entries of one of them: what a difference does in a recurrence,
    where a tensor depends on its own entries.
    """
    tensors = dict(world.tensors)
    new = replace(world, tensors=tensors, known={})
    done: set[str] = set()
    for target in targets:
        recurrence = world.recurrences.get(target)
        if recurrence is None:
            tensors[target] = _array(world.network.equation(target), new)
        elif target not in done:
            done.update(recurrence.targets)
            _compute_steps(recurrence, new, moved)
    return new


def _array(equation: Equation, world: World) -> np.ndarray:
    shape = _shape(equation, world)
    numbers = [_entry(equation, place, world) for place in product(*map(range, shape))]
    return world.kind.array(numbers, shape)


def _compute_steps(recurrence: Recurrence, world: World, moved: Moved | None) -> None:
    """Compute the tensors of a recurrence, all entries of one time after those of the last."""
    tensor, lengths = moved or ("", {})
    for equation in recurrence.equations:
        # Why None? An entry that is read before it is computed must not pass for a number.
        world.tensors[equation.target] = np.full(_shape(equation, world), None, dtype=object)
    (count,) = {size_value(time.size, world.sizes) for time in recurrence.times.values()}
    for step in range(count)[:: recurrence.direction]:
        for equation in recurrence.equations:
            array, axis = world.tensors[equation.target], recurrence.axis(equation.target)
            ranges = [range(length) for length in array.shape]
            ranges[axis] = range(step, step + 1)
            for place in product(*ranges):
                array[place] = _entry(equation, place, world)
                if equation.target == tensor and place in lengths:
                    array[place] = array[place] + lengths[place]


def _shape(equation: Equation, world: World) -> tuple[int, ...]:
    return tuple(size_value(letter.size, world.sizes) for letter in equation.letters)


def _entry(equation: Equation, place: tuple[int, ...], world: World) -> object:
    what = f"{equation.target}[{', '.join(map(str, place))}]" if place else equation.target
    letters = {letter.name: i for letter, i in zip(equation.letters, place, strict=True)}
    return _number(what, equation.written, letters, world)


def _number(what: str, expression: Expr, letters: Letters, world: World) -> object:
    """Return the value; an error names what was being computed."""
    try:
        return world.kind.number(meaning(expression, letters, world))
    except ValuesError as error:
        raise ValuesError(f"{what}: {error.asked}", error.found, error.helps) from None
    except ZeroDivisionError:
        raise ValuesError(what, "a division by zero", "check what it divides by") from None
    except OverflowError:
        raise ValuesError(what, "a number too large", "use smaller values") from None


def _numbers(kind: Arithmetic, value: object) -> np.ndarray:
    array = np.asarray(value)
    return kind.array(array.ravel().tolist(), array.shape)


def _rounded(value: object) -> object:
    """Return an array of exact numbers as floats, to be checked; anything else as it is."""
    try:
        array = np.asarray(value)
    except (ValueError, TypeError, OverflowError):
        return value
    exact = array.dtype == object and all(
        isinstance(x, (int, float, Fraction, mpmath.mpf)) for x in array.flat
    )
    return array.astype(float) if exact else value


# Derivatives -------------------------------------------------------------------------------------


def _partial(node: Partial, letters: Letters, world: World) -> object:
    """∂a/∂b, all else held: in a's own equation if a is an entry, else where b stands in a."""
    what, by = node.args
    place = _derived_by(node, letters, world)
    if isinstance(what, Entry):
        own = tuple(position_of(p, letters, world) for p in what.positions)
        if what.tensor == by.tensor:
            return world.kind.one if own == place else world.kind.zero
        known = world.network is not None and what.tensor in world.network
        equation = world.network.equation(what.tensor) if known else None
        if equation is None:
            return world.kind.zero
        what = equation.written
        letters = {letter.name: i for letter, i in zip(equation.letters, own, strict=True)}
    return _difference(world, what, letters, by.tensor, place, through=False)


def _total(node: Total, letters: Letters, world: World) -> object:
    what, by = node.args
    place = _derived_by(node, letters, world)
    if free_letters(what):
        return _difference(world, what, letters, by.tensor, place, through=True)
    known = (what, by.tensor, place)
    if known not in world.known:
        world.known[known] = _difference(world, what, letters, by.tensor, place, through=True)
    return world.known[known]


def _derived_by(node: Partial | Total, letters: Letters, world: World) -> tuple[int, ...]:
    by = node.args[1]
    if not isinstance(by, Entry):
        raise NotYetError(f"the value of {node}", f"a derivative by {by}", "derive by an entry")
    meaning(by, letters, world)  # refuses an entry outside of the tensor
    return tuple(position_of(p, letters, world) for p in by.positions)


def _difference(
    world: World, what: Expr, letters: Letters, tensor: str, place: tuple[int, ...], through: bool
) -> object:
    """Return (what(b+h) - what(b-h)) / 2h for an entry b."""
    above, below = _ends(world, what, letters, tensor, {place: 1}, through)
    if above == below:
        # Why not subtract? A masked score is −∞ at both ends, and −∞ − (−∞) is no number.
        return world.kind.zero
    return (above - below) / (2 * world.kind.step())


def _ends(
    world: World, what: Expr, letters: Letters, tensor: str, direction: Mapping, through: bool
) -> tuple[object, object]:
    """Return what at +h and at -h along the direction; ``through`` recomputes what reads it."""
    if world.kind.step is None:
        raise ValuesError(
            f"a derivative of {str(what)[:60]} in exact fractions",
            "a central difference, which rounds",
            "leave out exact=True: 50 digits are the default",
        )  # fmt: skip
    step = world.kind.step()
    ends = []
    for distance in (step, -step):
        lengths = {p: distance * world.kind.number(x) for p, x in direction.items()}
        array = world.tensors[tensor].copy()
        for place, length in lengths.items():
            array[place] = array[place] + length
        end = replace(
            world, tensors={**world.tensors, tensor: array}, base=world.base or world, known={}
        )
        if through:
            end = computed(end, _between(end, tensor, what), (tensor, lengths))
        ends.append(meaning(what, letters, end))
    return ends[0], ends[1]


def _between(world: World, tensor: str, what: Expr) -> list[str]:
    """Return the tensors on the ways from ``tensor`` to ``what``, in the order of computing.

    A tensor of a recurrence is on a way from itself to itself.
    """
    wanted = needed_for(world.sources, (e.tensor for e in entries(what)))
    moved, number = {tensor}, 0
    while number < len(moved):
        number = len(moved)
        for target, sources in world.sources.items():
            if not moved.isdisjoint(sources):
                moved.add(target)
    again = moved & wanted - {tensor} | {tensor} & set(world.recurrences)
    return [target for target in world.sources if target in again]


EVERY_MEANING = MEANINGS | {Partial: _partial, Total: _total}
