"""How parameters may start, by name: what stands behind ``init`` in the text form."""

from __future__ import annotations

import math
import re

from symback.errors import DefinitionError

INITIALISERS = (
    "glorot", "glorot_normal", "he", "he_uniform", "lecun", "orthogonal", "zeros", "ones",
)  # fmt: skip
# These need a number: uniform(0.1) lies between -0.1 and 0.1, normal(0.1) has that deviation.
SPREAD = ("uniform", "normal")
_SPELLED = re.compile(r"([A-Za-z_]\w*)(?:\(\s*([^()\s]+)\s*\))?\Z")
HELPS = f"use {', '.join(INITIALISERS)}, {'(0.1) or '.join(SPREAD)}(0.1)"


def initialiser_parts(text: str) -> tuple[str, float | None]:
    """Return (name, number) of an initialiser: ("normal", 0.01); raises DefinitionError."""
    match = _SPELLED.match(text)
    name, number = match.groups() if match else (text, None)
    if name in INITIALISERS and number is None:
        return name, None
    if name in SPREAD:
        try:
            width = float(number or "")
        except ValueError:
            width = math.nan
        if math.isfinite(width) and width > 0:
            return name, width
        found = f"{text[:40]}: no finite number above 0 in the brackets"
        raise DefinitionError("init: a rule was asked for", found, f"write {name}(0.1)")
    raise DefinitionError("init: a rule was asked for", text[:40], HELPS)
