"""Stage read, recurrences: tensors of a program beside those of its network, and earlier steps.

A state in a recurrence has memory that begins before time 0, where its initial value stands. What
reads h[t-1] anywhere then reads a tensor ``h_before`` whose entry at t is h[t-1]: the same memory,
one row earlier. So does ``where(t == 0, initial, h[t-1])``, which says the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from sympy import Expr, Integer

from symback.algebra.nodes import InRange, Iverson, Padded, Where
from symback.algebra.operators import Comparison, Times
from symback.algebra.positions import (
    Entry,
    as_value,
    bounds,
    combined,
    is_affine,
    surely_inside,
    surely_nonnegative,
)
from symback.algebra.traversal import entries, rebuilt, rename
from symback.network.network import Network
from symback.network.tensors import Equation, Tensor

ZERO = Integer(0)
MOST_STEPS = 16  # before time 0, where the number of steps depends on sizes


class Tensors:
    """The tensors of a network, and those that only its program has."""

    def __init__(self, network: Network) -> None:
        self.network, self.name = network, network.name
        self._added: dict[str, Tensor] = {}

    def __getitem__(self, name: str) -> Tensor:
        return self._added[name] if name in self._added else self.network[name]

    def add(self, tensor: Tensor) -> Tensor:
        """Add a tensor of the program's own."""
        self._added[tensor.name] = tensor
        return tensor


class States:
    """The states that a program computes, and what to read in place of their earlier steps.

    ``earlier(name, steps)`` returns the name of the tensor that holds the entries so many steps
    before, None for a state without memory of its own.
    """

    def __init__(
        self, equations: Iterable[Equation], earlier: Callable[[str, int], str | None]
    ) -> None:
        equations = tuple(equations)
        self._equations = {e.target: e for e in equations if e.initial is not None}
        self._earlier = earlier
        self._reach: dict[str, int] = {}
        for equation in equations if self._equations else ():
            for entry in entries(equation.written):
                steps = self.steps_before(entry)
                if steps > self._reach.get(entry.tensor, 0):
                    self._reach[entry.tensor] = steps

    def reach(self, name: str) -> int:
        """Return how many steps before time 0 a state is read; 0 for anything else."""
        return self._reach.get(name, 0)

    def steps_before(self, entry: Entry) -> int:
        """Return how many steps before time 0 an entry of a state may lie."""
        if entry.tensor not in self._equations or not is_affine(entry.positions[0]):
            return 0
        low = bounds(entry.positions[0])[0]
        if low.is_Integer:
            return max(0, -int(low))
        # T - 2 is -1 if T is 1.
        fitting = (n for n in range(MOST_STEPS) if surely_nonnegative(low + n))
        return next(fitting, 0)

    def plain(self, expression: Expr) -> Expr:
        """Return the expression with h[t-1] for ``where(t == 0, initial, h[t-1])``."""
        if not self._equations:
            return expression
        return rebuilt(expression, self._known_choice)

    def _known_choice(self, node: Expr) -> Expr | None:
        if not isinstance(node, Where) or not isinstance(node.args[2], Entry):
            return None
        condition, then, entry = node.args
        steps = self.steps_before(entry)
        if not steps or not isinstance(condition, Comparison):
            return None
        position = entry.positions[0]
        time = as_value(combined((1, position), (1, Integer(steps))))
        tests = [Comparison("<", time, Integer(steps))]
        if steps == 1:
            tests.append(Comparison("==", time, ZERO))
        return entry if condition in tests and then == self._initial(entry) else None

    def _initial(self, entry: Entry) -> Expr:
        """Return the initial value that an entry before time 0 is."""
        equation = self._equations[entry.tensor]
        places = dict(zip(equation.letters[1:], entry.positions[1:], strict=True))
        return rename(equation.initial, places)

    def bracketed(self, expression: Expr) -> Expr:
        """Return the expression with [t ≥ 1] · padded(h[t-1]) for padded(h[t-1]).

        Within a recurrence the row before time 0 holds the initial value, and padded reads 0.
        """
        return rebuilt(expression, self._bracketed) if self._equations else expression

    def _bracketed(self, node: Expr) -> Expr | None:
        if not isinstance(node, Padded) or not self.steps_before(node.entry):
            return None
        equation = self._equations[node.entry.tensor]
        if equation.initial == ZERO:
            return node
        position, size = node.entry.positions[0], equation.letters[0].size
        return Times(Iverson(InRange(position, ZERO, size)), node)

    def read(self, expression: Expr) -> Expr:
        """Return the expression in which no state is read before time 0."""
        return rebuilt(self.plain(expression), self._read) if self._equations else expression

    def _read(self, node: Expr) -> Expr | None:
        if isinstance(node, Padded):
            return node  # it has a frame of zeros of its own
        steps = self.steps_before(node) if isinstance(node, Entry) else 0
        if not steps:
            return None
        position, size = node.positions[0], self._equations[node.tensor].letters[0].size
        moved = combined((1, position), (1, Integer(steps)))
        # What ``earlier`` names ends before the last steps, which 2*t - 1 may reach.
        earlier = self._earlier(node.tensor, steps) if surely_inside(moved, size) else None
        if earlier is not None:
            return Entry(earlier, moved, *node.positions[1:])
        if surely_nonnegative(-1 - bounds(position)[1]):
            return self._initial(node)
        return Where(Comparison("<", as_value(position), ZERO), self._initial(node), node)
