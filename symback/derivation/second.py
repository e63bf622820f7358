"""Jacobians, Hessians and Hessian-vector products: the same sweep with another seed, or run again.

J[i, j] = ∂y[i]/∂x[j]          the sweep seeded with δ(i, i')
H[i, j] = ∂²L/∂v[i]∂w[j]       the Jacobian of the gradient
Σ_j H[i, j] w_dot[j]           the gradient of Σ w_bar·w_dot (Pearlmutter 1994, eq. 2)
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from sympy import Expr

from symback.algebra.deltas import solve_deltas
from symback.algebra.evaluated import evaluated
from symback.algebra.letters import Index
from symback.algebra.nodes import IndexSum, Total
from symback.algebra.operators import Plus, Times
from symback.algebra.positions import Entry, is_affine
from symback.algebra.terms import Terms, expression_of, multiplied_out
from symback.algebra.traversal import entries, rebuilt, with_letters
from symback.derivation.adjoint import own_letters
from symback.derivation.derive import Derivation, derive, goal_name, wrt_names
from symback.derivation.range_moves import windows_as_deltas
from symback.derivation.tidy import in_reading_order, tidied
from symback.errors import DerivationError
from symback.network.network import Network, checked_network
from symback.record.steps import Step


class Block:
    """∂of[…]/∂tensor[…] with the adjoints on the way substituted; deltas stay factors.

    Adjoints of a recurrence keep their names.
    """

    def __init__(self, derivation: Derivation, name: str) -> None:
        self.derivation, self.gradient = derivation, derivation[name]

    @property
    def indices(self) -> tuple[Index, ...]:
        """The letters of what is differentiated, then those of the tensor."""
        return (*self.derivation.goal_letters, *self.gradient.indices)

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """The steps of the adjoint, then its substitution."""
        substitution = _substitution(self.derivation, self.gradient)
        return (*self.gradient.steps, *self.derivation.with_legal_letters(substitution))

    @property
    def written(self) -> Expr:
        return self.steps[-1].after

    @cached_property
    def expr(self) -> Expr:
        """The block as a SymPy expression."""
        return evaluated(self.written)

    @property
    def goal(self) -> Total:
        """What the block is: ∂of[…]/∂tensor[…]."""
        goal = Entry(self.derivation.of, *self.derivation.goal_letters)
        return Total(goal, Entry(self.gradient.tensor.name, *self.gradient.indices))

    def __str__(self) -> str:
        return f"{self.goal} = {self.written}"

    __repr__ = __str__


class Jacobian:
    """∂of[…]/∂v[…] for each v: ``j["x"].expr``."""

    def __init__(self, derivation: Derivation) -> None:
        self.derivation = derivation
        self.blocks = {name: Block(derivation, name) for name in derivation.wrt}

    @property
    def network(self) -> Network:
        """The forward network with the adjoint equations, with the letters of ``of`` in front."""
        return self.derivation.network

    def __getitem__(self, name: object) -> Block:
        text = self.derivation.forward[name].name
        if text not in self.blocks:
            self.blocks[text] = Block(self.derivation, text)
        return self.blocks[text]

    def __iter__(self) -> Iterator[str]:
        return iter(self.blocks)

    def __str__(self) -> str:
        return "\n".join(map(str, self.blocks.values()))

    def __repr__(self) -> str:
        return f"Jacobian(of {self.derivation.of} by {', '.join(self.blocks)})"


class Hessian:
    """∂²L/∂v∂w: ``h["v", "w"].expr``; the first name's letters come first."""

    def __init__(self, derivation: Derivation) -> None:
        self.derivation, self.wrt = derivation, derivation.wrt
        self._rows: dict[str, Jacobian] = {}

    def row(self, name: str) -> Jacobian:
        """Return the Jacobian of the gradient by one tensor."""
        if name not in self._rows:
            gradient = self.derivation.adjoint_name(name)
            network = self.derivation.network
            prefix = f"{name}_" if network.has_cycles else ""
            self._rows[name] = Jacobian(
                Derivation(network, gradient, self.wrt, jacobian=True, prefix=prefix)
            )
        return self._rows[name]

    @cached_property
    def network(self) -> Network:
        """The derived network with one equation for each block: w_v_bar2[…] = ∂²L/∂w∂v."""
        made = self.derivation.network.copy()
        for first in self.wrt:
            row = self.row(first).derivation
            if row.forward.has_cycles:
                # The adjoints of a recurrence cannot be put in: they are equations of the row.
                made.adjoints(row.adjoint_equations())
                continue
            for second in self.wrt:
                block = self[first, second]
                made.adjoint(self.block_name(first, second), block.indices, block.written)
        return made

    def block_name(self, first: str, second: str) -> str:
        """Return the name of the tensor that holds a block in ``network``: w_v_bar2."""
        return f"{first}_{second}_bar{self.derivation.order + 1}"

    def __getitem__(self, names: object) -> Block:
        if not isinstance(names, tuple) or len(names) != 2:
            raise DerivationError(
                "a block of a Hessian", f"{names!r}", 'name two tensors: H["w", "w"]'
            )
        first, second = (self.derivation.forward[n].name for n in names)
        if first not in self.wrt:
            raise DerivationError(f"the Hessian by {first}", f"wrt is {', '.join(self.wrt)}")
        return self.row(first)[second]

    def __str__(self) -> str:
        return "\n".join(str(self[a, b]) for a in self.wrt for b in self.wrt)

    def __repr__(self) -> str:
        return f"Hessian(of {self.derivation.of} by {', '.join(self.wrt)})"


def jacobian(network: Network, of: object, wrt: object) -> Jacobian:
    """Return ∂of[…]/∂v[…] for every v in ``wrt``, with letters for both; raises DerivationError."""
    checked_network(network, "jacobian")
    return Jacobian(
        Derivation(network, goal_name(network, of), wrt_names(network, wrt), jacobian=True)
    )


def hessian(network: Network, wrt: object = None, of: object = None) -> Hessian:
    """Return the second derivatives of a scalar, by default of the loss by all parameters.

    Raises DerivationError where ``of`` is not scalar.
    """
    checked_network(network, "hessian")
    goal = goal_name(network, of)
    if network[goal].rank:
        raise DerivationError(
            f"the Hessian of {network[goal]}", "it is not scalar", "use sb.jacobian"
        )
    return Hessian(derive(network, wrt, goal))


def hvp(network: Network, wrt: object = None, of: object = None) -> Derivation:
    """Return the derivation of Hessian times direction: an input W1_dot for every W1 in ``wrt``.

    L_dot = Σ W1_bar·W1_dot is the directional derivative; its gradients are the products H·w_dot.
    """
    first = derive(network, wrt, of)
    if first.upstream:
        raise DerivationError(
            f"the Hessian of {first.of}", "it is not scalar", "name a scalar: of=…"
        )
    directed = first.network.copy()
    products = []
    for name in first.wrt:
        letters = first[name].indices
        direction = directed.input(f"{name}_dot", *letters)
        product = Times(Entry(first.adjoint_name(name), *letters), direction.entry)
        products.append(IndexSum(product, *letters) if letters else product)
    slope = f"{first.of}_dot"
    directed.adjoint(slope, (), products[0] if len(products) == 1 else Plus(*products))
    return derive(directed, first.wrt, slope)


def _substitution(derivation: Derivation, gradient: object) -> tuple[Step, ...]:
    """Replace the adjoints on the way by their values; each turn removes one tensor.

    Those of a recurrence stay: each is needed for itself, at another step.
    """
    names = (n for n in derivation.adjoints if not derivation.recurs(n))
    made = {derivation.adjoint_name(n): n for n in names}
    line, steps = gradient.written, []
    while True:
        entry = next((e for e in entries(line) if e.tensor in made), None)
        if entry is None:
            return tuple(steps)
        source = derivation[made[entry.tensor]]
        for rule, after, facts in _moves(line, entry, source, derivation, gradient):
            number = len(gradient.steps) + len(steps) + 1
            steps.append(Step(f"{gradient.adjoint}.{number}", rule, line, after, facts))
            line = after


def _moves(line: Expr, entry: Entry, source: object, derivation: Derivation, gradient: object):
    """Yield the moves that put one adjoint's value in place of its entries and tidy up."""
    letters = (*derivation.goal_letters, *source.indices)

    def value(node: Expr) -> Expr | None:
        if isinstance(node, Entry) and node.tensor == entry.tensor:
            return _at(source.written, dict(zip(letters, node.positions, strict=True)))
        return None

    after = rebuilt(line, value)
    yield "substitute", after, (("named", entry),)
    terms = multiplied_out(after)
    if expression_of(terms) != after:
        yield "distribute", expression_of(terms), ()
    solved = tuple(t for t in (solve_deltas(term)[0] for term in terms) if t is not None)
    known = tuple(derivation.forward.letters.values())
    solved = in_reading_order(solved, own_letters(gradient.problem), known)
    if expression_of(solved) != expression_of(terms):
        yield "delta contraction", expression_of(solved), ()
    yield from _tidied(solved, gradient)


def _at(value: Expr, positions: dict[Index, Expr]) -> Expr:
    """Return a value at positions; a position ⌊a/2⌋ is compared, and not counted with."""
    if not all(map(is_affine, positions.values())):
        value = windows_as_deltas(value)
    return with_letters(value, positions)


def _tidied(terms: Terms, gradient: object):
    for rule, after, facts in tidied(terms, gradient.problem.knowledge):
        yield rule, expression_of(after), tuple(facts)
