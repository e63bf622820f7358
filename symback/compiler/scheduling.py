"""Stage schedule: statements that work entry by entry move up to where their operands are made.

Input: a ``Plan``. Output: its statements in an order in which large arrays are read again while
they are in the processor's cache. Values are written once: only what reads must follow what makes.
"""

from __future__ import annotations

from symback.compiler.estimates import volume
from symback.compiler.plan import COMPUTED, Plan, Statement, Value, View
from symback.compiler.storage import NOT_ENTRY_BY_ENTRY

# Smaller arrays stay in cache anyway, and moving them would only keep more of them alive.
SMALLEST_MOVED = 16384


def scheduled(plan: Plan) -> list[Statement]:
    """Return the statements of the plan in their new order."""
    statements = plan.statements
    after: dict[Value, list[Statement]] = {}
    first: list[Statement] = []
    waiting: dict[Statement, set[Value]] = {}
    made = {v for s in statements for v in s.targets}
    order: list[Statement] = []
    done: set[Value] = set()

    def needs(statement: Statement) -> set[Value]:
        roots = (o.value.root for o in statement.operands if isinstance(o, View))
        return {v for v in roots if v.origin == COMPUTED and v in made}

    for statement in statements:
        if _moves(statement):
            waiting[statement] = needs(statement)
            for value in waiting[statement]:
                after.setdefault(value, []).append(statement)
            if not waiting[statement]:
                first.append(statement)

    def emit(statement: Statement) -> None:
        stack = [statement]
        while stack:
            current = stack.pop()
            order.append(current)
            done.update(current.targets)
            readers = (s for v in current.targets for s in after.get(v, ()))
            ready = [s for s in dict.fromkeys(readers) if waiting[s] <= done]
            stack.extend(reversed([s for s in ready if s.target not in done]))

    for statement in (*first, *(s for s in statements if s not in waiting)):
        if statement.target not in done:
            emit(statement)
    return order


def _moves(statement: Statement) -> bool:
    if statement.function in NOT_ENTRY_BY_ENTRY:
        return False
    return volume(statement.target.axes) >= SMALLEST_MOVED
