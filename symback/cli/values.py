"""Values from the command line: ``x=2,w=0.5``, a JSON file, or an npz file of arrays."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable
from pathlib import Path

from symback.algebra.letters import checked_name
from symback.errors import FileError, ValuesError
from symback.files import read_text
from symback.training.storage import load_arrays

MOST_BYTES = 64 * 2**20
# The ends of the names under which columns, classes and scales are kept beside parameters.
UNITS = COLUMNS, CLASSES, SHIFT, DIVISOR = (".columns", ".classes", ".shift", ".divisor")
EXAMPLE = 'write {"x": 2, "W": [[1, 2], [3, 4]]}'


def read_values(text: str) -> dict[str, object]:
    """Return the values that ``text`` spells or that the file of this name holds; SymbackError."""
    if "=" in text:
        return dict(_assignment(part, text) for part in text.split(",") if part.strip())
    suffix = Path(text).suffix.lower()
    if suffix == ".npz":
        return dict(load_arrays(text))
    if suffix == ".json":
        return read_json(Path(text))
    raise ValuesError(
        f"values were asked for: --at {_clipped(text)}",
        "neither name=number nor a file of values",
        "write --at x=2,w=0.5 or name a .json or .npz file",
    )


def values_of(texts: Iterable[str] | None) -> dict[str, object]:
    """Return the values of every --at together; a file of parameters may hold units beside them."""
    found: dict[str, object] = {}
    for text in texts or ():
        found |= read_values(text)
    return {name: value for name, value in found.items() if not name.endswith(UNITS)}


def number(text: str, what: str) -> float:
    """Return the finite number that ``text`` spells, a fraction such as 1/3 included."""
    above, slash, below = text.partition("/")
    try:
        value = float(above) / float(below) if slash else float(above)
    except (ValueError, ZeroDivisionError, OverflowError):
        raise ValuesError(
            f"{what}: a number was asked for", repr(_clipped(text)), "write 2, 0.5, -1e-3 or 1/3"
        ) from None
    if not math.isfinite(value):
        raise ValuesError(f"{what}: a number was asked for", _clipped(text), "use a finite number")
    return value


def read_json(path: Path) -> dict[str, object]:
    """Return the values of a JSON file: {"x": 2, "W": [[1, 2], [3, 4]]}; raises FileError."""
    asked = f"the values of {path} were to be read"
    text = read_text(path, asked, MOST_BYTES)
    try:
        values = json.loads(text, parse_constant=_refuse_constant)
    except json.JSONDecodeError as error:
        found = f"line {error.lineno}, column {error.colno}: {error.msg.lower()}"
        raise FileError(asked, found, EXAMPLE) from None
    except (ValueError, RecursionError) as error:
        found = str(error)[:80] or "lists nested too deep"
        raise FileError(asked, found, EXAMPLE) from None
    if not isinstance(values, dict):
        found = f"a {type(values).__name__} instead of names with values"
        raise FileError(asked, found, EXAMPLE)
    return values


def _refuse_constant(name: str) -> float:
    raise ValueError(f"the number {name}, which is not finite")


def _assignment(text: str, whole: str) -> tuple[str, float]:
    name, equals, value = (part.strip() for part in text.partition("="))
    if not equals:
        raise ValuesError(
            f"values were asked for: --at {_clipped(whole)}", f"no = in {_clipped(text)!r}",
            "write --at x=2,w=0.5; arrays come from a .json or .npz file",
        )  # fmt: skip
    checked_name(name, "--at")
    return name, number(value, f"--at {name}")


def _clipped(text: str) -> str:
    return text if len(text) <= 60 else text[:60] + "…"
