"""A gradient: its expression, its steps, its matrix form."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from sympy import Expr
from sympy.matrices.expressions.matexpr import MatrixExpr

from symback.algebra.border import to_sympy
from symback.algebra.evaluated import evaluated
from symback.algebra.letters import Index
from symback.algebra.positions import Entry
from symback.derivation.adjoint import Problem
from symback.derivation.matrix import matrix_form
from symback.derivation.template import Derived
from symback.network.tensors import Tensor
from symback.record.steps import AdjointRecord, Step


class Gradient:
    """∂of/∂tensor[indices]: its expression, its steps, and the adjoint tensor that holds it."""

    def __init__(self, derivation: Any, tensor: Tensor, problem: Problem, derived: Derived) -> None:
        self.derivation, self.tensor, self.problem = derivation, tensor, problem
        self._derived = derived

    @property
    def indices(self) -> tuple[Index, ...]:
        """The free letters of the gradient: those of the tensor."""
        return self.problem.variable.positions

    @property
    def adjoint(self) -> str:
        """The name of the adjoint tensor: W1_bar for W1."""
        return self.derivation.adjoint_name(self.tensor.name)

    @cached_property
    def written(self) -> Expr:
        """The gradient with its factors in reading order: the last line of its steps."""
        return self._derived.result

    @cached_property
    def expr(self) -> Expr:
        """The gradient as a SymPy expression in forward tensors and adjoints."""
        return evaluated(self.written)

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """The lines of the derivation; each step's ``after`` is the next one's ``before``."""
        return self._derived.read(self.adjoint)

    @cached_property
    def record(self) -> AdjointRecord:
        """The whole derivation as frozen data."""
        consumers = tuple(c.entry.tensor for c in self.problem.consumers)
        name, of = self.tensor.name, self.derivation.of
        return AdjointRecord(name, self.indices, self.adjoint, of, consumers, self.steps)

    @property
    def matrix(self) -> MatrixExpr | None:
        """The gradient as a SymPy matrix expression, X.T*Z1_bar; None where there is none."""
        return self._matrix_form[0]

    @property
    def matrix_reason(self) -> str | None:
        """Why there is no matrix form; None where there is one."""
        return self._matrix_form[1]

    @cached_property
    def _matrix_form(self) -> tuple[MatrixExpr | None, str | None]:
        return matrix_form(self.written, (*self.derivation.goal_letters, *self.indices))

    def sympy(self) -> Expr:
        """Return the gradient in plain SymPy: Indexed, Sum, KroneckerDelta."""
        return to_sympy(self.written)

    def __str__(self) -> str:
        entry = Entry(self.adjoint, *self.derivation.goal_letters, *self.indices)
        return f"{entry} = {self.written}"

    __repr__ = __str__
