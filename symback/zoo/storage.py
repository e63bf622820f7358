"""The arrays that ship with the package: one file of ``data/`` for each set of data."""

from __future__ import annotations

from importlib.resources import files

import numpy as np


def stored(name: str) -> dict[str, np.ndarray]:
    """Return the arrays of ``data/NAME.npz`` by name, new on every call."""
    path = files("symback.zoo") / "data" / f"{name}.npz"
    with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
        return {key: arrays[key] for key in arrays.files}
