"""Sums opened and filled with numbers: first terms, dots, last term, and the value."""

from __future__ import annotations

from collections.abc import Mapping

from sympy import Expr, Integer

from symback.algebra.letters import Index
from symback.algebra.positions import Entry
from symback.algebra.terms import Term, is_structural, terms_of
from symback.algebra.traversal import entries, rename
from symback.errors import ValuesError
from symback.explanation.lesson import Lesson
from symback.explanation.lines import valued
from symback.explanation.written_out import opened_terms
from symback.notation.forms import added
from symback.notation.tree import Number, Tree, Words
from symback.render.document import Line
from symback.render.parts import line


def opened_lines(
    lesson: Lesson, left: Tree, written: Expr, places: Mapping[Index, Expr], held: Entry
) -> list[Line]:
    """Return an expression at a place: its sums opened, numbers put in, and its value.

    ``held`` is the entry that holds the value.
    """
    terms = (_sized(lesson, term, places) for term in terms_of(written))
    opened = [e for term in terms for e in opened_terms(term, places)] or [Integer(0)]
    lines = [line(left, _sum(lesson, opened, None))]
    if not lesson.values:
        return lines
    value = lesson.number(lesson.values.at(held))
    numbers = [None if e is None else concrete_numbers(lesson, e) for e in opened]
    if all(e is None or n is not None for e, n in zip(opened, numbers, strict=True)):
        lines += valued(_sum(lesson, opened, numbers), value)
    else:
        lines.append(line(None, value, numbers=True))
    return lines


def _sized(lesson: Lesson, term: Term, places: Mapping[Index, Expr]) -> Term:
    """Return a term at a place with numbers for sizes in letters and brackets: 1436, not N - 1."""
    if not lesson.values:
        return term
    sizes = {size: Integer(n) for size, n in lesson.values.world.sizes.items()}
    factors = tuple(
        rename(f, dict(places)).xreplace(sizes) if is_structural(f) else f for f in term.factors
    )
    term = Term(term.coefficient, factors, term.letters)
    if not term.letters:
        return term
    mapping = {
        k: Index(k.name, lesson.values.size(k.size)) for k in term.letters if not k.size.is_Integer
    }
    factors = tuple(rename(f, dict(mapping)) for f in term.factors)
    return Term(term.coefficient, factors, tuple(mapping.get(k, k) for k in term.letters))


def _sum(lesson: Lesson, opened: list[Expr | None], numbers: list[dict | None] | None) -> Tree:
    signed: list[tuple[str, Tree]] = []
    for place, expression in enumerate(opened):
        if expression is None:
            signed.append(("+", Words("…")))
            continue
        tree = lesson.show(expression, numbers[place] if numbers else None)
        terms = getattr(tree, "terms", None)
        if terms is not None:
            signed += terms
        elif isinstance(tree, Number) and tree.negative and signed:
            signed.append(("-", Number(tree.mantissa, tree.exponent)))
        else:
            signed.append(("+", tree))
    return added(signed)


def concrete_numbers(lesson: Lesson, expression: Expr) -> dict[Expr, Tree] | None:
    """Return the numbers of entries and sizes in an expression; None if a letter is left in it."""
    if any(isinstance(node, Index) for node in expression.atoms(Index)):
        return None
    found: dict[Expr, Tree] = {}
    for entry in dict.fromkeys(entries(expression)):
        try:
            found[entry] = lesson.number(lesson.values.at(entry))
        except ValuesError:
            # A bracket that is 0 guards this read outside of the tensor.
            return None
    for symbol in sorted(expression.free_symbols, key=str):
        if symbol in lesson.values.world.sizes:
            found[symbol] = Number(str(lesson.values.world.sizes[symbol]))
    return found
