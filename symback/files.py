"""Files, read with bounds and written whole: nobody ever sees half a file, and no input is lost."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable
from glob import escape
from pathlib import Path
from typing import BinaryIO

from symback.errors import FileError

WHERE = "name a folder that exists, has room, and can be written to"


def write_whole(
    path: str | os.PathLike[str], content: str | bytes | Callable[[BinaryIO], None]
) -> Path:
    """Write text (as UTF-8), bytes, or what a function writes, and return the path.

    The file appears whole or not at all: it is written under a temporary name beside ``path`` and
    renamed. Raises FileError.
    """
    path = Path(path)
    asked = f"the file {str(path)[:200]} was to be written"
    # Why? Renaming would put a file in the place of a device or pipe such as /dev/null.
    if path.exists() and not (path.is_file() or path.is_dir()):
        raise FileError(asked, "it is a device or a pipe", "name a file")
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        with open(temporary, "xb") as file:
            if callable(content):
                content(file)
            else:
                file.write(content.encode("utf-8") if isinstance(content, str) else content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except (OSError, ValueError) as error:
        raise FileError(asked, reason_of(error), WHERE) from None
    finally:
        _removed(temporary)
    return path


def remove_parts(path: str | os.PathLike[str]) -> None:
    """Remove what writing ``path`` left behind where it was killed: its temporary files."""
    path = Path(path)
    for part in path.parent.glob(f".{escape(path.name)}.????????.part"):
        _removed(part)


def read_text(path: str | os.PathLike[str], asked: str, longest: int) -> str:
    """Return a file of UTF-8 text of at most ``longest`` bytes; raises FileError."""
    try:
        with open(path, "rb") as file:
            data = file.read(longest + 1)
    except (OSError, ValueError) as error:
        raise FileError(asked, reason_of(error), "check the path") from None
    if len(data) > longest:
        raise FileError(asked, f"more than {longest} bytes", "is it the right file?")
    if b"\0" in data:
        raise FileError(asked, "a binary file", "a text file was expected")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        found = f"no UTF-8 text: byte {error.start}, line {line}"
        raise FileError(asked, found, "save it as UTF-8") from None


def reason_of(error: Exception) -> str:
    """Return why the operating system refused, in its own words."""
    return getattr(error, "strerror", None) or str(error)


def _removed(temporary: Path) -> None:
    try:
        temporary.unlink(missing_ok=True)
    except (OSError, ValueError):
        # Nothing more can be done about a temporary file that the system will not let go.
        return
