"""How many planted mistakes does the checker find? ``python -m tests.checking.score`` prints it.

Found means: the report names as many mistakes as were planted, or fewer that amount to the same,
and they give the claimed values at all points. Named means: at the place where it was planted.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass

from symback.checking.checker import check_claims
from tests.checking.planting import Planted, derivation_of, planted


@dataclass(frozen=True)
class Score:
    """Counts over planted mistakes; ``missed`` are those without a cause."""

    count: int
    found: int
    named: int
    slowest: float  # seconds of processor time
    missed: tuple[str, ...]

    def __str__(self) -> str:
        return (
            f"{self.found} of {self.count} found, {self.named} of them at the place where they "
            f"were planted (the others amount to the same); slowest {self.slowest:.2f} s"
        )


def score(seeds: Iterable[int], mistakes: int) -> Score:
    """Return the score over claims with this many mistakes each."""
    found = named = count = 0
    slowest, missed = 0.0, []
    for seed in seeds:
        claim = planted(seed, mistakes)
        start = time.process_time()
        report = check_claims(derivation_of(claim.network), [claim.claim])
        slowest = max(slowest, time.process_time() - start)
        diagnosis = report.rows[0].diagnosis
        known = diagnosis is not None and 1 <= len(diagnosis.mistakes) <= mistakes
        count, found = count + 1, found + known
        named += known and _at_its_place(claim, diagnosis.where)
        if not known:
            missed.append(f"{seed}: {claim}")
    return Score(count, found, named, slowest, tuple(missed))


def _at_its_place(claim: Planted, where: tuple[str, ...]) -> bool:
    return sorted(where) == sorted(tensor for _, tensor, _ in claim.mistakes)


if __name__ == "__main__":
    scores = [score(range(400), 1), score(range(100), 2)]
    for mistakes, found in zip(("one mistake", "two mistakes"), scores, strict=True):
        print(f"{mistakes}: {found}")
        print(*(f"  missed {text}" for text in found.missed), sep="\n")
    sys.exit(scores[0].found < 392 or scores[1].found < 90)
