"""Claims that are numbers: arrays, which hold at one point, and functions, which are called."""

from __future__ import annotations

import inspect
import traceback
from collections.abc import Callable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np

from symback.checking.claim import Claim, Point
from symback.checking.reading.names import Names
from symback.errors import SymbackError, ValuesError

MOST_DIGITS = 12  # a number written with more was not rounded by hand
SINGLE = 2e-5  # how far a gradient in float32 may be off, relative to its largest entry
HALF_PRECISION = 1e-2
AT = "give the values that it was computed with: check(d, claims, at=values)"


def array_claim(
    names: Names, name: str, value: object, at: Mapping[str, object] | None, about: str, place: str
) -> Claim:
    """Return the claim that a tensor or gradient is this array at the values ``at``."""
    array = as_array(value, name)
    if at is None:
        raise ValuesError(f"the claim for {name}", "numbers, which hold at one point only", AT)
    source = shown_number(array) if array.ndim == 0 else f"an array of shape {array.shape}"
    return Claim(name, source, lambda point: array, about, place, exact=False, values=at,
                 rounding=rounding(value, array))  # fmt: skip


def as_array(value: object, what: str) -> np.ndarray:
    """Return numbers as float64; raises ValuesError for anything else."""
    for method in ("detach", "cpu", "numpy"):
        # Why these? A tensor of PyTorch gives its numbers in three moves.
        if callable(getattr(value, method, None)) and not isinstance(value, np.ndarray):
            value = getattr(value, method)()
    try:
        array = np.asarray(value)
    # Why any error? An object may make its array by code of its own.
    except Exception:
        array = np.asarray(None)
    if array.dtype.kind not in "biuf":
        found = f"{type(value).__name__}, which is no array of numbers"
        raise ValuesError(f"the claim for {what}", found, "give an array, a list or a number")
    return array.astype(float)


def rounding(value: object, array: np.ndarray) -> float:
    """Return how far numbers may be off because they were rounded: written out, or in float32."""
    largest = float(np.max(np.abs(array), initial=0.0))
    kind = str(getattr(value, "dtype", ""))
    if kind.endswith("float16"):
        return HALF_PRECISION * largest
    if kind.endswith("float32"):
        return SINGLE * largest
    if isinstance(value, (float, list, tuple)) and array.size <= 1000:
        return max(map(_half_unit, array.ravel().tolist()), default=0.0)
    return 0.0


def _half_unit(number: float) -> float:
    """Return half a unit of the last digit that is written: 0.291 -> 0.0005; 0 of an integer."""
    if not np.isfinite(number) or number == int(number):
        return 0.0
    _, digits, exponent = Decimal(repr(number)).as_tuple()
    return 0.0 if len(digits) > MOST_DIGITS else 0.5 * 10.0**exponent


def shown_number(array: np.ndarray) -> str:
    """Return a single number as it was given."""
    return repr(float(array))


# Functions ---------------------------------------------------------------------------------------


def function_claim(names: Names, name: str, function: Callable, about: str, place: str) -> Claim:
    """Return the claim that a tensor or gradient is what a function of the values returns."""

    def value(point: Point) -> np.ndarray:
        return as_array(called(function, point), name)

    return Claim(name, f"{_name(function)} (a function)", value, about, place, exact=False)


def function_claims(names: Names, function: Callable, point: Point, about: str) -> list[Claim]:
    """Return a claim for each gradient in the dictionary that a function returns.

    It is called once at ``point`` to learn the names. Raises ValuesError for anything else.
    """
    asked = f"{_name(function)}: a dictionary of gradients was asked for"

    def gradients(at: Point) -> Mapping[str, object]:
        found = called(function, at)
        if isinstance(found, tuple) and len(found) == 2:
            found = found[1]  # (loss, gradients), as symback's own programs return
        if not isinstance(found, Mapping):
            helps = 'return {"W1": dW1, …}, or claim one gradient: {"W1": function}'
            raise ValuesError(asked, f"a {type(found).__name__}", helps)
        return found

    def claim(key: object) -> Claim:
        name = names.claimed(key)

        def value(at: Point) -> np.ndarray:
            found = gradients(at)
            if key not in found:
                raise ValuesError(asked, f"no {key} this time", "return the same names each time")
            return as_array(found[key], name)

        source = f'{_name(function)}(…)["{key}"]'
        return Claim(name, source, value, about, exact=False)

    return [claim(key) for key in gradients(point)]


def called(function: Callable, point: Point) -> object:
    """Return what a person's function returns; its error becomes a ValuesError with its line."""
    names = (*point.derivation.forward.tensors,)
    values = {name: np.array(point.tensors[name], dtype=float) for name in names}
    values = {name: v.item() if v.ndim == 0 else v for name, v in values.items()}
    adjoints = {point.derivation.adjoint_name(n): np.array(a, dtype=float)
                for n, a in point.adjoints.items()}  # fmt: skip
    try:
        with np.errstate(all="ignore"):
            return function(**_arguments(function, values | adjoints, point))
    except SymbackError:
        raise
    except Exception as error:
        asked = f"{_name(function)} was called with the values of {', '.join(names)[:80]}"
        said = f"{type(error).__name__}: {str(error)[:200]}{_place(error)}"
        raise ValuesError(asked, said, "mend the function") from None


def _arguments(function: Callable, known: Mapping[str, Any], point: Point) -> dict[str, Any]:
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return dict(known)
    leaves = [t.name for t in (*point.derivation.forward.inputs,
                               *point.derivation.forward.parameters)]  # fmt: skip
    if any(p.kind is p.VAR_KEYWORD for p in parameters):
        return {name: known[name] for name in leaves}
    needed = [p for p in parameters if p.kind is not p.VAR_POSITIONAL]
    missing = [p for p in needed if p.name not in known and p.default is p.empty]
    if len(needed) == 1 and missing:
        return {needed[0].name: {name: known[name] for name in leaves}}
    if missing or any(p.kind is p.POSITIONAL_ONLY for p in needed):
        found = ", ".join(p.name for p in missing or needed)
        helps = f"its parameters are named as tensors: {', '.join(known)[:200]}"
        raise ValuesError(f"the arguments of {_name(function)}", f"no tensor {found}", helps)
    return {p.name: known[p.name] for p in needed if p.name in known}


def _name(function: Callable) -> str:
    return getattr(function, "__name__", type(function).__name__)


def _place(error: Exception) -> str:
    """Return where a person's function failed: the last line that is not symback's own."""
    frames = traceback.extract_tb(error.__traceback__)[1:]
    if not frames:
        return ""
    frame = frames[0]
    return f"\n         in {frame.name}, {Path(frame.filename).name}, line {frame.lineno}"
