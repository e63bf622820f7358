"""Stage plan, sums: contractions become matrix products, other sums products with ones.

Two factors: ``dot`` if no letter is in both and kept, else ``matmul`` or ``vecdot``. More factors:
two and two, cheapest order first. One factor: ``dot`` with a vector of ones along whole ends of its
axes, else ``add.reduce``. Operands whose axes cannot be merged into a matrix are copied once.
"""

from __future__ import annotations

from collections.abc import Sequence

from sympy import Expr, Mul

from symback.algebra.contraction import Contraction, contraction, pairwise_order, summed_now
from symback.algebra.letters import Index
from symback.compiler.builder import Builder, Letters
from symback.compiler.estimates import length, volume
from symback.compiler.extremes import reduced
from symback.compiler.pieces import MINUS_ONE, SUM, Form, Piece
from symback.compiler.plan import Groups, Located, Number, Source, Value, View, view
from symback.compiler.ranges import sized
from symback.compiler.sizes import size_text

# A factor this many times smaller than the result takes the coefficient of a product.
MUCH_SMALLER = 2


def lower_sum(builder: Builder, form: Form, order: Letters) -> Source:
    """Σ_bound body."""
    return _sum(builder, form.operands[0], form.bound, order, None, form)


def lower_scaled_sum(builder: Builder, form: Form, order: Letters) -> Source:
    """coefficient · Σ_bound body: the number goes to the smallest of the factors and the result."""
    coefficient, inner = form.data[0], form.operands[0]
    if builder.known(inner) or not inner.letters:
        return _scaled(builder, builder.lower(inner, order), coefficient, order, form)
    own = dict(zip(inner.letters, inner.form.letters, strict=True))
    wished = tuple(own[k] for k in order if k in own)
    scaled = _sum(builder, inner.form.operands[0], inner.form.bound, wished, coefficient, form)
    return scaled.renamed(dict(zip(inner.form.letters, inner.letters, strict=True)))


def _scaled(
    builder: Builder, source: Source, coefficient: Expr | None, order: Letters, note: Form | None
) -> Source:
    """Return coefficient · source; None stands for 1."""
    if coefficient is None:
        return source
    if coefficient is MINUS_ONE:
        return builder.apply("negative", (source,), order, note=note)
    return builder.apply("multiply", (source, Number(coefficient)), order, note=note)


def _scaled_factor(builder: Builder, factor: Located, coefficient: Expr) -> Located:
    """Return coefficient · factor, made once for all products that want it."""

    def make() -> Value:
        plain = Located(factor.value, factor.value.axes)
        return _scaled(builder, plain, coefficient, (), None).value

    return Located(builder.once(("scaled", factor.value, coefficient), make), factor.axes)


def _sum(
    builder: Builder,
    body: Piece,
    bound: Letters,
    order: Letters,
    coefficient: Expr | None,
    note: Form,
) -> Source:
    """Return coefficient · Σ_bound body: the factors two and two, in the cheapest order."""
    pieces = _pieces(builder, body)
    if len(pieces) == 1:
        return _reduced(builder, builder.lower(body, order), bound, note, coefficient)
    summed = frozenset(bound)
    letters = [frozenset(p.letters) for p in pieces]
    sources: list[Source | None] = [None] * len(pieces)
    pairs = pairwise_order(letters, summed, length)
    for number, pair in enumerate(pairs, start=1):
        now = summed_now(letters, pair, summed)
        a, b = (sources[p] or builder.lower(pieces[p], order) for p in pair)
        if number == len(pairs):
            return _product(builder, a, b, now, order, coefficient, note)
        piece = _pair(builder, [pieces[p] for p in pair], now)
        if not builder.known(piece):
            builder.remember(piece, _product(builder, a, b, now, order, None, piece.form))
        for rows, new in (
            (pieces, piece),
            (letters, frozenset(piece.letters)),
            (sources, builder.lower(piece)),
        ):
            rows[:] = [row for place, row in enumerate(rows) if place not in pair] + [new]
    raise AssertionError("the last pair returns")


def _pieces(builder: Builder, body: Piece) -> list[Piece]:
    """Return the factors of a body; a square is two of them."""
    forms, pieces = builder.forms, []
    for factor, exponent in forms.factors(body):
        if exponent > 1:
            pieces += [factor, forms.product(((factor, exponent - 1),))]
        else:
            pieces.append(forms.product(((factor, exponent),)))
    return pieces


def _pair(builder: Builder, pieces: Sequence[Piece], bound: frozenset[Index]) -> Piece:
    product = builder.forms.product((piece, 1) for piece in pieces)
    return builder.forms.make(SUM, (), (product,), bound) if bound else product


# Two factors -------------------------------------------------------------------------------------


def _product(
    builder: Builder,
    a: Located,
    b: Located,
    bound: frozenset[Index],
    order: Letters,
    coefficient: Expr | None,
    note: Form,
) -> Source:
    """Return coefficient · Σ_bound a·b."""
    if coefficient is not None and coefficient is not MINUS_ONE:
        kept = [k for k in dict.fromkeys((*a.axes, *b.axes)) if k not in bound]
        small = min((a, b), key=lambda s: volume(s.axes))
        if kept and volume(small.axes) * MUCH_SMALLER <= volume(kept):
            scaled = _scaled_factor(builder, small, coefficient)
            a, b, coefficient = (scaled, b, None) if small is a else (a, scaled, None)
    a, b = _alone_summed(builder, _stored(builder, a), _stored(builder, b), bound)
    parts = contraction(a.axes, b.axes, bound)
    if _swapped(parts, order):
        a, b = b, a
        parts = contraction(a.axes, b.axes, bound)
    if not parts.inner:
        source = builder.apply("multiply", (a, b), order, note=note)
    elif not parts.batch:
        source = _dot(builder, a, b, parts, note)
    elif parts.rows or parts.columns:
        source = _matmul(builder, a, b, parts, note)
    else:
        source = _along(builder, a, b, parts, order, note)
    return _scaled(builder, source, coefficient, order, note)


def _stored(builder: Builder, factor: Located) -> Located:
    """Return a factor, as the copy that another product made of it if it has gaps.

    So the columns of a convolution are made once, for its product and for the filter's gradient.
    """
    copies = builder.copies.get(factor.value)
    if factor.value.contiguous or not copies:
        return factor
    value, place = copies[0]
    return Located(value, tuple(factor.axes[axis] for axis in place))


def _alone_summed(
    builder: Builder, a: Located, b: Located, bound: frozenset[Index]
) -> tuple[Located, Located]:
    """Sum each factor over the letters that only it has."""
    parts = contraction(a.axes, b.axes, bound)
    if parts.first:
        a = _reduced(builder, a, parts.first, None)
    if parts.second:
        b = _reduced(builder, b, parts.second, None)
    return a, b


def _swapped(parts: Contraction, order: Letters) -> bool:
    """Should the factors change places, so that the result has its letters in the wished order?"""
    if not parts.rows or not parts.columns:
        # A vector stands on the right of a matrix.
        return bool(parts.batch and parts.columns)
    wished = [k for k in order if k in parts.rows or k in parts.columns]
    return bool(wished) and wished[0] in parts.columns


def _dot(builder: Builder, a: Located, b: Located, parts: Contraction, note: Form) -> Source:
    inner = _inner_order(builder, a, b, parts)
    left = _matrix(builder, a, tuple(g for g in (parts.rows, inner) if g))
    right = _matrix(builder, b, tuple(g for g in (inner, parts.columns) if g))
    axes = (*parts.rows, *parts.columns)
    out = _out(axes, tuple(g for g in (parts.rows, parts.columns) if g))
    return builder.state("dot", (left, right), axes, out=out, note=note)


def _out(axes: Letters, groups: tuple[Letters, ...]) -> Groups | None:
    """Return how the result's memory is to be seen by the statement; None as it is."""
    wanted = tuple(tuple(axes.index(k) for k in g) for g in groups)
    return None if all(len(g) == 1 for g in wanted) else wanted


def _matmul(builder: Builder, a: Located, b: Located, parts: Contraction, note: Form) -> Source:
    batch, inner = parts.batch, _inner_order(builder, a, b, parts)
    singles = tuple((k,) for k in batch)
    left = _matrix(builder, a, (*singles, parts.rows, inner), blas=True)
    right = _matrix(builder, b, (*singles, inner, parts.columns), blas=True)
    axes = (*batch, *parts.rows, *parts.columns)
    out = _out(axes, (*singles, parts.rows, parts.columns))
    return builder.state("matmul", (left, right), axes, out=out, note=note)


def _along(
    builder: Builder, a: Located, b: Located, parts: Contraction, order: Letters, note: Form
) -> Source:
    """Return dot products along the summed letters, one for each value of the others."""
    inner = _inner_order(builder, a, b, parts)
    count = len(inner)
    if not all(f.value.contiguous and set(f.axes[-count:]) == set(inner) for f in (a, b)):
        # Along other axes than the last ones a dot product would jump through memory.
        product = builder.apply("multiply", (a, b), order)
        return _reduced(builder, product, inner, note)
    groups = (*((k,) for k in parts.batch), inner)
    operands = tuple(_matrix(builder, factor, groups) for factor in (a, b))
    return builder.state("vecdot", operands, parts.batch, note=note)


def _inner_order(builder: Builder, a: Located, b: Located, parts: Contraction) -> Letters:
    """Return the summed letters in the order of the larger factor, which is then not copied."""
    if volume(a.axes) >= volume(b.axes):
        return parts.inner
    return tuple(k for k in b.axes if k in parts.inner)


# One factor --------------------------------------------------------------------------------------


def _reduced(
    builder: Builder,
    source: Located,
    bound: Sequence[Index],
    note: Form | None,
    coefficient: Expr | None = None,
) -> Source:
    """coefficient · Σ_bound of one array, by a product with ones where the axes allow it."""
    kept = tuple(k for k in source.axes if k not in bound)
    summed = tuple(k for k in source.axes if k in bound)
    leading, trailing = source.axes == (*summed, *kept), source.axes == (*kept, *summed)
    mergeable = source.value.contiguous or len(source.axes) == 1
    if not mergeable or not (leading or trailing):
        result = reduced(builder, "add", source, summed, note)
        return _scaled(builder, result, coefficient, (), note)
    if not kept and len(summed) > 1:
        # Why not all at once? The ones would take as much memory as the array.
        source = _reduced(builder, source, summed[-1:], None)
        return _reduced(builder, source, summed[:-1], note, coefficient)
    ones = _ones(builder, summed, coefficient if kept else None)
    matrix = _matrix(builder, source, tuple(g for g in _ends(kept, summed, trailing) if g))
    operands = (matrix, ones) if trailing else (ones, matrix)
    out = _out(kept, (kept,)) if kept else None
    result = builder.state("dot", operands, kept, out=out, note=note)
    return result if kept else _scaled(builder, result, coefficient, (), note)


def _ends(kept: Letters, summed: Letters, trailing: bool) -> tuple[Letters, Letters]:
    return (kept, summed) if trailing else (summed, kept)


def _ones(builder: Builder, letters: Letters, coefficient: Expr | None) -> View:
    """Return a vector of ones, or of the coefficient, as many as the letters have values."""
    size = Mul(*(k.size for k in letters))
    letter = sized("ones", size)

    def ones() -> Value:
        value = builder.state("ones", (), (letter,), extra=(f"({size_text(size)},)",)).value
        name = size_text(size)
        value.name = builder.names.fresh(f"ones_{name}" if name.isalnum() else "ones_1")
        return value

    def scaled() -> Value:
        plain = View(builder.once(("ones", size), ones))
        return builder.state("multiply", (plain, Number(coefficient)), (letter,)).value

    if coefficient is None:
        return View(builder.once(("ones", size), ones))
    return View(builder.once(("ones", size, coefficient), scaled))


# Matrices out of arrays --------------------------------------------------------------------------


def _matrix(
    builder: Builder, source: Located, groups: tuple[Letters, ...], blas: bool = False
) -> View:
    """Return the array with each group of letters as one axis; copied if they are not neighbours.

    An empty group is an axis of length 1. ``blas``: the last two axes must be fit for BLAS.
    """
    place = {k: i for i, k in enumerate(source.axes)}
    wanted = tuple(tuple(place[k] for k in g) for g in groups)
    if _mergeable(source.value, wanted) and not (blas and _is_last_a_batch(source, wanted)):
        return view(source.value, wanted)
    memory = _in_memory(source, groups)
    copied = _copied(builder, source, tuple(k for number in memory for k in groups[number]))
    count, ranges = 0, {}
    for number in memory:
        ranges[number] = tuple(range(count, count + len(groups[number])))
        count += len(groups[number])
    return view(copied, tuple(ranges[number] for number in range(len(groups))))


def _in_memory(source: Located, groups: tuple[Letters, ...]) -> list[int]:
    """Return the order of the groups in a copy: rows or columns are last if the last axis is there.

    So what are neighbours in memory stay so, and the copy moves long runs.
    """
    order, matrix = list(range(len(groups))), len(groups) - 2
    if matrix >= 0 and source.axes[-1] in groups[matrix]:
        order[matrix:] = [matrix + 1, matrix]
    return order


def _mergeable(value: Value, groups) -> bool:
    """Are the axes of each group neighbours, in order, in an array without gaps?"""
    return all(
        len(g) < 2 or (value.contiguous and g == tuple(range(g[0], g[0] + len(g)))) for g in groups
    )


def _is_last_a_batch(source: Located, groups) -> bool:
    """Is the axis that is contiguous in memory neither in the rows nor in the columns?

    BLAS then could not work on the matrices, and a product without it is many times slower.
    """
    last = len(source.axes) - 1
    return not any(last in g for g in groups[-2:])


def _copied(builder: Builder, source: Located, axes: Letters) -> Value:
    place = tuple(source.axes.index(k) for k in axes)

    def make() -> Value:
        moved = view(source.value, tuple((i,) for i in place))
        copied = builder.state("copy", (moved,), axes).value
        builder.copies.setdefault(source.value, []).append((copied, place))
        return copied

    return builder.once(("copy", source.value, place), make)


RULES = {SUM: lower_sum, "scaled sum": lower_scaled_sum}
