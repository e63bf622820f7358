"""Handwritten digits: 1,797 images of 8×8 pixels, shipped with the package.

The test set of the UCI "Optical Recognition of Handwritten Digits" (E. Alpaydin, C. Kaynak, 1998;
CC BY 4.0); ``data/digits.txt`` says where it comes from and what was changed.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from symback.zoo.storage import stored

CLASSES = 10
FULL = 16  # a pixel counts the inked points of its 4×4 block
HELD_BACK_EVERY = 5


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Samples:
    """n images with their classes.

    ``X``       (n, 64) float64, the share of ink in each pixel, 0..1, an image row by row
    ``Y``       (n, 10) float64, one-hot: Y[i, labels[i]] = 1, all else 0
    ``labels``  (n,) int64, the digit that was written, 0..9
    """

    X: np.ndarray
    Y: np.ndarray
    labels: np.ndarray

    def __len__(self) -> int:
        return len(self.labels)

    def __repr__(self) -> str:
        return f"Samples(X{self.X.shape}, Y{self.Y.shape}, labels{self.labels.shape})"


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Digits:
    """The two parts of the data: ``train`` (1,437 images) and ``held_back`` (360 images)."""

    train: Samples
    held_back: Samples

    def __repr__(self) -> str:
        return f"Digits(train={self.train!r}, held_back={self.held_back!r})"


def load_digits() -> Digits:
    """X = pixels/16, Y = one-hot labels; held back are the images with position % 5 == 0.

    The split is the same on every call, so accuracies can be compared. The arrays are new on every
    call: changing them changes nothing elsewhere.
    """
    arrays = stored("digits")
    images, labels = arrays["images"], arrays["labels"]
    held_back = np.arange(len(labels)) % HELD_BACK_EVERY == 0
    return Digits(
        train=_samples(images[~held_back], labels[~held_back]),
        held_back=_samples(images[held_back], labels[held_back]),
    )


def _samples(images: np.ndarray, labels: np.ndarray) -> Samples:
    classes = labels.astype(np.int64)
    return Samples(X=images / float(FULL), Y=np.eye(CLASSES)[classes], labels=classes)
