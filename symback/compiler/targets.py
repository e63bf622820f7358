"""Results: where each stands among what a program returns, and writing them into given arrays."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from symback.compiler.plan import Plan, View
from symback.compiler.storage import Storage
from symback.compiler.variables import Code
from symback.errors import ValuesError

WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Results:
    """Where each named result stands among what ``run`` returns.

    ``fixed`` are arrays that the program does not make: zeros, and room for numbers; ``numbers``
    names the latter. ``value`` says what the first result is: NUMBER, ARRAY or None if not special.
    """

    names: tuple[str, ...]
    places: dict[str, int]
    fixed: dict[str, np.ndarray]
    numbers: tuple[str, ...]
    value: str | None


def own_memory(plan: Plan, storage: Storage, code: Code) -> dict[str, int]:
    """Return, for each result that is a buffer as it stands, the number of it in the workspace.

    A buffer of which a view was made is left out: the view would not follow it to other memory.
    """
    words = [set(WORD.findall(line.text)) for line in code.workspace]
    found: dict[str, int] = {}
    for name, result in plan.results.items():
        if isinstance(result, View) and result.groups is None:
            buffer = storage.place.get(result.value)
            if buffer in code.made and not any(buffer in each for each in words):
                found[name] = code.made.index(buffer)
    return found


def check_targets(
    into: Mapping[str, np.ndarray],
    results: Results,
    arrays: Mapping[str, np.ndarray],
    dtype: str,
) -> None:
    """Raise ValuesError unless the arrays of ``into`` can be filled while ``arrays`` are read."""
    for name, array in into.items():
        asked = f"bind: the result {str(name)[:40]} was to be written into an array"
        if name not in results.names:
            raise ValuesError(asked, "no such result", f"there are {', '.join(results.names[:8])}")
        fits = isinstance(array, np.ndarray) and array.dtype == dtype and array.flags.writeable
        if not fits or not array.flags.c_contiguous:
            helps = f"give one of {dtype}, made with numpy.empty"
            raise ValuesError(asked, "no whole array of that type", helps)
        others = [*arrays.values(), *(other for n, other in into.items() if n != name)]
        if any(np.may_share_memory(array, other) for other in others):
            raise ValuesError(asked, "memory that is read or filled too", "give one of its own")


def check_shape(name: str, array: np.ndarray, result: np.ndarray) -> None:
    """Raise ValuesError unless the array has the shape of the result."""
    if array.shape != np.shape(result):
        raise ValuesError(
            f"bind: the result {name} was to be written into an array",
            f"the shapes {np.shape(result)} and {array.shape}", "give one of the result's shape",
        )  # fmt: skip
