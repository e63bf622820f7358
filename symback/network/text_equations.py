"""The equations of a text: what stands on the left of =, and the order to define them in.

States are declared where their initial value can be read, so they are put in order too.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sympy import Expr

from symback.algebra.traversal import entries
from symback.errors import SymbackError, TextError
from symback.network.names import LINE_KEYWORDS
from symback.network.network import Network
from symback.network.recurrences import components, is_earlier, topological
from symback.network.tensors import ADJOINT, DEFINED, LOSS, STATE, Tensor
from symback.network.text_expressions import read_expression
from symback.network.text_scope import Scope, did_you_mean
from symback.network.text_source import Piece

EQUALS = re.compile(r"(?<![<>=!])=(?!=)")
KINDS = r"(?:loss|adjoint|constant|update|prediction)"
LEFT = re.compile(rf"\s*(?:{KINDS}\s+)?([^\s\[\]()]+)\s*(?:\[([^\[\]]*)\])?\s*\Z")


@dataclass(frozen=True, slots=True)
class Statement:
    """name[letters] = right, as it stands in the text."""

    line: Piece
    name: str
    offset: int  # of the name in the line
    letters: str | None  # as written between the brackets
    letters_offset: int
    right: Piece


def statement_of(line: Piece, kind: str) -> Statement:
    """Return a line cut at its =; raises TextError for a line that is no equation."""
    equals = EQUALS.search(line.text)
    if not equals:
        raise _no_equation(line, kind)
    left = LEFT.match(line.text[: equals.start()])
    if not left:
        offset = len(line.text) - len(line.text.lstrip())
        helps = "a name, then letters in square brackets: Z1[n,h] = …"
        raise line.error(offset, "the left side of an equation", "something else", helps)
    if left[1] in (LOSS, ADJOINT):
        helps = f"give it one: {left[1]} {'L' if left[1] == LOSS else 'Z_bar[n]'} = …"
        raise line.error(left.start(1), f"{left[1]}: a name was asked for", "none", helps)
    if kind == LOSS and left[2] is not None:
        helps = f"sum or mean over {left[2].strip() or 'its letters'}"
        raise line.error(left.start(1), f"loss {left[1]}", "letters: a loss is one number", helps)
    right = line.part(equals.end())
    return Statement(line, left[1], left.start(1), left[2], left.start(2), right)


def _no_equation(line: Piece, kind: str) -> TextError:
    offset = len(line.text) - len(line.text.lstrip())
    word = re.match(r"\w*", line.text[offset:])[0]
    if "==" in line.text:
        return line.error(line.text.index("=="), "an equation", "==", "one = defines: z = w*x")
    asked = "a line of the language" if kind == DEFINED else f"{kind}: an equation"
    is_known = word in LINE_KEYWORDS
    words = (
        f"write {word} y = …" if is_known else did_you_mean(word.removesuffix("s"), LINE_KEYWORDS)
    )
    helps = words or f"lines begin with {', '.join(LINE_KEYWORDS[:5])}, …, or are name[letters] = …"
    return line.error(offset, asked, "no = in it", helps)


def defined_in_order(
    network: Network, statements: Sequence[tuple[Statement, Tensor]], scope: Scope
) -> None:
    """Add states and equations to the network, each behind all that it reads, else as written.

    A state may be read at an earlier step before it has its equation. Raises TextError for what
    cannot be read or defined, and for equations that read each other in a circle.
    """
    expressions = [
        _expression(statement, tensor, scope) if statement.right.text.strip()
        or tensor.kind != STATE else None
        for statement, tensor in statements
    ]  # fmt: skip
    for group in _order(statements, expressions):
        statement, tensor = statements[group[0]]
        try:
            if len(group) > 1 or tensor.kind == ADJOINT:
                equations = ((statements[number][1], expressions[number]) for number in group)
                network.adjoints([(t.name, t.letters, written) for t, written in equations])
            else:
                _define(network, tensor, expressions[group[0]])
        except SymbackError as error:
            raise statement.line.located(statement.offset, error) from None


def _expression(statement: Statement, tensor: Tensor, scope: Scope) -> Expr:
    what = f"state {tensor}: its initial value" if tensor.kind == STATE else f"equation {tensor}"
    return read_expression(statement.right, scope, what, tensor.kind == ADJOINT)


def _define(network: Network, tensor: Tensor, expression: Expr | None) -> None:
    if tensor.kind == STATE:
        network.state(tensor.name, *tensor.letters, initial=expression)
    elif tensor.kind == LOSS:
        network.loss(tensor.name, expression)
    else:
        network.define(tensor.name, tensor.letters, expression)


def _order(
    statements: Sequence[tuple[Statement, Tensor]], expressions: Sequence[Expr | None]
) -> list[tuple[int, ...]]:
    """Return the numbers of the statements, the first that can be defined first.

    Adjoint equations that read each other come as a group.
    """
    waits = _waits(statements, expressions)
    groups = [tuple(sorted(group)) for group in components(dict(enumerate(waits)))]
    for group in groups:
        is_circle = len(group) > 1 or group[0] in waits[group[0]]
        if is_circle and any(statements[number][1].kind != ADJOINT for number in group):
            raise _circle(statements, waits, group)
    group_of = {number: place for place, group in enumerate(groups) for number in group}
    outer = [
        {group_of[other] for number in group for other in waits[number]} - {place}
        for place, group in enumerate(groups)
    ]
    return [groups[place] for place in topological(outer, [group[0] for group in groups])]


def _waits(
    statements: Sequence[tuple[Statement, Tensor]], expressions: Sequence[Expr | None]
) -> list[list[int]]:
    """Return for each statement those that must come before it."""
    declared = {t.name: n for n, (_, t) in enumerate(statements) if t.kind == STATE}
    defined = {t.name: n for n, (_, t) in enumerate(statements) if t.kind != STATE}
    waits = []
    for (_, tensor), expression in zip(statements, expressions, strict=True):
        own = {declared[tensor.name]} if tensor.kind == DEFINED and tensor.is_state else set()
        letters = tensor.letters[1:] if tensor.kind == STATE else tensor.letters
        for entry in () if expression is None else entries(expression):
            own |= {declared[entry.tensor]} if entry.tensor in declared else set()
            is_known = entry.tensor in declared and is_earlier(entry, letters)
            own |= {defined[entry.tensor]} if entry.tensor in defined and not is_known else set()
        waits.append(sorted(own))
    return waits


def _circle(
    statements: Sequence[tuple[Statement, Tensor]], waits: list[list[int]], group: tuple[int, ...]
) -> TextError:
    """Return the error that names a shortest circle through the group's first statement."""
    first = group[0]
    reader: dict[int, int] = {}  # by whom each statement was reached
    pending = [first]
    while first not in reader:
        reached = [(number, n) for number in pending for n in waits[number] if n in group]
        pending = list(dict.fromkeys(n for _, n in reached if n not in reader))
        reader = {n: number for number, n in reversed(reached)} | reader
    circle = [reader[first]]
    while circle[-1] != first:
        circle.append(reader[circle[-1]])
    circle.reverse()
    names = [statements[n][1].name for n in (*circle, first)]
    if len(names) > 10:
        names[6:-2] = ["…"]
    statement = statements[first][0]
    return statement.line.error(
        statement.offset,
        f"the equation of {names[0]}",
        f"it needs itself: {' reads '.join(names)}",
        "what reads its own past is a recurrence: declare it as a state, and read h[t-1]: "
        "state h[t,n]",
    )
