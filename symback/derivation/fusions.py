"""Which gradients are worth putting together: those in which whole sums are known to vanish.

A fork whose ways join again gives a gradient of several terms. Where putting the adjoints into one
another only writes longer what the terms say already, nobody wants to see it; where sums go, as
Σ (x - μ) in a normalisation, the one line is what books print.
"""

from __future__ import annotations

from typing import Any

from symback.algebra.traversal import subexpressions
from symback.derivation.fused import Fused
from symback.errors import DerivationError

# The rules that know something of a whole sum.
TELLING = frozenset(("deviations add up to zero", "parts of a whole"))
MOST_EQUATIONS = 200
MOST_BETWEEN = 6  # tensors whose adjoints are put in
LONGEST = 120  # nodes of the one line: a longer one is no known form, and nobody reads it


def fusions(derivation: Any) -> dict[str, Fused]:
    """Return the gradients of a derivation that are worth putting together, by tensor.

    What lies on the way of one of them is told there.
    """
    if len(derivation.forward.equations) > MOST_EQUATIONS:
        return {}
    found: dict[str, Fused] = {}
    for name in dict.fromkeys((*derivation.adjoints, *derivation.wrt)):
        if len(derivation[name].record.consumers) < 2:
            continue
        try:
            made = derivation.fused(name)
            if len(made.route.between) > MOST_BETWEEN:
                continue
            rules = {step.rule for step in made.steps}
        except DerivationError:
            continue
        length = sum(1 for _ in subexpressions(made.written))
        if rules & TELLING and length <= LONGEST:
            found[name] = made
    inside = {name for made in found.values() for name in made.route.between}
    return {name: made for name, made in found.items() if name not in inside}
