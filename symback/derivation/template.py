"""Each shape is derived once: problems that differ in names only share one derivation."""

from __future__ import annotations

from collections.abc import Container, Iterator
from dataclasses import dataclass, field, replace
from itertools import chain

from sympy import Expr

from symback.algebra.canonical import shape_key
from symback.algebra.letters import Index
from symback.algebra.nodes import Binder
from symback.algebra.traversal import relabel, stem_and_tail, subexpressions
from symback.derivation.adjoint import Problem, derive_steps
from symback.derivation.knowledge import Holder
from symback.network.network import Network
from symback.network.wellformed import letters_of
from symback.record.steps import Step


@dataclass(frozen=True, slots=True)
class Derived:
    """A derivation as a template and the names under which to read it."""

    steps: tuple[Step, ...]
    letters: dict[Index, Index]
    tensors: dict[str, str]

    @property
    def result(self) -> Expr:
        """The adjoint under its own names, without reading the steps."""
        return self._read(self.steps[-1].after)

    def read(self, adjoint: str) -> tuple[Step, ...]:
        """Return the steps under their own names, numbered after the adjoint."""
        return tuple(self.renamed(s, f"{adjoint}.{i}") for i, s in enumerate(self.steps, start=1))

    def _read(self, expression: Expr) -> Expr:
        if not self.letters and not self.tensors:
            return expression
        return relabel(expression, self.letters, self.tensors)

    def renamed(self, step: Step, identifier: str) -> Step:
        """Return a step under its own names."""
        return replace(
            step,
            identifier=identifier,
            before=self._read(step.before),
            after=self._read(step.after),
            facts=tuple((n, v if isinstance(v, str) else self._read(v)) for n, v in step.facts),
            changed=tuple((self._read(a), self._read(b)) for a, b in step.changed),
            cites=tuple(self.tensors.get(c, c) for c in step.cites),
            substeps=tuple(
                self.renamed(s, f"{identifier}.{i}") for i, s in enumerate(step.substeps, start=1)
            ),
        )


@dataclass(frozen=True, slots=True)
class Template:
    """A derivation as it was first made: its steps, and the names that they are in."""

    steps: tuple[Step, ...]
    letters: tuple[Index, ...]  # those of the problem, bound ones too
    tensors: tuple[str, ...]
    mentioned: tuple[Index, ...]  # all letters of the steps, in order of appearance


@dataclass(slots=True)
class Templates:
    """The derivations so far, by the shape of their problem; and the letters that they made."""

    network: Network
    known: dict[tuple, Template] = field(default_factory=dict)
    made: dict[str, Index] = field(default_factory=dict)

    def derive(self, problem: Problem) -> Derived:
        """Return the derivation of a problem: from a template of its shape if there is one."""
        letters: dict[Index, int] = {}
        tensors: dict[str, int] = {}
        shape = _shape(problem, letters, tensors)
        own = self._legal(tuple(letters))
        found = self.known.get(shape)
        if found is None:
            steps = derive_steps(problem)
            mentioned = _letters_of_steps(steps)
            found = Template(steps, tuple(letters), tuple(tensors), mentioned)
            self.known[shape] = found
        names = {a: b for a, b in zip(found.tensors, tensors, strict=True) if a != b}
        return Derived(found.steps, self._letter_map(found, own), names)

    def _legal(self, letters: tuple[Index, ...]) -> tuple[Index, ...]:
        """Return the letters of a problem; a stable form may have renamed some apart already."""
        taken = {k.name for k in letters}
        return tuple(k if self._is_legal(k) else self.legal_letter(k, taken) for k in letters)

    def _letter_map(self, template: Template, own: tuple[Index, ...]) -> dict[Index, Index]:
        """Map the letters of a template one to one; letters that the engine made follow stems."""
        mapping = dict(zip(template.letters, own, strict=True))
        stems = {_stem(before): _stem(after) for before, after in mapping.items()}
        taken = {k.name for k in own}
        for letter in template.mentioned:
            if letter not in mapping:
                stem, tail = stem_and_tail(letter)
                made = Index(f"{stems.get(stem, stem)}_{tail}", letter.size)
                mapping[letter] = new = self.legal_letter(made, taken)
                taken.add(new.name)
        return {a: b for a, b in mapping.items() if a != b}

    def with_legal_letters(self, steps: tuple[Step, ...]) -> tuple[Step, ...]:
        """Return steps in which no letter that was made has a name with another meaning."""
        mentioned = _letters_of_steps(steps)
        kept = tuple(k for k in mentioned if self._is_legal(k))
        mapping = self._letter_map(Template(steps, kept, (), mentioned), kept)
        read = Derived(steps, mapping, {})
        return tuple(read.renamed(step, step.identifier) for step in steps)

    def legal_letter(self, letter: Index, taken: Container[str]) -> Index:
        """Return the letter, or one with another number, whose name means nothing else here."""
        stem, number = stem_and_tail(letter)
        while letter.name in taken or not self._is_legal(letter):
            number += 1
            letter = Index(f"{stem}_{number}", letter.size)
        return self.made.setdefault(letter.name, letter)

    def _is_legal(self, letter: Index) -> bool:
        name, network = letter.name, self.network
        known = network.letters.get(name) or self.made.get(name)
        if known:
            return known == letter
        return name not in network.tensors and name not in network.sizes


def _stem(letter: Index) -> str:
    return stem_and_tail(letter)[0]


def _shape(problem: Problem, letters: dict[Index, int], tensors: dict[str, int]) -> tuple:
    """Return the key on which a derivation depends; letters and tensors are numbered on the way.

    Bound letters are numbered too: that one of them stands free elsewhere decides what is renamed.
    """

    def key(expression: Expr) -> tuple:
        return shape_key(expression, letters, tensors)

    consumers = tuple(
        (
            key(c.entry),
            key(c.expression),
            tuple(map(key, c.upstream)),
            c.is_goal,
            tuple((r.rule, key(r.before), key(r.after)) for r in c.rewrites),
        )
        for c in problem.consumers
    )
    known = problem.knowledge
    variable, goal = key(problem.variable), key(problem.goal)
    direct = None if problem.direct is None else tuple(map(key, problem.direct))
    bound = tuple(letters.setdefault(k, len(letters)) for k in _bound_letters(problem))
    shape = (variable, goal, len(problem.goal_letters), consumers, bound, direct)
    named = tuple(_named_key(holder, tensors) for holder in known.named.values())
    flags = tuple(map(known.about, tensors))
    return shape, named, flags


def _named_key(holder: Holder, tensors: dict[str, int]) -> tuple:
    """Return which tensor holds which value, whatever the letters of its equation are called."""
    letters: dict[Index, int] = {}
    value = shape_key(holder.value, letters, tensors)
    return value, shape_key(holder.entry, letters, tensors)


def _bound_letters(problem: Problem) -> Iterator[Index]:
    """Yield the letters of all binders, in the order of appearance, some more than once."""
    for consumer in problem.consumers:
        for expression in (consumer.expression, *(r.before for r in consumer.rewrites)):
            for node in subexpressions(expression):
                if isinstance(node, Binder):
                    yield from node.letters


def _letters_of_steps(steps: tuple[Step, ...]) -> tuple[Index, ...]:
    """Return every letter of the steps, of their facts and changed parts too."""
    found: dict[Index, None] = {}
    for top in steps:
        for step in top.walk():
            told = (value for _, value in step.facts if not isinstance(value, str))
            for expression in (step.before, step.after, *told, *chain(*step.changed)):
                found.update(dict.fromkeys(letters_of(expression)))
    return tuple(found)
