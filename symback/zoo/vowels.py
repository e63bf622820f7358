"""Japanese vowels: nine men say /ae/, 640 times; who speaks?

Cepstra over time, from the UCI repository (M. Kudo, J. Toyama, M. Shimbo, 1999; CC BY 4.0), shipped
with the package; ``data/vowels.txt`` says where they come from and what was changed.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from symback.zoo.storage import stored

SPEAKERS = 9
UNITS = 10_000  # a coefficient is stored as so many of its units
TRAINED_WITH = 270  # the first utterances, 30 of each man


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Utterances:
    """n utterances with their speakers.

    ``X``         (n, 12, 29) float64: a coefficient over time; 0 after the utterance's end
    ``lengths``   (n,) int64, the number of frames, 7..29
    ``Y``         (n, 9) float64, one-hot: Y[i, speakers[i]] = 1, all else 0
    ``speakers``  (n,) int64, who speaks, 0..8
    """

    X: np.ndarray
    lengths: np.ndarray
    Y: np.ndarray
    speakers: np.ndarray

    def __len__(self) -> int:
        return len(self.speakers)

    def __repr__(self) -> str:
        return f"Utterances(X{self.X.shape}, Y{self.Y.shape})"


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Vowels:
    """The two parts of the data: ``train`` (270 utterances) and ``held_back`` (370)."""

    train: Utterances
    held_back: Utterances

    def __repr__(self) -> str:
        return f"Vowels(train={self.train!r}, held_back={self.held_back!r})"


def load_vowels() -> Vowels:
    """Return the utterances, split as by their authors, so that accuracies can be compared.

    Theirs are 94.1 % and, by a hidden Markov model, 96.2 %. The arrays are new on every call.
    """
    arrays = stored("vowels")
    lengths, speakers = arrays["lengths"].astype(np.int64), arrays["speakers"].astype(np.int64)
    X = np.zeros((len(lengths), arrays["frames"].shape[1], lengths.max()))
    ends = np.cumsum(lengths)
    for utterance, (end, length) in enumerate(zip(ends, lengths, strict=True)):
        X[utterance, :, :length] = arrays["frames"][end - length : end].T / UNITS
    parts = slice(None, TRAINED_WITH), slice(TRAINED_WITH, None)
    return Vowels(
        *(Utterances(X[part], lengths[part], np.eye(SPEAKERS)[speakers[part]], speakers[part])
          for part in parts)
    )  # fmt: skip
