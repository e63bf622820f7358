"""Stage plan: the largest, the smallest, the product of an array along some of its axes."""

from __future__ import annotations

from symback.compiler.builder import Builder, Letters
from symback.compiler.pieces import ARGMAX, MAX, MIN, PROD, Form
from symback.compiler.plan import PLACE, Located, Source, View


def reduced(
    builder: Builder, function: str, source: Located, bound: Letters, note: Form | None
) -> Located:
    """Return an array reduced along the axes of the bound letters."""
    axes = tuple(i for i, k in enumerate(source.axes) if k in bound)
    kept = tuple(k for k in source.axes if k not in bound)
    text = str(axes[0]) if len(axes) == 1 else str(axes) if kept else "None"
    return builder.state(function, (View(source.value),), kept, extra=(text,), note=note)


REDUCTIONS = {MAX: "maximum", MIN: "minimum", PROD: "multiply"}


def lower_extreme(builder: Builder, form: Form, order: Letters) -> Source:
    """max_bound, min_bound or Π_bound body."""
    source = builder.lower(form.operands[0], order)
    function = REDUCTIONS[form.kind]
    if form.kind != PROD and any(not k.size.is_positive for k in form.bound):
        return reduced(builder, f"{function}_of_any", source, form.bound, form)
    return reduced(builder, f"{function}_reduce", source, form.bound, form)


def lower_argmax(builder: Builder, form: Form, order: Letters) -> Source:
    """The first value of the bound letter at which the body is largest."""
    source = builder.lower(form.operands[0], order)
    axis = source.axes.index(form.bound[0])
    kept = tuple(k for k in source.axes if k != form.bound[0])
    return builder.state(
        "first_largest", (View(source.value),), kept, extra=(str(axis),), kind=PLACE, note=form
    )


RULES = {**dict.fromkeys(REDUCTIONS, lower_extreme), ARGMAX: lower_argmax}
