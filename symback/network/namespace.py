"""The name space of a network as it grows: one letter has one size, one name has one meaning."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sympy import Symbol

from symback.algebra.letters import Index
from symback.errors import DefinitionError
from symback.network.names import CONSTANT_NAMES, checked_new_name
from symback.network.tensors import Tensor


class NameSpace:
    """The letters and sizes that a network uses, beside its tensors; a change happens or fails."""

    def __init__(self, tensors: Mapping[str, Tensor]) -> None:
        self.tensors = tensors
        self.letters: dict[str, Index] = {}
        self.sizes: dict[str, Symbol] = {}
        # The constants that equations use, each with the first of these equations.
        self.constants: dict[str, str] = {}

    def copy(self, tensors: Mapping[str, Tensor]) -> NameSpace:
        """Return a name space with the same letters and sizes, for a copy of the tensors."""
        other = NameSpace(tensors)
        other.letters, other.sizes = dict(self.letters), dict(self.sizes)
        other.constants = dict(self.constants)
        return other

    def meaning(self, name: object) -> dict[str, str]:
        """Return what the name already names, as {name: description}; empty if it is free."""
        if not isinstance(name, str):
            return {}
        if name in self.tensors:
            return {name: f"the {self.tensors[name].kind} tensor {self.tensors[name]}"}
        if name in self.letters:
            return {name: f"the index letter {name}:{self.letters[name].size}"}
        if name in self.constants:
            return {name: f"the constant {name} in {self.constants[name]}"}
        return {name: f"the size {name}"} if name in self.sizes else {}

    def check_new(self, name: object, what: str, generated: bool = False) -> None:
        """Raise DefinitionError unless the name is legal and free."""
        checked_new_name(name, what, self.meaning(name), generated)

    def take(
        self,
        what: str,
        own: str,
        letters: Iterable[Index],
        symbols: Iterable[Symbol] = (),
        constants: Iterable[str] = (),
    ) -> None:
        """Take in the letters of something named ``own``, and all that its expression mentions.

        Raises DefinitionError for a letter with a second size, a clash, a size that no letter has.
        """
        new = self._new_letters(what, own, letters)
        sizes = self._new_sizes(what, own, new)
        for symbol in symbols:
            if symbol.name not in self.sizes and symbol.name not in sizes:
                raise DefinitionError(
                    f"{what}: it reads {symbol}",
                    f"no tensor, letter or size {symbol.name!r} in this network",
                    f"known sizes: {', '.join((*self.sizes, *sizes)) or 'none'}",
                )
        for name in constants:
            used = self.meaning(name) if name not in self.constants else {}
            if used or name in (own, *new, *sizes):
                raise DefinitionError(
                    f"{what}: the constant {name}",
                    f"{name} is {used.get(name, 'a name of its own')} in this network",
                    "rename what has its name",
                )
        self.letters.update(new)
        self.sizes.update(sizes)
        self.constants.update({name: what for name in constants if name not in self.constants})

    def _new_letters(self, what: str, own: str, letters: Iterable[Index]) -> dict[str, Index]:
        new: dict[str, Index] = {}
        for letter in letters:
            known = self.letters.get(letter.name) or new.get(letter.name)
            if known == letter:
                continue
            if known is not None:
                raise DefinitionError(
                    f"{what}: the letter {letter}:{letter.size}",
                    f"in this network {letter} has size {known.size}",
                    "one letter, one size: use another letter",
                )
            if letter.name == own:
                raise DefinitionError(f"{what}: the letter {letter}", "its own name", "rename one")
            self.check_new(letter.name, f"{what}: index letter")
            new[letter.name] = letter
        return new

    def _new_sizes(self, what: str, own: str, letters: Mapping[str, Index]) -> dict[str, Symbol]:
        new: dict[str, Symbol] = {}
        for letter in letters.values():
            for symbol in sorted(letter.size.free_symbols, key=lambda s: s.name):
                if symbol.name in self.sizes or symbol.name in new:
                    continue
                if symbol.name == own or symbol.name in letters:
                    other = "this tensor" if symbol.name == own else "a letter"
                    raise DefinitionError(
                        f"{what}: the size {symbol} of letter {letter}",
                        f"{symbol} also names {other}",
                        "tensors, letters and sizes share one name space; use another name",
                    )
                self.check_new(symbol.name, f"{what}: size")
                new[symbol.name] = symbol
        return new


def constants_in(atoms: Iterable[object]) -> tuple[str, ...]:
    """Return the names of the language's constants among the atoms of an expression."""
    spelled = {str(atom).removeprefix("-") for atom in atoms if getattr(atom, "is_number", False)}
    return tuple(name for name in CONSTANT_NAMES if name in spelled)
