"""Where a command will write, looked at before it works: no input replaced, no work lost."""

from __future__ import annotations

import os
from argparse import Namespace
from pathlib import Path

from symback.errors import FileError


def check_outputs(options: Namespace) -> None:
    """Raise FileError if a file to be written is one that is read, or its folder is missing."""
    for output in _paths(options, "to", "save", "history", "checkpoint"):
        asked = f"{str(output)[:200]} was to be written"
        if not output.parent.is_dir():
            helps = "make the folder first, or name another"
            raise FileError(asked, f"no folder {str(output.parent)[:200]}", helps)
        if not os.access(output.parent, os.W_OK):
            found = f"the folder {str(output.parent)[:200]} cannot be written to"
            raise FileError(asked, found, "name a file in another folder")
        for source in _paths(options, "source", "data", "at", "val", "parameters"):
            if _same(source, output):
                raise FileError(asked, "this command reads that file", "name another file")


def _paths(options: Namespace, *names: str) -> list[Path]:
    """Return what stands in these options, as paths, whether it is a path or not."""
    found: list[Path] = []
    for name in names:
        given = getattr(options, name, None) or []
        found += map(Path, [given] if isinstance(given, str) else given)
    return found


def _same(source: Path, output: Path) -> bool:
    try:
        return source.samefile(output)
    except (OSError, ValueError):
        # One of them is no file: equations, assignments, or a file that does not exist yet.
        return False
