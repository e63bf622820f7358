"""Batches: along which letter the data is sampled, and in which order its positions come."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np
from sympy import Symbol

from symback.algebra.letters import Index
from symback.errors import TrainingError
from symback.network.network import Network
from symback.network.tensors import Tensor


@dataclass(frozen=True, slots=True, eq=False)
class Sampling:
    """A batch holds ``length`` of the ``count`` samples along ``letter``; ``axes`` are cut.

    The samples are the positions ``among`` those of the arrays; None stands for all of them.
    """

    letter: Index | None
    axes: dict[str, int]
    count: int
    length: int
    among: np.ndarray | None = None

    def order(self, seed: int, epoch: int, shuffled: bool = True) -> np.ndarray:
        """Return the positions in their order in an epoch: drawn from the seed, or ascending."""
        if not shuffled:
            return np.arange(self.count) if self.among is None else self.among
        # Why a stream for each epoch? A training that goes on need not draw what went before.
        stream = np.random.SeedSequence(seed, spawn_key=(1, epoch))
        order = np.random.default_rng(stream).permutation(self.count)
        return order if self.among is None else self.among[order]

    def cut(self, order: np.ndarray) -> Iterator[np.ndarray]:
        """Yield the positions of each batch; the last one holds what is left."""
        for start in range(0, self.count, self.length):
            yield order[start : start + self.length]

    def split(self, seed: int, share: float) -> tuple[Sampling, np.ndarray]:
        """Return the sampling of what is left, and the positions of the share that is held back.

        Raises TrainingError if one of both would be empty.
        """
        held = round(share * self.count)
        if not 0 < held < self.count:
            raise TrainingError(
                f"train: validation={share:g}, a share of the samples, was asked for",
                f"{self.count} samples, of which {held} would be held back",
                "give more data, another share, or other data: validation={…}",
            )
        stream = np.random.SeedSequence(seed, spawn_key=(2,))
        order = np.random.default_rng(stream).permutation(self.count)
        among, length = np.sort(order[held:]), min(self.length, self.count - held)
        return replace(self, count=len(among), length=length, among=among), np.sort(order[:held])


WHOLE = Sampling(None, {}, 1, 1)


def sampling(
    network: Network, arrays: Mapping[str, np.ndarray], batch_size: object, batch: object
) -> Sampling:
    """Return how the data arrays are cut into batches; raises TrainingError.

    The letter is ``batch``, or the one letter of symbolic size that leads every non-scalar array,
    the time of a state before it aside: the samples of X[t,n,i] are along n.
    """
    tensors = [network[name] for name in arrays if network[name].rank]
    named = None if batch is None else _named(network, tensors, _name(batch))
    if batch_size is None:
        return WHOLE
    if (
        isinstance(batch_size, bool)
        or not isinstance(batch_size, int | np.integer)
        or batch_size < 1
    ):
        raise TrainingError(
            f"train: batch_size={str(batch_size)[:40]} was asked for", "no whole number from 1",
            "use 64, or None for all samples at once",
        )  # fmt: skip
    letter = _leading(network, tensors) if named is None else named
    axes = {t.name: t.letters.index(letter) for t in tensors if letter in t.letters}
    _check_others(network, tensors, letter)
    first = next(iter(axes))
    count = arrays[first].shape[axes[first]]
    return Sampling(letter, axes, count, min(int(batch_size), count))


def leading_letter(network: Network, names: Iterable[str], batch: object) -> Index | None:
    """Return the letter of the samples: ``batch``, or the one by default, if there is one.

    Raises TrainingError for a ``batch`` that is no such letter.
    """
    tensors = [network[name] for name in names if network[name].rank]
    if batch is not None:
        return _named(network, tensors, _name(batch))
    return _default(network, tensors)


def _name(batch: object) -> str:
    return batch.name if isinstance(batch, Index) else str(batch)[:40]


def _leading(network: Network, tensors: list[Tensor]) -> Index:
    letter = _default(network, tensors)
    if letter is not None:
        return letter
    raise TrainingError(
        "train: batches were asked for", f"no one letter leads all data: {_list(tensors)}",
        _candidates(tensors),
    )  # fmt: skip


def _default(network: Network, tensors: list[Tensor]) -> Index | None:
    """Return the letter that leads all data, the times of states aside; None if there is none."""
    times = {state.letters[0] for state in network.states}
    behind = ([k for k in t.letters if k not in times] for t in tensors)
    leaders = {letters[0] for letters in behind if letters}
    fits = len(leaders) == 1 and all(isinstance(k.size, Symbol) for k in leaders)
    return leaders.pop() if fits else None


def _named(network: Network, tensors: list[Tensor], name: str) -> Index:
    letter = network.letters.get(name)
    timed = next((state for state in network.states if state.letters[0] == letter), None)
    if timed is not None:
        raise TrainingError(
            f"train: batch={name!r} was asked for",
            f"{name} is the time of the state {timed}: its steps follow one another",
            f'where {name} counts samples, say which letter is the time: sb.nn.lstm(…, time="t")',
        )
    if letter is not None and any(letter in t.letters for t in tensors):
        if isinstance(letter.size, Symbol):
            return letter
        found = f"{name} has the size {letter.size}, which a batch would change"
    else:
        found = f"{name} is no letter of the data: {_list(tensors)}"
    raise TrainingError(f"train: batch={name!r} was asked for", found, _candidates(tensors))


def _check_others(network: Network, tensors: list[Tensor], letter: Index) -> None:
    """Refuse axes that are not cut, but whose size is that of the batch."""
    for tensor in (*tensors, *network.parameters):
        for other in tensor.letters:
            if other != letter and letter.size in other.size.free_symbols:
                raise TrainingError(
                    f"train: batches along {letter}, of size {letter.size}",
                    f"{tensor} has the size {other.size} along {other}, which must not change",
                    f"give {other} a size of its own",
                )


def _list(tensors: list[Tensor]) -> str:
    return ", ".join(str(t) for t in tensors) or "there are only scalars"


def _candidates(tensors: list[Tensor]) -> str:
    letters = dict.fromkeys(
        k.name for t in tensors for k in t.letters if isinstance(k.size, Symbol)
    )
    if not letters:
        return 'give the letter of the samples a size with a name, such as "n:N"'
    return f"name the letter of the samples: {' or '.join(f'batch={k!r}' for k in letters)}"
