"""Where batches come from: arrays in memory or in a file, or a function that yields them.

A source ties the program to arrays of its own, one set for each shape of a batch, and fills them.
"""

from __future__ import annotations

import mmap
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import chain, islice
from typing import NamedTuple, Protocol

import numpy as np

from symback.algebra.letters import Index
from symback.compiler.bound import Bound
from symback.errors import SymbackError, TrainingError, ValuesError
from symback.network.network import Network
from symback.training.batches import Sampling

Arrays = dict[str, np.ndarray]
# An array for each input, or a function of the epoch's number that yields such batches.
Data = Mapping[str, object] | Callable[[int], Iterable[Mapping[str, object]]]
# Ties the program to the arrays of a batch.
Bind = Callable[[Arrays], Bound]
# Returns the arrays of a batch, converted and checked; raises ValuesError with these first words.
Check = Callable[[Mapping[str, object], str], Arrays]

# A function that takes positions along an axis of an array, the axis, and where they go.
Taking = tuple[Callable[..., object], int, np.ndarray]

MOST_SHAPES = 16
# Positions, and epochs, that are drawn at a time.
MOST_DRAWN, MOST_AHEAD = 2**14, 16
# Of mapped files so many bytes stay in memory once they were read; a sample is a page at least.
MOST_MAPPED = 2**28


class Batch(NamedTuple):
    """Arrays that hold a batch, the program that is tied to them, and how many samples they are."""

    values: Arrays
    bound: Bound
    length: int


class Source(Protocol):
    """What yields the batches of an epoch, the first of them passed over where asked to."""

    batches: int | None

    def epoch(self, number: int, passed: int) -> Iterator[Batch]: ...


class ArraySource:
    """Batches cut from arrays; those in ``mapped`` files are read, converted and checked piecewise.

    A batch of all samples uses the arrays themselves; others are copied.
    """

    def __init__(
        self, data: Arrays, cut: Sampling, bind: Bind, check: Check, *, seed: int, shuffled: bool
    ) -> None:
        self._data, self._cut = data, cut
        self.batches: int | None = -(-cut.count // cut.length)
        self._bind, self._check = bind, check
        self._seed, self._shuffled = seed, shuffled
        self._mapped = {name for name in cut.axes if is_mapped(data[name])}
        self._batches: dict[int, tuple[Batch, list[Taking]]] = {}
        self._orders: dict[int, np.ndarray] = {}
        self._touched = 0

    def epoch(self, number: int, passed: int) -> Iterator[Batch]:
        """Yield the batches of an epoch but for the first ``passed``; raises ValuesError."""
        for place, positions in enumerate(self._cut.cut(self._order(number))):
            if place >= passed:
                yield self._batch(positions, number, place)

    def _order(self, number: int) -> np.ndarray:
        """Return the order of an epoch. Short ones are drawn several at a time.

        Each has a random stream of its own; to make one takes longer than to draw from it, and
        several times longer between steps than right after another one.
        """
        if number not in self._orders:
            ahead = max(1, MOST_DRAWN // self._cut.count) if self._shuffled else 1
            epochs = range(number, number + min(ahead, MOST_AHEAD))
            self._orders = {n: self._cut.order(self._seed, n, self._shuffled) for n in epochs}
        return self._orders[number]

    def _batch(self, positions: np.ndarray, epoch: int, place: int) -> Batch:
        read = self._read(positions, epoch, place) if self._mapped else {}
        made = self._batches.get(len(positions))
        if made is None:
            return self._made(positions, read)
        batch, takings = made
        for take, axis, array in takings:
            # Why clip? With another mode NumPy takes a copy first, in case a position is wrong.
            take(positions, axis, array, "clip")
        for name, array in read.items():
            np.copyto(batch.values[name], array)
        return batch

    def _made(self, positions: np.ndarray, read: Arrays) -> Batch:
        """Return the first batch of its length, with arrays of its own, which later ones fill."""
        values = {name: self._taken(name, positions, read) for name in self._data}
        batch = Batch(values, self._bind(values), len(positions))
        axes = {n: axis for n, axis in self._cut.axes.items() if n not in self._mapped}
        takings = [(self._data[n].take, axis, values[n]) for n, axis in axes.items()]
        self._batches[len(positions)] = batch, takings
        return batch

    def _taken(self, name: str, positions: np.ndarray, read: Arrays) -> np.ndarray:
        if name in read:
            return read[name]
        if name not in self._cut.axes:
            return self._data[name]
        return np.ascontiguousarray(np.take(self._data[name], positions, self._cut.axes[name]))

    def _read(self, positions: np.ndarray, epoch: int, place: int) -> Arrays:
        """Return the part of the mapped arrays at these positions, checked."""
        what = f"train: epoch {epoch}, batch {place + 1}"
        found = {
            name: np.ascontiguousarray(np.take(self._data[name], positions, self._cut.axes[name]))
            for name in self._mapped
        }
        self._touched += sum(max(a.nbytes, len(positions) * mmap.PAGESIZE) for a in found.values())
        if self._touched > MOST_MAPPED:
            release(self._data[name] for name in self._mapped)
            self._touched = 0
        for name, array in found.items():
            _check_finite(what, name, array, self._cut.axes[name], positions)
        try:
            return self._check(found, what)
        except ValuesError as error:
            helps = f"the samples of this batch are {_some(positions)} of the data; {error.helps}"
            raise ValuesError(error.asked, error.found, helps) from None


class StreamSource:
    """Batches that a function of the epoch's number yields, for data larger than memory.

    How many an epoch has, the length of the function says, if it has one; else the last epoch.
    """

    def __init__(
        self, function: Callable[[int], object], first: First, letter: Index | None,
        network: Network, bind: Bind, check: Check,
    ) -> None:  # fmt: skip
        self._function, self._first = function, first
        self._network, self._letter, self._bind, self._check = network, letter, bind, check
        self._batches: dict[tuple, Batch] = {}
        self.batches: int | None = len(function) if hasattr(function, "__len__") else None

    def epoch(self, number: int, passed: int) -> Iterator[Batch]:
        """Yield the batches of an epoch but for the first ``passed``; raises SymbackError."""
        place = 0
        for place, values in enumerate(self._items(number), start=1):
            if place > passed:
                what = f"train: epoch {number}, batch {place}"
                yield self._batch(self._check(values, what))
        if not place:
            raise _empty(number)
        self.batches = place

    def _items(self, number: int) -> Iterator[object]:
        """Return the iterator of an epoch; what was looked at before the start is not lost."""
        first, self._first = self._first, None
        if first is not None and number == 1:
            return first.all()
        return items_of(self._function, number)

    def _batch(self, arrays: Arrays) -> Batch:
        shapes = tuple(array.shape for array in arrays.values())
        made = self._batches.get(shapes)
        if made is None:
            if len(self._batches) >= MOST_SHAPES:
                self._batches.pop(next(iter(self._batches)))
            # Why copies? The caller may fill the arrays again while they are tied to a program.
            values = {name: array.copy() for name, array in arrays.items()}
            made = self._batches[shapes] = Batch(values, self._bind(values), self._length(arrays))
            return made
        for name, array in arrays.items():
            np.copyto(made.values[name], array)
        return made

    def _length(self, arrays: Arrays) -> int:
        for name, array in arrays.items():
            letters = self._network[name].letters
            if self._letter in letters:
                return array.shape[letters.index(self._letter)]
        return 1


class First:
    """The first batch of the first epoch, looked at before training, and the rest behind it."""

    def __init__(self, values: object, rest: Iterator[object]) -> None:
        self.values, self._rest = values, rest

    def all(self) -> Iterator[object]:
        return chain([self.values], self._rest)


def first_of(function: Callable[[int], object]) -> First:
    """Return the first batch that a function yields, with the rest; raises TrainingError."""
    items = items_of(function, 1)
    for values in islice(items, 1):
        return First(values, items)
    raise _empty(1)


def items_of(function: Callable[[int], object], number: int) -> Iterator[object]:
    """Yield what the function yields for an epoch; whatever it raises is a TrainingError."""
    try:
        yield from function(number)
    except SymbackError:
        raise
    except Exception as error:
        raise TrainingError(
            f"train: the batches of epoch {number} were asked for",
            f"{type(error).__name__}: {str(error)[:200]}",
            "give a function of the epoch's number that yields a mapping for each batch",
        ) from error


def is_mapped(array: object) -> bool:
    """Does the array read from a file as it is used (numpy.load with mmap_mode)?"""
    return isinstance(_base(array), mmap.mmap)


def read_here_and_there(arrays: Iterable[np.ndarray]) -> None:
    """Tell the system that mapped arrays are read in no order, so that it reads nothing ahead.

    Otherwise each sample may cost as much as hundreds of its neighbours.
    """
    for base in map(_base, arrays):
        if isinstance(base, mmap.mmap) and hasattr(mmap, "MADV_RANDOM"):
            base.madvise(mmap.MADV_RANDOM)


def release(arrays: Iterable[np.ndarray]) -> None:
    """Let the system take back the memory of mapped arrays; it reads their files again at need.

    Arrays that can be written to are left alone: what was changed in them may be in memory only.
    """
    for array in arrays:
        base = _base(array)
        is_read_only = isinstance(array, np.memmap) and array.mode == "r"
        if is_read_only and isinstance(base, mmap.mmap) and hasattr(mmap, "MADV_DONTNEED"):
            base.madvise(mmap.MADV_DONTNEED)


def _base(array: object) -> object:
    while isinstance(array, np.ndarray):
        array = array.base
    return array


def _check_finite(
    what: str, name: str, array: np.ndarray, axis: int, positions: np.ndarray
) -> None:
    """Raise ValuesError for a number that is not finite, with its place in the whole array."""
    if array.dtype.kind != "f" or np.isfinite(array).all():
        return
    place = list(np.unravel_index(int(np.argmin(np.isfinite(array))), array.shape))
    found = array[tuple(place)]
    place[axis] = positions[place[axis]]
    raise ValuesError(
        what, f"{name} has {found} at [{', '.join(str(int(p)) for p in place)}]", "mend the data"
    )


def _some(positions: np.ndarray) -> str:
    shown = ", ".join(map(str, positions[:6]))
    return f"{shown}, …" if len(positions) > 6 else shown


def _empty(number: int) -> TrainingError:
    return TrainingError(
        f"train: the batches of epoch {number} were asked for", "the function yields none",
        "return a new iterator for each epoch: def batches(epoch): yield {…}",
    )  # fmt: skip
