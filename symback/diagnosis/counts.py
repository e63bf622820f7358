"""What a program does, counted: multiplications, additions, functions, and the numbers it holds.

The statements that run are counted, not the formulas as written: a contraction of A[n,i] and B[i,h]
is N·I·H multiplications and N·(I-1)·H additions, three factors are contracted two and two in the
order that the compiler found, and what two equations share is computed, and counted, once. Reading,
copying and what is made once for all calls (vectors of ones) is not arithmetic and counts nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from sympy import Expr, Integer, Mul

from symback.algebra.letters import Index
from symback.compiler.lowering import lowered
from symback.compiler.names import Names
from symback.compiler.plan import STATIC, Loop, Plan, Statement, View
from symback.compiler.scheduling import scheduled
from symback.compiler.selection import selected
from symback.compiler.storage import stored
from symback.network.network import Network
from symback.network.tensors import Equation

ZERO, ONE = Integer(0), Integer(1)
CONTRACTIONS = ("dot", "matmul", "vecdot")
COUNTED = {"add": "additions", "multiply": "multiplications", "maximum": "functions",
           "minimum": "functions"}  # fmt: skip
WAYS = ("reduce", "of_any", "of_taps")
REDUCTIONS = {f"{name}_{way}": kind for name, kind in COUNTED.items() for way in WAYS}
REDUCTIONS["first_largest"] = "functions"
SCATTERING = ("scattered", "counted")
ADDING, MULTIPLYING = ("add", "subtract", "negative"), ("multiply", "divide")
MOVING = ("copy", "item", "integer", "take", "ones", "letter_values", "places", "flat_places",
          "quotients", "remainders", "bins", "filled", "framed",
          "check_inside")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Count:
    """How many operations: each a number, or an expression of sizes.

    A division counts as a multiplication, a subtraction or a change of sign as an addition; a call
    of exp or tanh, a comparison and a choice are ``functions``.
    """

    multiplications: Expr = ZERO
    additions: Expr = ZERO
    functions: Expr = ZERO

    @property
    def total(self) -> Expr:
        """All operations together, each counted as one."""
        return self.multiplications + self.additions + self.functions

    def __add__(self, other: Count) -> Count:
        return Count(
            self.multiplications + other.multiplications,
            self.additions + other.additions,
            self.functions + other.functions,
        )

    def __sub__(self, other: Count) -> Count:
        return Count(
            self.multiplications - other.multiplications,
            self.additions - other.additions,
            self.functions - other.functions,
        )

    def changed(self, change: Callable[[Expr], Expr]) -> Count:
        """Return the count with each number changed, for example sizes put in."""
        return Count(*map(change, (self.multiplications, self.additions, self.functions)))


@dataclass(frozen=True, slots=True)
class Counted:
    """A counted program: (equation, its count, its contractions as products of sizes), and memory.

    ``memory`` is how many numbers the buffers hold; the values that are given are not among them.
    """

    parts: tuple[tuple[Equation, Count, tuple[str, ...]], ...]
    memory: Expr

    @property
    def count(self) -> Count:
        """Return what the whole program does."""
        return total(count for _, count, _ in self.parts)


def total(counts: Iterable[Count]) -> Count:
    """Return the sum of counts."""
    return sum(counts, Count())


def counted(network: Network, outputs: Sequence[str]) -> Counted:
    """Return the count of the program that computes these tensors, equation by equation."""
    equations = selected(network, outputs).equations
    names = Names((*network.tensors, *network.letters, *network.sizes))
    plan = lowered(network, equations, outputs, names)
    parts = tuple(_by_equation(plan, equations))
    plan.statements = scheduled(plan)
    buffers = stored(plan, names).buffers
    return Counted(parts, sum((Mul(*b.shape) for b in buffers), ZERO))


def _by_equation(
    plan: Plan, equations: Sequence[Equation]
) -> Iterable[tuple[Equation, Count, tuple[str, ...]]]:
    """Yield each equation with what the statements that were planned for it do."""
    ones = {s.target for s in plan.static if s.function == "ones"}
    found: dict[str, tuple[Count, tuple[str, ...]]] = {}
    for statement, times in _with_times(plan):
        count, products = found.get(statement.of, (Count(), ()))
        own = count_of(statement, ones)
        count += own if times == ONE else own.changed(lambda number, by=times: number * by)
        if statement.function in CONTRACTIONS and not _is_sum(statement, ones):
            products += (_product(statement, times),)
        found[statement.of] = count, products
    for equation in equations:
        yield equation, *found.get(equation.target, (Count(), ()))


def _with_times(plan: Plan) -> Iterable[tuple[Statement, Expr]]:
    """Yield each statement of a call, and how often it runs."""
    for statement in plan.statements:
        if isinstance(statement, Loop):
            for step in statement.steps:
                yield from ((s, step.length) for s in step.statements)
        else:
            yield statement, ONE


def count_of(statement: Statement, ones: Iterable[object] = ()) -> Count:
    """Return what one statement does; a product with one of these vectors of ``ones`` is a sum."""
    entries, function = _volume(statement.target.axes), statement.function
    if function in CONTRACTIONS:
        length = _inner(statement)
        added = entries * (length - ONE)
        return Count(ZERO if _is_sum(statement, ones) else entries * length, added)
    if function in REDUCTIONS:
        (operand,) = statement.operands
        return Count(**{REDUCTIONS[function]: _volume(operand.value.axes) - entries})
    if function in SCATTERING:
        return Count(additions=_volume(statement.operands[-1].value.axes))
    if function in MOVING:
        return Count()
    if function in ADDING:
        return Count(additions=entries)
    return Count(entries) if function in MULTIPLYING else Count(functions=entries)


def _is_sum(statement: Statement, ones: Iterable[object]) -> bool:
    return any(
        isinstance(o, View) and o.value.origin == STATIC and o.value in ones
        for o in statement.operands
    )


def _inner(statement: Statement) -> Expr:
    """Return how many products each entry of a contraction adds up."""
    return _volume(_summed(statement))


def _summed(statement: Statement) -> tuple[Index, ...]:
    """Return the letters that a contraction sums: those of the last axis of its left operand."""
    left = statement.operands[0]
    axes = left.value.axes
    return axes[-1:] if left.groups is None else tuple(axes[place] for place in left.groups[-1])


def _product(statement: Statement, times: Expr) -> str:
    """Return a contraction as the product of its sizes, the summed one last: N·32·64."""
    sizes = [k.size for k in (*statement.target.axes, *_summed(statement))]
    sizes = sizes if times == ONE else [times, *sizes]
    return "·".join(f"({s})" if s.is_Add else str(s) for s in sizes)


def _volume(axes: Iterable[Index]) -> Expr:
    return Mul(*(k.size for k in axes))
