"""LaTeX names that users give to tensors, checked to be a symbol and nothing more.

A name may come from a file that somebody else wrote. TeX's commands can read files, so only those
of a list are let through, and only in the shape of a symbol: atoms, each with at most one subscript
and one superscript.
"""

from __future__ import annotations

import re

from symback.errors import DefinitionError

LONGEST = 80
# Commands that stand for a symbol, and commands that change the group after them.
SYMBOLS = frozenset(
    "alpha beta gamma delta epsilon varepsilon zeta eta theta vartheta iota kappa lambda mu nu xi "
    "pi rho varrho sigma varsigma tau upsilon phi varphi chi psi omega Gamma Delta Theta Lambda "
    "Xi Pi Sigma Upsilon Phi Psi Omega ell hbar Re Im partial nabla infty prime star ast dagger "
    "top bot circ langle rangle".split()
)
STYLES = frozenset(
    "mathbf mathrm mathit mathsf mathtt mathcal mathbb mathfrak boldsymbol bar hat tilde vec dot "
    "ddot overline widehat widetilde operatorname".split()
)
_TOKEN = re.compile(r"\\([A-Za-z]+)\s*|([A-Za-z0-9()\[\]*+,.|<>=:-])\s*|([\^_{}'])\s*|\s+")


def checked_latex(text: str, name: str) -> str:
    """Return the LaTeX name of a tensor if it is only a symbol; raises DefinitionError."""
    fault = _fault(text)
    if fault:
        raise DefinitionError(
            f"the LaTeX name {text[:LONGEST]!r} of {name} was asked for",
            fault,
            r"use letters, numbers, one _{} and one ^{} for each, and commands such as \mathbf{W}",
        )
    return text


def _fault(text: str) -> str:
    if not text.strip() or len(text) > LONGEST:
        return f"{len(text)} characters; 1 to {LONGEST} are allowed"
    tokens: list[str] = []
    position = 0
    while position < len(text):
        piece = _TOKEN.match(text, position)
        if not piece:
            return f"{text[position]!r}, which is not part of a symbol"
        if piece[1] and piece[1] not in SYMBOLS | STYLES:
            return rf"the command \{piece[1]}"
        tokens.append(piece[0].strip())
        position = piece.end()
    rest = _symbol([t for t in tokens if t], 0)
    return "" if rest == len([t for t in tokens if t]) else "scripts or braces that do not match"


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
    if tokens[start][0] == "\\" and tokens[start][1:] in STYLES:
        # Why must a brace follow? \mathbf W is legal TeX, but \hat_1 is not.
        braced = start + 1 < len(tokens) and tokens[start + 1] == "{"
        end = _atom(tokens, start + 1) if braced else start + 1
        return end if end > start + 1 else start
    return start + 1
