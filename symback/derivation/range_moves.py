"""Tidying moves on brackets and deltas: what always holds goes, windows that do not overlap.

Each returns the terms that take the term's place with the facts for its reason, or None.
"""

from __future__ import annotations

from sympy import Expr, Integer

from symback.algebra.letters import Index
from symback.algebra.nodes import Binder, Delta, Floored, InRange, Iverson, Remainder
from symback.algebra.operators import Comparison
from symback.algebra.positions import Affine, combined, is_affine
from symback.algebra.ranges import (
    compared,
    inequalities,
    known_from,
    split,
    surely_fails,
    surely_holds,
    what_remains,
)
from symback.algebra.terms import Term, Terms
from symback.algebra.traversal import free_letters, rebuilt
from symback.derivation.knowledge import Knowledge
from symback.derivation.term_moves import Facts

ZERO = Integer(0)
Change = tuple[Terms, Facts] | None


def equality_is_delta(term: Term, knowledge: Knowledge) -> Change:
    """[a = b] = δ(a, b), of positions; and δ(⌊a/s⌋, k) = [0 ≤ a - s·k < s]."""
    factors, facts = [], ()
    for factor in term.factors:
        other = _as_delta(factor) or _as_window(factor)
        factors.append(other or factor)
        facts += (("bracket", factor), ("delta", other)) if other else ()
    return ((Term(term.coefficient, tuple(factors), term.letters),), facts) if facts else None


def _as_delta(factor: Expr) -> Delta | None:
    if not (isinstance(factor, Iverson) and isinstance(factor.args[0], Comparison)):
        return None
    condition = factor.args[0]
    if condition.operator != "==":
        return None
    positions = compared(condition)
    return Delta(*positions) if positions and free_letters(factor) else None


def _as_window(factor: Expr) -> Iverson | None:
    if not isinstance(factor, Delta):
        return None
    for floored, other in (factor.args, reversed(factor.args)):
        if isinstance(floored, Floored) and is_affine(floored.args[0]) and is_affine(other):
            position, size = floored.args
            if size.is_Integer:
                window = combined((1, position), (-int(size), other))
                return Iverson(InRange(window, ZERO, size))
    return None


def always_holds(term: Term, knowledge: Knowledge) -> Change:
    """[c] = 1 where c follows from the ranges of the letters, or from the other brackets."""
    factors, dropped = list(term.factors), ()
    for factor in term.factors:
        if not isinstance(factor, Iverson):
            continue
        place = next(i for i, f in enumerate(factors) if f is factor)
        # Why not from deltas? They stay, and a bracket says better what may be read.
        rest = factors[:place] + factors[place + 1 :]
        others = known_from(f for f in rest if isinstance(f, Iverson))
        rest = what_remains(factor.args[0], others)
        if rest != factor.args[0]:
            factors[place : place + 1] = [] if rest is None else [Iverson(rest)]
            dropped += (("bracket", factor),)
    return ((Term(term.coefficient, tuple(factors), term.letters),), dropped) if dropped else None


def never_holds(term: Term, knowledge: Knowledge) -> Change:
    """A term is 0 whose brackets and deltas cannot all hold."""
    for place, factor in enumerate(term.factors):
        if isinstance(factor, (Iverson, Delta)):
            others = known_from(term.factors[:place] + term.factors[place + 1 :])
            if any(surely_fails(g, others) for g in known_from((factor,))):
                return (), (("bracket", factor),)
    return None


def disjoint_windows(term: Term, knowledge: Knowledge) -> Change:
    """Σ_p a_p [0 ≤ k - s·p < s] = a_⌊k/s⌋: windows of width ≤ s, s apart, do not overlap."""
    for bracket in term.factors:
        condition = bracket.args[0] if isinstance(bracket, Iverson) else None
        if not isinstance(condition, InRange) or not all(map(is_affine, condition.args)):
            continue
        for letter in term.letters:
            found = _window(condition, letter)
            after = found and _one_window(term, bracket, letter, *found)
            if after:
                stride, _, inside = found
                picked = Comparison("==", letter, Floored(inside, Integer(stride)))
                return (after,), (("letter", letter), ("picks", picked), ("bracket", bracket))
    return None


def _window(condition: InRange, letter: Index) -> tuple[int, int, Expr] | None:
    """Return (stride s, width w, inside k) of the windows 0 ≤ k - s·letter < w, if w ≤ s."""
    position, low, high = condition.args
    width = combined((1, high), (-1, low))
    coefficient, rest = split(position, letter)
    if abs(coefficient) < 2 or not width.is_Integer or not 0 < width <= abs(coefficient):
        return None
    if coefficient < 0:
        return -coefficient, int(width), combined((1, rest), (-1, low))
    # low ≤ s·p + rest < high says 0 ≤ high - 1 - rest - s·p < high - low.
    return coefficient, int(width), combined((1, high), (-1, Integer(1)), (-1, rest))


def _one_window(
    term: Term, bracket: Iverson, letter: Index, stride: int, width: int, inside: Expr
) -> Term | None:
    """Return the term in which the letter is ⌊inside/stride⌋; None where it is not read so."""
    factors: list[Expr] = []
    for factor in term.factors:
        if factor is not bracket:
            changed = _at_window(factor, letter, stride, inside)
            if changed is None:
                return None
            factors.append(changed)
    if width < stride:
        place = Remainder(inside, Integer(stride))
        factors.append(Iverson(InRange(place, ZERO, Integer(width))))
    reach = InRange(inside, ZERO, stride * letter.size)
    if not all(surely_holds(g) for g in inequalities(reach)):
        factors.append(Iverson(reach))
    letters = tuple(k for k in term.letters if k != letter)
    return Term(term.coefficient, tuple(factors), letters)


def _at_window(factor: Expr, letter: Index, stride: int, inside: Expr) -> Expr | None:
    """Replace the letter p by ⌊k/s⌋; None where p stands in a longer position.

    Why not K[k - s·p] = K[k mod s]? The sum says better that this is a convolution.
    """
    if letter not in free_letters(factor):
        return factor
    outside, fits = free_letters(inside) | {letter}, True

    def change(node: Expr) -> Expr | None:
        nonlocal fits
        longer = isinstance(node, Affine) and letter in node.coefficients
        if longer or (isinstance(node, Binder) and outside & set(node.letters)):
            fits = False
        return Floored(inside, Integer(stride)) if node == letter else None

    changed = rebuilt(factor, change)
    return changed if fits else None
