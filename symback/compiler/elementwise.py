"""Stage plan, entry by entry: products, sums, functions and conditions become calls of ufuncs.

Operands over few letters are combined first, so that a factor of low rank is made over its own
axes. Divisors are collected and divided by once. Nothing here knows a layer.
"""

from __future__ import annotations

from itertools import combinations

from sympy import Expr

from symback.compiler.builder import Builder, Letters
from symback.compiler.estimates import volume
from symback.compiler.pieces import (
    BOTH,
    CALL,
    COMPARE,
    EITHER,
    LETTER,
    MASK,
    MINUS_ONE,
    NEGATION,
    ONE,
    PLUS,
    PRODUCT,
    SELECT,
    SUM,
    ZERO,
    Form,
    Piece,
)
from symback.compiler.plan import REAL, TRUTH, Number, Source
from symback.compiler.sizes import size_text

COMPARISONS = {
    "<": "less",
    "<=": "less_equal",
    ">": "greater",
    ">=": "greater_equal",
    "==": "equal",
    "!=": "not_equal",
}
# Beyond this many factors partial products are not looked up one by one.
MOST_SHARED_FACTORS = 8


def lower_call(builder: Builder, form: Form, order: Letters) -> Source:
    """f(x, …) entry by entry."""
    sources = [builder.lower(t, order) for t in form.operands]
    return builder.apply(form.data[0], sources, order, note=form)


def lower_letter(builder: Builder, form: Form, order: Letters) -> Source:
    """0, 1, 2, … along the letter."""
    size = f"max(0, {size_text(form.letters[0].size)})"
    return builder.state("letter_values", (), form.letters, extra=(size,), note=form)


# Products ----------------------------------------------------------------------------------------


def lower_product(builder: Builder, form: Form, order: Letters) -> Source:
    """coefficient · Π factor**exponent: small factors first, few divisions."""
    coefficient, exponents = form.data
    factors = tuple(zip(form.operands, exponents, strict=True))
    if len(factors) == 1 and coefficient is ONE:
        return _power(builder, *factors[0], order, form)
    if len(factors) == 1 and factors[0][1] == 1 and factors[0][0].form.kind == SUM:
        return builder.rules["scaled sum"](builder, form, order)
    if coefficient.could_extract_minus_sign():
        turned = _turned(builder, factors, -coefficient)
        if turned is not None:
            return builder.lower(turned, order)
    product: Source | None = None if coefficient is ONE else Number(coefficient)
    divisor: Source | None = None
    for above, below in _levels(builder, factors):
        if divisor is not None and not divisor.axes and above:
            # An array times 1/x: a product is several times faster than a division.
            product = builder.apply("divide", (Number(ONE), divisor), (), note=None)
            divisor = None
        if above:
            source = _lowered_powers(builder, above, order)
            product = source if product is None else _times(builder, product, source, order, form)
        if below:
            source = _lowered_powers(builder, below, order)
            divisor = source if divisor is None else _times(builder, divisor, source, order, None)
        if product is not None and divisor is not None:
            product = builder.apply("divide", (product, divisor), order, note=form)
            divisor = None
    if divisor is not None:
        return builder.apply("divide", (Number(ONE), divisor), order, note=form)
    return product


def _turned(
    builder: Builder, factors: tuple[tuple[Piece, int], ...], coefficient: Expr
) -> Piece | None:
    """Return -coefficient · Π factors without the sign: b - a costs no more than a - b."""
    for place, (factor, exponent) in enumerate(factors):
        if exponent == 1 and factor.form.kind == PLUS and not builder.known(factor):
            opposite = (builder.forms.opposite(factor), 1)
            others = (*factors[:place], *factors[place + 1 :])
            return builder.forms.product((opposite, *others), coefficient)
    return None


def _times(
    builder: Builder, left: Source, right: Source, order: Letters, form: Form | None
) -> Source:
    if isinstance(left, Number) and left.expression is MINUS_ONE:
        return builder.apply("negative", (right,), order, note=form)
    return builder.apply("multiply", _large_first(left, right), order, note=form)


def _large_first(left: Source, right: Source) -> tuple[Source, Source]:
    """Return operands whose order does not matter as people write them: x*W*2, x + b + 1."""
    ranks = [-1 if isinstance(s, Number) else len(s.axes) for s in (left, right)]
    return (left, right) if ranks[0] >= ranks[1] else (right, left)


def _levels(builder: Builder, factors: tuple[tuple[Piece, int], ...]):
    """Yield (factors, divisors) for each set of letters, small ones first, exponents positive."""
    levels: dict[frozenset, tuple[list, list]] = {}
    for factor, exponent in factors:
        above, below = levels.setdefault(frozenset(factor.letters), ([], []))
        (above if exponent > 0 else below).append((factor, abs(exponent)))
    for letters in sorted(levels, key=lambda ks: (len(ks), volume(ks))):
        yield levels[letters]


def _lowered_powers(builder: Builder, factors: list[tuple[Piece, int]], order: Letters) -> Source:
    """Return Π factor**exponent of factors over the same letters; prefixes are shared values."""
    share = len(factors) <= MOST_SHARED_FACTORS
    source = None
    for count, (factor, exponent) in enumerate(factors, start=1):
        prefix = builder.forms.product(factors[:count]) if share else None
        if prefix is not None and (count == 1 or builder.known(prefix)):
            source = builder.lower(prefix, order)
            continue
        power = builder.lower(builder.forms.product(((factor, exponent),)), order)
        note = prefix and prefix.form
        source = (
            power
            if source is None
            else builder.apply("multiply", (source, power), order, note=note)
        )
        if prefix is not None:
            builder.remember(prefix, source)
    return source


def _power(builder: Builder, factor: Piece, exponent: int, order: Letters, form: Form) -> Source:
    """factor**exponent by squaring; ``1/x`` is one division."""
    if exponent < 0:
        below = builder.lower(builder.forms.product(((factor, -exponent),)), order)
        return builder.apply("divide", (Number(ONE), below), order, note=form)
    if exponent == 1:
        return builder.lower(factor, order)
    if exponent % 2:
        even = builder.lower(builder.forms.product(((factor, exponent - 1),)), order)
        return builder.apply("multiply", (even, builder.lower(factor, order)), order, note=form)
    half = builder.lower(builder.forms.product(((factor, exponent // 2),)), order)
    return builder.apply("multiply", (half, half), order, note=form)


# Sums --------------------------------------------------------------------------------------------


def lower_plus(builder: Builder, form: Form, order: Letters) -> Source:
    """constant + Σ weight · summand: small summands first, the number with the smallest."""
    constant, weights = form.data
    summands = _with_known_sums(builder, list(zip(weights, form.operands, strict=True)))
    summands.sort(key=lambda p: (len(p[1].letters), volume(p[1].letters)))
    total: Source | None = None if constant is ZERO else Number(constant)
    positive = True
    for weight, summand in summands:
        plus = _is_positive(weight)
        size = weight if plus else -weight
        source = builder.lower(builder.forms.product(((summand, 1),), size), order)
        if total is None:
            total, positive = source, plus
        elif plus == positive:
            total = builder.apply("add", _large_first(total, source), order, note=form)
        else:
            # Why not a sign at once? -a + b is b - a, one call.
            pair = (total, source) if positive else (source, total)
            total, positive = builder.apply("subtract", pair, order, note=form), True
    return total if positive else builder.apply("negative", (total,), order, note=form)


def _with_known_sums(
    builder: Builder, summands: list[tuple[Expr, Piece]]
) -> list[tuple[Expr, Piece]]:
    """Return the summands with a sum of two in place of them where it is computed already.

    Fewer calls, and z - max - log s then keeps the digits that z and max share.
    """
    if not 2 < len(summands) <= MOST_SHARED_FACTORS:
        return summands
    for pair in combinations(summands, 2):
        weight, known = builder.forms.split(builder.forms.plus(pair))
        if known.form.kind == PLUS and builder.known(known):
            return [*(s for s in summands if s not in pair), (weight, known)]
    return summands


def _is_positive(weight: Expr) -> bool:
    return not weight.could_extract_minus_sign()


# Conditions --------------------------------------------------------------------------------------


def lower_condition(builder: Builder, form: Form, order: Letters, kind: str = TRUTH) -> Source:
    """A truth value, or with kind REAL the numbers 1 and 0."""
    sources = [builder.lower(t, order) for t in form.operands]
    if form.kind == COMPARE:
        return builder.apply(COMPARISONS[form.data[0]], sources, order, kind=kind, note=form)
    if form.kind == NEGATION:
        return builder.apply("logical_not", sources, order, kind=kind, note=form)
    function = "logical_and" if form.kind == BOTH else "logical_or"
    *first, last = sources
    source = first[0]
    for other in first[1:]:
        source = builder.apply(function, (source, other), order, kind=TRUTH)
    return builder.apply(function, (source, last), order, kind=kind, note=form)


def lower_mask(builder: Builder, form: Form, order: Letters) -> Source:
    """[condition] as 1 and 0: the comparison writes numbers at once."""
    condition = form.operands[0]
    own = dict(zip(condition.letters, condition.form.letters, strict=True))
    wished = tuple(own[k] for k in order if k in own)
    source = lower_condition(builder, condition.form, wished, kind=REAL)
    return source.renamed(dict(zip(condition.form.letters, condition.letters, strict=True)))


def lower_select(builder: Builder, form: Form, order: Letters) -> Source:
    """a where the condition holds, else b: the other branch may be anything."""
    sources = [builder.lower(t, order) for t in form.operands]
    return builder.apply("select", sources, order, note=form)


RULES = {
    CALL: lower_call,
    LETTER: lower_letter,
    PRODUCT: lower_product,
    PLUS: lower_plus,
    COMPARE: lower_condition,
    BOTH: lower_condition,
    EITHER: lower_condition,
    NEGATION: lower_condition,
    MASK: lower_mask,
    SELECT: lower_select,
}
