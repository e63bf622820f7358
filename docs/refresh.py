"""Run the code of the pages in this folder and put what it prints and draws into them.

    python docs/refresh.py             rewrite outputs, tables and pictures
    python docs/refresh.py --check     change nothing; show what is out of date, exit with 1
    python docs/refresh.py forks.md    only some pages

A page is Markdown. What its fenced blocks mean:

    ```python               runs; all blocks of a page share one namespace and one empty folder
    ```python raises        the same, and it must end with an error of symback, which is printed
    ```console              lines such as "$ symback verify net.symback", run as commands; with
                            "| tail -9" at the end only so many lines are shown
    ```console raises       the same, and each must fail as bad input; what it says is shown
    ```text                 behind one of these: what it printed
    ```symback name.symback a file of that name in the folder, for the blocks below it
    ```python name.py       such a file too; it is not run; the same with ```csv name.csv

An .svg file that a page saves goes to pictures/. rules.md and functions.md are printed from the
tables of rules and functions.
"""

from __future__ import annotations

import argparse
import contextlib
import difflib
import io
import re
import shlex
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tables import GENERATED

from symback.cli.main import main as run_command
from symback.errors import SymbackError

FOLDER = Path(__file__).resolve().parent
PICTURES = "pictures"
FENCE = "```"
SUFFIXES = {"symback": ".symback", "python": ".py", "csv": ".csv"}
PROMPT, TAIL = "$ symback ", " | tail -"
# Relative errors of this size are rounding, and rounding differs from machine to machine.
ROUNDING = re.compile(r"\b(?:\d\.\d+e-(?:1[2-9]|[2-9]\d)|0\.0e\+00)\b")


# Pages -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block: the words behind its fence, its lines, and the number of its fence line."""

    words: tuple[str, ...]
    lines: tuple[str, ...]
    number: int

    @property
    def language(self) -> str:
        return self.words[0] if self.words else ""

    @property
    def file(self) -> str:
        """The name behind ```symback, ```python or ```csv, if it is that of a file."""
        named = len(self.words) == 2 and self.language in SUFFIXES
        return self.words[1] if named and self.words[1].endswith(SUFFIXES[self.language]) else ""


@dataclass(slots=True)
class Refreshed:
    """A page as it should be: its text, and its pictures by file name."""

    text: str
    pictures: dict[str, bytes] = field(default_factory=dict)


class PageError(Exception):
    """A page that does not do what it says; the message names page and line."""


def pages(folder: Path = FOLDER) -> tuple[Path, ...]:
    """Return the pages that this script writes or fills in, by name."""
    found = sorted(folder.glob("*.md"))
    return tuple(p for p in found if p.name in GENERATED or _runs(_text(p)))


def _runs(text: str) -> bool:
    return any(f"{FENCE}{language}" in text for language in RUNS)


def refreshed(page: Path) -> Refreshed:
    """Return what a page should hold now; raises PageError."""
    if page.name in GENERATED:
        return Refreshed(GENERATED[page.name]())
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder), _imports(folder):
        lines = list(_filled(page))
        pictures = {p.name: p.read_bytes() for p in sorted(Path(folder).rglob("*.svg"))}
    return Refreshed("\n".join(lines) + "\n", pictures)


@contextlib.contextmanager
def _imports(folder: str) -> Iterator[None]:
    """Let blocks import what they have saved, as an interactive session does, and forget it."""
    known, path = set(sys.modules), list(sys.path)
    sys.path.insert(0, folder)
    try:
        yield
    finally:
        sys.path[:] = path
        for name in set(sys.modules) - known:
            if str(getattr(sys.modules[name], "__file__", None)).startswith(folder):
                del sys.modules[name]


def _filled(page: Path) -> Iterator[str]:
    """Yield the lines of a page with the outputs of its blocks; what it writes is written here."""
    namespace: dict[str, object] = {"__name__": page.stem}
    rest = list(parts(page))
    while rest:
        part = rest.pop(0)
        if isinstance(part, str):
            yield part
            continue
        yield from (FENCE + " ".join(part.words), *part.lines, FENCE)
        if part.file:
            Path(part.file).write_text("\n".join(part.lines) + "\n", encoding="utf-8")
        if part.file or part.language not in RUNS:
            continue
        output, shown = RUNS[part.language](part, page, namespace), _shown_output(rest)
        if output:
            kept = shown is not None and _without_rounding(output) == _without_rounding(shown)
            yield from ("", f"{FENCE}text", *(shown if kept else output), FENCE)


def parts(page: Path) -> Iterator[str | Block]:
    """Yield the lines outside fences as text, fenced blocks as blocks."""
    lines = iter(enumerate(_text(page).splitlines(), start=1))
    for number, line in lines:
        if not line.startswith(FENCE):
            yield line
            continue
        inside = []
        for _, content in lines:
            if content == FENCE:
                break
            inside.append(content)
        else:
            raise PageError(f"{page.name}, line {number}: this block never ends")
        yield Block(tuple(line.removeprefix(FENCE).split()), tuple(inside), number)


def _shown_output(rest: list[str | Block]) -> tuple[str, ...] | None:
    """Take the text block that follows, with the empty lines before it; None if there is none."""
    ahead = next((i for i, part in enumerate(rest) if part != ""), None)
    if ahead is None or not isinstance(rest[ahead], Block) or rest[ahead].language != "text":
        return None
    shown = rest[ahead].lines
    del rest[: ahead + 1]
    return shown


def _output(block: Block, page: Path, namespace: dict[str, object]) -> tuple[str, ...]:
    """Run a block and return the lines that it printed."""
    where = f"{page.name}, line {block.number}"
    # Why empty lines in front? A traceback then names the line of the page.
    code = compile("\n" * block.number + "\n".join(block.lines), str(page), "exec")
    printed = io.StringIO()
    try:
        with contextlib.redirect_stdout(printed):
            exec(code, namespace)
    except SymbackError as error:
        if "raises" not in block.words:
            raise PageError(f"{where}: {error}") from error
        kind = type(error)
        print(f"{kind.__module__}.{kind.__name__}: {error}", file=printed)
    except Exception as error:
        raise PageError(f"{where}: {type(error).__name__}: {error}") from error
    else:
        if "raises" in block.words:
            raise PageError(f"{where}: the block should end with an error")
    return tuple(line.rstrip() for line in printed.getvalue().rstrip("\n").splitlines())


def _console(block: Block, page: Path, namespace: dict[str, object]) -> tuple[str, ...]:
    """Run commands and return the lines that they printed; a check that fails is no error."""
    shown: list[str] = []
    for line in "\n".join(block.lines).replace("\\\n", " ").splitlines():
        where = f"{page.name}, line {block.number}"
        if not line.startswith(PROMPT):
            raise PageError(f"{where}: {PROMPT}… was asked for, not {line}")
        command, _, last = line.removeprefix(PROMPT).partition(TAIL)
        printed, said = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(said):
            status = run_command(shlex.split(command))
        if status not in ((2,) if "raises" in block.words else (0, 1)):
            raise PageError(f"{where}: status {status} of {line}: {said.getvalue()}")
        made = said if status == 2 else printed
        lines = made.getvalue().rstrip("\n").splitlines()
        shown += lines[-int(last) :] if last else lines
    return tuple(line.rstrip() for line in shown)


# How the blocks of each language are run.
RUNS = {"python": _output, "console": _console}


def _without_rounding(lines: tuple[str, ...]) -> list[str]:
    return [ROUNDING.sub("rounding", line) for line in lines]


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


# Out of date -------------------------------------------------------------------------------------


def difference(page: Path, new: Refreshed) -> str:
    """Return what is out of date in a page and its pictures, as a diff; empty if nothing is."""
    old = _text(page).splitlines(), new.text.splitlines()
    names = f"{page.name} as it is", f"{page.name} as its code says"
    complaints = list(difflib.unified_diff(*old, *names, lineterm=""))
    for name, content in new.pictures.items():
        picture = page.parent / PICTURES / name
        if not picture.is_file() or picture.read_bytes() != content:
            complaints.append(f"{page.name}: the picture {name} is not what its code draws")
    return "\n".join(complaints)


def write(page: Path, new: Refreshed) -> None:
    """Rewrite a page and its pictures."""
    page.write_text(new.text, encoding="utf-8")
    for name, content in new.pictures.items():
        (page.parent / PICTURES).mkdir(exist_ok=True)
        (page.parent / PICTURES / name).write_bytes(content)


# The command line --------------------------------------------------------------------------------


def main(arguments: list[str] | None = None) -> int:
    """Rewrite or check the pages; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("pages", nargs="*", help="names such as forks.md; all pages by default")
    parser.add_argument("--check", action="store_true", help="change nothing, show differences")
    options = parser.parse_args(arguments)
    known = {page.name: page for page in pages()}
    unknown = [name for name in options.pages if Path(name).name not in known]
    if unknown:
        parser.error(f"no page {', '.join(unknown)}; pages: {', '.join(known)}")
    wanted = [known[Path(name).name] for name in options.pages] or list(known.values())
    stale = 0
    for page in wanted:
        try:
            new = refreshed(page)
        except PageError as error:
            print(error, file=sys.stderr)
            stale += 1
            continue
        found = difference(page, new)
        if found and options.check:
            print(found)
            stale += 1
        elif found:
            write(page, new)
            print(f"rewrote {page.name}")
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
