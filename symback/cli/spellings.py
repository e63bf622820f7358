"""Rules spelled in one word: ``adam:0.001,beta1=0.8``, ``warmup:5+cosine``, ``norm:1``.

A name of a table, then settings: the first may stand alone, the others by their names.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields, replace
from typing import Any

from symback.cli.values import number
from symback.errors import ValuesError
from symback.network.text_scope import did_you_mean
from symback.training.clipping import ClipNorm, ClipValue
from symback.training.optimisers import OPTIMISERS, Optimizer
from symback.training.schedules import Cosine, Exponential, OneCycle, Schedule, StepDecay, WarmUp

SCHEDULES = {
    "step": StepDecay, "exponential": Exponential, "cosine": Cosine, "warmup": WarmUp,
    "onecycle": OneCycle,
}  # fmt: skip
CLIPPINGS = {"norm": ClipNorm, "value": ClipValue}


def optimizer(text: str) -> Optimizer:
    """Return the optimiser that ``adam:0.001,beta1=0.8`` spells; raises ValuesError."""
    return spelled(text, OPTIMISERS, "an optimiser", "adam:0.001,beta1=0.8")


def schedule(text: str) -> Schedule:
    """Return the schedule that ``warmup:5+cosine`` spells; raises ValuesError."""
    first, plus, rest = text.partition("+")
    made = spelled(first, SCHEDULES, "a schedule", "cosine, step:10,factor=0.5 or warmup:5+cosine")
    if not plus:
        return made
    if not isinstance(made, WarmUp):
        raise ValuesError(
            f"the schedule {text[:60]!r}", f"something behind {first.strip()}",
            "only a warm-up is followed by another: warmup:5+cosine",
        )  # fmt: skip
    return replace(made, then=schedule(rest))


def clipping(text: str) -> ClipNorm | ClipValue:
    """Return the clipping that ``norm:1`` spells; raises ValuesError."""
    return spelled(text, CLIPPINGS, "a clipping", "norm:1 or value:0.5")


def spelled(text: str, table: Mapping[str, Callable], what: str, example: str) -> Any:
    """Return what a name of the table and its settings make; raises ValuesError."""
    name, _, listed = text.strip().partition(":")
    name = name.strip().lower()
    asked = f"{what} was asked for"
    if name not in table:
        helps = did_you_mean(name, table) or f"there are {', '.join(table)}; such as {example}"
        raise ValuesError(asked, repr(text[:60]), helps)
    made, known = table[name], _settings(table[name])
    given: dict[str, float] = {}
    for place, part in enumerate(listed.split(",") if listed.strip() else []):
        key, equals, value = part.rpartition("=")
        key = key.strip() if equals else ("" if place else next(iter(known)))
        if key not in known or key in given:
            found = f"{part.strip()[:40]!r} in {text.strip()[:60]!r}"
            raise ValuesError(asked, found, f"the settings of {name}: {', '.join(known)}")
        given[key] = number(value, f"{name}: {key}")
    missing = [key for key, is_needed in known.items() if is_needed and key not in given]
    if missing:
        raise ValuesError(asked, f"{name} without {missing[0]}", f"such as {name}:{missing[0]}=0.1")
    return made(**given)


def _settings(kind: Callable) -> dict[str, bool]:
    """Return the settings that are numbers by name, with: must it be given?"""
    return {
        field.name: field.default is MISSING
        for field in fields(kind)
        if field.init and str(field.type).partition(" ")[0] == "float"
    }
