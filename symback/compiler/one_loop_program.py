"""Programs with backend="numba": what works entry by entry runs as one loop over the entries."""

from __future__ import annotations

from collections.abc import Sequence

from symback.compiler.names import Names
from symback.compiler.one_loop import OneLoop, numba, one_loop
from symback.compiler.printing import Functions, functions
from symback.compiler.program import Program
from symback.compiler.source import loop_text
from symback.network.network import Network

ONLY_NUMPY, AND_NUMBA = "needs only NumPy.", "needs NumPy and Numba."


def compile_one_loop(
    network: Network, outputs: Sequence[str], *, dtype: str = "float64"
) -> Program:
    """Return the program that computes the outputs in one loop over their entries.

    Raises NotYetError without Numba, and for a network that does not work entry by entry over one
    set of letters.
    """
    return OneLoopProgram(network, tuple(outputs), dtype, None, {})


class OneLoopProgram(Program):
    """A compiled network that runs as one loop; it has the same bits as without Numba."""

    def __init__(self, *given: object) -> None:
        numba()
        super().__init__(*given)
        code = self.code
        lines = (*code.workspace, *code.views, *code.run)
        words = (*code.functions.values(), *code.made, *code.viewed, *(x.name for x in lines))
        names = Names((*self.network.tensors, *self.network.letters, *self.network.sizes, *words))
        self._loop: OneLoop = one_loop(self.plan, code, self._memory, self.dtype, names)
        self.code = self._loop.code
        self._memory = {
            name: self.code.made.index(code.made[place]) for name, place in self._memory.items()
            if code.made[place] in self.code.made
        }  # fmt: skip
        self._functions: Functions = functions(self.code, {self._loop.name: self._loop.compiled()})

    @property
    def source(self) -> str:
        """The program as an importable module that needs NumPy and Numba."""
        loop = loop_text(self._loop.name, self._loop.parameters, self._loop.lines, self.network)
        head, *rest = super().source.split("\n\n\n")
        head = head.replace(f'{ONLY_NUMPY}\n"""\n', f'{AND_NUMBA}\n"""\n\nimport numba', 1)
        return "\n\n\n".join((head, loop, *rest))
