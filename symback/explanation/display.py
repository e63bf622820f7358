"""How networks, derivations and gradients show themselves in a notebook: as typeset formulas.

What is shown lives on floors that print nothing, so their notebook methods are attached here.
"""

from __future__ import annotations

from sympy import Expr

from symback.algebra.operators import Node
from symback.algebra.positions import Entry
from symback.derivation.derive import Derivation, Gradient
from symback.derivation.second import Block, Hessian, Jacobian
from symback.network.network import Network
from symback.notation.latex import latex
from symback.notation.options import Notation
from symback.notation.symbols import symbols_of
from symback.record.archive import StoredDerivation

# More equations than anybody reads in a cell.
MOST_SHOWN = 40
PLAIN = Notation()


def aligned(network: Network, of: str, rows: list[tuple[Expr, Expr]], left_out: int = 0) -> str:
    """Return equations as one display formula, aligned at their equals signs."""
    symbols = symbols_of(network, of)
    lines = [f"{latex(a, PLAIN, symbols)} &= {latex(b, PLAIN, symbols)}" for a, b in rows]
    if left_out:
        lines.append(rf"&\;\;\vdots \quad \text{{{left_out} more}}")
    return "$$\\begin{aligned}\n" + " \\\\\n".join(lines) + "\n\\end{aligned}$$"


def network_latex(network: Network) -> str | None:
    """Return the equations of a network as one formula; None if there are none."""
    equations = network.equations
    rows = [(e.entry, e.written) for e in equations[:MOST_SHOWN]]
    of = network.loss_name or ""
    return aligned(network, of, rows, len(equations) - len(rows)) if rows else None


def derivation_latex(derivation: Derivation | StoredDerivation) -> str | None:
    """Return the adjoints of a derivation as one formula, in the order of the backward pass."""
    names = derivation.adjoints[:MOST_SHOWN]
    letters = getattr(derivation, "goal_letters", ())
    rows = [(Entry(g.adjoint, *letters, *g.indices), g.written)
            for g in (derivation[name] for name in names)]  # fmt: skip
    left_out = len(derivation.adjoints) - len(rows)
    return aligned(derivation.network, derivation.of, rows, left_out) if rows else None


def gradient_latex(gradient: Gradient) -> str:
    """Return one gradient as a formula."""
    owner = gradient.derivation
    left = Entry(gradient.adjoint, *owner.goal_letters, *gradient.indices)
    return aligned(owner.network, owner.of, [(left, gradient.written)])


def block_latex(block: Block) -> str:
    """Return one block of a Jacobian or Hessian as a formula."""
    return aligned(block.derivation.network, block.derivation.of, [(block.goal, block.written)])


def blocks_latex(found: Jacobian | Hessian) -> str | None:
    """Return all blocks, one formula each, if they are few."""
    names = tuple(found) if isinstance(found, Jacobian) else found.wrt
    if len(names) > 6:
        return None
    if isinstance(found, Jacobian):
        return "\n".join(block_latex(found[name]) for name in names)
    return "\n".join(block_latex(found[a, b]) for a in names for b in names)


SHOWN = {
    Network: network_latex,
    Derivation: derivation_latex,
    StoredDerivation: derivation_latex,
    Gradient: gradient_latex,
    Block: block_latex,
    Jacobian: blocks_latex,
    Hessian: blocks_latex,
}
for kind, show in SHOWN.items():
    kind._repr_latex_ = show
# SymPy's own printers ask a node for its LaTeX: d["W1"].expr shows a formula, not class names.
Node._latex = lambda self, printer: latex(self, PLAIN)
