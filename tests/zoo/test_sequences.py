"""The texts and series are the published ones, split in the same way on every call."""

from importlib.resources import files

import numpy as np
import pytest

from symback.zoo import load_alice, load_sunspots, windows

LOADERS = {"alice": load_alice, "sunspots": load_sunspots}


def test_the_novel_begins_and_ends_as_it_was_printed():
    text = load_alice()
    beginning, end = text.decode(text.train), text.decode(text.held_back)
    assert beginning.startswith("chapter i\ndown the rabbit-hole\nalice was beginning to get very")
    assert end.endswith("remembering her own child-life, and the happy summer days.\n")
    assert (len(text.train), len(text.held_back)) == (113772, 28443)


def test_characters_are_sorted_and_each_is_used():
    text = load_alice()
    assert text.characters == "".join(sorted(text.characters))
    numbers = np.concatenate([text.train, text.held_back])
    assert np.unique(numbers).tolist() == list(range(len(text.characters))) == list(range(39))


def test_what_was_encoded_is_decoded():
    text = load_alice()
    assert text.decode(text.encode("curiouser and curiouser!")) == "curiouser and curiouser!"
    with pytest.raises(KeyError):
        text.encode("é")


def test_sunspots_are_those_of_the_old_series():
    series = load_sunspots()
    assert (series.years[0], series.years[-1], len(series)) == (1700, 2008, 309)
    number = dict(zip(series.years.tolist(), series.numbers.tolist(), strict=True))
    # The largest maximum, of 1957, and the first and last year.
    assert (number[1957], number[1700], number[2008]) == (190.2, 5.0, 2.9)
    assert max(number, key=number.get) == 1957


def test_the_years_from_1921_on_are_held_back():
    series = load_sunspots()
    assert series.years[series.first_held_back] == 1921
    np.testing.assert_array_equal(np.concatenate([series.train, series.held_back]), series.numbers)
    assert len(series.train) == 1921 - 1700


def test_windows_lie_side_by_side_or_as_far_apart_as_asked():
    sequence = np.arange(10)
    assert windows(sequence, 4).tolist() == [[0, 1, 2, 3], [4, 5, 6, 7]]
    assert windows(sequence, 4, 3).tolist() == [[0, 1, 2, 3], [3, 4, 5, 6], [6, 7, 8, 9]]
    assert windows(sequence, 11).shape == (0, 11)


@pytest.mark.parametrize("load", LOADERS.values(), ids=LOADERS)
def test_arrays_are_new_on_every_call(load):
    load().train[:] = 0
    assert load().train.any()


@pytest.mark.parametrize("name", LOADERS)
def test_source_and_freedom_are_stated(name):
    notice = (files("symback.zoo") / "data" / f"{name}.txt").read_text("utf-8")
    assert all(word in notice for word in ("Source", "Taken as", "public domain", "Changed"))


def test_they_print_their_sizes():
    assert repr(load_alice()) == "Text(39 characters, train(113772,), held_back(28443,))"
    assert repr(load_sunspots()) == "Series(1700..2008, train(221,), held_back(88,))"
