"""Which equation made the first number that is not finite."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from symback.compiler.program import compile_network
from symback.network.network import Network


def first_fault(network: Network, values: Mapping[str, np.ndarray], dtype: str) -> str | None:
    """Return a sentence on the first equation with a NaN or an infinity; None if all is finite.

    ``network`` is the derived one: its adjoint equations come after the forward ones.
    """
    for name, array in values.items():
        if not np.isfinite(array).all():
            return f"{_entry(name, array)} before the step"
    names = [equation.target for equation in network.equations]
    arrays = compile_network(network, names, dtype=dtype)(values)
    for equation in network.equations:
        array = np.asarray(arrays[equation.target])
        if not np.isfinite(array).all():
            return f"{_entry(equation.target, array)}, made by {equation}"
    return None


def _entry(name: str, array: np.ndarray) -> str:
    """Return the first entry that is not finite: Z1[3, 5] = inf."""
    place = np.unravel_index(int(np.argmin(np.isfinite(array))), array.shape)
    shown = f"[{', '.join(str(int(p)) for p in place)}]" if place else ""
    return f"{name}{shown} = {array[place]}"
