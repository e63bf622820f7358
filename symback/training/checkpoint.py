"""Checkpoints: a training on disk, from which it goes on as if it had never been interrupted.

A checkpoint is an npz file of arrays: the parameters and buffers by name, what the optimiser
carries, the best parameters, and the rest as JSON. It is replaced whole: at every moment the file
is the older one or the newer one. It also says what it is a checkpoint of, so that no other
training goes on from it.
"""

from __future__ import annotations

import hashlib
import json
import math
import time
from collections.abc import Mapping
from dataclasses import dataclass
from os import PathLike
from pathlib import Path

import numpy as np

from symback.errors import FileError, TrainingError
from symback.training.history import rows_from
from symback.training.storage import load_arrays, save_arrays

Arrays = dict[str, np.ndarray]
VERSION = 2
RECORD = "checkpoint"
GROUPS = ("parameters", "carried", "best")
SAMPLES_COMPARED = 64
# The time between two checkpoints is at least so many times what writing one takes.
SPARED = 20


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """Where a training is kept, and how often it is written.

    It is written after every so many steps (``every``) or, without it, after a step when
    ``seconds`` have passed, more if writing takes long: at most a twentieth of the time is spent on
    it. It is also written at the start and when training ends, however it does.
    """

    path: str | PathLike[str]
    every: int | None = None
    seconds: float = 10.0

    def __post_init__(self) -> None:
        asked = f"a checkpoint in {str(self.path)[:200]!r} was asked for"
        if not isinstance(self.path, str | PathLike):
            raise TrainingError(asked, f"a {type(self.path).__name__}", "name a file: 'run.npz'")
        if Path(self.path).suffix != ".npz":
            raise FileError(asked, f"the suffix {Path(self.path).suffix!r}", "use .npz")
        counts = isinstance(self.every, int | np.integer) and not isinstance(self.every, bool)
        if self.every is not None and not (counts and self.every >= 1):
            raise TrainingError(
                asked, f"every={str(self.every)[:40]}", "write it every so many steps: every=1000"
            )
        if not isinstance(self.seconds, int | float) or not self.seconds >= 0:
            raise TrainingError(asked, f"seconds={str(self.seconds)[:40]}", "use seconds=60")


@dataclass(slots=True)
class Record:
    """All that a training needs to go on. ``carried`` is the optimiser's part.

    ``parameters`` and ``best`` hold the buffers, too.

    ``position`` counts the batches of the epoch under way, ``total`` and ``seen`` are the sums for
    its loss. ``identity`` says, in words, what the training is.
    """

    identity: dict[str, str]
    parameters: Arrays
    carried: Arrays
    best: Arrays
    best_epoch: int
    best_steps: int
    rows: list[dict[str, float]]
    steps: int
    position: int
    total: float
    seen: int
    version: int = VERSION


def write(path: str | PathLike[str], record: Record) -> Path:
    """Write a checkpoint, whole or not at all; raises FileError."""
    plain = {name: value for name, value in _plain(record).items() if name not in GROUPS}
    # Why shortest decimals? They read back as the very same numbers.
    text = json.dumps(plain, ensure_ascii=False)
    arrays = {RECORD: np.frombuffer(text.encode("utf-8"), np.uint8)}
    for group in GROUPS:
        arrays |= {f"{group}/{name}": a for name, a in getattr(record, group).items()}
    return save_arrays(path, arrays)


def read(path: str | PathLike[str]) -> Record:
    """Return the checkpoint in a file; raises FileError for any other file."""
    asked = f"the checkpoint {str(path)[:200]} was to be read"
    arrays = load_arrays(path)
    groups: dict[str, Arrays] = {group: {} for group in GROUPS}
    try:
        plain = json.loads(arrays.pop(RECORD).tobytes().decode("utf-8"))
        for name, array in arrays.items():
            group, _, rest = name.partition("/")
            groups[group][rest] = array
        plain["rows"] = rows_from(plain["rows"])
        if plain["version"] != VERSION:
            raise FileError(asked, f"version {plain['version']!r}", "use another file name")
        return _checked(Record(**plain, **groups))
    except (KeyError, TypeError, ValueError, RecursionError, AttributeError):
        raise FileError(
            asked, "an npz file that is no checkpoint of a training, which stays as it is",
            "use another file name; parameters are given by parameters=…",
        ) from None  # fmt: skip


def _plain(record: Record) -> dict[str, object]:
    plain = {name: getattr(record, name) for name in Record.__slots__ if name not in GROUPS}
    numbers = [{k: v if math.isfinite(v) else str(v) for k, v in r.items()} for r in record.rows]
    return plain | {"rows": numbers}


def _checked(record: Record) -> Record:
    """Return a record whose fields have their types; raises ValueError."""
    counts = (record.best_epoch, record.best_steps, record.steps, record.position, record.seen)
    if not all(type(count) is int and count >= 0 for count in counts):
        raise ValueError("a count that is none")
    if type(record.total) is not float or not isinstance(record.identity, dict):
        raise ValueError("a sum or an identity that is none")
    return record


def check_fits(path: str | PathLike[str], record: Record, identity: Mapping[str, str]) -> None:
    """Raise TrainingError, with every difference, if the record is of another training."""
    other = [
        f"{name}: {_clipped(record.identity.get(name))} in the file, {_clipped(now)} now"
        for name, now in identity.items()
        if record.identity.get(name) != now
    ]
    if other:
        raise TrainingError(
            f"train: the training in {str(path)[:200]} was to go on",
            "\n         ".join(["it is another training", *other]),
            "train as before, or name another file; the file stays as it is",
        )


def check_whole(path: str | PathLike[str], record: Record, like: Record) -> None:
    """Raise FileError unless the arrays and columns are those of ``like``, a record made now."""
    columns = {tuple(row) for row in record.rows}
    whole = (
        _shapes(record.parameters) == _shapes(like.parameters)
        and _shapes(record.carried) == _shapes(like.carried)
        and _shapes(record.best) in (_shapes({}), _shapes(like.parameters))
        and len(columns) <= 1
    )
    if not whole:
        raise FileError(
            f"the checkpoint {str(path)[:200]} was to be read",
            "arrays that are not those of this training, which it says it is of",
            "use another file name; the file stays as it is",
        )


def _shapes(arrays: Arrays) -> dict[str, tuple]:
    return {name: (array.shape, array.dtype) for name, array in arrays.items()}


def _clipped(text: object) -> str:
    text = "nothing" if text is None else str(text)
    return text if len(text) <= 100 else text[:100] + "…"


class Keeper:
    """Writes checkpoints when they are due."""

    def __init__(self, checkpoint: Checkpoint) -> None:
        self.checkpoint = checkpoint
        self._at, self._wait = time.monotonic(), checkpoint.seconds

    def is_due(self, steps: int) -> bool:
        """Is a checkpoint to be written after this step?"""
        if self.checkpoint.every is not None:
            return steps % self.checkpoint.every == 0
        return time.monotonic() - self._at >= self._wait

    def keep(self, record: Record) -> None:
        """Write the record; raises FileError."""
        start = time.monotonic()
        write(self.checkpoint.path, record)
        self._at = time.monotonic()
        self._wait = max(self.checkpoint.seconds, SPARED * (self._at - start))


def digest(arrays: Mapping[str, np.ndarray]) -> str:
    """Return a short text that differs for other arrays; of long ones, 64 samples are compared."""
    made = hashlib.sha256()
    for name, array in sorted(arrays.items()):
        made.update(f"{name} {array.shape} {array.dtype.str};".encode())
        if array.ndim and len(array) > SAMPLES_COMPARED:
            array = array[np.linspace(0, len(array) - 1, SAMPLES_COMPARED).astype(int)]
        made.update(np.ascontiguousarray(array).tobytes())
    return made.hexdigest()[:16]


def text_digest(text: str) -> str:
    """Return a short text that differs for another text."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()[:16]
