"""A claim: what a person says that a tensor of a derivation is; the points where it is compared.

A reader of claims (text, arrays, functions, files) makes ``Claim`` values; the checker asks each
for its value at a few points. Nothing here knows how a claim was written.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from sympy import Symbol

# What a claim may be about, for a forward tensor v:
ADJOINT = "adjoint"  # the derivative of the goal by v, ∂L/∂v
FORWARD = "forward"  # v itself, as the forward pass computes it
UPDATED = "updated"  # v after one update of all parameters: a new weight, the new loss


@dataclass(frozen=True, slots=True)
class Point:
    """Values of all tensors of a derivation at one choice of sizes, inputs and parameters.

    ``tensors`` holds every forward tensor by name: inputs, parameters, constants, computed ones.
    ``adjoints`` holds ∂of/∂v by the name of the *forward* tensor: ``adjoints["Z1"]``; that of the
    goal is 1, or the upstream adjoint Y_bar where the goal is no scalar. With ``exact`` the arrays
    hold objects, mpmath numbers, and the caller has set their precision; else float64.
    """

    derivation: Any
    sizes: Mapping[Symbol, int]
    tensors: Mapping[str, np.ndarray]
    adjoints: Mapping[str, np.ndarray]
    exact: bool

    def shape(self, name: str) -> tuple[int, ...]:
        """Return the shape of a forward tensor, and so of its adjoint, at this point."""
        return np.shape(self.tensors[name])

    def with_adjoints(self, changed: Mapping[str, np.ndarray]) -> Point:
        """Return the same point with other adjoints: those that a person claimed."""
        return replace(self, adjoints={**self.adjoints, **changed})


@dataclass(frozen=True, slots=True)
class Claim:
    """What a person says that a tensor is: ``value(point)`` is an array in the tensor's shape.

    ``name`` is the forward tensor, also where its adjoint is claimed: "W1", "Z1". ``value`` reads
    adjoints from ``point.adjoints``: the checker calls it with the right ones, and again with those
    that the person claimed, to tell a wrong line from a right line that builds on a wrong one; so a
    formula must not hold the other claims' formulas. It may return another shape (the checker says
    so) and raises SymbackError where it cannot be computed.

    ``source`` is the claim as it was given, for the report: its text, "an array", "a function".
    ``place`` says where it stood: "line 3", "student.py, line 12"; empty for a single claim.
    ``exact``: the value may be asked for in mpmath numbers; else only in float64.
    ``values``: the inputs and parameters for which alone the claim holds (arrays); None if always.
    ``reads``: the forward tensors whose adjoints the formula reads.
    ``rounding``: the largest error that its numbers may have because they were rounded (0.082167041
    has 5e-10); 0 if they are as exact as their kind of number.
    """

    name: str
    source: str
    value: Callable[[Point], np.ndarray]
    about: str = ADJOINT
    place: str = ""
    exact: bool = True
    values: Mapping[str, object] | None = None
    reads: tuple[str, ...] = ()
    rounding: float = 0.0
