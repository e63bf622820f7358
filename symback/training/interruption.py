"""Ctrl-C during training: the step in hand is finished, and what was learned is kept."""

from __future__ import annotations

import signal
import threading
from types import FrameType


class Interruption:
    """In a with statement, the first Ctrl-C sets ``asked``; a second one interrupts at once.

    Outside of the main thread, which alone may handle signals, nothing changes.
    """

    def __init__(self) -> None:
        self.asked = False
        self._before = None

    def __enter__(self) -> Interruption:
        if threading.current_thread() is threading.main_thread():
            self._before = signal.signal(signal.SIGINT, self._ask)
        return self

    def __exit__(self, *error: object) -> None:
        if self._before is not None:
            signal.signal(signal.SIGINT, self._before)

    def _ask(self, number: int, frame: FrameType | None) -> None:
        if self.asked:
            raise KeyboardInterrupt
        self.asked = True
