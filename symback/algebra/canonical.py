"""Keys of expressions: equal keys mean equal structure up to the names of letters (and of tensors).

``key`` numbers bound letters by first appearance, so sums over i and over j agree; ``shape_key``
numbers free letters and tensors too, so that two layers of one shape have one key and are derived
once.
"""

from __future__ import annotations

from sympy import Expr

from symback.algebra.letters import Index
from symback.algebra.nodes import Binder, Bounded
from symback.algebra.positions import Affine, Entry
from symback.algebra.traversal import free_letters

BOUND, DEPTH = "bound", "depth"


def key(expression: Expr) -> tuple:
    """Return a key that does not depend on the names of bound letters."""
    return _key(expression, {}, None)


def value_key(expression: Expr) -> tuple[tuple, tuple[Index, ...]]:
    """Return (key, free letters in order of appearance): one key is one value, axes renamed."""
    letters: dict[Index, object] = {}
    free = free_letters(expression)
    found = _key(expression, _Numbering(letters, free), None)
    return found, tuple(k for k in letters if k in free)


def shape_key(expression: Expr, letters: dict[Index, int], tensors: dict[str, int]) -> tuple:
    """Return the key in which letters and tensors are numbers; fills both dictionaries."""
    return _key(expression, _Numbering(letters, None), tensors)


class _Numbering(dict):
    """Letters to (number, size), numbered when first asked for; ``free`` limits which are."""

    def __init__(self, letters: dict, free: frozenset | None) -> None:
        super().__init__()
        self.letters, self.free = letters, free

    def __missing__(self, letter: Index) -> object:
        number = self.letters.setdefault(letter, len(self.letters))
        self[letter] = found = (number, letter.size)
        return found


def _key(expression: Expr, letters: dict, tensors: dict[str, int] | None) -> tuple:
    if isinstance(expression, Index):
        return ("letter", _letter(expression, letters))
    if isinstance(expression, Affine):
        pairs = [(_letter(k, letters), c) for k, c in expression.coefficients.items()]
        return ("affine", expression.constant, *sorted(pairs, key=_rank))
    if isinstance(expression, Entry):
        name = (
            expression.tensor
            if tensors is None
            else tensors.setdefault(expression.tensor, len(tensors))
        )
        return ("entry", name, *(_key(p, letters, tensors) for p in expression.positions))
    if isinstance(expression, Binder):
        return _binder_key(expression, letters, tensors)
    if not expression.args:
        return ("value", expression)
    return (
        type(expression).__name__,
        *(_key(a, letters, tensors) if isinstance(a, Expr) else a for a in expression.args),
    )


def _letter(letter: Index, letters: dict) -> object:
    if isinstance(letters, _Numbering):
        return letters[letter]
    return letters.get(letter, letter)


def _rank(pair: tuple) -> tuple:
    """Put the letters of a position in an order that the names of bound ones do not change."""
    letter = pair[0]
    if isinstance(letter, Index):
        return 2, letter.name
    return (0, letter[1]) if letter[0] == BOUND else (1, letter[0])


def _binder_key(node: Binder, letters: dict, tensors: dict[str, int] | None) -> tuple:
    # Why counted? A letter bound again inside hides the outer one, and both keep their places.
    depth = letters.get(DEPTH, 0)
    if isinstance(letters, _Numbering):
        inner = _Numbering(letters.letters, letters.free)
        inner.update(letters)
    else:
        inner = dict(letters)
    for offset, letter in enumerate(node.letters):
        # The depth, not the name, identifies a bound letter.
        inner[letter] = (BOUND, depth + offset, letter.size)
    inner[DEPTH] = depth + len(node.letters)
    binders = tuple(
        (inner[b.letter], _key(b.low, letters, tensors), _key(b.high, letters, tensors))
        if isinstance(b, Bounded)
        else inner[b]
        for b in node.binders
    )
    rest = tuple(_key(r, letters, tensors) for r in node.args[1 + len(node.binders) :])
    return (type(node).__name__, binders, _key(node.body, inner, tensors), *rest)
