"""``derive``: the reverse sweep over the equations of a network, and what it gives back."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cached_property
from os import PathLike
from pathlib import Path

from sympy import Expr

from symback.algebra.letters import Index, as_size
from symback.algebra.nodes import Delta, IndexSum
from symback.algebra.operators import Times
from symback.algebra.positions import Entry
from symback.algebra.traversal import fresh_letter
from symback.derivation.adjoint import Consumer, Problem
from symback.derivation.fused import Fused
from symback.derivation.gradient import Gradient
from symback.derivation.knowledge import knowledge_about, named_value, named_values
from symback.derivation.paths import Paths, stable_paths, textbook_paths
from symback.derivation.template import Templates
from symback.derivation.time_reads import differentiated, time_reads
from symback.errors import DefinitionError, DerivationError
from symback.network.network import Network
from symback.network.tensors import ADJOINT, DEFINED, LOSS, Tensor
from symback.record.archive import save
from symback.record.steps import Step

ORDERED_NAME = re.compile(r".*_(?:bar|dot)(\d*)\Z")
LONGEST_NAME = 50


class Derivation:
    """The gradients of one tensor of a network by others; ``d["W1"]`` is one of them.

    Any tensor on the way may be asked for, bypassed ones too: those are derived along the textbook
    path. ``prefix`` stands before the names of adjoints, where several derivations are joined.
    """

    def __init__(
        self,
        forward: Network,
        of: str,
        wrt: tuple[str, ...],
        jacobian: bool = False,
        window: Expr | None = None,
        prefix: str = "",
    ) -> None:
        self.forward, self.of, self.wrt = forward, of, wrt
        self.window, self.prefix = window, prefix
        self.order = 1 + max((_order(name) for name in forward.tensors), default=0)
        self._time = time_reads(forward, window)
        self._stable, self._textbook = stable_paths(self._time, of), textbook_paths(self._time, of)
        letters = forward[of].letters
        self.goal_letters: tuple[Index, ...] = letters if jacobian else ()
        self.upstream = self._bar(of) if letters and not jacobian else None
        self._definitions = {e.target: e for e in forward.equations}
        self._named = named_values(forward)
        self._templates = Templates(forward)
        self._gradients: dict[str, Gradient] = {}
        self.adjoints: tuple[str, ...] = self._between(wrt)
        for name in dict.fromkeys((*self.adjoints, *wrt)):
            self._gradient_of(name)

    def __getitem__(self, name: object) -> Gradient:
        return self._gradient_of(self.forward[name].name)

    def __iter__(self) -> Iterator[str]:
        return iter(self.wrt)

    def __len__(self) -> int:
        return len(self.wrt)

    @cached_property
    def network(self) -> Network:
        """The forward network with one equation for each adjoint: a network like any other."""
        derived = self.forward.copy()
        if len(derived.name) < LONGEST_NAME:
            derived.name += "_derived"
        self._add_adjoints(derived)
        return derived

    @cached_property
    def differentiated(self) -> Network:
        """The same, with each read of a state as it was differentiated: the gradients are its own.

        With a window, states are held fixed where windows begin; else this is ``network``.
        """
        if self.window is None:
            return self.network
        return self.network.with_equations(differentiated(self.forward, self._time))

    def _add_adjoints(self, derived: Network) -> None:
        if self.upstream:
            derived.input(self.upstream, *self.forward[self.of].letters)
        derived.adjoints(self.adjoint_equations())

    def adjoint_equations(self) -> Iterator[tuple[str, tuple[Index, ...], Expr]]:
        """Yield (name, letters, right-hand side) of the adjoints, backwards from the goal."""
        for gradient in (self[name] for name in self.adjoints):
            yield gradient.adjoint, (*self.goal_letters, *gradient.indices), gradient.written

    def recurs(self, name: str) -> bool:
        """Is a tensor computed step by step, and so its adjoint?"""
        return name in self._time.recurrences

    @property
    def gradient_names(self) -> dict[str, str]:
        """The adjoint tensor that holds the gradient by each tensor of ``wrt``."""
        return {name: self.adjoint_name(name) for name in self.wrt}

    def adjoint_name(self, name: str) -> str:
        """Return the name of a tensor's adjoint: Z_bar, in a second derivation Z_bar2.

        Of a goal that depends on itself Z_bar is what comes from outside, and all is Z_total_bar.
        """
        is_total = name == self.of and self.upstream and self._stable.goal_recurs
        return self._bar(f"{name}_total" if is_total else name)

    def _bar(self, name: str) -> str:
        return f"{self.prefix}{name}_bar{self.order if self.order > 1 else ''}"

    def textbook(self, name: object) -> Gradient:
        """Return a gradient derived from the equations exactly as written, without stable forms."""
        return self._derived(self.forward[name], self._textbook)

    def through(self, name: object, reader: object) -> Gradient:
        """Return the part of a gradient that comes through one of the tensors that read it.

        Raises DerivationError where that tensor does not read it on a way to the goal.
        """
        whole, reader = self[name], self.forward[reader].name
        consumers = tuple(c for c in whole.problem.consumers if c.entry.tensor == reader)
        if not consumers:
            read_by = ", ".join(c.entry.tensor for c in whole.problem.consumers) or "nothing"
            raise DerivationError(
                f"the part of the gradient of {whole.tensor.name} through {reader}",
                f"on a way to {self.of} it is read by {read_by}", "name one of these",
            )  # fmt: skip
        problem = replace(whole.problem, consumers=consumers)
        return Gradient(self, whole.tensor, problem, self._templates.derive(problem))

    def fused(self, name: object, to: object = None) -> Fused:
        """Return a gradient with the adjoints on the way put in, up to where all ways join.

        ``to`` names the tensor up to which; by default it is where the forks of the ways end. Batch
        norm: ``d.fused("X")``. Raises DerivationError where the ways do not join.
        """
        return Fused(self, name, to)

    def with_legal_letters(self, steps: tuple[Step, ...]) -> tuple[Step, ...]:
        """Return steps in which no letter that was made has a name with another meaning here."""
        return self._templates.with_legal_letters(steps)

    def save(self, path: str | PathLike[str]) -> Path:
        """Write every step as .json (``sb.read`` reads it), or the derived network as .symback."""
        return save(self, path)

    def __repr__(self) -> str:
        shown = ", ".join(self.wrt[:8]) + (" …" if len(self.wrt) > 8 else "")
        return f"Derivation(of {self.of} by {shown})"

    def __str__(self) -> str:
        return "\n".join(str(self[name]) for name in self.adjoints)

    # What one adjoint depends on ------------------------------------------------------------------

    def _between(self, wrt: tuple[str, ...]) -> tuple[str, ...]:
        """Return the tensors whose adjoints the gradients need, backwards from the goal."""
        found = set(self._stable.between(wrt))
        bypassed = tuple(filter(self._is_bypassed, wrt))
        if bypassed:
            found |= set(self._textbook.between(bypassed))
        return tuple(name for name in reversed(self.forward.tensors) if name in found)

    def _is_bypassed(self, name: str) -> bool:
        """Does the tensor reach the goal only through what stable forms leave out?"""
        return name in self._textbook.reaching and name not in self._stable.reaching

    def _gradient_of(self, name: str) -> Gradient:
        if name == self.of and not self._stable.goal_recurs:
            found = f"it is the upstream adjoint {self.upstream}" if self.upstream else "it is 1"
            raise DerivationError(
                f"the gradient of {name} by itself", found, "name tensors on which it depends"
            )
        if name not in self._gradients:
            paths = self._textbook if self._is_bypassed(name) else self._stable
            self._gradients[name] = self._derived(self.forward[name], paths)
        return self._gradients[name]

    def _derived(self, tensor: Tensor, paths: Paths) -> Gradient:
        consumers = tuple(
            self._consumer(t, paths, tensor.name) for t in paths.consumers(tensor.name)
        )
        named = dict(self._named)
        for consumer in consumers:
            if consumer.rewrites:
                # A function that reads a state otherwise is still what the equation holds.
                named |= named_value(consumer.entry, consumer.expression)
        expressions = (c.expression for c in consumers)
        knowledge = knowledge_about(self.forward, expressions, named, self._definitions)
        variable = Entry(tensor.name, *self._letters(tensor))
        direct = self._seed(variable.positions) if tensor.name == self.of else None
        problem = Problem(variable, self._goal(), self.goal_letters, consumers, knowledge, direct)
        return Gradient(self, tensor, problem, self._templates.derive(problem))

    def _letters(self, tensor: Tensor) -> tuple[Index, ...]:
        """Return the tensor's own letters, renamed apart from those of a Jacobian's goal."""
        taken = {k.name for k in (*self.goal_letters, *tensor.letters)}
        letters = []
        for letter in tensor.letters:
            if letter in self.goal_letters:
                declared = self.forward.letters.values()
                twins = (k for k in declared if k.size == letter.size and k.name not in taken)
                letter = next(twins, None) or self._templates.legal_letter(
                    fresh_letter(letter, taken), taken
                )
                taken.add(letter.name)
            letters.append(letter)
        return tuple(letters)

    def _goal(self) -> Expr:
        target = self.forward[self.of]
        if self.upstream:
            upstream = Entry(self.upstream, *target.letters)
            return IndexSum(Times(upstream, target.entry), *target.letters)
        return target.entry

    def _consumer(self, target: str, paths: Paths, variable: str) -> Consumer:
        entry = self._definitions[target].entry
        written, rewrites = paths.form(target, variable)
        is_goal = target == self.of and not paths.goal_recurs
        return Consumer(entry, written, self._adjoint_of(entry, is_goal), rewrites, is_goal)

    def _adjoint_of(self, entry: Entry, is_goal: bool) -> tuple[Expr, ...]:
        """Return the factors of a consumer's adjoint: ū[I], the upstream input, or the seed."""
        if is_goal:
            return self._seed(entry.positions)
        return (Entry(self.adjoint_name(entry.tensor), *self.goal_letters, *entry.positions),)

    def _seed(self, positions: tuple[Expr, ...]) -> tuple[Expr, ...]:
        """Return what the sweep begins with: the upstream input, or deltas for a Jacobian."""
        if self.upstream:
            return (Entry(self.upstream, *positions),)
        pairs = zip(positions, self.goal_letters, strict=True)
        return tuple(Delta(position, letter) for position, letter in pairs)


def _order(name: str) -> int:
    """Return how many derivations a generated name has seen: Z_bar 1, Z_bar2 2, others 0."""
    found = ORDERED_NAME.match(name)
    return 0 if found is None else int(found.group(1) or 1)


def derive(
    network: Network, wrt: object = None, of: object = None, window: object = None
) -> Derivation:
    """Return the derivation of ∂of/∂v for every v in ``wrt``: the loss by all parameters.

    ``wrt`` is a name, a tensor or several; inputs are allowed. If ``of`` is not scalar, its
    upstream adjoint (Y_bar, of its shape) is a new input and every gradient is Σ Y_bar ∂Y/∂v.
    ``window`` truncates backpropagation through time: nothing flows back from a step t with
    t mod window = 0 to the one before. Raises DerivationError where there is nothing to derive,
    DefinitionError for no Network.
    """
    if not isinstance(network, Network):
        raise DefinitionError(
            "derive: a network was asked for", type(network).__name__,
            "symback.parse makes one of text, symback.read of a file; a derivation's is d.network",
        )  # fmt: skip
    steps = None if window is None else as_size(window, "derive: window")
    symbols = set() if steps is None else steps.free_symbols
    strange = sorted(map(str, symbols.difference(network.sizes.values())))
    if strange:
        known = ", ".join(network.sizes) or "none"
        raise DefinitionError(
            f"derive: window={window} was asked for",
            f"{strange[0]} is no size of the network {network.name}",
            f"give a number of steps, or a size (known sizes: {known})",
        )
    return Derivation(network, goal_name(network, of), wrt_names(network, wrt), window=steps)


def goal_name(network: Network, of: object) -> str:
    """Return the name of what is differentiated; the loss by default."""
    if of is None and network.loss_name is None:
        defined = [e.target for e in network.equations]
        helps = f"add one with net.loss(…), or say of what: of={defined[-1]!r}" if defined else ""
        raise DerivationError(f"the gradients of network {network.name}", "no loss", helps)
    target = network[network.loss_name if of is None else of]
    if target.kind not in (DEFINED, LOSS, ADJOINT):
        raise DerivationError(
            f"the gradients of {target.name}",
            f"it is declared as {target.kind} and has no equation",
            "name a tensor that an equation defines",
        )
    return target.name


def wrt_names(network: Network, wrt: object) -> tuple[str, ...]:
    """Return the names by which to differentiate; all parameters by default."""
    if wrt is None:
        items: list[object] = list(network.parameters)
    elif isinstance(wrt, Iterable) and not isinstance(wrt, (str, Tensor)):
        items = list(wrt)
    else:
        items = [wrt]
    if not items:
        raise DerivationError(
            f"the gradients of network {network.name}",
            "nothing to differentiate by",
            "declare parameters with net.parameter(…), or say by what: wrt=['x']",
        )
    names = tuple(dict.fromkeys(network[item].name for item in items))
    for name in names:
        if network[name].integer:
            raise DerivationError(
                f"the gradient by {name}", "it holds integers", "use a real tensor"
            )
    return names
