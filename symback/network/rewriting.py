"""Networks with other equations: what an idea changes in a forward or a derived network."""

from __future__ import annotations

from collections.abc import Mapping

from symback.errors import DefinitionError
from symback.network.network import Network, checked_network, reads
from symback.network.tensors import ADJOINT, Equation


def rewrite(network: Network, equations: Mapping[object, object]) -> Network:
    """Return the network in which these tensors are computed by other right-hand sides.

    ``equations`` maps tensors, or their names, to expressions in the tensors' own letters; these
    may read whatever stands before them and all that is given. All else stays as it was, adjoints
    too: a rewritten derived network need not hold derivatives any more. Raises DefinitionError.
    """
    other = checked_network(network, "rewrite").copy()
    for target, expression in equations.items():
        equation = other.equation(target)
        if equation is None:
            raise DefinitionError(
                f"rewrite: another equation for {other[target].name}",
                f"it is declared as {other[target].kind} and has no equation",
                f"equations: {', '.join(e.target for e in other.equations[:20])}",
            )
        _replace(other, equation, expression)
    return other


def _replace(network: Network, equation: Equation, expression: object) -> None:
    """Put another right-hand side into a network that is nobody else's yet."""
    name, letters, kind = equation.target, equation.letters, equation.kind
    what = f"rewrite: {equation.entry}"
    written = network._checked_written(what, letters, expression, generated=kind == ADJOINT)
    new = Equation(name, letters, written, kind)
    order = {e.target: place for place, e in enumerate(network.equations)}
    later = [read for read in reads(new) if order.get(read, -1) >= order[name]]
    if later:
        raise DefinitionError(
            what, f"it reads {', '.join(later)}, which is computed from it or after it",
            "read what stands before it",
        )  # fmt: skip
    network._equations[name] = new
