"""Names in a generated program: tensors keep theirs, everything else takes what is free."""

from __future__ import annotations

import re
from collections.abc import Iterable

NUMBERED = re.compile(r"(.*?)_?(\d+)\Z")


class Names:
    """The names in use; ``fresh`` numbers a name until it is free."""

    def __init__(self, taken: Iterable[str]) -> None:
        self._taken = set(taken)
        self._last: dict[str, int] = {}

    def fresh(self, name: str) -> str:
        """Return the name, or the first free one of name_1, name_2, …"""
        if name not in self._taken:
            self._taken.add(name)
            return name
        found = NUMBERED.match(name)
        stem = found.group(1) if found and found.group(1) else name
        number = self._last.get(stem, 0) + 1
        while f"{stem}_{number}" in self._taken:
            number += 1
        self._last[stem] = number
        self._taken.add(f"{stem}_{number}")
        return f"{stem}_{number}"
