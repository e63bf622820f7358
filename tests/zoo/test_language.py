"""Counted characters, by literal loops; what a model writes follows what it says."""

import math
from collections import Counter

import numpy as np
import pytest

from symback.zoo import Text, continued, counted_bits, load_alice
from symback.zoo.language import STRENGTH


def literal_bits(text, before):
    train, held_back = text.train.tolist(), text.held_back.tolist()

    def probability(context, character):
        shorter = 1 / len(text.characters)
        for length in range(len(context) + 1):
            behind = tuple(context[len(context) - length :])
            starts = range(len(train) - length)
            followed = Counter(
                train[i + length] for i in starts if tuple(train[i : i + length]) == behind
            )
            total = sum(followed.values())
            shorter = (followed[character] + STRENGTH * shorter) / (total + STRENGTH)
        return shorter

    places = range(before, len(held_back))
    return -sum(
        math.log2(probability(held_back[i - before : i], held_back[i])) for i in places
    ) / len(places)


@pytest.mark.parametrize("before", [0, 1, 2, 3])
def test_bits_are_those_of_literal_counts(before):
    rng = np.random.default_rng(before)
    text = Text("abcd", rng.integers(4, size=60), rng.integers(4, size=25))
    assert counted_bits(text, before) == pytest.approx(literal_bits(text, before))


def test_more_context_says_more_of_a_real_text():
    bits = [counted_bits(load_alice(), before) for before in range(3)]
    assert bits == sorted(bits, reverse=True)
    assert bits[0] < np.log2(39)


def test_a_certain_model_writes_what_it_knows():
    def alternating(numbers):
        return np.eye(2)[1 - numbers[-1]]

    assert continued(alternating, np.array([0]), 4).tolist() == [0, 1, 0, 1, 0]


def test_the_same_seed_writes_the_same():
    def fair(numbers):
        return np.ones(5)

    one, other = (continued(fair, np.array([2]), 20, seed=3).tolist() for _ in range(2))
    assert one == other
    assert len(set(one)) > 2
    assert one != continued(fair, np.array([2]), 20, seed=4).tolist()
