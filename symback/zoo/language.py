"""What a model of a text is measured by, and what it writes: bits, counts, samples."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from symback.zoo.sequences import Text, windows

STRENGTH = 5  # a shorter context counts as so many characters seen


def counted_bits(text: Text, before: int) -> float:
    """Return −mean log₂ p over the held-back characters, p counted in the text to train with.

    p(c | context) = (count of c behind it + S·p(c | context without its first character)) /
    (count of the context + S); with no context left, p is the same for all characters. ``before``
    is the number of characters in the longest context; S is STRENGTH.

    Source: Jelinek & Mercer, Interpolated estimation of Markov source parameters from sparse data,
    1980, with weights of MacKay & Peto, A hierarchical Dirichlet language model, 1995, equation 37.
    """
    alphabet = len(text.characters)
    p = np.full(len(text.held_back) - before, 1 / alphabet)
    for length in range(before + 1):
        powers = alphabet ** np.arange(length, -1, -1)
        seen = windows(text.train, length + 1, every=1) @ powers
        asked = windows(text.held_back, length + 1, every=1)[before - length :] @ powers
        together = _counts(seen, asked)
        context = _counts(seen // alphabet, asked // alphabet)
        p = (together + STRENGTH * p) / (context + STRENGTH)
    return float(-np.log2(p).mean())


def _counts(seen: np.ndarray, asked: np.ndarray) -> np.ndarray:
    """Return how often each number that is asked for was seen."""
    ordered = np.sort(seen)
    first, last = (np.searchsorted(ordered, asked, side) for side in ("left", "right"))
    return last - first


def continued(
    following: Callable[[np.ndarray], np.ndarray], start: np.ndarray, length: int, seed: int = 0
) -> np.ndarray:
    """Return the start and ``length`` characters more, each drawn from what the model says.

    ``following`` maps the numbers so far to the probabilities of the character that follows.
    """
    rng = np.random.default_rng(seed)
    numbers = list(start)
    for _ in range(length):
        p = following(np.array(numbers))
        numbers.append(rng.choice(len(p), p=p / p.sum()))
    return np.array(numbers)
