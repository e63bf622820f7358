"""How networks, derivations and gradients show themselves in a notebook: as typeset formulas.

What is shown lives on floors that print nothing, so their notebook methods are attached here.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sympy import Expr

from symback.algebra.operators import Node
from symback.algebra.positions import Entry
from symback.derivation.derive import Derivation, Gradient
from symback.derivation.rules import rule
from symback.derivation.second import Block, Hessian, Jacobian
from symback.explanation.showing import attach
from symback.network.network import Network
from symback.notation.latex import latex
from symback.notation.layout import Typesetter
from symback.notation.options import Notation
from symback.notation.symbols import symbols_of
from symback.record.archive import StoredDerivation, StoredGradient
from symback.record.steps import Step
from symback.render.document import Block as PageBlock
from symback.render.document import Document, Equation
from symback.render.parts import details, document, equation, line, paragraph, table

# More equations than anybody reads in a cell.
MOST_SHOWN = 40
PLAIN = Notation()


def network_page(network: Network) -> Document:
    """Return the equations of a network, and what its tensors are, folded."""
    show = Typesetter(PLAIN, symbols_of(network, network.loss_name or ""))
    rows = [(e.entry, e.written) for e in network.equations]
    tensors = [
        (show.name(t.name), t.kind, _shape(t.shape), "one-hot" * t.one_hot + "integer" * t.integer)
        for t in list(network.tensors.values())[:MOST_SHOWN]
    ]
    listed = table(("tensor", "kind", "shape", ""), tensors)
    return document(
        f"Network {network.name}", *_equations(show, rows, "print(net) shows all"),
        details(f"{len(network.tensors)} tensors", listed),
    )  # fmt: skip


def derivation_page(derivation: Derivation | StoredDerivation) -> Document:
    """Return the adjoints of a derivation in the order of the backward pass."""
    show = _typesetter(derivation)
    letters = getattr(derivation, "goal_letters", ())
    gradients = [derivation[name] for name in derivation.adjoints]
    rows = [(Entry(g.adjoint, *letters, *g.indices), g.written) for g in gradients]
    names = ", ".join(derivation.wrt[:8]) + ", …" * (len(derivation.wrt) > 8)
    return document(
        f"Derivatives of {derivation.of} by {names}",
        *_equations(show, rows, "print(d) shows all"),
    )


def gradient_page(gradient: Gradient) -> Document:
    """Return one gradient, and the lines of its derivation, folded."""
    owner = gradient.derivation
    left = Entry(gradient.adjoint, *owner.goal_letters, *gradient.indices)
    return _lines_page(_typesetter(owner), left, gradient, owner.of)


def stored_gradient_page(gradient: StoredGradient) -> Document:
    """Return a gradient that was read from a file, and the lines of its derivation, folded."""
    left = Entry(gradient.adjoint, *gradient.indices)
    return _lines_page(Typesetter(PLAIN), left, gradient, gradient.record.of)


def _lines_page(show: Typesetter, left: Entry, gradient: Any, of: str) -> Document:
    lines = gradient.steps
    return document(
        f"Derivative of {of} by {gradient.tensor.name}",
        equation(line(show(left), show(gradient.written))),
        details(_counted(len(lines), "line") + " of the derivation", _chain(show, lines)),
    )


def _chain(show: Typesetter, steps: Sequence[Step]) -> Equation:
    """Return the recorded lines, each with the name of its rule."""
    first, *rest = steps
    lines = [line(show(first.before), show(first.after), reason=rule(first.rule).name)]
    return equation(*lines, *(line(None, show(s.after), reason=rule(s.rule).name) for s in rest))


def jacobian_page(found: Jacobian) -> Document:
    """Return the blocks of a Jacobian."""
    blocks = [found[name] for name in found]
    return _blocks_page(f"Jacobian of {found.derivation.of}", blocks)


def hessian_page(found: Hessian) -> Document:
    """Return the blocks of a Hessian."""
    count = len(found.wrt)
    # Why not all? A block is derived when it is read.
    pairs = [(a, b) for a in found.wrt for b in found.wrt][:MOST_BLOCKS]
    left_out = count * count - len(pairs)
    return _blocks_page(f"Hessian of {found.derivation.of}", [found[p] for p in pairs], left_out)


MOST_BLOCKS = 9


def block_page(block: Block) -> Document:
    """Return one block of a Jacobian or Hessian."""
    return _blocks_page(
        f"Derivatives of {block.derivation.of} by {block.gradient.tensor.name}", [block]
    )


def _blocks_page(title: str, blocks: Sequence[Block], left_out: int = 0) -> Document:
    shown = []
    for block in blocks:
        show = _typesetter(block.derivation)
        shown.append(equation(line(show(block.goal), show(block.written))))
    return document(title, *shown, *_left_out(left_out, "print shows all"))


# Parts


def _typesetter(derivation: Any) -> Typesetter:
    return Typesetter(PLAIN, symbols_of(derivation.network, derivation.of))


def _equations(show: Typesetter, rows: Sequence[tuple[Expr, Expr]], helps: str) -> list[PageBlock]:
    lines = [line(show(left), show(right)) for left, right in rows[:MOST_SHOWN]]
    shown = [equation(*lines)] if lines else []
    return [*shown, *_left_out(len(rows) - len(lines), helps)]


def _left_out(count: int, helps: str) -> list[PageBlock]:
    return [paragraph(f"{count} more; {helps}.")] if count else []


def _counted(number: int, word: str) -> str:
    return f"{number} {word}{'s' * (number != 1)}"


def _shape(shape: tuple[Expr, ...]) -> str:
    return " × ".join(map(str, shape)) or "scalar"


PAGES = {
    Network: network_page,
    Derivation: derivation_page,
    StoredDerivation: derivation_page,
    Gradient: gradient_page,
    StoredGradient: stored_gradient_page,
    Block: block_page,
    Jacobian: jacobian_page,
    Hessian: hessian_page,
}
for kind, page_of in PAGES.items():
    attach(kind, page_of)
# SymPy's own printers ask a node for its LaTeX: d["W1"].expr shows a formula, not class names.
Node._latex = lambda self, printer: latex(self, PLAIN)
