"""Walking and rewriting expressions: free letters, renaming without capture, entries read."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Mapping

from sympy import Expr

from symback.algebra.letters import LONGEST_NAME, Index
from symback.algebra.nodes import Binder, Bounded, Delta, Floored, InRange, ReadAt, Remainder
from symback.algebra.operators import Node
from symback.algebra.positions import (
    Affine,
    Entry,
    affine,
    as_value,
    combined,
    floored,
    is_affine,
    parts,
    remainder,
)
from symback.errors import DefinitionError

NOTHING: frozenset[Index] = frozenset()
POSITIONAL = (Delta, InRange)  # their operands are positions; those of Entry are, too
DIVIDED = {Floored: floored, Remainder: remainder}
LONGEST_TAIL = 8  # of the name of a letter that was renamed apart: _1, _2, …


def free_letters(expression: Expr) -> frozenset[Index]:
    """Return the letters of an expression that no binder in it binds. Cached on our own nodes."""
    if isinstance(expression, Index):
        return frozenset((expression,))
    if isinstance(expression, Node):
        try:
            return expression._free_letters
        except AttributeError:
            expression._free_letters = found = _free_letters(expression)
            return found
    return (
        NOTHING.union(*(free_letters(a) for a in expression.args)) if expression.args else NOTHING
    )


def _free_letters(expression: Node) -> frozenset[Index]:
    if isinstance(expression, Affine):
        return frozenset(expression.coefficients)
    if isinstance(expression, Binder):
        outside = NOTHING.union(
            *(
                free_letters(x)
                for b in expression.binders
                if isinstance(b, Bounded)
                for x in (b.low, b.high)
            )
        )
        if isinstance(expression, ReadAt):
            outside |= free_letters(expression.at)
        return free_letters(expression.body) - set(expression.letters) | outside
    return (
        NOTHING.union(*(free_letters(a) for a in expression.args)) if expression.args else NOTHING
    )


def fresh_letter(letter: Index, taken: Iterable[str]) -> Index:
    """Return a letter of the same size whose name is not taken: n_1, n_2, … after n."""
    taken, number = set(taken), 1
    stem = stem_and_tail(letter)[0][: LONGEST_NAME - LONGEST_TAIL]
    while f"{stem}_{number}" in taken:
        number += 1
    return Index(f"{stem}_{number}", letter.size)


def stem_and_tail(letter: Index) -> tuple[str, int]:
    """Return (n, 1) for the letter n_1, and (n, 0) for n."""
    stem, _, tail = letter.name.rpartition("_")
    return (stem, int(tail)) if stem and tail.isdecimal() else (letter.name, 0)


def rename(
    expression: Expr,
    letters: Mapping[Index, Expr] | None = None,
    tensors: Mapping[str, str] | None = None,
) -> Expr:
    """Return the expression with free letters replaced by positions and tensors by names, at once.

    A bound letter that would capture a replacement is renamed apart first.
    """
    letters, tensors = letters or {}, tensors or {}
    if not tensors and not any(letter in letters for letter in free_letters(expression)):
        return expression
    return _renamed(expression, letters, tensors)


def with_letters(expression: Expr, letters: Mapping[Index, Expr]) -> Expr:
    """Return a value, no position, with free letters replaced: a bare letter becomes 1 - p."""
    new = rename(expression, letters)
    return as_value(new) if isinstance(expression, Index) else new


def _renamed(expression: Expr, letters: Mapping[Index, Expr], tensors: Mapping[str, str]) -> Expr:
    if isinstance(expression, Index):
        return letters.get(expression, expression)
    if isinstance(expression, Affine):
        return _renamed_affine(expression, letters)
    if isinstance(expression, Entry):
        name = tensors.get(expression.tensor, expression.tensor)
        return Entry(name, *(_renamed(p, letters, tensors) for p in expression.positions))
    if isinstance(expression, Binder):
        return _renamed_binder(expression, letters, tensors)
    if type(expression) in DIVIDED:
        above, below = (_renamed(a, letters, tensors) for a in expression.args)
        return DIVIDED[type(expression)](above, below)
    if not expression.args or not isinstance(expression, Expr):
        return expression
    if isinstance(expression, Node):
        change = _renamed if isinstance(expression, POSITIONAL) else _renamed_value
        # Names (Str) are operands too, and are no expressions.
        return expression.func(
            *(change(a, letters, tensors) if isinstance(a, Expr) else a for a in expression.args)
        )
    return expression.func(*(_renamed(a, letters, tensors) for a in expression.args))


def _renamed_value(
    expression: Expr, letters: Mapping[Index, Expr], tensors: Mapping[str, str]
) -> Expr:
    """Rename where numbers stand: a letter there becomes 1 - p spelled out, and no position."""
    new = _renamed(expression, letters, tensors)
    return as_value(new) if isinstance(expression, Index) else new


def _renamed_affine(position: Affine, letters: Mapping[Index, Expr]) -> Expr:
    constant, coefficients = parts(position)
    scaled = _put_together([(c, letters.get(letter, letter)) for letter, c in coefficients.items()])
    for _, replacement in scaled:
        if not is_affine(replacement):
            raise DefinitionError(
                f"the position {position}",
                f"a letter replaced by the gather {replacement}",
                "name the position as an integer tensor first",
            )
    return combined((1, affine(constant, {})), *scaled)


def _put_together(scaled: list[tuple[int, Expr]]) -> list[tuple[int, Expr]]:
    """Return Σ factor·position with m·⌊p/m⌋ + (p mod m) as p; each time removes one position."""
    for whole, (factor, share) in enumerate(scaled):
        if isinstance(share, Floored) and share.args[1].is_Integer:
            divided, divisor = share.args
            rest = (factor // int(divisor), Remainder(divided, divisor))
            if factor == rest[0] * int(divisor) and rest in scaled:
                gone = (whole, scaled.index(rest))
                others = [pair for place, pair in enumerate(scaled) if place not in gone]
                return _put_together([*others, (rest[0], divided)])
    return scaled


def _renamed_binder(
    node: Binder, letters: Mapping[Index, Expr], tensors: Mapping[str, str]
) -> Expr:
    bound = node.letters
    inner = {k: v for k, v in letters.items() if k not in bound}
    # Bounds are read outside, where their letters could not be told from the bound one.
    limits = (x for b in node.binders if isinstance(b, Bounded) for x in (b.low, b.high))
    touched = (free_letters(node.body) - set(bound)).union(*map(free_letters, limits))
    incoming = {f for k in touched if k in letters for f in free_letters(letters[k])}
    clashing = [letter for letter in bound if letter.name in {f.name for f in incoming}]
    if clashing:
        taken = {f.name for f in incoming | free_letters(node.body)} | {b.name for b in bound}
        for letter in clashing:
            inner[letter] = fresh = fresh_letter(letter, taken)
            taken.add(fresh.name)
    binders = []
    for binder in node.binders:
        if isinstance(binder, Bounded):
            new = inner.get(binder.letter, binder.letter)
            low, high = (_renamed(x, letters, tensors) for x in (binder.low, binder.high))
            binders.append(Bounded(new, low, high))
        else:
            binders.append(inner.get(binder, binder) if binder in clashing else binder)
    body = _renamed_value(node.body, inner, tensors)
    rest = node.args[1 + len(binders) :]
    return node.func(body, *binders, *(_renamed(r, letters, tensors) for r in rest))


def entries(expression: Expr) -> Iterator[Entry]:
    """Yield every entry that is read, in the order of writing, positions of gathers included."""
    return (node for node in subexpressions(expression) if isinstance(node, Entry))


def subexpressions(expression: Expr) -> Iterator[Expr]:
    """Yield the expression and everything in it, outer before inner, left before right."""
    stack = [expression]
    while stack:
        node = stack.pop()
        yield node
        args = node.args
        if args:
            stack += [a for a in args[::-1] if isinstance(a, Expr)]


def rebuilt(expression: Expr, change: Callable[[Expr], Expr | None]) -> Expr:
    """Return the expression with ``change`` tried on each node, outer first; None is no change."""
    new = change(expression)
    if new is not None:
        return new
    if not expression.args or isinstance(expression, (Index, Affine)):
        return expression
    args = tuple(rebuilt(a, change) if isinstance(a, Expr) else a for a in expression.args)
    return expression if args == expression.args else expression.func(*args)


def bound_apart(
    expression: Expr, letters: Iterable[Index], known: Container[Index] | None = None
) -> Expr:
    """Return the expression with bound letters renamed apart from these: all stand in one line.

    Letters that are not ``known`` get the lowest number that is free. A softmax keeps its letter:
    softmax(z[k], k) is read at k.
    """
    names = {k.name for k in letters}

    def is_made(letter: Index) -> bool:
        return known is not None and letter not in known and stem_and_tail(letter)[1] > 0

    def change(node: Expr) -> Expr | None:
        if not isinstance(node, Binder) or isinstance(node, ReadAt):
            return None
        clashing = [k for k in node.letters if k.name in names or is_made(k)]
        if not clashing:
            return None
        others = (k for k in (*free_letters(node.body), *node.letters) if k not in clashing)
        taken, mapping = names | {k.name for k in others}, {}
        for letter in clashing:
            mapping[letter] = fresh = fresh_letter(letter, taken)
            taken.add(fresh.name)
        binders = (
            Bounded(mapping.get(b.letter, b.letter), b.low, b.high)
            if isinstance(b, Bounded)
            else mapping.get(b, b)
            for b in node.binders
        )
        return node.func(rebuilt(rename(node.body, mapping), change), *binders)

    return rebuilt(expression, change)


def depth(expression: Expr) -> int:
    """Return how deep the expression nests."""
    deepest, stack = 0, [(expression, 1)]
    while stack:
        node, level = stack.pop()
        deepest = max(deepest, level)
        stack.extend((a, level + 1) for a in node.args if isinstance(a, Expr))
    return deepest


def relabel(expression: Expr, letters: Mapping[Index, Expr], tensors: Mapping[str, str]) -> Expr:
    """Return the expression with all letters, bound ones too, and all tensors renamed one to one.

    Why beside ``rename``? A template is derived once and read under other names: the mapping is
    injective, so nothing can be captured, and bound letters must follow.
    """
    if isinstance(expression, Index):
        return letters.get(expression, expression)
    if isinstance(expression, Affine):
        return _renamed_affine(expression, letters)
    if isinstance(expression, Entry):
        name = tensors.get(expression.tensor, expression.tensor)
        return Entry(name, *(relabel(p, letters, tensors) for p in expression.positions))
    if not expression.args:
        return expression
    args = tuple(
        relabel(a, letters, tensors) if isinstance(a, Expr) else a for a in expression.args
    )
    return expression.func(*args)
