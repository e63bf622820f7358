"""``derive``: the reverse sweep over the equations of a network, and what it gives back."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from sympy import Expr

from symback.algebra.border import to_sympy
from symback.algebra.canonical import value_key
from symback.algebra.evaluated import evaluated
from symback.algebra.letters import Index
from symback.algebra.nodes import Delta, IndexSum, LogSumExp, Softmax
from symback.algebra.operators import Pointwise, Times
from symback.algebra.positions import Entry
from symback.algebra.traversal import entries, fresh_letter, subexpressions
from symback.derivation.adjoint import Consumer, Problem
from symback.derivation.stabilise import Rewrite, stabilised_equations
from symback.derivation.template import Derived, Templates
from symback.derivation.tidy import Knowledge
from symback.errors import DerivationError
from symback.network.network import Network
from symback.network.tensors import ADJOINT, DEFINED, LOSS, Equation, Tensor
from symback.record.steps import AdjointRecord, Step

ORDERED_NAME = re.compile(r".*_(?:bar|dot)(\d*)\Z")


Rewritten = dict[str, tuple[Expr, tuple[Rewrite, ...]]]


@dataclass(frozen=True, slots=True)
class Paths:
    """Who reads whom on the way to the goal, with some equations read in their stable form."""

    rewritten: Rewritten
    readers: dict[str, tuple[str, ...]]
    reaching: frozenset[str]


class Gradient:
    """∂of/∂tensor[indices]: its expression, its steps, and the adjoint tensor that holds it."""

    def __init__(
        self, derivation: Derivation, tensor: Tensor, letters: tuple[Index, ...], derived: Derived
    ) -> None:
        self.derivation, self.tensor, self.indices, self._derived = (
            derivation,
            tensor,
            letters,
            derived,
        )

    @property
    def adjoint(self) -> str:
        """The name of the adjoint tensor: W1_bar for W1."""
        return self.derivation.adjoint_name(self.tensor.name)

    @property
    def written(self) -> Expr:
        """The gradient with its factors in reading order: the last line of its steps."""
        return self._derived.result

    @cached_property
    def expr(self) -> Expr:
        """The gradient as a SymPy expression in forward tensors and adjoints."""
        return evaluated(self.written)

    @cached_property
    def record(self) -> AdjointRecord:
        """The derivation, line by line."""
        consumers = tuple(
            c.entry.tensor for c in self.derivation.problem(self.tensor.name).consumers
        )
        return AdjointRecord(
            self.tensor.name, self.indices, self.adjoint, self.derivation.of, consumers, self.steps
        )

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        return self._derived.read(self.adjoint)

    def sympy(self) -> Expr:
        """Return the gradient in plain SymPy: Indexed, Sum, KroneckerDelta."""
        return to_sympy(self.written)

    def __str__(self) -> str:
        return (
            f"{Entry(self.adjoint, *self.derivation.goal_letters, *self.indices)} = {self.written}"
        )

    __repr__ = __str__


class Derivation:
    """The gradients of one tensor of a network by others; ``d["W1"]`` is one of them."""

    def __init__(
        self, forward: Network, of: str, wrt: tuple[str, ...], jacobian: bool = False
    ) -> None:
        self.forward, self.of, self.wrt = forward, of, wrt
        self.order = 1 + max((_order(name) for name in forward.tensors), default=0)
        target = forward[of]
        self.goal_letters: tuple[Index, ...] = target.letters if jacobian else ()
        self.upstream = self.adjoint_name(of) if target.letters and not jacobian else None
        self._definitions = {e.target: e for e in forward.equations}
        self._templates = Templates()
        self._gradients: dict[str, Gradient] = {}
        self._rewritten = self._chosen_rewrites()
        self._stable = self._paths(self._rewritten)
        self._textbook = self._paths({})
        self._named = _named_values(forward)
        for name in self.adjoints:
            _ = self[name].written

    # The contract ---------------------------------------------------------------------------------

    def __getitem__(self, name: object) -> Gradient:
        tensor = self.forward[name]
        if tensor.name not in self._gradients:
            self._gradients[tensor.name] = self._gradient(tensor, self.problem(tensor.name))
        return self._gradients[tensor.name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.wrt)

    def __len__(self) -> int:
        return len(self.wrt)

    @cached_property
    def adjoints(self) -> tuple[str, ...]:
        """The tensors that get an adjoint equation, in the order of the backward pass."""
        below = self._stable.reaching
        wanted = set(self.wrt)
        on_the_way: set[str] = set()
        for name in self.forward.tensors:
            equation = self._definitions.get(name)
            read = () if equation is None else _reads(self._form(equation))
            if name in wanted or any(r in on_the_way for r in read):
                on_the_way.add(name)
        ordered = [
            n
            for n in reversed(self.forward.tensors)
            if n != self.of and ((n in on_the_way and n in below) or n in wanted)
        ]
        return tuple(ordered)

    @cached_property
    def network(self) -> Network:
        """The forward network with one equation for each adjoint: a network like any other."""
        derived = self.forward.copy()
        derived.name = (
            f"{self.forward.name}_derived" if len(self.forward.name) < 50 else self.forward.name
        )
        if self.upstream:
            derived.input(self.upstream, *self.forward[self.of].letters)
        for name in self.adjoints:
            gradient = self[name]
            derived.adjoint(
                gradient.adjoint, (*self.goal_letters, *gradient.indices), gradient.written
            )
        return derived

    @property
    def gradient_names(self) -> dict[str, str]:
        """The adjoint tensor that holds the gradient of each tensor in ``wrt``."""
        return {name: self.adjoint_name(name) for name in self.wrt}

    def adjoint_name(self, name: str) -> str:
        """Return the name of the adjoint of a tensor: Z_bar, in a second derivation Z_bar2."""
        return f"{name}_bar{self.order if self.order > 1 else ''}"

    def __repr__(self) -> str:
        return f"Derivation(of {self.of} by {', '.join(self.wrt[:8])}{' …' if len(self.wrt) > 8 else ''})"

    def __str__(self) -> str:
        return "\n".join(str(self[name]) for name in self.adjoints)

    # Problems -------------------------------------------------------------------------------------

    def problem(self, name: str) -> Problem:
        """Return what the adjoint of a tensor depends on; along the textbook path if it is bypassed."""
        bypassed = name in self._textbook.reaching and name not in self._stable.reaching
        return self._problem(name, self._textbook if bypassed else self._stable)

    def textbook(self, name: object) -> Gradient:
        """Return the gradient of a tensor derived from the equations exactly as written, without stable forms."""
        tensor = self.forward[name]
        return self._gradient(tensor, self._problem(tensor.name, self._textbook))

    def _gradient(self, tensor: Tensor, problem: Problem) -> Gradient:
        return Gradient(self, tensor, problem.variable.positions, self._templates.derive(problem))

    def _problem(self, name: str, paths: Paths) -> Problem:
        targets = (
            ()
            if name == self.of
            else tuple(
                t for t in paths.readers.get(name, ()) if t in paths.reaching or t == self.of
            )
        )
        letters = self._letters(self.forward[name])
        consumers = tuple(self._consumer(t, paths.rewritten) for t in targets)
        return Problem(
            Entry(name, *letters),
            self._goal(),
            self.goal_letters,
            consumers,
            self._knowledge(name, consumers),
        )

    def _letters(self, tensor: Tensor) -> tuple[Index, ...]:
        """Return the tensor's own letters, renamed apart from those of a Jacobian's goal."""
        taken = {k.name for k in self.goal_letters} | {k.name for k in tensor.letters}
        letters = []
        for letter in tensor.letters:
            if letter in self.goal_letters:
                letter = self._declared_twin(letter, taken) or fresh_letter(letter, taken)
                taken.add(letter.name)
            letters.append(letter)
        return tuple(letters)

    def _declared_twin(self, letter: Index, taken: set[str]) -> Index | None:
        """Return another letter of the network with the same size, if one is free."""
        return next(
            (
                k
                for k in self.forward.letters.values()
                if k.size == letter.size and k.name not in taken
            ),
            None,
        )

    def _goal(self) -> Expr:
        target = self.forward[self.of]
        if self.upstream:
            return IndexSum(
                Times(Entry(self.upstream, *target.letters), target.entry), *target.letters
            )
        return target.entry

    def _consumer(self, target: str, rewritten: Rewritten) -> Consumer:
        equation = self._definitions[target]
        written, rewrites = rewritten.get(target, (equation.written, ()))
        return Consumer(
            equation.entry, written, self._upstream(equation), rewrites, target == self.of
        )

    def _upstream(self, equation: Equation) -> tuple[Expr, ...]:
        letters = equation.letters
        if equation.target != self.of:
            return (Entry(self.adjoint_name(equation.target), *self.goal_letters, *letters),)
        if self.upstream:
            return (Entry(self.upstream, *letters),)
        return tuple(Delta(k, k) for k in letters) if self.goal_letters else ()

    def _knowledge(self, name: str, consumers: tuple[Consumer, ...]) -> Knowledge:
        named, one_hot, shares = {}, set(), set()
        for consumer in consumers:
            for value in _reusable(consumer.expression):
                found = self._named.get(value_key(value)[0])
                if found is not None:
                    named[value_key(value)[0]] = found
            for tensor in {e.tensor for e in entries(consumer.expression)} | {
                e.tensor for e, _ in named.values()
            }:
                one_hot |= {tensor} if self.forward[tensor].one_hot else set()
                equation = self._definitions.get(tensor)
                if equation is not None and _is_share(equation):
                    shares.add(tensor)
        return Knowledge(named, frozenset(one_hot), frozenset(shares))

    # The graph ------------------------------------------------------------------------------------

    def _form(self, equation: Equation) -> Expr:
        return self._rewritten.get(equation.target, (equation.written,))[0]

    def _paths(self, rewritten: Rewritten) -> Paths:
        readers = self._readers(rewritten)
        return Paths(rewritten, readers, self._reaching_goal(readers))

    def _readers(self, rewritten: Rewritten) -> dict[str, tuple[str, ...]]:
        readers: dict[str, dict[str, None]] = {}
        for equation in self.forward.equations:
            for name in _reads(rewritten.get(equation.target, (equation.written,))[0]):
                readers.setdefault(name, {})[equation.target] = None
        return {name: tuple(targets) for name, targets in readers.items()}

    def _reaching_goal(self, readers: dict[str, tuple[str, ...]]) -> frozenset[str]:
        """Return the tensors that the goal depends on, given who reads whom."""
        reaching: set[str] = set()
        for name in reversed(self.forward.tensors):
            if any(t == self.of or t in reaching for t in readers.get(name, ())):
                reaching.add(name)
        return frozenset(reaching)

    def _chosen_rewrites(self) -> Rewritten:
        """Return the stable forms to differentiate: those after which a bypassed tensor is read nowhere.

        Why not all? A tensor that is read directly as well would get an adjoint that misses its logarithm.
        """
        rewritten = stabilised_equations(self.forward)
        while True:
            readers = self._readers(rewritten)
            reaching = self._reaching_goal(readers)
            half = {
                target
                for target, (_, rewrites) in rewritten.items()
                for r in rewrites
                if r.bypassed
                and any(t in reaching or t == self.of for t in readers.get(r.bypassed, ()))
            }
            if not half:
                return rewritten
            rewritten = {t: r for t, r in rewritten.items() if t not in half}


def _order(name: str) -> int:
    """Return how many derivations a generated name has seen: Z_bar 1, Z_bar2 2, others 0."""
    found = ORDERED_NAME.match(name)
    return 0 if found is None else int(found.group(1) or 1)


def _reads(expression: Expr) -> tuple[str, ...]:
    return tuple(dict.fromkeys(e.tensor for e in entries(expression)))


def _is_share(equation: Equation) -> bool:
    """Does the equation define its target as a softmax along its last letter?"""
    written = equation.written
    return (
        isinstance(written, Softmax)
        and bool(equation.letters)
        and written.at == equation.letters[-1]
    )


def _named_values(network: Network) -> dict[tuple, tuple[Entry, tuple[Index, ...]]]:
    """Return {key of a function: (entry that holds it, its letters in key order)} over the equations."""
    named: dict[tuple, tuple[Entry, tuple[Index, ...]]] = {}
    for equation in network.equations:
        if isinstance(equation.written, (Pointwise, Softmax, LogSumExp)):
            key, letters = value_key(equation.written)
            if set(letters) == set(equation.letters):
                named.setdefault(key, (equation.entry, letters))
    return named


def _reusable(expression: Expr) -> Iterator[Expr]:
    """Yield the functions that an expression computes, or whose derivative computes them."""
    for node in subexpressions(expression):
        if isinstance(node, (Pointwise, Softmax)):
            yield node
        if isinstance(node, Softmax):
            yield Softmax(node.body, node.letters[0], node.letters[0])
        if isinstance(node, LogSumExp):
            yield node
            if len(node.letters) == 1:
                yield Softmax(node.body, node.letters[0], node.letters[0])
        if isinstance(node, Pointwise) and node.name in ("softplus", "silu"):
            argument = node.args[1]
            yield Pointwise("sigmoid", argument)
            if type(argument).__name__ == "Negative":
                yield Pointwise("sigmoid", argument.args[0])


def derive(network: Network, wrt: object = None, of: object = None) -> Derivation:
    """Return the derivation of ∂of/∂v for every v in ``wrt``: by default of the loss by all parameters.

    If ``of`` is not scalar, its upstream adjoint (Y_bar, of its shape) is a new input and every gradient
    is Σ Y_bar ∂Y/∂v. Raises DerivationError where there is nothing to derive.
    """
    return Derivation(network, _goal_name(network, of), _wrt_names(network, wrt))


def _goal_name(network: Network, of: object) -> str:
    if of is None and network.loss_name is None:
        defined = [e.target for e in network.equations][-5:]
        raise DerivationError(
            f"the gradients of network {network.name}",
            "no loss",
            f"add one with net.loss(…), or say which tensor: of={defined[-1]!r}"
            if defined
            else "add equations",
        )
    name = network.loss_name if of is None else network[of].name
    if network[name].kind not in (DEFINED, LOSS, ADJOINT):
        raise DerivationError(
            f"the gradients of {name}",
            f"{name} is {'an' if network[name].kind == 'input' else 'a'} "
            f"{network[name].kind}, it has no equation",
            "name a tensor that an equation defines",
        )
    return name


def _wrt_names(network: Network, wrt: object) -> tuple[str, ...]:
    if wrt is None:
        names = tuple(t.name for t in network.parameters)
        if not names:
            raise DerivationError(
                f"the gradients of network {network.name}",
                "no parameters",
                "declare some with net.parameter(…), or say by what: wrt=['x']",
            )
        return names
    items = (
        [wrt]
        if isinstance(wrt, (str, Tensor))
        else list(wrt)
        if isinstance(wrt, Iterable)
        else [wrt]
    )
    if not items:
        raise DerivationError(
            "gradients by nothing were asked for", "an empty wrt", "name a tensor"
        )
    names = tuple(dict.fromkeys(network[item].name for item in items))
    for name in names:
        if network[name].integer:
            raise DerivationError(
                f"the gradient by {name}", "it holds integers", "differentiate by a real tensor"
            )
    return names
