"""An optimiser's rule tied to arrays: a call computes the next θ and all that the rule carries.

The rule runs as ``training/running.py`` rewrites it: first its numbers, as plain Python numbers,
then its vectors. Nothing is replaced before ``commit()``.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from symback.compiler.bound import Bound
from symback.compiler.one_loop_program import compile_one_loop
from symback.compiler.program import Program, compile_network
from symback.compiler.runtime import aligned
from symback.network.network import Network, reads
from symback.training.faults import first_fault
from symback.training.rule import GRADIENT, NEXT, THETA, Rule, state_names
from symback.training.running import running

Arrays = dict[str, np.ndarray]
# Makes a program of a network, its outputs and a type.
Compile = Callable[[Network, list[str], str], Program]


def with_numpy(network: Network, outputs: list[str], dtype: str) -> Program:
    """Return the program that calls NumPy for each operation on a vector."""
    return compile_network(network, outputs, dtype=dtype)


def with_numba(network: Network, outputs: list[str], dtype: str) -> Program:
    """Return the program that is one loop over the entries of all vectors; raises NotYetError."""
    return compile_one_loop(network, outputs, dtype=dtype)


NUMPY, NUMBA = "numpy", "numba"
# What makes the program of a rule, by the name of the backend.
BACKENDS: dict[str, Compile] = {NUMPY: with_numpy, NUMBA: with_numba}


class Update:
    """A rule with its settings and states, which reads θ and a gradient and fills ``target``.

    ``numbers`` are the settings and the scalar states as they are now, by name; ``vectors`` the
    states with an entry for each one of θ, under the names by which they run.
    """

    def __init__(
        self, rule: Rule, theta: np.ndarray, gradient: np.ndarray, target: np.ndarray,
        compiled: Compile = with_numpy,
    ) -> None:  # fmt: skip
        self.rule: Network = rule.network
        self.running = running(self.rule, rule.settings)
        states = [name for name in state_names(self.rule) if name != THETA]
        changed = {one.name: one.runs for one in self.running.changed}
        self._counts = [name for name in states if not self.rule[name].rank]
        self._given = {THETA: theta, GRADIENT: gradient}
        self.numbers: Arrays = {n: np.array(v, float) for n, v in rule.settings.items()}
        self.numbers |= {name: np.zeros(()) for name in self._counts}
        runs = [changed.get(name, name) for name in states if self.rule[name].rank]
        self.vectors, self._next = ({n: _zeros(theta) for n in runs} for _ in "01")
        self._cast: list[tuple[np.ndarray, np.ndarray]] = []
        self._compute, computed = self._bound_numbers()
        vectors = self.running.network(self.running.vectors)
        late = {n + NEXT: np.zeros((), theta.dtype) for n in self._counts if n + NEXT in vectors}
        program = compiled(
            vectors, [THETA + NEXT, *(name + NEXT for name in runs), *late], theta.dtype.name
        )
        self._forth, self._back = self._bound_vectors(
            program, self.numbers | computed, {THETA + NEXT: target} | late
        )
        new = computed | late
        self._committed = [(self.numbers[name], new[name + NEXT]) for name in self._counts]

    def __call__(self) -> None:
        """Compute the next θ and the next states beside those of now.

        The caller silences NumPy's warnings.
        """
        if self._counts:
            self.compute_numbers()
        self._forth()

    def commit(self) -> None:
        """Let the states be those that were computed last; θ is the caller's."""
        for now, new in self._committed:
            now[()] = new
        self.vectors, self._next = self._next, self.vectors
        self._forth, self._back = self._back, self._forth

    def compute_numbers(self) -> None:
        """Compute the numbers of the rule: before each step, or when a setting has changed."""
        if self._compute:
            self._compute()
        for cast, number in self._cast:
            cast[()] = number

    @property
    def states(self) -> Arrays:
        """All that is carried from step to step besides θ, under the names by which it runs."""
        return self.vectors | {name: self.numbers[name] for name in self._counts}

    @property
    def values(self) -> Arrays:
        """All that the next step reads, under the names of the rule as it is shown."""
        found = self._given | self.numbers | self.vectors
        for one in self.running.changed:
            found[one.name] = found.pop(one.runs) * one.value
        return found

    def fault(self) -> str | None:
        """Return a sentence on the first equation, as shown or as it runs, that is not finite."""
        dtype = self._given[THETA].dtype.name
        runs = self._given | self.numbers | self.vectors
        whole = self.running.whole
        return first_fault(self.rule, self.values, dtype) or first_fault(
            whole, {t.name: runs[t.name] for t in whole.inputs}, dtype
        )

    def _bound_numbers(self) -> tuple[Bound | None, Arrays]:
        """Return what computes the numbers, and the arrays that it fills, by name."""
        read = {name for e in self.running.vectors for name in reads(e)}
        wanted = read.union(name + NEXT for name in self._counts)
        outputs = [e.target for e in self.running.numbers if e.target in wanted]
        if not outputs:
            return None, {}
        network = self.running.network(self.running.numbers)
        program = with_numpy(network, outputs, "float64")
        bound = program.bind({name: self.numbers[name] for name in program.inputs})
        return bound.unguarded, bound()

    def _bound_vectors(
        self, program: Program, numbers: Arrays, into: Arrays
    ) -> list[Callable[[], object]]:
        """Return what makes a step of the states of now, and what makes one of the next ones.

        Why two? Each writes the states that the other one reads: nothing is copied.
        """
        given = self._inputs(program, numbers)
        self.compute_numbers()
        found = []
        for old, new in ((self.vectors, self._next), (self._next, self.vectors)):
            read = {name: array for name, array in old.items() if name in program.inputs}
            targets = into | {name + NEXT: array for name, array in new.items()}
            bound = program.bind(given | read, into=targets)
            # Why called? After its first call a program knows which arrays it has filled.
            bound()
            found.append(bound.filling)
        for array in (*self.vectors.values(), *self._next.values()):
            array[...] = 0
        return found

    def _inputs(self, program: Program, numbers: Arrays) -> Arrays:
        """Return what the program of the vectors reads, its states aside, in its own type."""
        found = {n: array for n, array in self._given.items() if n in program.inputs}
        for name in (n for n in program.inputs if n in numbers):
            found[name] = numbers[name]
            if program.dtype != "float64":
                found[name] = numbers[name].astype(program.dtype)
                self._cast.append((found[name], numbers[name]))
        return found


def _zeros(theta: np.ndarray) -> np.ndarray:
    array = aligned(theta.shape, theta.dtype)
    array[...] = 0
    return array
