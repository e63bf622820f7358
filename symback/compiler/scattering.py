"""Sums with deltas that say where to write: Σ_p body δ(place(p), k) adds the body at places of k.

Reading: a delta between a letter that the sum does not bind, and that stands in no other factor,
and a position of bound letters is a write. Lowering: places that are affine become one strided
addition for each tap (the smaller letters of each position); a scatter with gathers is a bincount.
No layer is known: full convolutions, strides, dilations, pooling and embeddings are all this.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sympy import Expr, Integer

from symback.algebra.letters import Index
from symback.algebra.nodes import Bounded, Delta, IndexSum
from symback.algebra.operators import Times
from symback.algebra.traversal import entries, free_letters
from symback.compiler.builder import Builder, Letters
from symback.compiler.entries import tuple_text
from symback.compiler.estimates import length, volume
from symback.compiler.nests import factors_of, unsolved
from symback.compiler.pieces import CONSTANT, ONE, PLACE, SCATTER, Form, Piece
from symback.compiler.plan import PLACE as INTEGERS
from symback.compiler.plan import Located, Number, Source, View, arranged
from symback.compiler.sizes import size_text
from symback.compiler.sums import total

if TYPE_CHECKING:
    from symback.compiler.reading import Guards, Reader


MOST_LOOPED = 4096


class Writes(NamedTuple):
    """The factors of a sum: deltas as (place, letter that it is written at), and the others."""

    places: tuple[tuple[Expr, Index], ...]
    inner: tuple[Expr, ...]
    outer: tuple[Expr, ...]


def read_scatter(reader: Reader, node: IndexSum, guards: Guards) -> Piece | None:
    """Return a sum with writes as a piece; None if it has none."""
    if any(isinstance(b, Bounded) for b in node.binders):
        return None
    if not any(True for _ in entries(node.body)):
        # Nothing is read, so it is made once for its sizes.
        return None
    node = unsolved(node)
    writes = _writes(node)
    if not writes.places:
        return None
    forms, bound = reader.forms, set(node.letters)
    places = [reader.place(place, guards) for place, _ in writes.places]
    at_places = bound.intersection(k for place in places for k in place.letters)
    body = reader.read(_product(writes.inner), guards)
    summed = total(forms, body, [k for k in node.letters if k not in at_places])
    coefficient, summed = forms.split(summed)
    outside = [(reader.read(f, guards), 1) for f in writes.outer]
    inside = []
    for factor, exponent in forms.factors(summed):
        moves = at_places.intersection(factor.letters)
        (inside if moves else outside).append((factor, exponent))
    operands = [forms.product(inside)]
    for place, (_, letter) in zip(places, writes.places, strict=True):
        operands += [place, forms.leaf(PLACE, (Integer(0), ((0, 1),), (letter.size,)), (letter,))]
    scattered = forms.make(SCATTER, (), operands, at_places)
    return forms.product((*outside, (scattered, 1)), coefficient)


def _product(factors: tuple[Expr, ...]) -> Expr:
    return Times(*factors) if len(factors) > 1 else factors[0] if factors else ONE


def _writes(node: IndexSum) -> Writes:
    """Tell the deltas that say where to write from the other factors."""
    factors, bound = factors_of(node.body), set(node.letters)
    places: list[tuple[Expr, Index]] = []
    used: set[int] = set()
    for number, factor in enumerate(factors):
        others = [f for i, f in enumerate(factors) if i != number]
        for place, letter in _sides(factor):
            if letter in bound or not bound.intersection(free_letters(place)):
                continue
            tied = [f for f in others if letter in free_letters(f)]
            if not any(bound.intersection(free_letters(f)) for f in tied):
                places.append((place, letter))
                used.add(number)
                break
    rest = [f for i, f in enumerate(factors) if i not in used]
    written = {letter for _, letter in places}
    outer = tuple(f for f in rest if written.intersection(free_letters(f)))
    return Writes(tuple(places), tuple(f for f in rest if f not in outer), outer)


def _sides(factor: Expr) -> list[tuple[Expr, Index]]:
    if not isinstance(factor, Delta):
        return []
    left, right = factor.args
    return [(a, b) for a, b in ((left, right), (right, left)) if isinstance(b, Index)]


# Lowering ----------------------------------------------------------------------------------------


def lower_scatter(builder: Builder, form: Form, order: Letters) -> Source:
    """Σ_bound body · Π δ(place, letter)."""
    body, *pairs = form.operands
    places = dict(zip((p.letters[0] for p in pairs[1::2]), pairs[::2], strict=True))
    axes = tuple(dict.fromkeys((*(k for k in order if k in form.letters), *form.letters)))
    taps = _taps(form, places)
    if taps is None:
        return _counted(builder, form, places, axes)
    wished = []
    for letter in axes:
        own = places[letter].letters if letter in places else (letter,)
        wished += sorted(own, key=lambda k: k not in taps)
    source = _whole(builder, builder.lower(body, tuple(wished)), form.bound)
    number = {k: i for i, k in enumerate(source.axes)}
    rows = []
    for letter in axes:
        constant, steps = Integer(0), {letter: 1}
        if letter in places:
            constant, steps = _affine(places[letter])
        coefficients = (str(steps.get(k, 0)) for k in source.axes)
        rows.append(f"({size_text(constant)}, {tuple_text(coefficients)})")
    looped = tuple_text(str(number[k]) for k in taps)
    text = f"tap_rows({{out}}, {{0}}, {tuple_text(rows)}, {looped})"
    return builder.state(
        "scattered", (View(source.value),), axes, parts=text, note=form, every_call=True
    )


def _affine(place: Piece) -> tuple[Expr, dict[Index, int]]:
    if place.form.kind == CONSTANT:
        return place.constant, {}
    constant, steps, _ = place.form.data
    return constant, {place.letters[number]: step for number, step in steps}


def _taps(form: Form, places: dict[Index, Piece]) -> Letters | None:
    """Return the letters to loop over: all but the largest of each place.

    None for a bincount: places are gathered, or there are too many.
    """
    taps: dict[Index, None] = {}
    for place in places.values():
        if place.form.kind != PLACE or not set(place.letters) <= set(form.bound):
            return None
        largest = max(place.letters, key=length)
        taps.update(dict.fromkeys(k for k in place.letters if k != largest))
    return tuple(taps) if volume(taps) <= MOST_LOOPED else None


def _whole(builder: Builder, source: Source, letters: Letters) -> Located:
    """Return the source with axes for all these letters, in memory of its own."""
    own = source.axes if isinstance(source, Located) else ()
    missing = tuple(k for k in letters if k not in own)
    if not missing and source.value.origin == "computed":
        return source
    axes = (*missing, *own)
    operand = arranged(source, axes) if isinstance(source, Located) else source
    return builder.state("copy", (operand,), axes, every_call=True)


def _counted(builder: Builder, form: Form, places: dict[Index, Piece], axes: Letters) -> Located:
    """Add by bincount, at places in the flat array."""
    read = dict.fromkeys(k for place in places.values() for k in place.letters)
    letters = tuple(dict.fromkeys((*read, *form.bound)))
    source = _whole(builder, builder.lower(form.operands[0]), letters)
    constants, arrays = [], []
    for letter in axes:
        piece = places.get(letter)
        if piece is None:
            leaf = (Integer(0), ((0, 1),), (letter.size,))
            piece = builder.forms.leaf(PLACE, leaf, (letter,))
        place = builder.lower(piece)
        is_number = isinstance(place, Number)
        constants.append(size_text(place.expression) if is_number else "None")
        arrays += [] if is_number else [arranged(place, source.axes)]
    shape = tuple_text(size_text(k.size) for k in axes)
    text = (shape, tuple_text(constants))
    bins = builder.state("bins", tuple(arrays), source.axes, extra=text, kind=INTEGERS)
    operands = (View(bins.value), View(source.value))
    return builder.state("counted", operands, axes, note=form, every_call=True)


RULES = {SCATTER: lower_scatter}
