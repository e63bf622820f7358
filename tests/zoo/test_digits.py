from importlib.resources import files

import numpy as np
import pytest

from symback.zoo import load_digits

FIRST_IMAGE = """
0  0  5 13  9  1  0  0
0  0 13 15 10 15  5  0
0  3 15  2  0 11  8  0
0  4 12  0  0  8  8  0
0  5  8  0  0  9  8  0
0  4 11  0  1 12  7  0
0  2 14  5 10 12  0  0
0  0  6 13 10  0  0  0
"""


@pytest.fixture(scope="module")
def digits():
    return load_digits()


def test_every_fifth_image_is_held_back(digits):
    with np.load(files("symback.zoo") / "data" / "digits.npz", allow_pickle=False) as stored:
        images, labels = stored["images"], stored["labels"]
    assert (images.shape, labels.shape) == ((1797, 64), (1797,))
    assert images.dtype == labels.dtype == np.uint8
    np.testing.assert_array_equal(digits.held_back.X * 16, images[::5])
    np.testing.assert_array_equal(digits.held_back.labels, labels[::5])
    train = [position for position in range(1797) if position % 5]
    np.testing.assert_array_equal(digits.train.X * 16, images[train])
    np.testing.assert_array_equal(digits.train.labels, labels[train])


@pytest.mark.parametrize(("part", "count"), [("train", 1437), ("held_back", 360)])
def test_shapes_and_types(digits, part, count):
    samples = getattr(digits, part)
    assert len(samples) == count
    assert (samples.X.shape, samples.X.dtype) == ((count, 64), np.float64)
    assert (samples.Y.shape, samples.Y.dtype) == ((count, 10), np.float64)
    assert (samples.labels.shape, samples.labels.dtype) == ((count,), np.int64)
    assert (samples.X.min(), samples.X.max()) == (0.0, 1.0)


def test_labels_are_counted_as_published(digits):
    labels = np.concatenate([digits.train.labels, digits.held_back.labels])
    assert np.bincount(labels).tolist() == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]


def test_the_first_image_is_the_published_zero(digits):
    image = np.array(FIRST_IMAGE.split(), dtype=float).reshape(8, 8)
    np.testing.assert_array_equal(digits.held_back.X[0].reshape(8, 8) * 16, image)
    assert digits.held_back.labels[0] == 0


def test_one_hot_rows_sum_to_one_at_their_label(digits):
    for samples in (digits.train, digits.held_back):
        np.testing.assert_array_equal(samples.Y.sum(axis=1), 1.0)
        np.testing.assert_array_equal(samples.Y.argmax(axis=1), samples.labels)


def test_changing_the_arrays_of_one_call_leaves_the_next_alone(digits):
    spoiled = load_digits()
    spoiled.train.X[:] = 7.0
    np.testing.assert_array_equal(load_digits().train.X, digits.train.X)


def test_the_licence_travels_with_the_data():
    notice = (files("symback.zoo") / "data" / "digits.txt").read_text(encoding="utf-8")
    for word in ("Alpaydin", "Kaynak", "CC BY 4.0", "Changed"):
        assert word in notice
