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

from sympy import Symbol

from symback.algebra.letters import Index
from symback.errors import NotYetError, SymbackError, TextError
from symback.files import read_text
from symback.network.initialisers import initialiser_parts
from symback.network.names import LINE_KEYWORDS, checked_new_name
from symback.network.network import Network
from symback.network.tensors import ADJOINT, CONSTANT, DEFINED, INPUT, LOSS, PARAMETER, Tensor
from symback.network.text_equations import Statement, defined_in_order, statement_of
from symback.network.text_expressions import read_expression
from symback.network.text_scope import Scope, did_you_mean
from symback.network.text_source import LONGEST_TEXT, Piece, logical_lines, source_of

NOT_YET = ("state", "random", "buffer", "update")
SIZED = re.compile(r"\s*,?\s*([A-Za-z_]\w*)\s*:\s*((?:(?![A-Za-z_]\w*\s*:)[^:])*)")
NAMED = re.compile(r"\s*,?\s*([^\s,\[\]=]+)\s*(?:\[([^\[\]]*)\])?")
LATEX = re.compile(r"""\s*,?\s*([A-Za-z]\w*)\s*=\s*("[^"]*"|'[^']*')""")
FIRST_WORD = re.compile(r"\s*([A-Za-z_]\w*)")


def parse(text: str, file: str = "<text>") -> Network:
    """Return the network that a text spells; ``parse(str(network)) == network``.

    Raises TextError, which names file, line and column; NotYetError for lines of later versions.
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


class _Reading:
    """One text on its way to a network: what its names mean so far."""

    def __init__(self, lines: list[Piece]) -> None:
        self.lines = [(self._keyword(line), line) for line in lines]
        self.letters: dict[str, Index] = {}
        self.sizes: dict[str, Symbol] = {}
        self.tensors: dict[str, Tensor] = {}
        self.taken: dict[str, str] = {}

    def network(self) -> Network:
        """Read the lines kind by kind: each kind may use what the kinds before it declare."""
        for keyword, line in self.lines:
            if keyword in NOT_YET:
                asked = f"{line.where()}: {keyword}"
                raise NotYetError(asked, "a line that this version does not support yet")
        network = self._named()
        self._each("index", self._index)
        for keyword, declare in DECLARATIONS.items():
            self._each(keyword, lambda line, declare=declare: declare(self, network, line))
        statements = self._statements()
        scope = Scope(self.tensors, self.letters, self.sizes)
        defined_in_order(network, statements, scope)
        self._each("latex", lambda line: self._latex(network, line))
        return network

    def _each(self, keyword: str, act: Callable[[Piece], None]) -> None:
        for own, line in self.lines:
            if own == keyword:
                act(line)

    def _keyword(self, line: Piece) -> str:
        match = FIRST_WORD.match(line.text)
        return match[1] if match and match[1] in LINE_KEYWORDS else ""

    # Names ----------------------------------------------------------------------------------------

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

    def _new_name(
        self, line: Piece, offset: int, name: str, what: str, means: str, kind: str = ""
    ) -> None:
        try:
            checked_new_name(name, what, self.taken, generated=kind in (INPUT, ADJOINT))
        except SymbackError as error:
            raise line.located(offset, error) from None
        self.taken[name] = f"{means} (line {line.place(offset)[0] + 1})"

    def _index(self, line: Piece) -> None:
        for match in _all(SIZED, line, "index", "write index n:N i:64"):
            name, size, offset = match[1], match[2].strip().rstrip(","), match.start(1)
            self._new_name(line, offset, name, "index", f"the index letter {name}:{size}")
            try:
                letter = Index(name, size)
            except SymbackError as error:
                raise line.located(match.start(2), error) from None
            self.letters[name] = letter
            for symbol in sorted(letter.size.free_symbols, key=lambda s: s.name):
                if symbol.name not in self.sizes:
                    means = f"the size {symbol.name}"
                    self._new_name(line, match.start(2), symbol.name, "size", means)
                    self.sizes[symbol.name] = symbol

    def _letters(self, line: Piece, start: int, text: str | None) -> tuple[Index, ...]:
        """Return the letters between the brackets behind a name; ``start`` is where they stand."""
        if text is None:
            return ()
        letters = []
        for word in text.split(","):
            name = word.strip()
            if name not in self.letters:
                helps = did_you_mean(name, self.letters) or f"declare it: index {name}:64"
                helps = helps if name.isidentifier() else "only index letters stand here: Z[n,h]"
                offset = start + len(word) - len(word.lstrip())
                raise line.error(offset, f"the index letter {name}", "no such letter", helps)
            letters.append(self.letters[name])
            start += len(word) + 1
        return tuple(letters)

    # Declarations ---------------------------------------------------------------------------------

    def _tensors(self, network: Network, line: Piece, kind: str, options: dict) -> None:
        """Declare the tensors of one line; a modifier belongs to the name before it."""
        matches = list(_all(NAMED, line, kind, f"write {kind} X[n,i]"))
        while matches:
            match = matches.pop(0)
            name, offset = match[1], match.start(1)
            letters = self._letters(line, match.start(2), match[2])
            chosen = {}
            while matches and matches[0][2] is None and matches[0][1] in MODIFIER_READERS:
                word = matches.pop(0)
                if word[1] not in options:
                    found = f"it does not belong to {kind}"
                    raise line.error(word.start(1), f"the modifier {word[1]}", found)
                chosen[word[1]] = MODIFIER_READERS[word[1]](line, word, matches)
            self._declared(network, line, offset, Tensor(name, letters, kind), chosen)

    def _declared(
        self, network: Network, line: Piece, offset: int, tensor: Tensor, chosen: dict
    ) -> None:
        means = f"the {tensor.kind} {tensor}"
        self._new_name(line, offset, tensor.name, tensor.kind, means, tensor.kind)
        declare = network.input if tensor.kind == INPUT else network.parameter
        try:
            self.tensors[tensor.name] = declare(tensor.name, *tensor.letters, **chosen)
        except SymbackError as error:
            raise line.located(offset, error) from None

    def _inputs(self, network: Network, line: Piece) -> None:
        self._tensors(network, line, INPUT, {"one_hot": False, "integer": False})

    def _parameters(self, network: Network, line: Piece) -> None:
        self._tensors(network, line, PARAMETER, {"init": None})

    def _constant(self, network: Network, line: Piece) -> None:
        statement = statement_of(line, CONSTANT)
        name, offset = statement.name, statement.offset
        if statement.letters is not None:
            raise line.error(offset, f"constant {name}", "letters", "constants are single numbers")
        self._new_name(line, offset, name, CONSTANT, f"the constant {name}")
        value = read_expression(statement.right, Scope({}, {}, {}), f"constant {name}")
        try:
            self.tensors[name] = network.constant(name, value)
        except SymbackError as error:
            raise line.located(offset, error) from None

    # Equations ------------------------------------------------------------------------------------

    def _statements(self) -> list[tuple[Statement, Tensor]]:
        """Return the equations with what they define; no right-hand side has been read yet."""
        statements = []
        for keyword, line in self.lines:
            kind = EQUATION_KINDS.get(keyword)
            if kind is None:
                continue
            statement = statement_of(line, kind)
            letters = self._letters(line, statement.letters_offset, statement.letters)
            tensor = Tensor(statement.name, letters, kind)
            means = f"{'the loss' if kind == LOSS else 'the equation of'} {tensor}"
            self._new_name(line, statement.offset, tensor.name, "equation", means, kind)
            self.tensors[tensor.name] = tensor
            statements.append((statement, tensor))
        return statements

    def _latex(self, network: Network, line: Piece) -> None:
        for match in _all(LATEX, line, "latex", 'write latex Z1 = "Z^{(1)}"'):
            if match[1] not in network:
                helps = did_you_mean(match[1], network.tensors)
                raise line.error(match.start(1), f"the tensor {match[1]}", "no such name", helps)
            try:
                network.set_latex(match[1], match[2][1:-1])
            except SymbackError as error:
                raise line.located(match.start(2), error) from None


def _all(pattern: re.Pattern, line: Piece, keyword: str, helps: str):
    """Yield the matches of a pattern, one behind the other, from behind the keyword to the end."""
    place, end = FIRST_WORD.match(line.text).end(), len(line.text.rstrip())
    if place >= end:
        raise line.error(place, f"{keyword}: a name was asked for", "nothing", helps)
    while place < end:
        match = pattern.match(line.text, place)
        if not match:
            offset = place + len(line.text[place:]) - len(line.text[place:].lstrip())
            raise line.error(offset, f"{keyword}: a name was asked for", "something else", helps)
        place = match.end()
        yield match


def _initialiser(line: Piece, word: re.Match, rest: list[re.Match]) -> str:
    try:
        initialiser_parts(rest[0][1] if rest and rest[0][2] is None else "nothing")
    except SymbackError as error:
        raise line.error(word.start(1), error.asked, error.found, error.helps) from None
    return rest.pop(0)[1]


# How the words behind a name are read; each returns the value of its option.
MODIFIER_READERS: dict[str, Callable[[Piece, re.Match, list[re.Match]], object]] = {
    "one_hot": lambda line, word, rest: True,
    "integer": lambda line, word, rest: True,
    "init": _initialiser,
}
DECLARATIONS: dict[str, Callable[[_Reading, Network, Piece], None]] = {
    "input": _Reading._inputs,
    "parameter": _Reading._parameters,
    "constant": _Reading._constant,
}
EQUATION_KINDS = {"": DEFINED, "loss": LOSS, "adjoint": ADJOINT}
