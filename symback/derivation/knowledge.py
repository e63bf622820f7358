"""What the engine may use besides the equations: forward names and declared facts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from sympy import Expr, oo

from symback.algebra.canonical import value_key
from symback.algebra.letters import Index
from symback.algebra.nodes import Delta, IndexSum, LogSumExp, Softmax
from symback.algebra.operators import Negative, Pointwise
from symback.algebra.positions import Entry, is_affine
from symback.algebra.traversal import entries, free_letters, rename, subexpressions
from symback.network.network import Network
from symback.network.tensors import Equation

DEEPEST_MASK = 4  # equations between a mask and the softmax that it is for


@dataclass(frozen=True, slots=True)
class Holder:
    """The entry that holds a value, the value, and its letters in the order of the value's key."""

    entry: Entry
    value: Expr
    letters: tuple[Index, ...]


# A value's key, to what holds it.
Named = Mapping[tuple, Holder]


@dataclass(frozen=True, slots=True)
class Knowledge:
    """Forward names by value, and the tensors whose entries are known to add up to 1."""

    named: Named = field(default_factory=dict)
    one_hot: frozenset[str] = frozenset()
    shares: frozenset[str] = frozenset()  # defined as a softmax along their last letter
    inside: frozenset[tuple[str, Expr]] = (
        frozenset()
    )  # integers that are positions: in 0 … size - 1

    def about(self, tensor: str) -> tuple:
        """Return what is known of a tensor, without its name: tensors alike are derived once."""
        sizes = sorted((size for name, size in self.inside if name == tensor), key=str)
        return tensor in self.one_hot, tensor in self.shares, tuple(sizes)


def named_entry(expression: Expr, named: Named) -> Entry | None:
    """Return the entry of the tensor that a forward equation defines as this expression, if any."""
    if not named:
        return None
    key, letters = value_key(expression)
    found = named.get(key)
    if found is None:
        return None
    return rename(found.entry, dict(zip(found.letters, letters, strict=True)))


def named_values(network: Network) -> Named:
    """Return the functions that forward equations hold; each must use all letters of its tensor."""
    named: dict[tuple, Holder] = {}
    for equation in network.equations:
        for key, holder in named_value(equation.entry, equation.written).items():
            named.setdefault(key, holder)
    return named


def named_value(entry: Entry, written: Expr) -> Named:
    """Return the function that the equation of an entry holds, if its right-hand side is one."""
    if not isinstance(written, (Pointwise, Softmax, LogSumExp)):
        return {}
    key, letters = value_key(written)
    return {key: Holder(entry, written, letters)} if set(letters) == set(entry.positions) else {}


def knowledge_about(
    network: Network, expressions: Iterable[Expr], named: Named, definitions: Mapping[str, Equation]
) -> Knowledge:
    """Return the part of what is known that can matter to the derivatives of these expressions."""
    useful, one_hot, shares, inside = {}, set(), set(), set()
    for expression in expressions:
        if any(
            isinstance(d, Delta) and not all(map(is_affine, d.args))
            for d in subexpressions(expression)
        ):
            inside.update(_positions_read(network))
        for value in _reusable(expression):
            key = value_key(value)[0]
            if key in named:
                useful[key] = named[key]
        read = [e.tensor for e in entries(expression)] + [h.entry.tensor for h in useful.values()]
        for tensor in dict.fromkeys(read):
            if network[tensor].one_hot:
                one_hot.add(tensor)
            if tensor in definitions and _is_share(definitions[tensor], definitions):
                shares.add(tensor)
    return Knowledge(useful, frozenset(one_hot), frozenset(shares), frozenset(inside))


def everything_known(network: Network) -> Knowledge:
    """Return all that is known of a network's tensors."""
    tensors = network.tensors.values()
    definitions = {e.target: e for e in network.equations}
    return Knowledge(
        named_values(network),
        frozenset(t.name for t in tensors if t.one_hot),
        frozenset(e.target for e in network.equations if _is_share(e, definitions)),
        frozenset(_positions_read(network)),
    )


def _positions_read(network: Network) -> Iterator[tuple[str, Expr]]:
    """Yield (integer tensor, size of the axis) for every gather of the equations."""
    for equation in network.equations:
        for entry in entries(equation.written):
            for position, letter in zip(
                entry.positions, network[entry.tensor].letters, strict=True
            ):
                if isinstance(position, Entry):
                    yield position.tensor, letter.size


def _is_share(equation: Equation, definitions: Mapping[str, Equation]) -> bool:
    """Does the equation define its target as a softmax along its last letter, with no row masked?

    Where every argument is -∞ the shares are 0, and do not add up to 1.
    """
    written, last = equation.written, equation.letters[-1:]
    if not isinstance(written, Softmax) or last != (share_letter(written),):
        return False
    expressions: tuple[Expr, ...] = (written,)
    for _ in range(DEEPEST_MASK):
        read = dict.fromkeys(e.tensor for x in expressions for e in entries(x))
        expressions = tuple(definitions[t].written for t in read if t in definitions)
        if any(map(_has_infinity, expressions)):
            return False
    return True


def _has_infinity(expression: Expr) -> bool:
    return any(node in (oo, -oo) for node in subexpressions(expression))


def share_letter(softmax: Softmax) -> Index | None:
    """Return the letter along which a softmax adds up to 1: that of its position, if it may run.

    None where the position is no letter, runs over a part only, or also stands in the arguments;
    and where an argument may be -∞, since a row may be masked wholly.
    """
    letter, (bound,) = softmax.at, softmax.letters
    runs = isinstance(letter, Index) and letter.size == bound.size
    inside = free_letters(IndexSum(softmax.body, bound))
    return letter if runs and letter not in inside and not _has_infinity(softmax.body) else None


def _reusable(expression: Expr) -> Iterator[Expr]:
    """Yield the functions that an expression computes, or whose derivatives compute them."""
    for node in subexpressions(expression):
        if isinstance(node, (Pointwise, LogSumExp)):
            yield node
        if isinstance(node, Softmax) or (isinstance(node, LogSumExp) and len(node.letters) == 1):
            yield Softmax(node.body, node.letters[0], node.letters[0])
        if isinstance(node, Pointwise) and node.name in ("softplus", "silu"):
            argument = node.args[1]
            yield Pointwise("sigmoid", argument)
            if isinstance(argument, Negative):
                yield Pointwise("sigmoid", argument.args[0])
