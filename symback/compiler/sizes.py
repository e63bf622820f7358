"""Sizes and numbers as Python text."""

from __future__ import annotations

import math

from sympy import Add, Expr, Float, Max, Min, Mul, Pow, Rational, Symbol, floor, fraction, together
from sympy.core.numbers import Infinity, NegativeInfinity

# 2 * (H // 2) is not 2 * H // 2, so a quotient stands in brackets in a product, not in a sum.
SUM, QUOTIENT, PRODUCT, ATOM = range(4)


def size_text(size: Expr) -> str:
    """Return an integer expression of sizes as Python text with // for floor."""
    return _text(size)[0]


def _text(size: Expr) -> tuple[str, int]:
    """Return (text, how tightly it binds)."""
    if size.is_Integer:
        return str(size), ATOM if size >= 0 else PRODUCT
    if isinstance(size, Symbol):
        return size.name, ATOM
    if isinstance(size, Add):
        return _sum(size), SUM
    if isinstance(size, floor):
        above, below = fraction(together(size.args[0]))
        return f"{_in(above, ATOM)} // {_in(below, ATOM)}", QUOTIENT
    if isinstance(size, (Max, Min)):
        name = "max" if isinstance(size, Max) else "min"
        return f"{name}({', '.join(size_text(a) for a in size.args)})", ATOM
    if isinstance(size, Pow) and size.exp.is_Integer and size.exp > 0:
        return f"{_in(size.base, ATOM)} ** {size.exp}", PRODUCT
    above, below = fraction(together(size))
    if below != 1:
        return f"{_in(above, ATOM)} / {_in(below, ATOM)}", QUOTIENT
    if isinstance(size, Mul):
        coefficient, _ = size.as_coeff_Mul()
        if coefficient.is_negative:
            return f"-{_in(-size, PRODUCT)}", SUM
        return " * ".join(_in(a, PRODUCT) for a in size.as_ordered_factors()), PRODUCT
    return number_text(size), ATOM


def _sum(size: Add) -> str:
    text = ""
    for term in size.as_ordered_terms():
        negative = term.could_extract_minus_sign()
        # -(W // 3) is not -W // 3: a minus in front binds tighter than the quotient.
        place = PRODUCT if negative and not text else QUOTIENT
        shown = _in(-term if negative else term, place)
        text += f" - {shown}" if negative else f" + {shown}"
    return text[3:] if text.startswith(" + ") else f"-{text[3:]}"


def _in(size: Expr, place: int) -> str:
    text, binding = _text(size)
    return text if binding >= place else f"({text})"


def number_text(number: Expr) -> str:
    """Return a number as the Python literal nearest to it; expressions of sizes as expressions."""
    if number.free_symbols:
        return size_text(number) if number.is_integer else _real_text(number)
    if isinstance(number, (Infinity, NegativeInfinity)):
        return "inf" if isinstance(number, Infinity) else "-inf"
    value = nearest(number)
    if math.isinf(value):
        return "inf" if value > 0 else "-inf"
    return repr(value)


def nearest(number: Expr) -> float:
    """Return the double nearest to a number."""
    if isinstance(number, Rational):
        try:
            return int(number.p) / int(number.q)
        except OverflowError:
            return math.inf if number > 0 else -math.inf
    exact = number if isinstance(number, Float) else number.evalf(40)
    return float(exact)


def _real_text(number: Expr) -> str:
    """Return a real expression of sizes, such as 2 / N or 1.4142135623730951 * N / 3."""
    if isinstance(number, Add):
        return " + ".join(f"({number_text(term)})" for term in number.args)
    factor, rest = number.as_independent(*number.free_symbols, as_Add=False)
    above, below = fraction(together(rest))
    if factor.is_Rational:
        above, below = above * factor.p, below * factor.q
        top = _in(above, SUM if below == 1 else PRODUCT)
    else:
        top = number_text(factor) + ("" if above == 1 else f" * {_in(above, ATOM)}")
    return top if below == 1 else f"{top} / {_in(below, ATOM)}"
