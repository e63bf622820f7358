"""A network in the units of its data: what scales them are equations of it, like all others.

    X_scaled[n,i] = (X[n,i] - X_shift[i])/X_divisor[i]      before what reads X
    P[n] = P_scaled[n]*Y_divisor + Y_shift                  behind what predicts Y
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from sympy import Expr

from symback.algebra.traversal import rename
from symback.cli.units import Scale
from symback.compiler.program import compile_network
from symback.network.network import Network
from symback.network.rebuilding import declare
from symback.network.tensors import INPUT, LOSS, Equation, Tensor

SCALED = "_scaled"


def in_units(
    network: Network, scales: Mapping[str, Scale], predictions: Mapping[str, str]
) -> tuple[Network, dict[str, np.ndarray]]:
    """Return the network that reads and predicts in the units of the data, and its constants.

    ``predictions`` are the tensors that predict a scaled input: {"P": "Y"}.
    """
    made = _InUnits(network, scales, predictions)
    # Constants first: numbers of distributions may read them; equations last: they read states.
    for tensor in (*network.constants, *network.given):
        made.take(tensor)
    for tensor in network.states:
        made.take_state(tensor)
    for equation in network.equations:
        made.define(equation)
    made.take_updates(network)
    return made.result, made.values


def scaled(
    network: Network, scales: Mapping[str, Scale], data: Mapping[str, np.ndarray]
) -> dict[str, np.ndarray]:
    """Return the data as the network reads it."""
    found = dict(data)
    for name in scales:
        if name in data:
            alone = Network(network.name)
            alone.input(name, *network[name].letters)
            whole, values = in_units(alone, scales, {})
            program = compile_network(whole, [whole.equations[-1].target])
            (found[name],) = program({name: data[name]} | values).values()
    return found


class _InUnits:
    """The network in units while it is made, and the values of its shifts and divisors."""

    def __init__(
        self, network: Network, scales: Mapping[str, Scale], predictions: Mapping[str, str]
    ) -> None:
        self.scales, self.predictions = scales, predictions
        self.taken = {*network.tensors, *network.letters, *network.sizes}
        self.result = Network(network.name)
        self.values: dict[str, np.ndarray] = {}
        self.constants: dict[str, tuple[Tensor, Tensor]] = {}
        self.names: dict[str, str] = {}
        self.latex = {t.name: t.latex for t in network.tensors.values() if t.latex}

    def take(self, tensor: Tensor) -> None:
        """Add what is given, and what scales it."""
        declare(self.result, tensor)
        if tensor.kind == INPUT and tensor.name in self.scales:
            self._scale(tensor)

    def take_state(self, tensor: Tensor) -> None:
        """Declare a state; one that predicts in units is computed under another name."""
        name = tensor.name
        if self._scale_of(name) is not None:
            self.names[name] = name = self._new(name + SCALED)
        initial = None if tensor.initial is None else self._renamed(tensor.initial)
        self.result.state(name, *tensor.letters, initial=initial)

    def take_updates(self, network: Network) -> None:
        """Add what buffers become, and what stands for equations at prediction."""
        for name, equation in network.updates.items():
            self.result.update(name, self._renamed(equation.written))
        for name, equation in network.predictions.items():
            self.result.prediction(self.names.get(name, name), self._renamed(equation.written))

    def define(self, equation: Equation) -> None:
        """Add an equation; of a tensor that predicts what is scaled, one more in its units."""
        self._define(equation)
        if equation.target in self.latex:
            self.result.set_latex(equation.target, self.latex[equation.target])

    def _renamed(self, written: Expr) -> Expr:
        return rename(written, tensors=self.names)

    def _scale_of(self, target: str) -> tuple[Tensor, Tensor] | None:
        return self.constants.get(self.predictions.get(target, ""))

    def _scale(self, tensor: Tensor) -> None:
        shift, divisor = self._constants(tensor)
        behind = tensor.letters[1:]
        formula = (tensor.entry - shift[behind]) / divisor[behind]
        self.names[tensor.name] = name = self._new(tensor.name + SCALED)
        self.result.define(name, tensor.letters, formula)

    def _define(self, equation: Equation) -> None:
        target, written = equation.target, self._renamed(equation.written)
        if equation.kind == LOSS:
            self.result.loss(target, written)
            return
        scale = self._scale_of(target)
        if scale is None:
            self.result.define(target, equation.letters, written)
            return
        name = self.names.get(target) or self._new(target + SCALED)
        inner = self.result.define(name, equation.letters, written)
        self.names[target] = inner.name
        shift, divisor = scale
        behind = equation.letters[1:]
        self.result.define(
            target, equation.letters, inner.entry * divisor[behind] + shift[behind]
        )

    def _constants(self, tensor: Tensor) -> tuple[Tensor, Tensor]:
        """Return the shift and the divisor of a tensor, which they are declared for."""
        scale, made = self.scales[tensor.name], []
        for end, value in (("_shift", scale.shift), ("_divisor", scale.divisor)):
            name = self._new(tensor.name + end)
            made.append(self.result.parameter(name, *tensor.letters[1:]))
            self.values[name] = value
        self.constants[tensor.name] = made[0], made[1]
        return self.constants[tensor.name]

    def _new(self, name: str) -> str:
        """Return a name that the network does not use yet."""
        fresh, number = name, 2
        while fresh in self.taken:
            fresh, number = f"{name}_{number}", number + 1
        self.taken.add(fresh)
        return fresh
