"""Declarations of the text form: letters, inputs, parameters, constants, random tensors, states.

    random M[n,h] bernoulli(0.5)        # one of the distributions, with its numbers
    buffer mu_run[h] initial 0
    state h[t,n,k] initial h0[n,k]      # up to the end of the line, or to ;

A declaration that ends in an expression may be followed by ; and another one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from sympy import Expr, Symbol

from symback.algebra.letters import Index
from symback.errors import SymbackError
from symback.network.distributions import ROWS
from symback.network.initialisers import initialiser_parts
from symback.network.names import checked_new_name
from symback.network.network import Network
from symback.network.tensors import (
    ADJOINT,
    BUFFER,
    CONSTANT,
    INPUT,
    PARAMETER,
    RANDOM,
    STATE,
    Tensor,
)
from symback.network.text_equations import Statement, statement_of
from symback.network.text_expressions import read_expression
from symback.network.text_scope import Scope, did_you_mean
from symback.network.text_source import Piece

SIZED = re.compile(r"\s*,?\s*([A-Za-z_]\w*)\s*:\s*((?:(?![A-Za-z_]\w*\s*:)[^:])*)")
NAMED = re.compile(r"\s*,?\s*([^\s,\[\]=]+)\s*(?:\[([^\[\]]*)\])?")
HEAD = re.compile(r"\s*([A-Za-z_]\w*)\s*(?:\[([^\[\]]*)\])?\s*")
FIRST_WORD = re.compile(r"\s*([A-Za-z_]\w*)")
BRACKETS = re.compile(r"[()\[\],;]")


class Declarations:
    """The declarations of one text: what its names mean so far."""

    def __init__(self) -> None:
        self.letters: dict[str, Index] = {}
        self.sizes: dict[str, Symbol] = {}
        self.tensors: dict[str, Tensor] = {}
        self.taken: dict[str, str] = {}
        self.states: list[tuple[Statement, Tensor]] = []

    def new_name(
        self, line: Piece, offset: int, name: str, what: str, means: str, kind: str = ""
    ) -> None:
        """Take a name, or raise TextError where it is not legal or not free."""
        try:
            checked_new_name(name, what, self.taken, generated=kind in (INPUT, ADJOINT))
        except SymbackError as error:
            raise line.located(offset, error) from None
        self.taken[name] = f"{means} (line {line.place(offset)[0] + 1})"

    def index(self, line: Piece) -> None:
        """Read a line of letters: index n:N i:64."""
        for match in all_of(SIZED, line, "index", "write index n:N i:64"):
            name, size, offset = match[1], match[2].strip().rstrip(","), match.start(1)
            self.new_name(line, offset, name, "index", f"the index letter {name}:{size}")
            try:
                letter = Index(name, size)
            except SymbackError as error:
                raise line.located(match.start(2), error) from None
            self.letters[name] = letter
            for symbol in sorted(letter.size.free_symbols, key=lambda s: s.name):
                if symbol.name not in self.sizes:
                    means = f"the size {symbol.name}"
                    self.new_name(line, match.start(2), symbol.name, "size", means)
                    self.sizes[symbol.name] = symbol

    def letters_of(self, line: Piece, start: int, text: str | None) -> tuple[Index, ...]:
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

    # Words behind a name --------------------------------------------------------------------------

    def inputs(self, network: Network, line: Piece) -> None:
        """Read a line of inputs: input X[n,i]  ids[n] integer."""
        self._several(network, line, INPUT, ("one_hot", "integer"))

    def parameters(self, network: Network, line: Piece) -> None:
        """Read a line of parameters: parameter W[i,h] init he  b[h]."""
        self._several(network, line, PARAMETER, ("init",))

    def _several(
        self, network: Network, line: Piece, kind: str, modifiers: tuple[str, ...]
    ) -> None:
        """Declare the tensors of one line; a modifier belongs to the name before it."""
        matches = list(all_of(NAMED, line, kind, f"write {kind} X[n,i]"))
        declare = network.input if kind == INPUT else network.parameter
        while matches:
            match = matches.pop(0)
            chosen = {}
            letters = self.letters_of(line, match.start(2), match[2])
            while matches and matches[0][2] is None and matches[0][1] in MODIFIER_READERS:
                word = matches.pop(0)
                if word[1] not in modifiers:
                    found = f"it does not belong to {kind}"
                    raise line.error(word.start(1), f"the modifier {word[1]}", found)
                chosen[word[1]] = MODIFIER_READERS[word[1]](line, word, matches)
            tensor = Tensor(match[1], letters, kind)
            self._declared(line, match.start(1), tensor, declare, chosen)

    def _declared(
        self, line: Piece, offset: int, tensor: Tensor, declare: Callable[..., Tensor], chosen: dict
    ) -> None:
        means = f"the {tensor.kind} {tensor}"
        self.new_name(line, offset, tensor.name, tensor.kind, means, tensor.kind)
        try:
            self.tensors[tensor.name] = declare(tensor.name, *tensor.letters, **chosen)
        except SymbackError as error:
            raise line.located(offset, error) from None

    # An expression behind a name ------------------------------------------------------------------

    def constant(self, network: Network, line: Piece) -> None:
        """Read a constant: constant lam = 0.01."""
        statement = statement_of(line, CONSTANT)
        name, offset = statement.name, statement.offset
        if statement.letters is not None:
            raise line.error(offset, f"constant {name}", "letters", "constants are single numbers")
        self.new_name(line, offset, name, CONSTANT, f"the constant {name}")
        value = read_expression(statement.right, Scope({}, {}, {}), f"constant {name}")
        try:
            self.tensors[name] = network.constant(name, value)
        except SymbackError as error:
            raise line.located(offset, error) from None

    def randoms(self, network: Network, line: Piece) -> None:
        """Read random tensors: random M[n,h] bernoulli(0.5); E[n,h] normal(0, 0.1)."""
        for piece in declared_pieces(line, RANDOM, "write random M[n,h] bernoulli(0.5)"):
            tensor, offset, rest = self._head(piece, RANDOM)
            self._declared(piece, offset, tensor, network.random, self._distribution(rest))

    def _distribution(self, piece: Piece) -> dict[str, object]:
        """Return what network.random is told by the text of a distribution."""
        text = piece.text.strip()
        match = re.match(r"\s*(\w+)\s*", piece.text)
        name = match[1] if match else ""
        known = ", ".join(f"{n}({', '.join(row.defaults)})" for n, row in ROWS.items())
        if name not in ROWS:
            asked, helps = "random: a distribution was asked for", f"use {known}"
            raise piece.error(match.start(1) if match else 0, asked, name or "nothing", helps)
        if text == name:
            return {"distribution": name}
        if piece.text[match.end()] != "(" or not text.endswith(")"):
            found = "something behind it that is not its numbers"
            helps = f"write {known}; a ; stands before the next tensor"
            raise piece.error(match.end(), f"the distribution {name}", found, helps)
        inside = piece.part(match.end() + 1, len(piece.text.rstrip()) - 1)
        numbers = [self._number(part, f"random: {name}") for part in separated(inside, ",")]
        names = tuple(ROWS[name].defaults)
        if len(numbers) > len(names):
            asked, helps = f"the numbers of {name}", f"write {name}({', '.join(names)})"
            raise piece.error(match.start(1), asked, f"{len(numbers)} of them", helps)
        return {"distribution": name, **dict(zip(names, numbers, strict=False))}

    def _number(self, piece: Piece, what: str) -> Expr:
        """Return a number, or an expression of constants."""
        return read_expression(piece, Scope(self.tensors, {}, {}), what)

    def buffers(self, network: Network, line: Piece) -> None:
        """Read buffers: buffer mu_run[h] initial 0; count."""
        for piece in declared_pieces(line, BUFFER, "write buffer mu_run[h] initial 0"):
            tensor, offset, rest = self._head(piece, BUFFER)
            start = self._initial(rest, BUFFER)
            chosen = {} if start is None else {"initial": self._number(start, f"buffer {tensor}")}
            self._declared(piece, offset, tensor, network.buffer, chosen)

    def states_of(self, network: Network, line: Piece) -> None:
        """Note states: state h[t,n,k] initial h0[n,k]; they are declared among the equations.

        Why there? The initial value may read what an equation defines.
        """
        for piece in declared_pieces(line, STATE, "write state h[t,n,k] initial h0[n,k]"):
            tensor, offset, rest = self._head(piece, STATE)
            start = self._initial(rest, STATE)
            self.new_name(piece, offset, tensor.name, STATE, f"the state {tensor}")
            right = start or rest.part(len(rest.text))
            self.tensors[tensor.name] = tensor
            self.states.append((Statement(piece, tensor.name, offset, None, 0, right), tensor))

    def _head(self, piece: Piece, kind: str) -> tuple[Tensor, int, Piece]:
        """Return the tensor that a piece declares, where its name stands, and what follows."""
        match = HEAD.match(piece.text)
        if not match:
            helps = f"write {kind} X[n,i]"
            raise piece.error(0, f"{kind}: a name was asked for", "something else", helps)
        letters = self.letters_of(piece, match.start(2), match[2])
        tensor = Tensor(match[1], letters, kind, is_state=kind == STATE)
        return tensor, match.start(1), piece.part(match.end())

    def _initial(self, rest: Piece, kind: str) -> Piece | None:
        """Return the text of an initial value; None where nothing follows the name."""
        if not rest.text.strip():
            return None
        match = re.match(r"\s*initial\b", rest.text)
        if not match:
            helps = f"write {kind} h[…] initial 0; a ; stands before the next {kind}"
            raise rest.error(0, f"{kind}: initial was asked for", "something else", helps)
        start = rest.part(match.end())
        if not start.text.strip():
            raise start.error(0, "initial: a value was asked for", "nothing", "write initial 0")
        return start


def all_of(pattern: re.Pattern, line: Piece, keyword: str, helps: str) -> Iterator[re.Match]:
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


def declared_pieces(line: Piece, keyword: str, helps: str) -> Iterator[Piece]:
    """Yield the declarations of a line, which ; separates."""
    behind = line.part(FIRST_WORD.match(line.text).end())
    if not behind.text.strip():
        raise behind.error(0, f"{keyword}: a name was asked for", "nothing", helps)
    yield from (piece for piece in separated(behind, ";") if piece.text.strip())


def separated(piece: Piece, sign: str) -> Iterator[Piece]:
    """Yield the parts of a text between signs that stand in no brackets."""
    depth = start = 0
    for match in BRACKETS.finditer(piece.text):
        depth += (match[0] in "([") - (match[0] in ")]")
        if match[0] == sign and not depth:
            yield piece.part(start, match.start())
            start = match.end()
    yield piece.part(start)


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
# In the order in which they are read: each may use what those before it declare.
DECLARATIONS: dict[str, Callable[[Declarations, Network, Piece], None]] = {
    INPUT: Declarations.inputs,
    PARAMETER: Declarations.parameters,
    CONSTANT: Declarations.constant,
    RANDOM: Declarations.randoms,
    BUFFER: Declarations.buffers,
    STATE: Declarations.states_of,
}
