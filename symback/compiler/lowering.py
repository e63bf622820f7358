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
from symback.network.network import Network
from symback.network.tensors import CONSTANT, Equation

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
    forms = Forms()
    reader = Reader(network, forms)
    builder = Builder(forms, names, RULES)
    for tensor in network.constants:
        equation = Equation(tensor.name, (), tensor.value)
        reader.name(equation, reader.read(tensor.value))
    computed = {e.target for e in equations}
    for tensor in network.tensors.values():
        builder.letters[tensor.name] = tensor.letters
        if tensor.name not in computed and tensor.kind != CONSTANT:
            builder.given[tensor.name] = tensor
    named: set = set()
    for equation in equations:
        builder.equation = equation.target
        piece = reader.read(equation.written)
        reader.name(equation, piece)
        source = builder.lower(piece, equation.letters)
        if isinstance(source, Located):
            builder.tensors[equation.target] = source
            builder.letters[equation.target] = tuple(
                k for k in equation.letters if k in source.axes
            )
            _name(builder, source, equation, named)
    for check in reader.checks:
        entries.state_check(builder, check)
    taken: set[Value] = set()
    for name in outputs:
        builder.equation = name
        piece = reader.read(network[name].entry)
        result = _result(builder, piece, network[name].letters, taken)
        builder.plan.results[name] = result
        if isinstance(result, View):
            taken.add(result.value)
    arguments = builder.plan.arguments
    builder.plan.arguments = {n: arguments[n] for n in network.tensors if n in arguments}
    return builder.plan


def _name(builder: Builder, source: Located, equation: Equation, named: set) -> None:
    """Give the value the name of the tensor that it is, unless it has one already."""
    value = source.value
    if value.origin == COMPUTED and value not in named:
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
