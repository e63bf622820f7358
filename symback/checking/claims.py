"""What people write about gradients, read into claims: formulas, lines, files, arrays, functions.

A formula may be in index notation, sum(X[n,i]*Z1_bar[n,h], n), or in NumPy style, X.T @ Z1_bar;
what it holds tells which. Nothing of it is ever run; only a function given as one is called.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np

from symback.checking.claim import ADJOINT, FORWARD, Claim, Point
from symback.checking.points import Equations, float_kind, random_values
from symback.checking.reading.definitions import Definition, Line
from symback.checking.reading.functions import defaults, lines_of_file
from symback.checking.reading.lines import lines_of
from symback.checking.reading.names import Names, names_of
from symback.checking.reading.parts import evaluated
from symback.checking.reading.script import Script
from symback.checking.reading.settled import read_script
from symback.checking.reading.text import statements_of, text_of
from symback.checking.reading.values import array_claim, function_claim, function_claims
from symback.errors import ValuesError
from symback.files import read_text

FORMS = 'give {"W1": "X.T @ Z1_bar"}, lines such as "dW1 = X.T @ dZ1", arrays, or a function'
# A claim that is one number and no formula: 0.000438568.
NUMBER = re.compile(r"-?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,4})?\Z")
LARGEST_FILE = 200_000
MOST_LINES = 2000


def claims_of(
    derivation: Any,
    claimed: object,
    at: Mapping[str, object] | None = None,
    about: str = ADJOINT,
    names: Mapping[str, str] | None = None,
) -> tuple[Claim, ...]:
    """Return the claims in what a person gives; raises SymbackError for what cannot be read.

    ``claimed`` maps tensors to formulas, lists of lines, arrays or functions; or it is lines with
    names of their own, a function that returns a dictionary, or the path of a .py file. ``at`` are
    the values with which arrays were computed; ``names`` says what names mean: {"dz": "Z1"}.
    """
    known = names_of(derivation, names)
    # Why one copy for all? What holds at the same values is compared at one point.
    if at is not None and not isinstance(at, Mapping):
        raise ValuesError("check: at", f"a {type(at).__name__}", 'give {"X": x, "W1": w1, …}')
    at = None if at is None else dict(at)
    if isinstance(claimed, Claim):
        return (claimed,)
    if isinstance(claimed, Mapping):
        found = [c for key, v in claimed.items() for c in _of_tensor(known, key, v, at, about)]
    elif isinstance(claimed, PathLike) or _is_file(claimed):
        found = file_claims(known, Path(claimed), at, about)
    elif _is_text(claimed):
        found = _script_claims(known, lines_of(claimed, "your lines"), at, about)
    elif isinstance(claimed, Sequence) and all(isinstance(c, Claim) for c in claimed):
        found = list(claimed)
    elif callable(claimed):
        found = function_claims(known, claimed, _some_point(derivation), about)
    else:
        raise ValuesError("claims were asked for", f"a {type(claimed).__name__}", FORMS)
    if not found:
        raise ValuesError("claims were asked for", "none", FORMS)
    return tuple(found)


def _of_tensor(
    names: Names, key: object, value: object, at: Mapping[str, object] | None, about: str
) -> Iterable[Claim]:
    """Return the claims about one tensor: several for several lines."""
    name = names.claimed(key)
    about = FORWARD if name == names.goal and about == ADJOINT else about
    if isinstance(value, Claim):
        return [value]
    if _is_text(value) and value:
        return _text_claims(names, name, value, at, about)
    if callable(value) and not hasattr(value, "__array__"):
        return [function_claim(names, name, value, about, "")]
    return [array_claim(names, name, value, at, about, "")]


def _is_text(value: object) -> bool:
    if isinstance(value, (list, tuple)):
        return all(isinstance(item, str) for item in value)
    return isinstance(value, str)


def _is_file(value: object) -> bool:
    return isinstance(value, str) and value.endswith(".py") and "\n" not in value


# Text --------------------------------------------------------------------------------------------


def _text_claims(
    names: Names, name: str, value: object, at: Mapping[str, object] | None, about: str
) -> list[Claim]:
    lines = lines_of(value, f"the claim for {name}")
    if not lines:
        raise ValuesError(f"the claim for {name}", "an empty text", FORMS)
    return _script_claims(names, lines, at, about, name)


def _script_claims(
    names: Names,
    lines: Sequence[Line],
    at: Mapping[str, object] | None,
    about: str,
    goal: str | None = None,
    prepare: Callable[[Script], None] | None = None,
) -> list[Claim]:
    """Return a claim for each line that names an adjoint or a tensor; for ``goal`` at least one."""
    script, found = read_script(lines, names, goal, prepare, file=prepare is not None)
    if goal is not None and all(tensor != goal for tensor, _, _ in found):
        last = [d for versions in script.versions.values() for d in versions][-1:]
        found += [(goal, ADJOINT, definition) for definition in last]
    several = len(lines) > 1
    claims = [
        _claim(names, tensor, kind if about == ADJOINT else about, definition, several, at)
        for tensor, kind, definition in found
    ]
    if not claims:
        listed = ", ".join(script.versions) or "none"
        helps = f"{names.helps('')}; or say what a name means: names={{'dz': 'Z1'}}"
        raise ValuesError("a line about a gradient was asked for", f"names: {listed}", helps)
    return claims


def _claim(
    names: Names,
    name: str,
    about: str,
    definition: Definition,
    several: bool,
    at: Mapping[str, object] | None,
) -> Claim:
    part, line = definition.part, definition.line
    if about == ADJOINT and name == names.goal:
        about = FORWARD
    file, number = line.text.source.file, line.statement.lineno
    place = f"{file}, line {number}" if file.endswith(".py") else f"line {number}" * several
    is_number = NUMBER.match(definition.source) is not None
    if is_number and not names.forward[name].rank and (at is not None or about != ADJOINT):
        number = array_claim(names, name, float(definition.source), at, about, place)
        return replace(number, source=definition.source)
    return Claim(
        name,
        definition.source,
        lambda point: _in_shape(evaluated(part, point), point.shape(name), is_number),
        about,
        place,
        reads=tuple(sorted(part.reads - {name})),
    )


def _in_shape(array: np.ndarray, wanted: tuple[int, ...], fills: bool) -> np.ndarray:
    """Return the array in the tensor's shape if only axes of length 1 differ: (1, 32) is (32,).

    One number that is written out, dW1 = 0, is meant for every entry.
    """
    if fills:
        return np.broadcast_to(array, wanted)
    if array.shape != wanted and [n for n in array.shape if n > 1] == [n for n in wanted if n > 1]:
        return array.reshape(wanted)
    return array


# Files and functions -----------------------------------------------------------------------------


def file_claims(
    names: Names, path: Path, at: Mapping[str, object] | None = None, about: str = ADJOINT
) -> list[Claim]:
    """Return the claims of a person's own backward pass in a .py file, which is read, never run.

    Straight lines, or one function of such; its other functions may be called in them.
    """
    written = read_text(path, f"the backward pass in {path} was to be read", LARGEST_FILE)
    text = text_of(written, path.name)
    statements = statements_of(text)
    lines, function = lines_of_file(text, statements, Script(names, {}))

    def prepare(script: Script) -> None:
        lines_of_file(text, statements, script)
        if function is not None:
            # Why not over tensors? reg=0.0 is a default; the network's reg has a value.
            given = defaults(function, text, script).items()
            script.own |= {name: part for name, part in given if names.part(name) is None}

    return _script_claims(names, lines[:MOST_LINES], at, about, None, prepare)


def _some_point(derivation: Any) -> Point:
    """Return one point with small random values: a function is called there for its names."""
    equations = Equations(derivation, derivation.wrt)
    values, sizes = random_values(equations, 0, 1)[0]
    return equations.computed(values, sizes, float_kind())
