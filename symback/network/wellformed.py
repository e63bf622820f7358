"""What an equation must satisfy before it enters a network; every check names the equation."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sympy import Expr

from symback.algebra.letters import Index
from symback.algebra.nodes import (
    Bounded,
    Delta,
    First,
    InRange,
    Iverson,
    Padded,
    Partial,
    ReadAt,
    Softmax,
    Total,
    Where,
)
from symback.algebra.operators import Both, Condition, Either, Node, Not, Operators, Plus, Times
from symback.algebra.plain import plain
from symback.algebra.positions import (
    Affine,
    Entry,
    bounds,
    surely_inside,
    surely_nonnegative,
)
from symback.algebra.traversal import free_letters, subexpressions
from symback.errors import DefinitionError
from symback.network.magnitude import check_numbers
from symback.network.tensors import DEFINED, Tensor

DEEPEST = 150
LONGEST = 1000
LONGEST_CHAIN = 1500  # of operands in front of each other, through sums in sums
MOST_OPERATIONS = 100_000


def check_extent(what: str, expression: Expr) -> None:
    """Raise DefinitionError for an expression that is too large or nests too deep to work on.

    Everything else that looks at expressions may recurse: this is asked first and does not.
    """
    operations, stack = 0, [(expression, 1, 1)]
    while stack:
        node, depth, length = stack.pop()
        operations += 1
        if depth > DEEPEST:
            found = f"an expression nested more than {DEEPEST} deep"
        elif len(node.args) > LONGEST or length > LONGEST_CHAIN:
            found = f"a sum or product of more than {LONGEST} operands"
        elif operations > MOST_OPERATIONS:
            found = f"an expression of more than {MOST_OPERATIONS} operations"
        else:
            args = node.args
            # Why count the operands behind? a + b + c is read as (a + b) + c, a level for each.
            behind = len(args) - 1 if isinstance(node, (Plus, Times)) else 1
            stack += [
                (a, depth + 1, length + (behind - place if behind > place else 1))
                for place, a in enumerate(args)
                if isinstance(a, Expr)
            ]
            continue
        raise DefinitionError(what, found, "give its parts names of their own")


def check_expression(
    what: str,
    letters: tuple[Index, ...],
    expression: Expr,
    tensors: Mapping[str, Tensor],
    generated: bool = False,
) -> None:
    """Raise DefinitionError unless the expression is well-formed with these free letters.

    ``generated`` equations may read with a letter of another size than the axis, within its range,
    and their brackets may tell where bounds lie inside.
    """
    if isinstance(expression, Condition):
        raise _condition_as_value(what, expression)
    guarded = is_guarded(expression)
    padded = None
    for node in subexpressions(expression):
        kind = type(node)
        if kind is Padded:
            # What follows is its entry: subexpressions come outer before inner.
            padded = _padded_entry(what, node)
        elif kind is Entry:
            check_entry(what, node, tensors, guarded or node is padded, generated)
            padded = None
        elif kind in CHECKS and not (generated and kind is Bounded):
            CHECKS[kind](what, node, tensors)
            if issubclass(kind, ReadAt) and not (guarded or generated):
                _check_place(what, node)
        if kind in CONNECTIVES:
            continue
        for operand in node.args[1 if kind in CHOICES else 0 :]:
            if isinstance(operand, Condition):
                raise _condition_as_value(what, operand)
    check_numbers(what, expression)
    missing = sorted(k.name for k in free_letters(expression) if k not in letters)
    if missing:
        raise DefinitionError(
            f"{what}",
            f"{', '.join(missing)} on the right, but not on the left",
            f"sum over it: sum(…, {missing[0]}), or put it on the left",
        )


def is_guarded(expression: Expr) -> bool:
    """May brackets in the expression exclude what is out of range, so that only values tell?"""
    return any(isinstance(node, GUARDS) for node in subexpressions(expression))


def _padded_entry(what: str, node: Padded) -> Entry:
    if not isinstance(node.entry, Entry) or not node.entry.positions:
        raise DefinitionError(
            f"{what}: {node}", f"{node.entry}, which is no entry X[…] of a tensor",
            "padded stands around one entry: padded(X[n, i - 1])",
        )  # fmt: skip
    return node.entry


def _condition_as_value(what: str, condition: Condition) -> DefinitionError:
    return DefinitionError(
        what, f"the condition {condition} as a value", f"write iverson({condition}) for 1 or 0"
    )


def check_entry(
    what: str,
    entry: Entry,
    tensors: Mapping[str, Tensor],
    guarded: bool = False,
    generated: bool = False,
) -> None:
    """Raise DefinitionError unless a tensor has this entry, with positions that fit its axes.

    ``guarded`` entries stand beside brackets, and their ranges are left to them. In ``generated``
    ones a letter may have another size than the axis: 1 - i with i = 1 - j is j.
    """
    tensor = tensors.get(entry.tensor)
    if tensor is None:
        raise DefinitionError(
            f"{what}: it reads {entry}",
            f"no tensor {entry.tensor!r} in this network" if tensors else "an empty network",
            f"declare it first; the tensors so far: {', '.join(list(tensors)[:20]) or 'none'}",
        )
    count = len(entry.positions)
    if count != tensor.rank:
        raise DefinitionError(
            f"{what}: it reads {entry}",
            f"{count} position{'s' * (count != 1)} for rank {tensor.rank}",
            f"write {tensor}",
        )
    for number, (position, size) in enumerate(zip(entry.positions, tensor.shape, strict=True)):
        where = f"{what}: it reads {entry}"
        if isinstance(position, Entry):
            _check_gather(where, position, tensors)
            continue
        fits = isinstance(position, Index) and position.size == size
        other = not isinstance(position, Index) and isinstance(position, Operators)
        other = other or (generated and isinstance(position, Index))
        if not fits and not (guarded and other):
            _check_position(where, number, entry, tensor, generated)


def _check_position(what: str, number: int, entry: Entry, tensor: Tensor, generated: bool) -> None:
    position, size = entry.positions[number], tensor.shape[number]
    if isinstance(position, Index) and not generated:
        axis = f"axis {number + 1} of {tensor} has {plain(size)}"
        raise DefinitionError(
            what,
            f"the letter {position} has size {plain(position.size)}, {axis}",
            f"use a letter of size {plain(size)}, such as {tensor.letters[number]}",
        )
    low, high = bounds(position)
    if surely_inside(position, size):
        return
    # Before its first step a state has its initial value.
    is_early = tensor.is_state and number == 0 and (generated or len(letters_of(position)) == 1)
    if (surely_nonnegative(-low - 1) and not is_early) or surely_nonnegative(high - size):
        axis = f"axis {number + 1} has 0 … {plain(size - 1)}"
        is_first = number == 0 and tensor.kind == DEFINED
        own_past = f"; to read its own past, {tensor.name} is declared: state {tensor}"
        own_past = own_past if is_first else ""
        early = f"its own recurrence reads {tensor.name} at earlier steps; else "
        early = early if number == 0 and tensor.is_state else ""
        raise DefinitionError(
            what,
            f"position {position} runs from {plain(low)} to {plain(high)}, {axis}",
            f"{early}write padded({entry}), which is 0 outside, or read inside the axis{own_past}",
        )
    # Undecided for symbolic sizes: checked when the sizes are known.


def _check_gather(what: str, position: Entry, tensors: Mapping[str, Tensor]) -> None:
    """Raise DefinitionError unless a position that is an entry is one of a tensor of integers.

    Whether its numbers lie inside the axis, only values tell (``network.gathers``).
    """
    gathered = tensors.get(position.tensor)
    if gathered is not None and not gathered.integer:
        raise DefinitionError(
            what,
            f"{position} as an index, but {gathered.name} holds real numbers",
            f'declare it with integer=True ("input {gathered} integer")',
        )


def _check_gathers(what: str, node: Node, tensors: Mapping[str, Tensor]) -> None:
    for position in node.args:
        if isinstance(position, Entry):
            _check_gather(f"{what}: {node}", position, tensors)


def _no_gather(what: str, position: Expr, helps: str) -> None:
    if isinstance(position, Entry):
        raise DefinitionError(what, f"{position}, which only values tell", helps)


def _check_bounds(what: str, bounded: Bounded, tensors: Mapping[str, Tensor]) -> None:
    for bound in (bounded.low, bounded.high):
        helps = f"run over all of {bounded.letter} and leave terms out with where or iverson"
        _no_gather(f"{what}: the letter {bounded.letter} with the bound {bound}", bound, helps)
    if bounded.letter in free_letters(bounded.low) | free_letters(bounded.high):
        found = f"bounds that read {bounded.letter} themselves"
        raise DefinitionError(f"{what}: {bounded}", found, "use another letter for the sum")
    low, high = bounds(bounded.low)[0], bounds(bounded.high)[1]
    last = bounded.letter.size - 1
    if surely_nonnegative(-low - 1) or surely_nonnegative(high - last - 1):
        raise DefinitionError(
            f"{what}: the letter {bounded.letter} from {bounded.low} to {bounded.high}",
            f"{bounded.letter} has the values 0 … {last}, the bounds reach from {low} to {high}",
            "bounds are inclusive; use where or iverson to leave terms out",
        )


def _check_read_at(what: str, node: Softmax | First, tensors: Mapping[str, Tensor]) -> None:
    _no_gather(f"{what}: {node}", node.at, "read it at a letter, and give it a name of its own")


def _check_place(what: str, node: Softmax | First) -> None:
    (letter,) = node.binders
    low, high = bounds(node.at)
    if surely_nonnegative(-low - 1) or surely_nonnegative(high - letter.size):
        raise DefinitionError(
            f"{what}: {node}",
            f"it is read from {plain(low)} to {plain(high)}, {letter} has 0 … {letter.size - 1}",
            f"read it at a letter of size {plain(letter.size)}",
        )


def _refuse_derivative(what: str, node: Node, tensors: Mapping[str, Tensor]) -> None:
    raise DefinitionError(
        f"{what}: {node}", "a derivative inside an equation", "use the gradients that derive gives"
    )


CONNECTIVES = frozenset((Both, Either, Not))  # of conditions
CHOICES = frozenset((Iverson, Where))  # their first operand is a condition
GUARDS = (Iverson, Where, Bounded)
CHECKS: dict[type[Node], Callable[[str, Node, Mapping[str, Tensor]], None]] = {
    Bounded: _check_bounds,
    Delta: _check_gathers,
    InRange: _check_gathers,
    Softmax: _check_read_at,
    First: _check_read_at,
    Partial: _refuse_derivative,
    Total: _refuse_derivative,
}


def letters_of(expression: Expr) -> tuple[Index, ...]:
    """Return every letter that occurs, bound or free, in the order of appearance."""
    found: dict[Index, None] = {}
    for node in subexpressions(expression):
        if isinstance(node, Index):
            found[node] = None
        elif isinstance(node, Affine):
            found.update(dict.fromkeys(node.coefficients))
    return tuple(found)
