"""Names of the entries of a tensor: W1[0,1] is W1_0_1 in code and w^{(1)}_{01} on paper."""

from __future__ import annotations

import re

from symback.network.names import LATEX_COMMANDS

# A stem of letters, a number, then what derivations append.
PARTS = re.compile(r"(?P<stem>[A-Za-z]+)(?P<number>\d*)(?P<mark>(?:_(?:bar|dot)\d*)*)\Z")
MARKS = {"bar": r"\bar{%s}", "dot": r"\dot{%s}"}


def name_of_entry(tensor: str, place: tuple[int, ...]) -> str:
    """Return the scalar's name: W1 at (0, 1) is W1_0_1."""
    return "_".join((tensor, *map(str, place)))


def latex_of_entry(tensor: str, place: tuple[int, ...], latex: str | None = None) -> str:
    """Return the LaTeX of an entry; ``latex`` is how the whole tensor prints, if that is given."""
    below = _subscript(place)
    if latex is not None:
        # Why the braces? Z^{(1)} takes a subscript, Z_{a} would take none.
        return f"{{{latex}}}{below}" if below and "_" in latex else latex + below
    match = PARTS.match(tensor)
    if not match:
        escaped = tensor.replace("_", r"\_")
        return rf"\mathrm{{{escaped}}}{below}"
    symbol = _symbol(match["stem"], lower=bool(place))
    for mark in re.findall(r"_(bar|dot)", match["mark"]):
        symbol = MARKS[mark] % symbol
    above = f"^{{({match['number']})}}" if match["number"] else ""
    return symbol + above + below


def _symbol(stem: str, lower: bool) -> str:
    """Return one letter as it is, or small for an entry; a Greek name as its letter."""
    if len(stem) == 1:
        return stem.lower() if lower else stem
    return f"\\{stem}" if stem in LATEX_COMMANDS else rf"\mathrm{{{stem}}}"


def _subscript(place: tuple[int, ...]) -> str:
    if not place:
        return ""
    separator = "," if any(position > 9 for position in place) and len(place) > 1 else ""
    return f"_{{{separator.join(map(str, place))}}}"
