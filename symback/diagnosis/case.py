"""What every verdict is, and all that it is read from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from symback.diagnosis.measures import Measures
from symback.diagnosis.paper import words
from symback.diagnosis.texts import KINDS, TEXTS
from symback.diagnosis.through_time import TimeWay
from symback.diagnosis.ways import Way
from symback.notation.layout import Typesetter
from symback.render.document import Inlines
from symback.render.parts import inlines, sentence

MOST_NAMED = 6
WARNING, NOTE = "warning", "note"


@dataclass(frozen=True, slots=True, repr=False)
class Verdict:
    """What was ``found``, ``why``, and what ``helps``; ``about`` are the tensors concerned.

    ``kind`` is a row of KINDS, ``level`` warning or note.
    """

    kind: str
    level: str
    about: tuple[str, ...]
    found: Inlines
    why: Inlines
    helps: Inlines

    @property
    def title(self) -> str:
        """The kind in words."""
        return KINDS[self.kind]

    def __repr__(self) -> str:
        return f"Verdict({self.kind!r}, {self.level!r}: {words(self.found)})"

    def __str__(self) -> str:
        return f"{self.title}. {words(self.found)} {words(self.why)} {words(self.helps)}"


@dataclass(frozen=True, slots=True)
class Case:
    """All that the verdicts read: measures, ways, the steps of an update, and the print."""

    measures: Measures
    ways: Mapping[str, Way]
    steps: Mapping[str, tuple[float, float]]  # root mean squares of a step and of the weights
    rule: str
    show: Typesetter
    times: tuple[TimeWay, ...] = ()

    def names(self, names: tuple[str, ...]) -> Inlines:
        """Return names in a row, the first few of many."""
        parts: list = []
        for place, name in enumerate(names[:MOST_NAMED]):
            parts += [", ", self.show.name(name)] if place else [self.show.name(name)]
        return inlines(*parts, f" and {len(names) - MOST_NAMED} more") if (
            len(names) > MOST_NAMED
        ) else inlines(*parts)  # fmt: skip


def say(key: str, **parts: object) -> Inlines:
    """Return a sentence of TEXTS with its parts."""
    return sentence(TEXTS[key], **parts)
