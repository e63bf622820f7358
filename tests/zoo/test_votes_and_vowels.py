"""Votes and vowels are the published ones, split in the same way on every call."""

from importlib.resources import files

import numpy as np
import pytest

from symback.zoo import load_votes, load_vowels

LOADERS = {"votes": load_votes, "vowels": load_vowels}


def test_votes_are_counted_as_published():
    votes = load_votes()
    assert (votes.republican.sum(), (~votes.republican).sum()) == (168, 267)
    parts = votes.train, votes.held_back
    # 16 questions to 435 members, without 392 that are neither yea nor nay.
    assert sum(map(len, parts)) == 16 * 435 - 392
    yeas = sum(np.bincount(part.questions, part.yea, 16) for part in parts)
    asked = sum(np.bincount(part.questions, minlength=16) for part in parts)
    crime, freeze = votes.issues.index("crime"), votes.issues.index("physician fee freeze")
    assert (yeas[crime], asked[crime] - yeas[crime]) == (248, 170)
    assert (yeas[freeze], asked[freeze] - yeas[freeze]) == (177, 247)


def test_the_first_member_votes_as_in_the_repository():
    votes = load_votes()
    said = {}
    for part in (votes.train, votes.held_back):
        mine = part.members == 0
        said |= dict(zip(part.questions[mine].tolist(), part.yea[mine].tolist(), strict=True))
    line = "".join("yn"[said[question] == 0] if question in said else "?" for question in range(16))
    assert line == "nynyyynnny?yyyny"
    assert votes.republican[0]


def test_every_fifth_vote_is_held_back():
    votes = load_votes()
    assert (len(votes.train), len(votes.held_back)) == (5254, 1314)
    # The first member answers 15 questions: held back are answers 0, 5 and 10.
    assert votes.held_back.questions[:3].tolist() == [0, 5, 11]
    assert votes.held_back.members[:4].tolist() == [0, 0, 0, 1]


def test_vowels_are_counted_as_published():
    vowels = load_vowels()
    assert np.bincount(vowels.train.speakers).tolist() == [30] * 9
    assert np.bincount(vowels.held_back.speakers).tolist() == [31, 35, 88, 44, 29, 24, 40, 50, 29]
    for part, longest in ((vowels.train, 26), (vowels.held_back, 29)):
        assert (part.lengths.min(), part.lengths.max()) == (7, longest)
        np.testing.assert_array_equal(part.Y.argmax(axis=1), part.speakers)
        np.testing.assert_array_equal(part.Y.sum(axis=1), 1.0)


def test_the_first_frames_are_the_published_ones():
    utterance = load_vowels().train.X[0]
    np.testing.assert_allclose(utterance[0, :3], [1.860936, 1.891651, 1.939205], atol=5e-5)
    np.testing.assert_allclose(utterance[1, :3], [-0.207383, -0.193249, -0.239664], atol=5e-5)


def test_after_the_end_of_an_utterance_all_is_zero():
    vowels = load_vowels()
    for part in (vowels.train, vowels.held_back):
        after = np.arange(part.X.shape[2]) >= part.lengths[:, None]
        assert not part.X.transpose(0, 2, 1)[after].any()
        assert part.X.transpose(0, 2, 1)[~after].any(axis=1).all()


@pytest.mark.parametrize("load", LOADERS.values(), ids=LOADERS)
def test_arrays_are_new_on_every_call(load):
    name = {load_votes: "yea", load_vowels: "X"}[load]
    getattr(load().train, name)[:] = 7
    assert getattr(load().train, name).max() < 7


@pytest.mark.parametrize("name", LOADERS)
def test_source_and_licence_are_stated(name):
    notice = (files("symback.zoo") / "data" / f"{name}.txt").read_text("utf-8")
    assert all(word in notice for word in ("Source", "Taken as", "CC BY 4.0", "Changed"))


def test_they_print_their_sizes():
    assert repr(load_votes()) == "Votes(16 issues, train=Ballots(5254), held_back=Ballots(1314))"
    assert "train=Utterances(X(270, 12, 29), Y(270, 9))" in repr(load_vowels())
