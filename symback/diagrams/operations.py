"""Level "operations": every operation of the equations is a node, as in a circuit.

The network is rewritten so that each part of an expression is a tensor of its own: z = w*x + b
becomes sb_op_0 = w*x and z = sb_op_0 + b. It is a network like any other, so values and gradients
of the parts come from the same engine.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from sympy import Expr

from symback.algebra.canonical import key
from symback.algebra.nodes import (
    Bounded,
    First,
    IndexMax,
    IndexMean,
    IndexMin,
    IndexProduct,
    IndexSum,
    LogSumExp,
    Softmax,
    Where,
)
from symback.algebra.operators import (
    Condition,
    Negative,
    Plus,
    Pointwise,
    Power,
    Quotient,
    Times,
)
from symback.algebra.pointwise import pointwise_row
from symback.algebra.positions import Entry
from symback.algebra.traversal import entries, free_letters
from symback.diagrams.richtext import SUBSCRIPT, SUPERSCRIPT, Piece, RichText, plain
from symback.errors import DefinitionError
from symback.network.network import Network
from symback.network.rebuilding import remade
from symback.network.tensors import Equation
from symback.notation.unicode import unicode


@dataclass(frozen=True, slots=True)
class Look:
    """How a tensor of the rewritten network is drawn: as an operation, or by name with it.

    ``part`` is the part of an equation that a generated tensor stands for.
    """

    operation: RichText
    generated: bool
    part: Expr | None = None


def operations_of(network: Network) -> tuple[Network, Mapping[str, Look]]:
    """Return the network with one operation in each equation, and the look of each target."""
    writer = _Writer(network)
    return remade(network, writer.operation), writer.looks


@dataclass
class _Writer:
    """The parts that became tensors so far."""

    network: Network
    looks: dict[str, Look] = field(default_factory=dict)
    made: dict[tuple, Entry] = field(default_factory=dict)

    def operation(self, made: Network, equation: Equation) -> Equation:
        """Return an equation as one operation; its operands are added to the network."""
        written = self._with_named_operands(equation.written, made)
        self.looks[equation.target] = Look(operation_sign(written), generated=False)
        return replace(equation, written=written)

    def _with_named_operands(self, node: Expr, made: Network) -> Expr:
        """Return one operation whose operands are entries, numbers and letters."""
        if isinstance(node, Entry) or is_leaf(node) or _has_bounds(node):
            return node
        return node.func(*(self._operand(part, node, made) for part in node.args))

    def _operand(self, part: object, parent: Expr, made: Network) -> object:
        if not isinstance(part, Expr) or isinstance(part, (Entry, Condition)) or is_leaf(part):
            return part
        if isinstance(parent, Plus) and isinstance(part, Negative):
            # a − b is one operation of two operands, not a sum with a negated one.
            return Negative(self._operand(part.args[0], part, made))
        written = self._with_named_operands(part, made)
        # A part that was met before is the same node: in f(x·w) + g(x·w) the product is made once.
        known = self.made.get(key(written))
        if known is not None:
            return known
        free = free_letters(written)
        letters = tuple(k for k in self.network.letters.values() if k in free)
        name = f"sb_op_{len(self.looks)}"
        try:
            made.adjoint(name, letters, written)
        except DefinitionError:
            # A part that is no tensor over the whole range of its letters stays inside its parent.
            return part
        self.looks[name] = Look(operation_sign(written), generated=True, part=part)
        self.made[key(written)] = entry = Entry(name, *letters)
        return entry


def is_leaf(node: Expr) -> bool:
    """Whether an expression reads no tensor: a number, a letter, a size."""
    return next(entries(node), None) is None


def _has_bounds(node: Expr) -> bool:
    return any(isinstance(part, Bounded) for part in node.args)


def operation_sign(node: Expr) -> RichText:
    """Return the sign of an operation, with the numbers that it holds: +, × 2, σ, Σ_i, (·)²."""
    for kind, sign in SIGNS.items():
        if isinstance(node, kind):
            return sign(node)
    return plain("=") if isinstance(node, Entry) else plain(type(node).__name__.lower())


def _sum_sign(node: Plus) -> RichText:
    """Return the signs between the terms, with the numbers among them: +, 1 −, + 1 −."""
    first, *rest = node.args
    signs = [unicode(first)] if is_leaf(first) else ["−"] * isinstance(first, Negative)
    for part in rest:
        sign = "−" if isinstance(part, Negative) else "+"
        signs.append(f"{sign} {unicode(part).lstrip('−')}" if is_leaf(part) else sign)
    # One plus is enough between terms of one kind: a + b + c.
    kept = [s for s, after in zip(signs, [*signs[1:], ""], strict=True) if (s, after) != ("+", "+")]
    return plain(" ".join(kept))


def _product_sign(node: Times) -> RichText:
    numbers = " ".join(unicode(part) for part in node.args if is_leaf(part))
    return plain(f"× {numbers}".strip())


def _quotient_sign(node: Quotient) -> RichText:
    above, below = (unicode(part) if is_leaf(part) else "" for part in node.args)
    return plain(f"{above} ÷ {below}".strip())


def _power_sign(node: Power) -> RichText:
    exponent = unicode(node.args[1]) if is_leaf(node.args[1]) else "·"
    return (Piece("(·)"), Piece(exponent, SUPERSCRIPT))


def _over_letters(word: str):
    def sign(node: Expr) -> RichText:
        return (Piece(word), Piece(",".join(k.name for k in node.letters), SUBSCRIPT))

    return sign


SIGNS = {
    Plus: _sum_sign,
    Times: _product_sign,
    Quotient: _quotient_sign,
    Power: _power_sign,
    Negative: lambda node: plain("−"),
    Pointwise: lambda node: plain(pointwise_row(node.name).unicode),
    IndexSum: _over_letters("Σ"),
    IndexMean: _over_letters("mean"),
    IndexMax: _over_letters("max"),
    IndexMin: _over_letters("min"),
    IndexProduct: _over_letters("Π"),
    First: _over_letters("argmax"),
    LogSumExp: _over_letters("logsumexp"),
    Softmax: _over_letters("softmax"),
    Where: lambda node: plain("where"),
}
