"""Every error that symback raises, in three parts: what was asked, what was found, what helps.

SymbackError
├── DefinitionError      a network, tensor, equation or expression that is not well-formed
├── TextError            text that is not the language (file, line and column are known)
├── ValuesError          values that do not fit the network (names, ranks, sizes, types, NaN)
├── DerivationError      a gradient that was asked for and does not exist
├── NotYetError          legal in the language, not supported by this part of symback yet
├── CheckError           a check that was asked to raise, and failed
├── TrainingError        training that cannot go on (NaN, no batch letter)
└── FileError            a file that cannot be read or written
"""

from __future__ import annotations


class SymbackError(Exception):
    """The base of all: ``asked``, ``found`` and ``helps`` are kept apart for callers."""

    def __init__(self, asked: str, found: str = "", helps: str = "") -> None:
        self.asked, self.found, self.helps = asked, found, helps
        lines = [asked]
        if found:
            lines.append(f"  found: {found}")
        if helps:
            lines.append(f"  try:   {helps}")
        super().__init__("\n".join(lines))

    def __reduce__(self) -> tuple:
        return type(self), (self.asked, self.found, self.helps)


class DefinitionError(SymbackError):
    """A network, tensor, equation or expression that is not well-formed."""


class TextError(SymbackError):
    """Text that is not the language; ``asked`` names file, line and column."""


class ValuesError(SymbackError):
    """Values that do not fit the network."""


class DerivationError(SymbackError):
    """A gradient that was asked for and does not exist."""


class NotYetError(SymbackError):
    """Legal in the language, but this part of symback does not support it yet."""


class CheckError(SymbackError):
    """A check that was asked to raise, and failed."""


class TrainingError(SymbackError):
    """Training that cannot go on."""


class FileError(SymbackError):
    """A file that cannot be read or written."""
