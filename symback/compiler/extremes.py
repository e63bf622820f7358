"""Stage plan: the largest, the smallest, the product, the sum of an array along some of its axes.

A small window is taken apart: one operation on whole arrays for each place in it, a tap, which is
many times faster than a reduction along axes that are no neighbours in memory.
"""

from __future__ import annotations

from sympy import Mul

from symback.compiler.builder import Builder, Letters
from symback.compiler.estimates import volume
from symback.compiler.pieces import ARGMAX, FIRST, MAX, MIN, MOST_TAPS, PROD, Form
from symback.compiler.plan import COMPUTED, PLACE, ROW, STATIC, Located, Source, View, arranged

SHORT, LARGE = 8, 4096


def reduced(
    builder: Builder, function: str, source: Located, bound: Letters, note: Form | None
) -> Located:
    """Return an array reduced along the axes of the bound letters."""
    axes = tuple(i for i, k in enumerate(source.axes) if k in bound)
    kept = tuple(k for k in source.axes if k not in bound)
    operands = (View(source.value),)
    if _by_taps(source, bound):
        parts = f"tap_views({{0}}, {axes})"
        return builder.state(f"{function}_of_taps", operands, kept, parts=parts, note=note)
    text = str(axes[0]) if len(axes) == 1 else str(axes) if kept else "None"
    return builder.state(f"{function}_reduce", operands, kept, extra=(text,), note=note)


def _by_taps(source: Located, bound: Letters) -> bool:
    """Is this a small window, in an array that is large or keeps its last axis?"""
    taps = Mul(*(k.size for k in source.axes if k in bound))
    if not (taps.is_Integer and 0 < taps <= MOST_TAPS) or source.value.root.origin in (ROW, STATIC):
        return False
    if not source.axes or source.axes[-1] not in bound:
        return bool(source.axes)
    # Along its last axis an array is reduced quickly, if that has more than a few entries.
    return source.axes[-1].size <= SHORT and volume(source.axes) >= LARGE


REDUCTIONS = {MAX: "maximum", MIN: "minimum", PROD: "multiply"}


def lower_extreme(builder: Builder, form: Form, order: Letters) -> Source:
    """max_bound, min_bound or Π_bound body."""
    source = builder.lower(form.operands[0], order)
    function = REDUCTIONS[form.kind]
    if form.kind != PROD and any(not k.size.is_positive for k in form.bound):
        axes = tuple(i for i, k in enumerate(source.axes) if k in form.bound)
        kept = tuple(k for k in source.axes if k not in form.bound)
        operands, text = (View(source.value),), (str(axes),)
        return builder.state(f"{function}_of_any", operands, kept, extra=text, note=form)
    return reduced(builder, function, source, form.bound, form)


def lower_argmax(builder: Builder, form: Form, order: Letters) -> Source:
    """The first value of the bound letter at which the body is largest."""
    source = builder.lower(form.operands[0], order)
    axis = source.axes.index(form.bound[0])
    kept = tuple(k for k in source.axes if k != form.bound[0])
    return builder.state(
        "first_largest", (View(source.value),), kept, extra=(str(axis),), kind=PLACE, note=form
    )


def lower_first(builder: Builder, form: Form, order: Letters) -> Source:
    """1 at the first value of the letter at which the body is largest, else 0."""
    body, letter = form.operands[0], form.operands[1].letters[0]
    source = builder.lower(body, order)
    largest = builder.lower(builder.forms.make(MAX, (), (body,), (letter,)))
    axis = source.axes.index(letter)
    if source.value.root.origin != COMPUTED:
        axes = source.axes
        source = builder.state("copy", (View(source.value),), axes, every_call=True)
    kept = tuple(k for k in source.axes if k != letter)
    operands = (View(source.value), arranged(largest, kept))
    parts = f"tap_pairs({{0}}, {{out}}, {axis})"
    # The taps first: each is then an array without gaps.
    return builder.state("first_of_taps", operands, (letter, *kept), parts=parts, note=form)


RULES = {
    **dict.fromkeys(REDUCTIONS, lower_extreme),
    ARGMAX: lower_argmax,
    FIRST: lower_first,
}
