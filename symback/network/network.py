"""Network: the equations of a neural network, in the order in which they were written."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from sympy import Integer

from symback.algebra.letters import Index
from symback.errors import DefinitionError
from symback.network.declarations import Declarations
from symback.network.latex_names import checked_latex
from symback.network.recurrences import Recurrence, check_states, needed_for, ordered
from symback.network.tensors import (
    ADJOINT,
    BUFFER,
    DEFINED,
    LOSS,
    STATE,
    UPDATE,
    Equation,
    Tensor,
)
from symback.network.tensors import reads as reads


class Network(Declarations):
    """A network: what is given, and one equation for each further tensor.

    Equations may read only what stands before them, so their order is a topological order; but a
    state may be read at earlier steps by all.
    """

    def define(self, name: str, letters: Index | Iterable[Index], expression: object) -> Tensor:
        """Add the equation name[letters] = expression; raises DefinitionError.

        Returns the tensor. The expression may read whatever stands in the network so far. For a
        state, the letters are those of its declaration.
        """
        letters = (letters,) if isinstance(letters, Index) else tuple(letters)
        return self._equate(name, letters, expression, DEFINED)

    def loss(self, name: str, expression: object) -> Tensor:
        """Add the equation of the scalar that training makes small; raises DefinitionError."""
        if self._loss is not None:
            raise DefinitionError(
                f"loss {name} was asked for",
                f"the network already has the loss {self._loss}",
                "add the terms up in one loss",
            )
        tensor = self._equate(name, (), expression, LOSS)
        self._loss = tensor.name
        return tensor

    def adjoint(self, name: str, letters: tuple[Index, ...], expression: object) -> Tensor:
        """Add a generated equation, whose name ends in _bar or _dot; raises DefinitionError."""
        return self._equate(name, letters, expression, ADJOINT)

    def adjoints(self, group: Iterable[tuple[str, tuple[Index, ...], object]]) -> None:
        """Add generated equations (name, letters, expression) that may read each other.

        They are stored in the order in which they can be computed, where there is a choice as they
        are given. Raises DefinitionError, and has then added nothing.
        """
        group, trial = tuple(group), self.copy()
        for name, letters, _ in group:
            what = _equation_of(name, letters)
            trial._names.check_new(name, what, generated=True)
            letters = trial._checked_letters(what, letters)
            trial._tensors[name] = Tensor(name, letters, ADJOINT)
        new = [trial._equation(*one, ADJOINT) for one in group]
        for stage in ordered(new):
            trial._has_cycles |= isinstance(stage, Recurrence)
            for equation in stage.equations if isinstance(stage, Recurrence) else (stage,):
                trial._store(equation, trial._tensors[equation.target])
        self.__dict__.update(trial.__dict__)

    def update(self, name: object, expression: object) -> None:
        """Say what a buffer becomes after a step of training; raises DefinitionError.

        The expression may read all tensors of that step, the buffer too.
        """
        buffer = self[name]
        if buffer.kind != BUFFER or buffer.name in self._updates:
            found = f"it is declared as {buffer.kind}" if buffer.kind != BUFFER else "it has one"
            raise DefinitionError(f"update of {buffer}", found, "a buffer has one update")
        self._updates[buffer.name] = self._equation(
            buffer.name, buffer.letters, expression, UPDATE, f"update {buffer}"
        )

    def prediction(self, name: object, expression: object) -> None:
        """Say what stands for a tensor's equation at prediction; raises DefinitionError.

        So running statistics take the place of those of a batch: ``predictor`` returns the network
        that predicts.
        """
        tensor = self[name]
        what = f"prediction {tensor}"
        if tensor.kind != DEFINED or tensor.is_state or tensor.name in self._predictions:
            found = f"it is declared as {tensor.kind}"
            found = "it is a state" if tensor.is_state else found
            found = "it has one" if tensor.name in self._predictions else found
            raise DefinitionError(what, found, "name a tensor that an equation defines")
        new = self._equation(tensor.name, tensor.letters, expression, DEFINED, what)
        replaced = {**self._equations, **self._predictions, tensor.name: new}
        sources = {target: reads(equation) for target, equation in replaced.items()}
        if tensor.name in needed_for(sources, reads(new)):
            helps = f"read what does not depend on {tensor.name}, such as buffers"
            raise DefinitionError(what, f"{new.written} depends on {tensor.name}", helps)
        self._predictions[tensor.name] = new

    def set_latex(self, name: str, latex: str) -> None:
        """Set how a tensor prints in LaTeX; raises DefinitionError for LaTeX that is no name."""
        tensor = self[name]
        latex = checked_latex(latex, f"latex {tensor.name}")
        self._tensors[tensor.name] = replace(tensor, latex=latex)

    def copy(self) -> Network:
        """Return a network that can be added to without changing this one."""
        other = Network(self.name)
        other._tensors, other._equations = dict(self._tensors), dict(self._equations)
        other._updates, other._predictions = dict(self._updates), dict(self._predictions)
        other._names, other._loss = self._names.copy(other._tensors), self._loss
        other._has_cycles = self._has_cycles
        return other

    def with_equations(self, equations: Iterable[Equation]) -> Network:
        """Return a copy in which these stand for the equations of their targets, unchecked."""
        other = self.copy()
        other._equations.update({equation.target: equation for equation in equations})
        return other

    # Checking and storing ------------------------------------------------------------------------

    def _equate(
        self, name: str, letters: tuple[Index, ...], expression: object, kind: str
    ) -> Tensor:
        known = self._tensors.get(name) if isinstance(name, str) else None
        if kind == DEFINED and known is not None and known.kind == STATE:
            return self._define_state(known, letters, expression)
        what = _equation_of(name, letters)
        self._names.check_new(name, what, generated=kind == ADJOINT)
        letters = self._checked_letters(what, letters)
        equation = self._equation(name, letters, expression, kind)
        return self._store(equation, Tensor(name, letters, kind))

    def _define_state(
        self, state: Tensor, letters: tuple[Index, ...], expression: object
    ) -> Tensor:
        """Add the equation of a state, with which its recurrence is complete, and check that."""
        if letters != state.letters:
            raise DefinitionError(
                _equation_of(state.name, letters),
                f"the state was declared as {state}",
                "define it with the same letters in the same order",
            )
        equation = self._equation(state.name, letters, expression, DEFINED)
        initial = Integer(0) if state.initial is None else state.initial
        equation = replace(equation, initial=initial)
        ordered((*self._equations.values(), equation))
        # Why anew? So that tensors stand in the order of their equations.
        del self._tensors[state.name]
        return self._store(equation, replace(state, kind=DEFINED))

    def _equation(
        self,
        name: str,
        letters: tuple[Index, ...],
        expression: object,
        kind: str,
        what: str | None = None,
    ) -> Equation:
        """Return an equation that is well-formed here, and take in the names that it mentions."""
        what = what or _equation_of(name, letters)
        written = self._checked_written(what, letters, expression, generated=kind == ADJOINT)
        check_states(what, letters, written, self._tensors)
        self._take(what, name, letters, written)
        return Equation(name, letters, written, kind)

    def _store(self, equation: Equation, tensor: Tensor) -> Tensor:
        self._equations[tensor.name] = equation
        self._tensors.pop(tensor.name, None)
        self._tensors[tensor.name] = tensor
        return tensor


def _equation_of(name: object, letters: Sequence[object]) -> str:
    """Return how errors name an equation: equation Z[n,h]."""
    what = f"equation {name if isinstance(name, str) else '?'}"
    return what + (f"[{','.join(getattr(k, 'name', '?') for k in letters)}]" if letters else "")


def checked_network(x: object, asked: str) -> Network:
    """Return a network as it is. Raises DefinitionError for anything else."""
    if not isinstance(x, Network):
        raise DefinitionError(
            f"{asked}: a network was asked for", type(x).__name__,
            "symback.parse makes one of text, symback.read of a file; a derivation's is d.forward",
        )  # fmt: skip
    return x
