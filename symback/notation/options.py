"""Notation: how formulas are to look, as one frozen value."""

from __future__ import annotations

from dataclasses import dataclass

from symback.errors import DefinitionError, NotYetError

ADJOINTS = ("bar", "partial", "delta")
NUMBERINGS = ("subscript", "superscript")
MOST_DIGITS = 17


@dataclass(frozen=True, slots=True)
class Notation:
    """How formulas look.

    ``first_index`` is what the first entry is called (0, or 1 as in most books); ``adjoint`` prints
    the adjoint of Z as Z̄ ("bar"), ∂L/∂Z ("partial") or δ_Z ("delta"); ``digits`` is the number of
    digits after the point of a number near 1; ``numbered`` prints the tensor W1 as W_1 or, as books
    on deep networks do, W^(1); ``layout`` says that samples are rows. Raises DefinitionError.
    """

    first_index: int = 0
    adjoint: str = "bar"
    digits: int = 9
    numbered: str = "subscript"
    layout: str = "rows"

    def __post_init__(self) -> None:
        _require("first_index", self.first_index, (0, 1))
        _require("adjoint", self.adjoint, ADJOINTS)
        _require("numbered", self.numbered, NUMBERINGS)
        _require("digits", self.digits, tuple(range(1, MOST_DIGITS + 1)))
        if self.layout == "columns":
            raise NotYetError(
                "notation: layout='columns' was asked for",
                "samples as rows is what can be printed",
                "use layout='rows'",
            )
        _require("layout", self.layout, ("rows",))


def _require(field: str, value: object, allowed: tuple) -> None:
    if isinstance(value, bool) or value not in allowed:
        few = allowed if len(allowed) < 6 else (allowed[0], "…", allowed[-1])
        raise DefinitionError(
            f"notation: {field}={str(value)[:40]!r} was asked for", "no such choice",
            f"use one of {', '.join(map(str, few))}",
        )


DEFAULT = Notation()
