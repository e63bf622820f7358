"""Network: the equations of a neural network, in the order in which they were written."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Iterable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from sympy import Expr, Symbol
from sympy.core.numbers import Infinity, NegativeInfinity, Number, NumberSymbol

from symback.algebra.canonical import key
from symback.algebra.inward import from_sympy
from symback.algebra.letters import Index, checked_name
from symback.algebra.operators import as_expression
from symback.algebra.positions import Affine, Entry
from symback.algebra.traversal import entries, subexpressions
from symback.errors import DefinitionError
from symback.network.initialisers import initialiser_parts
from symback.network.latex_names import checked_latex
from symback.network.names import GENERATED_PREFIX
from symback.network.namespace import NameSpace, constants_in
from symback.network.tensors import (
    ADJOINT,
    CONSTANT,
    DEFINED,
    INPUT,
    LOSS,
    PARAMETER,
    Equation,
    Tensor,
)
from symback.network.wellformed import check_expression, check_extent, letters_of

# What the value of a constant may not depend on.
VARYING = (Entry, Index, Affine, Symbol, Infinity, NegativeInfinity)


class Network:
    """A network: inputs, parameters, constants, and one equation for each further tensor.

    Equations may read only what stands before them, so their order is a topological order.
    """

    def __init__(self, name: str = "network") -> None:
        self.name = checked_name(name, "network")
        self._tensors: dict[str, Tensor] = {}
        self._equations: dict[str, Equation] = {}
        self._names = NameSpace(self._tensors)
        self._loss: str | None = None

    # Declaring -----------------------------------------------------------------------------------

    def input(
        self, name: str, *letters: Index, one_hot: bool = False, integer: bool = False
    ) -> Tensor:
        """Declare data X[letters] and return the tensor; raises DefinitionError.

        ``one_hot`` declares that along the last letter one entry is 1 and the others are 0.
        """
        if one_hot and not letters:
            raise DefinitionError(
                f"input {name}: one_hot was asked for", "a scalar", "give it a class letter"
            )
        return self._declare(
            Tensor(name, letters, INPUT, one_hot=bool(one_hot), integer=bool(integer))
        )

    def parameter(self, name: str, *letters: Index, init: Any = None) -> Tensor:
        """Declare what is learned and return the tensor; raises DefinitionError.

        ``init`` is one of glorot, glorot_normal, he, he_uniform, lecun, orthogonal, zeros, ones,
        uniform(0.1), normal(0.1), or an array; by default glorot for rank ≥ 2, else zeros. An array
        is a value: the text form and equality of networks leave it out.
        """
        if isinstance(init, str):
            try:
                initialiser_parts(init)
            except DefinitionError as error:
                asked = f"parameter {name}: init={init[:40]!r} was asked for"
                raise DefinitionError(asked, error.found, f"{error.helps}, or an array") from None
        return self._declare(Tensor(name, letters, PARAMETER, init=init))

    def constant(self, name: str, value: object) -> Tensor:
        """Declare a scalar that has one value for ever; raises DefinitionError."""
        what = f"constant {name if isinstance(name, str) else '?'}"
        written = self._checked_written(what, (), value)
        if any(isinstance(node, VARYING) for node in subexpressions(written)):
            raise DefinitionError(what, f"the value {written}", "use a number, such as 0.01 or 1/3")
        return self._declare(Tensor(name, (), CONSTANT, value=written))

    def define(self, name: str, letters: Index | Iterable[Index], expression: object) -> Tensor:
        """Add the equation name[letters] = expression; raises DefinitionError.

        Returns the tensor. The expression may read whatever stands in the network so far.
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

    def set_latex(self, name: str, latex: str) -> None:
        """Set how a tensor prints in LaTeX; raises DefinitionError for LaTeX that is no name."""
        tensor = self[name]
        latex = checked_latex(latex, f"latex {tensor.name}")
        self._tensors[tensor.name] = replace(tensor, latex=latex)

    # Reading -------------------------------------------------------------------------------------

    def __getitem__(self, name: object) -> Tensor:
        text = name.name if isinstance(name, Tensor) else name
        try:
            return self._tensors[text]
        except (KeyError, TypeError):
            raise DefinitionError(
                f"the tensor {str(text)[:60]!r} of network {self.name}",
                "no such name",
                f"its tensors: {', '.join(list(self._tensors)[:30]) or 'none'}",
            ) from None

    def __contains__(self, name: object) -> bool:
        return (name.name if isinstance(name, Tensor) else name) in self._tensors

    @property
    def tensors(self) -> Mapping[str, Tensor]:
        """All tensors by name, in the order of declaration."""
        return MappingProxyType(self._tensors)

    @property
    def inputs(self) -> tuple[Tensor, ...]:
        return self._of_kind(INPUT)

    @property
    def parameters(self) -> tuple[Tensor, ...]:
        return self._of_kind(PARAMETER)

    @property
    def constants(self) -> tuple[Tensor, ...]:
        return self._of_kind(CONSTANT)

    @property
    def equations(self) -> tuple[Equation, ...]:
        """The equations, each after all that it reads."""
        return tuple(self._equations.values())

    def equation(self, name: object) -> Equation | None:
        """Return the equation that defines a tensor; None for inputs, parameters and constants."""
        return self._equations.get(self[name].name)

    @property
    def loss_name(self) -> str | None:
        return self._loss

    @property
    def letters(self) -> Mapping[str, Index]:
        """Every index letter by name, bound ones too."""
        return MappingProxyType(self._names.letters)

    @property
    def sizes(self) -> Mapping[str, Symbol]:
        """Every symbol that a size mentions, by name."""
        return MappingProxyType(self._names.sizes)

    def copy(self) -> Network:
        """Return a network that can be added to without changing this one."""
        other = Network(self.name)
        other._tensors, other._equations = dict(self._tensors), dict(self._equations)
        other._names, other._loss = self._names.copy(other._tensors), self._loss
        return other

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Network) and self.facts() == other.facts()

    __hash__ = None

    def facts(self) -> tuple:
        """Return what two equal networks share: bound letters count by their place, not their name.

        The order of declarations does not count, that of equations does.
        """
        declared = {
            t.name: t.facts()
            for t in self._tensors.values()
            if t.kind in (INPUT, PARAMETER, CONSTANT)
        }
        equations = tuple(
            (e.target, e.letters, e.kind, self._tensors[e.target].latex, key(e.written))
            for e in self._equations.values()
        )
        return self.name, declared, equations

    def __repr__(self) -> str:
        return (
            f"Network({self.name!r}: {len(self.inputs)} inputs, {len(self.parameters)} parameters, "
            f"{len(self._equations)} equations)"
        )

    # Checking and storing ------------------------------------------------------------------------

    def _of_kind(self, kind: str) -> tuple[Tensor, ...]:
        return tuple(t for t in self._tensors.values() if t.kind == kind)

    def _declare(self, tensor: Tensor) -> Tensor:
        what = f"{tensor.kind} {tensor.name if isinstance(tensor.name, str) else ''}".strip()
        # The upstream adjoint Y_bar and the directions W_dot of a derivation are inputs.
        is_generated = tensor.kind == INPUT and not str(tensor.name).startswith(GENERATED_PREFIX)
        self._names.check_new(tensor.name, what, generated=is_generated)
        self._names.take(what, tensor.name, self._checked_letters(what, tensor.letters))
        self._tensors[tensor.name] = tensor
        return tensor

    def _equate(
        self, name: str, letters: tuple[Index, ...], expression: object, kind: str
    ) -> Tensor:
        what = f"equation {name if isinstance(name, str) else '?'}"
        if letters:
            what += f"[{','.join(getattr(k, 'name', '?') for k in letters)}]"
        self._names.check_new(name, what, generated=kind == ADJOINT)
        letters = self._checked_letters(what, letters)
        written = self._checked_written(what, letters, expression, generated=kind == ADJOINT)
        atoms = written.atoms(Symbol, Number, NumberSymbol)
        symbols = sorted((a for a in atoms if isinstance(a, Symbol)), key=lambda s: s.name)
        mentioned = (*letters, *letters_of(written))
        self._names.take(what, name, mentioned, symbols, constants_in(atoms))
        self._equations[name] = Equation(name, letters, written, kind)
        self._tensors[name] = tensor = Tensor(name, letters, kind)
        return tensor

    def _checked_written(
        self, what: str, letters: tuple[Index, ...], expression: object, generated: bool = False
    ) -> Expr:
        """Return the expression in its written form, well-formed with these free letters."""
        expression = as_expression(expression)
        check_extent(what, expression)
        known = ChainMap({letter.name: letter for letter in letters}, self._names.letters)
        written = from_sympy(expression, self._tensors, what, known)
        check_expression(what, letters, written, self._tensors, generated)
        return written

    def _checked_letters(self, what: str, letters: Iterable[object]) -> tuple[Index, ...]:
        letters = tuple(letters)
        for letter in letters:
            if not isinstance(letter, Index):
                raise DefinitionError(
                    f"{what}: an index letter was asked for",
                    f"{str(letter)[:60]!r}",
                    'use letters made by sb.indices("n:N i:64")',
                )
        if len({k.name for k in letters}) < len(letters):
            raise DefinitionError(
                f"{what}: letters {', '.join(k.name for k in letters)}",
                "one of them twice",
                "each axis needs a letter of its own; make a second letter of the same size",
            )
        return letters


def reads(equation: Equation) -> tuple[str, ...]:
    """Return the tensors that an equation reads, each once, in the order of writing."""
    return tuple(dict.fromkeys(e.tensor for e in entries(equation.written)))


def checked_network(x: object, asked: str) -> Network:
    """Return a network as it is. Raises DefinitionError for anything else."""
    if not isinstance(x, Network):
        raise DefinitionError(
            f"{asked}: a network was asked for", type(x).__name__,
            "symback.parse makes one of text, symback.read of a file; a derivation's is d.forward",
        )  # fmt: skip
    return x
