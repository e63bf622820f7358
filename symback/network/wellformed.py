"""What an equation must satisfy before it enters a network; every check names the equation and the place."""

from __future__ import annotations

from collections.abc import Mapping

from sympy import Expr, Symbol, nan, oo, zoo
from sympy.core.numbers import Number

from symback.algebra.letters import Index
from symback.algebra.operators import Condition, Decimal, Node, Power
from symback.algebra.positions import Affine, Entry, bounds, is_affine, surely_inside, surely_nonnegative
from symback.algebra.traversal import depth, free_letters, subexpressions
from symback.errors import DefinitionError, NotYetError
from symback.network.tensors import Tensor

DEEPEST = 150
LARGEST_EXPONENT = 1000


def check_expression(
    what: str, letters: tuple[Index, ...], expression: Expr, tensors: Mapping[str, Tensor]
) -> None:
    """Raise DefinitionError unless the expression is well-formed with these free letters."""
    if depth(expression) > DEEPEST:
        raise DefinitionError(
            f"{what}", f"an expression nested more than {DEEPEST} deep", "give its parts names of their own"
        )
    if isinstance(expression, Condition):
        raise DefinitionError(
            f"{what}", f"the condition {expression} as a value", f"write iverson({expression}) for 1 or 0"
        )
    for node in subexpressions(expression):
        check = CHECKS.get(type(node))
        if check:
            check(what, node, tensors)
        elif isinstance(node, Number) and node in (nan, zoo):
            raise DefinitionError(what, "a division by zero", "check the numbers of the equation")
    missing = sorted(k.name for k in free_letters(expression) if k not in letters)
    if missing:
        raise DefinitionError(
            f"{what}",
            f"the letter{'s' * (len(missing) > 1)} {', '.join(missing)} on the right, not on the left",
            f"sum over it: sum(…, {missing[0]}), or put it on the left",
        )


def _check_entry(what: str, entry: Entry, tensors: Mapping[str, Tensor]) -> None:
    tensor = tensors.get(entry.tensor)
    if tensor is None:
        raise DefinitionError(
            f"{what}: it reads {entry}",
            f"no tensor {entry.tensor!r} in this network" if tensors else "an empty network",
            f"declare it first; the tensors so far: {', '.join(list(tensors)[:20]) or 'none'}",
        )
    if len(entry.positions) != tensor.rank:
        raise DefinitionError(
            f"{what}: it reads {entry}",
            f"{len(entry.positions)} positions for rank {tensor.rank}", f"write {tensor}",
        )
    for number, (position, size) in enumerate(zip(entry.positions, tensor.shape, strict=True)):
        _check_position(f"{what}: it reads {entry}", number, position, size, tensor, tensors)


def _check_position(
    what: str, number: int, position: Expr, size: Expr, tensor: Tensor, tensors: Mapping[str, Tensor]
) -> None:
    if isinstance(position, Index):
        if position.size != size:
            raise DefinitionError(
                what,
                f"the letter {position} has size {position.size}, axis {number + 1} of {tensor} has {size}",
                f"use a letter of size {size}, such as {tensor.letters[number]}",
            )
        return
    if not is_affine(position):
        # A gather: the position is an entry of an integer tensor, checked against the size at run time.
        gathered = tensors.get(position.tensor)
        if gathered is not None and not gathered.integer:
            raise DefinitionError(
                what, f"{position} as an index, but {gathered.name} holds real numbers",
                f'declare it with integer=True ("input {gathered} integer")',
            )
        raise NotYetError(what, "a gather, which this version does not support yet", "use a one-hot product")
    low, high = bounds(position)
    if surely_inside(position, size):
        return
    if surely_nonnegative(-low - 1) or surely_nonnegative(high - size):
        found = f"position {position} runs from {low} to {high}, axis {number + 1} has 0 … {size - 1}"
        raise DefinitionError(what, found, "shorten the letters' sizes")
    # Undecided for symbolic sizes: checked when the sizes are known.


def _check_power(what: str, node: Power, tensors: Mapping[str, Tensor]) -> None:
    base, exponent = node.args
    number = exponent.value if isinstance(exponent, Decimal) else exponent
    plain_number = isinstance(number, Number)
    if plain_number and (number in (oo, -oo) or abs(number) > LARGEST_EXPONENT):
        raise DefinitionError(
            what, f"the exponent {str(exponent)[:40]}", f"exponents run to {LARGEST_EXPONENT}"
        )
    if not plain_number and not any(isinstance(e, (Entry, Index, Symbol)) for e in subexpressions(exponent)):
        if not any(isinstance(e, (Entry, Index, Symbol)) for e in subexpressions(base)):
            raise DefinitionError(
                what, f"the number {str(node)[:60]}", "a power of numbers needs an integer exponent; write its value"
            )


CHECKS: dict[type[Node], object] = {Entry: _check_entry, Power: _check_power}


def letters_of(expression: Expr) -> tuple[Index, ...]:
    """Return every letter that occurs, bound or free, in the order of appearance."""
    found: dict[Index, None] = {}
    for node in subexpressions(expression):
        if isinstance(node, Index):
            found.setdefault(node)
        elif isinstance(node, Affine):
            for letter in node.coefficients:
                found.setdefault(letter)
    return tuple(found)
