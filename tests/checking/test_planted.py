"""Planted mistakes are found, and right answers in other forms are right.

The full run, 400 and 100 mistakes, is ``python -m tests.checking.score``; here is a part of it.
"""

from __future__ import annotations

import symback as sb
from symback.checking.checker import check_claims
from tests.checking.planting import derivation_of, planted
from tests.checking.right_answers import handwritten, rewritten
from tests.checking.score import score

RIGHT_ANSWERS = 200


def test_the_cause_of_one_planted_mistake_is_found() -> None:
    found = score(range(60), 1)
    print(found)
    assert found.found >= 0.98 * found.count, found.missed


def test_the_causes_of_two_planted_mistakes_are_found() -> None:
    found = score(range(12), 2)
    print(found)
    assert found.found >= 0.90 * found.count, found.missed


def test_right_answers_in_other_forms_are_right() -> None:
    answers = list(handwritten())
    answers += [rewritten(seed) for seed in range(RIGHT_ANSWERS - len(answers))]
    wrong = [
        (network, tensor, formula)
        for network, tensor, formula in answers
        if not sb.check(derivation_of(network), {tensor: formula})
    ]
    assert len(answers) == RIGHT_ANSWERS
    assert not wrong


def test_the_same_claim_gets_the_same_report() -> None:
    for seed in range(3):
        claim = planted(seed, 2)
        reports = [str(check_claims(derivation_of(claim.network), [claim.claim])) for _ in "ab"]
        assert reports[0] == reports[1]
