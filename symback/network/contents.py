"""What a network holds and how it is read: tensors, equations, letters, sizes, facts."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from sympy import Symbol

from symback.algebra.canonical import key
from symback.algebra.letters import Index, checked_name
from symback.errors import DefinitionError
from symback.network.namespace import NameSpace
from symback.network.tensors import (
    BUFFER,
    CONSTANT,
    GIVEN,
    INPUT,
    PARAMETER,
    RANDOM,
    STATE,
    Equation,
    Tensor,
)

DECLARED = (*GIVEN, CONSTANT, STATE)


class Contents:
    """The tensors and equations of a network, for reading."""

    def __init__(self, name: str = "network") -> None:
        self.name = checked_name(name, "network")
        self._tensors: dict[str, Tensor] = {}
        self._equations: dict[str, Equation] = {}
        self._updates: dict[str, Equation] = {}
        self._predictions: dict[str, Equation] = {}
        self._names = NameSpace(self._tensors)
        self._loss: str | None = None
        self._has_cycles = False

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
        """All tensors by name, in the order of declaration; a state where its equation is."""
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
    def randoms(self) -> tuple[Tensor, ...]:
        return self._of_kind(RANDOM)

    @property
    def buffers(self) -> tuple[Tensor, ...]:
        return self._of_kind(BUFFER)

    @property
    def given(self) -> tuple[Tensor, ...]:
        """What takes a value at each call: inputs, parameters, random tensors, buffers."""
        return tuple(tensor for kind in GIVEN for tensor in self._of_kind(kind))

    @property
    def states(self) -> tuple[Tensor, ...]:
        """What may be read at earlier steps, with or without its equation so far."""
        return tuple(t for t in self._tensors.values() if t.is_state)

    @property
    def equations(self) -> tuple[Equation, ...]:
        """The equations, each after all that it reads; those of a recurrence read each other.

        ``recurrences.stages`` tells the recurrences from the others.
        """
        return tuple(self._equations.values())

    @property
    def updates(self) -> Mapping[str, Equation]:
        """What buffers become after a step of training, by name; no part of the equations."""
        return MappingProxyType(self._updates)

    @property
    def predictions(self) -> Mapping[str, Equation]:
        """The equations that stand for those of their tensors at prediction, by name."""
        return MappingProxyType(self._predictions)

    @property
    def has_cycles(self) -> bool:
        """May equations read each other: are there states, or adjoints of states?"""
        return self._has_cycles

    def equation(self, name: object) -> Equation | None:
        """Return the equation that defines a tensor; None for what is given and for constants."""
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

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Contents) and self.facts() == other.facts()

    __hash__ = None

    def facts(self) -> tuple:
        """Return what two equal networks share: bound letters count by their place, not their name.

        The order of declarations does not count, that of equations does.
        """
        declared = {t.name: t.facts() for t in self._tensors.values() if t.kind in DECLARED}
        equations = tuple(map(self._facts_of, self._equations.values()))
        more = ({n: self._facts_of(e) for n, e in group.items()} for group in self._beside())
        return self.name, declared, equations, *more

    def _facts_of(self, equation: Equation) -> tuple:
        tensor = self._tensors[equation.target]
        initial = None if equation.initial is None else key(equation.initial)
        state = (tensor.is_state, initial)
        written = key(equation.written)
        return (equation.target, equation.letters, equation.kind, tensor.latex, written, state)

    def _beside(self) -> tuple[dict[str, Equation], dict[str, Equation]]:
        return self._updates, self._predictions

    def _of_kind(self, kind: str) -> tuple[Tensor, ...]:
        return tuple(t for t in self._tensors.values() if t.kind == kind)

    def __repr__(self) -> str:
        return (
            f"Network({self.name!r}: {len(self.inputs)} inputs, {len(self.parameters)} parameters, "
            f"{len(self._equations)} equations)"
        )
