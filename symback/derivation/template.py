"""Each shape is derived once: problems that differ in names only share one derivation."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from sympy import Expr

from symback.algebra.canonical import shape_key
from symback.algebra.letters import Index
from symback.algebra.traversal import fresh_letter, relabel
from symback.derivation.adjoint import Problem, derive_steps
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
        return tuple(self._step(s, f"{adjoint}.{i}") for i, s in enumerate(self.steps, start=1))

    def _read(self, expression: Expr) -> Expr:
        if not self.letters and not self.tensors:
            return expression
        return relabel(expression, self.letters, self.tensors)

    def _step(self, step: Step, identifier: str) -> Step:
        return replace(
            step,
            identifier=identifier,
            before=self._read(step.before),
            after=self._read(step.after),
            facts=tuple((n, v if isinstance(v, str) else self._read(v)) for n, v in step.facts),
            changed=tuple((self._read(a), self._read(b)) for a, b in step.changed),
            cites=tuple(self.tensors.get(c, c) for c in step.cites),
            substeps=tuple(
                self._step(s, f"{identifier}.{i}") for i, s in enumerate(step.substeps, start=1)
            ),
        )


@dataclass(frozen=True, slots=True)
class Template:
    """A derivation as it was first made: its steps, and the names that they are in."""

    steps: tuple[Step, ...]
    letters: tuple[Index, ...]  # those of the problem, free ones first
    tensors: tuple[str, ...]
    mentioned: tuple[Index, ...]  # all letters of the steps, in order of appearance


@dataclass(slots=True)
class Templates:
    """The derivations so far, by the shape of their problem."""

    known: dict[tuple, Template] = field(default_factory=dict)

    def derive(self, problem: Problem) -> Derived:
        """Return the derivation of a problem: from a template of its shape if there is one."""
        letters: dict[Index, int] = {}
        tensors: dict[str, int] = {}
        shape = _shape(problem, letters, tensors)
        found = self.known.get(shape)
        own = (*letters, *_bound_letters(problem, letters))
        if found is None:
            steps = derive_steps(problem)
            self.known[shape] = Template(steps, own, tuple(tensors), _letters_of_steps(steps))
            return Derived(steps, {}, {})
        names = {a: b for a, b in zip(found.tensors, tensors, strict=True) if a != b}
        return Derived(found.steps, _letter_map(found, own), names)


def _shape(problem: Problem, letters: dict[Index, int], tensors: dict[str, int]) -> tuple:
    """Return the key on which a derivation depends; letters and tensors are numbered on the way."""

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
    named = (
        tuple((key(entry), value) for value, (entry, _) in known.named.items())
        if known.named
        else ()
    )
    shape = (
        key(problem.variable),
        key(problem.goal),
        len(problem.goal_letters),
        consumers,
        tuple(shape for shape, _ in named),
    )
    flags = tuple((name in known.one_hot, name in known.shares) for name in tensors)
    return shape, flags


def _bound_letters(problem: Problem, numbered: Iterable[Index]) -> list[Index]:
    """Return the letters that only binders of the problem use, in order of appearance."""
    seen = dict.fromkeys(k for c in problem.consumers for k in letters_of(c.expression))
    return [k for k in seen if k not in numbered]


def _letter_map(template: Template, own: tuple[Index, ...]) -> dict[Index, Index]:
    """Map the letters of a template one to one; letters that the engine made follow their stems."""
    mapping: dict[Index, Index] = {}
    used: set[Index] = set()
    for before, after in zip(template.letters, own, strict=False):
        if before not in mapping and after not in used:
            mapping[before] = after
            used.add(after)
    taken = {k.name for k in (*own, *used)}
    for letter in template.mentioned:
        if letter not in mapping:
            stem = letter.name.rpartition("_")[0]
            base = next((v for k, v in mapping.items() if k.name == stem), letter)
            free = base.name not in taken
            mapping[letter] = base if free else fresh_letter(Index(base.name, letter.size), taken)
            taken.add(mapping[letter].name)
    return {a: b for a, b in mapping.items() if a != b}


def _letters_of_steps(steps: tuple[Step, ...]) -> tuple[Index, ...]:
    found: dict[Index, None] = {}
    for top in steps:
        for step in top.walk():
            for expression in (step.before, step.after):
                found.update(dict.fromkeys(letters_of(expression)))
    return tuple(found)
