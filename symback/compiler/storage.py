"""Stage place: which buffer each computed array lives in.

Input: a ``Plan``. Output: ``Storage``: buffers by shape and kind, and the buffer of each value.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from sympy import Expr

from symback.compiler.names import Names
from symback.compiler.plan import Plan, Value


@dataclass(frozen=True, slots=True)
class Buffer:
    """Memory for an array of this shape."""

    name: str
    shape: tuple[Expr, ...]
    kind: str


@dataclass(slots=True)
class Storage:
    """The buffers, and the name of the buffer of each value."""

    buffers: list[Buffer] = field(default_factory=list)
    place: dict[Value, str] = field(default_factory=dict)


def stored(plan: Plan, names: Names) -> Storage:
    """Return a buffer for every array that a statement computes."""
    storage = Storage()
    for statement in plan.statements:
        value = statement.target
        if value.axes:
            buffer = Buffer(names.fresh("buffer_1"), tuple(k.size for k in value.axes), value.kind)
            storage.buffers.append(buffer)
            storage.place[value] = buffer.name
    return storage
