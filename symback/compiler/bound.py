"""A program bound to arrays: everything is made and checked once, each call only computes."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping, Sequence
from functools import partial

import numpy as np

from symback.compiler.targets import Results, check_shape

# What Python's own numbers refuse and floating point has a value for: inf or nan.
REFUSED = (OverflowError, ZeroDivisionError, ValueError)


NUMBER, ARRAY = "number", "array"


class Bound:
    """A program with its arrays: ``g()`` computes, then ``g.loss`` and ``g.grads`` hold the result.

    The arrays are those that were given wherever they had the right type already (an ndarray of the
    program's dtype; of int64 for an integer tensor): what is written into them is seen by the next
    call. Anything else (lists, numbers, other types, integer classes) was copied at binding;
    ``g.values`` are the arrays that are read. ``g.grads`` are arrays that every call fills again:
    copy what is to be kept. Not thread-safe: bind once for each thread.
    """

    def __init__(
        self,
        run: Callable[..., tuple],
        careful: Callable[..., tuple] | None,
        operands: tuple,
        values: Mapping[str, np.ndarray],
        refresh: Sequence[tuple[np.ndarray, np.ndarray]],
        results: Results,
        into: Mapping[str, np.ndarray],
    ) -> None:
        self.values = dict(values)
        self.loss: float | np.ndarray | None = None
        self._run, self._careful, self._operands = run, careful, operands
        self._refresh, self._results = tuple(refresh), results
        self._named = dict(results.fixed)
        for name, zeros in results.fixed.items():
            if name in into:
                check_shape(name, into[name], zeros)
                into[name][...] = 0
                self._named[name] = into[name]
        self._targets = {name: array for name, array in into.items() if name not in results.fixed}
        self._copied: list[tuple[np.ndarray, int]] = []
        self._numbers = [(self._named[name], results.places[name]) for name in results.numbers]

    @property
    def grads(self) -> dict[str, np.ndarray]:
        """The gradients of the last call, by the tensor that they are by."""
        return self._named if self._results.value else {}

    @property
    def outputs(self) -> dict[str, np.ndarray]:
        """The outputs of the last call, of a program without a value."""
        return {} if self._results.value else self._named

    @property
    def unguarded(self) -> Bound:
        """The same, for a loop that silences NumPy's warnings once (``numpy.errstate``)."""
        made = copy.copy(self)
        made._run = getattr(self._run, "__wrapped__", self._run)
        return made

    @property
    def filling(self) -> Callable[[], object]:
        """What fills the arrays of the results and does nothing else, for such a loop."""
        made = self.unguarded
        is_known = len(self._named) == len(self._results.names)
        if not is_known or self._refresh or self._copied or self._numbers or self._careful:
            return made
        return partial(made._run, *self._operands)

    def __call__(self) -> float | np.ndarray | dict[str, np.ndarray]:
        """Compute, and return the loss, which is ``g.loss`` too, or the outputs."""
        for whole, original in self._refresh:
            whole[...] = original
        try:
            found = self._run(*self._operands)
        except REFUSED:
            if self._careful is None:
                raise
            found = self._careful(*self._operands)
        for array, place in self._numbers:
            array[()] = found[place]
        results = self._results
        if len(self._named) < len(results.names):
            # The first call: from now on the arrays are the same.
            self._name(found)
        for array, place in self._copied:
            np.copyto(array, found[place])
        if results.value is None:
            return self._named
        self.loss = float(found[0]) if results.value == NUMBER else found[0]
        return self.loss

    def _name(self, found: tuple) -> None:
        """Note which array each result is, and which must be copied to where it is wanted."""
        places, known = self._results.places, self._named | self._targets
        for name, array in self._targets.items():
            check_shape(name, array, found[places[name]])
        self._named = {n: known[n] if n in known else found[places[n]] for n in self._results.names}
        self._copied = [
            (array, places[name])
            for name, array in self._targets.items()
            if found[places[name]] is not array
        ]

    def __repr__(self) -> str:
        shown = ", ".join(f"{name} {array.shape}" for name, array in self.values.items())
        return f"Bound({shown})"
