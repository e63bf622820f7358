"""Scales: from numbers to places on paper, and the numbers that an axis shows.

Ticks of a linear scale are 1, 2 or 5 times a power of ten; those of a logarithmic one are powers
of ten, with 2 and 5 between where these are few.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from symback.errors import DefinitionError

KINDS = ("linear", "log")
SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


@dataclass(frozen=True, slots=True)
class Scale:
    """Numbers from ``low`` to ``high`` are put between two places, evenly or by their logarithm."""

    low: float
    high: float
    start: float
    end: float
    kind: str = "linear"

    def place(self, number: float) -> float | None:
        """Return where a number stands; None where it has no place (NaN, ∞, log of 0)."""
        if not math.isfinite(number) or (self.kind == "log" and number <= 0):
            return None
        low, high, at = self.low, self.high, number
        if self.kind == "log":
            low, high, at = math.log10(low), math.log10(high), math.log10(number)
        return self.start + (at - low) / (high - low) * (self.end - self.start)

    def ticks(self, most: int = 6) -> list[float]:
        """Return the numbers that the axis shows, at most about ``most``."""
        if self.kind == "log":
            return _decades(self.low, self.high, most)
        step = nice_step(self.high - self.low, most)
        first = math.ceil(self.low / step - 1e-9)
        last = math.floor(self.high / step + 1e-9)
        return [tick * step for tick in range(first, last + 1)]


def scale_of(
    numbers: Iterable[float], start: float, end: float, kind: str = "linear", room: float = 0.04
) -> Scale:
    """Return the scale that shows all numbers, with a little ``room`` beyond the outer ones.

    Raises DefinitionError for an unknown kind. What has no place on the scale does not count.
    """
    if kind not in KINDS:
        raise DefinitionError(f"a {kind!r} scale was asked for", "no such kind", "linear or log")
    placed = [float(n) for n in numbers if math.isfinite(n) and (kind == "linear" or n > 0)]
    if not placed:
        return Scale(0.1, 1.0, start, end, kind) if kind == "log" else Scale(0, 1, start, end)
    low, high = min(placed), max(placed)
    if kind == "log":
        more = max(math.log10(high / low) * room, 0.02)
        return Scale(low / 10**more, high * 10**more, start, end, kind)
    if high == low:
        more = abs(low) / 2 or 1.0
    else:
        # Numbers of more digits than a double holds apart would have no ticks between them.
        more = max((high - low) * room, 4e-15 * max(abs(low), abs(high)))
    return Scale(low - more, high + more, start, end)


def nice_step(length: float, most: int) -> float:
    """Return 1, 2 or 5 times a power of ten, so that at most about ``most`` steps fit."""
    power = 10.0 ** math.floor(math.log10(length / most))
    return next(power * times for times in (1, 2, 5, 10) if length / (power * times) <= most)


def _decades(low: float, high: float, most: int) -> list[float]:
    first, last = math.ceil(math.log10(low) - 1e-9), math.floor(math.log10(high) + 1e-9)
    every = max(1, math.ceil((last - first + 1) / most))
    found = [10.0**power for power in range(first, last + 1, every)]
    if len(found) >= 3 or math.log10(high / low) > 6:
        return found
    fine = [10.0**p * times for p in range(first - 1, last + 2) for times in (1, 2, 5)]
    fine = [tick for tick in fine if low <= tick <= high]
    return fine if len(fine) >= 2 else Scale(low, high, 0, 1).ticks(most)


def tick_text(number: float, kind: str = "linear") -> str:
    """Return a number as an axis shows it: 0.05, 1,200, 10⁻⁴."""
    if number == 0:
        return "0"
    power = math.floor(math.log10(abs(number)) + 1e-9)
    mantissa = number / 10.0**power
    if kind == "log" and abs(mantissa - 1) < 1e-9 and not -2 <= power <= 3:
        return "10" + str(power).translate(SUPERSCRIPTS)
    if -4 <= power <= 5:
        # Ten digits hide what binary fractions add to 0.1·3.
        return f"{float(f'{number:.10g}'):,.10g}".replace("-", "−")
    shown = f"{mantissa:.6g}".replace("-", "−")
    return f"{shown}·10{str(power).translate(SUPERSCRIPTS)}"
