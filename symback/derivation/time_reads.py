"""Reads of states through time: before the first step, and at the edges of windows.

    h[t-1]  is  where(t == 0, h0, h[t-1])                              for derivatives by h0
    h[t-1]  is  where(t mod w != 0, h[t-1], stop_gradient(h[t-1]))     truncated: windows of w

Both keep the value. The second holds a state fixed where a window begins, so that nothing flows
back beyond it: truncated backpropagation through time (Williams and Peng 1990, "An efficient
gradient-based algorithm for on-line training of recurrent network trajectories").
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from sympy import Expr, Integer

from symback.algebra.letters import Index
from symback.algebra.nodes import Padded, Remainder, Where
from symback.algebra.operators import Comparison, Condition, Pointwise
from symback.algebra.positions import Entry, as_value, bounds, is_affine, surely_nonnegative
from symback.algebra.traversal import entries, rebuilt, with_letters
from symback.derivation.stabilise import Rewrite
from symback.network.network import Network
from symback.network.recurrences import FORWARDS, Recurrence, shift, stages
from symback.network.tensors import Equation

TIME_RULES = INITIAL, TRUNCATION = "initial value", "truncation"
Form = tuple[Expr, tuple[Rewrite, ...]]


@dataclass(frozen=True, slots=True)
class TimeReads:
    """How equations read states: the recurrences by target, and the length of windows, if any."""

    network: Network
    window: Expr | None = None
    recurrences: Mapping[str, Recurrence] = field(default_factory=dict)

    def form(self, target: str, written: Expr, variable: str | None) -> Form:
        """Return a right-hand side as it is differentiated by a tensor; by any for None."""
        if not self.network.has_cycles:
            return written, ()  # no states
        rewrites: dict[Expr, Rewrite] = {}

        def change(node: Expr) -> Expr | None:
            if isinstance(node, Padded):
                return self._truncated(target, node.entry, node, variable, rewrites)
            if not isinstance(node, Entry):
                return None
            after = self._truncated(target, node, node, variable, rewrites)
            return self._with_initial(node, after, variable, rewrites)

        changed = rebuilt(written, change)
        return changed, tuple(rewrites.values())

    def sources(self, written: Expr) -> tuple[str, ...]:
        """Return the tensors that an expression reads, those of initial values too."""
        found: dict[str, None] = {}
        if not self.network.has_cycles:
            return tuple(dict.fromkeys(e.tensor for e in entries(written)))
        for entry in entries(written):
            found[entry.tensor] = None

        def note(node: Expr) -> Expr | None:
            if isinstance(node, Entry):
                found.update((e.tensor, None) for e in entries(self._initial(node)))
            # Before the first step padded reads 0.
            return node if isinstance(node, Padded) else None

        rebuilt(written, note)
        return tuple(found)

    def reads_later(self, target: str, name: str) -> bool:
        """Does an equation read a tensor of its own recurrence, and at other steps only?"""
        lags = self._lags(target, name)
        return bool(lags) and all(lags)

    def _lags(self, target: str, name: str) -> list[int | None]:
        recurrence = self.recurrences.get(target)
        if recurrence is None or recurrence is not self.recurrences.get(name):
            return []
        written = self.network.equation(target).written
        return [self._lag(recurrence, target, e) for e in entries(written) if e.tensor == name]

    def _lag(self, recurrence: Recurrence, target: str, entry: Entry) -> int | None:
        return shift(entry.positions[recurrence.axis(entry.tensor)], recurrence.times[target])

    def _initial(self, entry: Entry) -> Expr:
        """Return what an entry of a state is before the first step; 0 for others."""
        equation = self.network.equation(entry.tensor)
        if equation is None or equation.initial is None or not _may_be_early(entry):
            return Integer(0)
        others = zip(equation.letters[1:], entry.positions[1:], strict=True)
        return with_letters(equation.initial, dict(others))

    def _with_initial(
        self, entry: Entry, after: Expr, variable: str | None, rewrites: dict[Expr, Rewrite]
    ) -> Expr | None:
        initial = self._initial(entry)
        read = {e.tensor for e in entries(initial)}
        if variable in read or (variable is None and read):
            after = Where(_is_early(entry.positions[0]), initial, after)
            rewrites[entry] = Rewrite(INITIAL, entry, after, None)
        return None if after == entry else after

    def _truncated(
        self,
        target: str,
        entry: Entry,
        read: Expr,
        variable: str | None,
        rewrites: dict[Expr, Rewrite],
    ) -> Expr:
        """Return what is read, the entry or it padded, held fixed at the edges of windows."""
        recurrence = self.recurrences.get(target)
        if self.window is None or recurrence is None or recurrence.direction != FORWARDS:
            return read
        if entry.tensor not in recurrence.targets or variable not in (None, entry.tensor):
            return read
        lag = self._lag(recurrence, target, entry)
        if not lag:
            return read
        inside = _is_inside(recurrence.times[target], -lag, self.window)
        after = Where(inside, read, Pointwise("stop_gradient", read))
        rewrites[read] = Rewrite(TRUNCATION, read, after, None)
        return after


def time_reads(network: Network, window: Expr | None = None) -> TimeReads:
    """Return how equations read states; raises DefinitionError for a state without one."""
    recurrences = {}
    for stage in stages(network):
        if isinstance(stage, Recurrence):
            recurrences.update(dict.fromkeys(stage.targets, stage))
    return TimeReads(network, window, recurrences)


def differentiated(network: Network, reads: TimeReads) -> Iterator[Equation]:
    """Yield the equations of a network with their reads of states as they are differentiated."""
    for equation in network.equations:
        yield replace(equation, written=reads.form(equation.target, equation.written, None)[0])


def _may_be_early(entry: Entry) -> bool:
    """May an entry of a state be read before the first step?"""
    position = entry.positions[0]
    if not is_affine(position):
        return not isinstance(position, Entry)
    return not surely_nonnegative(bounds(position)[0])


def _is_early(position: Expr) -> Condition:
    """Return the condition that a position is before the first step: t = 0, t < 2."""
    for letter in getattr(position, "coefficients", ()):
        lag = shift(position, letter)
        if lag == -1:
            return Comparison("==", letter, Integer(0))
        if lag is not None:
            return Comparison("<", letter, Integer(-lag))
    return Comparison("<", as_value(position), Integer(0))


def _is_inside(time: Index, lag: int, window: Expr) -> Condition:
    """Return the condition that a step and the one ``lag`` steps before lie in one window."""
    place = Remainder(time, window)
    if lag == 1:
        return Comparison("!=", place, Integer(0))
    return Comparison(">=", place, Integer(lag))
