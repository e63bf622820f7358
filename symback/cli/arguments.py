"""What the options of commands share: how their texts are read, and options of several commands."""

from __future__ import annotations

import argparse
import shlex
import sys
from collections.abc import Callable
from typing import Any, NoReturn

from symback.cli import spellings
from symback.cli.complaints import complain
from symback.errors import SymbackError

Kinds = argparse._SubParsersAction
QUOTES = 'put equations in quotes: symback derive "E = w*x"'


class Parser(argparse.ArgumentParser):
    """A parser whose complaints are errors in three parts, and which reads words from @FILE."""

    def error(self, message: str) -> NoReturn:
        """Print what is wrong and what helps, and end with status 2."""
        asked, _, found = message.partition(": ")
        # Why? A shell cuts what is not quoted, so that = and the rest arrive as words of their own.
        is_cut = message.startswith("unrecognized") and any(c in found for c in "=*()^;")
        helps = QUOTES if is_cut else f"{self.prog} --help shows every option, with examples"
        complain(SymbackError(f"{self.prog}: {asked}", found, helps))
        sys.exit(2)

    def convert_arg_line_to_args(self, arg_line: str) -> list[str]:
        """Return the words of a line of a file of options; a # begins a comment."""
        return shlex.split(arg_line, comments=True)


# How texts are read ------------------------------------------------------------------------------


def names(text: str) -> tuple[str, ...]:
    """Return the names in ``w,b``."""
    return tuple(dict.fromkeys(name.strip() for name in text.split(",") if name.strip()))


def place(text: str) -> tuple[int, ...]:
    """Return the positions in ``3,5``; raises ArgumentTypeError."""
    try:
        return tuple(int(part) for part in text.split(","))
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text[:40]!r} is no place; write 3,5") from None


def entry(text: str) -> tuple[str, tuple[int, ...]]:
    """Return the name and the positions in ``W1[3,5]`` or ``w1``; raises ArgumentTypeError."""
    name, bracket, rest = text.partition("[")
    return name.strip(), place(rest.strip().removesuffix("]")) if bracket else ()


def whole(least: int) -> Callable[[str], int]:
    """Return the reader of whole numbers from ``least``."""

    def read(text: str) -> int:
        try:
            value = int(text)
        except ValueError:
            value = least - 1
        if value < least:
            raise argparse.ArgumentTypeError(f"{text[:40]!r} is no whole number from {least}")
        return value

    return read


def ending(*suffixes: str) -> Callable[[str], str]:
    """Return the reader of paths with these suffixes: a wrong one is said before any work."""

    def read(text: str) -> str:
        if not text.lower().endswith(suffixes):
            known = " or ".join(suffixes)
            raise argparse.ArgumentTypeError(f"{text[:80]!r} does not end in {known}")
        return text

    return read


def _spelled(read: Callable[[str], Any]) -> Callable[[str], Any]:
    def reader(text: str) -> Any:
        try:
            return read(text)
        except SymbackError as error:
            told = f"{error.asked}, not {error.found}" if error.found else error.asked
            raise argparse.ArgumentTypeError(f"{told}; {error.helps}") from None

    return reader


optimizer = _spelled(spellings.optimizer)
schedule = _spelled(spellings.schedule)
clipping = _spelled(spellings.clipping)


# Commands and the options of several of them -----------------------------------------------------


def add_command(
    kinds: Kinds,
    name: str,
    run: Callable[[argparse.Namespace], int],
    says: str,
    examples: list[str],
) -> argparse.ArgumentParser:
    """Add a command that ``run`` works off; its help ends with the examples."""
    shown = "".join(f"\n  {line}" for line in examples)
    command = kinds.add_parser(
        name,
        help=says,
        description=f"{says[0].upper()}{says[1:]}.",
        epilog=f"examples:{shown}" if examples else None,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    command.set_defaults(run=run, wrt=(), at=None, to=[])
    return command


def add_source(command: argparse.ArgumentParser) -> None:
    """Add the network: a file, or equations."""
    command.add_argument(
        "source", metavar="FILE|EQUATIONS",
        help="a .symback file, or equations such as \"E = (w*x - y)**2\", several separated by ;",
    )  # fmt: skip


def add_wrt(command: argparse.ArgumentParser) -> None:
    """Add by what is differentiated."""
    command.add_argument(
        "--wrt", type=names, default=(), metavar="W,B", help="by what (default: all parameters)"
    )


def add_at(command: argparse.ArgumentParser, says: str) -> None:
    """Add values of tensors."""
    command.add_argument(
        "--at", action="append", metavar="x=2,w=0.5|FILE", help=f"{says}; a .json or .npz file too"
    )


def add_to(command: argparse.ArgumentParser, says: str) -> None:
    """Add the files to write."""
    command.add_argument(
        "--to", action="append", default=[], metavar="FILE", help=f"{says}; may be repeated"
    )


def add_seed(command: argparse.ArgumentParser, says: str) -> None:
    """Add the seed of what is random."""
    command.add_argument("--seed", type=whole(0), default=0, metavar="NUMBER", help=says)


def add_data(command: argparse.ArgumentParser, columns: str) -> None:
    """Add a data file and what its columns are."""
    group = command.add_argument_group("data")
    group.add_argument(
        "--data", required=True, metavar="FILE",
        help="a table (.csv, .tsv; - reads one from a pipe), or .npz with arrays",
    )  # fmt: skip
    group.add_argument(
        "--columns", nargs="+", default=[], metavar="X=a,b",
        help=f"which columns are which input (default: {columns}); a..d are all from a to d, "
        ".. all that no other input has",
    )  # fmt: skip
    group.add_argument(
        "--one-hot", nargs="+", default=[], metavar="Y=a",
        help="columns that hold classes, as text or numbers",
    )  # fmt: skip
    group.add_argument(
        "--drop-missing", action="store_true", help="leave out lines with a missing cell"
    )
    group.add_argument(
        "--no-header", action="store_true", help="line 1 holds data: the columns are 1, 2, 3, …"
    )
    group.add_argument(
        "--decimal", choices=(".", ","), default=".", help="the decimal sign (default: .)"
    )
