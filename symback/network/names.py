"""The one name space of a network: tensors, letters and sizes, and what no name may be."""

from __future__ import annotations

import re

from symback.algebra.functions import LANGUAGE
from symback.algebra.letters import checked_name
from symback.errors import DefinitionError

LINE_KEYWORDS = (
    "network", "index", "input", "parameter", "constant", "random", "buffer", "state", "loss", "adjoint",
    "update", "latex", "initial", "init", "one_hot", "integer",
)
FUTURE_FUNCTIONS = ("max", "min", "prod", "padded")
RESERVED_WORDS = frozenset((*LINE_KEYWORDS, *LANGUAGE, *FUTURE_FUNCTIONS))
# Generated tensors: Z_bar is the adjoint of Z, Z_bar2 that of a second derivation; W_dot a direction.
GENERATED = re.compile(r".*_(bar|dot)\d*\Z")
GENERATED_PREFIX = "sb_"


def checked_new_name(name: object, what: str, taken: dict[str, str], generated: bool = False) -> str:
    """Return ``name`` if it is legal and free; ``taken`` maps each used name to what it names.

    Raises DefinitionError for reserved names and clashes. ``generated`` allows _bar and _dot names.
    """
    text = checked_name(name, what)
    if text in RESERVED_WORDS:
        raise DefinitionError(
            f"{what}: the name {text!r} was asked for", "it is a word of the language",
            f"use another, such as {text}1",
        )
    if not generated and (GENERATED.match(text) or text.startswith(GENERATED_PREFIX)):
        raise DefinitionError(
            f"{what}: the name {text!r} was asked for",
            "names that end in _bar or _dot, or begin with sb_, belong to generated equations",
            f"use another, such as {text.replace('_bar', 'bar').replace('_dot', 'dot').removeprefix('sb_')}",
        )
    if text in taken:
        raise DefinitionError(
            f"{what}: the name {text!r} was asked for", f"it already names {taken[text]}",
            "tensors, letters and sizes share one name space; use another name",
        )
    return text
