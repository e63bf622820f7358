"""Stage plan: equations in order become values and statements.

Input: the needed equations. Output: a ``Plan`` whose results are the wanted tensors, each in memory
of its own.
"""

from __future__ import annotations

from collections.abc import Sequence

from symback.algebra.letters import Index
from symback.compiler import elementwise, entries, extremes, matrices, scattering
from symback.compiler.builder import Builder
from symback.compiler.forms import Forms
from symback.compiler.layout import batch_letters
from symback.compiler.names import Names
from symback.compiler.pieces import Piece
from symback.compiler.plan import (
    COMPUTED,
    Located,
    Number,
    Plan,
    Source,
    Value,
    View,
    arranged,
    view,
)
from symback.compiler.reading import Reader
from symback.compiler.recurrence import Recursion
from symback.compiler.states import States, Tensors
from symback.network.network import Network
from symback.network.recurrences import Recurrence, ordered
from symback.network.tensors import CONSTANT, Equation, reads

RULES = {
    **elementwise.RULES,
    **entries.RULES,
    **extremes.RULES,
    **matrices.RULES,
    **scattering.RULES,
}


def lowered(
    network: Network, equations: Sequence[Equation], outputs: Sequence[str], names: Names
) -> Plan:
    """Return the plan that computes the outputs by these equations, in their order."""
    return _Lowering(network, equations, outputs, names).plan()


class _Lowering:
    """Lowers the equations of one program."""

    def __init__(
        self, network: Network, equations: Sequence[Equation], outputs: Sequence[str], names: Names
    ) -> None:
        self.network, self.equations, self.outputs = network, equations, outputs
        forms = Forms()
        self.reader = Reader(Tensors(network), forms)
        self.builder = builder = Builder(forms, names, RULES)
        builder.batch = batch_letters(equations, {p.name for p in network.parameters})
        self.states = States(equations, self._earlier)
        self.named: set[Value] = set()
        self.recursions: list[Recursion] = []
        computed = {e.target for e in equations}
        for tensor in network.tensors.values():
            builder.letters[tensor.name] = tensor.letters
            if tensor.name not in computed and tensor.kind != CONSTANT:
                builder.given[tensor.name] = tensor

    def plan(self) -> Plan:
        """Return the plan."""
        builder, plan = self.builder, self.builder.plan
        for tensor in self.network.constants:
            equation = Equation(tensor.name, (), tensor.value)
            self.reader.name(equation, self.reader.read(tensor.value))
        for stage in ordered(self.equations) if self.network.has_cycles else self.equations:
            if isinstance(stage, Recurrence):
                self._lower_recurrence(stage)
            else:
                self._lower_equation(stage)
        for check in self.reader.checks:
            entries.state_check(builder, check)
        self._add_results()
        plan.arguments = {n: plan.arguments[n] for n in self.network.tensors if n in plan.arguments}
        return plan

    def _lower_equation(self, equation: Equation) -> None:
        builder, reader = self.builder, self.reader
        builder.equation = equation.target
        piece = reader.read(self.states.read(equation.written))
        reader.name(equation, piece)
        source = builder.lower(piece, builder.in_memory(equation.letters))
        if isinstance(source, Located):
            builder.tensors[equation.target] = source
            kept = tuple(k for k in equation.letters if k in source.axes)
            builder.letters[equation.target] = kept
            _name(builder, source, equation, self.named)

    def _lower_recurrence(self, recurrence: Recurrence) -> None:
        inside = set(recurrence.targets)
        others = (e for e in self.equations if e.target not in inside)
        wanted = inside.intersection(self.outputs)
        wanted |= {name for e in others for name in reads(e) if name in inside}
        recursion = Recursion(
            self.builder, self.reader, self.states, recurrence, wanted.__contains__
        )
        self.recursions.append(recursion)
        recursion.lower()

    def _earlier(self, name: str, steps: int) -> str | None:
        """Return the tensor that holds a state so many steps before."""
        found = (recursion.earlier(name, steps) for recursion in self.recursions)
        return next((own for own in found if own is not None), None)

    def _add_results(self) -> None:
        taken: set[Value] = set()
        for name in self.outputs:
            self.builder.equation = name
            piece = self.reader.read(self.network[name].entry)
            result = _result(self.builder, piece, self.network[name].letters, taken)
            self.builder.plan.results[name] = result
            if isinstance(result, View):
                taken.add(result.value)


def _name(builder: Builder, source: Located, equation: Equation, named: set) -> None:
    """Give the value the name of the tensor that it is, unless it has one already."""
    value = source.value
    if value.origin == COMPUTED and value in builder.made_by and value not in named:
        value.name = equation.target
        named.add(value)
        builder.made_by[value].note = equation


def _result(
    builder: Builder, piece: Piece, letters: tuple[Index, ...], taken: set[Value]
) -> View | Number:
    """Return the wanted tensor in memory that no other has, with its axes as declared."""
    source: Source = builder.lower(piece, letters)
    if not letters:
        return source if isinstance(source, Number) else View(source.value)
    own = (
        isinstance(source, Located)
        and source.value.origin == COMPUTED
        and source.value not in taken
        and set(source.axes) == set(letters)
    )
    if own:
        return view(source.value, tuple((source.axes.index(k),) for k in letters))
    operand = source if isinstance(source, Number) else arranged(source, letters)
    copied = builder.state("copy", (operand,), letters, every_call=True)
    return View(copied.value)
