"""Random sizes and values at which a network has values, and away from its kinks and poles.

Near a kink a difference means nothing, near a pole it means little. Values are drawn, the network
is computed, and where an argument comes too close all is drawn anew, its tensors in another style.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np
from sympy import Expr, Symbol, oo
from sympy.core.numbers import Number

from symback.algebra.nodes import IndexMax, IndexMin
from symback.algebra.operators import Comparison, Decimal, Pointwise, Power, Quotient
from symback.algebra.pointwise import pointwise_row
from symback.algebra.traversal import entries
from symback.compiler.arithmetic import arithmetic
from symback.compiler.interpreter import EVERY_MEANING, interpreted, needed_for
from symback.compiler.meanings import body_values, is_settled
from symback.compiler.world import Letters, World, meaning
from symback.errors import CheckError, SymbackError, ValuesError
from symback.network.gathers import reach
from symback.network.network import Network, reads
from symback.network.tensors import Tensor
from symback.network.values import bound_sizes, size_value

ATTEMPTS = 400
MARGIN = 0.02  # how far arguments stay from a kink, a pole or the end of a domain, at first
SMALLEST_MARGIN = 1e-4  # and at last: of many relus, some are always near
LARGEST = 1e6  # of any entry: beyond it, differences drown in rounding

# How a tensor may be drawn; a tensor that makes trouble moves on to the next.
STYLES = (
    lambda rng, shape: rng.normal(size=shape) / _fan_in(shape) ** 0.5,
    lambda rng, shape: rng.uniform(0.3, 1.7, size=shape),
    lambda rng, shape: rng.uniform(0.1, 0.9, size=shape),
    lambda rng, shape: rng.normal(size=shape) * 0.3,
    lambda rng, shape: rng.uniform(2.0, 4.0, size=shape),
)


def _fan_in(shape: tuple[int, ...]) -> int:
    """Return how many entries a weight sums for one output: all its axes but the last."""
    return max(1, int(np.prod(shape[:-1]))) if len(shape) > 1 else 1


@dataclass(frozen=True, slots=True)
class Sample:
    """Values of all that a network is given, the sizes of their axes, and how each was drawn."""

    values: dict[str, np.ndarray]
    sizes: dict[Symbol, int]
    styles: dict[str, int]


class _TooClose(Exception):
    """An expression came too close to where it is not smooth."""

    def __init__(self, expression: Expr, reason: str) -> None:
        super().__init__(reason)
        self.expression, self.reason = expression, reason


def generator(seed: object) -> np.random.Generator:
    """Return the random numbers of a seed; raises CheckError for what is none."""
    if isinstance(seed, bool) or not isinstance(seed, (int, np.integer)) or seed < 0:
        raise CheckError(f"random values from seed={str(seed)[:40]}", "no whole number from 0 on",
                         "seed=0, 1, 2, …")  # fmt: skip
    return np.random.default_rng(seed)


def random_sample(
    network: Network, *, seed: int = 0, sizes: Mapping[Symbol, int] | None = None,
    alive: Iterable[str] = (),
) -> Sample:  # fmt: skip
    """Return random values at which every equation is smooth; the same for the same seed.

    Sizes that are not given are small and, where that works, all different. Tensors named in
    ``alive`` are not all zero, if such values can be found: a dead relu hides every mistake behind
    it. Raises CheckError if no values are found.
    """
    rng = generator(seed)
    alive = tuple(alive)
    styles = dict.fromkeys(_leaves(network), 0)
    reason, dead = "", None
    for attempt in range(ATTEMPTS):
        drawn = _sizes(network, rng, attempt) | dict(sizes or {})
        try:
            sample = Sample(drawn_values(network, drawn, styles, rng), drawn, dict(styles))
            bound_sizes(network, {name: v.shape for name, v in sample.values.items()})
            margin = max(SMALLEST_MARGIN, MARGIN * 0.9**attempt)
            world = computed_with_care(network, sample.values, margin)
        except _TooClose as trouble:
            reason = f"{trouble.reason} {str(trouble.expression)[:80]}"
            _move_on(network, trouble.expression, styles, rng)
        except SymbackError as trouble:
            reason = f"{trouble.asked}: {trouble.found}"
        else:
            if all(np.any(world.tensors[name] != 0) for name in alive):
                return sample
            dead = dead or sample
            if attempt >= ATTEMPTS // 40:
                return dead
    if dead is not None:
        return dead
    raise CheckError(
        f"random values for the network {network.name}",
        f"none in {ATTEMPTS} attempts; the last: {reason}",
        "give values yourself: verify(d, values)",
    )


def computed_with_care(network: Network, values: Mapping[str, np.ndarray], margin: float) -> World:
    """Return the network computed in floats; raises if an argument is within margin of a kink."""
    watching = EVERY_MEANING | {kind: partial(watch, margin) for kind, watch in WATCHED.items()}
    world = interpreted(network, values, None, arithmetic(number=float), watching)
    # Why may these be infinite? A score of −∞ is how a network masks: softmax makes it 0.
    masked = {e.target for e in network.equations if e.written.has(oo, -oo)}
    for name, array in world.tensors.items():
        found = array.astype(float)
        if name in masked:
            found = found[~np.isinf(found)]
        if not np.all(np.abs(found) < LARGEST):
            raise _TooClose(network[name].entry, "too large:")
    return world


# Drawing -----------------------------------------------------------------------------------------


def _leaves(network: Network) -> tuple[str, ...]:
    return tuple(tensor.name for tensor in network.given)


def _sizes(network: Network, rng: np.random.Generator, attempt: int) -> dict[Symbol, int]:
    """Return small sizes: different at first, then what may fit expressions such as H - R + 1."""
    symbols = list(network.sizes.values())
    if attempt < ATTEMPTS // 20:
        pool = rng.permutation([2, 3, 4, *([5, 6] if len(symbols) > 3 else [])])
        return {symbol: int(pool[i % len(pool)]) for i, symbol in enumerate(symbols)}
    return {symbol: int(rng.integers(1, 8)) for symbol in symbols}


def drawn_values(
    network: Network,
    sizes: Mapping[Symbol, int],
    styles: Mapping[str, int],
    rng: np.random.Generator,
) -> dict[str, np.ndarray]:
    """Return random values at these sizes; ``styles`` are those of a sample that was accepted."""
    constants = {constant.name: constant.value for constant in network.constants}
    drawn = {}
    for name, style in styles.items():
        tensor = network[name]
        shape = _shape(tensor, sizes)
        if tensor.distribution is None:
            reached = reach(network, name, sizes) if tensor.integer else None
            drawn[name] = _drawn(tensor, shape, STYLES[style], rng, reached)
        else:
            drawn[name] = tensor.distribution.drawn(shape, rng, constants)
    return drawn


def _shape(tensor: Tensor, sizes: Mapping[Symbol, int]) -> tuple[int, ...]:
    shape = tuple(size_value(size, sizes) for size in tensor.shape)
    if any(length < 1 for length in shape):
        raise ValuesError(f"{tensor}", f"shape {shape}", "other sizes")
    return shape


def _drawn(
    tensor: Tensor,
    shape: tuple[int, ...],
    style: object,
    rng: np.random.Generator,
    reached: int | None,
) -> np.ndarray:
    """Return random values; integers are positions below ``reached``, or else 0 and 1."""
    if tensor.one_hot:
        return np.eye(shape[-1])[rng.integers(shape[-1], size=shape[:-1])]
    if tensor.integer:
        return rng.integers(reached or 2, size=shape)
    return np.asarray(style(rng, shape))


def _move_on(
    network: Network, expression: Expr, styles: dict[str, int], rng: np.random.Generator
) -> None:
    """Give one of the tensors on which the expression depends its next style."""
    sources = {e.target: reads(e) for e in network.equations}
    below = needed_for(sources, [e.tensor for e in entries(expression)])
    blamed = [name for name in styles if name in below and not network[name].one_hot]
    if blamed and rng.random() < 0.3:
        # Why not always? Another draw in the same style is often enough.
        name = blamed[int(rng.integers(len(blamed)))]
        styles[name] = (styles[name] + 1) % len(STYLES)


# Watching ----------------------------------------------------------------------------------------


def _watched_pointwise(margin: float, node: Pointwise, letters: Letters, world: World) -> object:
    row = pointwise_row(node.name)
    for kink in row.kinks(*node.arguments):
        if abs(meaning(kink, letters, world)) < margin:
            raise _TooClose(kink, "too close to a kink:")
    for argument in row.positive(*node.arguments):
        if meaning(argument, letters, world) < margin:
            raise _TooClose(argument, "not positive:")
    return EVERY_MEANING[Pointwise](node, letters, world)


def _watched_quotient(margin: float, node: Quotient, letters: Letters, world: World) -> object:
    if is_settled(node, letters, world):
        return world.kind.zero
    if abs(meaning(node.args[1], letters, world)) < margin:
        raise _TooClose(node.args[1], "too close to zero in a denominator:")
    return EVERY_MEANING[Quotient](node, letters, world)


def _watched_power(margin: float, node: Power, letters: Letters, world: World) -> object:
    base, exponent = node.args
    exponent = exponent.value if isinstance(exponent, Decimal) else exponent
    whole = isinstance(exponent, Number) and exponent.is_Integer
    if not (whole and exponent >= 0):
        below = meaning(base, letters, world)
        if (abs(below) if whole else below) < margin:
            raise _TooClose(base, "too close to zero in a power:")
    return EVERY_MEANING[Power](node, letters, world)


def _watched_comparison(margin: float, node: Comparison, letters: Letters, world: World) -> object:
    """Comparisons of letters, sizes and integers are exact; real values have a kink at equality."""
    left, right = node.args[1:]
    read = {entry.tensor for side in (left, right) for entry in entries(side)}
    if left != right and any(not world.network[name].integer for name in read):
        if abs(meaning(left, letters, world) - meaning(right, letters, world)) < margin:
            raise _TooClose(left, "too close to the edge of a condition:")
    return EVERY_MEANING[Comparison](node, letters, world)


def _watched_largest(
    margin: float, node: IndexMax | IndexMin, letters: Letters, world: World
) -> object:
    """The largest two must differ: where they are equal, the slope of one of them is a choice.

    Why not at the last attempts? An entry that is read twice is as large as itself.
    """
    if margin > SMALLEST_MARGIN:
        values = sorted(body_values(node, letters, world), reverse=isinstance(node, IndexMax))
        if len(values) > 1 and not np.isinf(values[0]) and abs(values[0] - values[1]) < margin:
            raise _TooClose(node.body, "too close to a tie:")
    return EVERY_MEANING[type(node)](node, letters, world)


WATCHED: dict[type, Callable[..., object]] = {
    Pointwise: _watched_pointwise,
    Quotient: _watched_quotient,
    Power: _watched_power,
    Comparison: _watched_comparison,
    IndexMax: _watched_largest,
    IndexMin: _watched_largest,
}
