"""Tables of real data: house prices and breast-cancer diagnoses, shipped with the package.

Each is a file ``data/NAME.npz``; ``data/NAME.txt`` says where it comes from, under which licence
and what was changed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from symback.zoo.digits import HELD_BACK_EVERY
from symback.zoo.storage import stored

LARGEST_HOUSE = 4000  # square feet; De Cock (2011) advises to leave out the five above


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Rows:
    """Some rows of a table: ``X`` (n, columns) float64 to predict from, ``y`` (n,) to predict."""

    X: np.ndarray
    y: np.ndarray

    def __len__(self) -> int:
        return len(self.y)

    def __repr__(self) -> str:
        return f"Rows(X{self.X.shape}, y{self.y.shape})"


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Table:
    """Rows to train with and rows held back; ``columns`` names what stands in X."""

    columns: tuple[str, ...]
    train: Rows
    held_back: Rows

    @property
    def mean(self) -> np.ndarray:
        """The mean of each column, over the rows to train with."""
        return self.train.X.mean(axis=0)

    @property
    def deviation(self) -> np.ndarray:
        """The standard deviation of each column, over the rows to train with."""
        return self.train.X.std(axis=0)

    def standardised(self) -> Table:
        """X ← (X − mean)/deviation in both parts, so that every column has the same scale.

        Mean and deviation are those of the rows to train with: the rows held back tell nothing.
        """
        return Table(self.columns, *map(self._standardised, (self.train, self.held_back)))

    def _standardised(self, rows: Rows) -> Rows:
        return Rows((rows.X - self.mean) / self.deviation, rows.y.copy())

    def __repr__(self) -> str:
        return f"Table({len(self.columns)} columns, train={self.train}, held_back={self.held_back})"


def load_houses() -> Table:
    """Return houses of Ames, Iowa: y is the price in dollars, X holds areas, year and bedrooms.

    2,925 houses of at most 4,000 square feet; held back are those with position % 5 == 0, 585.
    """
    return _loaded("houses", lambda X: X[:, 0] <= LARGEST_HOUSE)


def load_breast_cancer() -> Table:
    """Return measures of cell nuclei: y is 1 for a malignant mass, 0 for a benign one.

    569 masses; held back are those with position % 5 == 0, 114.
    """
    return _loaded("breast_cancer", lambda X: np.ones(len(X), bool))


def _loaded(name: str, kept: Callable[[np.ndarray], np.ndarray]) -> Table:
    """Return a table of new arrays, split in the same way on every call."""
    arrays = stored(name)
    columns = tuple(map(str, arrays["columns"]))
    X, y = arrays["X"].astype(float), arrays["y"].astype(float)
    chosen = kept(X)
    X, y = X[chosen], y[chosen]
    held_back = np.arange(len(y)) % HELD_BACK_EVERY == 0
    return Table(columns, Rows(X[~held_back], y[~held_back]), Rows(X[held_back], y[held_back]))
