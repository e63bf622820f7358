"""What number is this? A factor found by value, named: 2, 1/2, -1, N, 1/N, N/(N - 1), the rate.

A factor is measured at several points. A number is the same at all; a size is told by the points'
different sizes, a scalar tensor by its values.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction

import numpy as np

from symback.checking.claim import Point
from symback.network.values import size_value

LARGEST_PART = 12  # of a fraction that is named; 7/12 is, 5/13 is chance


def named_factor(
    factors: Sequence[float],
    points: Sequence[Point],
    tolerance: float = 1e-9,
    more: Mapping[str, float] | None = None,
    *,
    scalars: bool = True,
) -> str | None:
    """Return the name of a factor measured at these points, None if it is no simple one.

    ``more`` are further numbers by name that a factor may be: the rate of an update. With
    ``scalars`` it may be a scalar tensor too.
    """
    if not all(np.isfinite(f) and f != 0 for f in factors):
        return None
    for name, values in _candidates(points, more or {}, scalars):
        if all(np.isfinite(v) and v != 0 for v in values):
            left = [f / v for f, v in zip(factors, values, strict=True)]
            fraction = _fraction(left, tolerance)
            if fraction is not None:
                return _written(fraction, name)
    return None


def short_number(factors: Sequence[float]) -> str | None:
    """Return the number that all factors are, written with few digits: 0.02; None if none is."""
    text = f"{factors[0]:.3g}"
    near = all(abs(f - float(text)) <= 1e-8 * abs(float(text)) for f in factors)
    return text if near and float(text) else None


def _fraction(numbers: Sequence[float], tolerance: float) -> Fraction | None:
    """Return the simple fraction that all numbers are."""
    fraction = Fraction(numbers[0]).limit_denominator(LARGEST_PART)
    simple = fraction != 0 and abs(fraction.numerator) <= LARGEST_PART
    close = all(abs(n - fraction) <= tolerance * abs(fraction) for n in numbers)
    return fraction if simple and close else None


def _written(fraction: Fraction, name: str) -> str:
    """2 and N give 2·N, 1/2 and 1/N give 1/(2·N)."""
    above, _, below = name.partition("/")
    top = [str(fraction.numerator)] if abs(fraction.numerator) != 1 else []
    top += [above] if above != "1" else []
    bottom = [str(fraction.denominator)] if fraction.denominator != 1 else []
    bottom += [below] if below else []
    text = "·".join(top) or "1"
    if bottom:
        joined = "·".join(bottom)
        text += f"/{joined}" if len(bottom) == 1 else f"/({joined})"
    return f"-{text}" if fraction == -1 or (fraction < 0 and not text.startswith("-")) else text


def _candidates(
    points: Sequence[Point], more: Mapping[str, float], scalars: bool
) -> Iterator[tuple[str, list[float]]]:
    """Yield (name, value at each point): 1, sizes, their products and quotients, scalars."""
    count = len(points)
    yield "1", [1.0] * count
    sizes = _sizes(points)
    for name, values in sizes.items():
        yield name, values
        yield f"1/{name}", [1 / v for v in values]
    for name, values in sizes.items():
        yield f"({name} - 1)", [v - 1 for v in values]
        yield f"{name}/({name} - 1)", [v / (v - 1) if v > 1 else 0.0 for v in values]
        yield f"({name} - 1)/{name}", [(v - 1) / v for v in values]
        yield f"{name}²", [v * v for v in values]
        yield f"1/{name}²", [1 / v**2 for v in values]
        yield f"sqrt({name})", [v**0.5 for v in values]
        yield f"1/sqrt({name})", [v**-0.5 for v in values]
    order = list(sizes)
    for a, first in sizes.items():
        for b, second in sizes.items():
            pairs = list(zip(first, second, strict=True))
            if order.index(a) < order.index(b):
                yield f"{a}·{b}", [x * y for x, y in pairs]
                yield f"1/({a}·{b})", [1 / (x * y) for x, y in pairs]
            if a != b:
                yield f"{a}/{b}", [x / y for x, y in pairs]
    for name, value in more.items():
        yield name, [value] * count
        yield f"1/{name}", [1 / value if value else 0.0] * count
    for name, values in _scalars(points).items() if scalars else ():
        yield name, values
        yield f"1/{name}", [1 / v if v else 0.0 for v in values]


def _sizes(points: Sequence[Point]) -> dict[str, list[float]]:
    """Return the sizes by name: N, or 64 with a letter that has it."""
    found: dict[str, list[float]] = {}
    for letter in points[0].derivation.forward.letters.values():
        name = str(letter.size)
        name = f"({name})" if not name.replace("_", "").isalnum() else name
        found.setdefault(name, [float(size_value(letter.size, p.sizes)) for p in points])
    return {name: values for name, values in found.items() if set(values) != {1.0}}


def _scalars(points: Sequence[Point]) -> dict[str, list[float]]:
    """Return the scalar tensors that have values of their own."""
    network = points[0].derivation.forward
    given = (*network.constants, *network.inputs, *network.parameters)
    names = [t.name for t in given if not t.letters]
    return {name: [float(p.tensors[name]) for p in points] for name in names}
