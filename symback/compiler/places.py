"""Stage read, entries: positions become places, entries become reads, with a check of their range.

Input: an entry, padded or not, or a position. Output: a piece. A read at affine positions is a
strided view; any other (a gather, ⌊a/2⌋, t mod 4) takes entries at places that are integers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sympy import Expr, Integer, floor

from symback.algebra.letters import Index
from symback.algebra.nodes import Floored, InRange, Iverson, Padded, Remainder, Where
from symback.algebra.operators import Both
from symback.algebra.positions import Affine, Entry, is_affine, parts, surely_inside
from symback.algebra.traversal import entries
from symback.compiler.pieces import DIVIDED, PLACE, READ, TAKE, ZERO, Piece, Read
from symback.compiler.ranges import RangeCheck, is_renaming
from symback.network.tensors import Tensor

if TYPE_CHECKING:
    from symback.compiler.reading import Guards, Reader

QUOTIENTS, REMAINDERS = "quotients", "remainders"
DIVISIONS = {Floored: (QUOTIENTS, "floor_divide"), Remainder: (REMAINDERS, "remainder")}


# Positions ---------------------------------------------------------------------------------------


def read_place(reader: Reader, position: Expr, guards: Guards) -> Piece:
    """Return a position as a piece of integers."""
    if isinstance(position, Entry):
        return read_entry(reader, position, guards, integer=True)
    if type(position) in DIVISIONS:
        function, _ = DIVISIONS[type(position)]
        place, divisor = reader.place(position.args[0], guards), position.args[1]
        if place.constant is not None:
            quotient = floor(place.constant / divisor)
            is_quotient = function == QUOTIENTS
            value = quotient if is_quotient else place.constant - divisor * quotient
            return reader.forms.constant(value)
        return reader.forms.make(DIVIDED, (function, divisor), (place,))
    constant, coefficients = parts(position)
    if not coefficients:
        return reader.forms.constant(constant)
    steps = tuple((number, c) for number, c in enumerate(coefficients.values()))
    sizes = tuple(k.size for k in coefficients)
    return reader.forms.leaf(PLACE, (constant, steps, sizes), tuple(coefficients))


def read_affine(reader: Reader, position: Affine, guards: Guards) -> Piece:
    """constant + Σ coefficient·letter, as a number."""
    constant, coefficients = parts(position)
    letters = ((Integer(c), reader.forms.letter(k)) for k, c in coefficients.items())
    return reader.forms.plus(letters, constant)


def read_division(reader: Reader, node: Floored | Remainder, guards: Guards) -> Piece:
    """⌊position / divisor⌋ or position mod divisor, as a number."""
    operands = (reader.read(argument, guards) for argument in node.args)
    return reader.forms.call(DIVISIONS[type(node)][1], *operands)


# Entries -----------------------------------------------------------------------------------------


def read_padded(reader: Reader, node: Padded, guards: Guards) -> Piece:
    """The entry; 0 outside of the tensor."""
    entry, inside = node.entry, _inside(reader, node.entry)
    if not inside:
        return reader.read(entry, guards)
    if _is_framed(reader, entry):
        return _affine_read(reader, entry, padded=ZERO)
    conditions = tuple(inside.values())
    condition = Iverson(conditions[0] if len(conditions) == 1 else Both(*conditions))
    mask = reader.read(condition, guards)
    return reader.masked([mask], reader.read(entry, (*guards, condition)))


def read_filled(reader: Reader, node: Where) -> Piece | None:
    """X where its positions lie inside, else a number: a read within a frame of that number.

    None if the condition says anything else.
    """
    condition, entry, otherwise = node.args
    if not isinstance(entry, Entry) or not otherwise.is_number or not _is_framed(reader, entry):
        return None
    inside = set(_inside(reader, entry).values())
    told = {c for c in _conjuncts(condition) if not _is_sure(c)}
    if not inside or told != inside:
        return None
    return _affine_read(reader, entry, padded=reader.read(otherwise).constant)


def own_brackets(reader: Reader, entry: Entry, masks: Guards) -> Guards:
    """Return the masks that say together that the entry lies inside, and no more; () if none do."""
    if not _is_framed(reader, entry):
        return ()
    brackets = tuple(map(Iverson, _inside(reader, entry).values()))
    return brackets if all(bracket in masks for bracket in brackets) else ()


def _inside(reader: Reader, entry: Entry) -> dict[Index, InRange]:
    """Return, by axis, the conditions under which an entry lies inside, where that is not sure."""
    letters = reader.network[entry.tensor].letters
    return {
        letter: InRange(position, ZERO, letter.size)
        for letter, position in zip(letters, entry.positions, strict=True)
        if not (is_affine(position) and surely_inside(position, letter.size))
    }


def _is_framed(reader: Reader, entry: Entry) -> bool:
    """Can the entry be read from an array with a frame? Its axes there must be in the array."""
    if entry.tensor in reader.arguments or not all(map(is_affine, entry.positions)):
        return False
    kept = reader.kept.get(entry.tensor, reader.network[entry.tensor].letters)
    return set(_inside(reader, entry)) <= set(kept)


def _conjuncts(condition: Expr) -> list[Expr]:
    if isinstance(condition, Both):
        return [c for a in condition.args for c in _conjuncts(a)]
    return [condition]


def _is_sure(condition: Expr) -> bool:
    """Is this the bracket of a range that holds all values of the position?"""
    if not isinstance(condition, InRange) or condition.args[1] != 0:
        return False
    position, _, high = condition.args
    return is_affine(position) and is_affine(high) and surely_inside(position, high)


def read_entry(reader: Reader, entry: Entry, guards: Guards, integer: bool = False) -> Piece:
    """An entry of a tensor; ``integer`` for one of an integer tensor as a place."""
    if entry.tensor in reader.arguments:
        return reader.arguments[entry.tensor]
    known = _known(reader, entry)
    if known is not None:
        return known
    tensor = reader.network[entry.tensor]
    if not all(map(is_affine, entry.positions)):
        return _taken(reader, entry, tensor, guards, integer)
    letters = tuple(dict.fromkeys(k for p in entry.positions for k in parts(p)[1]))
    if letters and letters == entry.positions and _fit(letters, tensor):
        return reader.forms.leaf(READ, Read(entry.tensor, integer=integer), letters)
    own = _static(guards)
    outside = [
        (position, size)
        for position, size in zip(entry.positions, tensor.shape, strict=True)
        if not surely_inside(position, size)
    ]
    for position, size in outside:
        _check(reader, entry, position, size, own)
    guarded = bool(own and outside)
    return _affine_read(reader, entry, guarded=guarded, integer=integer)


def _affine_read(reader: Reader, entry: Entry, **how: bool | Expr) -> Piece:
    positions = _kept(reader, entry, reader.network[entry.tensor])
    letters = tuple(dict.fromkeys(k for p in positions for k in parts(p)[1]))
    number = {k: i for i, k in enumerate(letters)}
    places = tuple(
        (constant, tuple((number[k], c) for k, c in coefficients.items()))
        for constant, coefficients in map(parts, positions)
    )
    sizes = tuple(k.size for k in letters)
    return reader.forms.leaf(READ, Read(entry.tensor, places, sizes, **how), letters)


def _taken(reader: Reader, entry: Entry, tensor: Tensor, guards: Guards, integer: bool) -> Piece:
    for position, size in zip(entry.positions, tensor.shape, strict=True):
        if not (is_affine(position) and surely_inside(position, size)):
            _check(reader, entry, position, size, guards)
    places = [reader.place(position, guards) for position in _kept(reader, entry, tensor)]
    return reader.forms.make(TAKE, Read(entry.tensor, integer=integer), places)


def _kept(reader: Reader, entry: Entry, tensor: Tensor) -> list[Expr]:
    """Return the positions along the axes that the tensor's array has."""
    kept = reader.kept.get(entry.tensor, tensor.letters)
    return [p for k, p in zip(tensor.letters, entry.positions, strict=True) if k in kept]


def _known(reader: Reader, entry: Entry) -> Piece | None:
    """Return what a tensor of another name is, if the entry only renames its letters."""
    if entry.tensor not in reader.named:
        return None
    letters, piece = reader.named[entry.tensor]
    mapping = dict(zip(letters, entry.positions, strict=True))
    mapping = {k: p for k, p in mapping.items() if k in piece.letters}
    return piece.at(mapping) if is_renaming(mapping) else None


def _fit(letters: tuple[Index, ...], tensor: Tensor) -> bool:
    return all(k.size == size for k, size in zip(letters, tensor.shape, strict=True))


# The range ---------------------------------------------------------------------------------------


def _check(reader: Reader, entry: Entry, position: Expr, size: Expr, guards: Guards) -> None:
    """Have it checked that the position lies inside wherever the guards hold."""
    conditions = []
    for guard in guards:
        condition = reader.read(guard)
        if condition.constant is None:
            conditions.append(condition.operands[0])
    place = reader.place(position, guards)
    # Why not all guards? One of other letters allows or forbids all values of the position.
    own = set(place.letters)
    near = tuple(c for c in conditions if not c.letters or own.intersection(c.letters))
    reader.checks.append(RangeCheck(str(entry), size, place, near))


def _static(guards: Guards) -> Guards:
    """Return the guards that only read letters."""
    return tuple(g for g in guards if not any(True for _ in entries(g)))


ENTRIES = {
    Entry: read_entry,
    Padded: read_padded,
    Affine: read_affine,
    Floored: read_division,
    Remainder: read_division,
    Index: lambda reader, letter, guards: reader.forms.letter(letter),
}
