"""Stage plan, reading tensors: an affine read is a strided view, any other takes entries by place.

X[n, i] is X itself, X[n, 0] and X[n, p+1] are slices; X[i, i], X[2*p+r] and X[T-1-t] are views with
strides of their own. A read that may lie outside is a view of a copy within a frame. A gather, or a
floor, takes along one axis after the other; if its axes share letters, from the flat array.
"""

from __future__ import annotations

from collections.abc import Iterable

from sympy import Expr, Max

from symback.algebra.letters import Index
from symback.algebra.positions import affine, bounds
from symback.compiler.builder import Builder, Letters
from symback.compiler.pieces import DIVIDED, ONE, PLACE, READ, TAKE, ZERO, Form, Piece
from symback.compiler.plan import PLACE as INTEGERS
from symback.compiler.plan import REAL, Located, Number, Source, Value, View, arranged, view
from symback.compiler.ranges import RangeCheck
from symback.compiler.sizes import size_text

Place = tuple[Expr, tuple[tuple[int, int], ...]]


def lower_read(builder: Builder, form: Form, order: Letters) -> Source:
    """An entry of a tensor at affine positions."""
    name, places, _, guarded, integer, padded = form.data
    tensor = builder.integers(name) if integer else builder.tensor(name)
    if places is None:
        return Located(tensor.value, _matched(builder, tensor, name, form.letters))
    if not form.letters and not places:
        return tensor
    if padded is not None or (guarded and not integer):
        # What lies outside is not used, so it may be 0 too.
        tensor, places = _framed(builder, tensor, name, form)
    elif not integer and any(len(pairs) > 1 for _, pairs in places):
        tensor = builder.laid_out(tensor)
    ordered = _in_value_order(builder, tensor, name, places)
    if guarded and integer:
        return _clipped(builder, tensor, ordered, form)
    ordered, letters = _in_axis_order(ordered, form.letters)
    rows = _are_rows(ordered, letters, tensor.value)
    text = _cut(ordered, letters, tensor.value)
    value = builder.cut(tensor.value, text, letters, gapless=rows)
    if value.axes:
        return Located(value, letters)
    function = "integer" if integer else "item"
    return builder.state(function, (View(value),), (), kind=value.kind, note=form)


def _matched(builder: Builder, tensor: Located, name: str, letters: Letters) -> Letters:
    """Return the letters of a bare read in the order of the value's axes."""
    declared = builder.letters[name]
    by_declared = dict(zip(declared, letters, strict=True))
    return tuple(by_declared[k] for k in tensor.axes)


def _in_value_order(builder: Builder, tensor: Located, name: str, places: tuple) -> tuple:
    by_declared = dict(zip(builder.letters[name], places, strict=True))
    return tuple(by_declared[k] for k in tensor.axes)


# Affine positions --------------------------------------------------------------------------------


def _in_axis_order(
    places: tuple[Place, ...], letters: Letters
) -> tuple[tuple[Place, ...], Letters]:
    """Return places and letters, the letters in the order in which the array's axes have them.

    Along one axis a letter with large steps stands before one with small ones: a block before what
    is in it.
    """
    seen: dict[int, None] = {}
    for _, pairs in places:
        seen.update(dict.fromkeys(n for n, _ in sorted(pairs, key=lambda p: -abs(p[1]))))
    new = {old: number for number, old in enumerate(seen)}
    renumbered = tuple((c, tuple((new[n], step) for n, step in pairs)) for c, pairs in places)
    return renumbered, tuple(letters[old] for old in seen)


def _cut(places: tuple[Place, ...], letters: Letters, value: Value) -> str:
    """Return the text of the view."""
    slices = _slices(places, letters, value)
    if slices is not None:
        return slices
    corner = ", ".join(size_text(constant) for constant, _ in places)
    shape = ", ".join(size_text(k.size) for k in letters)
    rows = []
    for number in range(len(letters)):
        steps = (str(dict(pairs).get(number, 0)) for _, pairs in places)
        rows.append(tuple_text(steps))
    return f"strided({{}}, ({corner},), ({shape},), {tuple_text(rows)})"


def tuple_text(items: Iterable[str]) -> str:
    """Return the items as a tuple of Python."""
    items = list(items)
    return f"({', '.join(items)}{',' * (len(items) == 1)})"


def _are_rows(places: tuple[Place, ...], letters: Letters, value: Value) -> bool:
    """Are these whole rows of an array, one after the other: v[2, p + 1, i] with all of i?"""
    first = next((axis for axis, (_, pairs) in enumerate(places) if pairs), len(places))
    if len(letters) != len(places) - first:
        return False
    return all(
        pairs == ((number, 1),)
        and (not number or (constant == 0 and letters[number].size == axis.size))
        for number, ((constant, pairs), axis) in enumerate(
            zip(places[first:], value.axes[first:], strict=True)
        )
    )


def _slices(places: tuple[Place, ...], letters: Letters, value: Value) -> str | None:
    """Return slices that say the same, if each axis has at most one letter, in axis order."""
    used = [pairs[0][0] for _, pairs in places if pairs]
    if any(len(pairs) > 1 for _, pairs in places) or used != list(range(len(letters))):
        return None
    texts = []
    for axis, (constant, pairs) in zip(value.axes, places, strict=True):
        if not pairs:
            texts.append(size_text(constant))
            continue
        letter, step = letters[pairs[0][0]], pairs[0][1]
        if (constant, step, letter.size) == (0, 1, axis.size):
            texts.append(":")
        elif step == 1 and constant.is_nonnegative:
            texts.append(
                f"{size_text(constant) if constant != 0 else ''}:"
                f"{size_text(constant + letter.size)}"
            )
        else:
            return None
    return f"{{}}[{', '.join(texts)}{', ...' * (not letters)}]"


def _clipped(builder: Builder, tensor: Located, places: tuple[Place, ...], form: Form) -> Source:
    """Read at places that are clipped to the tensor; a bracket makes what lies outside 0."""
    found: list[Located | Number] = []
    for constant, pairs in places:
        letters = tuple(form.letters[number] for number, _ in pairs)
        steps = tuple((number, step) for number, (_, step) in enumerate(pairs))
        sizes = tuple(k.size for k in letters)
        leaf = builder.forms.leaf(PLACE, (constant, steps, sizes), letters)
        found.append(builder.lower(leaf if pairs else builder.forms.constant(constant)))
    return _at_places(builder, tensor, found, form)


def _framed(
    builder: Builder, tensor: Located, name: str, form: Form
) -> tuple[Located, tuple[Place, ...]]:
    """Return a copy of a tensor within a frame of one number, and the places in it.

    The frame is written once; every call copies the tensor into the middle.
    """
    margins, moved = {}, []
    for letter, (constant, pairs) in zip(builder.letters[name], form.data.places, strict=True):
        position = affine(constant, {form.letters[number]: step for number, step in pairs})
        low, high = bounds(position)
        before = Max(0, -low)
        margins[letter] = (before, Max(0, high - letter.size + 1))
        moved.append((constant + before, pairs))
    axes = builder.in_memory(tensor.axes)
    number = form.data.padded or ZERO
    place = ("framed", tensor.value, number, *(margins[k] for k in axes))

    def make() -> Value:
        large = tuple(Expr.__new__(Index, k.args[0], k.size + sum(margins[k])) for k in axes)
        shape = tuple_text(size_text(k.size) for k in large)
        frame = builder.state("filled", (Number(number),), large, extra=(shape,)).value
        inside = tuple_text(size_text(margins[k][0]) for k in axes)
        sizes = tuple_text(size_text(k.size) for k in axes)
        return builder.state(
            "framed", (arranged(tensor, axes),), large,
            parts=f"interior({{out}}, {inside}, {sizes})", home=frame, every_call=True,
        ).value  # fmt: skip

    framed = builder.once(place, make)
    return Located(framed, axes), tuple(moved)


# Places ------------------------------------------------------------------------------------------


def lower_place(builder: Builder, form: Form, order: Letters) -> Source:
    """constant + Σ coefficient·letter, as an array of integers."""
    constant, steps, _ = form.data
    box = tuple_text(size_text(k.size) for k in form.letters)
    text = (box, size_text(constant), tuple_text(str(step) for _, step in steps))
    return builder.state("places", (), form.letters, extra=text, kind=INTEGERS, note=form)


def lower_divided(builder: Builder, form: Form, order: Letters) -> Source:
    """⌊place / divisor⌋ or place mod divisor."""
    function, divisor = form.data
    source = builder.lower(form.operands[0], order)
    operands, extra = (View(source.value),), (size_text(divisor),)
    made = builder.state(
        function, operands, source.value.axes, extra=extra, kind=INTEGERS, note=form
    )
    return Located(made.value, source.axes)


def lower_take(builder: Builder, form: Form, order: Letters) -> Source:
    """An entry at places that are arrays."""
    name, integer = form.data.tensor, form.data.integer
    tensor = builder.integers(name) if integer else builder.tensor(name)
    by_declared = dict(zip(builder.letters[name], form.operands, strict=True))
    pieces = [by_declared[k] for k in tensor.axes]
    if _are_apart(pieces):
        return _taken_by_axis(builder, tensor, pieces, form)
    return _at_places(builder, tensor, [builder.lower(t) for t in pieces], form)


def _are_apart(pieces: list[Piece]) -> bool:
    """Has each axis letters of its own?"""
    letters = [k for t in pieces for k in t.letters]
    return all(t.letters for t in pieces) and len(set(letters)) == len(letters)


def _taken_by_axis(builder: Builder, tensor: Located, pieces: list[Piece], form: Form) -> Located:
    """Take along one axis after the other: whole rows of a table, for example."""
    kind = INTEGERS if form.data.integer else REAL
    value, letters = tensor.value, []
    for piece, axis in zip(pieces, tensor.axes, strict=True):
        data, at = piece.form.data, len(letters)
        letters += piece.letters
        if piece.form.kind == PLACE and data == (ZERO, ((0, ONE),), (axis.size,)):
            continue
        if not value.contiguous:
            value = builder.state("copy", (View(value),), value.axes, kind=kind).value
        place = builder.lower(piece)
        letters[at:] = place.axes
        axes = (*value.axes[:at], *place.axes, *value.axes[at + 1 :])
        operands = (View(value), View(place.value))
        value = builder.state("take", operands, axes, extra=(str(at),), kind=kind, note=form).value
    return Located(value, tuple(letters))


def _at_places(
    builder: Builder, tensor: Located, places: list[Located | Number], form: Form
) -> Source:
    """Return the entries of an array at places, one for each of its axes."""
    value, axes = tensor.value, form.letters
    shape = tuple_text(size_text(k.size) for k in value.axes)
    constants, arrays = [], []
    for place in places:
        is_number = isinstance(place, Number)
        constants.append(size_text(place.expression) if is_number else "None")
        arrays += [] if is_number else [arranged(place, axes)]
    text = (shape, tuple_text(constants))
    flat_place = builder.state("flat_places", tuple(arrays), axes, extra=text, kind=INTEGERS)
    flat = view(value, (tuple(range(len(value.axes))),))
    kind = INTEGERS if form.data.integer else REAL
    operands = (flat, View(flat_place.value))
    return builder.state("take", operands, axes, extra=("None",), kind=kind, note=form)


def state_check(builder: Builder, check: RangeCheck) -> None:
    """Add the check that a place lies inside wherever its guards hold."""
    pieces = (check.place, *check.guards)
    box = tuple(dict.fromkeys(k for t in pieces for k in t.letters))
    known = (check.size, *((t.form, tuple(map(box.index, t.letters))) for t in pieces))
    if known in builder.checked:
        return
    builder.checked.add(known)
    operands = []
    for piece in (check.place, *check.guards):
        source = builder.lower(piece)
        operands.append(source if isinstance(source, Number) else arranged(source, box))
    text = (repr(check.what), size_text(check.size))
    if isinstance(operands[0], Number):
        # A number would become a real one.
        text = (*text, size_text(operands.pop(0).expression))
    builder.state("check_inside", tuple(operands), (), extra=text)


RULES = {READ: lower_read, TAKE: lower_take, PLACE: lower_place, DIVIDED: lower_divided}
