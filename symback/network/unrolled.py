"""A recurrence written out for a few steps: h[t,n,k] becomes h_0[n,k], h_1[n,k], h_2[n,k].

    h[t] = tanh(w*h[t-1] + x[t])     for two steps:     h_0 = tanh(w*h0 + x_0)
                                                        h_1 = tanh(w*h_0 + x_1)

What all steps share stays one tensor, so a picture shows how each of them reads it. Sums over time
become sums of terms. Nothing that symback derives or runs needs this: it is for reading.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from sympy import Expr, Integer, Symbol

from symback.algebra.letters import Index
from symback.algebra.positions import Affine, Entry, affine, parts
from symback.algebra.traversal import entries, rebuilt, subexpressions
from symback.errors import DefinitionError, ValuesError
from symback.network.network import Network, checked_network
from symback.network.rebuilding import declare, equate
from symback.network.recurrences import Recurrence, stages
from symback.network.tensors import ADJOINT, Equation, Tensor
from symback.network.time_terms import Steps, written_at
from symback.network.values import checked_values

MOST_STEPS = 50


def unrolled(network: Network, steps: int = 3) -> Network:
    """Return the network with its time written out: an ordinary network without states.

    The letters of time are those of its states, and all that stand for a step somewhere. A number
    of steps in the equations, such as 49 for the last of 50, keeps its distance from the end.
    Raises DefinitionError for a network without states, and for one that is derived already.
    """
    checked_network(network, "unrolled")
    if isinstance(steps, bool) or not isinstance(steps, int) or not 1 <= steps <= MOST_STEPS:
        raise DefinitionError(
            f"{network.name} unrolled: steps={str(steps)[:40]}", "no number of steps",
            f"use a whole number from 1 to {MOST_STEPS}",
        )  # fmt: skip
    if not network.states:
        raise DefinitionError(
            f"{network.name} unrolled in time", "no state", "declare one: state h[t,n,k]"
        )
    if any(equation.kind == ADJOINT for equation in network.equations):
        raise DefinitionError(
            f"{network.name} unrolled in time", "adjoint equations",
            "unroll the forward network, and derive that",
        )  # fmt: skip
    return _Unrolling(network, steps).result


def names_in_time(network: Network, name: str, steps: int) -> tuple[str, ...]:
    """Return the names of a tensor in the unrolled network: one for each step, or its own."""
    time = _time_of(network, steps)
    return tuple(time.name(name, step) for step in range(steps)) if name in time.axes else (name,)


def first_steps(network: Network, steps: int, values: Mapping[str, object]) -> dict[str, object]:
    """Return the values of a network as its unrolled one takes them: those of the first steps.

    Raises ValuesError for values that do not fit.
    """
    time, found = _time_of(network, steps), {}
    named = {getattr(name, "name", name): value for name, value in values.items()}
    arrays, _ = checked_values(network, named, list(named), what="values of the first steps")
    for name, array in arrays.items():
        axis = time.axes.get(name)
        if axis is None:
            found[name] = array
            continue
        if array.shape[axis] < steps:
            raise ValuesError(
                f"the first {steps} steps of {network[name]}",
                f"a value of {array.shape[axis]} steps", "ask for fewer steps",
            )  # fmt: skip
        for step in range(steps):
            found[time.name(name, step)] = array.take(step, axis)
    return found


@dataclass(frozen=True, slots=True)
class _Time:
    """Which axis of a tensor is time, which letters stand for a step, how steps are named."""

    axes: Mapping[str, int]
    letters: frozenset[str]
    mark: str

    def name(self, tensor: str, step: int) -> str:
        """Return the name of a tensor at one step: h_0; h_t0 where the network has an h0."""
        return f"{tensor}_{self.mark}{step}"


@dataclass
class _Unrolling:
    """One network on its way: which axis of a tensor is time, and what is written out so far."""

    network: Network
    steps: int
    result: Network = field(init=False)

    def __post_init__(self) -> None:
        self.time = _time_of(self.network, self.steps)
        self.axes = self.time.axes
        self.length = self.network.states[0].letters[0].size
        self.result = Network(self.network.name)
        for tensor in self.network.tensors.values():
            if self.network.equation(tensor.name) is None:
                self._declare(tensor)
        for stage in stages(self.network):
            if isinstance(stage, Recurrence):
                for step in range(self.steps):
                    for equation in stage.equations:
                        self._equate(equation, step)
            elif stage.target in self.axes:
                for step in range(self.steps):
                    self._equate(stage, step)
            else:
                self._equate(stage, None)

    def _declare(self, tensor: Tensor) -> None:
        letters = tuple(self._sized(letter) for letter in tensor.letters)
        axis = self.axes.get(tensor.name)
        if axis is None:
            declare(self.result, replace(tensor, letters=letters))
            return
        rest = letters[:axis] + letters[axis + 1 :]
        one_hot = tensor.one_hot and axis < len(rest)
        init = tensor.init if isinstance(tensor.init, str) else None
        for step in range(self.steps):
            name, latex = self.time.name(tensor.name, step), _latex(tensor, step)
            own = replace(tensor, name=name, letters=rest, one_hot=one_hot, init=init, latex=latex)
            declare(self.result, own)

    def _equate(self, equation: Equation, step: int | None) -> None:
        name, letters = equation.target, tuple(map(self._sized, equation.letters))
        values: dict[str, int] = {}
        latex = self.network[name].latex
        if step is not None:
            axis = self.axes[name]
            values = {letters[axis].name: step}
            letters = letters[:axis] + letters[axis + 1 :]
            name, latex = self.time.name(name, step), _latex(self.network[name], step)
        written = written_at(self._sized(equation.written), values, self._known())
        made = Equation(name, letters, written, equation.kind)
        equate(self.result, made)
        if latex:
            self.result.set_latex(name, latex)

    def _known(self) -> Steps:
        initials = {
            e.target: (tuple(map(self._sized, e.letters[1:])), self._sized(e.initial))
            for e in self.network.equations
            if e.initial is not None
        }
        return Steps(
            self.network.name, self.steps, self.time.letters, self.axes, initials, self.time.name
        )

    def _sized(self, expression: Expr) -> Expr:
        """Return the expression with the number of steps in place of the length of time."""
        old, new = self.length, Integer(self.steps)

        def change(node: Expr) -> Expr | None:
            if isinstance(node, Index):
                return Index(node.name, node.size.xreplace({old: new}))
            if isinstance(node, Affine):
                pairs = {change(letter): c for letter, c in node.coefficients.items()}
                return affine(self._shifted(node.constant), pairs)
            if isinstance(node, Entry) and node.tensor in self.axes:
                return Entry(
                    node.tensor, *(self._shifted(rebuilt(p, change)) for p in node.positions)
                )
            return new if isinstance(node, Symbol) and node == old else None

        return rebuilt(expression, change)

    def _shifted(self, constant: Expr) -> Expr:
        """Return a constant of a position; what is counted from the end still is."""
        if not self.length.is_Integer:
            return constant.xreplace({self.length: Integer(self.steps)})
        beyond = constant.is_Integer and int(constant) >= self.steps
        return constant - self.length + self.steps if beyond else constant


def _time_of(network: Network, steps: int) -> _Time:
    """Return the axes and letters of time.

    Found by following letters: what is read at a letter of time has an axis for it, and what
    stands on such an axis is a letter of time.
    """
    times = {tensor.letters[0] for tensor in network.states}
    axes: dict[str, int] = {}
    before = -1
    while len(times) + len(axes) > before:
        before = len(times) + len(axes)
        for tensor in network.tensors.values():
            for axis, letter in enumerate(tensor.letters):
                if letter in times:
                    axes.setdefault(tensor.name, axis)
        for equation in network.equations:
            for entry in entries(equation.written):
                _follow(entry, times, axes)
    names = {f"{name}{line}{step}" for name in axes for line in ("", "_") for step in range(steps)}
    mark = "" if names.isdisjoint(network.tensors) else network.states[0].letters[0].name
    return _Time(axes, frozenset(letter.name for letter in times), mark)


def _follow(entry: Entry, times: set[Index], axes: dict[str, int]) -> None:
    for axis, position in enumerate(entry.positions):
        letters = set(_letters(position))
        if letters & times:
            axes.setdefault(entry.tensor, axis)
        if axes.get(entry.tensor) == axis:
            times |= letters


def _letters(position: Expr) -> Iterator[Index]:
    for node in subexpressions(position):
        yield from parts(node)[1] if isinstance(node, (Index, Affine)) else ()


def _latex(tensor: Tensor, step: int) -> str | None:
    if tensor.latex is None:
        return None
    stem = f"{{{tensor.latex}}}" if "_" in tensor.latex else tensor.latex
    return f"{stem}_{{{step}}}"
