"""Numbers as they are printed: one policy for text, tables and formulas.

A number that a few digits spell exactly is shown so (0.5, 1797). Any other is rounded to ``digits``
places after the point, fewer if digits before the point use them up, so that a column of numbers
agrees in its places: 0.138498562, 1.105905967, 24.70408163. Below 10⁻⁴ and from 10⁹ on it is a
power of ten with as many digits: 4.38567734·10⁻⁵.
"""

from __future__ import annotations

import math
from fractions import Fraction as Ratio
from numbers import Integral

from symback.notation.tree import Number, Tree, Words

SMALLEST, LARGEST = 1e-4, 1e9
# Integers shorter than this are printed without separators.
GROUPED_FROM = 5


def number(value: object, digits: int = 9) -> Tree:
    """Return a real number as a tree, by the policy of this module."""
    if isinstance(value, Integral):
        return Number(str(abs(int(value))), negative=int(value) < 0)
    exact, value = value, float(value)
    if math.isnan(value):
        return Words("NaN")
    negative = value < 0
    value = abs(value)
    if math.isinf(value):
        return Number("∞", negative=negative)
    if value and not SMALLEST <= value < LARGEST:
        return scientific(-value if negative else value, digits)
    if value.is_integer() and (not isinstance(exact, Ratio) or exact.denominator == 1):
        return Number(str(int(value)), negative=negative)
    short = repr(value)
    if "e" not in short and len(short.partition(".")[2]) <= _places(value, digits):
        return Number(short, negative=negative)
    return Number(f"{value:.{_places(value, digits)}f}", negative=negative)


def _places(value: float, digits: int) -> int:
    before = len(str(int(value))) if value >= 1 else 1
    return max(0, digits + 1 - before)


def scientific(value: float, significant: int = 1) -> Tree:
    """Return mantissa·10^exponent with at most so many digits: 2·10⁻¹⁰."""
    value = float(value)
    if not math.isfinite(value) or value == 0:
        return number(value)
    mantissa, _, exponent = f"{abs(value):.{max(0, significant - 1)}e}".partition("e")
    if repr(abs(value)).partition("e")[0].rstrip("0.") == mantissa.rstrip("0."):
        mantissa = mantissa.rstrip("0").rstrip(".") if "." in mantissa else mantissa
    return Number(mantissa, int(exponent), value < 0)


def spelled(text: str) -> Number:
    """Return a decimal literal as its author spelled it: "0.50" keeps its zero, "1e-8" is 10⁻⁸."""
    negative = text.startswith("-")
    mantissa, e, exponent = text.lstrip("+-").lower().partition("e")
    return Number(mantissa, int(exponent) if e else None, negative)


def number_text(tree: Number, minus: str = "−") -> str:
    """Return a number in Unicode: −0.038098237, 12,500, 2·10⁻¹⁰."""
    digits = grouped(tree.mantissa, ",")
    if tree.exponent is not None:
        power = "10" + str(tree.exponent).translate(RAISED)
        digits = power if tree.mantissa == "1" else f"{digits}·{power}"
    return minus + digits if tree.negative else digits


def number_latex(tree: Number) -> str:
    """Return a number in LaTeX: -0.038098237, 12{,}500, 2 \\cdot 10^{-10}."""
    digits = grouped(tree.mantissa, "{,}").replace("∞", r"\infty")
    if tree.exponent is not None:
        power = f"10^{{{tree.exponent}}}"
        digits = power if tree.mantissa == "1" else rf"{digits} \cdot {power}"
    return "-" + digits if tree.negative else digits


RAISED = str.maketrans("0123456789-+", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺")


def grouped(mantissa: str, separator: str) -> str:
    """Return the digits before the point in threes, if there are many: 12,500."""
    before, point, after = mantissa.partition(".")
    if len(before) < GROUPED_FROM or not before.isdigit():
        return mantissa
    first = len(before) % 3
    groups = [before[:first], *(before[i : i + 3] for i in range(first, len(before), 3))]
    return separator.join(g for g in groups if g) + point + after
