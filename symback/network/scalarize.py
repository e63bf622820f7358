"""A network of single numbers: every tensor becomes one scalar for each of its entries."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from math import prod
from operator import index

from sympy import Expr, Integer, Symbol

from symback.algebra.plain import plain
from symback.errors import DefinitionError
from symback.network.distributions import ROWS
from symback.network.network import Network, checked_network
from symback.network.recurrences import Recurrence, stages
from symback.network.scalar_names import latex_of_entry, name_of_entry
from symback.network.scalar_terms import written_out
from symback.network.scalar_writing import Denominator, Scalars
from symback.network.tensors import (
    ADJOINT,
    BUFFER,
    CONSTANT,
    INPUT,
    LOSS,
    PARAMETER,
    RANDOM,
    Equation,
    Tensor,
)
from symback.network.text_scope import did_you_mean

MOST_SCALARS = 20_000


def scalarize(
    network: Network, names: Mapping[str, str | Sequence[str]] | None = None, **sizes: int
) -> Network:
    """Return the network with W1[i,h] as the scalars W1_0_0, W1_0_1, …, and every sum written out.

    ``sizes`` gives each open size by its symbol or by a letter that has it; ``names`` renames the
    entries of a tensor, row by row: {"W1": "w1 w2 w3 w4"}. Values do not change: the scalar network
    computes entry by entry what the network computes, a recurrence step by step. A softmax is
    written over its denominator, which gets a name of its own (P_sum_0). Scalars cannot keep that a
    tensor is one_hot, nor a rule of initial values that depends on the shape; initial values in an
    array are kept.

    Raises DefinitionError for sizes that are missing, unknown or too large, for names that clash.
    """
    bound = _bound(checked_network(network, "scalarize"), sizes)
    lengths = {
        tensor.name: tuple(_length(network, size, bound) for size in tensor.shape)
        for tensor in network.tensors.values()
    }
    count = sum(prod(shape) for shape in lengths.values())
    if count > MOST_SCALARS:
        largest = max(lengths, key=lambda name: prod(lengths[name]))
        found = f"{count} scalars, {prod(lengths[largest])} of them in {network[largest]}"
        helps = f"choose smaller sizes: at most {MOST_SCALARS} scalars"
        raise DefinitionError(f"scalarize {network.name}", found, helps)
    entries = _entry_names(network, lengths, _renamed(network, lengths, names or {}))
    states = {e.target: e for e in network.equations if e.initial is not None}
    return _Scalarizing(network, Scalars(bound, lengths, entries, states)).result


# Sizes -------------------------------------------------------------------------------------------


def _bound(network: Network, sizes: Mapping[str, object]) -> dict[Symbol, Integer]:
    """Return the value of every size symbol; raises one DefinitionError for all problems."""
    bound: dict[Symbol, Integer] = {}
    problems = []
    for name, given in sizes.items():
        symbol = network.sizes.get(name)
        letter = network.letters.get(name)
        value = _as_length(given)
        if value is None:
            problems.append(f"{name} = {str(given)[:40]} is no size")
        elif symbol is None and letter is None:
            helps = did_you_mean(name, (*network.sizes, *network.letters))
            problems.append(f"{name} is no size and no letter of the network; {helps}".rstrip("; "))
        elif symbol is None and not isinstance(letter.size, Symbol):
            if letter.size != value:
                problems.append(f"the letter {name} has size {letter.size}, not {value}")
        else:
            symbol = symbol or letter.size
            if bound.setdefault(symbol, Integer(value)) != value:
                problems.append(f"{symbol} is both {bound[symbol]} and {value}")
    missing = [symbol.name for symbol in network.sizes.values() if symbol not in bound]
    if missing and not problems:
        problems.append(f"no value for {', '.join(missing)}")
    if problems:
        example = ", ".join(f"{name}=2" for name in network.sizes)
        helps = f"scalarize(network, {example})" if example else "every size is known already"
        raise DefinitionError(f"scalarize {network.name}", "; ".join(problems), helps)
    return bound


def _as_length(value: object) -> int | None:
    try:
        length = 0 if isinstance(value, bool) else index(value)
    except TypeError:
        return None
    return length if length > 0 else None


def _length(network: Network, size: Expr, bound: Mapping[Symbol, Integer]) -> int:
    value = size.xreplace(bound)
    if not value.is_Integer or value < 1:
        given = ", ".join(f"{symbol} = {number}" for symbol, number in bound.items())
        found = f"the size {plain(size)} is {value} for {given}"
        raise DefinitionError(f"scalarize {network.name}", found, "choose other sizes")
    return int(value)


# Names -------------------------------------------------------------------------------------------

EntryNames = dict[tuple[str, tuple[int, ...]], str]


def _renamed(
    network: Network, lengths: Mapping[str, tuple[int, ...]], names: Mapping[str, object]
) -> dict[str, tuple[str, ...]]:
    """Return the names that were asked for, one for each entry of each tensor named."""
    renamed = {}
    for tensor, given in names.items():
        tensor = network[tensor]
        own = given.replace(",", " ").split() if isinstance(given, str) else tuple(given)
        wanted = prod(lengths[tensor.name])
        if len(own) != wanted:
            asked = f"scalarize {network.name}: names for {tensor}"
            raise DefinitionError(asked, f"{len(own)} names", f"{wanted} are needed, row by row")
        renamed[tensor.name] = tuple(own)
    return renamed


def _entry_names(
    network: Network,
    lengths: Mapping[str, tuple[int, ...]],
    renamed: Mapping[str, tuple[str, ...]],
) -> EntryNames:
    """Return the scalar's name of every entry; raises DefinitionError where two get the same."""
    names: EntryNames = {}
    owner: dict[str, str] = {}
    for tensor in network.tensors:
        given = iter(renamed.get(tensor, ()))
        for place in product(*map(range, lengths[tensor])):
            name = next(given) if tensor in renamed else name_of_entry(tensor, place)
            shown = f"{tensor}[{','.join(map(str, place))}]" if place else tensor
            if name in owner:
                found = f"{owner[name]} and {shown} would both be {name}"
                helps = f'give other names: names={{"{tensor}": "…"}}'
                raise DefinitionError(f"scalarize {network.name}", found, helps)
            owner[name] = shown
            names[tensor, place] = name
    return names


# Building ----------------------------------------------------------------------------------------


@dataclass
class _Scalarizing:
    """One network on its way to scalars: what is declared, what is defined."""

    network: Network
    scalars: Scalars

    def __post_init__(self) -> None:
        self.result = Network(self.network.name)
        for tensor in self.network.tensors.values():
            if tensor.kind in DECLARE:
                for place in self._places(tensor):
                    DECLARE[tensor.kind](self, tensor, place, self._name(tensor, place))
        for stage in stages(self.network):
            if isinstance(stage, Recurrence):
                self._steps(stage)
            else:
                self._define(stage, self._places(self.network[stage.target]))
        for equation in self.network.updates.values():
            self._beside(equation, self.result.update)
        for equation in self.network.predictions.values():
            self._beside(equation, self.result.prediction)

    def _places(self, tensor: Tensor) -> Iterable[tuple[int, ...]]:
        return product(*map(range, self.scalars.lengths[tensor.name]))

    def _steps(self, recurrence: Recurrence) -> None:
        """Define the equations of a recurrence for one step after the other."""
        axes = {target: recurrence.axis(target) for target in recurrence.targets}
        count = self.scalars.lengths[recurrence.targets[0]][axes[recurrence.targets[0]]]
        for step in range(count)[:: recurrence.direction]:
            for equation in recurrence.equations:
                places = self._places(self.network[equation.target])
                now = (place for place in places if place[axes[equation.target]] == step)
                self._define(equation, now)

    def _name(self, tensor: Tensor, place: tuple[int, ...]) -> str:
        return self.scalars.names[tensor.name, place]

    def _input(self, tensor: Tensor, place: tuple[int, ...], name: str) -> None:
        self.result.input(name, integer=tensor.integer)
        self._set_latex(tensor, place, name)

    def _parameter(self, tensor: Tensor, place: tuple[int, ...], name: str) -> None:
        init = tensor.init
        if hasattr(init, "__getitem__") and not isinstance(init, str):
            for position in place:
                init = init[position]
        elif init not in ("zeros", "ones") and tensor.rank:
            init = None
        self.result.parameter(name, init=init)
        self._set_latex(tensor, place, name)

    def _constant(self, tensor: Tensor, place: tuple[int, ...], name: str) -> None:
        self.result.constant(name, tensor.value)
        self._set_latex(tensor, place, name)

    def _random(self, tensor: Tensor, place: tuple[int, ...], name: str) -> None:
        drawn = tensor.distribution
        numbers = dict(zip(ROWS[drawn.name].defaults, drawn.numbers, strict=True))
        self.result.random(name, distribution=drawn.name, **numbers)
        self._set_latex(tensor, place, name)

    def _buffer(self, tensor: Tensor, place: tuple[int, ...], name: str) -> None:
        self.result.buffer(name, initial=tensor.initial)
        self._set_latex(tensor, place, name)

    def _beside(self, equation: Equation, say: Callable[[str, Expr], None]) -> None:
        """Say what each entry of a buffer becomes, or what stands for it at prediction."""
        tensor = self.network[equation.target]
        for place in self._places(tensor):
            expression, denominators = self._written_out(equation, place)
            if denominators:
                found = f"a softmax in the {equation.kind} equation of {tensor}"
                helps = "give the softmax an equation of its own"
                raise DefinitionError(f"scalarize {self.network.name}", found, helps)
            say(self._name(tensor, place), expression)

    def _written_out(
        self, equation: Equation, place: tuple[int, ...]
    ) -> tuple[Expr, tuple[Denominator, ...]]:
        letters = dict(zip(equation.letters, place, strict=True))
        shown = f"{equation.target}[{','.join(map(str, place))}]" if place else equation.target
        return written_out(self.scalars, equation, letters, shown)

    def _define(self, equation: Equation, places: Iterable[tuple[int, ...]]) -> None:
        tensor = self.network[equation.target]
        for place in places:
            expression, denominators = self._written_out(equation, place)
            for denominator in denominators:
                self._add(equation.kind, denominator.name, denominator.total)
                self._name_denominator(tensor, denominator)
            name = self._name(tensor, place)
            self._add(equation.kind, name, expression, is_loss=equation.kind == LOSS)
            self._set_latex(tensor, place, name)

    def _add(self, kind: str, name: str, expression: Expr, is_loss: bool = False) -> None:
        if is_loss:
            self.result.loss(name, expression)
        elif kind == ADJOINT:
            self.result.adjoint(name, (), expression)
        else:
            self.result.define(name, (), expression)

    def _set_latex(self, tensor: Tensor, place: tuple[int, ...], name: str) -> None:
        """Set the LaTeX of a scalar that has its automatic name; another name speaks for itself."""
        if name == name_of_entry(tensor.name, place) and (place or tensor.latex):
            self.result.set_latex(name, latex_of_entry(tensor.name, place, tensor.latex))

    def _name_denominator(self, tensor: Tensor, denominator: Denominator) -> None:
        latex = (
            latex_of_entry("s", denominator.place) + "^{" + latex_of_entry(tensor.name, ()) + "}"
        )
        self.result.set_latex(denominator.name, latex)


DECLARE = {
    INPUT: _Scalarizing._input,
    PARAMETER: _Scalarizing._parameter,
    CONSTANT: _Scalarizing._constant,
    RANDOM: _Scalarizing._random,
    BUFFER: _Scalarizing._buffer,
}
