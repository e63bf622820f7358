"""Formulas of whole matrices as trees: bare, with the shape under each factor, or with indices."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from sympy import Expr, Integer

from symback.algebra.letters import Index
from symback.algebra.terms import Term, expression_of
from symback.derivation.matrix import matrix_parts
from symback.derivation.matrix_parts import (
    Applied,
    Chain,
    Compared,
    Diagonal,
    Entrywise,
    Named,
    Ones,
    Part,
    Raised,
    Scaled,
    Side,
    Total,
    Traced,
    Turned,
    Unit,
    flipped,
    in_columns,
)
from symback.explanation.lesson import Lesson
from symback.notation.forms import added, multiplied, pointwise_form
from symback.notation.tree import (
    Big,
    Bound,
    Brace,
    Call,
    Fenced,
    Fraction,
    Indexed,
    Number,
    Power,
    Product,
    Relation,
    Root,
    Symbol,
    Tree,
    Words,
    open_ended,
)

ONE = Symbol("1", "1", bold=True)
IDENTITY = Symbol("I", "I", bold=True)
TRANSPOSED = Words("⊤")
NO_SIDES = Ones(None, None)


def matrix_of(
    lesson: Lesson, written: Expr, letters: tuple[Index, ...]
) -> tuple[Part | None, str | None]:
    """Return (the expression in matrices of the page's convention, None) or (None, the reason)."""
    part, reason = matrix_parts(written, letters)
    if part is None:
        return None, reason
    return (in_columns(part) if in_column_layout(lesson) else part), None


def in_column_layout(lesson: Lesson) -> bool:
    """Are samples columns on this page?"""
    return lesson.notation.layout == "columns"


def matrix_tree(lesson: Lesson, part: Part) -> Tree:
    """Return the formula of a part."""
    return TREES[type(part)](lesson, part)


def shape_tree(lesson: Lesson, part: Part) -> Tree:
    """Return 64×N."""
    return Product(tuple(_size(lesson, side) for side in (part.row, part.column)), "×")


def _size(lesson: Lesson, side: Side) -> Tree:
    return lesson.show(Integer(1) if side is None else side.size)


# Bare formulas


def _transposed(tree: Tree) -> Tree:
    return Power(tree, TRANSPOSED)


def _named(lesson: Lesson, part: Named) -> Tree:
    name = lesson.name(part.tensor)
    return _transposed(name) if part.transposed else name


def _ones(lesson: Lesson, part: Ones) -> Tree:
    return _transposed(ONE) if part.row is None and part.column is not None else ONE


def _raised(lesson: Lesson, part: Raised) -> Tree:
    """Lay out a power entry by entry: A ⊙ A, 1/A, √A."""
    exponent = part.exponent
    if exponent.is_negative:
        below = replace(part, exponent=-exponent)
        bottom = part.base if exponent == -1 else below
        return Fraction(Number("1"), matrix_tree(lesson, bottom))
    base = matrix_tree(lesson, part.base)
    if exponent == Integer(1) / 2:
        return Root(base)
    if exponent == 2 and part.letters:
        return Product((base, base), "⊙")
    return Power(base, lesson.show(exponent))


def _applied(lesson: Lesson, part: Applied) -> Tree:
    sides = [signed(lesson, argument, matrix_tree, True) for argument in part.arguments]
    trees = (tree if sign == "+" else added([(sign, tree)]) for sign, tree in sides)
    return pointwise_form(part.function, tuple(trees))


def _compared(lesson: Lesson, part: Compared) -> Tree:
    sides = [signed(lesson, side, matrix_tree, True) for side in (part.left, part.right)]
    trees = tuple(tree if sign == "+" else added([(sign, tree)]) for sign, tree in sides)
    return Fenced("[", Relation(trees, (part.operator,)))


def _scaled(lesson: Lesson, part: Scaled) -> Tree:
    sign, tree = signed(lesson, part, matrix_tree)
    return tree if sign == "+" else added([(sign, tree)])


def signed(
    lesson: Lesson, part: Part, show: Callable[[Lesson, Part], Tree], is_term: bool = False
) -> tuple[str, Tree]:
    """Return (sign, formula without it), the matrix itself laid out by ``show``.

    A number that is added to a matrix (``is_term``) needs no matrix of ones beside it.
    """
    if not isinstance(part, Scaled):
        return "+", show(lesson, part)
    sign = "-" if part.coefficient < 0 else "+"
    number = Term(abs(part.coefficient), part.scalars)
    factors = [] if number == Term(Integer(1), ()) else [lesson.show(expression_of((number,)))]
    factors += [_bracketed(lesson, inner, show) for inner in part.numbers]
    if part.matrix != NO_SIDES and not (is_term and isinstance(part.matrix, Ones)):
        factors.append(show(lesson, part.matrix))
    return sign, multiplied(factors or [Number("1")])


def _bracketed(lesson: Lesson, number: Part, show: Callable[[Lesson, Part], Tree]) -> Tree:
    tree = show(lesson, number)
    return Fenced("(", tree) if isinstance(number, Chain) else tree


def _traced(lesson: Lesson, part: Traced) -> Tree:
    if part.left == part.right:
        return Power(Fenced("‖", matrix_tree(lesson, part.left)), Number("2"))
    product = Chain(None, None, (flipped(part.left), part.right))
    return Call(r"\operatorname{tr}", "tr", (matrix_tree(lesson, product),))


def _diagonal(lesson: Lesson, part: Diagonal) -> Tree:
    return Call(r"\operatorname{diag}", "diag", (matrix_tree(lesson, part.vector),))


TREES: dict[type[Part], Callable[..., Tree]] = {
    Named: _named,
    Ones: _ones,
    Unit: lambda lesson, part: IDENTITY,
    Diagonal: _diagonal,
    Chain: lambda lesson, part: Product(tuple(matrix_tree(lesson, f) for f in part.factors)),
    Entrywise: lambda lesson, part: Product(
        tuple(matrix_tree(lesson, f) for f in part.factors), "⊙"
    ),
    Raised: _raised,
    Applied: _applied,
    Compared: _compared,
    Scaled: _scaled,
    Total: lambda lesson, part: added(signed(lesson, t, matrix_tree, True) for t in part.terms),
    Turned: lambda lesson, part: _transposed(matrix_tree(lesson, part.inner)),
    Traced: _traced,
}


# With shapes


def shaped_tree(lesson: Lesson, part: Part) -> Tree:
    """Return the formula with the shape under each factor."""
    if isinstance(part, Total):
        return added(signed(lesson, term, shaped_tree, True) for term in part.terms)
    if isinstance(part, Scaled):
        sign, tree = signed(lesson, part, shaped_tree)
        return tree if sign == "+" else added([(sign, tree)])
    if isinstance(part, Chain):
        return Product(tuple(_braced(lesson, f) for f in part.factors))
    if isinstance(part, Entrywise):
        inner = (shaped_tree if isinstance(f, Chain) else _braced for f in part.factors)
        return Product(tuple(s(lesson, f) for s, f in zip(inner, part.factors, strict=True)), "⊙")
    return _braced(lesson, part) if part.letters else matrix_tree(lesson, part)


def _braced(lesson: Lesson, part: Part) -> Tree:
    tree = matrix_tree(lesson, part)
    loose = isinstance(part, (Total, Entrywise, Scaled)) or (
        isinstance(part, Raised) and isinstance(tree, Product)
    )
    loose = loose or open_ended(tree)
    return Brace(Fenced("(", tree) if loose else tree, shape_tree(lesson, part))


# With indices


def indexed_tree(lesson: Lesson, part: Part) -> Tree | None:
    """Return Σ_k Z̄2[n,k]·W2ᵀ[k,h]: a product of tensors with the indices of each factor.

    None for anything but a product of tensors.
    """
    if isinstance(part, Scaled):
        inner = indexed_tree(lesson, part.matrix)
        if inner is None or part.numbers:
            return None
        sign, tree = signed(lesson, part, lambda *_: inner)
        return tree if sign == "+" else added([(sign, tree)])
    if not isinstance(part, Chain):
        return None
    factors = [f.vector if isinstance(f, Diagonal) else f for f in part.factors]
    if not all(isinstance(f, (Named, Ones)) for f in factors):
        return None
    links = dict.fromkeys(f.column for f in part.factors[:-1] if f.column is not None)
    body = multiplied([entry_tree(lesson, f) for f in factors if isinstance(f, Named)])
    bounds = tuple(Bound(lesson.symbols.letter(k.name)) for k in links)
    return Big("Σ", bounds, body) if bounds else body


def entry_tree(lesson: Lesson, part: Named) -> Tree:
    """Return W2ᵀ[k,h], or W2[h,k] if it is not transposed."""
    letters = tuple(lesson.symbols.letter(k.name) for k in part.letters)
    if part.transposed and len(letters) == 2:
        return Indexed(_transposed(lesson.name(part.tensor)), letters)
    # The typesetter puts the letters of a matrix in the order of the page's convention.
    return lesson.typesetter.entry(part.tensor, lesson.typesetter.placed(letters))
