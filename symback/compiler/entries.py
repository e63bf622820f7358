"""Stage plan, reading tensors: every affine read is a strided view, a guarded one a take.

X[n, i] is X itself, X[n, 0] and X[n, p+1] are slices; X[i, i], X[2*p+r] and X[T-1-t] are views with
strides of their own. A read that may lie outside where a bracket is 0 takes clipped places.
"""

from __future__ import annotations

from sympy import Expr

from symback.algebra.letters import Index
from symback.compiler.builder import Builder, Letters
from symback.compiler.forms import READ, Form
from symback.compiler.plan import PLACE, Located, Source, Value, View, view
from symback.compiler.sizes import size_text

Place = tuple[Expr, tuple[tuple[int, int], ...]]


def lower_read(builder: Builder, form: Form, order: Letters) -> Source:
    """An entry of a tensor at affine positions."""
    name = form.data[0]
    tensor = builder.tensor(name)
    if len(form.data) == 1:
        return Located(tensor.value, _matched(builder, tensor, name, form.letters))
    _, places, _, guarded = form.data
    if not form.letters and not places:
        return tensor
    ordered = _in_value_order(builder, tensor, name, places)
    if guarded:
        return _taken(builder, tensor, ordered, form)
    value = builder.cut(tensor.value, *_cut(ordered, form.letters, tensor.value))
    if value.axes:
        return Located(value, form.letters)
    return builder.state("item", (View(value),), (), note=form)


def _matched(builder: Builder, tensor: Located, name: str, letters: Letters) -> Letters:
    """Return the letters of a bare read in the order of the value's axes."""
    declared = builder.letters[name]
    by_declared = dict(zip(declared, letters, strict=True))
    return tuple(by_declared[k] for k in tensor.axes)


def _in_value_order(
    builder: Builder, tensor: Located, name: str, places: tuple[Place, ...]
) -> tuple[Place, ...]:
    by_declared = dict(zip(builder.letters[name], places, strict=True))
    return tuple(by_declared[k] for k in tensor.axes)


def _cut(
    places: tuple[Place, ...], letters: Letters, value: Value
) -> tuple[str, tuple[Index, ...]]:
    """Return the text of the view and its axes."""
    slices = _slices(places, letters, value)
    if slices is not None:
        return slices, letters
    corner = ", ".join(size_text(constant) for constant, _ in places)
    shape = ", ".join(size_text(k.size) for k in letters)
    rows = []
    for number in range(len(letters)):
        steps = (str(dict(pairs).get(number, 0)) for _, pairs in places)
        rows.append(_tuple_text(steps))
    return f"strided({{}}, ({corner},), ({shape},), {_tuple_text(rows)})", letters


def _tuple_text(items) -> str:
    items = list(items)
    return f"({', '.join(items)}{',' * (len(items) == 1)})"


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


def _taken(builder: Builder, tensor: Located, places: tuple[Place, ...], form: Form) -> Source:
    """Read at places that are clipped to the tensor; a bracket makes what lies outside 0."""
    value = tensor.value
    shape = ", ".join(size_text(k.size) for k in value.axes)
    box = ", ".join(size_text(k.size) for k in form.letters)
    axes = []
    for constant, pairs in places:
        steps = (str(dict(pairs).get(number, 0)) for number in range(len(form.letters)))
        axes.append(f"({size_text(constant)}, {_tuple_text(steps)})")
    text = (f"({shape},)", f"({box}{',' * bool(box)})", _tuple_text(axes))
    place = builder.state("clipped_places", (), form.letters, extra=text, kind=PLACE)
    flat = view(value, (tuple(range(len(value.axes))),))
    return builder.state("take", (flat, View(place.value)), form.letters, note=form)


RULES = {READ: lower_read}
