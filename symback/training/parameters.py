"""All parameters in one flat vector θ, and the step that an optimiser makes of its gradient."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from symback.compiler.program import compile_network
from symback.training.optimisers import GRADIENT, NEXT, THETA, Optimizer, state_names


class Parameters:
    """θ as one vector; ``arrays`` are views of it by name, which programs read in place."""

    def __init__(self, values: Mapping[str, np.ndarray], dtype: str) -> None:
        self.theta = np.concatenate([np.ravel(value) for value in values.values()]).astype(dtype)
        self.gradient = np.zeros_like(self.theta)
        shapes = {name: value.shape for name, value in values.items()}
        self.arrays = _views(self.theta, shapes)
        self._gradients = _views(self.gradient, shapes)

    def take(self, gradients: Mapping[str, np.ndarray]) -> None:
        """Copy the gradients of all parameters into the flat gradient."""
        for name, view in self._gradients.items():
            np.copyto(view, gradients[name])

    def copies(self) -> dict[str, np.ndarray]:
        """Return the parameters as arrays of their own."""
        return {name: view.copy() for name, view in self.arrays.items()}


class Stepper:
    """The update rule of an optimiser, compiled and tied to parameters: ``step()`` moves them.

    ``values`` are the arrays that the rule reads: its states, its settings and the gradient.
    """

    def __init__(self, optimizer: Optimizer, parameters: Parameters) -> None:
        rule, theta = optimizer.network, parameters.theta
        states = {
            name: theta
            if name == THETA
            else np.zeros(theta.shape if rule[name].rank else (), theta.dtype)
            for name in state_names(rule)
        }
        settings = {n: np.array(value, theta.dtype) for n, value in optimizer.settings.items()}
        self.values = states | settings | {GRADIENT: parameters.gradient}
        self._states = {name + NEXT: array for name, array in states.items()}
        program = compile_network(rule, list(self._states), dtype=theta.dtype.name)
        self._bound = program.bind(self.values)

    def step(self) -> bool:
        """Put the next value of every state in its place, but nothing if θ would not be finite."""
        new = self._bound()
        if not is_finite(new[THETA + NEXT]):
            return False
        for name, state in self._states.items():
            np.copyto(state, new[name])
        return True


def is_finite(vector: np.ndarray) -> bool:
    """Is every entry finite?"""
    # Why a dot product? It is several times faster; the entries are looked at if it overflows.
    return math.isfinite(vector.dot(vector)) or bool(np.isfinite(vector).all())


def _views(vector: np.ndarray, shapes: Mapping[str, tuple[int, ...]]) -> dict[str, np.ndarray]:
    views, start = {}, 0
    for name, shape in shapes.items():
        end = start + int(np.prod(shape, dtype=int))
        views[name] = vector[start:end].reshape(shape)
        start = end
    return views
