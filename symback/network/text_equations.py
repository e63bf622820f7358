"""The equations of a text: what stands on the left of =, and the order to define them in."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from heapq import heappop, heappush

from sympy import Expr

from symback.algebra.traversal import entries
from symback.errors import SymbackError, TextError
from symback.network.names import LINE_KEYWORDS
from symback.network.network import Network
from symback.network.tensors import ADJOINT, DEFINED, LOSS, Tensor
from symback.network.text_expressions import read_expression
from symback.network.text_scope import Scope, did_you_mean
from symback.network.text_source import Piece

EQUALS = re.compile(r"(?<![<>=!])=(?!=)")
LEFT = re.compile(r"\s*(?:(?:loss|adjoint|constant)\s+)?([^\s\[\]()]+)\s*(?:\[([^\[\]]*)\])?\s*\Z")


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
    words = did_you_mean(word.removesuffix("s"), LINE_KEYWORDS)
    helps = words or f"lines begin with {', '.join(LINE_KEYWORDS[:5])}, …, or are name[letters] = …"
    return line.error(offset, asked, "no = in it", helps)


def defined_in_order(
    network: Network, statements: Sequence[tuple[Statement, Tensor]], scope: Scope
) -> None:
    """Add the equations to the network, each behind all that it reads, else as they are written.

    Raises TextError for what cannot be read or defined, and for equations that read each other in
    a circle.
    """
    expressions = [
        read_expression(statement.right, scope, f"equation {tensor}", tensor.kind == ADJOINT)
        for statement, tensor in statements
    ]
    for number in _order(statements, expressions):
        statement, tensor = statements[number]
        try:
            _define(network, tensor, expressions[number])
        except SymbackError as error:
            raise statement.line.located(statement.offset, error) from None


def _define(network: Network, tensor: Tensor, expression: Expr) -> None:
    if tensor.kind == LOSS:
        network.loss(tensor.name, expression)
    elif tensor.kind == ADJOINT:
        network.adjoint(tensor.name, tensor.letters, expression)
    else:
        network.define(tensor.name, tensor.letters, expression)


def _order(
    statements: Sequence[tuple[Statement, Tensor]], expressions: Sequence[Expr]
) -> list[int]:
    """Return the numbers of the statements, the first that can be defined first."""
    number_of = {tensor.name: number for number, (_, tensor) in enumerate(statements)}
    waits: list[list[int]] = []  # for whom each statement waits
    awaited: list[list[int]] = [[] for _ in statements]
    for number, expression in enumerate(expressions):
        names = dict.fromkeys(entry.tensor for entry in entries(expression))
        waits.append([number_of[name] for name in names if name in number_of])
        for other in waits[number]:
            awaited[other].append(number)
    missing = [len(others) for others in waits]
    ready = [number for number, count in enumerate(missing) if not count]
    order = []
    while ready:
        number = heappop(ready)
        order.append(number)
        for other in awaited[number]:
            missing[other] -= 1
            if not missing[other]:
                heappush(ready, other)
    if len(order) < len(statements):
        raise _circle(statements, waits, set(order))
    return order


def _circle(
    statements: Sequence[tuple[Statement, Tensor]], waits: list[list[int]], done: set[int]
) -> TextError:
    """Return the error that names one circle: from a stuck statement, follow what it waits for."""
    number = next(n for n in range(len(statements)) if n not in done)
    path: dict[int, None] = {}
    while number not in path:
        path[number] = None
        number = next(other for other in waits[number] if other not in done)
    circle = list(path)[list(path).index(number) :]
    first = min(circle)
    circle = circle[circle.index(first) :] + circle[: circle.index(first)]
    names = [statements[n][1].name for n in (*circle, first)]
    if len(names) > 10:
        names[6:-2] = ["…"]
    statement = statements[first][0]
    return statement.line.error(
        statement.offset,
        f"the equation of {names[0]}",
        f"it needs itself: {' reads '.join(names)}",
        "what reads its own past is a recurrence and needs a state with a letter for time",
    )
