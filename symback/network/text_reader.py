"""The text form of a network, read: parse(text) and read(path).

    network digits                      # comments; brackets continue a line
    index n:N i:64 h:32 k:10
    input X[n,i]  Y[n,k] one_hot
    parameter W1[i,h] b1[h] init zeros
    Z1[n,h] = sum(X[n,i]*W1[i,h], i) + b1[h]
    loss L = …

Declarations are read first and equations are put in order, so lines may stand in any order.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from os import PathLike

from sympy import Expr

from symback.errors import SymbackError, TextError
from symback.files import read_text
from symback.network.names import LINE_KEYWORDS, UNRESERVED
from symback.network.network import Network
from symback.network.tensors import ADJOINT, DEFINED, LOSS, Tensor
from symback.network.text_declarations import DECLARATIONS, FIRST_WORD, Declarations, all_of
from symback.network.text_equations import Statement, defined_in_order, statement_of
from symback.network.text_expressions import read_expression
from symback.network.text_scope import Scope, did_you_mean
from symback.network.text_source import LONGEST_TEXT, Piece, logical_lines, source_of

LATEX = re.compile(r"""\s*,?\s*([A-Za-z]\w*)\s*=\s*("[^"]*"|'[^']*')""")


def parse(text: str, file: str = "<text>") -> Network:
    """Return the network that a text spells; ``parse(str(network)) == network``.

    Raises TextError, which names file, line and column.
    """
    lines = list(logical_lines(source_of(text, file)))
    if not lines:
        raise TextError(f"{file}: the text of a network", "no line that says something", EXAMPLE)
    return _Reading(lines).network()


def read(path: str | PathLike[str]) -> Network:
    """Return the network in a file of UTF-8 text; raises FileError and TextError."""
    asked = f"the network in {str(path)[:200]}"
    return parse(read_text(path, asked, LONGEST_TEXT), str(path))


EXAMPLE = (
    "a network is, at least:  input x  parameter w  loss L = (w*x - 1)**2, each on its own line"
)


class _Reading(Declarations):
    """One text on its way to a network."""

    def __init__(self, lines: list[Piece]) -> None:
        super().__init__()
        self.lines = [(_keyword(line), line) for line in lines]

    def network(self) -> Network:
        """Read the lines kind by kind: each kind may use what the kinds before it declare."""
        network = self._named()
        self._each("index", self.index)
        for keyword, declare in DECLARATIONS.items():
            self._each(keyword, lambda line, declare=declare: declare(self, network, line))
        statements = self._statements()
        scope = Scope(self.tensors, self.letters, self.sizes)
        defined_in_order(network, statements, scope)
        for keyword, say in (("update", network.update), ("prediction", network.prediction)):
            self._each(keyword, lambda line, say=say: self._beside(line, scope, say))
        self._each("latex", lambda line: self._latex(network, line))
        return network

    def _each(self, keyword: str, act: Callable[[Piece], None]) -> None:
        for own, line in self.lines:
            if own == keyword:
                act(line)

    def _named(self) -> Network:
        lines = [line for keyword, line in self.lines if keyword == "network"]
        if not lines:
            return Network()
        if len(lines) > 1:
            raise lines[1].error(0, "the network's name", "a second one", "one network a text")
        name = lines[0].text.split(None, 1)[1:]
        if not name:
            raise lines[0].error(0, "the network's name", "nothing", "network digits")
        try:
            return Network(name[0].strip())
        except SymbackError as error:
            raise lines[0].located(lines[0].text.index(name[0]), error) from None

    def _statements(self) -> list[tuple[Statement, Tensor]]:
        """Return states and equations in the order of the text; no right side has been read yet."""
        states = {tensor.name: tensor for _, tensor in self.states}
        statements = list(self.states)
        for keyword, line in self.lines:
            kind = EQUATION_KINDS.get(keyword)
            if kind is None:
                continue
            statement = statement_of(line, kind)
            letters = self.letters_of(line, statement.letters_offset, statement.letters)
            state = states.pop(statement.name, None) if kind == DEFINED else None
            tensor = Tensor(statement.name, letters, kind, is_state=state is not None)
            means = f"{'the loss' if kind == LOSS else 'the equation of'} {tensor}"
            if state is None:
                self.new_name(line, statement.offset, tensor.name, "equation", means, kind)
                self.tensors[tensor.name] = tensor
            else:
                self.taken[tensor.name] = f"{means} (line {line.place(0)[0] + 1})"
            statements.append((statement, tensor))
        return statements

    def _beside(self, line: Piece, scope: Scope, say: Callable[[str, Expr], None]) -> None:
        """Read what is no equation of the network: an update, or an equation for prediction."""
        statement = statement_of(line, _keyword(line))
        name, offset = statement.name, statement.offset
        tensor = self.tensors.get(name)
        if tensor is None:
            helps = did_you_mean(name, self.tensors)
            is_update = _keyword(line) == "update"
            helps = helps or (
                "declare it: buffer …" if is_update else f"define it first: {name} = …"
            )
            raise line.error(offset, f"{_keyword(line)} of {name}", "no tensor of this name", helps)
        if self.letters_of(line, statement.letters_offset, statement.letters) != tensor.letters:
            found = f"it was declared as {tensor}"
            raise line.error(offset, f"{_keyword(line)} of {name}", found, f"write {tensor} = …")
        expression = read_expression(statement.right, scope, f"{_keyword(line)} {tensor}")
        try:
            say(name, expression)
        except SymbackError as error:
            raise line.located(offset, error) from None

    def _latex(self, network: Network, line: Piece) -> None:
        for match in all_of(LATEX, line, "latex", 'write latex Z1 = "Z^{(1)}"'):
            if match[1] not in network:
                helps = did_you_mean(match[1], network.tensors)
                raise line.error(match.start(1), f"the tensor {match[1]}", "no such name", helps)
            try:
                network.set_latex(match[1], match[2][1:-1])
            except SymbackError as error:
                raise line.located(match.start(2), error) from None


def _keyword(line: Piece) -> str:
    """Return the word that says what kind of line this is; nothing for an equation."""
    match = FIRST_WORD.match(line.text)
    if not match or match[1] not in LINE_KEYWORDS:
        return ""
    is_name = match[1] in UNRESERVED and line.text[match.end() :].lstrip()[:1] in ("=", "[")
    return "" if is_name else match[1]


EQUATION_KINDS = {"": DEFINED, "loss": LOSS, "adjoint": ADJOINT}
