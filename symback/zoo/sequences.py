"""Sequences: a novel character by character, and the yearly number of sunspots.

Both ship with the package and are in the public domain: ``data/alice.txt`` and
``data/sunspots.txt`` say where they come from and what was changed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from symback.zoo.storage import stored

HELD_BACK_PARTS = 5  # of so many equal parts of the text the last is held back
FIRST_HELD_BACK = 1921  # the first year that Weigend, Huberman and Rumelhart (1990) predict


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Text:
    """A text as numbers: a character is its position in ``characters``.

    ``train`` and ``held_back`` are int64 arrays of rank 1, the beginning of the text and its end.
    """

    characters: str
    train: np.ndarray
    held_back: np.ndarray

    def encode(self, text: str) -> np.ndarray:
        """Return the numbers of a text's characters; raises KeyError for one that is not there."""
        numbers = {character: number for number, character in enumerate(self.characters)}
        return np.array([numbers[character] for character in text], np.int64)

    def decode(self, numbers: Iterable[int]) -> str:
        """Return the text that numbers spell."""
        return "".join(self.characters[number] for number in numbers)

    def __repr__(self) -> str:
        return (
            f"Text({len(self.characters)} characters, train({len(self.train)},), "
            f"held_back({len(self.held_back)},))"
        )


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Series:
    """One number a year: ``years`` int64 and ``numbers`` float64, both (n,), in order.

    ``first_held_back`` is the position of the first year that is held back.
    """

    years: np.ndarray
    numbers: np.ndarray
    first_held_back: int

    @property
    def train(self) -> np.ndarray:
        """The numbers before the first year held back."""
        return self.numbers[: self.first_held_back]

    @property
    def held_back(self) -> np.ndarray:
        """The numbers of the years held back."""
        return self.numbers[self.first_held_back :]

    def __len__(self) -> int:
        return len(self.numbers)

    def __repr__(self) -> str:
        return (
            f"Series({self.years[0]}..{self.years[-1]}, train{self.train.shape}, "
            f"held_back{self.held_back.shape})"
        )


def load_alice() -> Text:
    r"""Return Alice's Adventures in Wonderland in small letters; held back is its last fifth.

    142,215 characters, of which 39 are different; a paragraph ends with a line break, ``"\n"``.
    The arrays are new on every call.
    """
    text = stored("alice")["text"].tobytes().decode("ascii").lower()
    nothing = np.zeros(0, np.int64)
    numbers = Text("".join(sorted(set(text))), nothing, nothing).encode(text)
    end = len(numbers) - len(numbers) // HELD_BACK_PARTS
    return Text("".join(sorted(set(text))), numbers[:end].copy(), numbers[end:].copy())


def load_sunspots() -> Series:
    """Return the yearly numbers of sunspots, 1700 to 2008; held back are the years from 1921 on.

    So they have been split since the first networks that predicted them, and errors can be
    compared with published ones. The arrays are new on every call.
    """
    arrays = stored("sunspots")
    years = arrays["years"].astype(np.int64)
    return Series(years, arrays["numbers"], int(np.searchsorted(years, FIRST_HELD_BACK)))


def windows(sequence: np.ndarray, length: int, every: int | None = None) -> np.ndarray:
    """Return (n, length): the windows of a sequence, the next ``every`` places after the last.

    They lie side by side if ``every`` is not given. What is left at the end is left out.
    """
    starts = np.arange(0, len(sequence) - length + 1, every or length)
    return sequence[starts[:, None] + np.arange(length)]
