"""Un-solving: brackets about a summed letter become deltas again, which say where to write.

A derivation solves δ(p + r - 1, a) for p: X̄[a] = Σ_r Z̄[a-r+1] K[r] [0 ≤ a-r+1 < P] reads best.
It runs quicker the other way round: with p = a-r+1 every entry of Z̄ is read once and added where it
belongs, X̄[a] = Σ_{p,r} Z̄[p] K[r] δ(p + r - 1, a). Both are the same sum in other letters.

Input: a sum. Output: the sum with one more letter and one delta for each such bracket.
"""

from __future__ import annotations

from sympy import Expr

from symback.algebra.letters import Index
from symback.algebra.nodes import Bounded, Delta, IndexSum, InRange, Iverson
from symback.algebra.operators import Negative, Quotient, Times
from symback.algebra.positions import affine, combined, is_affine, parts
from symback.algebra.traversal import free_letters, fresh_letter, with_letters
from symback.compiler.estimates import typical
from symback.compiler.pieces import MINUS_ONE, ONE

MOST_TIMES = 1.5


def unsolved(node: IndexSum) -> IndexSum:
    """Return the sum with each bracket that ties a free letter to bound ones as a delta."""
    factors, binders = factors_of(node.body), list(node.binders)
    if any(isinstance(b, Bounded) for b in binders):
        return node
    free = free_letters(node)
    taken = {k.name for k in (*free, *free_letters(node.body), *node.letters)}
    deltas: list[Expr] = []
    done: set[Index] = set()
    place = 0
    while place < len(factors):
        found = _solved_bracket(factors[place], free - done, set(binders))
        if found is None:
            place += 1
            continue
        position, low, high, letter, coefficient = found
        name = fresh_letter(letter, taken).args[0]
        new = Expr.__new__(Index, name, high - low)
        taken.add(new.name)
        # From position = new + low follows what the free letter is.
        rest = combined((1, position), (-coefficient, letter))
        value = combined((coefficient, affine(low, {new: 1})), (-coefficient, rest))
        del factors[place]
        factors = [with_letters(f, {letter: value}) for f in factors]
        deltas.append(Delta(value, letter))
        binders.append(new)
        done.add(letter)
        place = 0
    if not deltas:
        return node
    return IndexSum(Times(*factors, *deltas), *binders)


def factors_of(body: Expr) -> list[Expr]:
    """Return the factors of a product, of its parts too; a divisor is a factor 1/divisor."""
    if isinstance(body, Times):
        return [f for factor in body.args for f in factors_of(factor)]
    if isinstance(body, Negative):
        return [MINUS_ONE, *factors_of(body.args[0])]
    if isinstance(body, Quotient) and isinstance(body.args[0], (Times, Negative)):
        return [*factors_of(body.args[0]), Quotient(ONE, body.args[1])]
    return [body]


def _solved_bracket(
    factor: Expr, free: frozenset[Index], bound: set[Index]
) -> tuple[Expr, Expr, Expr, Index, int] | None:
    """Return (position, low, high, letter, coefficient) of a bracket that can be un-solved."""
    if not isinstance(factor, Iverson) or not isinstance(factor.args[0], InRange):
        return None
    position, low, high = factor.args[0].args
    if not all(map(is_affine, (position, low, high))) or parts(low)[1] or parts(high)[1]:
        return None
    letters = parts(position)[1]
    if not bound.intersection(letters):
        return None
    for letter, coefficient in letters.items():
        # A letter with few values, such as one of a filter, stays: the other has many more.
        few = typical(high - low) > MOST_TIMES * typical(letter.size)
        if letter in free and abs(coefficient) == 1 and not few:
            return position, low, high, letter, coefficient
    return None
