"""Votes of 1984: who of 435 members of the House said yea to which of 16 questions.

Congressional Voting Records of the UCI repository (CC BY 4.0), shipped with the package;
``data/votes.txt`` says where they come from and what was changed.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from symback.zoo.digits import HELD_BACK_EVERY
from symback.zoo.storage import stored


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Ballots:
    """n votes: ``members`` and ``questions`` say whose and on what; ``yea`` is 1 or 0; all (n,)."""

    members: np.ndarray
    questions: np.ndarray
    yea: np.ndarray

    def __len__(self) -> int:
        return len(self.yea)

    def __repr__(self) -> str:
        return f"Ballots({len(self)})"


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Votes:
    """Votes to train with and votes held back; ``issues`` names the questions.

    ``republican`` (435,) bool says of which party a member is: for pictures, not for training.
    """

    issues: tuple[str, ...]
    republican: np.ndarray
    train: Ballots
    held_back: Ballots

    def __repr__(self) -> str:
        return f"Votes({len(self.issues)} issues, train={self.train}, held_back={self.held_back})"


def load_votes() -> Votes:
    """Return the 6,568 votes that are yea or nay; held back are those with position % 5 == 0.

    They are counted member by member, each in the order of the issues; what is neither yea nor nay
    is left out before. The arrays are new on every call.
    """
    arrays = stored("votes")
    members, questions = np.nonzero(arrays["votes"] >= 0)
    yea = arrays["votes"][members, questions].astype(float)
    held_back = np.arange(len(yea)) % HELD_BACK_EVERY == 0
    train, rest = (
        Ballots(members[chosen], questions[chosen], yea[chosen])
        for chosen in (~held_back, held_back)
    )
    return Votes(tuple(map(str, arrays["issues"])), arrays["republican"] == 1, train, rest)
