"""The examples: scripts that ship with the package, listed and run."""

from __future__ import annotations

import ast
import runpy
import sys
from pathlib import Path

import symback
from symback.errors import FileError

PACKAGE = Path(symback.__file__).parent


def example_names() -> dict[str, str]:
    """Return {name: what it shows} of every example; raises FileError if none are installed."""
    return {path.stem: _first_line(path) for path in sorted(_folder().glob("*.py"))}


def run_example(name: str, quick: bool) -> int:
    """Run an example as a program and return its exit status; raises FileError for no such name."""
    path = _folder() / f"{name}.py"
    known = example_names()
    if name not in known:
        raise FileError(
            f"the example {name[:40]!r} was asked for", "no such example",
            f"there are {', '.join(known)}",
        )  # fmt: skip
    before = sys.argv
    sys.argv = [str(path), *(["--quick"] if quick else [])]
    try:
        runpy.run_path(str(path), run_name="__main__")
    except SystemExit as end:
        if isinstance(end.code, str):
            print(end.code, file=sys.stderr)
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    finally:
        sys.argv = before
    return 0


def _folder() -> Path:
    """Return the folder of the examples: inside an installed package, beside one in a checkout."""
    for folder in (PACKAGE / "zoo" / "examples", PACKAGE.parent / "examples"):
        if (folder / "digits.py").is_file():
            return folder
    raise FileError("the examples were asked for", "they are not installed", "reinstall symback")


def _first_line(path: Path) -> str:
    text = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    return text.partition("\n")[0]
