"""LaTeX names of tensors, checked to have the shape of a symbol, so that TeX can set them.

A name is decided on where it enters: when a network is given it, and when a stored document is
read. The shape is atoms, each with at most one subscript and one superscript: a second one would
stop TeX.
"""

from __future__ import annotations

import re

from symback.errors import DefinitionError
from symback.network.names import LATEX_COMMANDS
from symback.network.names import checked_latex as checked_commands

# Commands that change what follows them, and commands that need a partner somewhere else.
STYLES = frozenset(
    "mathbf mathrm mathit mathsf mathtt mathcal mathbb mathfrak boldsymbol bar hat tilde vec dot "
    "ddot check breve acute grave overline underline widehat widetilde operatorname text textbf "
    "textit textrm".split()
)
PAIRED = frozenset("left right big Big".split())
SYMBOLS = LATEX_COMMANDS - STYLES - PAIRED
_TOKEN = re.compile(r"\\([A-Za-z]+)\s*|(\\[,; {}|_])|([\^_{}'])\s*|([^\\\s])\s*|\s+")


def checked_latex(text: str, name: str) -> str:
    """Return the LaTeX name of a tensor if it has the shape of a symbol; raises DefinitionError."""
    tokens = [piece[0].strip() or " " for piece in _TOKEN.finditer(checked_commands(text, name))]
    tokens = [token for token in tokens if token != " "]
    if _symbol(tokens, 0) != len(tokens):
        raise DefinitionError(
            f"{name}: the LaTeX {text[:60]!r} was asked for",
            "scripts, braces or commands that do not make a symbol",
            r"give each letter at most one _{…} and one ^{…}: Z^{(1)}, \hat{y}_{in}",
        )
    return text


def _symbol(tokens: list[str], start: int) -> int:
    """Return where the symbol that begins at ``start`` ends: atoms, each with its scripts."""
    while start < len(tokens):
        end = _atom(tokens, start)
        if end == start:
            return start
        start, used = end, ""
        while start < len(tokens) and tokens[start] in ("_", "^", "'"):
            script = tokens[start].replace("'", "^")
            end = start + 1 if tokens[start] == "'" else _atom(tokens, start + 1)
            if script in used or (tokens[start] != "'" and end == start + 1):
                return start
            start, used = end, used + script
    return start


def _atom(tokens: list[str], start: int) -> int:
    """Return where the atom at ``start`` ends; ``start`` itself if none begins there."""
    if start >= len(tokens) or tokens[start] in ("_", "^", "'", "}"):
        return start
    if tokens[start] == "{":
        end = _symbol(tokens, start + 1)
        return end + 1 if end < len(tokens) and tokens[end] == "}" else start
    command = tokens[start].removeprefix("\\")
    if tokens[start].startswith("\\") and command in STYLES:
        # What follows may be one letter or one group.
        end = _atom(tokens, start + 1)
        return end if end > start + 1 else start
    return start if tokens[start].startswith("\\") and command in PAIRED else start + 1
