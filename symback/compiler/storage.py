"""Stage place: which buffer each computed array lives in.

Input: a ``Plan`` with its statements in final order. Output: ``Storage``: the buffers, and which of
them each value lives in.

A buffer is free again after the last statement that reads it. A result may take the memory of an
operand only where that is proven safe: the statement works entry by entry, nothing reads the
operand later, and it reads that memory only as it stands: each entry before it is written.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from sympy import Expr

from symback.compiler.names import Names
from symback.compiler.plan import COMPUTED, Number, Plan, Statement, Value, View

# Everything else may read an entry after it has written another one.
NOT_ENTRY_BY_ENTRY = frozenset(
    (
        *("dot", "matmul", "vecdot", "take", "copy", "erf", "first_largest", "flat_places"),
        *("add_reduce", "maximum_reduce", "minimum_reduce", "multiply_reduce"),
        *("maximum_of_any", "minimum_of_any", "bins", "counted", "scattered", "framed"),
        *(f"{name}_of_taps" for name in ("maximum", "minimum", "multiply", "add", "first")),
    )
)


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
    """Return where every computed array lives."""
    storage = Storage()
    for memory in plan.memories:
        storage.buffers.append(Buffer(memory.name, _shape(memory), memory.kind))
    _place(storage, plan.statements, plan.results.values(), names)
    for loop in plan.loops:
        for step in loop.steps:
            _place(storage, step.statements, (), names)
    return storage


def _place(
    storage: Storage,
    statements: Sequence[Statement],
    results: Iterable[View | Number],
    names: Names,
) -> None:
    """Find a buffer for every array that these statements make."""
    last = _last_uses(statements, results)
    free: dict[tuple, list[str]] = {}
    own = {s.target for s in statements}
    for number, statement in enumerate(statements):
        read = (v for v in _read(statement) if v in own and v in storage.place)
        ending = [v for v in read if last[v] == number]
        target = statement.target
        if target.axes and target.home is None:
            taken = _overwritten(statement, ending)
            if taken is not None:
                storage.place[target] = storage.place[taken]
                ending.remove(taken)
            else:
                storage.place[target] = _buffer(storage, target, free, names)
            if target not in last:
                # Nothing reads it: a check, or half of a result.
                ending.append(target)
        for value in ending:
            free.setdefault(_key(value), []).append(storage.place[value])


def _key(value: Value) -> tuple:
    return (value.kind, *_shape(value))


def _shape(value: Value) -> tuple[Expr, ...]:
    return tuple(k.size for k in value.axes)


def _buffer(storage: Storage, value: Value, free: dict[tuple, list[str]], names: Names) -> str:
    """Return a buffer that is free; the one freed last, which is the likeliest to be in cache."""
    fitting = free.get(_key(value))
    if fitting:
        return fitting.pop()
    buffer = Buffer(names.fresh("buffer_1"), _shape(value), value.kind)
    storage.buffers.append(buffer)
    return buffer.name


def _read(statement: Statement) -> list[Value]:
    """Return the values whose memory a statement reads, each once."""
    roots = (o.value.root for o in statement.operands if isinstance(o, View))
    return list(dict.fromkeys(v for v in roots if v.origin == COMPUTED and v.axes))


def _last_uses(
    statements: Sequence[Statement], results: Iterable[View | Number]
) -> dict[Value, int]:
    """Return the last statement that reads each value, by number; results are read at the end."""
    last: dict[Value, int] = {}
    for number, statement in enumerate(statements):
        for value in _read(statement):
            last[value] = number
    for result in results:
        if isinstance(result, View):
            last[result.value.root] = len(statements)
    return last


def _overwritten(statement: Statement, ending: list[Value]) -> Value | None:
    """Return the operand whose memory the result may take, if there is one."""
    if statement.function in NOT_ENTRY_BY_ENTRY or statement.out is not None:
        return None
    views = [o for o in statement.operands if isinstance(o, View)]
    if statement.function == "select":
        # It writes b first, then a: only b may be overwritten.
        views = views[-1:] if isinstance(statement.operands[-1], View) else []
    for operand in views:
        value = operand.value
        uses = [o for o in statement.operands if isinstance(o, View) and o.value.root is value.root]
        as_it_stands = all(o.groups is None and o.value is value for o in uses)
        if statement.function == "select" and len(uses) > 1:
            continue
        if value in ending and as_it_stands and _key(value) == _key(statement.target):
            return value
    return None
