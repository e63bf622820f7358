"""The numbers of an explanation: every tensor's array at the given values, and what they make.

Small networks are computed by the literal interpreter, large ones by their compiled program.
Numbers are full floats; only printing rounds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from sympy import Expr, oo

from symback.algebra.letters import Index
from symback.compiler.arithmetic import arithmetic
from symback.compiler.interpreter import interpreted, needed_for, value
from symback.compiler.program import compile_network
from symback.compiler.world import World
from symback.errors import ValuesError
from symback.network.network import Network, reads
from symback.network.values import checked_values, size_value
from symback.verification.referee import multiplications

# Multiplications of one pass that the interpreter does in well under a second.
INTERPRETED = 100_000


@dataclass(frozen=True)
class Values:
    """Arrays of all tensors that were asked for, and the values that a person gave."""

    world: World
    given: Mapping[str, np.ndarray]

    def array(self, name: str) -> np.ndarray:
        """Return the array of a tensor."""
        return np.asarray(self.world.tensors[name], dtype=float)

    def at(self, expression: Expr, letters: Mapping[Index, int] | None = None) -> float:
        """Return the number that an expression is for these values of its free letters."""
        return float(value(self.world, expression, letters))

    def size(self, size: Expr) -> int:
        """Return the integer that a size is."""
        return size_value(size, self.world.sizes)

    def __contains__(self, name: object) -> bool:
        return name in self.world.tensors


def values_at(network: Network, values: Mapping[str, object], outputs: list[str]) -> Values:
    """Return the values of the outputs, and of all that they need, at these values.

    Raises ONE ValuesError for all problems of the values, and one that names the first equation
    whose value is no finite double.
    """
    found = _values_at(network, values, outputs)
    for equation in network.equations:
        masks = equation.written.has(oo, -oo)  # −∞ is what it says of a place left out
        bad = np.isnan if masks else lambda array: ~np.isfinite(array)
        if equation.target in found and bad(found.array(equation.target)).any():
            raise ValuesError(
                f"explain: at; {equation.target} at these values",
                f"a value that is not finite, made by {equation}",
                "numbers beyond 1.8e308 have no place in a table; give smaller values",
            )
    return found


def _values_at(network: Network, values: Mapping[str, object], outputs: list[str]) -> Values:
    sources = {e.target: reads(e) for e in network.equations}
    wanted = needed_for(sources, outputs)
    # A size may be known from an array that nothing reads.
    named = values if isinstance(values, Mapping) else {}
    named = {getattr(name, "name", name) for name in named}
    leaves = [t.name for t in network.given if t.name in wanted or t.name in named]
    arrays, sizes = checked_values(network, values, leaves, check_finite=True, what="explain: at")
    if multiplications(network, sizes) <= INTERPRETED:
        return Values(interpreted(network, values, outputs, arithmetic(number=float)), arrays)
    computed = [e.target for e in network.equations if e.target in wanted]
    program = compile_network(network, computed)
    kind = arithmetic(number=float)
    world = interpreted(_constants(network), {}, (), kind)
    world.tensors.update({**arrays, **program({n: arrays[n] for n in program.inputs})})
    return Values(replace(world, sizes=sizes), arrays)


def _constants(network: Network) -> Network:
    """Return a network that has the constants of another and nothing else."""
    made = Network(network.name)
    for tensor in network.constants:
        made.constant(tensor.name, tensor.value)
    return made
