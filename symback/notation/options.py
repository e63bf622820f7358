"""Notation: how formulas are to look, as one frozen value."""

from __future__ import annotations

from dataclasses import dataclass, fields

from symback.errors import DefinitionError
from symback.notation.presets import PRESETS

ADJOINTS = ("bar", "partial", "signal", "delta", "nabla", "d")
NUMBERINGS = ("subscript", "superscript", "raised")
LAYOUTS = ("rows", "columns")
MOST_DIGITS = 17


@dataclass(frozen=True, slots=True)
class Notation:
    """How formulas look.

    ``first_index`` is what the first entry is called (0, or 1 as in most books); ``adjoint`` prints
    the adjoint of Z as Z̄ ("bar"), ∂L/∂Z ("partial"), the same but δ for the argument of a neuron's
    function ("signal"), δ_Z ("delta"), ∇_Z L ("nabla") or dZ ("d"); ``digits`` is the number of
    digits after the point of a number near 1; ``numbered`` prints the tensor W1 as W_1 or, as books
    on deep networks do, W^(1) ("superscript") or W^1 ("raised"). ``layout`` says whether samples
    are "rows", as the network has them, or "columns": then every matrix prints as its transpose.
    ``bold`` sets whole tensors in bold letters, ``lowercase`` prints W1 as w1 where that name is
    free. Raises DefinitionError.
    """

    first_index: int = 0
    adjoint: str = "bar"
    digits: int = 9
    numbered: str = "subscript"
    layout: str = "rows"
    bold: bool = False
    lowercase: bool = False

    def __post_init__(self) -> None:
        _require("first_index", self.first_index, (0, 1))
        _require("adjoint", self.adjoint, ADJOINTS)
        _require("numbered", self.numbered, NUMBERINGS)
        _require("digits", self.digits, tuple(range(1, MOST_DIGITS + 1)))
        _require("layout", self.layout, LAYOUTS)
        for switch in ("bold", "lowercase"):
            if not isinstance(getattr(self, switch), bool):
                _refuse(switch, getattr(self, switch), (True, False))

    @classmethod
    def preset(cls, name: str, **changes: object) -> Notation:
        """Return the notation after a book: nielsen, goodfellow, cs231n or mazur.

        ``changes`` are fields to set otherwise. Raises DefinitionError.
        """
        if not isinstance(name, str) or name not in PRESETS:
            _refuse("preset", name, tuple(PRESETS))
        known = [field.name for field in fields(cls)]
        unknown = sorted(set(changes) - set(known))
        if unknown:
            raise DefinitionError(
                f"notation: {unknown[0][:40]} was asked for", "no such field",
                f"use one of {', '.join(known)}",
            )  # fmt: skip
        return cls(**{**PRESETS[name].fields, **changes})

    @property
    def has_gradient_symbols(self) -> bool:
        """Has the gradient by a parameter a symbol of its own, such as dW, and not ∂L/∂W?"""
        return self.adjoint in ("nabla", "d")


def chosen(notation: object) -> Notation | None:
    """Return the notation that is meant: itself, or by the name of a preset; None for none."""
    if notation is None or isinstance(notation, Notation):
        return notation
    return Notation.preset(notation)


def _require(field: str, value: object, allowed: tuple) -> None:
    if isinstance(value, bool) or value not in allowed:
        _refuse(field, value, allowed)


def _refuse(field: str, value: object, allowed: tuple) -> None:
    few = allowed if len(allowed) < 7 else (allowed[0], "…", allowed[-1])
    raise DefinitionError(
        f"notation: {field}={str(value)[:40]!r} was asked for", "no such choice",
        f"use one of {', '.join(map(str, few))}",
    )  # fmt: skip


DEFAULT = Notation()
