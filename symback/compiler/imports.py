"""What a program's functions are, as objects to run with and as text to import.

Programs on plain numbers take Python's functions where they exist.
"""

from __future__ import annotations

import inspect
import math

import numpy

from symback.compiler import runtime
from symback.compiler.variables import Code

WIDEST, INDENT = 100, "    "
# Functions of another name: (object, its text).
ON_ARRAYS = {
    "add_reduce": (numpy.add.reduce, "numpy.add.reduce"),
    "maximum_reduce": (numpy.maximum.reduce, "numpy.maximum.reduce"),
    "minimum_reduce": (numpy.minimum.reduce, "numpy.minimum.reduce"),
    "multiply_reduce": (numpy.multiply.reduce, "numpy.multiply.reduce"),
    "float": (float, "float"),
}
ON_NUMBERS = {
    "absolute": (abs, "abs"),
    "float": (float, "float"),
    "maximum": (runtime.maximum_of_numbers, "maximum_of_numbers"),
    "minimum": (runtime.minimum_of_numbers, "minimum_of_numbers"),
    "power": (math.pow, "math.pow"),
    "sign": (runtime.sign_of_number, "sign_of_number"),
}
RUNTIME = [name for name, item in vars(runtime).items() if inspect.isfunction(item)]


def function_on_arrays(name: str) -> object:
    """Return the function that programs on arrays call by this name."""
    if name in ON_ARRAYS:
        return ON_ARRAYS[name][0]
    return getattr(runtime, name) if name in RUNTIME else getattr(numpy, name)


def function_on_numbers(name: str) -> object:
    """Return the function that programs on plain numbers call by this name."""
    if name in ON_NUMBERS:
        return ON_NUMBERS[name][0]
    return getattr(math, name, None) or function_on_arrays(name)


def import_text(code: Code, errstate: str) -> str:
    """Return imports, copies of runtime functions, and names given to the rest, as text."""
    rows = ON_NUMBERS if code.scalars else ON_ARRAYS
    imported: dict[str, list[str]] = {"math": [], "numpy": []}
    helpers, given = [], []
    for function, name in sorted(code.functions.items()):
        if function in rows:
            text = rows[function][1]
            given += [f"{name} = {text}"] if name != text else []
            helpers += [text] if text in RUNTIME else []
        elif function in RUNTIME and not hasattr(math, function) * code.scalars:
            given += [f"{name} = {function}"] if name != function else []
            helpers.append(function)
        else:
            module = "math" if code.scalars or function == "inf" else "numpy"
            imported[module].append(_as(function, name))
    if not code.scalars:
        imported["numpy"].append(_as("errstate", errstate))
    copies = _copies(helpers)
    whole = [m for m in ("math", "numpy") if any(f"{m}." in text for text in (*given, *copies))]
    heads = [f"import {module}" for module in whole]
    heads += [_from(module, names) for module, names in imported.items() if names]
    parts = ["\n".join(heads), *copies, "\n".join(given)]
    return "\n\n\n".join(part for part in parts if part)


def _copies(helpers: list[str]) -> list[str]:
    """Return the text of runtime functions, of those that they call too."""
    found: set[str] = set()
    wanted = list(helpers)
    while wanted:
        name = wanted.pop()
        if name not in found:
            found.add(name)
            wanted += [n for n in getattr(runtime, name).__code__.co_names if n in RUNTIME]
    return [inspect.getsource(getattr(runtime, name)).rstrip() for name in RUNTIME if name in found]


def _as(function: str, name: str) -> str:
    return function if function == name else f"{function} as {name}"


def _from(module: str, names: list[str]) -> str:
    names = sorted(names)
    line = f"from {module} import {', '.join(names)}"
    if len(line) <= WIDEST:
        return line
    rows = ",\n".join(INDENT + name for name in names)
    return f"from {module} import (\n{rows},\n)"
