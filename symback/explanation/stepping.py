"""The update: one step of an optimiser by its own equations, and the goal before and after."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from sympy import Integer

from symback.algebra.positions import Entry
from symback.errors import DefinitionError
from symback.explanation.arrays import array_tables
from symback.explanation.lesson import Lesson
from symback.explanation.lines import valued
from symback.explanation.texts import TEXTS, listed, say
from symback.explanation.values import Values, values_at
from symback.explanation.written_out import entry_derivative
from symback.notation.layout import Typesetter
from symback.notation.symbols import symbols_of
from symback.notation.tree import Relation, Tree
from symback.render.document import Block, Inlines
from symback.render.parts import Part, equation, heading, line, paragraph, passage, table
from symback.training.optimisers import GRADIENT, NEXT, THETA, state_names

MOST_ROWS = 60


@dataclass(frozen=True)
class Update:
    """One step of all parameters at once; ``worlds`` hold the rule's numbers for each of them."""

    optimizer: Any
    worlds: Mapping[str, Values]
    old: Mapping[str, np.ndarray]
    before: float
    after: float
    alone: Mapping[str, float]

    def new(self, name: str) -> np.ndarray:
        """Return a parameter after the step."""
        return self.worlds[name].array(THETA + NEXT).reshape(self.old[name].shape)

    def change(self, name: str) -> float:
        """Return by how much a scalar moves."""
        return float(self.new(name)) - float(self.old[name])

    def lines(self, lesson: Lesson, name: str, words: tuple[Part, ...] | None) -> list[Block]:
        """Return the update of one scalar, with its numbers put into the optimiser's rule."""
        return self.entry_lines(lesson, name, (), words)

    def entry_lines(
        self, lesson: Lesson, name: str, place: tuple[int, ...], words: tuple[Part, ...] | None
    ) -> list[Block]:
        """Return the update of one entry of a parameter; nothing for what is not updated."""
        if name not in self.worlds:
            return []
        left = lesson.show(Entry(name, *map(Integer, place)))
        value = lesson.number(float(self.new(name)[place]))
        formula = self._formula(lesson, left, entry_derivative(lesson, name, place))
        numbers = self._rule(lesson, name, place)
        if formula is None:
            rows = [line(left, Relation((numbers, value), ("==",)), relation="←")]
        else:
            rows = [line(left, formula, relation="←"), *valued(numbers, value)]
        made = [equation(*rows)]
        return [passage("numbers", *(made if words is None else [paragraph(*words), *made]))]

    def _formula(self, lesson: Lesson, entry: Tree, gradient: Tree) -> Tree | None:
        """Return w − η ∂E/∂w; None for a rule that reads more than the gradient."""
        rule = self.optimizer.network
        written = rule.equation(THETA + NEXT).written
        own = {THETA: entry, GRADIENT: gradient}
        read = sorted(written.atoms(Entry), key=str)
        if any(e.tensor not in own and e.tensor not in self.optimizer.settings for e in read):
            return None
        parts = {e: own[e.tensor] for e in read if e.tensor in own}
        return Typesetter(lesson.notation, symbols_of(rule))(written, parts)

    @property
    def rule(self) -> str:
        """The name of the rule."""
        return type(self.optimizer).__name__

    def settings(self, lesson: Lesson) -> dict[Tree, Tree]:
        """Return the symbols of the rule's settings with their numbers: η and 0.5."""
        show = Typesetter(lesson.notation, symbols_of(self.optimizer.network))
        numbers = {n: v for n, v in self.optimizer.settings.items() if isinstance(v, float)}
        return {show.name(n): lesson.number(v) for n, v in numbers.items()}

    def _intro(self, lesson: Lesson) -> Inlines:
        equal = [Relation(pair, ("==",)) for pair in self.settings(lesson).items()]
        settings = say("update settings", settings=listed([*equal])) if equal else ()
        return say("update intro", optimizer=self.rule, settings=settings)

    def _rule(self, lesson: Lesson, name: str, place: tuple[int, ...]) -> Tree:
        rule = self.optimizer.network
        written = rule.equation(THETA + NEXT).written
        numbers = self.worlds[name]
        flat = int(np.ravel_multi_index(place, self.old[name].shape)) if place else 0
        letters = dict.fromkeys(rule[THETA].letters, flat)
        parts = {
            e: lesson.number(numbers.at(e, letters)) for e in sorted(written.atoms(Entry), key=str)
        }
        return Typesetter(lesson.notation, symbols_of(rule))(written, parts)

    def blocks(self, lesson: Lesson, names: tuple[str, ...]) -> list[Block]:
        """Return the update of all parameters, and what the goal makes of it."""
        blocks: list[Block] = [heading(TEXTS["heading update"])]
        scalars = [n for n in self.worlds if not lesson.network[n].rank]
        if len(self.worlds) > 1:
            blocks.append(paragraph(*self._intro(lesson)))
        if 1 < len(scalars) <= MOST_ROWS:
            rows = [self._row(lesson, n) for n in scalars]
            head = [
                TEXTS[f"update head {part}"] for part in ("parameter", "old", "gradient", "new")
            ]
            moved = table(head, rows, align="lrrr", caption=TEXTS["update caption"])
            blocks.append(passage("numbers", moved))
        blocks += self._tensors(lesson)
        loss = lesson.loss
        before, after = lesson.number(self.before), lesson.number(self.after)
        fell = self.before - self.after
        key = (
            "update loss fell"
            if fell > 0
            else "update loss rose"
            if fell < 0
            else "update loss same"
        )
        verdict = say(key, amount=lesson.number(abs(fell)))
        words = list(say("update loss", before=before, after=after, verdict=verdict, loss=loss))
        if len(names) == 1 and names[0] in self.alone and len(self.worlds) > 1:
            words += say("space")
            words += say(
                "update alone", tensor=lesson.name(names[0]), loss=loss, before=before,
                after=lesson.number(self.alone[names[0]]),
            )  # fmt: skip
        return [*blocks, paragraph(*words)]

    def _tensors(self, lesson: Lesson) -> list[Block]:
        """Return the rule for one tensor, entry by entry, and the arrays after the step."""
        ranked = [n for n in self.worlds if lesson.network[n].rank and n in lesson.wanted]
        if not ranked:
            return []
        name, rule = ranked[0], self.optimizer.network
        written = rule.equation(THETA + NEXT).written
        own = {THETA: lesson.show(lesson.variable(name)), GRADIENT: lesson.derivative(name)}
        parts = {
            e: own[e.tensor] if e.tensor in own
            else lesson.number(float(self.worlds[name].array(e.tensor)))
            for e in sorted(written.atoms(Entry), key=str)
            if e.tensor in own or e.tensor in self.optimizer.settings
        }  # fmt: skip
        formula = Typesetter(lesson.notation, symbols_of(rule))(written, parts)
        words = say("update tensor" if len(ranked) > 1 else "update tensor one")
        small = {n: (lesson.name(n), self.new(n)) for n in ranked}
        return [
            paragraph(*words),
            equation(line(lesson.show(lesson.variable(name)), formula, relation="←")),
            *array_tables(lesson, small, TEXTS["values caption update"]),
        ]

    def _row(self, lesson: Lesson, name: str) -> tuple:
        gradient = lesson.values.at(lesson.adjoint_entry(name))
        numbers = (float(self.old[name]), gradient, float(self.new(name)))
        return (lesson.name(name), *(lesson.number(x) for x in numbers))


def stepped(lesson: Lesson, optimizer: Any, names: tuple[str, ...]) -> Update:
    """Return one step of all parameters of the derivation with the gradients of this pass.

    ``names`` are those for which the goal is also computed as if each were changed alone.
    """
    if not hasattr(optimizer, "network") or not hasattr(optimizer, "settings"):
        raise DefinitionError(
            "explain: an update was asked for",
            f"{str(optimizer)[:60]}",
            "use an optimiser: update=sb.SGD(0.5)",
        )
    values = lesson.values
    # A parameter that the goal does not read needs no value and stays as it is.
    moved = [n for n in lesson.derivation.wrt if n in values.given]
    old = {n: np.asarray(values.given[n], dtype=float) for n in moved}
    worlds = {n: _rule_values(lesson, optimizer, n, old[n]) for n in old}
    new = {n: worlds[n].array(THETA + NEXT).reshape(old[n].shape) for n in old}
    every = len(names) == 1 or (lesson.detail == 0 and len(names) <= MOST_ROWS)
    alone = {n: _goal(lesson, {n: new[n]}) for n in names if n in new and every}
    return Update(optimizer, worlds, old, _goal(lesson, {}), _goal(lesson, new), alone)


def _goal(lesson: Lesson, changed: Mapping[str, np.ndarray]) -> float:
    """Return the goal with some parameters changed."""
    given = {n: v for n, v in lesson.values.given.items() if n in lesson.network}
    return values_at(lesson.network, {**given, **changed}, [lesson.of]).at(Entry(lesson.of))


def _rule_values(lesson: Lesson, optimizer: Any, name: str, old: np.ndarray) -> Values:
    """Return the numbers of the optimiser's equations in its first step, for one tensor."""
    rule = optimizer.network
    gradient = lesson.values.array(lesson.derivation.adjoint_name(name)).ravel()
    state = {s: np.zeros(old.size if rule[s].rank else ()) for s in state_names(rule) if s != THETA}
    given = {THETA: old.ravel(), GRADIENT: gradient, **state, **optimizer.settings}
    return values_at(rule, given, [THETA + NEXT])
