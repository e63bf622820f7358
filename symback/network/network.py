"""Network: the equations of a neural network, in the order in which they were written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from sympy import Expr, Symbol

from symback.algebra.inward import from_sympy
from symback.algebra.canonical import key
from symback.algebra.letters import Index, checked_name
from symback.algebra.operators import as_expression
from symback.algebra.traversal import entries
from symback.errors import DefinitionError
from symback.network.names import checked_new_name
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
from symback.network.wellformed import check_expression, letters_of

INITIALISERS = ("glorot", "he", "zeros", "ones")


class Network:
    """A network: inputs, parameters, constants, and one equation for each further tensor.

    Equations may read only what stands before them, so their order is a topological order.
    """

    def __init__(self, name: str = "network") -> None:
        self.name = checked_name(name, "network")
        self._tensors: dict[str, Tensor] = {}
        self._equations: dict[str, Equation] = {}
        self._letters: dict[str, Index] = {}
        self._sizes: dict[str, Symbol] = {}
        self._loss: str | None = None

    # Declaring -----------------------------------------------------------------------------------

    def input(self, name: str, *letters: Index, one_hot: bool = False, integer: bool = False) -> Tensor:
        """Declare data X[letters] and return the tensor; raises DefinitionError.

        ``one_hot`` declares that along the last letter one entry is 1 and the others are 0.
        """
        if one_hot and not letters:
            raise DefinitionError(f"input {name}: one_hot was asked for", "a scalar", "give it a class letter")
        return self._declare(Tensor(name, letters, INPUT, one_hot=bool(one_hot), integer=bool(integer)))

    def parameter(self, name: str, *letters: Index, init: Any = None) -> Tensor:
        """Declare what is learned and return the tensor; raises DefinitionError.

        ``init`` is "glorot", "he", "zeros", "ones" or an array; by default Glorot for rank ≥ 2, else zeros.
        """
        if isinstance(init, str) and init not in INITIALISERS:
            raise DefinitionError(
                f"parameter {name}: init={init!r} was asked for", "no such rule",
                f"use {', '.join(INITIALISERS)} or an array",
            )
        return self._declare(Tensor(name, letters, PARAMETER, init=init))

    def constant(self, name: str, value: object) -> Tensor:
        """Declare a scalar that has one value for ever; raises DefinitionError."""
        expression = as_expression(value)
        if not expression.is_number and not hasattr(expression, "text"):
            raise DefinitionError(f"constant {name}", f"the value {expression}", "use a number")
        return self._declare(Tensor(name, (), CONSTANT, value=expression))

    def define(self, name: str, letters: Index | Iterable[Index], expression: object) -> Tensor:
        """Add the equation name[letters] = expression and return the tensor; raises DefinitionError."""
        letters = (letters,) if isinstance(letters, Index) else tuple(letters)
        return self._equate(name, letters, expression, DEFINED)

    def loss(self, name: str, expression: object) -> Tensor:
        """Add the equation of the scalar that training makes small; raises DefinitionError."""
        if self._loss is not None:
            raise DefinitionError(
                f"loss {name} was asked for", f"the network already has the loss {self._loss}",
                "add the terms up in one loss",
            )
        tensor = self._equate(name, (), expression, LOSS)
        self._loss = tensor.name
        return tensor

    def adjoint(self, name: str, letters: tuple[Index, ...], expression: object) -> Tensor:
        """Add a generated equation, whose name ends in _bar or _dot; raises DefinitionError."""
        return self._equate(name, letters, expression, ADJOINT)

    def set_latex(self, name: str, latex: str) -> None:
        """Set how a tensor prints in LaTeX."""
        self._tensors[name] = replace(self[name], latex=latex)

    # Reading -------------------------------------------------------------------------------------

    def __getitem__(self, name: object) -> Tensor:
        text = name.name if isinstance(name, Tensor) else name
        try:
            return self._tensors[text]
        except (KeyError, TypeError):
            raise DefinitionError(
                f"the tensor {str(text)[:60]!r} of network {self.name}", "no such name",
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
        return MappingProxyType(self._letters)

    @property
    def sizes(self) -> Mapping[str, Symbol]:
        """Every symbol that a size mentions, by name."""
        return MappingProxyType(self._sizes)

    def copy(self) -> Network:
        """Return a network that can be added to without changing this one."""
        other = Network(self.name)
        other._tensors, other._equations = dict(self._tensors), dict(self._equations)
        other._letters, other._sizes, other._loss = dict(self._letters), dict(self._sizes), self._loss
        return other

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Network) and self.facts() == other.facts()

    __hash__ = None

    def facts(self) -> tuple:
        """Return what two equal networks share; bound letters count by their place, not their name."""
        return (
            self.name,
            tuple(sorted(repr(t.facts()) for t in self._tensors.values() if t.kind in (INPUT, PARAMETER, CONSTANT))),
            tuple((e.target, e.letters, e.kind, self._tensors[e.target].latex, key(e.written))
                  for e in self._equations.values()),
        )

    def __repr__(self) -> str:
        return (f"Network({self.name!r}: {len(self.inputs)} inputs, {len(self.parameters)} parameters, "
                f"{len(self._equations)} equations)")

    # Checking and storing ------------------------------------------------------------------------

    def _of_kind(self, kind: str) -> tuple[Tensor, ...]:
        return tuple(t for t in self._tensors.values() if t.kind == kind)

    def _declare(self, tensor: Tensor) -> Tensor:
        what = f"{tensor.kind} {tensor.name if isinstance(tensor.name, str) else ''}".strip()
        self._new_name(tensor.name, what, generated=tensor.kind == INPUT and _is_generated(tensor.name))
        self._register(what, self._checked_letters(what, tensor.letters), {tensor.name})
        self._tensors[tensor.name] = tensor
        return tensor

    def _equate(self, name: str, letters: tuple[Index, ...], expression: object, kind: str) -> Tensor:
        shown = name if isinstance(name, str) else "?"
        what = f"equation {shown}[{','.join(getattr(k, 'name', '?') for k in letters)}]" if letters else (
            f"equation {shown}")
        self._new_name(name, what, generated=kind == ADJOINT)
        letters = self._checked_letters(what, letters)
        written = from_sympy(as_expression(expression), self._tensors, what)
        check_expression(what, letters, written, self._tensors)
        self._register(what, (*letters, *letters_of(written)), {name})
        for symbol in sorted(_size_symbols(written), key=str):
            self._register_size(what, symbol)
        self._equations[name] = Equation(name, letters, written, kind)
        self._tensors[name] = tensor = Tensor(name, letters, kind)
        return tensor

    def _new_name(self, name: object, what: str, generated: bool) -> None:
        checked_new_name(name, what, self._clash(name), generated)

    def _clash(self, name: object) -> dict[str, str]:
        """Return what the name already names, as {name: description}; empty if it is free."""
        if not isinstance(name, str):
            return {}
        if name in self._tensors:
            return {name: f"the {self._tensors[name].kind} tensor {self._tensors[name]}"}
        if name in self._letters:
            return {name: f"the index letter {name}:{self._letters[name].size}"}
        return {name: f"the size {name}"} if name in self._sizes else {}

    def _checked_letters(self, what: str, letters: Iterable[object]) -> tuple[Index, ...]:
        letters = tuple(letters)
        for letter in letters:
            if not isinstance(letter, Index):
                raise DefinitionError(
                    f"{what}: an index letter was asked for", f"{str(letter)[:60]!r}",
                    'use letters made by sb.indices("n:N i:64")',
                )
        if len({k.name for k in letters}) < len(letters):
            raise DefinitionError(
                f"{what}: letters {', '.join(k.name for k in letters)}", "one of them twice",
                "each axis needs a letter of its own; make a second letter of the same size",
            )
        return letters

    def _register(self, what: str, letters: Iterable[Index], own: set[str]) -> None:
        """Take letters and the symbols of their sizes into the name space; ``own`` is what is being named."""
        new: dict[str, Index] = {}
        for letter in letters:
            known = self._letters.get(letter.name) or new.get(letter.name)
            if known == letter:
                continue
            if known is not None:
                raise DefinitionError(
                    f"{what}: the letter {letter}:{letter.size}",
                    f"in this network {letter} has size {known.size}", "one letter, one size: use another letter",
                )
            if letter.name in own:
                raise DefinitionError(f"{what}: the letter {letter}", "the tensor's own name", "rename one")
            checked_new_name(letter.name, f"{what}: index letter", self._clash(letter.name))
            new[letter.name] = letter
        self._letters.update(new)
        for letter in new.values():
            for symbol in sorted(letter.size.free_symbols, key=str):
                self._register_size(what, symbol)

    def _register_size(self, what: str, symbol: Symbol) -> None:
        if symbol.name not in self._sizes:
            checked_new_name(symbol.name, f"{what}: size", self._clash(symbol.name))
            self._sizes[symbol.name] = symbol


def _is_generated(name: object) -> bool:
    return isinstance(name, str) and ("_bar" in name or "_dot" in name)


def _size_symbols(expression: Expr) -> set[Symbol]:
    """Return the sizes that an expression mentions: the only plain SymPy symbols in it."""
    return expression.atoms(Symbol)


def reads(equation: Equation) -> tuple[str, ...]:
    """Return the tensors that an equation reads, each once, in the order of writing."""
    return tuple(dict.fromkeys(e.tensor for e in entries(equation.written)))
