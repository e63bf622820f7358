"""What the options of commands share: how their texts are read, and options of several commands."""

from __future__ import annotations

import argparse
import re
import shlex
import sys
from collections.abc import Callable
from typing import Any, NoReturn

from symback.cli import spellings
from symback.cli.complaints import complain
from symback.errors import SymbackError
from symback.network.text_scope import did_you_mean

Kinds = argparse._SubParsersAction
PARTS = "\n"  # between the three parts of an error, on its way through argparse
CHOICE = re.compile(r"invalid choice: '?(.*?)'? \(choose from (.*)\)", re.DOTALL)
QUOTES = 'put equations in quotes: symback derive "E = w*x"'


class Parser(argparse.ArgumentParser):
    """A parser whose complaints are errors in three parts, and which reads words from @FILE."""

    def error(self, message: str) -> NoReturn:
        """Print what is wrong and what helps, and end with status 2."""
        complain(self._complaint(message))
        sys.exit(2)

    def _complaint(self, message: str) -> SymbackError:
        """Return the message of argparse as an error in three parts."""
        message = message.removeprefix("argument ")
        helps = f"{self.prog} --help shows every option, with examples"
        option, _, told = message.partition(": ")
        parts = told.split(PARTS)
        choice = CHOICE.fullmatch(told)
        if len(parts) == 3:
            return SymbackError(f"{self.prog} {option}: {parts[0]}", parts[1], parts[2])
        if choice:
            known = re.findall(r"[^\s,']+", choice[2])
            helps = did_you_mean(choice[1], known) or f"there are {', '.join(known)}"
            return SymbackError(f"{self.prog}: {option}", f"no {choice[1]!r}", helps)
        if message.startswith("[Errno"):
            found = message.partition("] ")[2]
            return SymbackError(f"{self.prog}: the options of a file", found, "check the path")
        # Why? A shell cuts what is not quoted, so that = and the rest arrive as words of their own.
        # An option that the command does not have is no equation, though it may hold an =.
        cut = not told.startswith("--") and any(mark in told for mark in "=*()^;")
        if option.startswith("unrecognized") and cut:
            helps = QUOTES
        return SymbackError(f"{self.prog}: {option}", told, helps)

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
            told = PARTS.join((error.asked, error.found, error.helps))
            raise argparse.ArgumentTypeError(told) from None

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
    command.set_defaults(run=run, of=None, wrt=(), at=None, to=[])
    return command


def add_source(command: argparse.ArgumentParser) -> None:
    """Add the network: a file, or equations."""
    command.add_argument(
        "source", metavar="FILE|EQUATIONS",
        help="a .symback file, or equations such as \"E = (w*x - y)**2\", several separated by ;",
    )  # fmt: skip


def add_wrt(command: argparse.ArgumentParser) -> None:
    """Add what is differentiated and by what."""
    command.add_argument(
        "--of", metavar="Y",
        help="of what (default: the loss); of a tensor Y that is no scalar, Y_bar is an input",
    )  # fmt: skip
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


def add_data(
    command: argparse.ArgumentParser, columns: str, required: bool = True, scale: bool = True
) -> None:
    """Add a data file, what its columns are, and how they are scaled."""
    group = command.add_argument_group("data")
    group.add_argument(
        "--data", required=required, metavar="FILE",
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
    if scale:
        group.add_argument(
            "--scale", nargs="+", default=[], metavar="X=HOW",
            help="standard (mean 0, deviation 1), minmax (0 to 1), or a number to divide by; "
            "saved with the parameters, so that predict goes back",
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
