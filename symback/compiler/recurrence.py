"""Stage plan, recurrences: equations that read each other's earlier steps become one loop.

Input: a ``Recurrence``. Output: a ``Loop`` whose steps compute only what depends on other steps;
everything else was taken out of them and stands before it, for all times at once. Time is split
where a condition on it changes, so no step has a bracket of its own. What is read outside of the
recurrence, or at another step, has memory over all of time; the rest is a number of buffers.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator

from sympy import Integer

from symback.algebra.letters import Index
from symback.algebra.positions import Entry
from symback.algebra.traversal import bound_apart, entries, fresh_letter, rename
from symback.compiler.builder import Builder, Letters
from symback.compiler.intervals import intervals
from symback.compiler.loop_body import Body
from symback.compiler.members import Member, with_factor
from symback.compiler.plan import (
    COMPUTED,
    CUT,
    MEMORY,
    Located,
    Loop,
    Number,
    Value,
    View,
    arranged,
)
from symback.compiler.ranges import sized
from symback.compiler.reading import Reader
from symback.compiler.sizes import size_text
from symback.compiler.states import States, Tensors
from symback.errors import NotYetError
from symback.network.recurrences import Recurrence, shift
from symback.network.tensors import DEFINED, Equation, Tensor

ZERO = Integer(0)
MOST_NAMED = 6


class Recursion:
    """Lowers one recurrence; ``is_read`` says which of its tensors are wanted outside of it."""

    def __init__(
        self,
        builder: Builder,
        reader: Reader,
        states: States,
        recurrence: Recurrence,
        is_read: Callable[[str], bool],
    ) -> None:
        self.builder, self.reader, self.states = builder, reader, states
        self.recurrence, self.forms = recurrence, builder.forms
        self.time = self._common_time()
        self.members = {e.target: self._member(e) for e in recurrence.equations}
        wanted = {t for t in self.members if is_read(t)}
        wanted |= {e.tensor for _, e in self._inner_reads() if self.lag(e)}
        self._put_in(wanted)
        self.names: dict[tuple[str, int], str] = {}
        self.made: list[Value] = []
        for name in self.members:
            if name in wanted:
                self._give_memory(name)

    # The equations -------------------------------------------------------------------------------

    def _common_time(self) -> Index:
        times = dict.fromkeys(self.recurrence.times.values())
        time = next(iter(times))
        if len({k.size for k in times}) > 1:
            shown = ", ".join(f"{k.name}:{k.size}" for k in times)
            raise NotYetError(
                f"the program of the recurrence of {', '.join(self.recurrence.targets)}",
                f"times of several sizes: {shown}", "give their times one size",
            )  # fmt: skip
        names = {k.name for e in self.recurrence.equations for k in e.letters if k not in times}
        return fresh_letter(time, names) if time.name in names else time

    def _member(self, equation: Equation) -> Member:
        own = self.recurrence.times[equation.target]
        plain = self.states.bracketed(self.states.plain(equation.written))
        written = bound_apart(plain, (*equation.letters, self.time))
        letters = tuple(k for k in equation.letters if k != own)
        axis = equation.letters.index(own)
        return Member(equation, axis, letters, rename(written, {own: self.time}))

    def _inner_reads(self) -> Iterator[tuple[str, Entry]]:
        for target, member in self.members.items():
            for entry in entries(member.written):
                if entry.tensor in self.members:
                    yield target, entry

    def lag(self, entry: Entry) -> int:
        """Return how many steps away an entry of a member is read."""
        return shift(entry.positions[self.members[entry.tensor].axis], self.time) or 0

    def _put_in(self, wanted: Container[str]) -> None:
        """Write a product that is read once where it is read, so that its factors meet others."""
        reads: dict[str, list[tuple[str, Entry]]] = {}
        for target, entry in self._inner_reads():
            reads.setdefault(entry.tensor, []).append((target, entry))
        for name in [n for n in self.members if n not in wanted and len(reads.get(n, ())) == 1]:
            member, (reader, _) = self.members[name], reads[name][0]
            self._put_into(self.members[reader], name, member)

    def _put_into(self, reader: Member, name: str, member: Member) -> None:
        written, found = with_factor(reader.written, name, member)
        if found:
            reader.written = written
            del self.members[name]

    # Memory --------------------------------------------------------------------------------------

    def _give_memory(self, name: str) -> None:
        """Give a tensor an array over all of time, and over the steps before time 0 that are read.

        It has time as its first axis, so that a step's part has no gaps.
        """
        member, builder = self.members[name], self.builder
        time = self.recurrence.times[name]
        reach = member.reach = self.states.reach(name)
        if not reach:
            memory = home = Value(name, (time, *member.letters), MEMORY)
        else:
            axes = (sized(time.name, time.size + reach), *member.letters)
            memory = Value(builder.names.fresh(f"{name}_memory"), axes, MEMORY)
            home = _part(memory, name, reach, time, member.letters)
        member.memory = memory
        builder.plan.memories.append(memory)
        whole = Value(name, home.axes, COMPUTED, home=home)
        self.made.append(whole)
        builder.tensors[name] = Located(whole, (time, *member.letters))
        builder.letters[name] = member.equation.letters

    def earlier(self, name: str, steps: int) -> str | None:
        """Return the name of the tensor whose entries are those so many steps before."""
        if name not in self.members or self.members[name].reach < steps:
            return None
        return self.named(name, -steps, self._earlier_values)

    def _earlier_values(self, name: str, lag: int, own: str) -> None:
        member, time = self.members[name], self.recurrence.times[name]
        home = _part(member.memory, own, member.reach + lag, time, member.letters)
        value = Value(own, home.axes, COMPUTED, home=home)
        self.made.append(value)
        self.builder.tensors[own] = Located(value, home.axes)
        self.builder.letters[own] = home.axes
        self.tensors.add(Tensor(own, home.axes, DEFINED))

    @property
    def tensors(self) -> Tensors:
        """The tensors of the network and of its program."""
        return self.reader.network

    def named(self, name: str, lag: int, make: Callable[[str, int, str], None]) -> str:
        """Return the name for a tensor at another step, made when first asked for."""
        place = (make.__name__, name, lag)
        if place not in self.names:
            word = "t" if not lag else "before" if lag < 0 else "after"
            own = self.builder.names.fresh(f"{name}_{word}")
            self.names[place] = own
            make(name, lag, own)
        return self.names[place]

    def _start(self) -> list[Value]:
        """Write the initial values before time 0."""
        found = []
        for name, member in self.members.items():
            if member.memory is None or not member.reach:
                continue
            self.builder.equation = name
            piece = self.reader.read(self.states.read(member.equation.initial))
            source = self.builder.lower(piece, member.letters)
            letter = sized(member.memory.axes[0].name, Integer(member.reach))
            axes = (letter, *member.letters)
            operand = source if isinstance(source, Number) else arranged(source, axes)
            value = self.builder.state("copy", (operand,), axes, every_call=True).value
            home_name = self.builder.names.fresh(f"{name}_initial")
            text = f"{{}}[:{member.reach}]"
            memory = member.memory
            value.home = Value(home_name, axes, CUT, memory.kind, memory, text, gapless=True)
            value.name = self.builder.names.fresh(f"{name}_start")
            found.append(value)
        return found

    # The loop ------------------------------------------------------------------------------------

    def lower(self) -> None:
        """Add the loop to the plan, and what it needs before it."""
        started = self._start()
        direction = self.recurrence.direction
        spans = intervals((m.written for m in self.members.values()), self.time)
        steps, operands = [], [View(value) for value in started]
        for interval in spans[::direction]:
            if interval.length == ZERO:
                continue
            step, read = Body(self, interval).lower()
            steps.append(step)
            operands += read
        plan = self.builder.plan
        target = Value(self.builder.names.fresh("recurrence"), (), COMPUTED)
        operands = tuple(dict.fromkeys(operands))
        names = list(self.members)
        shown = ", ".join(names[:MOST_NAMED]) + ", …" * (len(names) > MOST_NAMED)
        note = f"the recurrence of {shown}"
        loop = Loop(target, "each", operands, note=note)
        loop.steps, loop.made, loop.direction = tuple(steps), self.made, direction
        plan.statements.append(loop)


def _part(memory: Value, name: str, start: int, time: Index, letters: Letters) -> Value:
    """Return T rows of a memory from a row on."""
    stop = size_text(time.size + start)
    text = f"{{}}[{start or ''}:{stop}]"
    return Value(name, (time, *letters), CUT, memory.kind, memory, text, gapless=True)
