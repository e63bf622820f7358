"""The equations of a recurrence as its steps compute them: in one common time."""

from __future__ import annotations

from dataclasses import dataclass

from sympy import Expr

from symback.algebra.nodes import Binder
from symback.algebra.operators import Negative, Quotient, Times
from symback.algebra.positions import Entry
from symback.algebra.traversal import entries, rebuilt, rename
from symback.compiler.builder import Letters
from symback.compiler.plan import Value
from symback.compiler.ranges import is_renaming
from symback.network.tensors import Equation


@dataclass(slots=True)
class Member:
    """One tensor of a recurrence: its right-hand side in the common time, its other letters.

    ``axis`` is the number of its time axis. A tensor that is read at other steps, or outside of the
    recurrence, has ``memory``, which begins ``reach`` steps before time 0.
    """

    equation: Equation
    axis: int
    letters: Letters
    written: Expr
    reach: int = 0
    memory: Value | None = None


def with_factor(written: Expr, name: str, member: Member) -> tuple[Expr, bool]:
    """Return a right-hand side with a product in place of the tensor that it is.

    False where it is no product, or is not read as it stands: within a sum, or at other positions.
    """
    if not isinstance(member.written, (Times, Quotient, Negative)):
        return written, False

    def change(node: Expr) -> Expr | None:
        if isinstance(node, Binder):
            return node
        if not isinstance(node, Entry) or node.tensor != name:
            return None
        places = node.positions[: member.axis] + node.positions[member.axis + 1 :]
        mapping = dict(zip(member.letters, places, strict=True))
        return rename(member.written, mapping) if is_renaming(mapping) else node

    new = rebuilt(written, change)
    return new, all(entry.tensor != name for entry in entries(new))
