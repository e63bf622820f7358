"""A program bound to arrays: everything is made and checked once, each call only computes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np


class Bound:
    """A program with its arrays: ``g()`` computes, then ``g.loss`` and ``g.grads`` hold the result.

    The arrays are those that were given wherever they had the right type already (an ndarray of the
    program's dtype, integer for an integer tensor): what is written into them is seen by the next
    call. Anything else (lists, numbers, other types, integer classes) was copied at binding.
    ``g.values`` are the arrays that are read. ``g.grads`` are buffers that every call fills again:
    copy what is to be kept. Not thread-safe: bind once for each thread.
    """

    def __init__(
        self,
        run: Callable[[], tuple],
        values: Mapping[str, np.ndarray],
        refresh: Sequence[tuple[np.ndarray, np.ndarray]],
        scalar: bool,
        shapes: Mapping[str, tuple[int, ...]],
        dtype: str,
    ) -> None:
        self.values = dict(values)
        self._run, self._refresh, self._scalar = run, refresh, scalar
        self._numbers = {name: np.zeros((), dtype) for name, shape in shapes.items() if not shape}
        self._names = tuple(shapes)
        self.loss: float | np.ndarray | None = None
        self.grads: dict[str, np.ndarray] = {}

    def __call__(self) -> float | np.ndarray:
        """Compute, and return the loss, which is ``g.loss`` too."""
        for copy, original in self._refresh:
            copy[...] = original
        value, *gradients = self._run()
        for name, gradient in zip(self._names, gradients, strict=True):
            if name in self._numbers:
                self._numbers[name][...] = gradient
                gradient = self._numbers[name]
            self.grads[name] = gradient
        self.loss = float(value) if self._scalar else value
        return self.loss

    def __repr__(self) -> str:
        shown = ", ".join(f"{name} {array.shape}" for name, array in self.values.items())
        return f"Bound({shown})"
