"""A progress bar on a terminal, and nothing anywhere else."""

from __future__ import annotations

import shutil
import sys
import time
from typing import TextIO

from symback.training.history import shown

LONGEST_BAR = 24
SECONDS_BETWEEN = 0.1


class Progress:
    """One line on a terminal that is drawn over: epoch 3/20 ▕█████     ▏ loss 0.4312.

    ``wanted`` is True, False, or None for "if ``stream`` is a terminal". Use it in a with
    statement: the line ends when the block ends.
    """

    def __init__(
        self, epochs: int, wanted: bool | None = None, stream: TextIO | None = None
    ) -> None:
        self.stream = sys.stderr if stream is None else stream
        self.epochs = epochs
        self.on = _is_terminal(self.stream) if wanted is None else wanted
        self._drawn_at = float("-inf")
        self._length = 0

    def __enter__(self) -> Progress:
        return self

    def __exit__(self, *error: object) -> None:
        if self._length:
            self._write("\n")
            self._length = 0

    def show(self, done: float, row: dict[str, float]) -> None:
        """Draw that ``done`` epochs, a fraction, are behind us; at most ten times a second."""
        if not self.on:
            return
        now = time.monotonic()
        if now - self._drawn_at >= SECONDS_BETWEEN or done >= self.epochs:
            self._drawn_at = now
            self._draw(done, row)

    def _draw(self, done: float, row: dict[str, float]) -> None:
        width = shutil.get_terminal_size().columns - 1
        epoch = min(int(done) + 1, self.epochs)
        head = f"epoch {epoch:{len(str(self.epochs))}}/{self.epochs} "
        tail = "".join(f"  {name.replace('_', ' ')} {shown(name, x)}" for name, x in row.items())
        room = min(LONGEST_BAR, width - len(head) - len(tail) - 2)
        bar = self._bar(done / self.epochs, room) if room >= 5 else ""
        line = f"{head}{bar}{tail}"[:width]
        self._write("\r" + line.ljust(self._length))
        self._length = len(line)

    def _bar(self, share: float, length: int) -> str:
        full = int(share * length)
        bars = ("▕", "█", " ", "▏") if self._can_write("▕█▏") else ("[", "#", " ", "]")
        left, done, rest, right = bars
        return f"{left}{done * full}{rest * (length - full)}{right}"

    def _can_write(self, text: str) -> bool:
        try:
            text.encode(getattr(self.stream, "encoding", None) or "ascii")
        except (UnicodeEncodeError, LookupError):
            return False
        return True

    def _write(self, text: str) -> None:
        try:
            self.stream.write(text)
            self.stream.flush()
        except OSError:
            # Why swallowed? A terminal that was closed is no reason to lose what is being learned.
            self.on = False


def _is_terminal(stream: TextIO) -> bool:
    try:
        return stream.isatty()
    except (AttributeError, ValueError):
        return False
