"""A factor of a product of Jacobians as it is written: diag(1 − h²), Wᵀ."""

from __future__ import annotations

from sympy import Expr, Integer

from symback.algebra.positions import Entry
from symback.algebra.traversal import rebuilt
from symback.diagnosis.measures import Measures
from symback.diagnosis.ways import Factor
from symback.notation.layout import Typesetter
from symback.notation.tree import Call, Power, Tree, Words


def factor_form(show: Typesetter, measures: Measures, factor: Factor) -> Tree:
    """Return a factor as it stands in a product of Jacobians.

    What acts entry by entry is a diagonal matrix, diag(a(1 - a)); a sum with a matrix of weights is
    that matrix, transposed if its first letter is the one of the input. Anything else keeps its
    indices.
    """
    core = factor.core
    if core is None:
        return show(factor.symbol)
    forward = measures.derivation.forward
    own, above = forward[factor.variable], forward[factor.reader]
    if own.rank and own.shape == above.shape and not factor.summed:
        is_one = core == Integer(1)
        diagonal = Call(r"\operatorname{diag}", "diag", (show(_without_letters(core)),))
        return Words("I") if is_one else diagonal
    is_matrix = factor.summed and isinstance(core, Entry) and len(core.positions) == 2
    if not is_matrix:
        return show(core)
    name = show.name(core.tensor)
    return Power(name, Words("⊤")) if core.positions[0] in own.letters else name


def _without_letters(expression: Expr) -> Expr:
    """Return the expression with whole tensors in place of their entries."""
    return rebuilt(expression, lambda e: Entry(e.tensor) if isinstance(e, Entry) else None)
