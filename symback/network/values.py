"""Values on their way into a network: names, shapes, kinds and declared facts are checked once.

A network holds no values. Values are a mapping from tensor names to numbers, lists or arrays; the
shapes of the arrays give the sizes that the network leaves open.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import get_close_matches

import numpy as np
from sympy import Symbol

from symback.algebra.letters import Index
from symback.algebra.plain import plain
from symback.errors import ValuesError
from symback.network.gathers import outside
from symback.network.network import Network
from symback.network.sizes import size_value as size_value
from symback.network.tensors import CONSTANT, GIVEN, Tensor

Shape = tuple[int | None, ...]
MOST_PROBLEMS = 20
DTYPES = ("float64", "float32")


def checked_values(
    network: Network,
    values: Mapping[str, object],
    needed: Iterable[str],
    *,
    dtype: str = "float64",
    check_finite: bool = False,
    what: str = "values",
) -> tuple[dict[str, np.ndarray], dict[Symbol, int]]:
    """Return the arrays of the needed tensors, and the sizes that their shapes give.

    Real tensors come back as ``dtype``, integer tensors as int64, a one_hot tensor given as classes
    as ones and zeros; an array that fits already is returned itself, not a copy. Values of inputs
    and parameters that are not needed are passed over. Raises ONE ValuesError with every problem.
    """
    dtype = getattr(dtype, "__name__", str(dtype))
    if dtype not in DTYPES:
        raise ValuesError(f"{what}: dtype={dtype!r}", "no such type", f"use {' or '.join(DTYPES)}")
    problems: list[str] = []
    given = _by_name(values, what)
    needed = tuple(dict.fromkeys(needed))
    _check_names(network, given, needed, problems)
    arrays = {
        name: _as_array(network[name], given[name], problems) for name in needed if name in given
    }
    arrays = {name: array for name, array in arrays.items() if array is not None}
    shapes = {name: _shape(network[name], array) for name, array in arrays.items()}
    sizes = _sizes(network, shapes, problems)
    for name, array in arrays.items():
        arrays[name] = _converted(network[name], array, sizes, np.dtype(dtype), problems)
        if check_finite and arrays[name].dtype.kind == "f":
            _check_finite(name, arrays[name], problems)
    problems += outside(network, arrays, sizes)
    _raise(network, problems, what)
    return arrays, sizes


def bound_sizes(network: Network, shapes: Mapping[str, Shape]) -> dict[Symbol, int]:
    """Return the size symbols that the shapes of named tensors give; None is an unknown length.

    Symbols are read from the axes whose size is a plain symbol; integer sizes and size expressions
    are computed and compared. Raises ONE ValuesError for lengths that disagree and sizes below 1.
    """
    problems: list[str] = []
    sizes = _sizes(network, shapes, problems)
    _raise(network, problems, "shapes")
    return sizes


# Names -------------------------------------------------------------------------------------------


def _by_name(values: object, what: str) -> dict[object, object]:
    if not isinstance(values, Mapping):
        raise ValuesError(
            f"{what}: a mapping from tensor names to values was asked for",
            f"{type(values).__name__}",
            'write {"X": …, "W1": …}',
        )
    return {key.name if isinstance(key, Tensor) else key: value for key, value in values.items()}


def _check_names(
    network: Network, given: Mapping[object, object], needed: tuple[str, ...], problems: list[str]
) -> None:
    wanted = set(needed)
    for name in given:
        if name in wanted:
            continue
        tensor = network.tensors.get(name) if isinstance(name, str) else None
        if tensor is None:
            close = get_close_matches(str(name), [n for n in network.tensors if n not in given], 1)
            hint = f"; did you mean {close[0]}?" if close else ""
            problems.append(f"{str(name)[:60]!r} is no tensor of the network{hint}")
        elif tensor.kind == CONSTANT:
            problems.append(f"{name} is a constant ({tensor.value}) and takes no value")
        elif tensor.kind not in GIVEN:
            problems.append(f"{tensor} is computed by the network and takes no value")
    missing = [str(network[name]) for name in needed if name not in given]
    if missing:
        problems.append(f"no value for {', '.join(missing[:30])}{', …' * (len(missing) > 30)}")


# Arrays ------------------------------------------------------------------------------------------


KINDS = {
    "U": "text",
    "S": "text",
    "O": "objects",
    "c": "complex numbers",
    "M": "dates",
    "m": "time spans",
    "V": "records",
}


def _as_array(tensor: Tensor, value: object, problems: list[str]) -> np.ndarray | None:
    """Return the value as an array of numbers of the tensor's rank; None after noting a problem."""
    try:
        array = np.asarray(value)
    except (ValueError, TypeError, OverflowError):
        problems.append(f"{tensor} was given {_ragged(value)}")
        return None
    if array.dtype.kind not in "biuf":
        kind = KINDS.get(array.dtype.kind, str(array.dtype))
        problems.append(f"{tensor} was given {kind} ({_clipped(value)}), not numbers")
        return None
    if array.ndim != tensor.rank and not _are_classes(tensor, array):
        also = f" (or of rank {tensor.rank - 1} with integer classes)" if tensor.one_hot else ""
        problems.append(f"{tensor} has rank {tensor.rank}{also}, its value has shape {array.shape}")
        return None
    return array


def _ragged(value: object) -> str:
    if isinstance(value, (list, tuple)):
        return "a list whose rows differ in length"
    return f"{type(value).__name__}, which is no array of numbers"


def _clipped(value: object) -> str:
    shown = repr(value)
    return shown if len(shown) <= 40 else shown[:40] + "…"


def _are_classes(tensor: Tensor, array: np.ndarray) -> bool:
    return tensor.one_hot and array.ndim == tensor.rank - 1


def _shape(tensor: Tensor, array: np.ndarray) -> Shape:
    """Return the lengths of the tensor's axes; classes leave the last one open."""
    return (*array.shape, None) if _are_classes(tensor, array) else array.shape


def _converted(
    tensor: Tensor,
    array: np.ndarray,
    sizes: Mapping[Symbol, int],
    dtype: np.dtype,
    problems: list[str],
) -> np.ndarray:
    """Return the array in the type that programs read, with the tensor's declared facts checked."""
    if tensor.integer:
        return _integers(tensor, array, problems)
    if _are_classes(tensor, array):
        return _from_classes(tensor, array, sizes, dtype, problems)
    if tensor.one_hot:
        _check_one_hot(tensor, array, problems)
    with np.errstate(over="ignore"):
        # Why ignored? 1e300 in float32 is inf, which check_finite reports by name.
        return array if array.dtype == dtype else array.astype(dtype)


def _integers(tensor: Tensor, array: np.ndarray, problems: list[str]) -> np.ndarray:
    # Why the size? A float or unsigned number beyond int64 would wrap round.
    wrong = (array != np.floor(array)) | ~(np.abs(array.astype("float64")) < 2.0**63)
    if np.any(wrong):
        place = _first(wrong)
        problems.append(f"{tensor} holds integers, its value has {array[place]} at {_shown(place)}")
        return np.zeros(array.shape, "int64")
    return array.astype("int64", copy=False)


def _from_classes(
    tensor: Tensor,
    array: np.ndarray,
    sizes: Mapping[Symbol, int],
    dtype: np.dtype,
    problems: list[str],
) -> np.ndarray:
    """Return 1 at each class and 0 elsewhere, along a new last axis."""
    classes = _integers(tensor, array, problems)
    try:
        count = size_value(tensor.shape[-1], sizes)
    except ValuesError:
        problems.append(
            f"{tensor} was given classes, and nothing says how many there are: give ones and zeros"
        )
        return np.zeros(array.shape, dtype)
    outside = (classes < 0) | (classes >= count)
    if np.any(outside):
        place = _first(outside)
        found = f"{classes[place]} at {_shown(place)}"
        problems.append(f"{tensor} has classes 0 … {count - 1}, its value has {found}")
    return (classes[..., None] == np.arange(count)).astype(dtype)


def _check_one_hot(tensor: Tensor, array: np.ndarray, problems: list[str]) -> None:
    wrong = ((array != 0) & (array != 1)).any(axis=-1) | ((array == 1).sum(axis=-1) != 1)
    if np.any(wrong):
        place = _first(wrong)
        where = f" at {_shown(place)}" if place else ""
        problems.append(
            f"{tensor} is one_hot along {tensor.letters[-1]}, its value is not{where}: "
            f"{np.array2string(array[place], threshold=6, edgeitems=2)}"
        )


def _check_finite(name: str, array: np.ndarray, problems: list[str]) -> None:
    finite = np.isfinite(array)
    if not finite.all():
        place = _first(~finite)
        count = int((~finite).sum())
        problems.append(
            f"{name} has {array[place]} at {_shown(place)} ({count} of {array.size} not finite)"
        )


def _first(wrong: np.ndarray) -> tuple[int, ...]:
    """Return the place of the first true entry."""
    return tuple(int(i) for i in np.unravel_index(int(np.argmax(wrong)), np.shape(wrong)))


def _shown(place: tuple[int, ...]) -> str:
    return f"[{', '.join(map(str, place))}]"


# Sizes -------------------------------------------------------------------------------------------


def _sizes(network: Network, shapes: Mapping[str, Shape], problems: list[str]) -> dict[Symbol, int]:
    """Return the symbols that plain axes give; compare every other axis with what they make it."""
    seen: dict[Symbol, dict[int, str]] = {}
    for name, shape in shapes.items():
        for letter, length in zip(network[name].letters, shape, strict=True):
            if length == 0:
                problems.append(f"{network[name]} has no entries: its axis {letter} has length 0")
            if length is not None and isinstance(letter.size, Symbol):
                seen.setdefault(letter.size, {}).setdefault(length, str(network[name]))
    for symbol, lengths in seen.items():
        if len(lengths) > 1:
            found = ", ".join(f"{length} in {tensor}" for length, tensor in lengths.items())
            problems.append(f"size {symbol} is {found}")
    sizes = {symbol: next(iter(lengths)) for symbol, lengths in seen.items()}
    for name, shape in shapes.items():
        _check_axes(network[name], shape, sizes, problems)
    _check_letters(network, sizes, problems)
    return sizes


def _check_axes(
    tensor: Tensor, shape: Shape, sizes: Mapping[Symbol, int], problems: list[str]
) -> None:
    for letter, length in zip(tensor.letters, shape, strict=True):
        if length is None or isinstance(letter.size, Symbol):
            continue
        try:
            expected = size_value(letter.size, sizes)
        except ValuesError as error:
            shown = plain(letter.size)
            problems.append(f"axis {letter} of {tensor} has size {shown}: {error.found}")
            continue
        if length != expected:
            shown = plain(letter.size)
            shown = shown if letter.size.is_Integer else f"{shown} = {expected}"
            problems.append(f"{tensor} has {shown} along {letter}, its value has {length}")


def _check_letters(network: Network, sizes: Mapping[Symbol, int], problems: list[str]) -> None:
    """Note every letter whose size, computed from symbols, is below 1 or not an integer."""
    for letter in network.letters.values():
        size = letter.size
        if size.is_Integer or isinstance(size, Symbol) or not size.free_symbols <= set(sizes):
            continue
        value = size.xreplace(dict(sizes))
        if not value.is_Integer or value < 1:
            problems.append(
                f"the size of letter {letter} in {_place(network, letter)}: {plain(size)} = {value}"
            )


def _place(network: Network, letter: Index) -> str:
    for tensor in network.tensors.values():
        if letter in tensor.letters:
            return str(tensor)
    for equation in network.equations:
        if letter in equation.written.atoms(Index):
            return f"the equation of {equation.target}"
    return "the network"


def _raise(network: Network, problems: list[str], what: str) -> None:
    if not problems:
        return
    listed = problems[:MOST_PROBLEMS]
    if len(problems) > MOST_PROBLEMS:
        listed.append(f"… and {len(problems) - MOST_PROBLEMS} more problems")
    shapes = [f"{t} {_asked_shape(t)}" for t in (*network.inputs, *network.parameters)]
    more = ", …" if len(shapes) > 12 else ""
    helps = f"its inputs and parameters: {', '.join(shapes[:12])}{more}" if shapes else ""
    missed = [str(t) for t in network.randoms if any(str(t) in problem for problem in listed)]
    if missed:
        helps += (
            f"\n         {missed[0]} is random: sb.train draws it, and net.predictor(), the "
            "network at prediction, does without"
        )
    raise ValuesError(f"{what} for the network {network.name}", "\n         ".join(listed), helps)


def _asked_shape(tensor: Tensor) -> str:
    """Return the shape as people write it, with a note of what else is declared."""
    shape = (
        f"({', '.join(map(plain, tensor.shape))}{',' * (tensor.rank == 1)})"
        if tensor.rank
        else "scalar"
    )
    return f"{shape}{' one_hot' * tensor.one_hot}{' integer' * tensor.integer}"
