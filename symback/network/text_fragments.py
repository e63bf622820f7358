"""Less than a whole text: one expression in the language of a network, or equations of scalars."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sympy import Expr

from symback.algebra.functions import LANGUAGE
from symback.algebra.inward import from_sympy
from symback.algebra.letters import Index
from symback.algebra.traversal import free_letters
from symback.errors import SymbackError, TextError
from symback.network.names import checked_new_name
from symback.network.network import Network
from symback.network.tensors import DEFINED, INPUT, LOSS, PARAMETER, Tensor
from symback.network.text_equations import Statement, defined_in_order, statement_of
from symback.network.text_expressions import CONSTANTS, read_expression
from symback.network.text_scope import Scope
from symback.network.text_source import Piece, logical_lines, source_of
from symback.network.text_tokens import TOKEN
from symback.network.wellformed import check_expression

LOSS_NAME = "L"


def parse_expression(
    text: str, network: Network, letters: Iterable[Index] | None = None, file: str = "<expression>"
) -> Expr:
    """Return the expression that a text spells with the names of a network.

    With ``letters``, no others may be free in it. Raises TextError and NotYetError.
    """
    lines = list(logical_lines(source_of(text, file)))
    if len(lines) != 1:
        found = f"{len(lines)} lines" if lines else "nothing"
        raise TextError(f"{file}: an expression was asked for", found, "one line, or brackets")
    scope = Scope(network.tensors, network.letters, network.sizes)
    expression = read_expression(lines[0], scope)
    what = "the expression"
    try:
        written = from_sympy(expression, network.tensors, what, network.letters)
        free = free_letters(written) if letters is None else letters
        check_expression(what, tuple(free), written, network.tensors)
    except SymbackError as error:
        raise lines[0].located(0, error) from None
    return written


def parse_equations(text: str, parameters: Iterable[str] = (), file: str = "<equation>") -> Network:
    """Return the network of scalar equations such as "h = tanh(w*x); E = (h - y)**2/2".

    The last equation is the loss. Names that no equation defines are scalars: parameters if they
    are among ``parameters``, else inputs. An expression without = is the loss L. Raises TextError.
    """
    lines = list(logical_lines(source_of(text.replace(";", "\n"), file)))
    if not lines:
        raise TextError(f"{file}: an equation was asked for", "nothing", "E = (w*x - y)**2/2")
    statements = list(_statements(lines))
    network = Network("equation" if len(statements) == 1 else "equations")
    tensors = {tensor.name: tensor for _, tensor in statements}
    wanted = tuple(dict.fromkeys(parameters))
    for piece, name, offset in _undeclared(statements, tensors):
        kind = PARAMETER if name in wanted else INPUT
        declare = network.parameter if kind == PARAMETER else network.input
        try:
            tensors[name] = declare(name)
        except SymbackError as error:
            raise piece.located(offset, error) from None
    for name in wanted:
        if name not in network:
            found = "an equation defines it" if name in tensors else "no such name in the equations"
            names = ", ".join(t.name for t in network.tensors.values())
            raise TextError(f"{file}: the parameter {name[:60]}", found, f"names: {names}")
    defined_in_order(network, statements, Scope(tensors, {}, {}))
    return network


def _statements(lines: list[Piece]) -> Iterator[tuple[Statement, Tensor]]:
    taken: dict[str, str] = {}
    for number, line in enumerate(lines):
        kind = LOSS if number == len(lines) - 1 else DEFINED
        if len(lines) == 1 and "=" not in line.text:
            statement = Statement(line, LOSS_NAME, 0, None, 0, line)
        else:
            statement = statement_of(line, kind)
        if statement.letters is not None:
            found = "letters, which only the text form can declare"
            helps = "write the network into a file"
            raise line.error(statement.offset, f"the equation of {statement.name}", found, helps)
        try:
            checked_new_name(statement.name, "equation", taken)
        except SymbackError as error:
            raise line.located(statement.offset, error) from None
        taken[statement.name] = f"the equation in line {line.place(0)[0] + 1}"
        yield statement, Tensor(statement.name, (), kind)


def _undeclared(
    statements: list[tuple[Statement, Tensor]], defined: dict[str, Tensor]
) -> Iterator[tuple[Piece, str, int]]:
    """Yield (piece, name, offset) once for each name that is no function and defined nowhere."""
    seen = set(defined) | set(LANGUAGE) | set(CONSTANTS) | {"and", "or", "not"}
    for statement, _ in statements:
        text = statement.right.text
        for match in TOKEN.finditer(text):
            name = match["name"]
            behind = text[match.end() :].lstrip()[:1]
            if name and name not in seen and behind != "(":
                if behind == "[":
                    found = "brackets, and an equation alone has single numbers only"
                    helps = "write the network into a file, with index and input lines"
                    raise statement.right.error(match.start(), f"the name {name}", found, helps)
                seen.add(name)
                yield statement.right, name, match.start()
