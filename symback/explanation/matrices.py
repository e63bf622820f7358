"""The same line with whole matrices, where it is a product of two, entry by entry, or both.

Only what a reader recognises is written: Xᵀ·Z̄1, Z̄2·W2ᵀ, Ā1 ⊙ (1 − A1 ⊙ A1). Every transpose is
justified by its indices.
"""

from __future__ import annotations

from dataclasses import dataclass

from sympy import Expr, Integer

from symback.algebra.letters import Index
from symback.algebra.nodes import Iverson
from symback.algebra.operators import Comparison, Negative, Plus, Power
from symback.algebra.positions import Entry
from symback.algebra.terms import Term, terms_of
from symback.explanation.lesson import Lesson
from symback.explanation.texts import TEXTS, say
from symback.notation.forms import added
from symback.notation.tree import Derivative, Fenced, Number, Product, Relation, Tree, Words
from symback.notation.tree import Power as Raised
from symback.render.document import Inlines

Letters = tuple[Index, ...]


@dataclass(frozen=True)
class Factor:
    """One matrix of a product: its entry, and whether it is transposed because of a letter."""

    entry: Entry
    transposed: bool
    summed: Index | None


def matrix_words(lesson: Lesson, name: str) -> list[Inlines]:
    """Return the matrix form of a gradient, its shapes, and why what is transposed; or nothing."""
    gradient = lesson.gradient(name)
    rows = gradient.indices
    if lesson.is_scalar or not 1 <= len(rows) <= 2:
        return []
    found = [_term(lesson, term, rows) for term in terms_of(gradient.written)]
    if not found or any(f is None for f in found):
        return []
    formula = added((sign, tree) for sign, tree, _ in found)
    whole = Relation((_bare(lesson, name), formula), ("==",))
    products = [factors for _, _, factors in found if factors]
    if products:
        said = [say("matrix form", formula=whole, shapes=_shapes(lesson, rows, products[0]))]
        transposed = [
            f for factors in products for f in factors if f.transposed and f.summed is not None
        ]
        said += [_why(lesson, f) for f in dict.fromkeys(transposed)]
        return said
    same = lesson.typesetter.shape([k.size for k in rows])
    return [say("matrix form entries", formula=whole, shape=same)]


def forward_matrices(lesson: Lesson, name: str) -> list[Inlines]:
    """Return the matrix form of a weighted sum: Z1 = X·W1 + b1, with its shapes; or nothing."""
    stage = lesson.equation(name)
    if lesson.is_scalar or not 1 <= len(stage.letters) <= 2:
        return []
    signed: list[tuple[str, Tree]] = []
    product: list[Factor] = []
    for term in terms_of(stage.written):
        found = _term(lesson, term, stage.letters)
        alone = term.factors[0] if len(term.factors) == 1 and not term.letters else None
        if found is not None and found[2]:
            signed.append(found[:2])
            product = product or found[2]
        elif isinstance(alone, Entry) and alone.positions in (
            stage.letters,
            stage.letters[-1:],
            (),
        ):
            signed.append(("+", lesson.name(alone.tensor)))
        else:
            return []
    if not product:
        return []
    whole = Relation((lesson.name(name), added(signed)), ("==",))
    return [say("matrix form", formula=whole, shapes=_shapes(lesson, stage.letters, product))]


def _bare(lesson: Lesson, name: str) -> Tree:
    """Return the symbol of a gradient without indices: Z̄1, ∂L/∂W1."""
    if lesson.equation(name) is None and not lesson.upstream:
        return Derivative(lesson.name(lesson.of), lesson.name(name))
    return lesson.typesetter.name(lesson.derivation.adjoint_name(name))


def _term(lesson: Lesson, term: Term, rows: Letters) -> tuple[str, Tree, list[Factor]] | None:
    """Return (sign, formula, matrices) of one term; None where it is no product of matrices."""
    sign = "-" if term.coefficient < 0 else "+"
    if abs(term.coefficient) != 1:
        return None
    if not term.letters:
        factors = _outer(term.factors, rows)
        if factors is not None:
            return sign, Product(tuple(_matrix(lesson, f) for f in factors)), factors
        tree = _entrywise(lesson, term.factors, rows)
        return None if tree is None else (sign, tree, [])
    if len(term.letters) == 1 and len(term.factors) == 2:
        factors = _product(term.factors, term.letters[0], rows)
        if factors is not None:
            return sign, Product(tuple(_matrix(lesson, f) for f in factors)), factors
    return None


def _product(factors: tuple[Expr, ...], summed: Index, rows: Letters) -> list[Factor] | None:
    """Return the two factors of Σ_summed a·b as a matrix product, in the order of the result."""
    if not all(isinstance(f, Entry) and 1 <= len(f.positions) <= 2 for f in factors):
        return None
    kept = [tuple(k for k in f.positions if k != summed) for f in factors]
    if not all(summed in f.positions for f in factors) or sorted(map(len, kept)) not in (
        [1, 1],
        [0, 1],
    ):
        return None
    if kept[0] + kept[1] not in (rows, rows[::-1]) or set(kept[0]) & set(kept[1]):
        return None
    left, right = factors if kept[0] + kept[1] == rows else factors[::-1]
    if len(left.positions) == 1:
        # A row times a matrix is the transposed matrix times a column.
        left, right = right, left
    return [
        Factor(left, left.positions[-1] != summed, summed),
        Factor(right, len(right.positions) == 2 and right.positions[0] != summed, summed),
    ]


def _outer(factors: tuple[Expr, ...], rows: Letters) -> list[Factor] | None:
    """Return a[i]·b[j] as a column times a row."""
    if len(rows) != 2 or len(factors) != 2 or not all(isinstance(f, Entry) for f in factors):
        return None
    columns = {f.positions: f for f in factors}
    if set(columns) != {rows[:1], rows[1:]}:
        return None
    return [Factor(columns[rows[:1]], False, None), Factor(columns[rows[1:]], True, None)]


def _matrix(lesson: Lesson, factor: Factor) -> Tree:
    tree = lesson.typesetter.name(factor.entry.tensor)
    return Raised(tree, Words("⊤")) if factor.transposed else tree


def _shapes(lesson: Lesson, rows: Letters, factors: list[Factor]) -> Tree:
    """Return (64×32) = (64×N)·(N×32)."""
    sides = []
    for factor in factors:
        sizes = [k.size for k in factor.entry.positions]
        sizes = sizes if len(sizes) == 2 else [*sizes, Integer(1)]
        sides.append(_sized(lesson, sizes[::-1] if factor.transposed else sizes))
    whole = [k.size for k in rows]
    result = _sized(lesson, whole if len(whole) == 2 else [*whole, Integer(1)])
    return Relation((result, Product(tuple(sides))), ("==",))


def _sized(lesson: Lesson, sizes: list[Expr]) -> Tree:
    return Fenced("(", lesson.typesetter.shape(sizes))


def _why(lesson: Lesson, factor: Factor) -> Inlines:
    entry = factor.entry
    place = "place first" if entry.positions[0] == factor.summed else "place last"
    key = "why transposed" if lesson.once("why transposed") else "why transposed again"
    return say(
        key, transposed=_matrix(lesson, factor),
        letter=lesson.symbols.letter(factor.summed.name), place=TEXTS[place],
        tensor=lesson.show(entry),
    )  # fmt: skip


# Entry by entry


def _entrywise(lesson: Lesson, factors: tuple[Expr, ...], rows: Letters) -> Tree | None:
    """Return A ⊙ (1 − B ⊙ B) for a product of entries at the same letters, else None."""
    if len([f for f in factors if _is_at(f, rows)]) != len(factors) or not factors:
        return None
    trees = [_stripped(lesson, f, rows) for f in factors]
    if any(t is None for t in trees) or len(factors) < 2:
        return None
    return Product(tuple(trees), "⊙")


def _is_at(factor: Expr, rows: Letters) -> bool:
    read = factor.atoms(Entry)
    return bool(read) and all(e.positions == rows for e in read)


def _stripped(lesson: Lesson, expression: Expr, rows: Letters) -> Tree | None:
    """Return an expression with its indices left out, squares written as A ⊙ A."""
    if isinstance(expression, Entry):
        return lesson.typesetter.name(expression.tensor)
    if isinstance(expression, Integer):
        return Number(str(abs(int(expression))), negative=bool(expression < 0))
    if isinstance(expression, Iverson):
        condition = expression.args[0]
        if isinstance(condition, Comparison):
            sides = [_stripped(lesson, side, rows) for side in condition.args[1:]]
            return (
                Fenced("[", Relation(tuple(sides), (condition.operator,))) if all(sides) else None
            )
    if isinstance(expression, Power):
        base, exponent = expression.args
        tree = _stripped(lesson, base, rows) if exponent == 2 else None
        return None if tree is None else Product((tree, tree), "⊙")
    if isinstance(expression, Plus):
        terms = [
            ("-", _stripped(lesson, t.args[0], rows))
            if isinstance(t, Negative)
            else ("+", _stripped(lesson, t, rows))
            for t in expression.args
        ]
        return None if any(tree is None for _, tree in terms) else added(terms)
    return None
