"""Equations as arrays, recurrences step by step; states before their first step."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from sympy import Expr, Integer

from symback.algebra.letters import Index
from symback.algebra.traversal import with_letters
from symback.checking.arrays import Field, array_of
from symback.network.network import Network
from symback.network.recurrences import Recurrence, Stage
from symback.network.tensors import Equation
from symback.network.values import size_value


def states_of(network: Network) -> dict[str, Equation]:
    """Return the equations of the states by name: their initial values are read too."""
    return {e.target: e for e in network.equations if e.initial is not None}


def compute(stages: Iterable[Stage], field: Field) -> None:
    """Put the array of each equation among the tensors of the field."""
    for stage in stages:
        if isinstance(stage, Recurrence):
            _compute_steps(stage, field)
        else:
            field.tensors[stage.target] = array_of(stage.written, stage.letters, field)


def _compute_steps(recurrence: Recurrence, field: Field) -> None:
    for equation in recurrence.equations:
        shape = [size_value(letter.size, field.sizes) for letter in equation.letters]
        zeros = np.zeros(shape)
        exact = field.kind.array(zeros.ravel().tolist(), zeros.shape) if field.exact else zeros
        field.tensors[equation.target] = exact
    for step in steps_of(recurrence, field):
        for equation in recurrence.equations:
            axis = recurrence.axis(equation.target)
            written, letters = at_step(equation.written, equation.letters, axis, step)
            array = array_of(written, letters, field)
            field.tensors[equation.target][(slice(None),) * axis + (step,)] = array


def steps_of(recurrence: Recurrence, field: Field) -> range:
    """Return the steps of a recurrence in the order in which they are computed."""
    time = recurrence.times[recurrence.targets[0]]
    return range(size_value(time.size, field.sizes))[:: recurrence.direction]


def at_step(
    written: Expr, letters: tuple[Index, ...], axis: int, step: int
) -> tuple[Expr, tuple[Index, ...]]:
    """Return a right-hand side at one step, and the letters that are left."""
    now = with_letters(written, {letters[axis]: Integer(step)})
    return now, letters[:axis] + letters[axis + 1 :]
