"""Stage print, rank 0: statements on plain numbers are written as formulas, a few in one line.

A number that is read once, by another such statement, is written where it is read; tensors of the
network keep a line of their own.
"""

from __future__ import annotations

from collections.abc import Container, Sequence

from symback.compiler.plan import COMPUTED, REAL, Plan, Statement, Value, View
from symback.network.tensors import Equation

LOOSEST, OR, AND, NOT, COMPARISON, SUM, PRODUCT, SIGN, ATOM = range(9)
INFIX = {
    "add": ("+", SUM),
    "subtract": ("-", SUM),
    "multiply": ("*", PRODUCT),
    "divide": ("/", PRODUCT),
    "less": ("<", COMPARISON),
    "less_equal": ("<=", COMPARISON),
    "greater": (">", COMPARISON),
    "greater_equal": (">=", COMPARISON),
    "equal": ("==", COMPARISON),
    "not_equal": ("!=", COMPARISON),
    "logical_and": ("and", AND),
    "logical_or": ("or", OR),
}
TRUTH_VALUED = (
    *(name for name, (_, level) in INFIX.items() if level <= COMPARISON),
    "logical_not",
)
FORMULAS = (*INFIX, "negative", "logical_not", "select")
READS = ("item", "integer")
LONGEST_FOLDED = 60

Text = tuple[str, int]


def formula_text(statement: Statement, parts: Sequence[Text], real: str) -> Text:
    """Return (text, how tightly it binds) of an operation on numbers; ``real`` makes a number."""
    function = statement.function
    if function == "select":
        condition, then, otherwise = parts
        text = (
            f"{bracketed(then, OR)} if {bracketed(condition, OR)} else {bracketed(otherwise, OR)}"
        )
        return text, LOOSEST
    if function == "negative":
        return f"-{bracketed(parts[0], SIGN)}", SIGN
    if function == "logical_not":
        text = f"not {bracketed(parts[0], COMPARISON)}", NOT
    elif function == "power":
        # -a**b is -(a**b), and a**b**c is a**(b**c).
        text = f"{bracketed(parts[0], ATOM)} ** {bracketed(parts[1], ATOM)}", SIGN
    else:
        symbol, level = INFIX[function]
        # a - (b - c) and a/(b*c) keep their brackets; comparisons must not chain.
        left, right = (bracketed(p, level + n) for n, p in enumerate(parts))
        if level == COMPARISON:
            left = bracketed(parts[0], SUM)
        text = f"{left} {symbol} {right}", level
    if function in TRUTH_VALUED and statement.target.kind == REAL:
        return f"{real}({text[0]})", ATOM
    return text


def bracketed(text: Text, place: int) -> str:
    """Return the text, in brackets if it binds less tightly than its place asks for."""
    return text[0] if text[1] >= place else f"({text[0]})"


def foldable(plan: Plan) -> set[Statement]:
    """Return the statements on numbers that may be written where their result is read."""
    readers: dict[Value, list[Statement | None]] = {}
    for statement in plan.every_statement():
        for operand in statement.operands:
            if isinstance(operand, View) and operand.value.origin == COMPUTED:
                readers.setdefault(operand.value, []).append(statement)
    for result in plan.results.values():
        if isinstance(result, View):
            readers.setdefault(result.value, []).append(None)
    steps = (step.statements for loop in plan.loops for step in loop.steps)
    found: set[Statement] = set()
    for group in (plan.statements, *steps):
        own = set(group)
        found |= {s for s in group if _is_foldable(s, readers.get(s.target, []), own)}
    return found


def _is_foldable(
    statement: Statement, readers: list[Statement | None], group: Container[Statement]
) -> bool:
    """May it be written where its result is read, by one formula of the same function?"""
    if statement.target.axes or statement.function in READS or len(readers) != 1:
        return False
    if any(isinstance(o, View) and o.value.axes for o in statement.operands):
        # Where its result is read, the memory of an array may hold another already.
        return False
    reader = readers[0]
    if reader not in group or reader.target.axes or reader.target.home is not None:
        return False
    return reader.function not in READS and not isinstance(statement.note, Equation)
