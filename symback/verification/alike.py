"""Records that claim the same under other names: what is computed for one holds for all.

A record of a layer is often that of another layer, every name replaced. Whether it is so is read
off the records and equations themselves, not off how they were made: a record in which one step was
altered has a key of its own.
"""

from __future__ import annotations

from typing import Any

from symback.algebra.canonical import shape_key
from symback.algebra.positions import Entry
from symback.network.network import reads
from symback.network.tensors import Equation


def claim_key(derivation: Any, name: str) -> tuple:
    """Return what the truth of a record depends on, letters and tensors as numbers.

    These are its steps, the forward equations that read the tensor, the equation of every tensor
    that occurs in them, and which of these are adjoints of which.
    """
    record = derivation[name].record
    letters: dict = {}
    numbers: dict[str, int] = {}

    def shape(*expressions: object) -> tuple:
        return tuple(shape_key(e, letters, numbers) for e in expressions)

    variable = shape(Entry(record.tensor, *record.letters))
    steps = tuple(
        (step.rule, *shape(step.before, step.after, *(e for pair in step.changed for e in pair)))
        for step in record.walk()
    )
    forward = derivation.forward
    readers = tuple(_shape(shape, e) for e in forward.equations if name in reads(e))
    occurring = list(numbers)
    equations = tuple(_shape(shape, derivation.network.equation(n)) for n in occurring)
    adjoints = {n: derivation.adjoint_name(n) for n in derivation.adjoints}
    pairs = sorted((numbers[n], numbers[a]) for n, a in adjoints.items() if {n, a} <= set(numbers))
    return variable, steps, readers, equations, tuple(pairs)


def _shape(shape: Any, equation: Equation | None) -> tuple:
    return () if equation is None else shape(equation.entry, equation.written)
