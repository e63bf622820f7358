"""What is said about a formula of whole matrices: its shapes, and why what is transposed is.

Formulas come from the one recogniser (``derivation.matrix_recogniser``). Every transpose is
justified by the indices of what it stands on, every column of ones by the letter that it serves.
"""

from __future__ import annotations

from collections.abc import Iterator

from sympy import Expr

from symback.algebra.letters import Index
from symback.derivation.matrix_parts import (
    Applied,
    Chain,
    Diagonal,
    Entrywise,
    Named,
    Ones,
    Part,
    Raised,
    Scaled,
    Total,
    Traced,
    Turned,
    flipped,
    walk,
)
from symback.explanation.lesson import Lesson
from symback.explanation.matrix_trees import (
    ONE,
    in_column_layout,
    matrix_of,
    matrix_tree,
    shape_tree,
)
from symback.explanation.texts import TEXTS, say
from symback.notation.forms import added, multiplied
from symback.notation.symbols import parsed
from symback.notation.tree import Derivative, Fenced, Indexed, Product, Relation, Tree
from symback.render.document import Inlines, Line
from symback.render.parts import line


def matrix_words(lesson: Lesson, name: str) -> list[Inlines]:
    """Return the matrix form of a gradient, its shapes, and why what is transposed; or nothing."""
    gradient = lesson.gradient(name)
    return _words(lesson, bare(lesson, name), gradient.written, gradient.indices, True)


def forward_matrices(lesson: Lesson, name: str) -> list[Inlines]:
    """Return the matrix form of a stage that multiplies: Z1 = X·W1 + 𝟏·b1ᵀ; or nothing."""
    stage = lesson.equation(name)
    part, _ = matrix_of(lesson, stage.written, stage.letters)
    if part is None or not any(isinstance(p, Chain) for p in walk(part)):
        return []
    return _words(lesson, lesson.name(name), stage.written, stage.letters, False)


def _words(
    lesson: Lesson, left: Tree, written: Expr, letters: tuple[Index, ...], why: bool
) -> list[Inlines]:
    if lesson.is_scalar or not letters:
        return []
    part, _ = matrix_of(lesson, written, letters)
    if part is None:
        return []
    whole = Relation((left, matrix_tree(lesson, part)), ("==",))
    shapes = _shapes(lesson, part)
    if shapes is not None:
        said = [say("matrix form", formula=whole, shapes=shapes)]
    elif is_entry_by_entry(part):
        said = [say("matrix form entries", formula=whole, shape=shape_tree(lesson, part))]
    else:
        said = [say("matrix form shape", formula=whole, shape=shape_tree(lesson, part))]
    return [*said, *(transposes(lesson, part) if why else ()), *signs(lesson, part)]


def stage_formula(lesson: Lesson, name: str) -> Line:
    """Return the equation of a stage in the form of the page: in matrices, or of one entry."""
    stage = lesson.equation(name)
    if lesson.form == "matrix":
        part, _ = matrix_of(lesson, stage.written, stage.letters)
        if part is not None:
            return line(lesson.name(name), matrix_tree(lesson, part))
    return line(lesson.show(stage.entry), lesson.show(stage.written))


def gradient_formula(lesson: Lesson, name: str, reason: Inlines = ()) -> Line:
    """Return the result of a derivation in the form of the page."""
    gradient = lesson.gradient(name)
    if lesson.form == "matrix":
        part, _ = matrix_of(lesson, gradient.written, gradient.indices)
        if part is not None:
            return line(bare(lesson, name), matrix_tree(lesson, part), reason=reason)
    return line(lesson.result(name), lesson.show(gradient.written), reason=reason)


def bare(lesson: Lesson, name: str) -> Tree:
    """Return the symbol of a gradient without indices: Z̄1, ∂L/∂W1."""
    own = lesson.notation.has_gradient_symbols or lesson.upstream
    if lesson.equation(name) is None and not own:
        return Derivative(lesson.name(lesson.of), lesson.name(name))
    return lesson.typesetter.name(lesson.derivation.adjoint_name(name))


def is_entry_by_entry(part: Part) -> bool:
    """Is everything of one shape, and something multiplied or applied entry by entry?"""
    kinds = {type(p) for p in walk(part)}
    return not kinds & {Chain, Traced} and bool(kinds & {Entrywise, Applied, Raised})


def _is_number(term: Part) -> bool:
    """Is a term of a sum one number, added to every entry?"""
    return isinstance(term, Scaled) and isinstance(term.matrix, Ones)


def _shapes(lesson: Lesson, part: Part) -> Tree | None:
    """Return (64×32) = (64×N)·(N×32) for a sum of products; None if it is something else."""
    terms = part.terms if isinstance(part, Total) else (part,)
    inner = [term.matrix if isinstance(term, Scaled) else term for term in terms]
    if not any(isinstance(p, Chain) for p in inner) or any(map(_is_number, terms)):
        return None
    products = []
    for factors in (p.factors if isinstance(p, Chain) else (p,) for p in inner):
        products.append(multiplied(Fenced("(", shape_tree(lesson, f)) for f in factors))
    right = added(("+", product) for product in products)
    return Relation((Fenced("(", shape_tree(lesson, part)), right), ("==",))


# Why


def transposes(lesson: Lesson, part: Part) -> list[Inlines]:
    """Return why each transposed matrix of the products in a formula is transposed."""
    found: dict[Inlines, None] = {}
    for product in (p for p in walk(part) if isinstance(p, Chain)):
        for place, factor in enumerate(product.factors):
            if len(factor.letters) == 2 and _is_transposed(factor):
                found.setdefault(_why(lesson, product, place))
    return list(found)


def _is_transposed(factor: Part) -> bool:
    return isinstance(factor, Turned) or (isinstance(factor, Named) and factor.transposed)


def _why(lesson: Lesson, product: Chain, place: int) -> Inlines:
    factor = product.factors[place]
    # A factor that is not the first joins its left neighbour at its row letter.
    joins_left = place > 0
    letter = factor.row if joins_left else factor.column
    again = not lesson.once("why transposed")
    return say(
        "why transposed again" if again else "why transposed",
        transposed=matrix_tree(lesson, factor), letter=lesson.symbols.letter(letter.name),
        place=TEXTS["place last" if joins_left else "place first"],
        tensor=_as_it_is(lesson, factor),
    )  # fmt: skip


def _as_it_is(lesson: Lesson, factor: Part) -> Tree:
    """Return a transposed factor's entry before it is transposed: W2[h,k]."""
    letters = tuple(lesson.symbols.letter(k.name) for k in (factor.column, factor.row))
    if isinstance(factor, Turned):
        return Indexed(matrix_tree(lesson, factor.inner), letters)
    # The typesetter puts the letters of a matrix in the order of the page's convention.
    return lesson.typesetter.entry(factor.tensor, lesson.typesetter.placed(letters))


def signs(lesson: Lesson, part: Part) -> list[Inlines]:
    """Return what the special signs of a formula mean, each said once on a page."""
    said: list[Inlines] = []
    for product in (p for p in walk(part) if isinstance(p, Chain)):
        for sentence in (*_ones(lesson, product), *_rows(lesson, product)):
            said.append(sentence)
    for inner in walk(part):
        if isinstance(inner, Diagonal) and lesson.once("diagonal"):
            vector = matrix_tree(lesson, inner.vector)
            letter = lesson.symbols.letter(inner.row.name)
            said.append(say(
                "diagonal", diagonal=matrix_tree(lesson, inner), vector=vector, letter=letter,
                entry=Indexed(vector, (letter,)),
            ))  # fmt: skip
        if isinstance(inner, Traced):
            key = "norm" if inner.left == inner.right else "trace"
            said += [say(key, **{key: matrix_tree(lesson, inner)})] if lesson.once(key) else []
    if is_mixed(part) and lesson.once("entry by entry"):
        said.append(say("entry by entry"))
    sums = (p for p in walk(part) if isinstance(p, Total))
    if any(_is_number(term) for total in sums for term in total.terms):
        if "entry by entry" not in lesson.said and lesson.once("number added"):
            said.append(say("number added"))
    return said


def is_mixed(part: Part) -> bool:
    """Is anything in a formula taken entry by entry?"""
    return any(isinstance(p, (Entrywise, Applied, Raised)) for p in walk(part))


def _ones(lesson: Lesson, product: Chain) -> Iterator[Inlines]:
    """Say what a column of ones does: at the end it adds up, in an outer product it repeats."""
    ones = next((f for f in product.factors if isinstance(f, Ones)), None)
    if ones is None:
        return
    letter = ones.row if ones.row is not None else ones.column
    is_outer = ones.row is None or (len(product.factors) == 2 and product.factors[0] is ones)
    key = "ones repeat" if is_outer and len(product.letters) == 2 else "ones add"
    if not lesson.once(key):
        return
    shown = {"ones": ONE, "size": lesson.show(letter.size), "product": matrix_tree(lesson, product)}
    if key == "ones repeat":
        vector = next(f for f in product.factors if f is not ones)
        upright = vector if vector.row is not None else flipped(vector)
        shown["vector"] = matrix_tree(lesson, upright)
    yield say(key, letter=lesson.symbols.letter(letter.name), **shown)


def _rows(lesson: Lesson, product: Chain) -> Iterator[Inlines]:
    """Say why a vector lies as a row: a column times a row."""
    last = product.factors[-1]
    if isinstance(last, Named) and last.row is None and last.column is not None:
        ones = any(isinstance(f, Ones) for f in product.factors)
        if not ones and len(product.letters) == 2 and lesson.once("why a row"):
            yield say("why a row", row=matrix_tree(lesson, last))


def layout_words(lesson: Lesson, tensor: str) -> Inlines:
    """Return how the page lays out samples, and how that goes over into the other convention."""
    letter = lesson.network[tensor].letters[0]
    sample, weight, result = map(parsed, "XWZ")
    rows = Relation((result, Product((sample, weight))), ("==",))
    columns = Relation((result, Product((weight, sample))), ("==",))
    shown = {"tensor": lesson.name(tensor), "letter": lesson.symbols.letter(letter.name)}
    if not in_column_layout(lesson) and lesson.form != "matrix":
        return say("convention rows", **shown)
    key = "columns" if in_column_layout(lesson) else "rows"
    return say(f"convention {key} of matrices", rows=rows, columns=columns, **shown)
