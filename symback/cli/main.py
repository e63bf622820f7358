"""``symback``: the command line. Status 0 done, 1 a check failed, 2 bad input, 130 interrupted."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from symback.cli.commands import BAD_INPUT, INTERRUPTED, PASSED
from symback.cli.complaints import complain
from symback.cli.options import FIRST_LINES, parser
from symback.cli.outputs import check_outputs
from symback.errors import FileError, SymbackError
from symback.files import reason_of

BROKEN_PIPE = 141  # what a shell gives for a program that SIGPIPE has ended


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit status; an error of the input is a few lines, no more."""
    _allow_any_text()
    try:
        options = parser().parse_args(arguments)
        if options.command is None:
            print(FIRST_LINES)
            return PASSED
        check_outputs(options)
        status = options.run(options)
        sys.stdout.flush()
        return status
    except SymbackError as error:
        complain(error)
        return BAD_INPUT
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        # Why? Python would complain once more when it closes the standard output.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return BROKEN_PIPE
    except OSError as error:
        # Files are reported as FileError; what is left is an output that takes no more.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        complain(FileError("the standard output", reason_of(error), "make room, or use --to"))
        return BAD_INPUT


def _allow_any_text() -> None:
    """Let a terminal or pipe that is not UTF-8 show ? where it has no σ, instead of failing."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")


if __name__ == "__main__":
    sys.exit(main())
