"""What is said beside the results, on standard error: errors, and what was written or left out."""

from __future__ import annotations

import os
import sys

from symback.errors import SymbackError


def complain(error: SymbackError) -> None:
    """Print the three parts of an error to standard error, in colour on a terminal."""
    mark = "error:"
    if sys.stderr.isatty() and not os.environ.get("NO_COLOR"):
        mark = f"\x1b[1;31m{mark}\x1b[0m"
    print(f"{mark} {error}", file=sys.stderr)


def note(text: str) -> None:
    """Print a message to standard error; standard output is for results."""
    print(text, file=sys.stderr)
