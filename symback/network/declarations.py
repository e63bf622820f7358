"""What a network is given before its equations: inputs, parameters, random tensors, states."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from sympy import Expr, Symbol
from sympy.core.numbers import Infinity, NegativeInfinity, Number, NumberSymbol

from symback.algebra.inward import from_sympy
from symback.algebra.letters import Index
from symback.algebra.operators import as_expression
from symback.algebra.positions import Affine
from symback.algebra.traversal import entries, free_letters, subexpressions
from symback.errors import DefinitionError
from symback.network.contents import Contents
from symback.network.distributions import checked_distribution, checked_numbers
from symback.network.initialisers import initialiser_parts
from symback.network.names import GENERATED_PREFIX
from symback.network.namespace import constants_in
from symback.network.recurrences import check_states
from symback.network.tensors import BUFFER, CONSTANT, INPUT, PARAMETER, RANDOM, STATE, Tensor
from symback.network.wellformed import check_expression, check_extent, letters_of

# What a number that is known before all values may not depend on.
VARYING = (Index, Affine, Symbol, Infinity, NegativeInfinity)


class Declarations(Contents):
    """A network that takes in declarations, and checks every expression that enters it."""

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
        written = self._checked_number(what, value)
        if any(True for _ in entries(written)):
            raise DefinitionError(what, f"the value {written}", "use a number, such as 0.01 or 1/3")
        return self._declare(Tensor(name, (), CONSTANT, value=written))

    def random(
        self, name: str, *letters: Index, distribution: str = "bernoulli", **numbers: object
    ) -> Tensor:
        """Declare what is drawn anew in each step of training; raises DefinitionError.

        bernoulli has p; normal has mean and deviation; uniform has low and high. They are numbers,
        or expressions of constants. At prediction the mean stands for the tensor.
        """
        what = f"random {name if isinstance(name, str) else '?'}"
        distribution, numbers = checked_numbers(what, distribution, numbers)
        written = tuple(self._checked_number(what, number) for number in numbers.values())
        constants = {c.name: c.value for c in self.constants}
        drawn = checked_distribution(what, distribution, written, constants)
        return self._declare(Tensor(name, letters, RANDOM, distribution=drawn))

    def buffer(self, name: str, *letters: Index, initial: object = 0) -> Tensor:
        """Declare what is kept from step to step of training; raises DefinitionError.

        Its update, ``update(name, …)``, says what it becomes; ``initial`` is a number.
        """
        what = f"buffer {name if isinstance(name, str) else '?'}"
        written = self._checked_number(what, initial)
        return self._declare(Tensor(name, letters, BUFFER, initial=written))

    def state(self, name: str, *letters: Index, initial: object = None) -> Tensor:
        """Declare what is computed step by step, and return the tensor; raises DefinitionError.

        The first letter is time. Every equation, before or after that of the state, may read
        h[t-1], h[t-2], …; before step 0 that is ``initial``, an expression in the other letters,
        by default 0.
        """
        what = f"state {name if isinstance(name, str) else '?'}"
        if not letters:
            found = "no letter: the first letter of a state is its time"
            raise DefinitionError(what, found, f'write net.state("{name}", t, …)')
        letters = self._checked_letters(what, letters)
        written = None
        if initial is not None:
            asked = f"{what}: its initial value"
            extent = as_expression(initial)
            check_extent(asked, extent)
            if letters[0] in free_letters(extent):
                found = f"it reads the time letter {letters[0]}"
                raise DefinitionError(asked, found, f"it is one value before {letters[0]} = 0")
            written = self._checked_written(asked, letters[1:], extent)
            check_states(asked, (), written, self._tensors)
        tensor = self._declare(Tensor(name, letters, STATE, is_state=True, initial=written))
        if written is not None:
            self._take(what, tensor.name, letters, written)
        self._has_cycles = True
        return tensor

    def generated_state(self, name: str, like: Tensor) -> Tensor:
        """Declare a state like another one, under a name that belongs to generated equations."""
        what = f"state {name}"
        self._names.check_new(name, what, generated=True)
        self._names.take(what, name, like.letters)
        self._tensors[name] = tensor = replace(like, name=name, kind=STATE, latex=None)
        self._has_cycles = True
        return tensor

    def _declare(self, tensor: Tensor) -> Tensor:
        what = f"{tensor.kind} {tensor.name if isinstance(tensor.name, str) else ''}".strip()
        # The upstream adjoint Y_bar and the directions W_dot of a derivation are inputs.
        is_generated = tensor.kind == INPUT and not str(tensor.name).startswith(GENERATED_PREFIX)
        self._names.check_new(tensor.name, what, generated=is_generated)
        self._names.take(what, tensor.name, self._checked_letters(what, tensor.letters))
        self._tensors[tensor.name] = tensor
        return tensor

    def _take(self, what: str, name: str, letters: tuple[Index, ...], written: Expr) -> None:
        """Take in the letters, sizes and constants of an expression; raises DefinitionError."""
        atoms = written.atoms(Symbol, Number, NumberSymbol)
        symbols = sorted((a for a in atoms if isinstance(a, Symbol)), key=lambda s: s.name)
        mentioned = (*letters, *letters_of(written))
        self._names.take(what, name, mentioned, symbols, constants_in(atoms))

    def _checked_number(self, what: str, value: object) -> Expr:
        """Return a number, or an expression of constants, in its written form."""
        written = self._checked_written(what, (), value)
        read = [e.tensor for e in entries(written) if self[e.tensor].kind != CONSTANT]
        if read or any(isinstance(node, VARYING) for node in subexpressions(written)):
            raise DefinitionError(what, f"the value {written}", "use a number, such as 0.01 or 1/3")
        return written

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
