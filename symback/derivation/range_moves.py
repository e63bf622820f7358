"""Tidying moves on brackets and deltas: what always holds goes, windows that do not overlap.

Each returns the terms that take the term's place with the facts for its reason, or None.
"""

from __future__ import annotations

from dataclasses import dataclass

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
        other = _as_delta(factor) or _as_window(factor) or _as_one_value(factor, term.letters)
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


def _as_one_value(factor: Expr, letters: tuple[Index, ...]) -> Delta | None:
    """Return δ(t, 0) for a bracket such as [t < 1] that leaves a summed letter one value."""
    found = inequalities(factor.args[0]) if isinstance(factor, Iverson) else None
    free = free_letters(factor)
    if not found or len(free) != 1 or not free <= set(letters):
        return None
    (letter,) = free
    bounds = [
        split(g, letter) for g in (*found, letter, combined((-1, letter), (1, letter.size - 1)))
    ]
    lows = [combined((-1, rest)) for coefficient, rest in bounds if coefficient == 1]
    highs = [rest for coefficient, rest in bounds if coefficient == -1]
    if len(lows) + len(highs) < len(bounds):
        return None
    single = (low for low in lows for high in highs if low == high)
    for value in single:
        if all(surely_holds(combined((c, value), (1, rest))) for c, rest in bounds):
            return Delta(letter, value)
    return None


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


def windows_as_deltas(expression: Expr) -> Expr:
    """Write every bracket [0 ≤ k - s·p < s] as δ(⌊k/s⌋, p), in which p may become ⌊l/s⌋."""

    def change(node: Expr) -> Expr | None:
        if not isinstance(node, Iverson) or not isinstance(node.args[0], InRange):
            return None
        for letter in sorted(free_letters(node), key=str):
            found = _window(node.args[0], letter)
            if found is not None and found[0] == found[1]:
                return Delta(Floored(found[2], Integer(found[0])), letter)
        return None

    return rebuilt(expression, change)


def always_holds(term: Term, knowledge: Knowledge) -> Change:
    """[c] = 1 where c follows from the ranges of the letters, or from the other brackets."""
    factors, dropped = list(term.factors), ()
    for factor in term.factors:
        if not isinstance(factor, Iverson):
            continue
        place = next(i for i, f in enumerate(factors) if f is factor)
        # Why not from deltas? They stay, and a bracket says better what may be read.
        others = factors[:place] + factors[place + 1 :]
        known = known_from(f for f in others if isinstance(f, Iverson))
        kept = what_remains(factor.args[0], known)
        if kept != factor.args[0]:
            factors[place : place + 1] = [] if kept is None else [Iverson(kept)]
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
    windows = {k: found for k in term.letters if (found := _window_of(k, term))}
    for letter, window in windows.items():
        after = _one_window(term, letter, window, len(windows) == len(term.letters))
        if after:
            picked = Comparison("==", letter, Floored(window.inside, Integer(window.stride)))
            return (after,), (("letter", letter), ("picks", picked), ("bracket", window.bracket))
    return None


@dataclass(frozen=True, slots=True)
class Window:
    """A bracket that says 0 ≤ inside - stride·letter < width, with width ≤ stride."""

    bracket: Iverson
    stride: int
    width: int
    inside: Expr


def _window_of(letter: Index, term: Term) -> Window | None:
    for factor in term.factors:
        condition = factor.args[0] if isinstance(factor, Iverson) else None
        found = _window(condition, letter) if isinstance(condition, InRange) else None
        if found is not None:
            return Window(factor, *found)
    return None


def _window(condition: InRange, letter: Index) -> tuple[int, int, Expr] | None:
    """Return (stride s, width w, inside k) of the windows 0 ≤ k - s·letter < w, if w ≤ s."""
    if not all(map(is_affine, condition.args)):
        return None
    position, low, high = condition.args
    width = combined((1, high), (-1, low))
    coefficient, rest = split(position, letter)
    if abs(coefficient) < 2 or not width.is_Integer or not 0 < width <= abs(coefficient):
        return None
    if coefficient < 0:
        return -coefficient, int(width), combined((1, rest), (-1, low))
    # low ≤ s·p + rest < high says 0 ≤ high - 1 - rest - s·p < high - low.
    return coefficient, int(width), combined((1, high), (-1, Integer(1)), (-1, rest))


def _one_window(term: Term, letter: Index, window: Window, only_windows: bool) -> Term | None:
    """Return the term in which the letter is ⌊inside/stride⌋; None where it is not read so.

    Why k - s·p = k mod s in windows alone? Where other sums stay the term is a convolution, which
    Σ_p z[p] K[k - s·p] says better.
    """
    factors: list[Expr] = []
    for factor in term.factors:
        if factor is not window.bracket:
            changed = _at_window(factor, letter, window, only_windows)
            if changed is None:
                return None
            factors.append(changed)
    stride = Integer(window.stride)
    if window.width < window.stride:
        place = Remainder(window.inside, stride)
        factors.append(Iverson(InRange(place, ZERO, Integer(window.width))))
    reach = InRange(window.inside, ZERO, stride * letter.size)
    if not all(surely_holds(g) for g in inequalities(reach)):
        factors.append(Iverson(reach))
    letters = tuple(k for k in term.letters if k != letter)
    return Term(term.coefficient, tuple(factors), letters)


def _at_window(factor: Expr, letter: Index, window: Window, offsets: bool) -> Expr | None:
    """Replace p by ⌊k/s⌋, with ``offsets`` k - s·p by k mod s; None where p stands otherwise."""
    if letter not in free_letters(factor):
        return factor
    stride, fits = Integer(window.stride), True
    outside = free_letters(window.inside) | {letter}
    offset = combined((1, window.inside), (-window.stride, letter))

    def change(node: Expr) -> Expr | None:
        nonlocal fits
        if node == letter:
            return Floored(window.inside, stride)
        if isinstance(node, Affine) and letter in node.coefficients:
            fits = fits and offsets and node == offset
            return Remainder(window.inside, stride)
        if isinstance(node, Binder) and outside & set(node.letters):
            fits = False
        return None

    changed = rebuilt(factor, change)
    return changed if fits else None
